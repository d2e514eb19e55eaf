/* volume_take.c - see volume_take.h */
#include "engine/volume_take.h"
#include "base/fd.h"
#include "base/text.h"
#include "engine/ids.h"
#include "engine/volume_change.h"
#include "engine/volume_image.h"
#include "engine/volume_parts.h"
#include "image/helper.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

/* --- of this machine --- */

/* As docker does, a source that is not there becomes a directory. */
static int make_source(struct arena *arena, const char *path)
{
	char *part = arena_copy(arena, path, strlen(path));
	int error = 0;

	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		error = sys_mkdirat(AT_FDCWD, part, 0755);
		if (!slash || (error && error != -EEXIST))
			break;
		*slash = '/';
	}
	return error == -EEXIST ? 0 : error;
}

/* Whatever leads to "/": it is mounted otherwise (plan/build_mounts.c). */
static bool is_root(const char *path)
{
	char *real = realpath(path, NULL);
	bool root = real && !strcmp(real, "/");

	free(real);
	return root;
}

static void take_bind(struct volume_taking *taking, struct volume_asked *volume)
{
	bool missing = sys_faccessat2(AT_FDCWD, volume->source, F_OK, 0) != 0;
	const bool made = missing && !volume->must_exist && !taking->engine->only_told;
	int error = made ? make_source(taking->engine->arena, volume->source) : 0;

	if (missing && !made && !volume->must_exist)
		texts_add(taking->engine->arena, &taking->sources, volume->source);
	if (missing && volume->must_exist)
		problem_set(taking->problem, "option '%s': the source '%s' does not exist",
			    volume->option, volume->source);
	if (error)
		problem_set(taking->problem, "option '%s': cannot make '%s': %s", volume->option, volume->source,
			    reason_words(error));
	volume->type = "bind";
	volume->path = is_root(volume->source) ? "/" : volume->source;
}

/* --- volumes --- */

static void note_new(struct volume_taking *taking, const char *name)
{
	struct texts *made = &taking->made;
	char **more = ARENA_ARRAY(taking->engine->arena, made->count + 2, char *);

	if (made->count)
		memcpy(more, made->at, made->count * sizeof(char *));
	more[made->count++] = (char *)(uintptr_t)name;
	made->at = more;
}

/* What its options say is mounted; "o" is a list of words, "bind" among them says that the device is a directory. */
static void take_options(struct volume_taking *taking, const struct volume *volume, struct volume_asked *asked)
{
	const char *type = volume_option(volume, "type"), *words = volume_option(volume, "o");
	char *rest = words ? arena_copy(taking->engine->arena, words, strlen(words)) : NULL, *word;
	size_t room = 2;

	for (const char *at = words; at && *at; at++)
		room += *at == ',';
	asked->type = type;
	asked->path = volume_option(volume, "device");
	asked->more = (struct texts){ ARENA_ARRAY(taking->engine->arena, room, char *), 0 };
	while ((word = strsep(&rest, ","))) {
		if (!*word)
			continue;
		if (!strcmp(word, "bind") || !strcmp(word, "rbind"))
			asked->type = "bind";
		asked->more.at[asked->more.count++] = word;
	}
	if (!strcmp(asked->type, "bind") && sys_faccessat2(AT_FDCWD, asked->path, F_OK, 0))
		problem_set(taking->problem, "volume %s: its device '%s' does not exist", volume->name, asked->path);
}

static void fill(struct volume_taking *taking, const struct volume *volume, const struct volume_asked *asked)
{
	static const struct volume_origin nothing;
	bool unfinished = !sys_faccessat2(volume->folder, VOLUME_WHOLE, F_OK, 0);

	if ((taking->origin && asked->copies) || unfinished)
		volume_fill(taking->engine, volume, taking->origin ? taking->origin : &nothing, asked->destination,
			    taking->ids, taking->problem);
}

struct giving { const struct volume *volume; const struct mapped_ids *ids; };

static int give_to_root(void *data)
{
	const struct volume *volume = ((struct giving *)data)->volume;
	const struct mapped_ids *ids = ((struct giving *)data)->ids;
	uint32_t uid = 0, gid = 0;

	ids_find(&ids->uids, 0, &uid);
	ids_find(&ids->gids, 0, &gid);
	return sys_fchownat(volume->folder, VOLUME_DATA, uid, gid, AT_SYMLINK_NOFOLLOW);
}

/* Whoever made it is nobody in the container, so a new volume is its root's, until it gets what the image has there. */
static void give(struct volume_taking *taking, const struct volume *volume)
{
	struct giving giving = { volume, taking->ids };
	int error = helper_as_owner(taking->engine->arena, give_to_root, &giving, taking->problem);

	if (error)
		problem_set(taking->problem, "volume %s: cannot be given to the container's root: %s", volume->name,
			    reason_words(error));
}

/* Locked as it must be: exclusively where it may have to be filled, and shared in the end. False where it was removed
 * meanwhile, which is no problem, or after a problem. */
static bool hold(struct volume_taking *taking, struct volume *volume, const struct volume_asked *asked, bool new)
{
	if (!volume->options.count && (new || volume_wants_filling(volume))) {
		if (!volume_lock(taking->engine, volume, LOCK_EX, taking->problem))
			return false;
		/* Another may have done it while this one waited. */
		if (volume_wants_filling(volume))
			fill(taking, volume, asked);
	}
	return !taking->problem->found && volume_lock(taking->engine, volume, LOCK_SH, taking->problem);
}

