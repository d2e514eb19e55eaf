/* html_facts.c - what a container is, in tables: its program, namespaces, ids, limits, layers and labels. */
#include "show/html.h"
#include "spec/names.h"
#include <string.h>
#include <sys/resource.h>

/* --- the program --- */

static void add_texts(struct text *out, char *const *text, bool words)
{
	for (size_t i = 0; text && text[i]; i++) {
		struct text word = text_new(out->arena);

		if (words)
			text_add_word(&word, text[i]);
		else
			text_add(&word, text[i]);
		if (i)
			text_add(out, words ? " " : "<br>");
		html_code(out, word.at);
	}
}

static void add_text(struct text *out, const char *name, const char *value)
{
	html_open_row(out, name);
	html_code(out, value);
	html_close_row(out);
}

void html_process(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	const struct step *exec = plan_find(plan, STEP_EXEC), *host = plan_find(plan, STEP_SET_HOSTNAME),
			  *directory = plan_find(plan, STEP_CHANGE_DIRECTORY);

	if (!exec)
		return;
	html_open_table(out, "process", "Program");
	html_open_row(out, "command");
	add_texts(out, exec->exec.args, true);
	html_close_row(out);
	if (directory)
		add_text(out, N_("directory"), directory->directory.path);
	if (host)
		add_text(out, N_("host name"), host->hostname.name);
	html_open_row(out, "environment");
	add_texts(out, exec->exec.env, false);
	html_close_row(out);
	html_close_table(out);
}

/* --- namespaces --- */

static uint64_t made_by(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_CLONE: return step->clone.flags;
	case STEP_UNSHARE: return (unsigned)step->unshare.flags;
	case STEP_REFORK: return step->refork.flags;
	default: return 0;
	}
}

static uint64_t joined_by(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_JOIN_PROCESS: return step->join_process.flags;
	case STEP_JOIN_NAMESPACE: return (unsigned)namespace_flag(step->join_namespace.kind);
	default: return 0;
	}
}

static const char *path_of(const struct plan *plan, enum namespace_kind kind)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_OPEN_NAMESPACE && plan->step[i].open_namespace.kind == kind)
			return plan->step[i].open_namespace.path;
	return NULL;
}

void html_namespaces(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	uint64_t made = 0, joined = 0;

	if (!plan_find(plan, STEP_CLONE))
		return;
	for (size_t i = 0; i < plan->count; i++) {
		made |= made_by(&plan->step[i]);
		joined |= joined_by(&plan->step[i]);
	}
	html_open_table(out, "namespaces", "Namespaces");
	for (int kind = 0; kind < NAMESPACES; kind++) {
		const uint64_t flag = (unsigned)namespace_flag((enum namespace_kind)kind);
		const char *path = path_of(plan, (enum namespace_kind)kind);

		html_open_row(out, name_of(namespace_names, (unsigned)kind));
		if (joined & flag) {
			text_printf(out, "<span class=\"tag container\">%s</span> ", _("joined"));
			if (path)
				html_code(out, path);
		} else if (made & flag) {
			html_tag(out, " new", _("new"));
		} else {
			html_tag(out, " host", _("the host’s"));
		}
		html_close_row(out);
	}
	html_close_table(out);
}

/* --- ids --- */

static void add_maps(struct text *out, const char *name, const struct id_maps *maps)
{
	if (!maps->count)
		return;
	html_open_row(out, name);
	for (size_t i = 0; i < maps->count; i++) {
		const struct id_map *map = &maps->at[i];

		text_add(out, i ? "<br>" : "");
		text_printf(out, _("<code>%u–%llu</code> <small>are the host’s</small> <code>%u–%llu</code>"),
			    map->inside, (unsigned long long)map->inside + map->count - !!map->count,
			    map->outside, (unsigned long long)map->outside + map->count - !!map->count);
	}
	html_close_row(out);
}

/* The last one counts: who gets a user namespace of its own becomes root in it first. */
static const struct step *find_last(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = plan->count; i > 0; i--)
		if (plan->step[i - 1].kind == kind)
			return &plan->step[i - 1];
	return NULL;
}

