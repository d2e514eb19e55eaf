/* script_start.c - from the runtime's shell to the container's, in its namespaces.
 *
 * The plan gets there in several steps of two processes. In shell it is one chain of
 * commands, nsenter(1) for what is joined and unshare(1) for what is new, each of which starts
 * the next in the same process:
 *
 *	nsenter --net=… unshare --mount --pid --fork … sh container
 *
 * A user namespace needs one thing more. Whoever makes one has all rights in it only until
 * the next execve; those come back when the process is root in it, for which the id maps must be
 * written first, from outside. So an idle process makes the namespace and holds it open, the
 * runtime writes the maps, and the chain then begins with entering it.
 */
#include "show/script.h"
#include "spec/names.h"
#include <linux/sched.h>
#include <string.h>

/* --- what the plan asks for --- */

static bool is_map_file(const struct step *step)
{
	return strcmp(step->write_proc.file, "uid_map") == 0 ||
	       strcmp(step->write_proc.file, "gid_map") == 0 ||
	       strcmp(step->write_proc.file, "setgroups") == 0;
}

static bool is_start_gate(enum gate gate)
{
	return gate == GATE_USER || gate == GATE_REFORKED || gate == GATE_IDS;
}

static void note_joined(struct start *start, const struct step *step)
{
	enum namespace_kind kind = step->open_namespace.kind;

	if (kind >= NAMESPACES)
		return;
	start->join[kind] = step->open_namespace.path;
	if (kind == NAMESPACE_USER)
		start->user = true;
	else
		start->joins = true;
}

static void note_write(struct start *start, const struct step *step)
{
	if (strcmp(step->write_proc.file, "timens_offsets") == 0)
		start->offsets = true;
	else if (is_map_file(step))
		start->maps_itself = true;
}

static void note_step(struct start *start, const struct step *step, size_t index)
{
	switch ((int)step->kind) {
	case STEP_CLONE:
		start->clone = index;
		start->flags |= step->clone.flags;
		break;
	case STEP_REFORK: start->flags |= step->refork.flags; break;
	case STEP_UNSHARE: start->flags |= (unsigned)step->unshare.flags; break;
	case STEP_OPEN_NAMESPACE: note_joined(start, step); break;
	case STEP_WRITE_SELF: note_write(start, step); break;
	case STEP_OPEN_GATE:
		if (step->gate.gate == GATE_IDS && step->lane == LANE_RUNTIME) {
			start->ids = index;
			start->holder = true;
		}
		break;
	case STEP_JOIN_PROCESS: start->enter = step; break;
	case STEP_PIVOT_ROOT:
	case STEP_MOVE_ROOT:
	case STEP_DROP_BOUNDING:
		if (index < start->tree)
			start->tree = index;
		break;
	}
}

void script_find_start(struct script *script)
{
	const struct plan *plan = script->plan;
	struct start *start = &script->start;

	*start = (struct start){ .tree = plan->count };
	for (size_t i = 0; i < plan->count; i++)
		note_step(start, &plan->step[i], i);
	if (start->flags & CLONE_NEWUSER)
		start->user = true;
	if (start->enter && plan_find(plan, STEP_OPEN_ROOT))
		start->enter = NULL;
}

/* --- what the chain stands for --- */

static bool is_identity(enum step_kind kind)
{
	return kind == STEP_SET_GROUPS || kind == STEP_SET_GID || kind == STEP_SET_UID;
}

/* Becoming root of the user namespace, before or while the mount tree is made, which nsenter(1) and unshare(1) do by
 * themselves. */
static bool is_early_identity(const struct script *script, size_t index)
{
	return index < script->start.tree && is_identity(script->plan->step[index].kind);
}

/* Steps of the runtime between the clone and the written maps are written there too. */
static bool is_held(const struct script *script, size_t index)
{
	const struct start *start = &script->start;

	return start->holder && script->plan->step[index].lane == LANE_RUNTIME &&
	       index > start->clone && index <= start->ids;
}

bool script_start_says(const struct script *script, size_t index)
{
	const struct step *step = &script->plan->step[index];

	if (is_held(script, index) || is_early_identity(script, index))
		return true;
	switch ((int)step->kind) {
	case STEP_OPEN_NAMESPACE:
	case STEP_JOIN_NAMESPACE:
	case STEP_JOIN_PROCESS:
	case STEP_REFORK:
	case STEP_WRITE_PID:
	case STEP_OPEN_CGROUP:
	case STEP_START_SCOPE:
	case STEP_UNSHARE: return true;
	case STEP_OPEN_GATE:
	case STEP_AWAIT_GATE: return is_start_gate(step->gate.gate);
	case STEP_WRITE_SELF:
		return strcmp(step->write_proc.file, "timens_offsets") == 0 || is_map_file(step);
	}
	return false;
}

