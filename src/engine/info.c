/* info.c - see info.h */
#include "engine/info.h"
#include "base/file.h"
#include "base/sys.h"
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

static const char *read_text(struct arena *arena, const char *path)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, path, FILE_MAX, &text, &length) ? "" : text;
}

/* --- this machine --- */

/* PRETTY_NAME="…" of os-release(5). */
static const char *system_name(struct arena *arena)
{
	static const char key[] = "PRETTY_NAME=";
	const char *text = read_text(arena, "/etc/os-release"), *at = strstr(text, key);
	char *name;

	if (!at || (at != text && at[-1] != '\n'))
		return "";
	at += sizeof(key) - 1;
	at += *at == '"';
	name = arena_copy(arena, at, strcspn(at, "\"\n"));
	text_clean(name, '?');
	return name;
}

static uint64_t memory_of(struct arena *arena)
{
	const char *text = read_text(arena, "/proc/meminfo"), *at = strstr(text, "MemTotal:");

	return at ? strtoull(at + strlen("MemTotal:"), NULL, 10) * 1024 : 0;
}

static void read_machine(struct arena *arena, struct engine_info *info)
{
	const struct host_wants wants = { .cgroup = true, .lsm = true };
	struct utsname names;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	host_read(arena, &wants, &info->host);
	uname(&names);
	info->kernel = arena_copy(arena, names.release, strlen(names.release));
	info->machine = arena_copy(arena, names.machine, strlen(names.machine));
	info->name = arena_copy(arena, names.nodename, strlen(names.nodename));
	info->system = system_name(arena);
	info->processors = processors > 0 ? (unsigned)processors : 1;
	info->memory = memory_of(arena);
	info->seccomp = sys_faccessat2(AT_FDCWD, "/proc/sys/kernel/seccomp/actions_avail", F_OK, 0) == 0;
	info->cgroup_namespaces = sys_faccessat2(AT_FDCWD, "/proc/self/ns/cgroup", F_OK, 0) == 0;
}

/* --- what the engine has --- */

/* An image has a row for each of its names. */
static size_t count_images(const struct images *images)
{
	size_t count = 0;

	for (size_t i = 0; i < images->count; i++) {
		bool before = false;

		for (size_t j = 0; j < i && !before; j++)
			before = digest_equal(&images->at[i].manifest.digest, &images->at[j].manifest.digest);
		count += !before;
	}
	return count;
}

bool engine_info_read(struct engine *engine, struct engine_info *ret_info, struct text *warnings,
		      struct problem *problem)
{
	struct engine_container *list;
	struct images images;

	*ret_info = (struct engine_info){ 0 };
	if (!engine_list(engine, &list, &ret_info->containers, warnings, problem) ||
	    !store_images(engine->store, &images, problem))
		return false;
	for (size_t i = 0; i < ret_info->containers; i++) {
		ret_info->running += list[i].status == CONTAINER_RUNNING;
		ret_info->paused += list[i].status == CONTAINER_PAUSED;
	}
	ret_info->images = count_images(&images);
	read_machine(engine->arena, ret_info);
	return true;
}
