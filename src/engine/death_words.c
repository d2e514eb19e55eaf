/* death_words.c - see death.h: an end in sentences. */
#include "engine/death.h"
#include "base/translate.h"
#include "spec/names.h"
#include <signal.h>
#include <string.h>

enum { KIB = 1 << 10, MIB = 1 << 20, SIGNALLED = 128, TIMED_OUT = 255 };

/* What a signal mostly means to a program that did not ask for it. */
static const struct { int signal; const char *meaning, *way; } signals[] = {
	{ SIGSEGV, N_("it used memory that is not its own: a fault of the program, or a library that does not fit"),
	  N_("take another version of the image") },
	{ SIGBUS, N_("it used a part of a file or of memory that is not there: a file was cut off, or a disk or "
		     "/dev/shm is full"), N_("give it more with --shm-size") },
	{ SIGABRT, N_("it has ended itself, mostly after a check of its own failed"), NULL },
	{ SIGILL, N_("it used an instruction that this processor does not have"),
	  N_("take an image for an older processor, or for this one (--platform)") },
	{ SIGFPE, N_("it divided by zero, or the like: a fault of the program"), NULL },
	{ SIGSYS, N_("the seccomp filter forbids a system call that it made"),
	  N_("allow it in a profile (--security-opt seccomp=FILE); the machine's audit log tells which it was") },
	{ SIGPIPE, N_("it wrote to somebody who reads no more"), NULL },
	{ SIGXCPU, N_("it used more processor time than --ulimit cpu allows"), N_("raise --ulimit cpu") },
	{ SIGXFSZ, N_("it wrote a larger file than --ulimit fsize allows"), N_("raise --ulimit fsize") },
};

static bool was_sent(const struct death *death, int signal)
{
	for (size_t i = 0; i < death->signals; i++)
		if (death->signal[i] == signal)
			return true;
	return false;
}

static const char *size_words(struct arena *arena, uint64_t bytes)
{
	return arena_printf(arena, "%llu.%llu MiB", (unsigned long long)(bytes / MIB),
			    (unsigned long long)(bytes % MIB * 10 / MIB));
}

/* As an option takes it. */
static const char *as_option(struct arena *arena, uint64_t bytes)
{
	return bytes % MIB ? arena_printf(arena, "%lluk", (unsigned long long)(bytes / KIB)) :
			     arena_printf(arena, "%llum", (unsigned long long)(bytes / MIB));
}

/* Without it memory could not be more than both together. */
static const char *swap_words(struct arena *arena, const struct death *death)
{
	const uint64_t limit = death->ended->memory.limit;

	if (!death->swap || death->swap >= 2 * limit)
		return "";
	return arena_printf(arena, " --memory-swap %s", as_option(arena, death->swap + limit));
}

/* That of a process which had been started before is told, where the first one has seen it and ended. */
static bool memory_ended(const struct death *death)
{
	return death->ended->memory.oom &&
	       (death->ended->by == ENDED_EXIT || death->ended->status == SIGNALLED + SIGKILL);
}

/* It is known that no signal has ended its program. */
static bool ended_itself(const struct death *death)
{
	return death->ended->by == ENDED_EXIT && !death->init;
}

/* --- signals --- */

static void tell_victim(struct text *out, const struct death *death)
{
	const struct memory_end *memory = &death->ended->memory;
	const struct oom_victim *last = &memory->last;
	const char *who;

	if (!last->pid) {
		if (ended_itself(death))
			text_add(out, _("The kernel's log may have its name: dmesg, as root.\n"));
		return;
	}
	who = last->memory ? arena_printf(out->arena, _("'%s' (process %llu on the host), which held %s"), last->name,
					  (unsigned long long)last->pid, size_words(out->arena, last->memory)) :
			     arena_printf(out->arena, _("'%s' (process %llu on the host)"), last->name,
					  (unsigned long long)last->pid);
	if (memory->kills > 1)
		text_printf(out, _("Of the %llu processes that it killed, the last one was %s.\n"),
			    (unsigned long long)memory->kills, who);
	else
		text_printf(out, _("The process that it killed was %s.\n"), who);
}

static void tell_oom(struct text *out, const struct death *death)
{
	const struct memory_end *memory = &death->ended->memory;

	const char *limit = size_words(out->arena, memory->limit), *peak = size_words(out->arena, memory->peak);

	if (memory->limit && memory->peak)
		text_printf(out,
			_("The kernel killed it for want of memory: its limit is %s, and it used %s at most.\n"),
			    limit, peak);
	else if (memory->limit)
		text_printf(out, _("The kernel killed it for want of memory: its limit is %s.\n"), limit);
	else if (memory->peak)
		text_printf(out, _("The kernel killed it for want of memory: it used %s at most.\n"), peak);
	else
		text_add(out, _("The kernel killed it for want of memory.\n"));
	if (memory->limit)
		text_printf(out, _("Give it more: taru update --memory %s%s %s, and taru start %s.\n"),
			    as_option(out->arena, 2 * memory->limit), swap_words(out->arena, death),
			    death->made->name, death->made->name);
	else
		text_add(out, _("It has no limit of its own: the machine, or a cgroup above it, has run out of it.\n"));
	if (ended_itself(death))
		text_printf(out, _("It was a process that the first one had started; that one ended itself then: taru "
				   "logs %s shows what it wrote.\n"), death->made->name);
	tell_victim(out, death);
}

