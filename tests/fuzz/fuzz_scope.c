/* fuzz_scope.c - any text as the value of an annotation «org.systemd.property.NAME», and as a list of processors: a
 * property that can be read, or a problem.
 */
#include "base/dbus.h"
#include "plan/scope.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;
	struct problem problem = { 0 };
	struct pair pair[2] = { { "org.systemd.property.TimeoutStop", NULL },
				{ "org.systemd.property.TimeoutStopSec", NULL } };
	struct cgroup cgroup = { .path = "/sys/fs/cgroup/a", .controllers = "", .unified = true };
	const struct cgroups cgroups = { .at = &cgroup, .count = 1, .scope = "a.scope", .slice = "b.slice" };
	struct spec spec = { .annotations = { pair, 1 } };
	struct dbus_message message;
	struct text out;

	arena_init(&arena, NULL, 0);
	pair[0].value = pair[1].value = arena_copy(&arena, (const char *)bytes, size);
	spec.resources.cpu.cpus = pair[0].value;
	spec.resources.unified = (struct pairs){ &(struct pair){ "cpu.max", pair[0].value }, 1 };
	if (size % 2)
		spec.annotations = (struct pairs){ &pair[1], 1 };
	out = text_new(&arena);
	scope_start_unit(&out, &cgroups, &spec, "id", &problem);
	if (dbus_read(out.at, out.length, &message) < 0)
		abort();
	arena_release(&arena);
	return 0;
}
