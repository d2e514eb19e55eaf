/* build_namespaces.c - from the runtime's process to one in all its namespaces.
 *
 * Two shapes. The common one: a single clone3 makes all the new namespaces, and what is
 * joined (a pod's network …) is joined by the child. Where that cannot be (see
 * find_shape() in build.c) the child joins first and then lets a child of its own,
 * made in the new namespaces, take over (STEP_REFORK).
 */
#include "base/text.h"
#include "plan/build.h"
#include "spec/names.h"
#include <errno.h>
#include <linux/sched.h>
#include <string.h>

static const char why_namespaces[] = "linux.namespaces";

static const char *why_namespace(struct builder *b, enum namespace_kind kind)
{
	return arena_printf(b->arena, "linux.namespaces[%zu]", b->spec->namespace[kind].index);
}

/* Whether the user namespace is made before STEP_REFORK: an ordinary user may set time offsets
 * only from within one. */
static bool early_user(const struct builder *b)
{
	return b->new_user && (b->spec->monotonic.set || b->spec->boottime.set) &&
	       !host_privileged(b->host);
}

static bool has_offsets(const struct builder *b)
{
	return b->spec->monotonic.set || b->spec->boottime.set;
}

/* The CLONE_NEW* flags of the one call that makes the new namespaces. A cgroup namespace is not
 * among them: its root is the cgroup that its maker is in, so it comes once the process is in its own
 * (cgroup_namespaces(7)). */
static uint64_t new_flags(const struct builder *b)
{
	uint64_t flags = 0;

	for (int kind = 0; kind < NAMESPACES; kind++)
		if (spec_new_namespace(b->spec, kind) && kind != NAMESPACE_CGROUP)
			flags |= (unsigned)namespace_flag(kind);
	if (has_offsets(b))
		flags &= ~(uint64_t)CLONE_NEWTIME;
	if (early_user(b))
		flags &= ~(uint64_t)CLONE_NEWUSER;
	return flags;
}

void build_clone(struct builder *b)
{
	ADD_RUNTIME(b, STEP_CLONE, why_namespaces, .clone = { b->refork ? 0 : new_flags(b), b->cgroup });
	build_enter_cgroups(b);
	ADD_CONTAINER(b, STEP_RESET_SIGNALS, NULL);
	/* An ordinary user's process must stay dumpable until its id maps are written: the files in
	 * /proc/PID of one that is not belong to root (proc(5)). */
	if (host_privileged(b->host) || !b->new_user)
		ADD_CONTAINER(b, STEP_SET_DUMPABLE, NULL, .dumpable = { false });
	if (!b->request->no_new_keyring)
		ADD_CONTAINER(b, STEP_NEW_KEYRING, NULL, .tolerate = ENOSYS,
			      .keyring = { arena_printf(b->arena, "_ses.%s", b->request->id) });
}

/* All are opened before the first is joined: afterwards their paths may be out of reach. */
static void open_joined(struct builder *b)
{
	for (int kind = 0; kind < NAMESPACES; kind++)
		if (spec_joins_namespace(b->spec, kind))
			ADD_CONTAINER(b, STEP_OPEN_NAMESPACE, why_namespace(b, kind),
				      .open_namespace = { SLOT_NAMESPACE + kind,
							  b->spec->namespace[kind].path, kind });
}

static void join(struct builder *b, enum namespace_kind kind, int tolerate, unsigned fallback_of,
		 unsigned *ret_index)
{
	*ret_index = ADD_CONTAINER(b, STEP_JOIN_NAMESPACE, why_namespace(b, kind),
				   .tolerate = tolerate, .fallback_of = fallback_of,
				   .join_namespace = { SLOT_NAMESPACE + kind, kind });
}

/* A namespace to join may belong to the user namespace that we are in, or to the one that we are
 * about to join. Which one cannot be seen beforehand, so each is tried before and, where that was
 * not allowed, after. The mount namespace comes last: it changes what paths mean. */
