/* script_program.c - the end of the container's lane, in shell: HOME, the last shell, the program. */
#include "show/script.h"
#include <string.h>

/* --- HOME --- */

void script_find_home(struct script *script, const struct step *step)
{
	script_command(script, "home=/");
	script_place(script, "place", "/etc/passwd");
	script_command(script,
		       "if [ -f \"$at\" ]; then\n"
		       "\twhile IFS=: read -r _ _ uid _ _ directory _; do\n"
		       "\t\t[ \"$uid\" = %u ] || continue\n"
		       "\t\tcase $directory in /*) home=$directory; break ;; esac\n"
		       "\tdone <\"$at\"\n"
		       "fi",
		       step->home.uid);
}

static const char *home_entry(const struct plan *plan)
{
	const struct step *home = plan_find(plan, STEP_FIND_HOME);

	return home ? home->home.into : NULL;
}

/* --- the program --- */

const char *script_directory(const struct script *script)
{
	const struct step *change = plan_find(script->plan, STEP_CHANGE_DIRECTORY);

	return change ? change->directory.path : "/";
}

static unsigned first_closed(const struct plan *plan)
{
	const struct step *close = plan_find(plan, STEP_CLOSE_DESCRIPTORS);

	return close ? close->descriptors.from : 3;
}

static bool has_path(char *const *env)
{
	for (; env && *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return true;
	return false;
}

static const char *program_of(const struct step *step)
{
	return step->exec.args && step->exec.args[0] ? step->exec.args[0] : "";
}

/* env(1) looks a program up as the container would, if there is a PATH; without one the C library's
 * own list is shorter than the runtime's. */
static bool needs_search(const struct step *step)
{
	return !strchr(program_of(step), '/') && !has_path(step->exec.env) && step->exec.search;
}

static void add_search(struct script *script, const struct step *step)
{
	const char *program = program_of(step);

	script_note(script, step->why,
		    "process.env has no PATH, so the usual places are searched; the program sees where it was found "
		    "as its name (argv[0])");
	text_add(script->out, "program=''\n");
	for (const char *at = step->exec.search, *end; *at; at = *end ? end + 1 : end) {
		struct text path = text_new(script->arena);

		end = strchrnul(at, ':');
		text_add_bytes(&path, at, (size_t)(end - at));
		text_printf(&path, "/%s", program);
		words_with(script->out, "if [ -z \"$program\" ] && place ", path.at);
		words_with(script->out, " && [ -f \"$at\" ] && [ -x \"$at\" ]; then program=", path.at);
		text_add(script->out, "; fi\n");
	}
	words_with(script->out, "program=${program:-", program);
	text_add(script->out, "}\n");
}

/* What env(1) would take for something else is told of. */
static void note_unsayable(struct script *script, const struct step *step)
{
	for (char *const *entry = step->exec.env; entry && *entry; entry++)
		if (!strchr(*entry, '=') || **entry == '=')
			script_note(script, "process.env",
				    "'%s' is no NAME=VALUE: env(1) has no way to say it, and it is left out",
				    *entry);
	if (strchr(program_of(step), '='))
		script_note(script, step->why, "env(1) takes a word with '=' for a variable: this will not run");
}

static void add_environment(struct script *script, const struct step *step)
{
	const char *home = home_entry(script->plan);

	for (char *const *entry = step->exec.env; entry && *entry; entry++) {
		if (!strchr(*entry, '=') || **entry == '=')
			continue;
		text_add(script->out, " \\\n\t");
		if (script_add_secret(script, script->out, *entry))
			continue;
		if (home && *entry == home)
			text_add(script->out, "HOME=\"$home\"");
		else
			text_add_word(script->out, *entry);
	}
}

/* A tool of the toolbox, as the next word of "$@". */
static void add_loader(struct text *out)
{
	text_add(out, "for loader in ./ld-*; do\n"
		      "\t[ ! -e \"$loader\" ] || set -- \"$@\" \"$loader\" --library-path .\n"
		      "done\n");
}

static bool has_start_hooks(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_RUN_HOOK && script_is_last(&plan->step[i]))
			return true;
	return false;
}

static void add_close(struct script *script, struct text *out)
{
	for (unsigned fd = first_closed(script->plan); fd < 8; fd++)
		text_printf(out, " %u<&-", fd);
	text_add(out, " 8<&- 9>&-");
}

/* What the shell does that keeps the gate to the runtime's pivot_root(8). Then it closes what it has open and
 * starts env(1) by its own dynamic loader: the path of that is in env(1) itself, and would be looked up in
 * the new root. */
