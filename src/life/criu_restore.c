/* criu_restore.c - `restore`: a container goes on where it was when it was saved.
 *
 * It is a start whose middle part CRIU does. So it has a plan as every start, made from config.json on this host. Of
 * its steps those are taken that make places for mounts in the root file system, before CRIU begins, and those of
 * the runtime: hooks, the record, the terminal, the pid file. What the other steps would have made CRIU brings back
 * as it was.
 *
 * The container's cgroups are made by CRIU's process before it is CRIU: what it makes is then in them.
 *
 * CRIU makes the tree's first process early, and says so: then its record is written. From there on the container can
 * be deleted, whatever becomes of this process and of CRIU.
 */
#include "base/fd.h"
#include "life/cgroup.h"
#include "life/criu_parts.h"
#include "life/wait.h"
#include "spec/names.h"
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct restoring {
	struct arena *arena;
	const struct criu_asked *asked;
	struct launch *launch;
	struct criu criu;
	struct criu_options options;
	struct criu_folders folders;
	struct criu_stage stage;
	int inherit[CRIU_STREAMS + NAMESPACES];	/* descriptors that CRIU gets */
	size_t inherits;
	struct problem *problem;
};

/* --- steps of the plan --- */

static bool take_steps(struct restoring *restoring, bool (*is_wanted)(const struct step *step))
{
	struct launch *launch = restoring->launch;
	struct plan chosen = criu_select_steps(restoring->arena, &launch->bundle->plan, is_wanted);
	int error;

	launch->run.plan = &chosen;
	error = exec_lane(&launch->run, LANE_RUNTIME);
	launch->run.plan = &launch->bundle->plan;
	if (error)
		criu_tell_step(launch, restoring->problem);
	return !error;
}

/* Where cgroups are mounted there is a mount already; and they are not made yet. */
static bool makes_target(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_BIND: return !cgroup_is_path(step->bind.source);
	case STEP_SET_PROPAGATION:
	case STEP_MOUNT_LAYERS:
	case STEP_OPEN_ROOT:
	case STEP_MOUNT:
	case STEP_MAKE_DEVICE:
	case STEP_MAKE_LINK:
	case STEP_MAKE_PATH:
		return true;
	}
	return false;
}

static bool begins_life(const struct step *step)
{
	return step->kind == STEP_WRITE_RECORD ||
	       (step->kind == STEP_RUN_HOOK && (step->run_hook.kind == HOOK_PRESTART ||
						step->run_hook.kind == HOOK_CREATE_RUNTIME));
}

static bool sends_terminal(const struct step *step)
{
	return step->kind == STEP_SEND_TERMINAL;
}

static bool tells_pid(const struct step *step)
{
	return step->kind == STEP_WRITE_PID_FILE || step->kind == STEP_SEND_PIDFD;
}

/* The mounts are made as in a start, in a process and namespace that end at once: what stays are the folders and files
 * that were missing in the root file system. CRIU makes none. */
static void make_targets(struct restoring *restoring)
{
	struct clone_args how = { .flags = CLONE_NEWNS, .exit_signal = SIGCHLD };
	struct launch *launch = restoring->launch;
	struct plan chosen = criu_select_steps(restoring->arena, &launch->bundle->plan, makes_target);
	struct run run = launch->run;
	int status = 0;
	pid_t pid;

	for (size_t i = 0; i < chosen.count; i++)
		if (chosen.step[i].kind == STEP_BIND)
			chosen.step[i].bind.slot = SLOT_NONE;
	run.plan = &chosen;
	pid = sys_clone3(&how);
	if (pid == 0)
		sys_exit(exec_lane(&run, LANE_CONTAINER) ? 1 : 0);
	if (pid > 0)
		while (sys_wait4(pid, &status, 0) == -EINTR)
			;
	if (pid < 0)
		problem_set(restoring->problem, "restore: cannot make a mount namespace: %s", criu_error_words(pid));
	else if (status)
		criu_tell_step(launch, restoring->problem);
}