static void join_all(struct builder *b)
{
	static const enum namespace_kind order[] = { NAMESPACE_CGROUP, NAMESPACE_IPC, NAMESPACE_UTS,
						     NAMESPACE_NETWORK, NAMESPACE_PID,
						     NAMESPACE_TIME, NAMESPACE_MOUNT };
	bool user = spec_joins_namespace(b->spec, NAMESPACE_USER);
	unsigned first[NAMESPACES] = { 0 }, ignored;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (spec_joins_namespace(b->spec, order[i]))
			join(b, order[i], user ? EPERM : 0, 0, &first[order[i]]);
	if (!user)
		return;
	join(b, NAMESPACE_USER, 0, 0, &ignored);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (first[order[i]])
			join(b, order[i], 0, first[order[i]], &ignored);
}

static void add_offset(struct text *text, const char *clock, const struct time_offset *offset)
{
	if (offset->set)
		text_printf(text, "%s %lld %u\n", clock, (long long)offset->secs, offset->nanosecs);
}

static void add_time_namespace(struct builder *b)
{
	struct text offsets = text_new(b->arena);

	ADD_CONTAINER(b, STEP_UNSHARE, why_namespace(b, NAMESPACE_TIME),
		      .unshare = { CLONE_NEWTIME | (early_user(b) ? CLONE_NEWUSER : 0) });
	add_offset(&offsets, "monotonic", &b->spec->monotonic);
	add_offset(&offsets, "boottime", &b->spec->boottime);
	ADD_CONTAINER(b, STEP_WRITE_SELF, "linux.timeOffsets",
		      .write_proc = { "timens_offsets", offsets.at });
}

/* --- id maps --- */

static const char *map_text(struct builder *b, const struct id_maps *maps)
{
	struct text text = text_new(b->arena);

	for (size_t i = 0; i < maps->count; i++)
		text_printf(&text, "%u %u %u\n", maps->at[i].inside, maps->at[i].outside,
			    maps->at[i].count);
	return text.at;
}

static bool maps_only(const struct id_maps *maps, uint32_t outside)
{
	return maps->count == 1 && maps->at[0].count == 1 && maps->at[0].outside == outside;
}

/* Whether the process may write its maps itself: one id, its own (user_namespaces(7)). */
static bool maps_itself(const struct builder *b)
{
	return !host_privileged(b->host) && maps_only(&b->spec->uid_map, b->host->uid) &&
	       maps_only(&b->spec->gid_map, b->host->gid);
}

/* An ordinary user's container can reach then what only the user's groups may: crun's annotation, and podman's
 * `--group-add keep-groups`. */
static bool keeps_groups(const struct builder *b)
{
	const struct pairs *annotations = &b->spec->annotations;

	for (size_t i = 0; i < annotations->count; i++)
		if (!strcmp(annotations->at[i].key, "run.oci.keep_original_groups"))
			return !strcmp(annotations->at[i].value, "1");
	return false;
}

bool build_may_set_groups(const struct builder *b)
{
	return (!b->new_user || !maps_itself(b)) && !keeps_groups(b);
}

/* "deny" before gid_map: else a group that shuts the user out could be left (CVE-2014-8989). */
static void map_itself(struct builder *b)
{
	ADD_CONTAINER(b, STEP_WRITE_SELF, "linux.gidMappings", .write_proc = { "setgroups", "deny" });
	ADD_CONTAINER(b, STEP_WRITE_SELF, "linux.uidMappings",
		      .write_proc = { "uid_map", map_text(b, &b->spec->uid_map) });
	ADD_CONTAINER(b, STEP_WRITE_SELF, "linux.gidMappings",
		      .write_proc = { "gid_map", map_text(b, &b->spec->gid_map) });
	if (b->spec->process.user.groups)
		problem_set(b->problem,
			    "process.user.additionalGids: cannot be set where an ordinary user maps only one "
			    "id; map more in linux.gidMappings (needs newgidmap and /etc/subgid)");
}

