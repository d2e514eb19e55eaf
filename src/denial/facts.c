/* facts.c - see facts.h: /proc/PID/status, and the file at a path below /proc/PID/root. */
#include "base/fd.h"
#include "denial/facts.h"
#include "denial/judge_parts.h"
#include <linux/capability.h>
#include <linux/stat.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

enum {
	STATUS_MAX = 4096, READ = 4, WRITE = 2, EXECUTE = 1,
	MOUNT_RDONLY = 1, MOUNT_NOSUID = 2, MOUNT_NODEV = 4, MOUNT_NOEXEC = 8,	/* statfs(2): ST_* */
};

/* --- who --- */

static const char *field(const char *status, const char *name)
{
	const char *at = strstr(status, name);

	return at ? at + strlen(name) : "";
}

static uint32_t last_number(const char *line)
{
	uint32_t last = 0;
	char *end = NULL;

	for (; *line && *line != '\n'; line = end) {
		const unsigned long value = strtoul(line, &end, 10);

		if (end == line)
			break;
		last = (uint32_t)value;
		end += strspn(end, " \t");
	}
	return last;
}

static uint32_t number_at(const char *line, int index)
{
	char *end = NULL;
	unsigned long value = strtoul(line, &end, 10);

	for (int i = 0; i < index; i++)
		value = strtoul(end, &end, 10);
	return (uint32_t)value;
}

static void read_groups(const char *line, struct rights *rights)
{
	char *end = NULL;

	while (rights->groups < DENIAL_GROUPS && *line && *line != '\n') {
		const unsigned long value = strtoul(line, &end, 10);

		if (end == line)
			break;
		rights->group[rights->groups++] = (uint32_t)value;
		line = end + strspn(end, " \t");
	}
}

/* What a security module calls it: "docker-default (enforce)", or a context of SELinux. */
static void read_label(int pid, char label[DENIAL_LABEL])
{
	char path[64];
	closes int file = -1;
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%d/attr/current", pid);
	file = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	got = file < 0 ? 0 : sys_read(file, label, DENIAL_LABEL - 1);
	label[got > 0 ? got : 0] = '\0';
	label[strcspn(label, "\n")] = '\0';
	text_clean(label, '?');
}

bool facts_rights(int pid, struct rights *ret_rights)
{
	enum { OF_FILES = 3 };		/* real, effective, saved, and what counts for files */
	char path[64], status[STATUS_MAX];
	closes int file = -1;
	ssize_t got;

	*ret_rights = (struct rights){ 0 };
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	got = file < 0 ? 0 : sys_read(file, status, sizeof(status) - 1);
	if (got <= 0)
		return false;
	status[got] = '\0';
	sscanf(status, "Name:\t%15[^\n]", ret_rights->name);
	text_clean(ret_rights->name, '?');
	ret_rights->pid = last_number(field(status, "\nNSpid:\t"));
	ret_rights->uid = number_at(field(status, "\nUid:\t"), OF_FILES);
	ret_rights->gid = number_at(field(status, "\nGid:\t"), OF_FILES);
	read_groups(field(status, "\nGroups:\t"), ret_rights);
	ret_rights->effective = strtoull(field(status, "\nCapEff:\t"), NULL, 16);
	ret_rights->bounding = strtoull(field(status, "\nCapBnd:\t"), NULL, 16);
	read_label(pid, ret_rights->label);
	ret_rights->no_new_privileges = *field(status, "\nNoNewPrivs:\t") == '1';
	return true;
}

/* --- memory --- */

size_t facts_memory(int pid, uint64_t at, void *to, size_t size)
{
	const struct iovec here = { to, size }, there = { (void *)(uintptr_t)at, size };
	const ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

	return got > 0 ? (size_t)got : 0;
}

