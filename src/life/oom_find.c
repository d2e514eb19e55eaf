/* oom_find.c - the log of the kernel is gone through: see oom.h.
 *
 * The kernel gives it by record, the oldest first; there is no way to begin in the middle but at its end (printk.c,
 * devkmsg_llseek()). It is a ring of some MiB at most, which takes some ms.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "life/oom.h"
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define ROOT "/sys/fs/cgroup"

enum {
	RECORD_LONGEST = 8192,		/* with its escapes: CONSOLE_EXT_LOG_MAX, PRINTK_MESSAGE_MAX */
	RECORDS_MOST = 1 << 18,		/* a ring of 16 MiB has fewer */
	LATE_MS = 10, LATE_MOST = 5,	/* how long, and how often, news are waited for */
};

/* Where the cgroup's hierarchy is mounted: the length of that part of its path; 0: it is nowhere that we know. */
static size_t mount_length(const struct cgroup *cgroup)
{
	const size_t root = strlen(ROOT);
	struct statfs info;
	const char *slash;

	if (strncmp(cgroup->path, ROOT "/", root + 1) != 0)
		return 0;
	if (cgroup->unified && statfs(ROOT, &info) == 0 && info.f_type == CGROUP2_SUPER_MAGIC)
		return root;
	slash = strchr(cgroup->path + root + 1, '/');
	return slash ? (size_t)(slash - cgroup->path) : 0;
}

/* What is mounted there is the whole hierarchy, as the kernel names its cgroups: not that of a cgroup namespace, nor
 * a part that is bound there. Of kernfs the root, and nothing else, is number 1. */
static bool is_whole(struct arena *arena, const char *path, size_t length)
{
	struct stat info;

	return sys_fstatat(AT_FDCWD, arena_copy(arena, path, length), &info, 0) == 0 && info.st_ino == 1;
}

/* The log's clock is the processor's, which is not put right as the other one is (adjtimex(2): by 0.05 % at most): a
 * thousandth of the time since the boot, and a second. */
static uint64_t with_slack(uint64_t since_us)
{
	const uint64_t slack_us = clock_ms() + 1000000;

	return since_us > slack_us ? since_us - slack_us : 0;
}

/* In a container there may be anything in its place. */
static int open_log(void)
{
	closes int fd = sys_openat(AT_FDCWD, "/dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);
	struct stat info;

	return fd >= 0 && !sys_fstat(fd, &info) && S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 11) ?
		       take_fd(&fd) : -1;
}

/* The process has ended as soon as it is killed, and what it had is written a moment after that. */
static bool comes_more(int fd, const struct oom_search *search)
{
	struct pollfd news = { fd, POLLIN, 0 };

	return search->found && !search->memory && poll(&news, 1, LATE_MS) > 0;
}

static void read_log(int fd, struct oom_search *search)
{
	char record[RECORD_LONGEST];

	for (int i = 0, late = 0; i < RECORDS_MOST && late <= LATE_MOST; i++) {
		ssize_t got = sys_read(fd, record, sizeof(record));

		if (got > 0)
			oom_take(search, record, (size_t)got);
		else if (got == -EAGAIN ? !comes_more(fd, search) : got != -EPIPE && got != -EINVAL)
			return;
		late += got == -EAGAIN;
		/* -EPIPE: it was overwritten meanwhile; -EINVAL: it is longer. Both go on with the next one. */
	}
}

void oom_find(struct arena *arena, const struct cgroup *memory, uint64_t since_us, struct oom_victim *ret_victim)
{
	const size_t mount = memory ? mount_length(memory) : 0;
	struct oom_search search = { .since_us = with_slack(since_us) };
	closes int log = -1;

	if (!mount || !memory->path[mount + 1])
		return;
	search.cgroup = memory->path + mount;
	search.anywhere = !is_whole(arena, memory->path, mount);
	log = open_log();
	if (log >= 0)
		read_log(log, &search);
	*ret_victim = (struct oom_victim){ search.pid, arena_copy(arena, search.name, strlen(search.name)),
					   search.memory };
}

uint64_t oom_time_of(uint64_t start_time)
{
	enum { TICK_US = 10000 };	/* USER_HZ is 100, also for programs on arm64 */
	const uint64_t began_us = start_time * TICK_US, second = 1000000;
	const uint64_t awake = clock_ns() / 1000;
	struct timespec boot;
	uint64_t asleep;

	/* CLOCK_MONOTONIC stands still while the machine sleeps, also before then. */
	clock_gettime(CLOCK_BOOTTIME, &boot);
	asleep = (uint64_t)boot.tv_sec * second + (uint64_t)boot.tv_nsec / 1000 - awake;
	return began_us > asleep ? began_us - asleep : 0;
}
