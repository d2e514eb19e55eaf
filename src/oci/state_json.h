/* state_json.h - a container as `state` and `list` tell it. */
#pragma once
#include "base/json_write.h"
#include "life/record.h"

/* Writes it as an object, runc's keys in runc's order: ociVersion, id, pid, status, bundle, rootfs, created,
 * annotations (where there are any), owner. */
void state_json(struct json_writer *out, const struct container *container, const char *owner);

/* Its first process; 0 where that has ended. */
pid_t state_pid(const struct container *container);

/* Where it was made from, and when. A start that was cut off left no record: then it is nowhere, and at the
 * time that Go's time.Time begins with, since engines read it as one. */
const char *state_bundle(const struct container *container);
const char *state_created(const struct container *container);