static void map_by_tool(struct builder *b, const char *key, const char *tool, const char *path,
			const struct id_maps *maps)
{
	if (!path)
		problem_set(b->problem,
			    "%s: mapping more than one's own id needs '%s', which is not on this host; "
			    "install it (package uidmap or shadow-utils), or map uid %u and gid %u only",
			    key, tool, b->host->uid, b->host->gid);
	ADD_RUNTIME(b, STEP_MAP_IDS, key, .map_ids = { path, maps });
}

static void map_by_runtime(struct builder *b)
{
	const struct spec *spec = b->spec;

	if (host_privileged(b->host)) {
		ADD_RUNTIME(b, STEP_WRITE_CHILD, "linux.uidMappings",
			    .write_proc = { "uid_map", map_text(b, &spec->uid_map) });
		ADD_RUNTIME(b, STEP_WRITE_CHILD, "linux.gidMappings",
			    .write_proc = { "gid_map", map_text(b, &spec->gid_map) });
	} else {
		map_by_tool(b, "linux.uidMappings", "newuidmap", b->host->newuidmap, &spec->uid_map);
		map_by_tool(b, "linux.gidMappings", "newgidmap", b->host->newgidmap, &spec->gid_map);
	}
}

static void map_ids(struct builder *b)
{
	if (maps_itself(b)) {
		map_itself(b);
		return;
	}
	map_by_runtime(b);
	build_gate(b, GATE_IDS, LANE_RUNTIME);
}

void build_join(struct builder *b)
{
	open_joined(b);
	join_all(b);
	if (has_offsets(b))
		add_time_namespace(b);
	if (early_user(b)) {
		if (!maps_itself(b))
			build_gate(b, GATE_USER, LANE_CONTAINER);
		map_ids(b);
	}
	if (!b->refork)
		return;
	ADD_CONTAINER(b, STEP_REFORK, why_namespaces, .refork = { new_flags(b) });
	build_gate(b, GATE_REFORKED, LANE_CONTAINER);
}

/* Raising the score of a process is for all, lowering it for the host's CAP_SYS_RESOURCE; where
 * only the runtime has that it does it (build_limits). /proc is the host's here. */
void build_early_oom_score(struct builder *b)
{
	if (b->spec->process.oom_score_adj.set && !b->late_limits)
		ADD_CONTAINER(b, STEP_WRITE_SELF, "process.oomScoreAdj",
			      .tolerate = host_privileged(b->host) ? 0 : EACCES,
			      .write_proc = { "oom_score_adj", build_oom_score(b) });
}

/* Becomes root of the user namespace, so that files can be made in it: the ids that the process
 * came with need not be mapped. */
void build_become_root(struct builder *b)
{
	/* In a joined namespace the maps are not ours to know. */
	int tolerate = b->new_user ? 0 : EINVAL;

	if (b->new_user && !id_maps_have_root(&b->spec->uid_map))
		return;
	if (!maps_itself(b) && !keeps_groups(b))
		ADD_CONTAINER(b, STEP_SET_GROUPS, "linux.gidMappings", .tolerate = EPERM,
			      .groups = { NULL, 0 });
	if (!b->new_user || id_maps_have_root(&b->spec->gid_map))
		ADD_CONTAINER(b, STEP_SET_GID, "linux.gidMappings", .tolerate = tolerate, .gid = { 0 });
	ADD_CONTAINER(b, STEP_SET_UID, "linux.uidMappings", .tolerate = tolerate, .uid = { 0 });
}

void build_ids(struct builder *b)
{
	build_early_oom_score(b);
	if (b->new_user && !early_user(b))
		map_ids(b);
	build_outward(b);
	if (b->new_user && !host_privileged(b->host))
		ADD_CONTAINER(b, STEP_SET_DUMPABLE, NULL, .dumpable = { false });
	/* A stranger to the user's files becomes that once all of them are open that it needs (build_root_begin). */
	if ((b->new_user && !b->stranger) || spec_joins_namespace(b->spec, NAMESPACE_USER))
		build_become_root(b);
	if (spec_new_namespace(b->spec, NAMESPACE_CGROUP))
		ADD_CONTAINER(b, STEP_UNSHARE, why_namespace(b, NAMESPACE_CGROUP),
			      .unshare = { CLONE_NEWCGROUP });
}
