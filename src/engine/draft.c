/* draft.c - see draft.h */
#include "engine/draft.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/parts.h"
#include "image/helper.h"
#include "spec/reason.h"
#include "wire/message.h"
#include <linux/mount.h>
#include <sched.h>
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
	int error = file_read_kept(arena, from, name, FILE_MAX, &text, &length);

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
