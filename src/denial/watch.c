/* watch.c - see watch.h */
#include "denial/watch.h"
#include "base/file.h"
#include "base/translate.h"
#include "denial/facts.h"
#include "spec/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { THREADS_MAX = 1024, FINDINGS_MAX = 64, OPTIONS =
	PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
	PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL };

/* What a thread is in the middle of. */
struct thread {
	pid_t tid;
	bool awaited;			/* the SIGSTOP that its begin is, is still to come */
	bool inside, known;		/* `abi`, `call` and `arg` are those of its last call */
	enum syscall_abi abi;
	uint32_t call;
	uint64_t arg[6];
};

struct finding { struct attempt attempt; size_t times; };

struct watcher {
	struct ground ground;
	bool begun;
	struct thread thread[THREADS_MAX];
	size_t threads;
	struct finding finding[FINDINGS_MAX];
	size_t findings, lost;
	size_t unseen;			/* threads beyond THREADS_MAX */
};

/* --- threads --- */

static struct thread *find_thread(struct watcher *watcher, pid_t tid)
{
	for (size_t i = 0; i < watcher->threads; i++)
		if (watcher->thread[i].tid == tid)
			return &watcher->thread[i];
	if (watcher->threads == THREADS_MAX)
		return NULL;
	watcher->thread[watcher->threads] = (struct thread){ .tid = tid, .awaited = watcher->begun };
	return &watcher->thread[watcher->threads++];
}

static void forget(struct watcher *watcher, struct thread *thread)
{
	*thread = watcher->thread[--watcher->threads];
}

/* --- findings --- */

static bool is_same(const struct attempt *one, const struct attempt *other)
{
	return one->abi == other->abi && one->call == other->call && one->error == other->error &&
	       one->killed == other->killed && one->port == other->port && strcmp(one->path, other->path) == 0 &&
	       strcmp(one->rights.name, other->rights.name) == 0;
}

static void keep(struct watcher *watcher, const struct attempt *attempt)
{
	for (size_t i = 0; i < watcher->findings; i++)
		if (is_same(&watcher->finding[i].attempt, attempt)) {
			watcher->finding[i].times++;
			return;
		}
	if (watcher->findings == FINDINGS_MAX)
		watcher->lost++;
	else
		watcher->finding[watcher->findings++] = (struct finding){ *attempt, 1 };
}

/* Whether it may be worth a look. What works is, where it is one of few calls. */
static bool is_worth(int error, const char *name)
{
	static const char *const also[] = { "bind", "socket", "execve", "execveat", "open", "openat", NULL };

	return error || text_is_one_of(name, also);
}

static void look(struct watcher *watcher, const struct thread *thread, int error, bool killed)
{
	struct attempt attempt = { .abi = thread->abi, .call = thread->call, .error = error, .killed = killed };
	const char *name = thread->known ? syscall_name_in(thread->abi, thread->call) : NULL;
	const struct path_call *call = name ? path_call_find(name) : NULL;

	if (!name || (!killed && !is_worth(error, name)) || !facts_rights(thread->tid, &attempt.rights))
		return;
	memcpy(attempt.arg, thread->arg, sizeof(attempt.arg));
	if (!error && strncmp(name, "exec", 4) == 0)
		facts_program(thread->tid, &attempt);
	else if (call)
		facts_place(thread->tid, watcher->ground.spec, call, &attempt);
	if (strcmp(name, "bind") == 0)
		attempt.port = facts_port(thread->tid, &attempt);
	if (denial_counts(&watcher->ground, &attempt))
		keep(watcher, &attempt);
}

/* --- stops --- */

/* Programs of 32 bits have other numbers for the same calls. False: of a kind that is not known. */
static bool find_abi(uint32_t arch, uint32_t call, enum syscall_abi *ret_abi)
{
	static const struct { uint32_t arch; enum syscall_abi abi; } known[] = {
		{ AUDIT_ARCH_X86_64, SYSCALLS_X86_64 }, { AUDIT_ARCH_I386, SYSCALLS_I386 },
		{ AUDIT_ARCH_AARCH64, SYSCALLS_ARM64 }, { AUDIT_ARCH_ARM, SYSCALLS_ARM },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].arch != arch)
			continue;
		*ret_abi = known[i].abi;
		if (*ret_abi == SYSCALLS_X86_64 && call >= syscall_number(SYSCALLS_X32, 0))
			*ret_abi = SYSCALLS_X32;
		return true;
	}
	return false;
}

static void take_call(struct watcher *watcher, struct thread *thread)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, sizeof(info), &info) <= 0)
		return;
	switch (info.op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
		thread->inside = true;
		thread->call = (uint32_t)info.entry.nr;
		thread->known = find_abi(info.arch, thread->call, &thread->abi);
		memcpy(thread->arg, info.entry.args, sizeof(thread->arg));
		break;
	case PTRACE_SYSCALL_INFO_EXIT:
		/* A filter that kills lets it come here too, and then to its end. */
		if (thread->inside)
			look(watcher, thread, info.exit.is_error ? -(int)info.exit.rval : 0, false);
		thread->inside = false;
		break;
	}
}

/* SIGSYS of a filter that has the program informed (SCMP_ACT_TRAP): what it was about is in it. */
static void take_trap(struct watcher *watcher, struct thread *thread)
{
	enum { BY_SECCOMP = 1 };
	struct thread then = *thread;
	siginfo_t info;

	if (ptrace(PTRACE_GETSIGINFO, thread->tid, NULL, &info) == 0 && info.si_code == BY_SECCOMP) {
		then.call = (uint32_t)info.si_syscall;
		then.known = find_abi(info.si_arch, then.call, &then.abi);
		look(watcher, &then, 0, true);
		thread->known = false;
	}
}

