/* read.c - see read.h */
#include "xray/read.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "base/translate.h"
#include "host/host.h"
#include "spec/reason.h"
#include "xray/parse.h"
#include "xray/read_parts.h"
#include <linux/limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { UNREAD_MAX = 64, KERNEL_THREAD = 0x00200000 };	/* PF_KTHREAD */

/* --- which process --- */

static bool has_ended(int process)
{
	struct pollfd end = { process, POLLIN, 0 };
	struct timespec now = { 0, 0 };

	return sys_ppoll(&end, 1, &now) > 0;
}

static pid_t process_of_thread(struct arena *arena, pid_t pid)
{
	struct xray_status status = { 0 };
	size_t length;
	char *text;

	if (!file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%d/status", (int)pid), XRAY_FILE_MAX, &text,
		       &length))
		xray_parse_status(arena, text, &status);
	return status.process;
}

static void complain(struct arena *arena, pid_t pid, int error, struct problem *problem)
{
	const pid_t process = error == -ESRCH ? 0 : process_of_thread(arena, pid);

	if (process && process != pid)
		problem_set(problem, "%d is a thread of process %d: ask for that", (int)pid, (int)process);
	else if (error == -ESRCH || error == -EINVAL || error == -ENOENT)
		problem_set(problem, "there is no process %d", (int)pid);
	else
		problem_set(problem, "cannot take hold of process %d: %s", (int)pid, reason_words(error));
}

/* A /proc of another PID namespace has other processes under the same numbers: it says which one the pidfd is of. */
static bool is_proc_ours(struct arena *arena, pid_t pid, int process)
{
	size_t length;
	char *text;

	return !file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/self/fdinfo/%d", process), XRAY_FILE_MAX, &text,
			  &length) &&
	       xray_parse_fdinfo(arena, text).process == (uint64_t)pid;
}

bool xray_open(struct arena *arena, pid_t pid, struct xray_target *ret_target, struct problem *problem)
{
	closes int process = sys_pidfd_open(pid, 0), folder = -1;

	if (process < 0) {
		complain(arena, pid, process, problem);
		return false;
	}
	folder = sys_openat(AT_FDCWD, arena_printf(arena, "/proc/%d", (int)pid), O_RDONLY | O_DIRECTORY, 0);
	if (has_ended(process)) {
		problem_set(problem, "process %d has ended", (int)pid);
		return false;
	}
	if (!is_proc_ours(arena, pid, process)) {
		problem_set(problem, "'/proc' is not of this PID namespace: mount its own, as 'mount -t proc proc "
			    "/proc' does");
		return false;
	}
	if (folder < 0) {
		problem_set(problem, "cannot open '/proc/%d' (is /proc mounted, and does it show this process?): %s",
			    (int)pid, reason_words(folder));
		return false;
	}
	*ret_target = (struct xray_target){ pid, take_fd(&process), take_fd(&folder) };
	return true;
}

void xray_close(struct xray_target *target)
{
	sys_close(target->process);
	sys_close(target->folder);
}

/* --- its files --- */

void xray_note_unread(struct xray_reader *reader, const char *what, int error)
{
	struct texts *unread = &reader->xray->unread;

	if (error == -ESRCH || error == -ENOENT)
		return;
	if (!unread->at)
		unread->at = ARENA_ARRAY(reader->arena, UNREAD_MAX, char *);
	if (unread->count + 1 < UNREAD_MAX)
		unread->at[unread->count++] = arena_printf(reader->arena, "%s: %s", what, reason_words(error));
}

const char *xray_text(struct xray_reader *reader, const char *file, const char *what, size_t *ret_length)
{
	char *text;
	size_t length;
	const int error = file_read(reader->arena, reader->folder, file, XRAY_FILE_MAX, &text, &length);

	if (error && what)
		xray_note_unread(reader, what, error);
	if (error)
		return NULL;
	if (ret_length)
		*ret_length = length;
	return text;
}

const char *xray_link(struct xray_reader *reader, const char *file)
{
	char path[PATH_MAX];
	const ssize_t length = sys_readlinkat(reader->folder, file, path, sizeof(path));

	return length < 0 ? NULL : arena_copy(reader->arena, path, (size_t)length);
}

/* --- what it is --- */

static const char *first_line(struct xray_reader *reader, const char *file, const char *what)
{
	size_t length = 0;
	const char *text = xray_text(reader, file, what, &length);

	if (text && length && text[length - 1] == '\n')
		length--;
	return text ? arena_copy(reader->arena, text, length) : NULL;
}

static void read_status(struct xray_reader *reader)
{
	struct xray *xray = reader->xray;
	const char *status = xray_text(reader, "status", _("ids, capabilities and seccomp"), NULL);
	const char *stat = xray_text(reader, "stat", _("how it is scheduled"), NULL);

	xray_parse_status(reader->arena, status ? status : "", &xray->status);
	xray_parse_stat(stat ? stat : "", &xray->stat);
	xray->name = first_line(reader, "comm", NULL);
	if (!xray->name)
		xray->name = "";
}