/* A text that may end before what can be read does: page by page. */
static bool read_text(int pid, uint64_t at, char *to, size_t size)
{
	enum { PAGE = 4096 };
	size_t done = 0;

	while (done < size) {
		const size_t rest = PAGE - (at + done) % PAGE, want = rest < size - done ? rest : size - done;
		const size_t got = facts_memory(pid, at + done, to + done, want);

		if (memchr(to + done, '\0', got))
			return true;
		if (got < want)
			return false;
		done += got;
	}
	to[size - 1] = '\0';
	return true;
}

uint16_t facts_port(int pid, const struct attempt *attempt)
{
	struct sockaddr_in6 address = { 0 };	/* its port is where that of IPv4 is */
	const size_t got = facts_memory(pid, attempt->arg[1], &address, sizeof(struct sockaddr_in));

	if (got < sizeof(struct sockaddr_in) || (address.sin6_family != AF_INET && address.sin6_family != AF_INET6))
		return 0;
	return ntohs(address.sin6_port);
}

/* --- paths --- */

static void read_link(int pid, const char *what, char to[DENIAL_PATH])
{
	char path[64];
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, what);
	got = sys_readlinkat(AT_FDCWD, path, to, DENIAL_PATH - 1);
	to[got > 0 ? got : 0] = '\0';
}

/* The directory that a path is relative to. */
static void read_folder(int pid, const struct path_call *call, const struct attempt *attempt, char to[DENIAL_PATH])
{
	const int fd = call->folder < 0 ? AT_FDCWD : (int)attempt->arg[(size_t)call->folder];
	char what[32] = "cwd";

	if (fd != AT_FDCWD)
		snprintf(what, sizeof(what), "fd/%d", fd);
	read_link(pid, what, to);
}

static void read_path(int pid, const struct path_call *call, struct attempt *attempt)
{
	char text[DENIAL_PATH] = "", folder[DENIAL_PATH] = "";
	size_t length;

	if (call->path >= 0 && !read_text(pid, attempt->arg[(size_t)call->path], text, sizeof(text)))
		return;
	if (text[0] != '/')
		read_folder(pid, call, attempt, folder);
	length = strlen(folder);
	if (length && text[0] && folder[length - 1] != '/' && length + 1 < sizeof(folder))
		memcpy(folder + length, "/", 2);
	snprintf(attempt->path, sizeof(attempt->path), "%s", folder);
	length = strlen(attempt->path);
	snprintf(attempt->path + length, sizeof(attempt->path) - length, "%s", text);
	text_clean(attempt->path, '?');
}

/* --- files --- */

static bool is_in_group(const struct rights *rights, uint32_t gid)
{
	for (size_t i = 0; i < rights->groups; i++)
		if (rights->group[i] == gid)
			return true;
	return rights->gid == gid;
}

/* Whether the mode lets it, or CAP_DAC_OVERRIDE does. */
static bool may(const struct spec *spec, const struct rights *rights, const struct stat *stat, unsigned wanted)
{
	const unsigned shift = rights->uid == stat->st_uid ? 6 : is_in_group(rights, stat->st_gid) ? 3 : 0;
	const bool over = rights->effective & (1ULL << CAP_DAC_OVERRIDE) &&
			  judge_is_mapped(&spec->uid_map, stat->st_uid) &&
			  judge_is_mapped(&spec->gid_map, stat->st_gid);

	if (over)
		return !(wanted & EXECUTE) || S_ISDIR(stat->st_mode) || stat->st_mode & 0111;
	return (stat->st_mode >> shift & wanted) == wanted;
}

static unsigned wanted_of(const struct path_call *call, const struct attempt *attempt)
{
	unsigned flags;

	switch (call->access) {
	case ACCESS_OPEN:
		flags = (unsigned)attempt->arg[(size_t)call->flags];
		return (flags & O_ACCMODE) == O_RDONLY ? READ : (flags & O_ACCMODE) == O_WRONLY ? WRITE : READ | WRITE;
	case ACCESS_WRITE: return WRITE;
	case ACCESS_EXECUTE: return EXECUTE;
	case ACCESS_SEARCH:
	case ACCESS_ENTRY:
	case ACCESS_OWN: break;
	}
	return 0;
}