static bool ends_unhealthy(const struct made *made)
{
	const char *what = made->upkeep.health.on_failure;

	return what && *what && strcmp(what, "none") != 0;
}

static void tell_kill(struct text *out, const struct death *death)
{
	const char *stop = death->made->stop_signal;
	const int asked = signal_number(stop);

	if (death->stopped && asked > 0 && asked != SIGKILL && was_sent(death, asked)) {
		text_printf(out, _("It was stopped, and did not end by %s within the time (%u s, or what stop --time "
				   "said), so it was killed.\n"), stop, death->made->stop_timeout);
		text_printf(out, _("A program that is process 1 has to handle %s by itself: make it do so, give the "
				   "container an init (--init), another signal (--stop-signal) or more time "
				   "(--stop-timeout).\n"), stop);
	} else if (death->unhealthy && ends_unhealthy(death->made)) {
		text_add(out, _("Its health check had found it unhealthy, and its --health-on-failure had it "
				"killed.\n"));
	} else if (death->stopped || was_sent(death, SIGKILL)) {
		text_add(out, _("Somebody has killed it with taru.\n"));
	} else {
		text_add(out, _("Somebody else has killed it: nobody did so with taru, and the kernel did not for "
				"want of memory.\n"));
	}
}

static void tell_meaning(struct text *out, int signal)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (signals[i].signal != signal)
			continue;
		text_printf(out, _("Mostly that means: %s.\n"), _(signals[i].meaning));
		if (signals[i].way)
			text_printf(out, _("A way out: %s.\n"), _(signals[i].way));
	}
}

/* The status that stands for a signal, of a program that none has ended. */
static void tell_own_status(struct text *out, const struct death *death, int signal, const char *name)
{
	if (was_sent(death, signal)) {
		text_printf(out, _("Somebody has sent it %s by taru %s, and it ended itself with the status that "
				   "stands for that.\n"), name, death->stopped ? "stop" : "kill");
		return;
	}
	text_printf(out, _("No signal has ended it: it chose that status itself, as a shell does where %s has ended a "
			   "program of its own: taru logs %s shows what it wrote.\n"), name, death->made->name);
	tell_meaning(out, signal);
}

static void tell_signal(struct text *out, const struct death *death, int signal)
{
	const bool sure = death->ended->by == ENDED_SIGNAL || signal == SIGKILL || was_sent(death, signal);
	const char *name = name_of(signal_names, (uint64_t)signal);

	if (!name)
		name = arena_printf(out->arena, _("signal %d"), signal);
	if (ended_itself(death)) {
		tell_own_status(out, death, signal, name);
		return;
	}
	text_printf(out, sure ? _("It was ended by %s.\n") :
				_("It was ended by %s, or a shell in it says so of a program of its own.\n"), name);
	if (signal == SIGKILL)
		tell_kill(out, death);
	else if (was_sent(death, signal))
		text_printf(out, _("Somebody has sent it that by taru %s.\n"), death->stopped ? "stop" : "kill");
	else
		tell_meaning(out, signal);
}

/* --- 127 --- */

static void tell_missing(struct text *out, const struct libraries *libraries)
{
	const size_t told = libraries->count < LIBRARIES_MISSING_MAX ? libraries->count : LIBRARIES_MISSING_MAX;

	text_printf(out, _("%s lacks shared libraries:\n"), libraries->program);
	for (size_t i = 0; i < told; i++)
		text_printf(out, _("  %s, which %s needs: %s\n"), libraries->missing[i].name, libraries->missing[i].by,
			    libraries->missing[i].other ? _("there are only files of that name that do not fit") :
			    _("it is nowhere that its loader looks"));
	if (libraries->count > told)
		text_printf(out, _("  and %zu more\n"), libraries->count - told);
	text_printf(out, _("Install them in the image (%s), set LD_LIBRARY_PATH to the folder that has them, or take "
			   "a program that is linked statically.\n"),
		    libraries->musl ? "apk add" : _("apt install, dnf install; ldconfig for a folder of their own"));
}

