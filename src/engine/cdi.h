/* cdi.h - devices by name, as their vendors describe them: the Container Device Interface.
 *
 * `vendor.com/class=name` stands for all that a container needs for that device: nodes, files, variables, hooks.
 * What that is stands in files of /etc/cdi and /var/run/cdi (of equal names the latter counts); TARU_CDI_SPEC_DIRS
 * has other folders, with colons between them, the last of which counts most. They are *.json and *.yaml, as the
 * specification has it. The files are the administrator's, and are believed.
 */
#pragma once
#include "base/json.h"
#include "spec/spec.h"

/* Objects `containerEdits`, in the order in which they are made: of a file before those of its devices. */
struct cdi_edits { const struct json *json; const char *file; };
struct cdi { struct cdi_edits *edits; size_t count; };

/* Whether --device means such a name. */
bool cdi_is_name(const char *given);

/* Finds the devices. One that is not there is a problem that says which ones are. */
void cdi_find(struct arena *arena, const struct texts *names, struct cdi *ret_cdi, struct problem *problem);

/* What --gpus means: names of devices of nvidia.com/gpu. */
struct texts cdi_gpus(struct arena *arena, const char *given, struct problem *problem);

/* The folders that such files are in, the one that counts least first. */
struct texts cdi_folders(struct arena *arena);
