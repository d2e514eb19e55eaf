/* denial.h - why a system call of a container's program was refused: who said no, and what would have allowed it.
 *
 *	watch.c (ptrace) ─→ facts.c (/proc, stat) ─→ struct attempt ─→ judge.c ─→ sentences
 *
 * The last is pure: what it says depends on the attempt and on the container's config.json alone. Which capability a
 * call needs is in capabilities(7), and stands in calls.c as a table.
 */
#pragma once
#include "base/text.h"
#include "spec/spec.h"
#include "spec/syscalls.h"

enum { DENIAL_PATH = 256, DENIAL_GROUPS = 32, DENIAL_LABEL = 128 };

/* Who tries it. Ids are those of the host. */
struct rights {
	char name[16];			/* of its program, as the kernel has it */
	uint32_t pid;			/* in the container */
	uint32_t uid, gid, group[DENIAL_GROUPS];
	size_t groups;
	uint64_t effective, bounding;	/* bit n is capability n */
	bool no_new_privileges;
	char label[DENIAL_LABEL];	/* that a security module has given it; "": none */
};

/* What of a path says no. */
enum wall {
	WALL_NONE,
	WALL_DIRECTORY,			/* a directory on the way may not be gone through */
	WALL_PARENT,			/* the directory that it is in may not be changed */
	WALL_FILE,			/* the file itself may not be read, written or executed */
};

/* A file, as stat(2) and statfs(2) have it. */
struct spot {
	bool looked;			/* all else is known */
	enum wall wall;
	char at[DENIAL_PATH];		/* which directory or file that is: absolute, in the container */
	uint32_t mode, uid, gid;	/* of it */
	uint32_t major_number, minor_number;	/* of the device that it is */
	bool read_only, no_exec, no_dev, no_suid;	/* the mount that it is in */
	bool immutable;			/* chattr +i or +a */
};

struct attempt {
	enum syscall_abi abi;		/* of the program that made it: it may be one of 32 bits */
	uint32_t call;			/* its number there */
	uint64_t arg[6];
	int error;			/* errno; 0: it worked */
	bool killed;			/* it got SIGSYS for it, which mostly ends the process */
	struct rights rights;
	char path[DENIAL_PATH];		/* absolute, in the container; "": it has none */
	struct spot place;
	uint16_t port;			/* bind to an IP address; 0: another */
};

/* What the judge goes by beside the attempt. */
struct ground {
	const struct spec *spec;
	bool own_user_namespace;	/* its capabilities count for what belongs to it alone */
	const char *first_port, *ping_groups;	/* the sysctls net.ipv4.ip_unprivileged_port_start and
						 * ping_group_range of its network namespace; NULL: not known */
};

/* Whether there is something to be told of it: it was refused, or it worked for a reason that is not its rights. */
bool denial_counts(const struct ground *ground, const struct attempt *attempt);

/* Adds sentences, a line each, with two spaces before them. */
void denial_judge(struct text *out, const struct ground *ground, const struct attempt *attempt);

/* Adds what was tried, in one line: "mount(2) of '/mnt' by sh (process 7): EPERM". */
void denial_tell_attempt(struct text *out, const struct attempt *attempt, size_t times);
