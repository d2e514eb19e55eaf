/* shared_make.c - the namespace of an ordinary user's networks is made, and gets its holder: see shared.h. */
#include "base/ambient.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/idle.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/shared.h"
#include "image/helper.h"
#include "image/id_map.h"
#include "spec/reason.h"
#include <linux/close_range.h>
#include <linux/sched.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where pasta answers for the machine's resolvers: an address of no other network's (RFC 3927). */
#define RESOLVER "169.254.1.1"

enum { NOT_RUN = 127, TOOL_FAILED = 3, WORDS_MAX = 4096 };

/* --- the holder's words --- */

static const char without_pasta[] = "pasta is not installed (package passt): containers reach each other, and nothing "
				    "outside";

static struct texts holder_words(struct engine *engine, const char **ret_note)
{
	struct arena *arena = engine->arena;
	const char *outward = helper_path(arena, "taru-outward"), *pasta = outward_find(arena, "pasta");
	const char *folder = arena_printf(arena, "%s/" SHARED_FOLDER, engine->run);
	struct made_network asked = { .network = "pasta" };
	const struct held_ports none = { 0 };
	struct texts words = { 0 };

	texts_add(arena, &words, outward ? outward : "/usr/libexec/taru/taru-outward");
	texts_add(arena, &words, "--shared");
	texts_add(arena, &words, arena_printf(arena, "%s/" SHARED_USERS, folder));
	texts_add(arena, &words, "--linger");
	texts_add(arena, &words, arena_printf(arena, "%u", idle_seconds()));
	texts_add(arena, &words, "--lock");
	texts_add(arena, &words, arena_printf(arena, "%s/" SHARED_HOLDER, folder));
	*ret_note = pasta ? NULL : without_pasta;
	if (!pasta)
		return words;
	texts_add(arena, &words, "--");
	texts_add(arena, &words, pasta);
	texts_add(arena, &asked.options, "-I");
	texts_add(arena, &asked.options, "outside");
	outward_add_words(arena, &asked, &none, RESOLVER, &words);
	return words;
}

/* --- the process --- */

struct making {
	struct texts words;
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

	if (sys_read(making->go, &byte, 1) != 1 || sys_unshare(CLONE_NEWNET) || set_loopback_up() || ambient_keep())
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
	struct clone_args how = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
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
	else if (id_map_child_same(engine->arena, pid, problem))
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

bool shared_make(struct engine *engine, int folder, const char **ret_note, struct problem *problem)
{
	struct making making = { .words = holder_words(engine, ret_note) };
	const char *complaint = "";
	int error = write_servers(folder), status;

	if (error) {
		problem_set(problem, "cannot write '%s': %s", shared_servers(engine), reason_words(error));
		return false;
	}
	status = run_holder(engine, &making, &complaint, problem);
	if (WIFEXITED(status) && WEXITSTATUS(status) == TOOL_FAILED)
		*ret_note = arena_printf(engine->arena, "containers reach each other, and nothing outside: pasta says: "
					 "%s%s", complaint, strstr(complaint, "tun") ?
					 " (it needs /dev/net/tun, which everybody may write to)" : "");
	else if (status)
		problem_set(problem, "the network namespace of this user's networks cannot be made: taru-outward %s%s%s",
			    helper_status(engine->arena, status), complaint[0] ? ": " : "", complaint);
	return !problem->found;
}
