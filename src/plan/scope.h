/* scope.h - what systemd is told of a container's unit: calls of org.freedesktop.systemd1(5) as messages of D-Bus.
 *
 * The limits are also written to the files of the cgroup (build_limits.c), which have more than systemd
 * knows. What systemd does know it must be told, or it puts its own values back with the next
 * `systemctl daemon-reload`. Which property stands for which key of the config is runc's docs/systemd.md.
 */
#pragma once
#include "base/problem.h"
#include "base/text.h"
#include "plan/cgroup.h"
#include "spec/spec.h"

/* The serial of each call: an answer names it. */
enum { SCOPE_HELLO = 1, SCOPE_MATCH, SCOPE_SUBSCRIBE, SCOPE_RESET, SCOPE_ASK, SCOPE_ASK_AGAIN };

/* Where a call's serial is in it, 32 bits. */
enum { SCOPE_SERIAL_AT = 8 };

/* --- scope_calls.c: what is asked. Each adds whole messages to `out`. --- */

/* What begins a conversation: Hello, and that the ends of jobs (JobRemoved) are to be told. */
void scope_greet(struct text *out);

/* ResetFailedUnit (SCOPE_RESET), StopUnit (SCOPE_ASK). */
void scope_reset_failed(struct text *out, const char *unit);
void scope_stop_unit(struct text *out, const char *unit);

/* StartTransientUnit (SCOPE_ASK) of the container's scope or slice. Returns where the number of its process goes; 0
 * where it takes none. */
size_t scope_start_unit(struct text *out, const struct cgroups *cgroups, const struct spec *spec, const char *id,
			struct problem *problem);

/* SetUnitProperties (SCOPE_ASK) for what `resources` changes, until the next boot. False where that is nothing that
 * systemd knows. */
bool scope_set_properties(struct text *out, const struct cgroups *cgroups, const struct resources *resources,
			  struct problem *problem);

/* --- properties: each adds one, a structure (sv), to a message --- */

/* One of type s, b, t. */
void scope_put_text(struct text *message, const char *name, const char *value);
void scope_put_bool(struct text *message, const char *name, bool value);
void scope_put_u64(struct text *message, const char *name, uint64_t value);

/* Begins a property of another type, whose value follows. */
void scope_put_name(struct text *message, const char *name, const char *signature);

/* scope_limits.c: linux.resources, without devices. */
void scope_put_limits(struct text *message, const struct cgroups *cgroups, const struct resources *resources);

/* scope_devices.c: linux.resources.devices. */
void scope_put_devices(struct text *message, const struct cgroups *cgroups, const struct resources *resources,
		       struct problem *problem);

/* scope_annotations.c: those that are called org.systemd.property.NAME. */
void scope_put_annotations(struct text *message, const struct pairs *annotations, struct problem *problem);
