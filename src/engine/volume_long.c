/* volume_long.c - see volume_long.h */
#include "engine/volume_long.h"
#include "base/text.h"
#include "command/options.h"
#include "engine/config_parts.h"
#include <string.h>

/* --- the line --- */

/* Takes a field from the line: up to a comma that stands in no quotes, of which two are one. NULL at its end. */
static char *take_field(char **at)
{
	char *from = *at, *to = *at, *field = *at;
	bool quoted = false;

	if (!from)
		return NULL;
	for (; *from && (quoted || *from != ','); from++) {
		if (*from != '"')
			*to++ = *from;
		else if (quoted && from[1] == '"')
			*to++ = *++from;
		else
			quoted = !quoted;
	}
	*at = *from ? from + 1 : NULL;
	*to = '\0';
	return field;
}

/* --- its words --- */

static const char *const devpts_words[] = { "uid", "gid", "mode", "max" };

struct long_form {
	struct arena *arena;
	struct volume_asked *volume;
	const char *type, *target, *propagation, *size, *mode, *subpath;
	const char *devpts[sizeof(devpts_words) / sizeof(devpts_words[0])];
	bool recursive_off, no_copy, writable;
	bool of_volume, of_tmpfs, of_devpts, of_image;	/* there are words that only these have */
	struct problem *problem;
};

static void put_pair(struct long_form *form, struct pairs *pairs, const char *text)
{
	const char *equals = strchr(text, '=');
	struct pair *more = ARENA_ARRAY(form->arena, pairs->count + 1, struct pair);

	if (pairs->count)
		memcpy(more, pairs->at, pairs->count * sizeof(*more));
	pairs->at = more;
	config_put_pair(pairs, equals ? arena_copy(form->arena, text, (size_t)(equals - text)) : text,
			equals ? equals + 1 : "");
}

static void take_relabel(struct long_form *form, const char *value)
{
	if (!strcmp(value, "shared"))
		form->volume->label = 'z';
	else if (!strcmp(value, "private"))
		form->volume->label = 'Z';
	else
		problem_set(form->problem, "option '--mount': relabel is shared or private, not '%s'", value);
}

/* Those that can stand without a value. False for another word. */
static bool take_flag(struct long_form *form, const char *key, const char *value)
{
	struct volume_asked *volume = form->volume;
	bool *flag;

	if (!strcmp(key, "readonly") || !strcmp(key, "ro")) {
		flag = &volume->readonly;
	} else if (!strcmp(key, "bind-nonrecursive")) {
		flag = &form->recursive_off;
	} else if (!strcmp(key, "volume-nocopy")) {
		flag = &form->no_copy;
		form->of_volume = true;
	} else if (!strcmp(key, "rw") || !strcmp(key, "readwrite")) {
		flag = &form->writable;
		form->of_image = true;
	} else if (!strcmp(key, "U") || !strcmp(key, "chown")) {
		flag = &volume->chown;
	} else if (!strcmp(key, "idmap") && !value) {
		volume_add_word(form->arena, volume, "idmap");
		return true;
	} else {
		return false;
	}
	*flag = config_truth("--mount", value, form->problem);
	return true;
}

static bool take_volume_word(struct long_form *form, const char *key, const char *value)
{
	if (!strcmp(key, "volume-opt"))
		put_pair(form, &form->volume->options, value);
	else if (!strcmp(key, "volume-label"))
		put_pair(form, &form->volume->labels, value);
	else if (!strcmp(key, "volume-subpath"))
		form->subpath = value;
	else if (!strcmp(key, "volume-driver") && strcmp(value, "local") != 0)
		problem_set(form->problem, "option '--mount': the only volume-driver is local, not '%s'", value);
	else if (strcmp(key, "volume-driver") != 0)
		return false;
	form->of_volume = true;
	return true;
}

static bool take_subpath(struct long_form *form, const char *key, const char *value)
{
	if (strcmp(key, "subpath") != 0 && strcmp(key, "image-subpath") != 0)
		return false;
	form->subpath = value;
	return true;
}

static bool take_tmpfs_word(struct long_form *form, const char *key, const char *value)
{
	if (!strcmp(key, "tmpfs-size"))
		form->size = value;
	else if (!strcmp(key, "tmpfs-mode"))
		form->mode = value;
	else
		return false;
	form->of_tmpfs = true;
	return true;
}

