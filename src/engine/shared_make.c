/* shared_make.c - the namespace of an ordinary user's networks is made, and gets its holder: see shared.h. */
#include "base/held.h"
#include "base/ambient.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/connect_parts.h"
#include "engine/idle.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/shared.h"
#include "exec/do.h"
#include "image/helper.h"
#include "image/id_map.h"
#include "net/outside.h"
#include "net/roster.h"
#include "spec/reason.h"
#include <linux/close_range.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where pasta answers for the machine's resolvers: an address of no other network's (RFC 3927). */
#define RESOLVER "169.254.1.1"

enum { NOT_RUN = 127, WORDS_MAX = 4096 };

const char *shared_program(const struct engine *engine)
{
	const char *path = helper_path(engine->arena, "taru-outward");

	return path ? path : "/usr/libexec/taru/taru-outward";
}

static void add_lock(struct engine *engine, const char *file, struct texts *words)
{
	texts_add(engine->arena, words, "--lock");
	texts_add(engine->arena, words, arena_printf(engine->arena, "%s/" SHARED_FOLDER "/%s", engine->run, file));
}

/* --- the user namespace --- */

/* The one above the container's own, where that is one of the user's, below this process's; or -1. */
static int open_above(struct engine *engine, pid_t process)
{
	const char *path = arena_printf(engine->arena, "/proc/%d/ns/user", (int)process);
	closes int own = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	closes int here = sys_openat(AT_FDCWD, "/proc/self/ns/user", O_RDONLY, 0);
	closes int above = own < 0 ? -1 : sys_ioctl(own, NS_GET_PARENT, NULL);
	closes int top = above < 0 ? -1 : sys_ioctl(above, NS_GET_PARENT, NULL);

	return top >= 0 && file_is_same(here, top) ? take_fd(&above) : -1;
}

/* Who kept the namespace was killed, and containers live on. They can be brought back only into networks whose
 * namespace belongs to the same user namespace, which is above theirs. -1: there are none. */
static int find_user_namespace(struct engine *engine)
{
	struct text warnings = text_new(engine->arena);
	struct engine_container *list;
	struct problem none = { 0 };
	size_t count = 0;
	int fd = -1;

	if (!engine_list(engine, &list, &count, &warnings, &none))
		return -1;
	for (size_t i = 0; i < count && fd < 0; i++)
		if (engine_lives(&list[i]) && shared_is_for(&list[i].made))
			fd = open_above(engine, list[i].pid);
	return fd;
}

/* --- the process --- */

struct making {
	struct texts words;
	int above;			/* the user namespace; -1: a new one */
	int go, complaints;		/* read from; written to */
};

static int set_loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	closes int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

static _Noreturn void become_holder(const struct making *making)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const env[] = { path, NULL };
	char byte;

	if (sys_read(making->go, &byte, 1) != 1 ||
	    (making->above >= 0 && sys_setns(making->above, CLONE_NEWUSER)) || sys_unshare(CLONE_NEWNET) ||
	    set_loopback_up() || ambient_keep())
		sys_exit(NOT_RUN);
	sys_dup3(making->complaints, STDERR_FILENO, 0);
	sys_close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	sys_execve(making->words.at[0], making->words.at, env);
	sys_exit(NOT_RUN);
}