/* A filter that kills leaves no stop but that of the end. */
static void take_end(struct watcher *watcher, const struct thread *thread)
{
	enum { SIGNAL_BITS = 0x7f };
	unsigned long how;

	if (ptrace(PTRACE_GETEVENTMSG, thread->tid, NULL, &how) == 0 && (how & SIGNAL_BITS) == SIGSYS)
		look(watcher, thread, 0, true);
}

/* The program that the runtime has become: its execve was over before there were options. */
static void take_begin(struct watcher *watcher, struct thread *thread)
{
	const struct thread begun = { .tid = thread->tid, .known = true, .abi = SYSCALLS_OWN, .call = SYS_execve };

	watcher->begun = true;
	ptrace(PTRACE_SETOPTIONS, thread->tid, NULL, OPTIONS);
	look(watcher, &begun, 0, false);
}

/* A thread that is not the first has become the program: it goes on under the number of the process. */
static void take_exec(struct watcher *watcher, struct thread *thread)
{
	unsigned long before;
	struct thread *other;

	if (ptrace(PTRACE_GETEVENTMSG, thread->tid, NULL, &before) || (pid_t)before == thread->tid)
		return;
	other = find_thread(watcher, (pid_t)before);
	if (!other)
		return;
	other->tid = thread->tid;
	*thread = *other;
	forget(watcher, other);
}

/* The signal that the process is to go on with. */
static int take_stop(struct watcher *watcher, struct thread *thread, int status)
{
	const int signal = WSTOPSIG(status), event = status >> 16;

	if (signal == (SIGTRAP | 0x80)) {
		take_call(watcher, thread);
		return 0;
	}
	if (event == PTRACE_EVENT_EXIT)
		take_end(watcher, thread);
	else if (event == PTRACE_EVENT_EXEC)
		take_exec(watcher, thread);
	if (event)
		return 0;
	if (!watcher->begun && signal == SIGTRAP) {
		take_begin(watcher, thread);
		return 0;
	}
	/* The begin of each that it has started is a SIGSTOP; a signal that was sent to it at once may come before. */
	if (thread->awaited && signal == SIGSTOP) {
		thread->awaited = false;
		return 0;
	}
	if (signal == SIGSYS)
		take_trap(watcher, thread);
	return signal;
}

/* One that there is no place for is not held up. It is let go at the SIGSTOP that is its begin: before that it would
 * still stop by it, and nobody would let it go on. */
static void let_go(struct watcher *watcher, pid_t pid, int status)
{
	const int signal = WSTOPSIG(status), event = status >> 16;

	if (!event && signal == SIGSTOP) {
		watcher->unseen++;
		ptrace(PTRACE_DETACH, pid, NULL, 0);
	} else {
		ptrace(PTRACE_CONT, pid, NULL, event || signal == (SIGTRAP | 0x80) ? 0 : signal);
	}
}

void denial_take(struct watcher *watcher, pid_t pid, int status)
{
	struct thread *thread = find_thread(watcher, pid);
	int signal;

	if (!WIFSTOPPED(status)) {
		if (thread)
			forget(watcher, thread);
		return;
	}
	if (!thread) {
		let_go(watcher, pid, status);
		return;
	}
	signal = take_stop(watcher, thread, status);
	/* Until the program begins all is the runtime's, whose calls are not looked at. */
	ptrace(watcher->begun ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, signal);
}

/* --- begin and end --- */

static const char *sysctl_of(struct arena *arena, const struct spec *spec, const char *name, const char *otherwise)
{
	const struct namespace *network = &spec->namespace[NAMESPACE_NETWORK];
	size_t length;
	char *text;

	for (size_t i = 0; i < spec->sysctl.count; i++)
		if (strcmp(spec->sysctl.at[i].key, name) == 0)
			return spec->sysctl.at[i].value;
	if (network->asked)
		return network->path ? NULL : otherwise;
	if (file_read(arena, AT_FDCWD, spec_sysctl_path(arena, name), 64, &text, &length))
		return NULL;
	text_clean(text, ' ');
	return text;
}

struct watcher *denial_watch(struct arena *arena, const struct spec *spec, pid_t first)
{
	struct watcher *watcher = ARENA_NEW(arena, struct watcher);

	watcher->ground = (struct ground){
		.spec = spec,
		.own_user_namespace = spec->namespace[NAMESPACE_USER].asked,
		.first_port = sysctl_of(arena, spec, "net.ipv4.ip_unprivileged_port_start", "1024"),
		.ping_groups = sysctl_of(arena, spec, "net.ipv4.ping_group_range", "1 0"),
	};
	find_thread(watcher, first);
	return watcher;
}

void denial_tell(struct text *out, const struct watcher *watcher)
{
	for (size_t i = 0; i < watcher->findings; i++) {
		const struct finding *finding = &watcher->finding[i];

		denial_tell_attempt(out, &finding->attempt, finding->times);
		denial_judge(out, &watcher->ground, &finding->attempt);
	}
	if (watcher->lost)
		text_printf(out, _("and %zu more, which are not shown\n"), watcher->lost);
	if (watcher->unseen)
		text_printf(out, _("%zu processes were not looked at: there were more than %d at once\n"),
			    watcher->unseen, THREADS_MAX);
}
