/* script_enter.c - into a container that is there, in shell (exec).
 *
 * nsenter(1) is called twice. The first call enters the namespaces in which the host's tools still work,
 * and in which nobody of the container can see who came; there a small file system is made that holds
 * copies of the tools that are needed to the end. Then what needs no rights in the container is done, and
 * the second call enters the rest, with these copies as its working directory: the mount namespace, where
 * the host's tools are out of reach, and the PID namespace, where the container's processes are.
 *
 * They are copies in a file system that is read-only and mounted nowhere, since who is root in the
 * container may look at the process as soon as it is there: it finds no directory of the host, and no
 * program of the host that it could write to (CVE-2016-9962, CVE-2019-5736).
 */
#include "show/script.h"
#include <linux/sched.h>

enum { LATE = CLONE_NEWNS | CLONE_NEWPID };

void script_open_process(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "the runtime holds the process by a descriptor (pidfd_open(2)), so that its number cannot become "
		    "another's; a shell can only look at the moment when it began");
	script_command(script, "began=$(sed 's/.*) //' /proc/%d/stat 2>/dev/null | cut -d ' ' -f 20)",
		       step->open_process.pid);
	script_command(script, "[ \"$began\" = %llu ] || { echo \"the container's process has ended\" >&2; exit 1; }",
		       (unsigned long long)step->open_process.start_time);
	text_add(script->out, "\n\n");
}

void script_add_first_enter(struct script *script, struct text *out)
{
	const struct step *step = script->start.enter;
	uint64_t flags = step->join_process.flags & ~(uint64_t)LATE;

	script_say(out, N_("# The namespaces in which the host's tools still work, and a place for copies of some.\n"));
	if (!flags)
		return;
	text_printf(out, "nsenter --target %d", step->join_process.pid);
	words_namespaces(out, flags);
	if (flags & CLONE_NEWUSER)
		script_add_credentials(script, out);
	text_add(out, " \\\n\t");
}

void script_add_last_enter(struct script *script, struct text *out)
{
	const struct step *step = script->start.enter;

	script_say(out, "\n"
		   N_("# The namespaces in which the host's tools are out of reach (mount), and in which the\n"
			 "# container's processes see this one (pid). So only copies are run from here on, in a file\n"
			 "# system that is read-only and mounted nowhere, each started by its dynamic loader, if it "
			 "has\n"
			 "# one.\n"));
	script_key(script, step->why);
	text_printf(out, "set -- \"$@\" nsenter --target %d", step->join_process.pid);
	words_namespaces(out, step->join_process.flags & LATE);
	text_add(out, " --wd=.\n");
}

/* Who is to be told the process's number needs it in the host's count. */
void script_find_process(struct script *script)
{
	const struct step *step = script->start.enter;

	script_key(script, step->why);
	text_add(script->out, script_is_put_in(script) ? "await_gate entered\n" :
							 "if read -r _ <&8; then exit 1; fi\n");
	if (step->join_process.flags & CLONE_NEWPID)
		text_add(script->out,
			 "until find_process; [ \"$process\" != \"$child\" ]; do\n"
			 "\tread -r _ _ state _ <\"/proc/$child/stat\"\n"
			 "\t[ \"$state\" != Z ] || break\n"
			 "\tsleep 0.01\n"
			 "done\n"
			 "child=$process\n"
			 "# shellcheck disable=SC2317 # called by traps\n"
			 "find_process() { process=$child; }\n");
	if (!script_is_put_in(script))
		return;
	if (script->request->end == END_FOREGROUND)
		script_add_signals(script, script->out);
	script_put_in(script);
}

const char *script_find_process_function(const struct script *script)
{
	return script->start.enter->join_process.flags & CLONE_NEWPID ?
		N_("# The process is a child of nsenter(1): only a child can be in another PID namespace.\n")
		"# shellcheck disable=SC2317 # called by traps\n"
		"find_process() {\n"
		"\tprocess=''\n"
		"\t{ read -r process _ <\"/proc/$child/task/$child/children\" || :; } 2>/dev/null\n"
		"\tprocess=${process:-$child}\n"
		"}\n" :
		"# shellcheck disable=SC2317 # called by traps\n"
		"find_process() { process=$child; }\n";
}
