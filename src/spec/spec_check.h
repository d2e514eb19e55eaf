/* spec_check.h - the rules by chapter. For spec_check*.c only. */
#pragma once
#include "spec/names.h"
#include "spec/spec.h"

/* spec_check_ids.c: namespaces, id maps, and what needs which of them. */
void spec_check_namespaces(const struct spec *spec, struct problem *problem);
void spec_check_id_maps(const struct id_maps *uid, const struct id_maps *gid, const char *uid_key,
			const char *gid_key, struct problem *problem);
/* spec_check_mounts.c */
void spec_check_mounts(const struct spec *spec, struct problem *problem);
/* spec_check_process.c has spec_check_process(). */
/* spec_check_linux.c */
void spec_check_linux(const struct spec *spec, struct problem *problem);
/* spec_check_sysctl.c */
void spec_check_sysctls(const struct spec *spec, struct problem *problem);
/* spec_check_seccomp.c */
void spec_check_seccomp(const struct spec *spec, struct problem *problem);

/* Whether the text is a list of numbers and ranges: "0-3,7". */
bool spec_is_number_list(const char *text);

/* A label, a name of a profile: one line that is written to a file of the kernel. */
void spec_check_line(const char *key, const char *text, struct problem *problem);

/* "'x' is not an absolute path". `key` names where it stands. */
void spec_check_absolute(const char *key, const char *path, struct problem *problem);
