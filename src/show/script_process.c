/* script_process.c - the last steps, in shell: limits, ids, capabilities, and the program.
 *
 * In shell each of these is a small program that changes itself and then starts another in its
 * place. So the lane collects them in "$@", one behind the other, and runs them all with the last
 * command. setpriv(1) is the last of them, since the others need the rights that it gives up.
 */
#include "show/script.h"
#include <errno.h>
#include <string.h>

static void begin_chain(struct script *script)
{
	if (script->in_chain)
		return;
	script->in_chain = true;
	script->said = NULL;
	text_add(script->out, "\n");
	text_add(script->out, script_toolbox);
	text_add(script->out,
		 "\n# From here on, commands are collected in \"$@\": each is to start the one behind it, as the\n"
		 "# same process. What one of them gives up the next does not have.\n"
		 "set --\n");
}

/* --- commands that need rights --- */

void script_chain(struct script *script, const struct step *step)
{
	begin_chain(script);
	script_key(script, step->why);
	text_add(script->out, "set -- \"$@\" ");
	step_command(script->out, step);
	text_add(script->out, "\n");
}

/* After the toolbox, which all must be able to read. */
void script_umask(struct script *script, const struct step *step)
{
	begin_chain(script);
	script_key(script, step->why);
	step_command(script->out, step);
	text_add(script->out, "\n");
}

/* Another process's limits are set at once. */
void script_rlimit(struct script *script, const struct step *step)
{
	if (step->lane == LANE_CONTAINER) {
		script_chain(script, step);
		return;
	}
	script_key(script, step->why);
	step_command(script->out, step);
	text_add(script->out, "\n");
}

void script_memory_policy(struct script *script, const struct step *step)
{
	begin_chain(script);
	script_note(script, step->why,
		    "set_mempolicy(2), by numactl(8) where that is installed; flags such as MPOL_F_STATIC_NODES "
		    "have no option there");
	text_add(script->out, "! command -v numactl >/dev/null || set -- \"$@\" ");
	step_command(script->out, step);
	text_add(script->out, "\n");
}

/* --- options of setpriv(1) --- */

/* Adds one option below a comment with its key. */
static struct text *add_option(struct script *script, const struct step *step)
{
	struct text *out = script->out;

	script->out = &script->privileges;
	script_key(script, step->why);
	script->out = out;
	text_add(&script->privileges, "set -- \"$@\" ");
	return &script->privileges;
}

/* What step_command() says is "setpriv --OPTION". */
void script_privilege(struct script *script, const struct step *step)
{
	struct text command = text_new(script->arena);
	struct text *out = add_option(script, step);

	step_command(&command, step);
	text_add(out, command.at + strlen("setpriv "));
	text_add(out, "\n");
}

/* Where no groups are asked for, those that setgroups(2) does not let go are no failure. */
void script_groups(struct script *script, const struct step *step)
{
	struct text *out;

	if (step->tolerate != EPERM) {
		script_privilege(script, step);
		return;
	}
	out = add_option(script, step);
	text_add(out, "\"$(setpriv --clear-groups true 2>/dev/null && echo --clear-groups || echo --keep-groups)\"\n");
}

/* setpriv(1) wants to be told about groups whenever it sets a gid. */
void script_gid(struct script *script, const struct step *step)
{
	script_privilege(script, step);
	for (size_t i = script->start.tree; i < script->plan->count; i++)
		if (script->plan->step[i].kind == STEP_SET_GROUPS)
			return;
	text_add(&script->privileges, "set -- \"$@\" --keep-groups\n");
}

static uint64_t find_bounding(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_DROP_BOUNDING)
			return plan->step[i].bounding.keep;
	return ~0ULL;
}

static bool has_ambient(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_SET_AMBIENT)
			return true;
	return false;
}

/* The permitted and the effective set of the process that calls execve(2) are gone after it: the kernel
 * makes new ones (capabilities(7)), the same for the runtime's process and for this one. */
void script_capabilities(struct script *script, const struct step *step)
{
	struct text *out = script->out, permitted = text_new(script->arena);

	if (step->capabilities.permitted != find_bounding(script->plan)) {
		words_capabilities(&permitted, step->capabilities.permitted);
		script->out = &script->privileges;
		script_note(script, step->why,
			    "permitted (%s) is not what is bounding: the runtime sets it, but execve(2) makes "
			    "it anew from the bounding, inheritable and ambient sets",
			    permitted.at);
		script->out = out;
	}
	out = add_option(script, step);
	text_add(out, "--inh-caps=");
	words_capability_list(out, step->capabilities.inheritable);
	text_add(out, "\n");
	if (!has_ambient(script->plan))
		text_add(out, "set -- \"$@\" --ambient-caps=-all\n");
}

