/* glance.c - see glance.h */
#include "life/glance.h"
#include "base/proc.h"
#include "base/text.h"
#include "life/cgroup.h"
#include <string.h>
#include <unistd.h>

void container_note_running(const struct container *container, const struct cgroups *cgroups)
{
	char process[64];
	const struct cgroup *freezer = cgroups_freezer(cgroups);
	const ssize_t length = sys_readlinkat(container->folder, RECORD_PROCESS, process, sizeof(process));
	const int version = freezer ? freezer->unified ? 2 : 1 : 0;

	if (length <= 0 || (freezer && sys_symlinkat(cgroup_freezer_file(container->arena, freezer), container->folder,
						     RECORD_FREEZER)))
		return;
	sys_symlinkat(arena_printf(container->arena, "%.*s %d %d %s", (int)length, process, (int)getpid(), version,
				   container->record.created), container->folder, RECORD_RUNNING);
}

/* --- reading --- */

struct noted {
	uint64_t pid, start_time, runtime, freezer;
	const char *created;
};

static bool read_noted(char *text, struct noted *ret_noted)
{
	uint64_t *const numbers[] = { &ret_noted->pid, &ret_noted->start_time, &ret_noted->runtime,
				      &ret_noted->freezer };
	char *at = text;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char *const end = strchr(at, ' ');

		if (!end)
			return false;
		*end = '\0';
		if (!text_to_u64(at, numbers[i]))
			return false;
		at = end + 1;
	}
	ret_noted->created = at;
	return ret_noted->pid && ret_noted->pid <= INT32_MAX && ret_noted->freezer <= 2 && *at;
}

/* In v1 a process that sleeps or runs is not frozen, it would be in state D: most of those files need no reading. */
static bool is_frozen(struct arena *arena, const struct noted *noted, char state, const char *root, const char *id)
{
	if (!noted->freezer || (noted->freezer == 1 && (state == 'S' || state == 'R')))
		return false;
	return cgroup_file_says_frozen(ARENA_JOIN(arena, root, "/", id, "/", RECORD_FREEZER));
}

bool container_glance(struct arena *arena, const char *root, const char *id, struct glance *ret_glance)
{
	char text[128];
	struct noted noted;
	struct proc_stat stat;
	ssize_t length;

	length = sys_readlinkat(AT_FDCWD, ARENA_JOIN(arena, root, "/", id, "/", RECORD_RUNNING), text, sizeof(text));
	if (length <= 0 || length == sizeof(text))
		return false;
	text[length] = '\0';
	if (!read_noted(text, &noted) || !proc_lives((pid_t)noted.pid, noted.start_time, &stat))
		return false;
	*ret_glance = (struct glance){
		.pid = (pid_t)noted.pid,
		.created = arena_copy(arena, noted.created, strlen(noted.created)),
		.paused = is_frozen(arena, &noted, stat.state, root, id),
		.attended = stat.parent == (pid_t)noted.runtime,
	};
	return true;
}