/* --- what CRIU is told --- */

/* Gives CRIU a descriptor, under a name that the image has for it. */
static void inherit(struct restoring *restoring, const char *key, int fd)
{
	struct criu_options *options = &restoring->options;

	options->inherit[options->inherits++] =
		(struct criu_inherit){ key, CRIU_FIRST_INHERITED + (int)restoring->inherits };
	restoring->inherit[restoring->inherits++] = fd;
}

/* What is opened for CRIU stays open until this process ends. */
static void inherit_streams(struct restoring *restoring)
{
	int null = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
	struct criu_streams streams;

	criu_read_streams(restoring->arena, &restoring->folders, &streams, restoring->problem);
	for (int fd = 0; fd < CRIU_STREAMS && !restoring->problem->found; fd++)
		if (streams.key[fd])
			inherit(restoring, streams.key[fd], streams.null[fd] ? null : fd);
}

static void inherit_namespace(struct restoring *restoring, const char *key, const char *path, size_t index)
{
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);

	if (fd < 0)
		problem_set(restoring->problem, "linux.namespaces[%zu].path: cannot open '%s': %s", index, path,
			    criu_error_words(fd));
	else
		inherit(restoring, key, fd);
}

static void join(struct restoring *restoring, const char *kind, const char *path)
{
	struct criu_options *options = &restoring->options;

	options->join[options->joins++] = (struct criu_join){ kind, path };
}

static void add_namespaces(struct restoring *restoring, const struct spec *spec)
{
	const struct namespace *all = spec->namespace;

	restoring->stage.new_cgroup_namespace = spec_new_namespace(spec, NAMESPACE_CGROUP);
	for (int kind = 0; kind < NAMESPACES; kind++) {
		if (!spec_joins_namespace(spec, kind))
			continue;
		if (kind == NAMESPACE_NETWORK)
			inherit_namespace(restoring, CRIU_NETWORK_KEY, all[kind].path, all[kind].index);
		else if (kind == NAMESPACE_PID)
			inherit_namespace(restoring, CRIU_PID_KEY, all[kind].path, all[kind].index);
		else if (kind == NAMESPACE_CGROUP)
			restoring->stage.cgroup_namespace = all[kind].path;
		else if (kind == NAMESPACE_MOUNT)
			problem_set(restoring->problem, "linux.namespaces[%zu].path: CRIU cannot restore into a "
				    "mount namespace that is there", all[kind].index);
		else
			join(restoring, namespace_file(kind), all[kind].path);
	}
	/* CRIU makes cgroup namespaces itself, where it makes the cgroups. */
	if (restoring->options.cgroups_mode.value != CRIU_CGROUPS_IGNORE) {
		restoring->stage.new_cgroup_namespace = false;
		restoring->stage.cgroup_namespace = NULL;
	}
}

/* A folder of the container's; 0, or a problem. */
static const char *make_folder(struct restoring *restoring, const char *name)
{
	const struct container *container = restoring->launch->container;
	int error = sys_mkdirat(container->folder, name, 0755);

	if (error)
		problem_set(restoring->problem, "container '%s': cannot make '%s/%s': %s", container->id,
			    container->path, name, criu_error_words(error));
	return arena_printf(restoring->arena, "%s/%s", container->path, name);
}

/* Also for one that has had a manager to notify: there is nothing left to say, but its socket's folder is mounted. */
static void add_mounts(struct restoring *restoring)
{
	struct pairs *mount = &restoring->options.mount;

	*mount = criu_find_mounts(restoring->arena, &restoring->launch->bundle->plan);
	mount->at[mount->count++] = (struct pair){ CRIU_NOTIFY_FOLDER, make_folder(restoring, RECORD_NOTIFY) };
	restoring->stage.root = restoring->options.root = make_folder(restoring, CRIU_ROOT);
	restoring->stage.rootfs = bundle_root(restoring->arena, restoring->launch->bundle);
}

