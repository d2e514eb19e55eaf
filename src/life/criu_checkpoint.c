/* criu_checkpoint.c - `checkpoint`: a running container is saved to disk.
 *
 * Its mounts are in the bundle's config.json, and the plan of that is made again: the record does not keep them. The
 * container is locked until CRIU has done its work.
 */
#include "base/fd.h"
#include "life/criu_parts.h"
#include "spec/names.h"
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

struct saving {
	struct arena *arena;
	const struct criu_asked *asked;
	struct container *container;
	struct bundle bundle;
	struct criu criu;
	struct criu_options options;
	struct criu_folders folders;
	struct problem *problem;
};

/* --- what CRIU is told --- */

static void add_external(struct criu_options *options, const char *text)
{
	options->external.at[options->external.count++] = (char *)(uintptr_t)text;
}

/* A joined namespace is not the container's to save, but somebody else's. */
static void add_namespace(struct saving *saving, enum namespace_kind kind, const char *key)
{
	const char *name = namespace_file(kind);
	const char *path = arena_printf(saving->arena, "/proc/%d/ns/%s", (int)saving->container->record.pid, name);
	struct stat info;

	if (!spec_joins_namespace(&saving->container->record.spec, kind))
		return;
	if (sys_fstatat(AT_FDCWD, path, &info, 0))
		problem_set(saving->problem, "checkpoint: cannot look at '%s'", path);
	else
		add_external(&saving->options, arena_printf(saving->arena, "%s[%llu]:%s", name,
							    (unsigned long long)info.st_ino, key));
}

static void add_notify_folder(struct saving *saving)
{
	struct pairs *mount = &saving->options.mount;
	struct stat info;

	if (sys_fstatat(saving->container->folder, RECORD_NOTIFY, &info, 0) == 0)
		mount->at[mount->count++] = (struct pair){ CRIU_NOTIFY_FOLDER, CRIU_NOTIFY_FOLDER };
}

/* What the image will need beside CRIU's own files. */
static void fill_content(struct saving *saving)
{
	pid_t pid = saving->container->record.pid;
	struct criu_streams streams;

	criu_name_mounts(saving->arena, &saving->bundle.plan, pid, &saving->options, saving->problem);
	add_notify_folder(saving);
	criu_name_streams(saving->arena, pid, &streams, &saving->options, saving->problem);
	if (!saving->problem->found)
		criu_write_streams(saving->arena, &saving->folders, &streams, saving->problem);
}

static void fill_options(struct saving *saving)
{
	const struct criu_asked *asked = saving->asked;
	struct criu_options *options = &saving->options;

	options->external.at = ARENA_ARRAY(saving->arena, CRIU_STREAMS + NAMESPACES + 1, char *);
	options->images = saving->folders.image;
	options->work = saving->folders.work;
	options->log_file = CRIU_DUMP_LOG;
	options->config_file = criu_config_file(&saving->container->record.spec);
	options->pid = (uint32_t)saving->container->record.pid;
	options->root = saving->container->record.rootfs;
	options->parent = asked->parent_path;
	options->track_memory = asked->parent_path || asked->pre_dump;
	add_namespace(saving, NAMESPACE_NETWORK, CRIU_NETWORK_KEY);
	add_namespace(saving, NAMESPACE_PID, CRIU_PID_KEY);
	if (!asked->pre_dump)
		fill_content(saving);
}

/* --- before --- */

static bool check_status(const struct container *container, struct problem *problem)
{
	if (container->status != STATUS_RUNNING)
		problem_set(problem, "container '%s' cannot be checkpointed: it is not running but %s",
			    container->id, status_name(container->status));
	return !problem->found;
}

/* The parent is a folder beside the image, so that both can be moved. */
static void check_parent(const struct saving *saving)
{
	const char *parent = saving->asked->parent_path;
	closes int fd = -1;

	if (!parent)
		return;
	fd = parent[0] == '/' ? -EINVAL :
				sys_openat(saving->folders.image, parent, O_PATH | O_DIRECTORY, 0);
	if (fd == -EINVAL)
		problem_set(saving->problem, "option '--parent-path' is relative to the image, not '%s'", parent);
	else if (fd < 0)
		problem_set(saving->problem, "option '--parent-path': cannot open '%s/%s': %s",
			    saving->folders.image_path, parent, criu_error_words(fd));
}