/* --- the chain --- */

static const struct spec *spec_of(const struct script *script)
{
	return script->request->spec;
}

/* mount(8) is setuid root as a rule: where the host's root is somebody else in the container, so would
 * mount(8) be. */
bool script_needs_plain_mount(const struct script *script)
{
	const struct id_maps *maps = &spec_of(script)->uid_map;

	for (size_t i = 0; (script->start.flags & CLONE_NEWUSER) && i < maps->count; i++)
		if (maps->at[i].outside == 0 && maps->at[i].inside != 0)
			return true;
	return false;
}

/* Whether the user namespace that is entered, or the one that it is made in, is of somebody else's making. */
static bool is_given(const struct script *script)
{
	const struct start *start = &script->start;

	return start->join[NAMESPACE_USER] || start->enter ||
	       (start->holder && script->request->host->user_namespace);
}

/* nsenter(1) becomes uid and gid 0, and leaves all groups, where it enters a user namespace. Where
 * there is no such id, or setgroups(2) is denied, it must be told not to. */
void script_add_credentials(const struct script *script, struct text *out)
{
	const struct start *start = &script->start;
	const struct spec *spec = spec_of(script);
	bool made = start->flags & CLONE_NEWUSER || (start->enter && spec->uid_map.count);
	bool zero = !made || (id_maps_have_root(&spec->uid_map) && id_maps_have_root(&spec->gid_map));

	if (is_given(script))
		text_add(out, " ${keep:+--preserve-credentials}");
	if (start->maps_itself || !zero)
		text_add(out, " --preserve-credentials");
	if (!zero)
		text_add(out, " --keep-caps");
}

/* Nobody knows beforehand what is denied in a namespace that somebody else has made, or in one within it. */
static void note_groups(struct text *out, const char *option)
{
	text_add(out, _("# Where setgroups(2) is denied in it, nsenter(1) must not try to leave its groups.\n"));
	text_printf(out,
		    "keep=''\n"
		    "nsenter %s true 2>/dev/null || keep=yes\n",
		    option);
}

static void add_joined(const struct script *script, struct text *out)
{
	const struct start *start = &script->start;

	if (start->join[NAMESPACE_USER]) {
		struct text option = text_new(out->arena);

		words_with(&option, "--user=", start->join[NAMESPACE_USER]);
		note_groups(out, option.at);
	}
	script_add_begin_in(script, out);
	if (!start->joins && !start->join[NAMESPACE_USER] && !start->holder)
		return;
	text_add(out, "nsenter");
	if (start->holder)
		text_add(out, " --user=\"/proc/$holder/ns/user\"");
	for (int kind = 0; kind < NAMESPACES; kind++)
		if (start->join[kind]) {
			text_printf(out, " --%s=", words_namespace(kind));
			text_add_word(out, start->join[kind]);
		}
	if (start->user && !start->maps_itself)
		script_add_credentials(script, out);
	text_add(out, " \\\n\t");
}

static void add_offset(struct text *out, const char *clock, const struct time_offset *offset)
{
	if (offset->set)
		text_printf(out, " --%s=%lld", clock, (long long)offset->secs);
}

/* --kill-child, so that nothing is left if somebody ends unshare(1), which only waits. */
static void add_new(const struct script *script, struct text *out)
{
	const struct start *start = &script->start;
	const struct spec *spec = spec_of(script);
	uint64_t flags = start->flags;

	if (start->holder)
		flags &= ~(uint64_t)CLONE_NEWUSER;
	if (!flags)
		return;
	text_add(out, "unshare");
	words_namespaces(out, flags);
	if (start->maps_itself)
		text_printf(out, " --map-user=%u --map-group=%u%s", spec->uid_map.at[0].inside,
			    spec->gid_map.at[0].inside, id_maps_have_root(&spec->uid_map) ? "" : " --keep-caps");
	if (start->offsets) {
		add_offset(out, "monotonic", &spec->monotonic);
		add_offset(out, "boottime", &spec->boottime);
	}
	if (flags & (CLONE_NEWPID | CLONE_NEWTIME))
		text_add(out, " --fork --kill-child");
	if (flags & CLONE_NEWNS)
		text_add(out, " --propagation unchanged");
	text_add(out, " \\\n\t");
}

/* Each key once: "linux.namespaces, linux.namespaces[2], linux.timeOffsets". */
static void add_keys(const struct script *script, struct text *out)
{
	struct text keys = text_new(out->arena);
	const struct plan *plan = script->plan;

	for (size_t i = 0; i < plan->count; i++) {
		const char *why = plan->step[i].why;

		if (!why || is_held(script, i) || is_early_identity(script, i) ||
		    !(i == script->start.clone || script_start_says(script, i)) ||
		    (keys.length && strstr(keys.at, arena_printf(out->arena, "%s,", why))))
			continue;
		text_printf(&keys, "%s, ", why);
	}
	if (!keys.length)
		return;
	keys.at[keys.length - 2] = '\0';
	text_add(out, "# ");
	words_plain(out, keys.at);
	text_add(out, "\n");
}

