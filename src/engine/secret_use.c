/* secret_use.c - see secret_use.h */
#include "engine/secret_use.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "engine/secret.h"
#include "engine/volume_long.h"
#include "image/helper.h"
#include "spec/reason.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define PLACE "/run/secrets"
#define SOURCE "source="
#define FOLDER "secrets"

enum { MODE_USUAL = 0444 };

/* One of the options. */
struct use {
	const char *given;
	struct secret secret;
	bool variable;
	const char *target;		/* a variable; a name in PLACE; an absolute path */
	uint64_t uid, gid, mode;
};

/* --- the option --- */

static bool read_octal(const char *text, uint64_t *ret_mode)
{
	*ret_mode = 0;
	for (const char *at = text; *at; at++) {
		*ret_mode = *ret_mode * 8 + (uint64_t)(*at - '0');
		if (*at < '0' || *at > '7' || *ret_mode > 07777)
			return false;
	}
	return text[0];
}

static void refuse(const struct use *use, const char *what, struct problem *problem)
{
	problem_set(problem, "option '--secret': '%s': %s", use->given, what);
}

static void take_word(struct use *use, const char *key, const char *value, struct problem *problem)
{
	if (!strcmp(key, "type") && !strcmp(value, "env"))
		use->variable = true;
	else if (!strcmp(key, "type") && strcmp(value, "mount") != 0)
		refuse(use, "the type is mount or env", problem);
	else if (!strcmp(key, "target"))
		use->target = value;
	else if (!strcmp(key, "uid") && (!text_to_u64(value, &use->uid) || use->uid >= UINT32_MAX))
		refuse(use, "uid is a number", problem);
	else if (!strcmp(key, "gid") && (!text_to_u64(value, &use->gid) || use->gid >= UINT32_MAX))
		refuse(use, "gid is a number", problem);
	else if (!strcmp(key, "mode") && !read_octal(value, &use->mode))
		refuse(use, "mode is an octal number up to 7777", problem);
	else if (strcmp(key, "type") != 0 && strcmp(key, "uid") != 0 && strcmp(key, "gid") != 0 &&
		 strcmp(key, "mode") != 0)
		refuse(use, "is NAME[,type=mount|env][,target=TARGET][,uid=N][,gid=N][,mode=OCTAL]", problem);
}

/* A name in PLACE where it is there, else an absolute path. */
static void set_target(struct arena *arena, struct use *use, struct problem *problem)
{
	static const size_t length = sizeof(PLACE "/") - 1;

	if (!use->target)
		use->target = use->secret.name;
	if (use->variable && (!use->target[0] || strchr(use->target, '=')))
		refuse(use, "the target is no name of a variable", problem);
	if (use->variable)
		return;
	if (use->target[0] == '/')
		use->target = volume_clean_path(arena, use->target);
	if (!strncmp(use->target, PLACE "/", length))
		use->target += length;
	if (!use->target[0] || !strcmp(use->target, "/") || !strcmp(use->target, ".") || !strcmp(use->target, "..") ||
	    (use->target[0] != '/' && strchr(use->target, '/')))
		refuse(use, "the target is a name in " PLACE " or an absolute path", problem);
}

static bool read_use(struct engine *engine, const char *given, struct use *ret_use, struct problem *problem)
{
	char *rest = arena_copy(engine->arena, given, strlen(given)), *word;
	const char *name = strsep(&rest, ",");

	/* Also as docker's services and podman have it. */
	name += strncmp(name, SOURCE, strlen(SOURCE)) ? 0 : strlen(SOURCE);
	*ret_use = (struct use){ .given = given, .mode = MODE_USUAL };
	while ((word = strsep(&rest, ","))) {
		char *value = word, *key = strsep(&value, "=");

		take_word(ret_use, key, value ? value : "", problem);
	}
	if (problem->found || !secret_find(engine, name, &ret_use->secret, problem))
		return false;
	set_target(engine->arena, ret_use, problem);
	if (ret_use->variable && memchr(ret_use->secret.bytes, '\0', ret_use->secret.size))
		refuse(ret_use, "has a NUL in it, and can be no variable", problem);
	return !problem->found;
}

/* --- files --- */

struct writing {
	int container;
	const struct use *use;
	size_t count;
	bool told;			/* what is in them is not written */
};

static int write_one(int folder, size_t index, const struct use *use, bool told)
{
	char name[NAME_MAX + 1];
	closes int fd = -1;
	int error;

	if (use->target[0] == '/')
		(void)snprintf(name, sizeof(name), "%zu", index);
	else
		(void)snprintf(name, sizeof(name), "in/%s", use->target);
	fd = sys_openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (fd < 0 || told)
		return fd < 0 ? fd : 0;
	error = file_write_all(fd, use->secret.bytes, use->secret.size);
	if (!error)
		error = sys_fchownat(fd, "", (uid_t)use->uid, (gid_t)use->gid, AT_EMPTY_PATH);
	return error ? error : sys_fchmod(fd, (mode_t)use->mode);
}

/* With the rights of whoever owns all ids of an ordinary user. */
static int write_files(void *data)
{
	const struct writing *writing = data;
	int error = sys_mkdirat(writing->container, FOLDER, 0700);
	closes int folder = error ? error : sys_openat(writing->container, FOLDER, O_RDONLY | O_DIRECTORY, 0);

	if (folder < 0)
		return folder;
	error = sys_mkdirat(folder, "in", 0700);
	for (size_t i = 0; i < writing->count && !error; i++)
		if (!writing->use[i].variable)
			error = write_one(folder, i, &writing->use[i], writing->told);
	return error;
}