static void tell_not_found(struct text *out, const struct death *death)
{
	const struct libraries *libraries = &death->libraries;

	if (death->looked && *libraries->windows) {
		text_printf(out, _("%s has the line ends of Windows: the carriage return is taken for a part of the "
				   "last word of its '#!' line. Change them (dos2unix, or sed -i 's/\\r$//').\n"),
			    libraries->windows);
		return;
	}
	switch (death->looked ? libraries->state : LIBRARIES_NO_PROGRAM) {
	case LIBRARIES_LACKING:
		tell_missing(out, libraries);
		return;
	case LIBRARIES_NO_LOADER:
		text_printf(out, _("What it is run by is not in the container: %s.\n"), libraries->loader);
		return;
	case LIBRARIES_DAMAGED:
		text_printf(out, _("%s is no program that can be looked into: it is damaged, or a script without "
				   "'#!'.\n"),
			    libraries->damaged);
		return;
	case LIBRARIES_WHOLE:
		text_printf(out, _("%s has all the shared libraries that it names.\n"), libraries->program);
		break;
	case LIBRARIES_NONE:
		text_printf(out, _("%s needs no shared libraries.\n"), libraries->program);
		break;
	case LIBRARIES_TOO_MANY:
		text_printf(out, _("%s names more libraries than any program needs.\n"), libraries->program);
		break;
	case LIBRARIES_NO_PROGRAM:
		if (death->looked && death->init) {
			text_printf(out, _("%s is not in the container, or in none of the folders of its PATH.\n"),
				    libraries->program);
			return;
		}
		if (death->unread)
			text_printf(out, _("Its files could not be looked at: %s.\n"), death->unread);
		break;
	}
	text_printf(out, _("A shell ends with 127 where it does not find a command: taru logs %s tells which.\n"),
		    death->made->name);
}

/* --- all of it --- */

static void tell_status(struct text *out, const struct death *death)
{
	const int64_t status = death->ended->status;

	text_printf(out, _("%s ended with status %lld.\n"), death->made->name, (long long)status);
	if (memory_ended(death))
		tell_oom(out, death);
	else if (status == 127)
		tell_not_found(out, death);
	else if (status == 126 && death->init)
		text_printf(out, _("Its program could not be executed, or is a shell that says so of a command (chmod "
				   "+x): taru logs %s tells which.\n"), death->made->name);
	else if (status == 126)
		text_printf(out, _("A shell ends with 126 where a command may not be run (chmod +x): taru logs %s "
				   "tells which.\n"), death->made->name);
	else if (status > SIGNALLED && status <= SIGNALLED + 64)
		tell_signal(out, death, (int)status - SIGNALLED);
	else if (death->ended->by == ENDED_TIME)
		text_printf(out, _("Its time was over (--timeout %u), and it was killed.\n"),
			    death->made->upkeep.timeout);
	else if (status == TIMED_OUT && death->made->upkeep.timeout && !death->ended->by)
		text_printf(out, _("Its time was over (--timeout %u), and it was killed; or its program chose that "
				   "status itself: taru logs %s shows what it wrote.\n"),
			    death->made->upkeep.timeout, death->made->name);
	else if (status)
		text_printf(out, _("The program chose it itself: taru logs %s shows what it wrote.\n"),
			    death->made->name);
	else
		text_add(out, _("That means that all was well: its program had nothing more to do.\n"));
}

static void tell_end(struct text *out, const struct death *death)
{
	const struct ended *ended = death->ended;

	if (ended->problem && *ended->problem)
		text_printf(out, _("%s could not be started:\n%s\n"), death->made->name, ended->problem);
	else if (!ended->known)
		text_printf(out, _("%s has ended, and nobody saw how: who looked after it was killed, or the machine "
				   "went down.\nStart it again: taru start "
				   "%s.\n"), death->made->name, death->made->name);
	else
		tell_status(out, death);
	if (ended->log_lost)
		text_printf(out, _("%llu lines of what it wrote are not in its log: the disk was full, or the "
				   "journal did not take them.\n"), (unsigned long long)ended->log_lost);
	if (death->restarts)
		text_printf(out, _("It was started again %u times (--restart %s).\n"), death->restarts,
			    engine_restart_name(death->made->upkeep.restart));
	if (death->status == CONTAINER_RESTARTING)
		text_add(out, _("It is about to be started again.\n"));
}

static void tell_life(struct text *out, const struct death *death)
{
	text_printf(out, death->status == CONTAINER_PAUSED ? _("%s is paused: taru unpause lets it go on.\n") :
							     _("%s runs.\n"), death->made->name);
	if (!death->unhealthy)
		return;
	if (death->health && *death->health)
		text_printf(out, _("Its health check finds it unhealthy. The last one wrote: %s\n"), death->health);
	else
		text_add(out, _("Its health check finds it unhealthy\n"));
}

void death_tell(struct text *out, const struct death *death)
{
	switch (death->status) {
	case CONTAINER_RUNNING:
	case CONTAINER_PAUSED:
		tell_life(out, death);
		return;
	case CONTAINER_CREATED:
		text_printf(out, _("%s was not started yet: taru start %s.\n"), death->made->name, death->made->name);
		return;
	case CONTAINER_EXITED:
	case CONTAINER_RESTARTING:
		break;
	}
	tell_end(out, death);
}
