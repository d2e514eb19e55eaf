/* names.c - see names.h */
#include "cli/names.h"
#include <string.h>

/* The first name of a verb is the one that the manual has it under. */
static const struct called {
	const char *group;		/* NULL: it stands alone */
	const char *name;
	const struct verb *verb;
} names[] = {
	{ NULL, "attach", &verb_attach },
	{ NULL, "commit", &verb_commit },
	{ NULL, "completion", &verb_completion },
	{ NULL, "cp", &verb_cp },
	{ NULL, "create", &verb_create },
	{ NULL, "diff", &verb_diff },
	{ NULL, "doctor", &verb_doctor },
	{ NULL, "events", &verb_events },
	{ NULL, "exec", &verb_exec },
	{ NULL, "explain", &verb_explain },
	{ NULL, "export", &verb_export },
	{ NULL, "history", &verb_history },
	{ NULL, "images", &verb_images },
	{ NULL, "import", &verb_import },
	{ NULL, "info", &verb_info },
	{ NULL, "inspect", &verb_inspect },
	{ NULL, "kill", &verb_kill },
	{ NULL, "load", &verb_load },
	{ NULL, "login", &verb_login },
	{ NULL, "logout", &verb_logout },
	{ NULL, "logs", &verb_logs },
	{ NULL, "pause", &verb_pause },
	{ NULL, "port", &verb_port },
	{ NULL, "ps", &verb_ps },
	{ NULL, "pull", &verb_pull },
	{ NULL, "push", &verb_push },
	{ NULL, "rename", &verb_rename },
	{ NULL, "restart", &verb_restart },
	{ NULL, "rm", &verb_rm },
	{ NULL, "rmi", &verb_rmi },
	{ NULL, "run", &verb_run },
	{ NULL, "save", &verb_save },
	{ NULL, "search", &verb_search },
	{ NULL, "start", &verb_start },
	{ NULL, "stats", &verb_stats },
	{ NULL, "stop", &verb_stop },
	{ NULL, "tag", &verb_tag },
	{ NULL, "top", &verb_top },
	{ NULL, "unpause", &verb_unpause },
	{ NULL, "unshare", &verb_unshare },
	{ NULL, "update", &verb_update },
	{ NULL, "version", &verb_version },
	{ NULL, "wait", &verb_wait },
	{ NULL, "why", &verb_why },
	{ NULL, "xray", &verb_xray },
	{ "container", "attach", &verb_attach },
	{ "container", "cleanup", &verb_container_cleanup },
	{ "container", "commit", &verb_commit },
	{ "container", "cp", &verb_cp },
	{ "container", "create", &verb_create },
	{ "container", "diff", &verb_diff },
	{ "container", "exec", &verb_exec },
	{ "container", "exists", &verb_container_exists },
	{ "container", "export", &verb_container_export },
	{ "container", "inspect", &verb_container_inspect },
	{ "container", "kill", &verb_kill },
	{ "container", "ls", &verb_ps },
	{ "container", "list", &verb_ps },
	{ "container", "logs", &verb_logs },
	{ "container", "pause", &verb_pause },
	{ "container", "port", &verb_port },
	{ "container", "ps", &verb_ps },
	{ "container", "prune", &verb_container_prune },
	{ "container", "rename", &verb_rename },
	{ "container", "restart", &verb_restart },
	{ "container", "rm", &verb_rm },
	{ "container", "run", &verb_run },
	{ "container", "start", &verb_start },
	{ "container", "stats", &verb_stats },
	{ "container", "stop", &verb_stop },
	{ "container", "top", &verb_top },
	{ "container", "unpause", &verb_unpause },
	{ "container", "update", &verb_update },
	{ "container", "wait", &verb_wait },
	{ "healthcheck", "run", &verb_healthcheck_run },
	{ "image", "export", &verb_image_export },
	{ "image", "exists", &verb_image_exists },
	{ "image", "history", &verb_history },
	{ "image", "import", &verb_import },
	{ "image", "inspect", &verb_image_inspect },
	{ "image", "load", &verb_load },
	{ "image", "ls", &verb_images },
	{ "image", "list", &verb_images },
	{ "image", "prune", &verb_image_prune },
	{ "image", "pull", &verb_pull },
	{ "image", "push", &verb_push },
	{ "image", "rm", &verb_rmi },
	{ "image", "remove", &verb_rmi },
	{ "image", "save", &verb_save },
	{ "image", "tag", &verb_tag },
	{ "network", "cleanup", &verb_network_cleanup },
	{ "network", "connect", &verb_network_connect },
	{ "network", "create", &verb_network_create },
	{ "network", "disconnect", &verb_network_disconnect },
	{ "network", "exists", &verb_network_exists },
	{ "network", "inspect", &verb_network_inspect },
	{ "network", "ls", &verb_network_ls },
	{ "network", "list", &verb_network_ls },
	{ "network", "prune", &verb_network_prune },
	{ "network", "reload", &verb_network_reload },
	{ "network", "rm", &verb_network_rm },
	{ "network", "remove", &verb_network_rm },
	{ "network", "update", &verb_network_update },
	{ "secret", "create", &verb_secret_create },
	{ "secret", "exists", &verb_secret_exists },
	{ "secret", "inspect", &verb_secret_inspect },
	{ "secret", "ls", &verb_secret_ls },
	{ "secret", "list", &verb_secret_ls },
	{ "secret", "rm", &verb_secret_rm },
	{ "secret", "remove", &verb_secret_rm },
	{ "system", "check", &verb_system_check },
	{ "system", "df", &verb_system_df },
	{ "system", "events", &verb_events },
	{ "system", "info", &verb_info },
	{ "system", "prune", &verb_system_prune },
	{ "system", "start-restarting", &verb_system_start_restarting },
	{ "volume", "create", &verb_volume_create },
	{ "volume", "exists", &verb_volume_exists },
	{ "volume", "export", &verb_volume_export },
	{ "volume", "import", &verb_volume_import },
	{ "volume", "inspect", &verb_volume_inspect },
	{ "volume", "ls", &verb_volume_ls },
	{ "volume", "list", &verb_volume_ls },
	{ "volume", "prune", &verb_volume_prune },
	{ "volume", "rm", &verb_volume_rm },
	{ "volume", "remove", &verb_volume_rm },
};

