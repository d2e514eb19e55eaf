/* names.h - names of the spec and of the kernel ↔ numbers. */
#pragma once
#include "spec/spec.h"

/* A table ends with a NULL name. */
struct name { const char *name; uint64_t value; };

extern const struct name capability_names[];	/* "CAP_CHOWN" → 0 … */
extern const struct name rlimit_names[];	/* "RLIMIT_NOFILE" → RLIMIT_NOFILE … */
extern const struct name signal_names[];	/* "SIGTERM" → 15 …, without aliases */
extern const struct name namespace_names[];	/* "pid" → NAMESPACE_PID … */
extern const struct name seccomp_action_names[];	/* "SCMP_ACT_ERRNO" → SECCOMP_RET_ERRNO … */
extern const struct name seccomp_operator_names[];
extern const struct name seccomp_architecture_names[];
extern const struct name seccomp_flag_names[];
extern const struct name scheduler_policy_names[], scheduler_flag_names[];
extern const struct name io_class_names[];
extern const struct name memory_mode_names[], memory_flag_names[];
extern const struct name propagation_names[];	/* "rslave" → MS_SLAVE | MS_REC … */
extern const struct name hook_names[];		/* "prestart" → HOOK_PRESTART … */

/* The entry, or NULL. Names are compared exactly. */
const struct name *name_find(const struct name *table, const char *name);

/* The first name with that value, or NULL. */
const char *name_of(const struct name *table, uint64_t value);

/* "ENOENT" and "No such file or directory" without the C library's tables (exec/ may not use
 * them): for explain and messages. */
const char *errno_name(int error);

/* The CLONE_NEW* flag of a namespace, and its file in /proc/PID/ns. */
int namespace_flag(enum namespace_kind kind);
const char *namespace_file(enum namespace_kind kind);
