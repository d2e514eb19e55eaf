/* hosts.c - the file of the network's names, and who holds its folder's lock: see names.h.
 *
 * Who starts this program writes the file first and then looks whether the folder is locked. Who ends gives up the lock
 * first and then looks at the file. So one of the two sees the other, whichever was first.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "names/names.h"
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>

static const uint32_t watched = IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_ONLYDIR;

/* Who looks whether it is locked holds it for a moment too, shared, and is no process of the network's. */
static bool lock(int folder)
{
	enum { TRIES = 200, WAIT_MS = 5 };

	for (int i = 0; i < TRIES; i++) {
		if (!sys_flock(folder, LOCK_EX | LOCK_NB))
			return true;
		if (sys_flock(folder, LOCK_SH | LOCK_NB))
			return false;
		sys_flock(folder, LOCK_UN);
		clock_sleep_ms(WAIT_MS);
	}
	return false;
}

bool hosts_open(struct names *names, const char *path)
{
	int error;

	if (!lock(names->hosts.folder))
		return false;
	/* By its descriptor: it is the folder that is locked, whatever the path leads to by now. */
	error = sys_fchdir(names->hosts.folder);
	names->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (!error && (names->watch < 0 || inotify_add_watch(names->watch, ".", watched) < 0))
		error = -errno;
	if (error)
		fail("cannot watch the folder of", path, strerror(-error));
	sys_chdir("/");
	return true;
}

int hosts_read(struct names *names)
{
	struct table *table = &names->table;
	closes int fd = sys_openat(names->hosts.folder, names->hosts.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	size_t length = 0;
	ssize_t count = 0;

	names->gone = fd == -ENOENT;
	/* What cannot be read just now is as it was. */
	if (fd < 0 && !names->gone)
		return fd;
	while (fd >= 0 && length < TABLE_TEXT - 1 &&
	       (count = sys_read(fd, table->text + length, TABLE_TEXT - 1 - length)) > 0)
		length += (size_t)count;
	table_read(table, length);
	if (table->names)
		names->empty_since_ms = 0;
	else if (!names->empty_since_ms)
		names->empty_since_ms = names->now_ms;
	return fd < 0 ? fd : count < 0 ? (int)count : 0;
}

void hosts_changed(struct names *names)
{
	_Alignas(struct inotify_event) char events[1024];
	size_t at;

	/* What has happened is seen in the file. */
	while (sys_read(names->watch, events, sizeof(events)) > 0)
		;
	hosts_read(names);
	listen_look(names, &at);
}

bool hosts_end(struct names *names)
{
	sys_flock(names->hosts.folder, LOCK_UN);
	hosts_read(names);
	if (names->empty_since_ms)
		return true;
	/* Else the one who has come has found it free and starts another process. */
	return !lock(names->hosts.folder);
}