void script_label(struct script *script, const struct step *step)
{
	if (step->label.apparmor)
		script_privilege(script, step);
	else
		script_note(script, step->why,
			    "the label '%s' is set for the coming execve (/proc/self/attr/exec). Here some programs "
			    "of the host are still to come, which may not run under it; for the program alone it "
			    "would be setpriv --selinux-label",
			    step->label.label);
}

/* --- what has no command --- */

void script_seccomp(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "a filter for system calls is loaded here, %zu instructions of BPF%s (seccomp(2)). Shell has no "
		    "word for it, so this container is less confined than the real one; setpriv(1) has "
		    "--seccomp-filter from util-linux 2.41 on",
		    step->seccomp.program.count, step->seccomp.listener ? " with a listener" : "");
}

void script_descriptors(struct script *script, const struct step *step)
{
	unsigned from = step->descriptors.from;

	begin_chain(script);
	script_note(script, step->why,
		    "all descriptors from %u on are closed (close_range(2)). A POSIX shell can only name those up to "
		    "9, which the last one below closes; the others need bash(1), where that is installed",
		    from);
	text_printf(&script->descriptors,
		    "if command -v bash >/dev/null; then\n"
		    "\tset -- \"$@\" bash -c '\n"
		    "\t\tfor fd in /proc/self/fd/*; do\n"
		    "\t\t\tfd=${fd##*/}\n"
		    "\t\t\t[ \"$fd\" -lt %u ] || eval \"exec $fd<&-\"\n"
		    "\t\tdone\n"
		    "\t\texec \"$@\"' bash\n"
		    "fi\n",
		    from > 10 ? from : 10);
}

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
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_FIND_HOME)
			return plan->step[i].home.into;
	return NULL;
}

/* --- the program --- */

static const char *find_directory(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_CHANGE_DIRECTORY)
			return plan->step[i].directory.path;
	return "/";
}

static unsigned first_closed(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_CLOSE_DESCRIPTORS)
			return plan->step[i].descriptors.from;
	return 3;
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
		if (home && *entry == home)
			text_add(script->out, "HOME=\"$home\"");
		else
			text_add_word(script->out, *entry);
	}
}

/* The gate to the runtime's pivot_root(8) is kept by a shell, which closes what it has open and then
 * starts env(1) by its own dynamic loader: the path of that is in env(1) itself, and would be looked up in
 * the new root. */
static void add_last(struct script *script, const struct step *step)
{
	unsigned from = first_closed(script->plan);

	text_add(script->out,
		 "# root.path: the runtime's shell changes the root (it has the rights, this process will not), "
		 "while a\n# shell that was started before waits for it.\n"
		 "set -- \"$@\" sh -euc '\n"
		 "\techo pivot >&9\n"
		 "\tread -r _ <&8\n"
		 "\texec \"$@\"");
	for (unsigned fd = from; fd < 8; fd++)
		text_printf(script->out, " %u<&-", fd);
	text_add(script->out, " 8<&- 9>&-' sh\n"
			      "# env(1) is started by its dynamic loader, if it has one: that is in the toolbox too.\n"
			      "for loader in ./ld-*; do\n"
			      "\t[ ! -e \"$loader\" ] || set -- \"$@\" \"$loader\" --library-path .\n"
			      "done\n"
			      "# process.cwd, process.env, process.args\n"
			      "exec \"$@\" ./env -i --default-signal -C ");
	text_add_word(script->out, find_directory(script->plan));
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

void script_exec(struct script *script, const struct step *step)
{
	begin_chain(script);
	if (script->privileges.length) {
		text_add(script->out, "\n# Who the process is and what it may do: one program, setpriv(1), with all "
				      "its options.\nset -- \"$@\" setpriv\n");
		text_add(script->out, script->privileges.at);
	}
	if (script->descriptors.length) {
		text_add(script->out, "\n# Descriptors of the caller's from 10 on, see above.\n");
		text_add(script->out, script->descriptors.at);
	}
	text_add(script->out, "\n");
	if (needs_search(step))
		add_search(script, step);
	note_unsayable(script, step);
	add_last(script, step);
}
