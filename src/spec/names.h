/* names.h - names of the spec and of the kernel ↔ numbers. */
#pragma once
#include "base/name.h"
#include "spec/spec.h"

extern const struct name capability_names[];	/* "CAP_CHOWN" → 0 … */
extern const struct name rlimit_names[];	/* "RLIMIT_NOFILE" → RLIMIT_NOFILE … */
extern const struct name signal_names[];	/* "SIGTERM" → 15 …: 1 to 31, without aliases */
extern const struct name namespace_names[];	/* "pid" → NAMESPACE_PID … */
extern const struct name seccomp_action_names[];	/* "SCMP_ACT_ERRNO" → SECCOMP_RET_ERRNO … */
extern const struct name seccomp_operator_names[];	/* "SCMP_CMP_EQ" → SECCOMP_EQUAL … */
extern const struct name seccomp_architecture_names[];	/* "SCMP_ARCH_X86" → ARCH_X86 … */
extern const struct name seccomp_flag_names[];	/* "SECCOMP_FILTER_FLAG_LOG" → its bit … */
extern const struct name scheduler_policy_names[], scheduler_flag_names[];
extern const struct name io_class_names[];
extern const struct name memory_mode_names[], memory_flag_names[];
extern const struct name propagation_names[];	/* "rslave" → MS_SLAVE | MS_REC … */
extern const struct name hook_names[];		/* "prestart" → HOOK_PRESTART … */
extern const struct name personality_names[];	/* "LINUX32" → PER_LINUX32 … */

/* The capabilities of this Linux, bit n for number n: all that the table names. */
uint64_t capability_all(void);

/* Those that Docker gives a container that asks for nothing (moby, oci/caps/defaults.go). */
uint64_t capability_docker(void);

/* The entry that a person means: in upper or lower case, with the prefix that all names of the table have
 * ("CAP_") or without it. Or NULL. */
const struct name *name_find_loosely(const struct name *table, const char *prefix, const char *word);

/* The number of a signal as people write it: "SIGTERM", "term", "15", "RTMIN+3", "RTMAX-2"; 0, which only
 * looks whether there is a process. -1 where it is none. */
int signal_number(const char *word);

/* "ENOENT", or NULL for a number that is none of Linux's. Here, not in the C library's tables,
 * because musl has none for the names and the two libraries' words differ. */
const char *errno_name(int error);

/* "no such file or directory": lower case, as part of a sentence; "unknown error" if it is none. */
const char *errno_words(int error);

/* The CLONE_NEW* flag of a namespace, and its file in /proc/PID/ns. */
int namespace_flag(enum namespace_kind kind);
const char *namespace_file(enum namespace_kind kind);