/* The volume, which is held; new ones are made, or only told of. */
static bool find_or_make(struct volume_taking *taking, struct volume_asked *asked, struct volume *ret_volume)
{
	const bool told = taking->engine->only_told;
	bool new = false;

	*ret_volume = (struct volume){ .name = asked->source, .labels = asked->labels, .options = asked->options,
				       .anonymous = asked->anonymous, .folder = -1 };
	if (!(told ? volume_tell : volume_make)(taking->engine, ret_volume, &new, taking->problem))
		return false;
	asked->source = ret_volume->name;
	if (new)
		note_new(taking, ret_volume->name);
	if (new && !told && taking->stranger && !ret_volume->options.count)
		give(taking, ret_volume);
	return told || hold(taking, ret_volume, asked, new);
}

static void take_volume(struct volume_taking *taking, struct volume_asked *asked)
{
	enum { TRIES = 16 };
	struct volume volume = { .folder = -1 };
	bool held = false;

	for (int i = 0; i < TRIES && !held && !taking->problem->found; i++) {
		volume_close(&volume);
		held = find_or_make(taking, asked, &volume);
	}
	if (!held) {
		volume_close(&volume);
		problem_set(taking->problem, "volume %s: is removed again and again by somebody else", asked->source);
		return;
	}
	asked->type = "bind";
	asked->path = volume.path;
	if (volume.options.count)
		take_options(taking, &volume, asked);
	if (volume.folder >= 0)
		store_hold(taking->engine->store, taking->holds, volume.folder);
}

/* Those without a name, which nobody else can know, come last; of one name the first that was asked for comes first. */
static int by_name(const void *one, const void *other)
{
	const struct volume_asked *a = *(const struct volume_asked *const *)one;
	const struct volume_asked *b = *(const struct volume_asked *const *)other;

	int order = !a->source - !b->source;

	if (!order && a->source)
		order = strcmp(a->source, b->source);
	return order ? order : (a > b) - (a < b);
}

/* Who is killed before container.json is written leaves them to who sweeps: so they are written down before they are
 * made. */
static bool name_new_ones(struct volume_taking *taking, struct volume_asked **order, size_t count)
{
	struct text text = text_new(taking->engine->arena);

	for (size_t i = 0; i < count; i++) {
		if (order[i]->source)
			continue;
		order[i]->source = engine_new_id(taking->engine->arena);
		text_printf(&text, "%s\n", order[i]->source);
	}
	return !text.length || engine_write(taking->making, VOLUMES_FILE, text.at, text.length, taking->problem);
}

/* In the order of their names, so that of two containers that are made at the same time neither waits for the other. */
static void take_volumes(struct volume_taking *taking, struct volumes_asked *volumes)
{
	struct volume_asked **order = ARENA_ARRAY(taking->engine->arena, volumes->count + 1, struct volume_asked *);
	const struct volume_asked *last = NULL;
	size_t count = 0;

	for (size_t i = 0; i < volumes->count; i++)
		if (volumes->at[i].kind == VOLUME_STORED)
			order[count++] = &volumes->at[i];
	qsort(order, count, sizeof(struct volume_asked *), by_name);
	if (!name_new_ones(taking, order, count))
		return;
	for (size_t i = 0; i < count && !taking->problem->found; i++) {
		if (last && order[i]->source && !strcmp(last->source, order[i]->source)) {
			order[i]->type = last->type;
			order[i]->path = last->path;
			order[i]->more = last->more;
			continue;
		}
		take_volume(taking, order[i]);
		last = order[i];
	}
}

bool volumes_take(struct volume_taking *taking, struct volumes_asked *volumes)
{
	for (size_t i = 0; i < volumes->count && !taking->problem->found; i++)
		if (volumes->at[i].kind == VOLUME_BIND)
			take_bind(taking, &volumes->at[i]);
	for (size_t i = 0; i < volumes->count && !taking->problem->found; i++)
		if (volumes->at[i].kind == VOLUME_IMAGE)
			volume_take_image(taking, &volumes->at[i]);
	if (!taking->problem->found)
		take_volumes(taking, volumes);
	for (size_t i = 0; i < volumes->count && !taking->problem->found; i++)
		if (volumes->at[i].kind != VOLUME_FRESH)
			volume_change(taking, &volumes->at[i], i);
	return !taking->problem->found;
}

void volumes_give_back(struct engine *engine, const struct texts *made)
{
	for (size_t i = 0; i < made->count; i++) {
		struct problem ignored = { 0 };

		volume_remove(engine, made->at[i], &ignored);
	}
}

void volumes_note(struct arena *arena, const struct volumes_asked *volumes, struct made *made)
{
	made->mount = ARENA_ARRAY(arena, volumes->count + 1, struct made_mount);
	made->mounts = 0;
	for (size_t i = 0; i < volumes->count; i++) {
		const struct volume_asked *volume = &volumes->at[i];

		if (volume->kind == VOLUME_FRESH || volume->kind == VOLUME_IMAGE || volume->own)
			continue;
		made->mount[made->mounts++] = (struct made_mount){
			.name = volume->kind == VOLUME_STORED ? volume->source : "",
			.source = volume->note,
			.destination = volume->destination,
			.options = volume->words,
			.anonymous = volume->anonymous,
		};
	}
}
