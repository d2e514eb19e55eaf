/* html_mounts.c - what a plan mounts, as a tree: what is below what in the container. */
#include "show/html.h"
#include <stdlib.h>
#include <string.h>

struct entry {
	const char *path;		/* in the container, absolute */
	size_t index;			/* of the step */
	const struct step *step;
};

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

/* '/' before all else, so that what is below a path follows it at once. */
static int rank(char c)
{
	return c == '/' ? 1 : c ? 1 + (unsigned char)c : 0;
}

static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	size_t i = 0;

	while (a->path[i] && a->path[i] == b->path[i])
		i++;
	if (rank(a->path[i]) != rank(b->path[i]))
		return rank(a->path[i]) - rank(b->path[i]);
	return a->index < b->index ? -1 : a->index > b->index;
}

static bool is_below(const char *path, const char *above)
{
	size_t length = strlen(above);

	while (length && above[length - 1] == '/')
		length--;
	return strncmp(path, above, length) == 0 && path[length] == '/' && path[length + 1];
}

static void add_tag(struct text *out, const char *class, const char *word)
{
	text_printf(out, "<span class=\"tag%s\">", class);
	html_add(out, word);
	text_add(out, "</span>");
}

static void add_from(struct text *out, const char *from)
{
	text_add(out, " <small>from ");
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
	case STEP_MOUNT_LAYERS: add_tag(out, " new", "overlay"); break;
	case STEP_OPEN_ROOT: add_tag(out, "", "root"); break;
	case STEP_MOUNT:
		add_tag(out, " new", step->mount.type);
		add_options(out, step->mount.data, &step->mount.change);
		break;
	case STEP_BIND:
		add_tag(out, " host", step->bind.all ? "rbind" : "bind");
		add_from(out, step->bind.source);
		add_options(out, NULL, &step->bind.change);
		break;
	case STEP_CHANGE_MOUNT:
		add_tag(out, "", "changed");
		add_options(out, step->change_mount.data, &step->change_mount.change);
		break;
	case STEP_MAKE_DEVICE: add_tag(out, "", "device"); break;
	case STEP_MASK: add_tag(out, "", "masked"); break;
	case STEP_MAKE_READONLY: add_tag(out, "", "read-only"); break;
	}
}

static void add_entry(struct text *out, const struct entry *entry)
{
	add_kind(out, entry->step);
	text_printf(out, " <a href=\"#step-%zu\"><small>step %zu</small></a>", entry->index + 1, entry->index + 1);
}

static size_t collect(const struct plan *plan, struct entry *entry)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const char *path = path_of(&plan->step[i]);

		if (path)
			entry[count++] = (struct entry){ path, i, &plan->step[i] };
	}
	qsort(entry, count, sizeof(*entry), compare);
	return count;
}

/* An element is open for each entry that the last one is below of, and for that one itself; each but the last holds a
 * list. */
static void add_tree(struct text *out, const struct entry *entry, size_t count)
{
	const char **above = ARENA_ARRAY(out->arena, count, const char *);
	size_t depth = 0, level;

	for (size_t i = 0; i < count; i++) {
		if (depth && strcmp(above[depth - 1], entry[i].path) == 0) {
			add_entry(out, &entry[i]);
			continue;
		}
		for (level = depth; level && !is_below(entry[i].path, above[level - 1]); level--)
			;
		for (size_t end = depth; end > level; end--)
			text_add(out, end == depth ? "</li>\n" : "</ul>\n</li>\n");
		if (level == depth)
			text_printf(out, "\n<ul%s>\n", depth ? "" : " class=\"tree\"");
		above[level] = entry[i].path;
		depth = level + 1;
		text_add(out, "<li>");
		html_code(out, entry[i].path);
		add_entry(out, &entry[i]);
	}
	for (size_t end = depth; end; end--)
		text_add(out, "</li>\n</ul>\n");
}

void html_mounts(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	struct entry *entry = ARENA_ARRAY(out->arena, plan->count + 1, struct entry);
	size_t count = collect(plan, entry);

	if (!count)
		return;
	text_add(out, "<section id=\"mounts\">\n<h2>Mounts</h2>\n");
	add_tree(out, entry, count);
	text_add(out, "</section>\n");
}
