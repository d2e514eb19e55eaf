/* exec.c - `exec`: one more process in a container that is there.
 *
 * It has a plan of its own, and leaves no record: it is the container's, and ends with it.
 */
#include "base/file.h"
#include "base/proc.h"
#include "base/sys.h"
#include "life/cgroup.h"
#include "life/launch.h"
#include "life/oom.h"
#include "life/wait.h"
#include "spec/names.h"
#include "spec/reason.h"
#include <linux/filter.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static ino_t namespace_of(struct arena *arena, const char *process, enum namespace_kind kind)
{
	struct stat info;

	return sys_fstatat(AT_FDCWD, arena_printf(arena, "/proc/%s/ns/%s", process, namespace_file(kind)), &info,
			   0) == 0 ? info.st_ino : 0;
}

/* What the container has of its own or has joined, and also what it has of its maker, who need not have been where
 * this program is. */
static bool must_be_joined(const struct container *container, enum namespace_kind kind)
{
	const char *process = arena_printf(container->arena, "%d", (int)container->record.pid);
	bool asked = container->record.spec.namespace[kind].asked;
	ino_t namespace;

	/* A user namespace cannot be joined by who is in it already (setns(2)). */
	if (asked && kind != NAMESPACE_USER)
		return true;
	namespace = namespace_of(container->arena, process, kind);
	return namespace ? namespace != namespace_of(container->arena, "self", kind) : asked;
}

static uint64_t namespaces_of(const struct container *container)
{
	uint64_t flags = 0;

	for (int kind = 0; kind < NAMESPACES; kind++)
		if (must_be_joined(container, kind))
			flags |= (unsigned)namespace_flag(kind);
	return flags;
}

static void read_filter(struct arena *arena, const struct container *container, struct bundle *bundle,
			struct problem *problem)
{
	enum { LIMIT = BPF_MAXINSNS * sizeof(struct sock_filter) };
	struct bpf_program *program = ARENA_NEW(arena, struct bpf_program);
	char *text;
	size_t length;
	int error = file_read_kept(arena, container->folder, RECORD_FILTER, LIMIT, &text, &length);

	if (error || !length || length % sizeof(struct sock_filter))
		problem_set(problem, "container '%s': its seccomp filter cannot be read from '%s/" RECORD_FILTER
			    "'%s%s; the process would not be confined", container->id, container->path,
			    error ? ": " : "", error ? reason_words(error) : "");
	*program = (struct bpf_program){ (const void *)text, error ? 0 : length / sizeof(struct sock_filter) };
	bundle->request.filter = program;
}

static void check_status(const struct container *container, const struct exec_options *options,
			 struct problem *problem)
{
	if (container->status == STATUS_STOPPED || container->status == STATUS_CREATING)
		problem_set(problem, "container '%s' is %s: a process can only be run in one that is running%s",
			    container->id, status_name(container->status),
			    container->status == STATUS_STOPPED ? " (container not running)" : "");
	if (container->status == STATUS_PAUSED && !options->ignore_paused)
		problem_set(problem, "container '%s' is paused: the process would not go on; resume it, or use "
			    "--ignore-paused", container->id);
}

/* "cpu,memory" of one hierarchy. */
static bool has_all(struct arena *arena, const struct cgroup *cgroup, const char *controllers)
{
	char *words = arena_copy(arena, controllers, strlen(controllers));

	for (char *word = strtok(words, ","); word; word = strtok(NULL, ","))
		if (!cgroup_has(cgroup, word))
			return false;
	return true;
}

/* One of --cgroup: "[CONTROLLERS:]PATH", below the container's own cgroup; without controllers that of v2, or
 * where there is none of it, all. */
