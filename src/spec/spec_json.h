/* spec_json.h - the tables of config.json, by file. For spec_json*.c only. */
#pragma once
#include "base/json_decode.h"
#include "spec/names.h"
#include "spec/spec.h"

/* (uid_t)-1 is what the kernel takes for «leave it», so it is no one's id (CVE-2024-40635). */
enum { LAST_ID = UINT32_MAX - 1u };

extern const struct field linux_fields[];	/* of struct spec: the object "linux" */
extern const struct field resources_fields[];	/* of struct resources */
extern const struct field seccomp_fields[];	/* of struct seccomp */
extern const struct field id_map_fields[];	/* of struct id_map */
