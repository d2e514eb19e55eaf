/* sys_process.h - system calls by which a process changes what it is and may do: see sys.h. */
#pragma once
#include "base/sys.h"

struct sched_attr;

static inline int sys_sethostname(const char *name, size_t length)
{
	return (int)SYS_2(__NR_sethostname, name, length);
}

static inline int sys_setdomainname(const char *name, size_t length)
{
	return (int)SYS_2(__NR_setdomainname, name, length);
}

static inline long sys_keyctl(int command, unsigned long a, unsigned long b)
{
	return SYS_5(__NR_keyctl, command, a, b, 0, 0);
}

/* Returns the one before. */
static inline int sys_personality(unsigned persona)
{
	return (int)SYS_1(__NR_personality, persona);
}

/* limit: soft, hard. */
static inline int sys_prlimit(pid_t pid, int resource, const uint64_t *limit)
{
	return (int)SYS_4(__NR_prlimit64, pid, resource, limit, NULL);
}

static inline int sys_sched_setattr(pid_t pid, const struct sched_attr *attr)
{
	return (int)SYS_3(__NR_sched_setattr, pid, attr, 0);
}

/* Processors as bits of a mask of `size` bytes. */
static inline int sys_sched_setaffinity(pid_t pid, size_t size, const unsigned long *mask)
{
	return (int)SYS_3(__NR_sched_setaffinity, pid, size, mask);
}

static inline int sys_ioprio_set(int which, int who, unsigned value)
{
	return (int)SYS_3(__NR_ioprio_set, which, who, value);
}

static inline int sys_set_mempolicy(unsigned mode, const unsigned long *nodes, unsigned long bits)
{
	return (int)SYS_3(__NR_set_mempolicy, mode, nodes, bits);
}

static inline int sys_setgroups(size_t count, const gid_t *groups)
{
	return (int)SYS_2(__NR_setgroups, count, groups);
}

static inline int sys_setresgid(gid_t real, gid_t effective, gid_t saved)
{
	return (int)SYS_3(__NR_setresgid, real, effective, saved);
}

static inline int sys_setresuid(uid_t real, uid_t effective, uid_t saved)
{
	return (int)SYS_3(__NR_setresuid, real, effective, saved);
}

/* Both structures are those of <linux/capability.h>. */
static inline int sys_capset(const void *header, const void *data)
{
	return (int)SYS_2(__NR_capset, header, data);
}

static inline int sys_seccomp(unsigned operation, uint64_t flags, const void *argument)
{
	return (int)SYS_3(__NR_seccomp, operation, flags, argument);
}