static void add_last_shell(struct script *script, struct text *out)
{
	struct text shell = text_new(script->arena);

	text_add(&shell, "\n\techo pivot >&9\n\tread -r _ <&8\n");
	if (has_start_hooks(script->plan))
		text_add(&shell, "\tloader=\"\"\n"
				 "\tfor file in ./ld-*; do\n"
				 "\t\t[ ! -e \"$file\" ] || loader=\"$file --library-path .\"\n"
				 "\tdone\n");
	if (script_names_last_hooks(script->plan))
		text_add(&shell, "\t# argv[0] of a hook is its path where env(1) is older than coreutils 9.5.\n"
				 "\targv0=\"\"\n"
				 "\t! $loader ./env --argv0=x --help >/dev/null 2>&1 || argv0=yes\n");
	text_add(&shell, script->last.at);
	if (plan_find(script->plan, STEP_AWAIT_EXEC))
		text_add(&shell, "\techo exec >&9\n");
	text_add(&shell, "\texec \"$@\"");
	add_close(script, &shell);
	script_say(out, N_("# root.path: the runtime's shell changes the root (it has the rights, this process will "
			   "not), while a\n"
			   "# shell that was started before waits for it.\n")
		      "set -- \"$@\" sh -euc ");
	text_add_word(out, shell.at);
	script_say(out, " sh\n"
		      N_("# env(1) is started by its dynamic loader, if it has one: that is in the toolbox too.\n"));
}

static void add_program(struct script *script, const struct step *step)
{
	text_add(script->out, "# process.cwd, process.env, process.args\n"
			      "exec \"$@\" ./env -i --default-signal -C ");
	text_add_word(script->out, script_directory(script));
	text_add(script->out, " --");
	add_environment(script, step);
	if (needs_search(step))
		text_add(script->out, " \\\n\t\"$program\"");
	else
		words_with(script->out, " \\\n\t", program_of(step));
	for (char *const *arg = step->exec.args ? step->exec.args + 1 : NULL; arg && *arg; arg++) {
		text_add(script->out, " ");
		text_add_word(script->out, *arg);
	}
	text_add(script->out, "\n");
}

/* setpriv(1) gives up rights that entering the rest needs, so it comes after that, from the toolbox. */
static void add_privileges(struct script *script)
{
	if (!script->privileges.length)
		return;
	script_say(script->out,
		   "\n"
		   N_("# Who the process is and what it may do: one program, setpriv(1), with all its options.\n"));
	if (script->start.enter)
		add_loader(script->out);
	text_printf(script->out, "set -- \"$@\" %ssetpriv\n%s", script->start.enter ? "./" : "",
		    script->privileges.at);
}

static void add_descriptors(struct script *script)
{
	if (script->descriptors.length)
		text_printf(script->out, "\n%s%s", _("# Descriptors of the caller's from 10 on, see above.\n"),
			    script->descriptors.at);
}

static void close_gates(struct script *script)
{
	script_say(script->out, N_("# always: the gates have done their duty.\n") "exec");
	add_close(script, script->out);
	text_add(script->out, "\n");
}

/* In the container already, and before its rights are given up. */
static void add_waiting_shell(struct script *script, struct text *out)
{
	struct text shell = text_new(script->arena);

	text_add(&shell, "\n\techo entered >&9\n\tread -r _ <&8\n\texec \"$@\"");
	add_close(script, &shell);
	script_say(out, N_("# linux.cgroupsPath: the runtime's shell puts this process in its cgroup, while it waits.\n"
			   "# A shell looks where it is by PWD, and here no other path leads there.\n")
			"PWD=/proc/self/cwd\n"
			"export PWD\n");
	add_loader(out);
	text_add(out, "set -- \"$@\" ./sh -euc ");
	text_add_word(out, shell.at);
	text_add(out, " sh\n");
}

void script_exec(struct script *script, const struct step *step)
{
	script_begin_chain(script);
	if (script->start.enter) {
		add_descriptors(script);
		script_add_last_enter(script, script->out);
		if (script_is_put_in(script))
			add_waiting_shell(script, script->out);
		add_privileges(script);
	} else {
		add_privileges(script);
		add_descriptors(script);
	}
	text_add(script->out, "\n");
	if (needs_search(step))
		add_search(script, step);
	note_unsayable(script, step);
	if (script->start.enter && !script_is_put_in(script))
		close_gates(script);
	else if (!script->start.enter)
		add_last_shell(script, script->out);
	add_loader(script->out);
	add_program(script, step);
}
