/* build_scope.c - systemd makes the container's cgroup: a transient scope unit, or a slice that others may be in. */
#include "plan/build.h"
#include "plan/scope.h"

static struct scope_message message_of(const struct text *text)
{
	return (struct scope_message){ text->at, text->length };
}

void build_scope(struct builder *b)
{
	const struct cgroups *cgroups = &b->plan->cgroups;
	struct text greeting = text_new(b->arena), reset = text_new(b->arena), start = text_new(b->arena);
	struct scope *scope = ARENA_NEW(b->arena, struct scope);

	if (!b->request->bus)
		problem_set(b->problem, "option '--systemd-cgroup': it is not known where this user's systemd listens: "
			    "neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set; log in anew, or use "
			    "'--cgroup-manager cgroupfs'");
	if (!b->host->systemd_base)
		problem_set(b->problem, "option '--systemd-cgroup': it is not known where systemd keeps its cgroups "
			    "(/proc/self/cgroup); where none runs, use '--cgroup-manager cgroupfs'");
	if (b->problem->found)
		return;
	scope_greet(&greeting);
	scope_reset_failed(&reset, cgroups->scope);
	scope->pid = scope_start_unit(&start, cgroups, b->spec, b->request->id, b->problem);
	scope->bus = b->request->bus;
	scope->unit = cgroups->scope;
	scope->slice = cgroups->slice;
	scope->shared = cgroups->shared;
	scope->greeting = message_of(&greeting);
	scope->reset = message_of(&reset);
	scope->start = message_of(&start);
	ADD_RUNTIME(b, STEP_START_SCOPE, "linux.cgroupsPath", .scope = { scope });
}
