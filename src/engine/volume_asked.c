/* volume_asked.c - see volume_asked.h */
#include "engine/volume_asked.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/volume_glob.h"
#include "engine/volume_long.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* --- lists --- */

void volumes_add(struct arena *arena, struct volumes_asked *volumes, const struct volume_asked *volume)
{
	volumes->at = arena_grow(arena, volumes->at, volumes->count, &volumes->room, sizeof(*volumes->at));
	volumes->at[volumes->count++] = *volume;
}

static struct volume_asked *find(const struct volumes_asked *volumes, const char *destination)
{
	for (size_t i = 0; i < volumes->count; i++)
		if (!strcmp(volumes->at[i].destination, destination))
			return &volumes->at[i];
	return NULL;
}

void volume_add_word(struct arena *arena, struct volume_asked *volume, const char *word)
{
	struct texts *words = &volume->words;
	char **more = ARENA_ARRAY(arena, words->count + 2, char *);

	if (words->count)
		memcpy(more, words->at, words->count * sizeof(char *));
	more[words->count++] = (char *)(uintptr_t)word;
	words->at = more;
}

/* --- words behind a path --- */

static const char *const propagations[] = { "private", "rprivate", "shared", "rshared", "slave", "rslave", NULL };
static const char *const binds[] = { "bind", "rbind", NULL };
static const char *const others[] = { "noexec", "exec", "nosuid", "suid", "nodev", "dev", "idmap", "ridmap", NULL };

bool volume_word_is_propagation(const char *word)
{
	return text_is_one_of(word, propagations);
}

bool volume_word_is_bind(const char *word)
{
	return text_is_one_of(word, binds);
}

bool volume_word_is_option(const char *word)
{
	return text_is_one_of(word, propagations) || text_is_one_of(word, binds) || text_is_one_of(word, others);
}

/* "ro", "rw", and what is done before the mount. False for a word that is none of these. */
static bool take_word(struct volume_asked *volume, const char *word)
{
	/* They say what is anyway. */
	static const char *const nothing[] = { "", "consistent", "cached", "delegated", "copy", NULL };

	if (!strcmp(word, "ro") || !strcmp(word, "rw"))
		volume->readonly = word[1] == 'o';
	else if (!strcmp(word, "nocopy"))
		volume->copies = false;
	else if (!strcmp(word, "z") || !strcmp(word, "Z"))
		volume->label = word[0];
	else if (!strcmp(word, "U"))
		volume->chown = true;
	else if (!strcmp(word, "O"))
		volume->overlay = true;
	else
		return text_is_one_of(word, nothing);
	return true;
}

void volume_take_word(struct arena *arena, struct volume_asked *volume, const char *word, struct problem *problem)
{
	if (!take_word(volume, word) && !volume_word_is_option(word))
		problem_set(problem, "option '%s': '%s' is none of ro, rw, z, Z, U, O, nocopy, noexec, nosuid, nodev, "
			    "bind, rbind, idmap, private, slave, shared", volume->option, word);
	if (word[0])
		volume_add_word(arena, volume, word);
}

bool volume_set_subpath(struct arena *arena, struct volume_asked *volume, const char *subpath, struct problem *problem)
{
	const bool wrong = !subpath[0] || subpath[0] == '/';

	if (wrong)
		problem_set(problem, "option '%s': the subpath '%s' is no path relative to the volume", volume->option,
			    subpath);
	volume->subpath = subpath;
	volume->copies = false;
	volume_add_word(arena, volume, arena_printf(arena, "subpath=%s", subpath));
	return !wrong;
}

/* --- places --- */

const char *volume_clean_path(struct arena *arena, const char *path)
{
	char *clean = arena_alloc(arena, strlen(path) + 2);
	size_t length = 0;

	while (*path) {
		size_t part = strcspn(path, "/");

		if (part == 2 && !strncmp(path, "..", 2)) {
			while (length && clean[--length] != '/')
				;
		} else if (part && !(part == 1 && path[0] == '.')) {
			clean[length++] = '/';
			memcpy(clean + length, path, part);
			length += part;
		}
		path += part + (path[part] == '/');
	}
	if (!length)
		clean[length++] = '/';
	clean[length] = '\0';
	return clean;
}

static bool is_in(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return !strncmp(path, folder, length) && (!path[length] || path[length] == '/');
}

