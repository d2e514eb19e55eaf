/* build_program.c - the last chapter: the process gives up rights and becomes the program.
 *
 * The order is the security of it: groups before gid before uid, since after setuid nothing of
 * that is allowed any more; capabilities last; no_new_privileges before a seccomp filter that is
 * loaded without CAP_SYS_ADMIN. plan_check() holds it, whatever is changed here.
 *
 * A filter is loaded as late as can be, since it holds for the runtime's own calls too: after all
 * waiting where that is possible. Who listens to it has to be told by the runtime, which `create` leaves
 * behind; so then it is loaded before.
 */
#include "plan/build.h"
#include <errno.h>
#include <string.h>

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* --- who it is, and what it may do --- */

/* The capability to load a filter without no_new_privileges (seccomp(2)). */
static bool seccomp_early(const struct builder *b)
{
	return b->spec->seccomp.asked && !b->spec->process.no_new_privileges;
}

/* In a user namespace that is not of our making, and in one within it, setgroups(2) may be denied for
 * good. Then nobody can drop the groups that one came with, and where no others are asked for that is
 * no failure. */
static int tolerated_of_groups(const struct builder *b)
{
	bool given = b->host->user_namespace || spec_joins_namespace(b->spec, NAMESPACE_USER) ||
		     (b->joins && b->in_user);

	return given && !b->spec->process.user.groups ? EPERM : 0;
}

void build_open_streams(struct builder *b)
{
	if (b->stranger && !b->terminal)
		ADD_CONTAINER(b, STEP_OWN_STREAMS, "linux.uidMappings", .streams = { .anybody = true });
}

static void add_ids(struct builder *b)
{
	const struct user *user = &b->spec->process.user;

	if (user->uid != 0 && !b->terminal && !b->stranger)
		ADD_CONTAINER(b, STEP_OWN_STREAMS, "process.user.uid", .streams = { user->uid });
	/* Otherwise the kernel takes the capabilities away with uid 0, before ours are set. */
	if (user->uid != 0)
		ADD_CONTAINER(b, STEP_KEEP_CAPABILITIES, "process.user.uid", .keep_capabilities = { true });
	if (build_may_set_groups(b))
		ADD_CONTAINER(b, STEP_SET_GROUPS, "process.user.additionalGids",
			      .tolerate = tolerated_of_groups(b),
			      .groups = { user->group, user->groups });
	ADD_CONTAINER(b, STEP_SET_GID, "process.user.gid", .gid = { user->gid });
	ADD_CONTAINER(b, STEP_SET_UID, "process.user.uid", .uid = { user->uid });
}

static void add_capabilities(struct builder *b)
{
	const struct capabilities *caps = &b->spec->process.capabilities;

	ADD_CONTAINER(b, STEP_SET_CAPABILITIES, "process.capabilities",
		      .capabilities = { caps->effective, caps->permitted, caps->inheritable });
	if (caps->ambient)
		ADD_CONTAINER(b, STEP_SET_AMBIENT, "process.capabilities.ambient",
			      .ambient = { caps->ambient });
}

/* The directory was tried with the rights of root; it may be the user alone who has access (a network
 * file system). */
static void add_rights(struct builder *b)
{
	add_ids(b);
	if (b->directory)
		ADD_CONTAINER(b, STEP_CHANGE_DIRECTORY, "process.cwd", .fallback_of = b->directory,
			      .directory = { b->spec->process.cwd });
	add_capabilities(b);
	if (b->spec->process.no_new_privileges)
		ADD_CONTAINER(b, STEP_NO_NEW_PRIVILEGES, "process.noNewPrivileges");
}

/* --- the program --- */

static const char *find_env(const struct texts *env, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < env->count; i++)
		if (strncmp(env->at[i], name, length) == 0 && env->at[i][length] == '=')
			return env->at[i] + length + 1;
	return NULL;
}

/* HOME is the user's by the container's own passwd file where the config names none, as runc and crun
 * have it. The place for it is the last entry of the environment. */
static void add_home(struct builder *b)
{
	enum { HOME_SIZE = 1024 };

	if (find_env(&b->spec->process.env, "HOME"))
		return;
	b->home = arena_alloc(b->arena, HOME_SIZE);
	memcpy(b->home, "HOME=/", sizeof("HOME=/"));
	ADD_CONTAINER(b, STEP_FIND_HOME, "process.user.uid",
		      .home = { b->spec->process.user.uid, b->home, HOME_SIZE });
}

/* Really closed, not only marked so: until execve a path such as /proc/self/fd/7 in args[0] would
 * reach through them (CVE-2024-21626). */
static void add_close(struct builder *b)
{
	ADD_CONTAINER(b, STEP_CLOSE_DESCRIPTORS, NULL, .descriptors = { 3 + b->request->preserve_fds });
}

static void add_program(struct builder *b, enum step_kind kind)
{
	const struct texts *env = &b->spec->process.env;
	char **with_home = ARENA_ARRAY(b->arena, env->count + 2, char *);
	const char *search = find_env(env, "PATH");

	if (env->count)
		memcpy(with_home, env->at, env->count * sizeof(*with_home));
	with_home[env->count] = b->home;
	ADD_CONTAINER(b, kind, "process.args[0]",
		      .exec = { b->spec->process.args.at, with_home, search ? search : DEFAULT_PATH });
}

/* As late as can be, since a signal stops a process that is traced; but a filter may forbid it. */
static void add_tracer(struct builder *b)
{
	if (!b->request->traced)
		return;
	if (seccomp_early(b) && b->spec->hook[HOOK_START_CONTAINER].count)
		problem_set(b->problem, "option '--why': with hooks of the kind startContainer it needs "
			    "process.noNewPrivileges (--security-opt no-new-privileges)");
	ADD_CONTAINER(b, STEP_ACCEPT_TRACER, "option '--why'");
}

void build_program(struct builder *b)
{
	bool early = seccomp_early(b), listener = build_asks_listener(&b->spec->seccomp);

	add_home(b);
	if (!early)
		add_rights(b);
	if (b->request->end == END_CREATED)
		add_program(b, STEP_FIND_PROGRAM);
	add_close(b);
	if (listener)
		build_seccomp(b);
	if (!listener || !early)
		build_ready(b);
	if (!early)
		build_start_hooks(b);
	add_tracer(b);
	if (!listener)
		build_seccomp(b);
	if (early) {
		add_rights(b);
		if (listener)
			build_ready(b);
		build_start_hooks(b);
	}
	add_program(b, STEP_EXEC);
}
