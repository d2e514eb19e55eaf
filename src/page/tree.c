/* tree.c - see page.h */
#include "page/page.h"
#include <stdlib.h>
#include <string.h>

/* '/' before all else, so that what is below a path follows it at once. */
static int rank(char c)
{
	return c == '/' ? 1 : c ? 1 + (unsigned char)c : 0;
}

static int compare(const void *left, const void *right)
{
	const struct html_branch *a = left, *b = right;
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

/* An element is open for each branch that the last one is below of, and for that one itself; each but the last holds a
 * list. */
void html_tree(struct text *out, struct html_branch *branch, size_t count, html_leaf *add, const void *context)
{
	const char **above = ARENA_ARRAY(out->arena, count, const char *);
	size_t depth = 0, level;

	qsort(branch, count, sizeof(*branch), compare);
	for (size_t i = 0; i < count; i++) {
		if (depth && strcmp(above[depth - 1], branch[i].path) == 0) {
			add(out, branch[i].index, context);
			continue;
		}
		for (level = depth; level && !is_below(branch[i].path, above[level - 1]); level--)
			;
		for (size_t end = depth; end > level; end--)
			text_add(out, end == depth ? "</li>\n" : "</ul>\n</li>\n");
		if (level == depth)
			text_printf(out, "\n<ul%s>\n", depth ? "" : " class=\"tree\"");
		above[level] = branch[i].path;
		depth = level + 1;
		text_add(out, "<li>");
		html_code(out, branch[i].path);
		add(out, branch[i].index, context);
	}
	for (size_t end = depth; end; end--)
		text_add(out, "</li>\n</ul>\n");
}