/* What the kernel shows in /proc and /sys is not covered by files that outlive the container, as with docker. */
static const char *wrong_place(const struct volume_asked *volume)
{
	if (!strcmp(volume->destination, "/"))
		return "is no absolute path below / in the container";
	if (volume->kind != VOLUME_STORED)
		return NULL;
	if (is_in(volume->destination, "/proc") || is_in(volume->destination, "/sys") ||
	    !strcmp(volume->destination, "/dev"))
		return "is no place for a volume: there the container has files of the kernel's";
	return NULL;
}

bool volume_set_place(struct arena *arena, struct volume_asked *volume, const char *path, struct problem *problem)
{
	const char *wrong;

	volume->destination = path && path[0] == '/' ? volume_clean_path(arena, path) : "/";
	wrong = wrong_place(volume);
	if (wrong)
		problem_set(problem, volume->option[0] == '-' ? "option '%s': '%s' %s" : "the image's %s: '%s' %s",
			    volume->option, path ? path : "", wrong);
	return !wrong;
}

/* --- --volume [SOURCE:]PATH[:OPTIONS] --- */

const char *volume_absolute_source(struct arena *arena, const char *source)
{
	char here[PATH_MAX];

	if (!source || source[0] != '.')
		return source;
	if (!getcwd(here, sizeof(here)))
		return source;
	return volume_clean_path(arena, arena_printf(arena, "%s/%s", here, source));
}

static void read_volume(struct arena *arena, const char *given, struct volumes_asked *volumes, struct problem *problem)
{
	char *rest = arena_copy(arena, given, strlen(given)), *word;
	const char *source = strsep(&rest, ":"), *target = strsep(&rest, ":");
	struct volume_asked volume = { .kind = VOLUME_STORED, .option = "--volume", .copies = true };

	if (!target) {
		target = source;
		volume.anonymous = true;
	} else if (source[0] == '/' || source[0] == '.') {
		volume.kind = VOLUME_BIND;
		volume.source = volume_absolute_source(arena, source);
		if (volume.source[0] != '/')
			problem_set(problem, "option '--volume': '%s': the working directory has been removed; "
				    "go to another one, or name a path from / on", source);
	} else if (volume_check_name(source, problem)) {
		volume.source = source;
	}
	if (problem->found || !volume_set_place(arena, &volume, target, problem))
		return;
	while ((word = strsep(&rest, ",:")))
		volume_take_word(arena, &volume, word, problem);
	volumes_add(arena, volumes, &volume);
}

/* --- --tmpfs PATH[:OPTIONS] --- */

static void read_tmpfs(struct arena *arena, const char *given, struct volumes_asked *volumes, struct problem *problem)
{
	char *rest = arena_copy(arena, given, strlen(given)), *path = strsep(&rest, ":"), *word;
	struct volume_asked volume = { .kind = VOLUME_FRESH, .type = "tmpfs", .option = "--tmpfs" };

	if (!volume_set_place(arena, &volume, path, problem))
		return;
	while ((word = strsep(&rest, ",")))
		if (*word)
			volume_add_word(arena, &volume, word);
	volumes_add(arena, volumes, &volume);
}

/* --read-only-tmpfs: where programs write who are not told otherwise. */
static void add_fresh(struct arena *arena, struct volumes_asked *volumes, struct problem *problem)
{
	static const char *const paths[] = { "/run", "/tmp", "/var/tmp" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!find(volumes, paths[i]))
			read_tmpfs(arena, paths[i], volumes, problem);
}

/* --- --volumes-from CONTAINER[:ro|rw] --- */

static void add_from(struct arena *arena, const struct made_mount *mount, const char *mode,
		     struct volumes_asked *volumes, size_t own, struct problem *problem)
{
	static const char subpath[] = "subpath=";
	struct volume_asked volume = {
		.kind = mount->name[0] ? VOLUME_STORED : VOLUME_BIND, .option = "--volumes-from",
		.source = mount->name[0] ? mount->name : mount->source, .destination = mount->destination,
		.anonymous = mount->anonymous,
	};
	struct volume_asked *there = find(volumes, volume.destination);

	for (size_t i = 0; i < mount->options.count; i++)
		if (!strncmp(mount->options.at[i], subpath, sizeof(subpath) - 1))
			volume_set_subpath(arena, &volume, mount->options.at[i] + sizeof(subpath) - 1, problem);
		else
			volume_take_word(arena, &volume, mount->options.at[i], problem);
	volume.chown = false;
	if (mode)
		volume_take_word(arena, &volume, mode, problem);
	if (there && there < volumes->at + own)
		return;
	if (there)
		*there = volume;
	else
		volumes_add(arena, volumes, &volume);
}

