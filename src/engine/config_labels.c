/* config_labels.c - labels and annotations of a container. */
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "engine/config_parts.h"
#include "spec/reason.h"
#include <string.h>

enum { FILE_LIMIT = 1 << 20 };

/* --- labels --- */

/* What is found of them, with room for one more. */
struct labels { struct arena *arena; struct pairs pairs; size_t room; };

static void put_label(struct labels *labels, const char *key, const char *value)
{
	struct pairs *pairs = &labels->pairs;

	pairs->at = arena_grow(labels->arena, pairs->at, pairs->count, &labels->room, sizeof(*pairs->at));
	config_put_pair(pairs, key, value);
}

static void put_given(struct labels *labels, const char *option, const char *text, struct problem *problem)
{
	const char *equals = strchr(text, '=');

	if (!text[0] || text[0] == '=')
		problem_set(problem, "option '%s': '%s' is not KEY=VALUE", option, text);
	put_label(labels, equals ? arena_copy(labels->arena, text, (size_t)(equals - text)) : text,
		  equals ? equals + 1 : "");
}

/* A line each; "#" begins a comment. */
static void put_file(struct labels *labels, const char *path, struct problem *problem)
{
	char *text, *line;
	size_t length;
	int error = file_read(labels->arena, AT_FDCWD, path, FILE_LIMIT, &text, &length);

	if (error || memchr(text, '\0', length)) {
		problem_set(problem, "option '--label-file': cannot read '%s': %s", path,
			    error ? reason_words(error) : "it is no text");
		return;
	}
	while ((line = strsep(&text, "\n"))) {
		line += strspn(line, " \t");
		line[strcspn(line, "\r")] = '\0';
		if (line[0] && line[0] != '#')
			put_given(labels, "--label-file", line, problem);
	}
}

struct pairs config_labels(struct arena *arena, const struct config_input *input, struct problem *problem)
{
	const struct json *image = json_get(input->image, "Labels");
	const struct texts *files = &input->asked->label_files, *given = &input->asked->labels;
	struct labels labels = { .arena = arena };

	for (const struct json *label = image ? image->first : NULL; label; label = label->next)
		if (label->kind == JSON_STRING && label->key)
			put_label(&labels, label->key, label->text);
	for (size_t i = 0; i < files->count; i++)
		put_file(&labels, files->at[i], problem);
	for (size_t i = 0; i < given->count; i++)
		put_given(&labels, "--label", given->at[i], problem);
	return labels.pairs;
}

/* --- annotations --- */

void config_put_annotations(struct config *config)
{
	const struct texts *given = &config->asked->annotations, *groups = &config->asked->groups;
	struct labels pairs = { .arena = config->arena };

	for (size_t i = 0; i < given->count; i++)
		put_given(&pairs, "--annotation", given->at[i], config->problem);
	for (size_t i = 0; i < groups->count; i++)
		if (!strcmp(groups->at[i], KEEP_GROUPS))
			put_label(&pairs, "run.oci.keep_original_groups", "1");
		else if (text_is_one_of(KEEP_GROUPS, (const char *const *)groups->at))
			problem_set(config->problem, "option '--group-add': " KEEP_GROUPS " keeps the caller's groups, "
				    "and no other can be added: leave '%s' out", groups->at[i]);
	if (!pairs.pairs.count)
		return;
	json_open_object(&config->json, "annotations");
	for (size_t i = 0; i < pairs.pairs.count; i++)
		json_put_text(&config->json, pairs.pairs.at[i].key, pairs.pairs.at[i].value);
	json_close(&config->json);
}
