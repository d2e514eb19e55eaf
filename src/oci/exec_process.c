/* exec_process.c - the process that `exec` runs: a file says it, or the container's own one and the options. */
#include "base/file.h"
#include "base/sys.h"
#include "oci/exec.h"
#include "oci/given.h"
#include "spec/reason.h"
#include "spec/names.h"
#include <string.h>

/* (uid_t)-1 is what the kernel takes for «leave it», so it is no one's id (CVE-2024-40635). */
enum { LAST_ID = UINT32_MAX - 1u };

/* What confines the container confines the process too, where the file does not say: so it is with runc and crun,
 * and callers rely on it. */
static void take_over_limits(const struct process *own, struct process *process)
{
	if (!process->capabilities.asked)
		process->capabilities = own->capabilities;
	if (!process->apparmor_profile)
		process->apparmor_profile = own->apparmor_profile;
	if (!process->selinux_label)
		process->selinux_label = own->selinux_label;
	if (!process->oom_score_adj.set)
		process->oom_score_adj = own->oom_score_adj;
	if (!process->rlimits) {
		process->rlimit = own->rlimit;
		process->rlimits = own->rlimits;
	}
}

static void read_file(struct command *command, const char *path, struct process *process)
{
	const struct process own = *process;
	char *text;
	size_t length;
	int error = file_read(command->arena, AT_FDCWD, path, CONFIG_LIMIT, &text, &length);

	*process = (struct process){ 0 };
	if (error)
		problem_set(command->problem, "option '--process': cannot read '%s': %s", path,
			    reason_words(error));
	else
		spec_read_process(command->arena, text, length, path, process, command->problem);
	take_over_limits(&own, process);
}

/* An id is a whole number or refused: half of one would be root's (CVE-2026-30892). */
static bool to_id(const char *text, uint32_t *ret_id)
{
	uint64_t id;

	if (!text_to_u64(text, &id) || id > LAST_ID)
		return false;
	*ret_id = (uint32_t)id;
	return true;
}

/* UID[:GID] */
static void set_user(struct command *command, const char *text, struct user *user)
{
	size_t length = strcspn(text, ":");
	char *uid = arena_copy(command->arena, text, length);

	if (!to_id(uid, &user->uid) || (text[length] && !to_id(text + length + 1, &user->gid)))
		problem_set(command->problem, "option '--user': '%s' is not UID or UID:GID, in numbers", text);
}

static void add_groups(struct command *command, const struct texts *asked, struct user *user)
{
	uint32_t *group = ARENA_ARRAY(command->arena, user->groups + asked->count, uint32_t);

	for (size_t i = 0; i < user->groups; i++)
		group[i] = user->group[i];
	user->group = group;
	for (size_t i = 0; i < asked->count; i++)
		if (!to_id(asked->at[i], &group[user->groups++]))
			problem_set(command->problem, "option '--additional-gids': '%s' is not the number of a "
				    "group", asked->at[i]);
}

/* Never inheritable or ambient: those would reach programs that are run by it, through the files of an
 * attacker (CVE-2022-29162). */
static void add_capabilities(struct command *command, const struct texts *asked,
			     struct capabilities *capabilities)
{
	for (size_t i = 0; i < asked->count; i++) {
		const struct name *name = name_find_loosely(capability_names, "CAP_", asked->at[i]);
		uint64_t bit = name ? UINT64_C(1) << name->value : 0;

		if (!name)
			problem_set(command->problem, "option '--cap': '%s' is not a capability of Linux",
				    asked->at[i]);
		capabilities->asked = true;
		capabilities->bounding |= bit;
		capabilities->effective |= bit;
		capabilities->permitted |= bit;
	}
}

static void change(struct command *command, const struct exec_asked *asked, char **args,
		   struct process *process)
{
	process->args = (struct texts){ args, 0 };
	while (args[process->args.count])
		process->args.count++;
	process->terminal = asked->tty;
	process->console_height = process->console_width = 0;	/* those are of the container's own terminal */
	if (asked->cwd)
		process->cwd = asked->cwd;
	if (asked->apparmor)
		process->apparmor_profile = asked->apparmor;
	if (asked->process_label)
		process->selinux_label = asked->process_label;
	if (asked->no_new_privs.set)
		process->no_new_privileges = asked->no_new_privs.value;
	if (asked->user)
		set_user(command, asked->user, &process->user);
	for (size_t i = 0; i < asked->env.count; i++)
		given_variable(command->arena, process, asked->env.at[i]);
	add_groups(command, &asked->group, &process->user);
	add_capabilities(command, &asked->capability, &process->capabilities);
}

void exec_set_process(struct command *command, const struct exec_asked *asked, char **args,
		      struct process *process)
{
	if (*args && !strcmp(*args, "--"))
		args++;
	if (asked->process && *args)
		problem_set(command->problem, "exec: '%s' beside '--process', which names the program", *args);
	else if (asked->process)
		read_file(command, asked->process, process);
	else if (*args)
		change(command, asked, args, process);
	else
		problem_set(command->problem, "exec: missing COMMAND; see 'taru-oci exec --help'");
}