static bool read_bundle(struct saving *saving)
{
	const struct record *record = &saving->container->record;

	bundle_read(saving->arena, record->bundle, NULL, MANAGER_DISABLED, &saving->bundle, saving->problem);
	if (saving->problem->found)
		return false;
	saving->bundle.request.id = saving->container->id;
	saving->bundle.request.state = saving->container->path;
	saving->bundle.request.end = END_DETACHED;
	bundle_plan(saving->arena, &saving->bundle, saving->problem);
	return !saving->problem->found;
}

/* --- CRIU's work --- */

/* Whoever waits for it may connect now, to fetch the pages. */
static void tell_ready(struct saving *saving)
{
	int *fd = &saving->options.status;

	if (*fd >= 0) {
		sys_write(*fd, "", 1);
		sys_close(take_fd(fd));
	}
}

static bool reached(void *context, const struct criu_response *stage, int fd, struct problem *problem)
{
	if (fd >= 0)
		sys_close(fd);
	if (!strcmp(stage->stage, "status-ready"))
		tell_ready(context);
	return true;
}

static void check_features(struct saving *saving)
{
	const struct criu_asked *asked = saving->asked;
	struct criu_response features;

	if (!asked->pre_dump && !asked->parent_path && !asked->lazy_pages)
		return;
	if (!criu_work(&saving->criu, CRIU_FEATURES, NULL, NULL, &features, saving->problem))
		return;
	if ((asked->pre_dump || asked->parent_path) && !features.memory_tracking)
		problem_set(saving->problem, "option '--%s': this kernel cannot tell which memory has been written to "
			    "(CONFIG_MEM_SOFT_DIRTY)", asked->pre_dump ? "pre-dump" : "parent-path");
	if (asked->lazy_pages && !features.lazy_pages)
		problem_set(saving->problem, "option '--lazy-pages': this kernel cannot bring memory later "
			    "(userfaultfd)");
}

static void check_version(struct saving *saving)
{
	if (saving->options.status >= 0)
		criu_need_version(&saving->criu, 31500, "option '--status-fd'", saving->problem);
	if (saving->options.network_lock)
		criu_need_lock(&saving->criu, saving->options.network_lock, saving->problem);
}

static bool run_criu(struct saving *saving)
{
	const struct criu_start start = { .program = saving->asked->program };
	const struct criu_listener listener = { reached, saving };
	struct criu_response response;

	saving->criu = (struct criu){ .arena = saving->arena, .verb = "checkpoint", .log = CRIU_DUMP_LOG,
				      .log_folder = saving->folders.work_path, .work = saving->folders.work };
	if (criu_start(&saving->criu, &start, saving->problem)) {
		check_version(saving);
		check_features(saving);
	}
	if (!saving->problem->found)
		criu_work(&saving->criu, saving->asked->pre_dump ? CRIU_PRE_DUMP : CRIU_DUMP, &saving->options,
			  &listener, &response, saving->problem);
	criu_end(&saving->criu);
	return !saving->problem->found;
}

/* --- after --- */

/* That it can be restored under its id. */
static void mark(struct saving *saving)
{
	enum { END_PATIENCE_MS = 10000 };
	closes int fd = sys_openat(saving->container->folder, CRIU_CHECKPOINTED,
				   O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);

	if (fd < 0)
		problem_set(saving->problem, "container '%s': cannot write '%s/" CRIU_CHECKPOINTED "': %s",
			    saving->container->id, saving->container->path, criu_error_words(fd));
	container_wait(saving->container, END_PATIENCE_MS);
}

static void save(struct saving *saving)
{
	if (!check_status(saving->container, saving->problem) || !read_bundle(saving))
		return;
	criu_make_folders(saving->arena, saving->asked, &saving->folders, saving->problem);
	if (saving->problem->found)
		return;
	check_parent(saving);
	fill_options(saving);
	if (!saving->problem->found && run_criu(saving) && !saving->asked->leave_running &&
	    !saving->asked->pre_dump)
		mark(saving);
}

void life_checkpoint(struct arena *arena, const struct criu_asked *asked, const char *id,
		     struct problem *problem)
{
	struct container container = { .folder = -1, .process = -1 };
	struct saving saving = { .arena = arena, .asked = asked, .container = &container, .problem = problem };

	signal(SIGCHLD, SIG_DFL);
	criu_read_asked(arena, asked, "checkpoint", &saving.options, problem);
	if (!problem->found && container_open_locked(arena, asked->root, id, &container, problem))
		save(&saving);
	container_close(&container);
}
