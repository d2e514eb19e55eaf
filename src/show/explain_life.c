/* explain_life.c - one step as one line: what stays of a start, and who joins a container. */
#include "show/explain.h"

void tell_open_process(struct text *out, const struct step *step)
{
	text_printf(out, _("open process %d, if it is the one that began at tick %llu"), step->open_process.pid,
		    (unsigned long long)step->open_process.start_time);
}

void tell_join_process(struct text *out, const struct step *step)
{
	text_printf(out, "nsenter --target %d", step->join_process.pid);
	words_namespaces(out, step->join_process.flags);
}

void tell_write_record(struct text *out, const struct step *step)
{
	words_with(out, _("write the container's record to "), step->write_record.path);
}

/* Without a line break, which some who read it take for a part of the number. */
void tell_write_pid_file(struct text *out, const struct step *step)
{
	words_with(out, "printf %s \"$child\" >", step->pid_file.path);
}

void tell_send_pidfd(struct text *out, const struct step *step)
{
	words_with(out, _("send a descriptor of the process to "), step->socket.path);
}

/* env(1) knows --argv0 from coreutils 9.5 on; before, `exec -a` of bash(1) was the only way for a program to
 * get another name than its path. */
void tell_run_hook(struct text *out, const struct step *step)
{
	const struct hook *hook = step->run_hook.hook;
	const char *name = words_hook_name(hook);

	if (hook->timeout.set)
		text_printf(out, "timeout -s KILL %lld ", (long long)hook->timeout.value);
	text_add(out, "env -i");
	if (step->run_hook.directory)
		words_with(out, " -C ", step->run_hook.directory);
	if (name)
		words_with(out, " --argv0=", name);
	words_hook_environment(out, hook);
	words_hook_command(out, hook);
	text_add(out, " <state");
}

void tell_open_start(struct text *out, const struct step *step)
{
	words_with(out, "mkfifo -m 600 ", step->open_start.start);
	words_with(out, " ", step->open_start.answer);
}

void tell_await_start(struct text *out, const struct step *step)
{
	text_add(out, "read -r _ <start");
}

void tell_await_exec(struct text *out, const struct step *step)
{
	text_add(out, _("wait until the program runs"));
}

void tell_send_terminal(struct text *out, const struct step *step)
{
	words_with(out, _("send the terminal to "), step->socket.path);
}