void html_ids(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	const struct step *uid = find_last(plan, STEP_SET_UID), *gid = find_last(plan, STEP_SET_GID),
			  *groups = find_last(plan, STEP_SET_GROUPS), *umask = find_last(plan, STEP_SET_UMASK);

	if (!plan_find(plan, STEP_EXEC))
		return;
	html_open_table(out, "ids", "Ids");
	html_open_row(out, "user, group");
	text_printf(out, "<code>%u:%u</code>", uid ? uid->uid.id : 0, gid ? gid->gid.id : 0);
	html_close_row(out);
	if (groups && groups->groups.count) {
		html_open_row(out, "more groups");
		for (size_t i = 0; i < groups->groups.count; i++)
			text_printf(out, "%s<code>%u</code>", i ? ", " : "", groups->groups.group[i]);
		html_close_row(out);
	}
	if (umask) {
		html_open_row(out, "umask");
		text_printf(out, "<code>%04o</code>", (unsigned)umask->umask.mask);
		html_close_row(out);
	}
	add_maps(out, N_("users"), &request->spec->uid_map);
	add_maps(out, N_("groups"), &request->spec->gid_map);
	html_close_table(out);
}

/* --- limits --- */

/* A file of a cgroup by its name alone: where it is stands above, and in the step. */
static void add_cgroup(struct text *out, const struct step *step, size_t number)
{
	static const char key[] = "linux.resources.";
	struct text line = text_new(out->arena);
	const char *name;

	if (!step->why || strncmp(step->why, key, sizeof(key) - 1) != 0)
		return;
	text_add(out, "<tr><th>");
	html_add(out, step->why + sizeof(key) - 1);
	text_add(out, "</th><td>");
	if (step->kind == STEP_WRITE_FILE) {
		name = strrchr(step->write_file.path, '/');
		html_code(out, step->write_file.text);
		text_printf(out, " <small>%s ", _("in"));
		html_add(out, name ? name + 1 : step->write_file.path);
		text_add(out, "</small>");
	} else {
		explain_step(&line, step);
		html_code(out, line.at);
	}
	text_printf(out, _(" <a href=\"#step-%zu\"><small>step %zu</small></a>"), number, number);
	html_close_row(out);
}

static void add_cgroups(struct text *out, const struct plan *plan)
{
	bool any = false;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->step[i].kind != STEP_MAKE_CGROUP)
			continue;
		if (any)
			text_add(out, "<br>");
		else
			html_open_row(out, "cgroup");
		html_code(out, plan->step[i].make_cgroup.path);
		any = true;
	}
	if (any)
		html_close_row(out);
}

static void add_bound(struct text *out, uint64_t bound)
{
	if (bound == RLIM_INFINITY)
		text_add(out, _("unlimited"));
	else
		text_printf(out, "%llu", (unsigned long long)bound);
}

static void add_rlimit(struct text *out, const struct step *step)
{
	html_open_row(out, words_rlimit_name(step->rlimit.resource));
	text_add(out, "<code>");
	add_bound(out, step->rlimit.soft);
	text_printf(out, "</code> <small>%s</small> <code>", _("up to"));
	add_bound(out, step->rlimit.hard);
	text_add(out, "</code>");
	html_close_row(out);
}

void html_limits(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	struct text rows = text_new(out->arena);

	add_cgroups(&rows, plan);
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (step->kind == STEP_SET_RLIMIT)
			add_rlimit(&rows, step);
		else
			add_cgroup(&rows, step, i + 1);
	}
	if (!rows.length)
		return;
	html_open_table(out, "limits", "Limits");
	text_add(out, rows.at);
	html_close_table(out);
}

/* --- layers --- */

void html_layers(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	const struct plan_layers *layers = request->layers;

	if (!layers)
		return;
	html_open_table(out, "layers", "Layers");
	add_text(out, N_("changes"), layers->upper);
	html_open_row(out, "read-only");
	text_add(out, "<ol class=\"layers\">");
	for (size_t i = 0; i < layers->lower.count; i++) {
		text_add(out, "<li>");
		html_code(out, layers->lower.at[i]);
		text_add(out, "</li>");
	}
	text_add(out, "</ol>");
	html_close_row(out);
	add_text(out, N_("all below"), layers->from);
	html_close_table(out);
}

/* --- labels --- */

void html_labels(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	const struct pairs *notes = &request->spec->annotations;

	if (!notes->count)
		return;
	html_open_table(out, "labels", "Annotations");
	for (size_t i = 0; i < notes->count; i++) {
		text_add(out, "<tr><th>");
		html_add(out, notes->at[i].key);
		text_add(out, "</th><td>");
		html_code(out, notes->at[i].value ? notes->at[i].value : "");
		html_close_row(out);
	}
	html_close_table(out);
}