static void note_fractions(struct script *script)
{
	const struct spec *spec = spec_of(script);

	if (script->start.offsets && (spec->monotonic.nanosecs || spec->boottime.nanosecs))
		script_note(script, "linux.timeOffsets",
			    "unshare(1) takes whole seconds; the nanoseconds are left out");
}

static void add_chain(struct script *script)
{
	const char *start_pipe = script_start_pipe(script->plan);
	const struct start *start = &script->start;
	struct text *out = script->out;

	note_fractions(script);
	add_keys(script, out);
	if (start->enter) {
		if (start->enter->join_process.flags & CLONE_NEWUSER)
			note_groups(out, arena_printf(out->arena, "--target %d --user",
						      start->enter->join_process.pid));
		script_add_first_enter(script, out);
		text_add(out, "unshare --mount --propagation private \\\n\t");
	} else {
		add_joined(script, out);
		add_new(script, out);
	}
	text_add(out, "sh -eu \"$work/container\" <&7 7<");
	if (start_pipe)
		words_with(out, ">", start_pipe);
	else
		text_add(out, "&-");
	text_add(out, " 8<\"$work/to-container\" 9>\"$work/to-runtime\" &\n"
		      "job=$!\n"
		      "exec 9>\"$work/to-container\" 8<\"$work/to-runtime\"\n"
		      "read -r child <&8\n");
	if (start->holder) {
		script_add_draft_owners(script, out);
		text_add(out, "kill \"$holder\"; holder=''\n");
	}
	if (script_has_poststop(script))
		text_add(out, "begun=yes\n");
	text_add(out, "\n");
}

/* --- a user namespace whose maps are written from outside --- */

static void add_holder(struct text *out)
{
	script_say(out,
		 N_("# linux.namespaces: a user namespace, held open by an idle process until the container's is in\n"
		    "# it: whoever is to have rights in it must be mapped to an id first, and that is done from "
		    "here.\n")
		 "unshare --user sh -c 'echo made; exec sleep infinity' >\"$work/held-open\" &\n"
		 "holder=$!\n"
		 "read -r _ <\"$work/held-open\"\n");
}

static void add_map(struct script *script, const struct step *step)
{
	struct text *out = script->out;

	script_key(script, step->why);
	if (step->kind == STEP_MAP_IDS) {
		text_add_word(out, step->map_ids.tool ? step->map_ids.tool : "newuidmap");
		text_add(out, " \"$holder\" ");
		words_id_maps(out, step->map_ids.maps);
	} else {
		/* The kernel wants all lines in one write(2), which the printf of some shells does not do. */
		text_printf(out, "cat >\"/proc/$holder/%s\" <<'MAP'\n%sMAP", step->write_proc.file,
			    step->write_proc.text);
	}
	text_add(out, "\n");
}

static bool is_map(const struct step *step)
{
	return step->kind == STEP_MAP_IDS || (step->kind == STEP_WRITE_CHILD && is_map_file(step));
}

/* First the maps; what else was to be done meanwhile has to wait for the container's process. */
static void add_held(struct script *script)
{
	const struct start *start = &script->start;

	add_holder(script->out);
	for (size_t i = start->clone + 1; i < start->ids; i++)
		if (is_held(script, i) && is_map(&script->plan->step[i]))
			add_map(script, &script->plan->step[i]);
	script_add_draft_changes(script);
	text_add(script->out, "\n");
	if (is_given(script) && !start->join[NAMESPACE_USER])
		note_groups(script->out, "--user=\"/proc/$holder/ns/user\"");
	add_chain(script);
	for (size_t i = start->clone + 1; i < start->ids; i++) {
		const struct step *step = &script->plan->step[i];

		if (!is_held(script, i) || is_map(step) || step->kind == STEP_AWAIT_GATE)
			continue;
		script_key(script, step->why);
		step_command(script->out, step);
		text_add(script->out, "\n");
	}
}

void script_write_start(struct script *script)
{
	script_say(script->out,
		N_("# Standard input, for the container: what is started in the background would get none.\n")
			      "exec 7<&0\n\n");
	if (script->start.holder)
		add_held(script);
	else
		add_chain(script);
}

void script_add_enter(const struct script *script, struct text *out)
{
	text_add(out, "nsenter --target \"$child\"");
	if (script->start.user) {
		text_add(out, " --user");
		script_add_credentials(script, out);
	}
	text_add(out, " --mount");
}
