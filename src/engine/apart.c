/* apart.c - see apart.h */
#include "engine/apart.h"
#include "base/sys.h"
#include "engine/monitor.h"
#include "life/wait.h"
#include <unistd.h>

enum { WORDS_MAX = 8, BEFORE = 5 };

/* Nothing of the parent's is open but `kept`. */
static void set_apart(int kept)
{
	sys_setsid();
	signals_restore(0);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		stream_nothing(fd);
	if (kept > STDERR_FILENO + 1)
		sys_close_range(STDERR_FILENO + 1, (unsigned)kept - 1, 0);
	sys_close_range(kept > STDERR_FILENO ? (unsigned)kept + 1 : STDERR_FILENO + 1, ~0U, 0);
	sys_chdir("/");
}

enum apart apart_begin(const struct engine *engine)
{
	const pid_t pid = fork();

	if (pid < 0)
		return APART_NOT;
	if (pid > 0)
		return APART_PARENT;
	set_apart(engine->store->fd);
	return APART_CHILD;
}

void apart_run(const struct engine *engine, const char *const *words)
{
	const char *all[BEFORE + WORDS_MAX + 1] = { "taru", "--root", engine->store->root, "--run-root", engine->run };

	for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
		all[BEFORE + i] = words[i];
	if (fork() != 0)
		return;
	set_apart(-1);
	sys_execve("/proc/self/exe", (char *const *)(uintptr_t)all, environ);
	_exit(1);
}