/* In a user namespace CRIU opens the image as the container's root. */
static void give_image(const struct restoring *restoring, const struct spec *spec)
{
	uint32_t uid, gid;

	if (spec_new_namespace(spec, NAMESPACE_USER) && id_maps_root(&spec->uid_map, &uid) &&
	    id_maps_root(&spec->gid_map, &gid))
		sys_fchownat(restoring->folders.image, "", uid, gid, AT_EMPTY_PATH);
}

static void fill_options(struct restoring *restoring)
{
	const struct bundle *bundle = restoring->launch->bundle;
	struct criu_options *options = &restoring->options;

	options->inherit = ARENA_ARRAY(restoring->arena, CRIU_STREAMS + NAMESPACES, struct criu_inherit);
	options->join = ARENA_ARRAY(restoring->arena, NAMESPACES, struct criu_join);
	options->images = restoring->folders.image;
	options->work = restoring->folders.work;
	options->log_file = CRIU_RESTORE_LOG;
	options->config_file = criu_config_file(&bundle->spec);
	options->restore_sibling = true;
	options->evasive_devices = true;
	/* The newer way of making mounts fails where two of them get mount events from one of the host's. */
	options->old_mounts = true;
	give_image(restoring, &bundle->spec);
	inherit_streams(restoring);
	add_namespaces(restoring, &bundle->spec);
	add_mounts(restoring);
}

/* In CRIU's process, before it is CRIU. Where CRIU is to make the cgroups itself, it is left to it. */
static bool enter(void *context, struct problem *problem)
{
	struct restoring *restoring = context;

	if (restoring->options.cgroups_mode.value == CRIU_CGROUPS_IGNORE &&
	    !criu_enter_cgroups(restoring->launch, problem))
		return false;
	return criu_enter_stage(&restoring->stage, problem);
}

/* --- CRIU's work --- */

static bool take_terminal(struct restoring *restoring, int fd)
{
	if (fd < 0) {
		problem_set(restoring->problem, "restore: CRIU has no terminal to give");
		return false;
	}
	restoring->launch->run.slot[SLOT_PTY] = fd;
	return take_steps(restoring, sends_terminal);
}

static bool reached(void *context, const struct criu_response *stage, int fd, struct problem *problem)
{
	struct restoring *restoring = context;

	if (!strcmp(stage->stage, "orphan-pts-master"))
		return take_terminal(restoring, fd);
	if (fd >= 0)
		sys_close(fd);
	if (!strcmp(stage->stage, "setup-namespaces")) {
		restoring->launch->run.child = (pid_t)stage->pid;
		return take_steps(restoring, begins_life);
	}
	return true;
}

static void check_version(struct restoring *restoring)
{
	const struct criu_options *options = &restoring->options;

	if (options->lsm_profile)
		criu_need_version(&restoring->criu, 31600, "option '--lsm-profile'", restoring->problem);
	if (options->lsm_mount_context)
		criu_need_version(&restoring->criu, 31600, "option '--lsm-mount-context'", restoring->problem);
	if (options->network_lock)
		criu_need_lock(&restoring->criu, options->network_lock, restoring->problem);
}

static void run_criu(struct restoring *restoring)
{
	struct launch *launch = restoring->launch;
	const struct criu_start start = {
		.program = restoring->asked->program, .inherit = restoring->inherit,
		.inherits = restoring->inherits, .keeps_input = restoring->asked->shell_job,
		.prepare = enter, .context = restoring,
	};
	const struct criu_listener listener = { reached, restoring };
	struct criu_response response;

	restoring->criu = (struct criu){ .arena = restoring->arena, .verb = "restore", .log = CRIU_RESTORE_LOG,
					 .log_folder = restoring->folders.work_path,
					 .work = restoring->folders.work };
	if (criu_start(&restoring->criu, &start, restoring->problem))
		check_version(restoring);
	if (!restoring->problem->found &&
	    criu_work(&restoring->criu, CRIU_RESTORE, &restoring->options, &listener, &response,
		      restoring->problem) &&
	    (pid_t)response.restored != launch->run.child)
		problem_set(restoring->problem, "restore: CRIU has restored process %u and not %d, as it said",
			    response.restored, (int)launch->run.child);
	criu_end(&restoring->criu);
	sys_unlinkat(launch->container->folder, CRIU_ROOT, AT_REMOVEDIR);
	if (!restoring->problem->found)
		take_steps(restoring, tells_pid);
}

