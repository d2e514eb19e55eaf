/* draft.c - see draft.h */
#include "engine/draft.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/endpoint.h"
#include "engine/parts.h"
#include "engine/volume_parts.h"
#include "image/helper.h"
#include "spec/reason.h"
#include "wire/message.h"
#include <dirent.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILE_MAX = 4 << 20 };

/* --- where it is --- */

/* A file system in memory that is mounted nowhere (fsopen(2)), or -errno. */
static int open_memory(void)
{
	closes int fs = sys_fsopen("tmpfs");
	int error = fs < 0 ? fs : sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0700", 0);

	if (!error)
		error = sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	return error ? error : sys_fsmount(fs, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

struct lending { struct arena *arena; int socket; };

/* An ordinary user may mount one in a user namespace, and has its descriptor from there. */
static int lend_memory(void *data)
{
	const struct lending *lending = data;
	struct text text = text_new(lending->arena);
	closes int memory = -1;
	int error = sys_unshare(CLONE_NEWNS);

	if (error)
		return error;
	memory = open_memory();
	text_add(&text, "{}");
	return memory < 0 ? memory : message_send(lending->socket, &text, &memory, 1);
}

static int borrow_memory(struct arena *arena, struct problem *problem)
{
	struct message *message = ARENA_NEW(arena, struct message);
	int ends[2], error = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) ? -errno : 0;
	struct lending lending = { arena, ends[1] };

	if (error)
		return error;
	error = helper_as_owner(arena, lend_memory, &lending, problem);
	sys_close(ends[1]);
	if (!error && (message_receive(ends[0], arena, message, problem) != 1 || message->fds_count != 1)) {
		message_close(message);
		error = -EIO;
	}
	sys_close(ends[0]);
	return error ? error : message->fds[0];
}

static int open_draft(struct arena *arena, struct problem *problem)
{
	int fd = geteuid() == 0 ? open_memory() : borrow_memory(arena, problem);

	/* As it is opened by fsmount(2) it cannot be read. */
	if (fd >= 0) {
		const int place = fd;

		fd = sys_openat(place, ".", O_RDONLY | O_DIRECTORY, 0);
		sys_close(place);
	}
	if (fd < 0)
		problem_set(problem, "no place in memory can be made for what is only told: %s", reason_words(fd));
	return fd;
}

/* --- a new container --- */

bool draft_begin(struct engine *engine, struct container_making *ret_making, struct problem *problem)
{
	const char *id = engine_new_id(engine->arena);
	int error;

	*ret_making = (struct container_making){
		id, arena_printf(engine->arena, "%s/" CONTAINERS "/%s", engine->store->root, id),
		open_draft(engine->arena, problem),
	};
	if (ret_making->folder < 0)
		return false;
	error = folder_make_inside(ret_making->folder);
	if (error)
		problem_set(problem, "what is only told cannot be made in memory: %s", reason_words(error));
	return !error;
}

bool draft_commit(struct engine *engine, const struct container_making *making, struct made *made,
		  struct problem *problem)
{
	uint64_t seed = 0;

	made->id = making->id;
	made->created = record_now(engine->arena);
	if (!made->name && getrandom(&seed, sizeof(seed), 0) == (ssize_t)sizeof(seed))
		made->name = name_make(engine->arena, seed);
	if (!made->name)
		made->name = "";
	return folder_write_layers(engine, making, made, problem);
}

/* --- the networks of one that is there --- */

static int copy_file(struct arena *arena, int from, int to, const char *name)
{
	char *text = NULL;
	size_t length = 0;
	int error = file_read(arena, from, name, FILE_MAX, &text, &length);

	if (error == -ENOENT)
		return 0;
	return error ? error : folder_write(to, name, text, length);
}

int draft_of_networks(struct engine *engine, int folder, struct problem *problem)
{
	static const char *const names[] = { "hosts", "resolv.conf", HOSTS_ASKED, RESOLV_ASKED };
	int draft = open_draft(engine->arena, problem);
	int error = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && draft >= 0 && !error; i++)
		error = copy_file(engine->arena, folder, draft, names[i]);
	if (!error)
		return draft;
	problem_set(problem, "the container's hosts and resolv.conf cannot be read: %s", reason_words(error));
	sys_close(draft);
	return -1;
}

/* --- as steps --- */

static bool has(const struct texts *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->at[i], text))
			return true;
	return false;
}

static const char folder_why[] = "the container's folder";

struct telling {
	struct arena *arena;
	struct plan plan;		/* the first steps */
	const char *path;		/* of the container's folder */
	int folder;
	struct texts directories;	/* in it, whose names are still to be looked at */
};

static void add_directory(struct plan *plan, const char *why, const char *path, mode_t mode)
{
	plan_add(plan, (struct step){ .kind = STEP_MAKE_DIRECTORY, .lane = LANE_RUNTIME, .why = why,
				      .make_directory = { path, mode } });
}

static void add_file(struct plan *plan, const char *why, const char *path, const char *text)
{
	plan_add(plan, (struct step){ .kind = STEP_WRITE_FILE, .lane = LANE_RUNTIME, .why = why,
				      .write_file = { path, text } });
}

/* What holds them all, where this is the first one. */
static void tell_shelf(struct engine *engine, struct plan *plan, const char *name)
{
	if (engine->store->fd < 0 || sys_faccessat2(engine->store->fd, name, F_OK, 0))
		add_directory(plan, folder_why, arena_printf(engine->arena, "%s/%s", engine->store->root, name), 0700);
}