static const struct { const char *name, *summary; } groups[] = {
	{ "container", N_("all that is done with containers") },
	{ "healthcheck", N_("whether what runs in containers works") },
	{ "image", N_("all that is done with images") },
	{ "network", N_("all that is done with networks of containers") },
	{ "secret", N_("all that is done with passwords and keys for containers") },
	{ "system", N_("what all of it needs on this machine") },
	{ "volume", N_("all that is done with volumes, which outlive containers") },
};

enum {
	NAMES = sizeof(names) / sizeof(names[0]), GROUPS = sizeof(groups) / sizeof(groups[0]),
	WORD_MAX = 32,			/* longer ones are like none of ours */
};

static bool is_group(const char *word)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (!strcmp(groups[i].name, word))
			return true;
	return false;
}

static bool same_group(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

static const struct called *find(const char *group, const char *word)
{
	for (size_t i = 0; i < NAMES; i++)
		if (same_group(names[i].group, group) && !strcmp(names[i].name, word))
			return &names[i];
	return NULL;
}

/* How many letters are to be put in, taken out or changed to come from one word to the other (Levenshtein). */
static unsigned distance(const char *one, const char *other)
{
	unsigned row[WORD_MAX + 1], length = (unsigned)strlen(other);

	for (unsigned i = 0; i <= length; i++)
		row[i] = i;
	for (unsigned line = 1; *one; one++, line++) {
		unsigned corner = row[0];

		row[0] = line;
		for (unsigned i = 1; i <= length; i++) {
			unsigned change = corner + (*one != other[i - 1]);
			unsigned least = (row[i] < row[i - 1] ? row[i] : row[i - 1]) + 1;

			corner = row[i];
			row[i] = change < least ? change : least;
		}
	}
	return row[length];
}

/* The name that is most like the word, with at most two letters of difference; NULL where none is. */
static const char *most_like(const char *group, const char *word)
{
	enum { FAR = 3 };
	unsigned best = FAR;
	const char *found = NULL;

	if (!word || strlen(word) > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < NAMES + GROUPS; i++) {
		const char *name = i < NAMES ? names[i].name : groups[i - NAMES].name;
		bool here = i < NAMES ? same_group(names[i].group, group) : !group;
		unsigned far = here ? distance(word, name) : FAR;

		if (far >= best || far >= strlen(name))
			continue;
		best = far;
		found = name;
	}
	return found;
}

static void refuse(struct command *command, const char *group, const char *word)
{
	const char *before = group ? arena_printf(command->arena, "%s ", group) : "", *like = most_like(group, word);

	if (like)
		problem_set(command->problem, "unknown command '%s%s'; did you mean '%s%s'? see 'taru %s--help'",
			    before, word, before, like, before);
	else
		problem_set(command->problem, "unknown command '%s%s'; see 'taru %s--help'", before, word, before);
}

static void add_names(struct text *out, const char *group)
{
	const struct verb *last = NULL;

	for (size_t i = 0; i < NAMES; i++) {
		if (!same_group(names[i].group, group) || names[i].verb == last)
			continue;
		text_printf(out, "  %-10s %s\n", names[i].name, _(names[i].verb->summary));
		last = names[i].verb;
	}
}

static void group_help(struct command *command, const char *group)
{
	struct text out = text_new(command->arena);

	translate_begin();
	text_printf(&out, _("Usage: taru %s COMMAND ...\n"), group);
	text_printf(&out, "\n%s\n", _("Commands:"));
	add_names(&out, group);
	text_add(&out, "\n");
	text_printf(&out, _("'taru %s COMMAND --help' tells more.\n"), group);
	command_print(command, &out);
}

void names_help(struct command *command, const struct option *global_options)
{
	struct text out = text_new(command->arena);

	translate_begin();
	text_printf(&out, "%s\n%s\n\n%s\n", _("Usage: taru [OPTIONS] COMMAND ..."), _("Containers without a daemon."),
		    _("Management Commands:"));
	for (size_t i = 0; i < GROUPS; i++)
		text_printf(&out, "  %-10s %s\n", groups[i].name, _(groups[i].summary));
	text_printf(&out, "\n%s\n", _("Commands:"));
	add_names(&out, NULL);
	text_printf(&out, "\n%s\n", _("Global Options:"));
	options_help(&out, global_options);
	text_printf(&out, "\n%s\n", _("'taru COMMAND --help' tells more."));
	command_print(command, &out);
}

/* The verb under the name that it was called by; its help names the others. */
static const struct verb *copy_verb(struct command *command, const struct called *called)
{
	struct verb *verb = ARENA_NEW(command->arena, struct verb);
	struct text others = text_new(command->arena);

	*verb = *called->verb;
	verb->name = called->group ? arena_printf(command->arena, "%s %s", called->group, called->name) : called->name;
	for (size_t i = 0; i < NAMES; i++) {
		if (names[i].verb != called->verb || &names[i] == called)
			continue;
		text_printf(&others, "%staru %s%s%s", others.length ? ", " : "", names[i].group ? names[i].group : "",
			    names[i].group ? " " : "", names[i].name);
	}
	if (others.length)
		verb->others = others.at;
	return verb;
}

const struct verb *names_find(struct command *command, char **words, size_t *ret_used)
{
	const char *group = is_group(words[0]) ? words[0] : NULL, *word = words[group != NULL];
	const struct called *called = word ? find(group, word) : NULL;

	*ret_used = group ? 2 : 1;
	if (called)
		return copy_verb(command, called);
	if (group && (!word || !strcmp(word, "--help") || !strcmp(word, "-h")))
		group_help(command, group);
	else
		refuse(command, group, word);
	return NULL;
}

void names_help_of(struct command *command, char **words)
{
	size_t used;
	const struct verb *verb = names_find(command, words, &used);

	if (verb)
		command_help(command, verb);
}

/* --- for completion --- */

bool names_is_group(const char *word)
{
	return is_group(word);
}

const struct verb *names_verb(const char *group, const char *word)
{
	const struct called *called = find(group, word);

	return called ? called->verb : NULL;
}

void names_each(const char *group, void (*one)(void *context, const char *name, const char *summary), void *context)
{
	for (size_t i = 0; i < GROUPS && !group; i++)
		one(context, groups[i].name, groups[i].summary);
	for (size_t i = 0; i < NAMES; i++)
		if (same_group(names[i].group, group))
			one(context, names[i].name, names[i].verb->summary);
}