static bool take_devpts_word(struct long_form *form, const char *key, const char *value)
{
	for (size_t i = 0; i < sizeof(devpts_words) / sizeof(devpts_words[0]); i++)
		if (!strcmp(key, devpts_words[i])) {
			form->devpts[i] = value;
			form->of_devpts = true;
			return true;
		}
	return false;
}

static bool take_value(struct long_form *form, const char *key, const char *value)
{
	if (!strcmp(key, "type"))
		form->type = value;
	else if (!strcmp(key, "source") || !strcmp(key, "src"))
		form->volume->source = value[0] ? value : NULL;
	else if (!strcmp(key, "target") || !strcmp(key, "dst") || !strcmp(key, "destination"))
		form->target = value;
	else if (!strcmp(key, "bind-propagation"))
		form->propagation = value;
	else if (!strcmp(key, "relabel"))
		take_relabel(form, value);
	else
		return take_subpath(form, key, value) || take_volume_word(form, key, value) ||
		       take_tmpfs_word(form, key, value) || take_devpts_word(form, key, value);
	return true;
}

/* --- what they come to --- */

static void finish_fresh(struct long_form *form)
{
	form->volume->kind = VOLUME_FRESH;
	form->volume->type = form->type;
	if (form->volume->source || form->propagation)
		problem_set(form->problem, "option '--mount': source and bind-propagation are for the type bind");
}

static void finish_tmpfs(struct long_form *form)
{
	struct volume_asked *volume = form->volume;
	int64_t bytes;

	finish_fresh(form);
	if (form->size && (!option_to_bytes(form->size, &bytes) || bytes <= 0))
		problem_set(form->problem, "option '--mount': tmpfs-size '%s' is no number of bytes", form->size);
	else if (form->size)
		volume_add_word(form->arena, volume, arena_printf(form->arena, "size=%lld", (long long)bytes));
	if (form->mode)
		volume_add_word(form->arena, volume, arena_printf(form->arena, "mode=%s", form->mode));
}

static void finish_ramfs(struct long_form *form)
{
	if (form->size)
		problem_set(form->problem, "option '--mount': a ramfs takes as much memory as is written to it: "
			    "tmpfs-size is for the type tmpfs");
	finish_tmpfs(form);
}

/* Numbers, of which the mode alone is octal. */
static void finish_devpts(struct long_form *form)
{
	finish_fresh(form);
	for (size_t i = 0; i < sizeof(devpts_words) / sizeof(devpts_words[0]); i++) {
		const char *word = devpts_words[i], *value = form->devpts[i];
		const char *digits = strcmp(word, "mode") != 0 ? "0123456789" : "01234567";

		if (!value)
			continue;
		if (!value[0] || value[strspn(value, digits)])
			problem_set(form->problem, "option '--mount': the %s of a devpts is a number, not '%s'", word,
				    value);
		volume_add_word(form->arena, form->volume, arena_printf(form->arena, "%s=%s", word, value));
	}
}

static void finish_words(struct long_form *form)
{
	struct volume_asked *volume = form->volume;

	if (form->recursive_off)
		volume_add_word(form->arena, volume, "bind");
	if (volume->readonly)
		volume_add_word(form->arena, volume, "ro");
	if (volume->label)
		volume_add_word(form->arena, volume, volume->label == 'z' ? "z" : "Z");
}

static void finish_bind(struct long_form *form)
{
	struct volume_asked *volume = form->volume;

	volume->kind = VOLUME_BIND;
	volume->must_exist = true;
	volume->source = volume_absolute_source(form->arena, volume->source);
	if (!volume->source || volume->source[0] != '/')
		problem_set(form->problem, "option '--mount': the source '%s' does not exist, or is no path that "
			    "begins with / or .", volume->source ? volume->source : "");
	if (form->propagation && !volume_word_is_propagation(form->propagation))
		problem_set(form->problem, "option '--mount': '%s' is no bind-propagation", form->propagation);
	finish_words(form);
	if (form->propagation)
		volume_add_word(form->arena, volume, form->propagation);
}

static void finish_glob(struct long_form *form)
{
	finish_bind(form);
	form->volume->pattern = true;
}