static struct texts one_text(struct arena *arena, const char *text)
{
	struct texts texts = { ARENA_ARRAY(arena, 2, char *), 1 };

	texts.at[0] = (char *)(uintptr_t)text;
	return texts;
}

static void add_elsewhere(struct arena *arena, const struct container_making *making, const struct use *use,
			  size_t index, struct volumes_asked *volumes)
{
	const struct volume_asked volume = {
		.kind = VOLUME_BIND, .option = "--secret", .destination = use->target, .readonly = true, .type = "bind",
		.path = arena_printf(arena, "%s/" FOLDER "/%zu", making->path, index), .own = true,
	};

	volumes_add(arena, volumes, &volume);
}

/* The directory, and the tmpfs that hides it and gets what is in it. */
static void add_place(struct arena *arena, const struct container_making *making, size_t count,
		      struct volumes_asked *volumes)
{
	struct volume_asked volume = {
		.kind = VOLUME_BIND, .option = "--secret", .destination = PLACE, .readonly = true, .type = "bind",
		.path = arena_printf(arena, "%s/" FOLDER "/in", making->path), .own = true,
	};

	volumes_add(arena, volumes, &volume);
	volume.kind = VOLUME_FRESH;
	volume.type = "tmpfs";
	volume.words = one_text(arena, arena_printf(arena, "mode=755,size=%zum", count + 1));
	volume.more = one_text(arena, "tmpcopyup");
	volumes_add(arena, volumes, &volume);
}

/* --- all of them --- */

static bool is_double(const struct use *use, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (use[i].variable == use[count].variable && !strcmp(use[i].target, use[count].target))
			return true;
	return false;
}

static void add_variables(struct arena *arena, const struct use *use, size_t count, struct texts *env,
			  struct texts *names)
{
	char **more = ARENA_ARRAY(arena, env->count + count + 1, char *);

	names->at = ARENA_ARRAY(arena, count + 1, char *);
	names->count = 0;
	if (env->count)
		memcpy(more, env->at, env->count * sizeof(char *));
	env->at = more;
	for (size_t i = 0; i < count; i++) {
		if (!use[i].variable)
			continue;
		names->at[names->count++] = (char *)(uintptr_t)use[i].target;
		env->at[env->count++] = arena_printf(arena, "%s=%.*s", use[i].target, (int)use[i].secret.size,
						     use[i].secret.bytes);
	}
}

static size_t add_mounts(struct arena *arena, const struct container_making *making, const struct use *use,
			 size_t count, struct volumes_asked *volumes)
{
	size_t files = 0, in_place = 0;

	for (size_t i = 0; i < count; i++) {
		files += !use[i].variable;
		in_place += !use[i].variable && use[i].target[0] != '/';
		if (!use[i].variable && use[i].target[0] == '/')
			add_elsewhere(arena, making, &use[i], i, volumes);
	}
	if (in_place)
		add_place(arena, making, in_place, volumes);
	return files;
}

/* The file in the container's folder, beneath it. */
static const char *copy_of(struct arena *arena, const struct use *use, size_t index)
{
	if (use->target[0] == '/')
		return arena_printf(arena, FOLDER "/%zu", index);
	return arena_printf(arena, FOLDER "/in/%s", use->target);
}

static void tell_secrets(struct engine *engine, const struct use *use, size_t count, const char *folder,
		 struct secrets_taken *taken)
{
	struct arena *arena = engine->arena;

	taken->secret = ARENA_ARRAY(arena, count + 1, struct plan_secret);
	taken->owners.at = ARENA_ARRAY(arena, count + 1, struct plan_change);
	for (size_t i = 0; i < count; i++) {
		const char *copy = copy_of(arena, &use[i], i);
		const char *path = use[i].variable ? NULL : arena_printf(arena, "%s/%s", folder, copy);
		const uint32_t uid = (uint32_t)use[i].uid, gid = (uint32_t)use[i].gid;

		taken->secret[taken->secrets++] = (struct plan_secret){
			secret_file(engine, use[i].secret.name), path, (uint32_t)use[i].mode,
		};
		if (path && (uid || gid))
			taken->owners.at[taken->owners.count++] = (struct plan_change){
				.option = "--secret", .path = path, .owner = true, .uid = uid, .gid = gid,
				.inside_uid = uid, .inside_gid = gid,
			};
	}
}

bool secrets_take(struct engine *engine, const struct texts *given, const struct container_making *making,
		  struct volumes_asked *volumes, struct texts *env, struct secrets_taken *ret_taken,
		  struct problem *problem)
{
	struct use *use = ARENA_ARRAY(engine->arena, given->count + 1, struct use);
	struct writing writing = { making->folder, use, given->count, engine->only_told };
	int error = 0;

	*ret_taken = (struct secrets_taken){ 0 };
	if (!given->count)
		return true;
	for (size_t i = 0; i < given->count && !problem->found; i++) {
		if (read_use(engine, given->at[i], &use[i], problem) && is_double(use, i))
			refuse(&use[i], "another secret has this target", problem);
	}
	if (problem->found)
		return false;
	add_variables(engine->arena, use, given->count, env, &ret_taken->variables);
	if (engine->only_told)
		tell_secrets(engine, use, given->count, making->path, ret_taken);
	if (add_mounts(engine->arena, making, use, given->count, volumes))
		error = helper_as_owner(engine->arena, write_files, &writing, problem);
	if (error)
		problem_set(problem, "cannot make '%s/" FOLDER "': %s", making->path, reason_words(error));
	return !problem->found;
}