/* What it complains of, in one line, until nobody has the other end any more. */
static const char *read_complaint(struct arena *arena, int from)
{
	char text[WORDS_MAX];
	size_t length = 0;
	ssize_t got;

	while (length < sizeof(text) - 1 && (got = sys_read(from, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return arena_copy(arena, text, strlen(text));
}

static int run_holder(struct engine *engine, struct making *making, const char **ret_complaint,
		      struct problem *problem)
{
	struct clone_args how = { .flags = making->above < 0 ? CLONE_NEWUSER : 0, .exit_signal = SIGCHLD };
	closes int go = -1, complaints = -1;
	int ends[2], said[2], status = -1;
	pid_t pid;

	if (sys_pipe2(ends, O_CLOEXEC))
		return -1;
	making->go = ends[0];
	go = ends[1];
	if (sys_pipe2(said, O_CLOEXEC)) {
		sys_close(making->go);
		return -1;
	}
	complaints = said[0];
	making->complaints = said[1];
	pid = sys_clone3(&how);
	if (pid == 0) {
		sys_close(go);
		become_holder(making);
	}
	sys_close(making->go);
	sys_close(making->complaints);
	if (pid < 0)
		problem_set(problem, "this user may make no user namespace: %s; see user.max_user_namespaces and, on "
			    "Debian and Ubuntu, kernel.apparmor_restrict_unprivileged_userns", reason_words(pid));
	else if (making->above >= 0 || id_map_child_same(engine->arena, pid, problem))
		sys_write(go, "", 1);
	fd_close_at(&go);
	go = -1;
	*ret_complaint = read_complaint(engine->arena, complaints);
	while (pid > 0 && sys_wait4(pid, &status, 0) == -EINTR)
		;
	return status;
}

static int write_servers(int folder)
{
	static const char text[] = "nameserver " RESOLVER "\n";

	return folder_write(folder, SHARED_SERVERS, text, sizeof(text) - 1);
}

/* Those of a namespace whose holder was killed are bound to bridges that nobody finds any more, and keep others from
 * serving the network. */
static void end_resolvers(struct engine *engine)
{
	struct text warnings = text_new(engine->arena);
	struct problem none = { 0 };
	struct network *list;
	size_t count;

	if (!networks_list(engine->store, &list, &count, &warnings, &none))
		return;
	for (size_t i = 0; i < count; i++) {
		struct problem gone = { 0 };
		struct network network;

		if (!network_find(engine->store, list[i].name, NULL, &network, &gone))
			continue;
		if (network.folder >= 0 && network_has_names(&network))
			roster_end(&network);
		network_close(&network);
	}
}

static struct texts holder_words(struct engine *engine)
{
	struct arena *arena = engine->arena;
	struct texts words = { 0 };

	texts_add(arena, &words, shared_program(engine));
	texts_add(arena, &words, "--shared");
	texts_add(arena, &words, arena_printf(arena, "%s/" SHARED_FOLDER "/" SHARED_USERS, engine->run));
	texts_add(arena, &words, "--linger");
	texts_add(arena, &words, arena_printf(arena, "%u", idle_seconds()));
	add_lock(engine, SHARED_HOLDER, &words);
	return words;
}

bool shared_make(struct engine *engine, int folder, struct problem *problem)
{
	closes int above = find_user_namespace(engine);
	struct making making = { .words = holder_words(engine), .above = above };
	const char *complaint = "";
	int error = write_servers(folder), status;

	if (error) {
		problem_set(problem, "cannot write '%s': %s", shared_servers(engine), reason_words(error));
		return false;
	}
	end_resolvers(engine);
	/* What led out of the one before may still be about to end, with its lock: that is another file's then. */
	sys_unlinkat(folder, SHARED_WAY_OUT, 0);
	status = run_holder(engine, &making, &complaint, problem);
	if (status)
		problem_set(problem, "the namespace of this user's networks cannot be made: taru-outward %s%s%s",
			    helper_status(engine->arena, status), complaint[0] ? ": " : "", complaint);
	return !problem->found;
}

/* --- the way out --- */

static struct texts way_out_words(struct engine *engine, const char *pasta, pid_t holder)
{
	struct arena *arena = engine->arena;
	struct made_network asked = { .network = "pasta" };
	const struct held_ports none = { 0 };
	struct texts words = { 0 };

	texts_add(arena, &words, shared_program(engine));
	texts_add(arena, &words, "--process");
	texts_add(arena, &words, arena_printf(arena, "%d", (int)holder));
	add_lock(engine, SHARED_WAY_OUT, &words);
	texts_add(arena, &words, "--");
	texts_add(arena, &words, pasta);
	texts_add(arena, &asked.options, "-I");
	texts_add(arena, &asked.options, "outside");
	outward_add_words(arena, &asked, &none, RESOLVER, &words);
	return words;
}

bool shared_has_way_out(int folder)
{
	return held_is(folder, SHARED_WAY_OUT);
}

const char *shared_make_way_out(struct engine *engine, int folder)
{
	struct arena *arena = engine->arena;
	const char *pasta = outward_find(arena, "pasta");
	struct outside outside;
	struct texts words;
	struct run *run;
	int error;

	if (!outward_has_route(arena))
		return NULL;
	if (!pasta)
		return "pasta is not installed (package passt): containers in networks reach each other, and nothing "
		       "outside";
	words = way_out_words(engine, pasta, shared_holder(folder));
	run = outside_begin(&outside);
	error = tool_run(run, words.at, -1);
	scratch_close(run);
	if (!error)
		return NULL;
	/* That it is not there is no fault then, see shared_lacks_way_out(). */
	sys_unlinkat(folder, SHARED_WAY_OUT, 0);
	return arena_printf(arena, "containers in networks reach each other, and nothing outside: pasta did not start "
			    "(it says: %s)%s", outside.tape.note, strstr(outside.tape.note, "tun") ?
			    "; it needs /dev/net/tun, which everybody may write to" : "");
}
