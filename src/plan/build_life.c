/* build_life.c - what stays of a start when the runtime has gone: the record on disk, the wait for
 * `start`, hooks, and what the caller is told.
 *
 * The container's process dies with the runtime until both are true: what it is stands in the record, so
 * that `delete` finds it; and it has nothing more to wait for from the runtime. The hooks run where
 * runtime.md has them:
 *
 *	prestart, createRuntime		runtime lane, when the mount tree is there
 *	createContainer			container lane, after those, before the root is changed
 *	startContainer			container lane, after `start`, right before the program
 *	poststart			runtime lane, when the program runs (create: in `start`)
 *	poststop			`delete`: of no plan
 */
#include "plan/build.h"
#include "spec/names.h"

static bool is_created(const struct builder *b)
{
	return b->request->end == END_CREATED;
}

static const char *in_state(struct builder *b, const char *name)
{
	return arena_printf(b->arena, "%s/%s", b->request->state, name);
}

/* Opened on the host and inherited: the folder is out of the container's reach. */
void build_open_start(struct builder *b)
{
	if (is_created(b))
		ADD_RUNTIME(b, STEP_OPEN_START, NULL,
			    .open_start = { in_state(b, "start.new"), in_state(b, "answer") });
}

void build_record(struct builder *b)
{
	if (b->request->state)
		ADD_RUNTIME(b, STEP_WRITE_RECORD, NULL,
			    .write_record = { in_state(b, "state.json"), in_state(b, "process") });
}

/* --- hooks --- */

/* Where a hook names no environment it gets that of who runs it, as with runc and crun: the runtime's, and in
 * the container the process's own. An empty list is an empty environment. */
static char *const *hook_env(const struct builder *b, const struct hook *hook, enum hook_kind kind)
{
	static char *const nothing[] = { NULL };
	const struct texts *own = &b->spec->process.env;

	if (hook->env.at || (kind != HOOK_CREATE_CONTAINER && kind != HOOK_START_CONTAINER))
		return hook->env.at;
	return own->at ? own->at : nothing;
}

static void add_hooks(struct builder *b, enum hook_kind kind, enum lane lane, const char *directory)
{
	const struct hook_list *list = &b->spec->hook[kind];

	for (size_t i = 0; i < list->count; i++)
		plan_add(b->plan, (struct step){
			.kind = STEP_RUN_HOOK,
			.lane = lane,
			.why = arena_printf(b->arena, "hooks.%s[%zu]", name_of(hook_names, kind), i),
			.run_hook = { &list->at[i], kind, directory, hook_env(b, &list->at[i], kind) } });
}

bool build_has_hooks_before_root(const struct builder *b)
{
	const struct hook_list *hook = b->spec->hook;

	return hook[HOOK_PRESTART].count || hook[HOOK_CREATE_RUNTIME].count ||
	       hook[HOOK_CREATE_CONTAINER].count;
}

void build_hooks_before_root(struct builder *b)
{
	const struct hook_list *hook = b->spec->hook;
	const char *root = b->spec->root_path;

	if (hook[HOOK_PRESTART].count || hook[HOOK_CREATE_RUNTIME].count) {
		build_gate(b, GATE_MOUNTED, LANE_CONTAINER);
		add_hooks(b, HOOK_PRESTART, LANE_RUNTIME, b->request->bundle);
		add_hooks(b, HOOK_CREATE_RUNTIME, LANE_RUNTIME, b->request->bundle);
		build_gate(b, GATE_HOOKED, LANE_RUNTIME);
	}
	if (root[0] != '/')
		root = arena_printf(b->arena, "%s/%s", b->request->bundle, root);
	add_hooks(b, HOOK_CREATE_CONTAINER, LANE_CONTAINER, root);
}

void build_start_hooks(struct builder *b)
{
	if (!b->joins)
		add_hooks(b, HOOK_START_CONTAINER, LANE_CONTAINER, NULL);
}

/* --- the end of the runtime's part --- */

void build_ready(struct builder *b)
{
	if ((b->request->state && !b->joins) || b->limited)
		build_gate(b, GATE_RECORDED, LANE_RUNTIME);
	if (!is_created(b))
		return;
	build_gate(b, GATE_READY, LANE_CONTAINER);
	ADD_CONTAINER(b, STEP_AWAIT_START, NULL);
}

void build_end(struct builder *b)
{
	const struct plan_request *request = b->request;
	bool poststart = !b->joins && !is_created(b) && b->spec->hook[HOOK_POSTSTART].count;
	bool recorded = request->state && !is_created(b);

	/* A container that is on record is one that others may enter once it is not being made any more: until
	 * the program runs it may still be in the host's root. */
	if (request->end == END_DETACHED || recorded || poststart)
		ADD_RUNTIME(b, STEP_AWAIT_EXEC, "process.args[0]");
	if (request->pidfd_socket)
		ADD_RUNTIME(b, STEP_SEND_PIDFD, "option '--pidfd-socket'", .socket = { request->pidfd_socket });
	if (request->pid_file)
		ADD_RUNTIME(b, STEP_WRITE_PID_FILE,
			    request->pid_file_why ? request->pid_file_why : "option '--pid-file'",
			    .pid_file = { request->pid_file });
	if (poststart)
		add_hooks(b, HOOK_POSTSTART, LANE_RUNTIME, request->bundle);
}
