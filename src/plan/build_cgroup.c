/* build_cgroup.c - the container's cgroups: they are made before there is a process, and that begins in them. They
 * get their limits while it makes its mounts, and it waits for that before it becomes the program.
 *
 *	v2	it is cloned into the cgroup (CLONE_INTO_CGROUP)
 *	v1	it is the first thing that the process does, by «tasks»: moving another process, or by
 *		«cgroup.procs», waits until every processor has passed a quiet moment (an RCU grace
 *		period), 10 ms and more
 *	systemd	only systemd makes the cgroup, and only for a process that is there; the process waits for it
 */
#include "plan/build.h"
#include "base/text.h"
#include <linux/mount.h>
#include <string.h>

static const char why_path[] = "linux.cgroupsPath";

static bool has_scope(const struct builder *b)
{
	return b->plan->cgroups.scope;
}

/* --- v2 --- */

/* "cpu,io" → "+cpu +io" */
static const char *enable_words(struct builder *b, const char *controllers)
{
	struct text words = text_new(b->arena);

	for (const char *at = controllers; *at;) {
		size_t length = strcspn(at, ",");

		text_printf(&words, "%s+%.*s", words.length ? " " : "", (int)length, at);
		at += length + (at[length] == ',');
	}
	return words.at;
}

/* Each cgroup on the way passes its controllers on to those below. */
static void add_levels(struct builder *b, const struct cgroup *cgroup)
{
	const char *words = enable_words(b, cgroup->controllers);
	size_t at = cgroup->base;

	while (cgroup->path[at]) {
		const char *above = arena_copy(b->arena, cgroup->path, at);
		size_t next = at + 1 + strcspn(cgroup->path + at + 1, "/");
		bool last = !cgroup->path[next];

		if (*words)
			ADD_RUNTIME(b, STEP_ENABLE_CONTROLLERS, why_path, .enable = { above, words });
		if (last && has_scope(b))
			return;
		ADD_RUNTIME(b, STEP_MAKE_CGROUP, why_path,
			    .make_cgroup = { .path = arena_copy(b->arena, cgroup->path, next), .base = at, .own = last,
					     .unified = true });
		at = next;
	}
}

/* --- all --- */

static void add_cgroup(struct builder *b, const struct cgroup *cgroup)
{
	/* In its own hierarchy systemd does it all. */
	if (has_scope(b) && cgroup_has(cgroup, "name=systemd"))
		return;
	if (cgroup->unified)
		add_levels(b, cgroup);
	else
		ADD_RUNTIME(b, STEP_MAKE_CGROUP, why_path,
			    .make_cgroup = { .path = cgroup->path, .base = cgroup->base, .own = !has_scope(b),
					     .cpuset = cgroup_has(cgroup, "cpuset") });
}

/* Whether a mount shows the container its cgroup in a way that it can write to. */
static bool writes_cgroup(const struct builder *b)
{
	for (size_t i = 0; i < b->spec->mounts; i++) {
		const struct mount *mount = &b->spec->mount[i];

		if (mount->type && strncmp(mount->type, "cgroup", 6) == 0)
			return !(mount->options.set & MOUNT_ATTR_RDONLY);
	}
	return false;
}

/* A container with a user and a cgroup namespace of its own that may write to its cgroup can make others in it:
 * the container's root gets what the kernel lists for that (cgroups(7), «Cgroup delegation»). */
static void delegate(struct builder *b, const struct cgroup *cgroup)
{
	struct texts *files = ARENA_NEW(b->arena, struct texts);
	uint32_t uid, gid;

	if (!cgroup || !b->new_user || !spec_new_namespace(b->spec, NAMESPACE_CGROUP) || !writes_cgroup(b) ||
	    !host_privileged(b->host) || !id_maps_root(&b->spec->uid_map, &uid) ||
	    !id_maps_root(&b->spec->gid_map, &gid))
		return;
	files->at = ARENA_ARRAY(b->arena, 64, char *);
	for (const char *at = b->host->delegate; at && *at && files->count < 64;) {
		size_t length = strcspn(at, "\n");

		if (length)
			files->at[files->count++] = arena_copy(b->arena, at, length);
		at += length + (at[length] == '\n');
	}
	ADD_RUNTIME(b, STEP_OWN_CGROUP, why_path, .own_cgroup = { cgroup->path, files, uid, gid });
}

static void make(struct builder *b)
{
	const struct cgroups *cgroups = &b->plan->cgroups;

	for (size_t i = 0; i < cgroups->count; i++)
		add_cgroup(b, &cgroups->at[i]);
}

void build_cgroups(struct builder *b)
{
	const struct plan_request *request = b->request;
	const struct cgroup *unified;

	cgroups_find(b->arena, b->spec, b->host, request->id, request->manager, &b->plan->cgroups, b->problem);
	if (has_scope(b))
		return;
	make(b);
	build_early_limits(b);
	unified = cgroups_unified(&b->plan->cgroups);
	if (!unified)
		return;
	ADD_RUNTIME(b, STEP_OPEN_CGROUP, why_path, .open_cgroup = { unified->path });
	b->cgroup = SLOT_CGROUP;
}

/* Whether the process enters it by itself: else it was made in it, or systemd has put it in. A slice takes no process
 * from systemd. */
static bool is_entered(const struct cgroups *cgroups, const struct cgroup *cgroup)
{
	if (cgroups->shared)
		return true;
	return !cgroup->unified && !(cgroups->scope && cgroup_has(cgroup, "name=systemd"));
}

static void enter(struct builder *b, const struct cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->count; i++)
		if (is_entered(cgroups, &cgroups->at[i]))
			ADD_CONTAINER(b, STEP_WRITE_PID, why_path,
				      .write_pid = { arena_printf(b->arena, "%s/%s", cgroups->at[i].path,
								  cgroups->at[i].unified ? "cgroup.procs" : "tasks") });
}

void build_enter_cgroups(struct builder *b)
{
	if (has_scope(b)) {
		build_scope(b);
		make(b);
		build_early_limits(b);
		build_gate(b, GATE_CGROUP, LANE_RUNTIME);
	}
	enter(b, &b->plan->cgroups);
}

void build_cgroup_limits(struct builder *b)
{
	size_t before = b->plan->count;

	build_late_limits(b);
	delegate(b, cgroups_unified(&b->plan->cgroups));
	b->limited = b->plan->count > before;
}

void build_join_cgroups(struct builder *b)
{
	const struct cgroup *unified = cgroups_unified(&b->request->process.cgroups);

	if (!unified)
		return;
	ADD_RUNTIME(b, STEP_OPEN_CGROUP, "exec", .open_cgroup = { unified->path });
	b->cgroup = SLOT_CGROUP;
}

void build_join_v1(struct builder *b)
{
	/* systemd's own hierarchy too: the process is to be seen in the unit. */
	for (size_t i = 0; i < b->request->process.cgroups.count; i++) {
		const struct cgroup *cgroup = &b->request->process.cgroups.at[i];

		if (!cgroup->unified)
			ADD_CONTAINER(b, STEP_WRITE_PID, "exec",
				      .write_pid = { arena_printf(b->arena, "%s/tasks", cgroup->path) });
	}
}