/* --- the verb --- */

/* A container that was saved and stopped makes room for itself. */
static bool make_room(struct arena *arena, const char *root, const char *id, struct text *warnings,
		      struct problem *problem)
{
	struct problem none = { 0 };
	struct container container;
	struct stat info;
	bool saved;

	if (!container_open(arena, root, id, &container, &none)) {
		container_close(&container);
		return true;
	}
	saved = container.status == STATUS_STOPPED &&
		sys_fstatat(container.folder, CRIU_CHECKPOINTED, &info, AT_SYMLINK_NOFOLLOW) == 0;
	container_close(&container);
	if (saved)
		life_delete(arena, root, id, false, warnings, problem);
	return !problem->found;
}

static void restore(struct restoring *restoring, struct container *container)
{
	struct launch *launch = restoring->launch;
	struct text *warnings = launch->warnings;
	bool opened = launch_open(restoring->arena, launch->bundle, container, launch, restoring->problem);

	launch->warnings = warnings;
	if (!opened)
		return;
	cgroups_note(container, &launch->bundle->plan.cgroups, restoring->problem);
	fill_options(restoring);
	if (!restoring->problem->found)
		make_targets(restoring);
	if (!restoring->problem->found)
		run_criu(restoring);
}

/* After a failure: as if it had never been tried. CRIU kills what it could not bring back whole; but a later step can
 * have failed as well. */
static void give_up(struct launch *launch)
{
	struct container *container = launch->container;
	struct problem echo = { 0 };
	pid_t child = launch->run.child;

	if (child > 0) {
		kill(child, SIGKILL);
		while (sys_wait4(child, NULL, 0) == -EINTR)
			;
	}
	launch_undo(launch);
	container->record.spec = launch->bundle->spec;
	container->record.bundle = launch->bundle->path;
	if (child <= 0)
		container->record.spec.hook[HOOK_POSTSTOP].count = 0;
	container_destroy(container, launch->warnings, &echo);
}

static int stay(struct restoring *restoring)
{
	struct container *container = restoring->launch->container;
	int status;

	container_unlock(container);
	status = launch_wait(restoring->launch, restoring->problem);
	life_delete(restoring->arena, restoring->asked->root, container->id, true, restoring->launch->warnings,
		    restoring->problem);
	return exit_status(status);
}

void life_restore(struct arena *arena, struct bundle *bundle, const struct criu_asked *asked,
		  int *ret_status, struct text *warnings, struct problem *problem)
{
	struct plan_request *request = &bundle->request;
	struct container container;
	struct launch launch = { .arena = arena, .bundle = bundle, .container = &container,
				 .warnings = warnings };
	struct restoring restoring = { .arena = arena, .asked = asked, .launch = &launch, .problem = problem };
	uint64_t caller_signals;

	signal(SIGCHLD, SIG_DFL);
	request->state = arena_printf(arena, "%s/%s", asked->root, request->id);
	criu_read_asked(arena, asked, "restore", &restoring.options, problem);
	bundle_plan(arena, bundle, problem);
	if (!problem->found)
		criu_open_folders(arena, asked, &restoring.folders, problem);
	if (problem->found || !make_room(arena, asked->root, request->id, warnings, problem) ||
	    !container_make(arena, asked->root, request->id, &container, problem))
		return;
	caller_signals = signals_block();
	if (request->end == END_FOREGROUND && !asked->no_subreaper)
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	restore(&restoring, &container);
	if (problem->found)
		give_up(&launch);
	else if (request->end == END_FOREGROUND)
		*ret_status = stay(&restoring);
	else
		container_close(&container);
	signals_restore(caller_signals);
}