static void note(struct spot *place, const char *path, size_t length, const struct stat *stat)
{
	if (length >= sizeof(place->at))
		length = sizeof(place->at) - 1;
	memcpy(place->at, length ? path : "/", length ? length : 1);
	place->at[length ? length : 1] = '\0';
	place->mode = stat->st_mode;
	place->uid = stat->st_uid;
	place->gid = stat->st_gid;
	place->major_number = major(stat->st_rdev);
	place->minor_number = minor(stat->st_rdev);
}

static void note_mount(struct spot *place, int file)
{
	struct statfs statfs;
	struct statx more;
	unsigned flags = 0;

	if (fstatfs(file, &statfs) == 0)
		flags = (unsigned)statfs.f_flags;
	place->read_only = flags & MOUNT_RDONLY;
	place->no_suid = flags & MOUNT_NOSUID;
	place->no_dev = flags & MOUNT_NODEV;
	place->no_exec = flags & MOUNT_NOEXEC;
	if (SYS_5(__NR_statx, file, "", AT_EMPTY_PATH, 0, &more) == 0)
		place->immutable = more.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND);
}

struct walking {
	const struct spec *spec;
	const struct rights *rights;
	struct spot *place;
	int root;
};

/* Looks at the first `length` bytes of the path; false where it is not there. */
static bool look(const struct walking *walking, const char *path, size_t length, unsigned wanted, enum wall wall)
{
	char part[DENIAL_PATH] = "/";
	closes int file = -1;
	struct stat stat;

	if (length)
		memcpy(part, path, length);
	part[length ? length : 1] = '\0';
	file = sys_openat2(walking->root, part, O_PATH, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	if (file < 0 || fstat(file, &stat) < 0)
		return false;
	if (may(walking->spec, walking->rights, &stat, wanted))
		wall = WALL_NONE;
	if (wall || !path[length]) {
		note(walking->place, path, length, &stat);
		note_mount(walking->place, file);
		walking->place->wall = wall;
		walking->place->looked = true;
	}
	return true;
}

/* From the root on, as the kernel goes: the first thing that says no is the wall. */
static void walk(const struct walking *walking, const struct path_call *call, const struct attempt *attempt)
{
	const char *path = attempt->path, *last = strrchr(path, '/');
	const unsigned wanted = wanted_of(call, attempt);
	size_t length = 0;

	if (!last)
		return;
	for (; path + length < last || !length; length += 1 + strcspn(path + length + 1, "/")) {
		if (!look(walking, path, length, EXECUTE, WALL_DIRECTORY) || walking->place->wall)
			return;
		if (path + length >= last)
			break;
	}
	if (call->access == ACCESS_ENTRY) {
		look(walking, path, (size_t)(last - path), WRITE | EXECUTE, WALL_PARENT);
		if (walking->place->wall)
			return;
	}
	if (!look(walking, path, strlen(path), wanted, WALL_FILE) && call->access != ACCESS_ENTRY)
		look(walking, path, (size_t)(last - path), WRITE | EXECUTE, WALL_PARENT);
}

void facts_place(int pid, const struct spec *spec, const struct path_call *call, struct attempt *attempt)
{
	struct walking walking = { spec, &attempt->rights, &attempt->place, -1 };
	closes int root = -1;
	char path[64];

	read_path(pid, call, attempt);
	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	root = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	walking.root = root;
	if (root >= 0 && attempt->path[0] == '/')
		walk(&walking, call, attempt);
}

void facts_program(int pid, struct attempt *attempt)
{
	closes int file = -1;
	struct stat stat;
	char path[64];

	read_link(pid, "exe", attempt->path);
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	file = sys_openat(AT_FDCWD, path, O_PATH, 0);
	if (file < 0 || fstat(file, &stat) < 0)
		return;
	attempt->place.looked = true;
	note(&attempt->place, attempt->path, strlen(attempt->path), &stat);
	note_mount(&attempt->place, file);
}
