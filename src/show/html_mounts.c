/* html_mounts.c - what a plan mounts, as a tree: what is below what in the container. */
#include "show/html.h"

static const char *path_of(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_MOUNT_LAYERS:
	case STEP_OPEN_ROOT: return "/";
	case STEP_MOUNT: return step->mount.target;
	case STEP_BIND: return step->bind.target;
	case STEP_CHANGE_MOUNT: return step->change_mount.target;
	case STEP_MAKE_DEVICE: return step->make_device.target;
	case STEP_MASK: return step->mask.target;
	case STEP_MAKE_READONLY: return step->readonly.target;
	default: return NULL;
	}
}

static void add_from(struct text *out, const char *from)
{
	text_printf(out, " <small>%s ", _("from"));
	html_code(out, from);
	text_add(out, "</small>");
}

static void add_options(struct text *out, const struct pairs *data, const struct mount_change *change)
{
	struct text words = text_new(out->arena);

	words_change(&words, change);
	if (words.length && (change->set_all || change->clear_all))
		text_add(&words, ",");
	words_change_all(&words, change);
	for (size_t i = 0; data && i < data->count; i++) {
		text_printf(&words, "%s%s", words.length ? "," : "", data->at[i].key);
		if (data->at[i].value)
			text_printf(&words, "=%s", data->at[i].value);
	}
	if (!words.length)
		return;
	text_add(out, " <small>");
	html_add(out, words.at);
	text_add(out, "</small>");
}

static void add_kind(struct text *out, const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_MOUNT_LAYERS: html_tag(out, " new", "overlay"); break;
	case STEP_OPEN_ROOT: html_tag(out, "", _("root")); break;
	case STEP_MOUNT:
		html_tag(out, " new", step->mount.type);
		add_options(out, step->mount.data, &step->mount.change);
		break;
	case STEP_BIND:
		html_tag(out, " host", step->bind.all ? "rbind" : "bind");
		add_from(out, step->bind.source);
		add_options(out, NULL, &step->bind.change);
		break;
	case STEP_CHANGE_MOUNT:
		html_tag(out, "", _("changed"));
		add_options(out, step->change_mount.data, &step->change_mount.change);
		break;
	case STEP_MAKE_DEVICE: html_tag(out, "", _("device")); break;
	case STEP_MASK: html_tag(out, "", _("masked")); break;
	case STEP_MAKE_READONLY: html_tag(out, "", _("read-only")); break;
	}
}

static void add_mount(struct text *out, size_t index, const void *plan)
{
	add_kind(out, &((const struct plan *)plan)->step[index]);
	text_printf(out, _(" <a href=\"#step-%zu\"><small>step %zu</small></a>"), index + 1, index + 1);
}

void html_mounts(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	struct html_branch *branch = ARENA_ARRAY(out->arena, plan->count + 1, struct html_branch);
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const char *path = path_of(&plan->step[i]);

		if (path)
			branch[count++] = (struct html_branch){ path, i };
	}
	if (!count)
		return;
	text_printf(out, "<section id=\"mounts\">\n<h2>%s</h2>\n", _("Mounts"));
	html_tree(out, branch, count, add_mount, plan);
	text_add(out, "</section>\n");
}