static void enter_one(struct arena *arena, const char *option, struct cgroups *cgroups, struct problem *problem)
{
	const char *colon = strchr(option, ':'), *path = colon ? colon + 1 : option;
	const char *controllers = colon ? arena_copy(arena, option, (size_t)(colon - option)) : NULL;
	const struct cgroup *unified = cgroups_unified(cgroups);
	bool found = false;

	path += strspn(path, "/");
	if (strstr(arena_printf(arena, "/%s/", path), "/../")) {
		problem_set(problem, "option '--cgroup': '%s' leads out of the container's cgroup", option);
		return;
	}
	for (size_t i = 0; i < cgroups->count; i++) {
		struct cgroup *cgroup = &cgroups->at[i];

		if (controllers ? !has_all(arena, cgroup, controllers) : unified && !cgroup->unified)
			continue;
		found = true;
		if (*path)
			cgroup->path = arena_printf(arena, "%s/%s", cgroup->path, path);
	}
	if (!found)
		problem_set(problem, "option '--cgroup': the container has no cgroup with '%s'",
			    controllers ? controllers : "");
}

/* The list is the container's: its copy is changed. */
static void enter_below(struct arena *arena, const struct exec_options *options, struct cgroups *cgroups,
			struct problem *problem)
{
	struct cgroup *at = ARENA_ARRAY(arena, cgroups->count + 1, struct cgroup);

	memcpy(at, cgroups->at, cgroups->count * sizeof(*at));
	cgroups->at = at;
	for (size_t i = 0; i < options->cgroup.count; i++)
		enter_one(arena, options->cgroup.at[i], cgroups, problem);
}

bool life_exec_read(struct arena *arena, const struct exec_options *options, const char *id,
		    struct bundle *ret_bundle, struct problem *problem)
{
	struct container *container = ARENA_NEW(arena, struct container);
	struct record *record = &container->record;
	struct bundle *bundle = ret_bundle;

	*bundle = (struct bundle){ 0 };
	if (!container_open(arena, options->root, id, container, problem))
		return false;
	check_status(container, options, problem);
	bundle->path = record->bundle;
	bundle->config = arena_printf(arena, "%s/" RECORD_FILE, container->path);
	bundle->spec = record->spec;
	bundle->request = (struct plan_request){
		.spec = &bundle->spec,
		.host = &bundle->host,
		.id = id,
		.bundle = bundle->path,
		.end = options->detach ? END_DETACHED : END_FOREGROUND,
		.process = { record->pid, record->start_time, namespaces_of(container), *container_cgroups(container) },
	};
	enter_below(arena, options, &bundle->request.process.cgroups, problem);
	if (bundle->spec.seccomp.asked && !problem->found)
		read_filter(arena, container, bundle, problem);
	for (int kind = 0; kind < HOOKS; kind++)
		bundle->spec.hook[kind].count = 0;
	container_close(container);
	return !problem->found;
}

/* Whether the cgroup may not have processes: a manager in the container (systemd) has made others below, which have
 * controllers (cgroups(7), «no internal processes»). */
static bool is_inner(const struct launch *launch)
{
	const struct plan *plan = &launch->bundle->plan;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_CLONE && plan->step[i].clone.cgroup)
			return launch->run.tape->mark[i].error == -EBUSY;
	return false;
}

/* Whether an option says where in v2 the process is to be. */
static bool names_unified(const struct exec_options *options)
{
	for (size_t i = 0; i < options->cgroup.count; i++)
		if (!strchr(options->cgroup.at[i], ':'))
			return true;
	return false;
}

/* Then the process is put where the first one is. */
static bool enter_beside_first(struct arena *arena, struct bundle *bundle)
{
	enum { LIMIT = 64 * 1024 };
	static const char root[] = "/sys/fs/cgroup";
	struct cgroups *cgroups = &bundle->request.process.cgroups;
	struct cgroup *unified = &cgroups->at[cgroups->count - 1];
	struct statfs info;
	bool alone = statfs(root, &info) == 0 && info.f_type == CGROUP2_SUPER_MAGIC;
	char *text, *line;
	size_t length;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%d/cgroup", (int)bundle->request.process.pid), LIMIT,
		      &text, &length))
		return false;
	for (line = strtok(text, "\n"); line && strncmp(line, "0::/", 4) != 0; line = strtok(NULL, "\n"))
		;
	if (!line)
		return false;
	unified->path = arena_printf(arena, "%s%s%s", root, alone ? "" : "/unified", line + 3);
	return true;
}