static void finish_volume(struct long_form *form)
{
	struct volume_asked *volume = form->volume;

	volume->kind = VOLUME_STORED;
	volume->anonymous = !volume->source;
	volume->copies = !form->no_copy;
	if (volume->source)
		volume_check_name(volume->source, form->problem);
	if (form->propagation)
		problem_set(form->problem, "option '--mount': bind-propagation is for the type bind");
	if (volume->options.count)
		volume_check_options(&volume->options, form->problem);
	finish_words(form);
	if (form->subpath && volume->anonymous)
		problem_set(form->problem, "option '--mount': volume-subpath is for a volume that is there already: "
			    "name it by source=");
	else if (form->subpath)
		volume_set_subpath(form->arena, volume, form->subpath, form->problem);
}

/* Its layers are others' too, so nothing of them is changed for this container. */
static void finish_image(struct long_form *form)
{
	struct volume_asked *volume = form->volume;

	volume->kind = VOLUME_IMAGE;
	volume->readonly |= !form->writable;
	volume->subpath = form->subpath;
	if (volume->subpath && !volume->subpath[0])
		problem_set(form->problem, "option '--mount': subpath is a directory of the image, relative to it");
	if (!volume->source)
		problem_set(form->problem, "option '--mount': the type image wants source=IMAGE");
	if (volume->chown || volume->label || form->propagation || form->recursive_off || volume->words.count)
		problem_set(form->problem, "option '--mount': of an image there are source, target, subpath and rw "
			    "alone: its files are not changed, and it is no directory to be bound");
}

static const struct {
	const char *type;
	void (*finish)(struct long_form *form);
} types[] = {
	{ "bind", finish_bind }, { "devpts", finish_devpts }, { "glob", finish_glob }, { "image", finish_image },
	{ "ramfs", finish_ramfs }, { "tmpfs", finish_tmpfs }, { "volume", finish_volume },
};

static void finish(struct long_form *form)
{
	size_t type = 0;

	while (type < sizeof(types) / sizeof(types[0]) && strcmp(types[type].type, form->type) != 0)
		type++;
	if (type == sizeof(types) / sizeof(types[0]))
		problem_set(form->problem, "option '--mount': the type is bind, devpts, glob, image, ramfs, tmpfs "
			    "or volume, not '%s'", form->type);
	else
		types[type].finish(form);
	if (form->of_tmpfs && strcmp(form->type, "tmpfs") != 0 && strcmp(form->type, "ramfs") != 0)
		problem_set(form->problem, "option '--mount': tmpfs-size and tmpfs-mode are for the type tmpfs");
	if (form->of_image && form->volume->kind != VOLUME_IMAGE)
		problem_set(form->problem, "option '--mount': rw is for the type image: others are unless readonly");
	if (form->of_devpts && strcmp(form->type, "devpts") != 0)
		problem_set(form->problem, "option '--mount': uid, gid, mode and max are for the type devpts");
	if (form->of_volume && form->volume->kind != VOLUME_STORED)
		problem_set(form->problem, "option '--mount': volume-nocopy, volume-opt, volume-label, "
			    "volume-driver and volume-subpath are for the type volume");
	if (form->subpath && form->volume->kind != VOLUME_STORED && form->volume->kind != VOLUME_IMAGE)
		problem_set(form->problem, "option '--mount': subpath is for the types volume and image");
}

/* Of a pattern there is a place for each match, which is looked at then; without one it is where the match is. */
static bool set_place(struct long_form *form)
{
	if (!form->volume->pattern)
		return volume_set_place(form->arena, form->volume, form->target, form->problem);
	form->volume->destination = form->target;
	if (form->target && form->target[0] != '/')
		problem_set(form->problem, "option '--mount': '%s' is no absolute path in the container", form->target);
	return !form->problem->found;
}

bool volume_read_long(struct arena *arena, const char *given, struct volume_asked *ret_volume,
		      struct problem *problem)
{
	char *rest = arena_copy(arena, given, strlen(given)), *word;
	struct long_form form = { .arena = arena, .volume = ret_volume, .type = "volume", .problem = problem };

	*ret_volume = (struct volume_asked){ .option = "--mount" };
	while ((word = take_field(&rest))) {
		char *value = word, *key = strsep(&value, "=");

		if (!take_flag(&form, key, value) && !(value && take_value(&form, key, value)))
			problem_set(problem, "option '--mount': '%s' is no word of it, or lacks its value", key);
	}
	if (!problem->found)
		finish(&form);
	return !problem->found && set_place(&form);
}