/* The engine's own records: nothing of the container is made of them. */
static bool is_record(const char *name)
{
	static const char *const records[] = { CONFIG_FILE, MADE_FILE, ENDPOINTS_FILE, HOSTS_ASKED, RESOLV_ASKED,
					       NULL };

	return text_is_one_of(name, records);
}

static void tell_one(struct telling *telling, const char *name)
{
	const char *path = arena_printf(telling->arena, "%s/%s", telling->path, name);
	const char *why = !strncmp(name, "secrets", 7) ? "--secret: what is in it is not told" : folder_why;
	struct stat info;
	char *text;
	size_t length;

	if (is_record(name) || sys_fstatat(telling->folder, name, &info, AT_SYMLINK_NOFOLLOW))
		return;
	if (S_ISDIR(info.st_mode)) {
		add_directory(&telling->plan, why, path, info.st_mode & 07777);
		texts_add(telling->arena, &telling->directories, name);
	} else if (S_ISREG(info.st_mode) &&
		   !file_read(telling->arena, telling->folder, name, FILE_MAX, &text, &length)) {
		add_file(&telling->plan, why, path, text);
	}
}

static int by_name(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static void tell_directory(struct telling *telling, const char *directory)
{
	int fd = sys_openat(telling->folder, directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	const bool top = !strcmp(directory, ".");
	struct texts names = { 0 };

	for (const struct dirent *entry; list && (entry = readdir(list));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			texts_add(telling->arena, &names,
				  arena_printf(telling->arena, "%s%s%s", top ? "" : directory, top ? "" : "/",
					       entry->d_name));
	if (list)
		closedir(list);
	if (names.count)
		qsort(names.at, names.count, sizeof(*names.at), by_name);
	for (size_t i = 0; i < names.count; i++)
		tell_one(telling, names.at[i]);
}

static void tell_volume(struct engine *engine, const struct made_mount *mount, struct plan *plan,
			struct plan_draft *draft)
{
	static const char why[] = "a new volume";
	const char *folder = arena_printf(engine->arena, "%s/" VOLUMES "/%s", engine->store->root, mount->name);
	const char *data = arena_printf(engine->arena, "%s/" VOLUME_DATA, folder);
	const struct volume volume = { .name = mount->name, .created = record_now(engine->arena),
				       .anonymous = mount->anonymous };
	struct text text = text_new(engine->arena);

	volume_write(&text, &volume);
	add_directory(plan, why, folder, 0700);
	add_file(plan, why, arena_printf(engine->arena, "%s/" VOLUME_FILE, folder), text.at);
	add_directory(plan, why, data, 0755);
	if (!has(&mount->options, "nocopy"))
		texts_add(engine->arena, &draft->filled, data);
	if (mount->anonymous)
		texts_add(engine->arena, &draft->lent, folder);
}

static void tell_volumes(struct engine *engine, const struct prepared *prepared, struct plan *plan,
			 struct plan_draft *draft)
{
	const struct made *made = &prepared->made;
	struct texts told = { 0 };

	for (size_t i = 0; i < made->mounts; i++) {
		const char *name = made->mount[i].name;

		if (!has(&prepared->new_volumes, name) || has(&told, name))
			continue;
		if (!told.count)
			tell_shelf(engine, plan, VOLUMES);
		texts_add(engine->arena, &told, name);
		tell_volume(engine, &made->mount[i], plan, draft);
	}
}

/* As `mkdir -p` does. */
static void tell_sources(struct engine *engine, const struct texts *sources, struct plan *plan)
{
	struct texts told = { 0 };

	for (size_t i = 0; i < sources->count; i++)
		for (const char *at = strchr(sources->at[i] + 1, '/'), *path; sources->at[i]; at = strchr(at + 1, '/')) {
			path = arena_copy(engine->arena, sources->at[i],
					  at ? (size_t)(at - sources->at[i]) : strlen(sources->at[i]));
			if (sys_faccessat2(AT_FDCWD, path, F_OK, 0) && !has(&told, path)) {
				texts_add(engine->arena, &told, path);
				add_directory(plan, "--volume: what is not there is made", path, 0755);
			}
			if (!at)
				break;
		}
}

const struct plan_draft *draft_tell(struct engine *engine, const struct prepared *prepared, struct plan *plan)
{
	struct plan_draft *draft = ARENA_NEW(engine->arena, struct plan_draft);
	struct telling telling = { .arena = engine->arena, .plan = *plan, .path = prepared->path,
				   .folder = prepared->folder };

	telling.plan.step = NULL;
	telling.plan.count = telling.plan.room = 0;
	tell_shelf(engine, &telling.plan, CONTAINERS);
	add_directory(&telling.plan, folder_why, prepared->path, 0700);
	texts_add(engine->arena, &telling.directories, ".");
	for (size_t i = 0; i < telling.directories.count; i++)
		tell_directory(&telling, telling.directories.at[i]);
	tell_volumes(engine, prepared, &telling.plan, draft);
	tell_sources(engine, &prepared->new_sources, &telling.plan);
	draft->folder = prepared->path;
	draft->steps = telling.plan.count;
	for (size_t i = 0; i < plan->count; i++) {
		struct step step = plan->step[i];

		step.fallback_of += step.fallback_of ? (unsigned)draft->steps : 0;
		plan_add(&telling.plan, step);
	}
	*plan = telling.plan;
	return draft;
}