static void read_from(struct engine *engine, const char *given, struct volumes_asked *volumes, size_t own,
		      struct problem *problem)
{
	static const char *const modes[] = { "ro", "rw", "z", "Z", NULL };
	char *rest = arena_copy(engine->arena, given, strlen(given));
	const char *name = strsep(&rest, ":"), *mode = rest;
	struct engine_container from;

	if (mode && !text_is_one_of(mode, modes)) {
		problem_set(problem, "option '--volumes-from': '%s' is none of ro, rw, z, Z", mode);
		return;
	}
	if (!engine_find(engine, name, &from, problem))
		return;
	engine_close(&from);
	for (size_t i = 0; i < from.made.mounts; i++)
		add_from(engine->arena, &from.made.mount[i], mode, volumes, own, problem);
}

/* --- VOLUME of the image --- */

/* --image-volume. Podman's usual is "bind", which is called "anonymous" as well: a volume. */
static bool read_image_kind(const char *given, struct volume_asked *volume, struct problem *problem)
{
	static const char *const words[] = { "", "bind", "anonymous", "tmpfs", "ignore", NULL };

	if (given && !text_is_one_of(given, words))
		problem_set(problem, "option '--image-volume': '%s' is none of bind, tmpfs, ignore", given);
	if (given && !strcmp(given, "tmpfs"))
		*volume = (struct volume_asked){ .kind = VOLUME_FRESH, .type = "tmpfs", .option = "VOLUME" };
	return !problem->found && !(given && !strcmp(given, "ignore"));
}

static void read_image(struct arena *arena, const struct json *list, const char *kind, struct volumes_asked *volumes,
		       struct problem *problem)
{
	struct volume_asked form = { .kind = VOLUME_STORED, .option = "VOLUME", .anonymous = true, .copies = true };

	if (!read_image_kind(kind, &form, problem))
		return;
	for (const struct json *entry = list && list->kind == JSON_OBJECT ? list->first : NULL; entry;
	     entry = entry->next) {
		struct volume_asked volume = form;

		if (!volume_set_place(arena, &volume, entry->key, problem))
			return;
		/* Programs of the image may lie there. */
		if (volume.kind == VOLUME_FRESH)
			volume_add_word(arena, &volume, "exec");
		if (!find(volumes, volume.destination))
			volumes_add(arena, volumes, &volume);
	}
}

/* --- all of it --- */

static bool add_one(struct arena *arena, struct volumes_asked *volumes, const struct volume_asked *volume,
		    struct problem *problem)
{
	volumes_add(arena, volumes, volume);
	return !problem->found;
}

static void check_places(const struct volumes_asked *volumes, struct problem *problem)
{
	for (size_t i = 0; i < volumes->count; i++)
		if (find(volumes, volumes->at[i].destination) != &volumes->at[i])
			problem_set(problem, "option '%s': duplicate mount point: %s", volumes->at[i].option,
				    volumes->at[i].destination);
}

bool volumes_read(struct engine *engine, const struct run_asked *asked, const struct json *image,
		  struct volumes_asked *ret_volumes, struct problem *problem)
{
	struct arena *arena = engine->arena;
	struct volume_asked volume;
	size_t own;

	*ret_volumes = (struct volumes_asked){ 0 };
	for (size_t i = 0; i < asked->tmpfs.count; i++)
		read_tmpfs(arena, asked->tmpfs.at[i], ret_volumes, problem);
	for (size_t i = 0; i < asked->volumes.count; i++)
		read_volume(arena, asked->volumes.at[i], ret_volumes, problem);
	for (size_t i = 0; i < asked->mounts.count; i++)
		if (volume_read_long(arena, asked->mounts.at[i], &volume, problem))
			(volume.pattern ? volumes_add_matches : add_one)(arena, ret_volumes, &volume, problem);
	if (asked->read_only && asked->read_only_tmpfs)
		add_fresh(arena, ret_volumes, problem);
	check_places(ret_volumes, problem);
	own = ret_volumes->count;
	for (size_t i = 0; i < asked->volumes_from.count && !problem->found; i++)
		read_from(engine, asked->volumes_from.at[i], ret_volumes, own, problem);
	read_image(arena, image, asked->image_volume, ret_volumes, problem);
	return !problem->found;
}