static bool begin(struct arena *arena, struct bundle *bundle, const struct exec_options *options,
		  struct launch *launch, struct problem *problem)
{
	bundle_plan_exec(arena, bundle, problem);
	if (problem->found || !launch_open(arena, bundle, NULL, launch, problem))
		return false;
	launch->run.tape->timed = options->trace != TRACE_NONE;
	return launch_go(launch, problem);
}

/* Who ends a container takes its cgroup away too, and any step may be the first that misses something. */
static void say_if_it_ended(const struct plan_request *request, struct problem *problem)
{
	struct proc_stat stat;

	if (proc_lives(request->process.pid, request->process.start_time, &stat))
		return;
	*problem = (struct problem){ 0 };
	problem_set(problem, "container '%s' has ended while a process was being begun in it (container not running)",
		    request->id);
}

static bool begin_somewhere(struct arena *arena, struct bundle *bundle, const struct exec_options *options,
			    struct launch *launch, struct problem *problem)
{
	bool begun = begin(arena, bundle, options, launch, problem);

	if (!begun && launch->run.tape && is_inner(launch) && !names_unified(options) &&
	    enter_beside_first(arena, bundle)) {
		*problem = (struct problem){ 0 };
		begun = begin(arena, bundle, options, launch, problem);
	}
	if (!begun)
		say_if_it_ended(&bundle->request, problem);
	return begun;
}

/* How many processes the kernel has ended so far for want of memory. */
static uint64_t count_kills(struct arena *arena, const struct bundle *bundle, const struct exec_options *options)
{
	return options->warnings ? cgroups_oom_kills(arena, &bundle->request.process.cgroups) : 0;
}

/* A program that was ended by the kernel, for want of memory, says nothing itself. It may have been another process
 * than the first, which has seen it and ended. */
static void note_end(const struct launch *launch, const struct exec_options *options, uint64_t kills)
{
	const struct plan_request *request = &launch->bundle->request;
	struct memory_end memory;

	if (count_kills(launch->arena, launch->bundle, options) <= kills)
		return;
	memory = cgroups_memory_end(launch->arena, &request->process.cgroups, launch->begun_us);
	memory.kills -= kills;
	oom_tell(options->warnings, request->id, " meanwhile", &memory);
}

void life_exec(struct arena *arena, struct bundle *bundle, const struct exec_options *options,
	       int *ret_status, struct problem *problem)
{
	bool foreground = !options->detach, begun;
	const uint64_t kills = foreground ? count_kills(arena, bundle, options) : 0;
	struct launch launch = { 0 };
	uint64_t caller_signals = 0;

	signal(SIGCHLD, SIG_DFL);
	if (foreground)
		caller_signals = signals_block();
	begun = begin_somewhere(arena, bundle, options, &launch, problem);
	launch.timeout_ms = options->timeout_ms;
	launch.keys = options->keys;
	if (begun && options->begun)
		options->begun(options->context);
	if (begun && foreground) {
		int status = launch_wait(&launch, problem);

		if (options->left)
			*options->left = launch.left;
		if (launch.left)
			*ret_status = EXIT_SUCCESS;
		else if (launch_check_started(&launch, status, problem)) {
			*ret_status = exit_status(status);
			if (*ret_status)
				note_end(&launch, options, kills);
		}
	}
	if (problem->found && launch.run.tape && options->program)
		*options->program = launch_program_error(&launch);
	if (problem->found && launch.run.tape)
		launch_undo(&launch);
	if (launch.run.tape)
		launch_trace(&launch, options->trace, options->trace_file, problem);
	if (foreground)
		signals_restore(caller_signals);
}