static void read_words(struct xray_reader *reader)
{
	size_t length = 0;
	const char *text = xray_text(reader, "cmdline", "arguments", &length);

	reader->xray->arguments = xray_parse_arguments(reader->arena, text ? text : "", length);
	reader->xray->executable = xray_link(reader, "exe");
}

static void read_ids(struct xray_reader *reader)
{
	struct xray *xray = reader->xray;
	const char *uids = xray_text(reader, "uid_map", _("uid map"), NULL);
	const char *gids = xray_text(reader, "gid_map", _("gid map"), NULL);
	const char *groups = xray_text(reader, "setgroups", NULL, NULL);

	xray->uids = xray_parse_id_map(reader->arena, uids ? uids : "");
	xray->gids = xray_parse_id_map(reader->arena, gids ? gids : "");
	xray->sets_groups = groups && !strncmp(groups, "allow", strlen("allow"));
}

/* Of a process that is not dumpable all in /proc belongs to root (proc(5)). */
static void read_dumpable(struct xray_reader *reader)
{
	const uint32_t effective = reader->xray->status.uid[1];
	struct stat info;

	if (effective && reader->xray->status.process && sys_fstat(reader->folder, &info) == 0)
		reader->xray->dumpable = (struct maybe_bool){ true, info.st_uid == effective };
}

static void read_label(struct xray_reader *reader)
{
	const struct host_wants wants = { .lsm = true };
	struct host host = { 0 };
	const char *label = first_line(reader, "attr/apparmor/current", NULL);

	if (!label)
		label = first_line(reader, "attr/current", NULL);
	reader->xray->label = label && *label ? label : NULL;
	host_read(reader->arena, &wants, &host);
	reader->xray->apparmor = host.apparmor;
	reader->xray->selinux = host.selinux;
}

static void read_limits(struct xray_reader *reader)
{
	const char *limits = xray_text(reader, "limits", _("limits of setrlimit"), NULL);
	const char *score = xray_text(reader, "oom_score_adj", "oom_score_adj", NULL), *at = score;
	uint64_t value;

	reader->xray->rlimits = xray_parse_limits(reader->arena, limits ? limits : "", reader->xray->rlimit);
	if (score && *at == '-')
		at++;
	if (score && xray_number(&at, 10, &value) && value <= 1000)
		reader->xray->oom_score_adj =
			(struct maybe_i64){ true, *score == '-' ? -(int64_t)value : (int64_t)value };
}

static void read_ptrace_scope(struct xray_reader *reader)
{
	size_t length;
	char *text;

	if (!file_read(reader->arena, AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope", XRAY_FILE_MAX, &text, &length))
		reader->xray->ptrace_scope = (struct maybe_u32){ true, (uint32_t)(text[0] - '0') };
}

static void read_sockets(struct xray_reader *reader)
{
	for (int i = 0; i < PROTOCOLS; i++) {
		const char *name = xray_protocol_name((enum xray_protocol)i);
		const char *text = xray_text(reader, arena_printf(reader->arena, "net/%s", name),
					     i ? NULL : "ports", NULL);

		xray_parse_sockets(reader->arena, text ? text : "", (enum xray_protocol)i, &reader->xray->sockets);
	}
}

static bool is_ordinary(const struct xray *xray, struct problem *problem)
{
	if (xray->status.kernel_thread || xray->stat.flags & KERNEL_THREAD)
		problem_set(problem, "process %d ('%s') is a thread of the kernel: nothing isolates it", (int)xray->pid,
			    xray->name);
	else if (xray->status.state == 'Z' || xray->status.state == 'X')
		problem_set(problem, "process %d has ended", (int)xray->pid);
	return !problem->found;
}

static void read_all(struct xray_reader *reader)
{
	read_words(reader);
	read_ids(reader);
	read_dumpable(reader);
	read_label(reader);
	read_limits(reader);
	read_ptrace_scope(reader);
	read_sockets(reader);
	xray_read_namespaces(reader);
	xray_read_mounts(reader);
	xray_read_cgroups(reader);
	xray_read_files(reader);
}

bool xray_read(struct arena *arena, const struct xray_target *target, struct xray *ret_xray, struct problem *problem)
{
	struct xray_reader reader = { .arena = arena, .folder = target->folder, .xray = ret_xray };

	*ret_xray = (struct xray){ .arena = arena, .pid = target->pid };
	read_status(&reader);
	if (!has_ended(target->process) && !is_ordinary(ret_xray, problem))
		return false;
	if (!has_ended(target->process))
		read_all(&reader);
	if (has_ended(target->process))
		problem_set(problem, "process %d has ended while it was looked at", (int)target->pid);
	return !problem->found;
}
