/* build_exec.c - the last steps: nothing of the runtime stays open, and the program. */
#include "plan/build.h"
#include <string.h>

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

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
void build_home(struct builder *b)
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
void build_close(struct builder *b)
{
	ADD_CONTAINER(b, STEP_CLOSE_DESCRIPTORS, NULL, .descriptors = { 3 + b->request->preserve_fds });
}

void build_exec(struct builder *b)
{
	const struct texts *env = &b->spec->process.env;
	char **with_home = ARENA_ARRAY(b->arena, env->count + 2, char *);
	const char *search = find_env(env, "PATH");

	if (env->count)
		memcpy(with_home, env->at, env->count * sizeof(*with_home));
	with_home[env->count] = b->home;
	ADD_CONTAINER(b, STEP_EXEC, "process.args[0]",
		      .exec = { b->spec->process.args.at, with_home, search ? search : DEFAULT_PATH });
}
