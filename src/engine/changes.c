/* changes.c - see changes.h */
#include "engine/changes.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/mapped.h"
#include "engine/rootfs.h"
#include "engine/reach_parts.h"
#include "image/difference.h"
#include "image/helper.h"
#include "image/mount.h"
#include "spec/reason.h"
#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

struct reading {
	struct engine *engine;
	const struct changes_request *request;
	const struct spec *spec;	/* of its config.json */
	const struct user_ids *ids;	/* NULL: those of the store */
	const char *tree;		/* of its image with these ids, in the store */
	struct problem *problem;	/* of the child */
};

/* --- what is mounted on --- */

/* Where it is, or -errno. */
static ssize_t place_of(struct arena *arena, int handle, char ret_path[PATH_MAX])
{
	ssize_t length = handle < 0 ? handle :
			 sys_readlinkat(AT_FDCWD, arena_printf(arena, "/proc/self/fd/%d", handle), ret_path,
					PATH_MAX - 1);

	ret_path[length < 0 ? 0 : length] = '\0';
	return length;
}

/* The path when links of the layers have been followed as far as it is there: "/var/run/x" may be "run/x". */
static const char *resolve(struct arena *arena, int lower, const char *path)
{
	char *there = arena_copy(arena, path, strlen(path)), *slash;
	char root[PATH_MAX], real[PATH_MAX];
	ssize_t outside = place_of(arena, lower, root), length = -1;

	for (;;) {
		closes int handle = lower < 0 ? -1 : sys_openat2(lower, there[0] ? there : "/", O_PATH, 0,
								 RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

		length = place_of(arena, handle, real);
		slash = strrchr(there, '/');
		if (handle >= 0 || !slash)
			break;
		*slash = '\0';
	}
	/* What is merged is a root of its own; another directory is somewhere on this machine. */
	if (length > 0 && length >= outside) {
		const char *inside = real + (outside > 1 ? outside : 0);

		path = arena_printf(arena, "%s%s", inside[0] && inside[1] ? inside : "", path + strlen(there));
	}
	return path + strspn(path, "/");
}

static struct texts mounts_of(struct arena *arena, const struct spec *spec, int lower)
{
	struct texts mounts = { ARENA_ARRAY(arena, spec->mounts + 1, char *), 0 };

	for (size_t i = 0; i < spec->mounts; i++)
		mounts.at[mounts.count++] = (char *)(uintptr_t)resolve(arena, lower, spec->mount[i].destination);
	return mounts;
}

/* --- in the child --- */

static int failed(const struct reading *reading, const char *what, int error)
{
	problem_set(reading->problem, "container %s: %s cannot be read: %s", reading->request->container->made.name,
		    what, reason_words(error));
	return error;
}

static int read_part(const struct reading *reading, int upper, int lower, const char *prefix)
{
	struct texts mounts = mounts_of(reading->engine->arena, reading->spec, lower);
	const struct changes_part part = { upper, lower, prefix, &mounts };

	if (upper < 0)
		return failed(reading, "what it has changed", upper);
	return reading->request->work(reading->request->data, &part, reading->problem);
}

/* This machine's own files, for an ordinary user: a directory at the top for each. */
static int read_host_parts(const struct reading *reading)
{
	struct arena *arena = reading->engine->arena;
	int folder = sys_openat(reading->request->container->folder, "parts", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	DIR *list = folder < 0 ? NULL : fdopendir(folder);
	int error = 0;

	for (const struct dirent *entry; list && !error && (entry = readdir(list));) {
		closes int upper = -1, lower = -1;

		if (entry->d_name[0] == '.')
			continue;
		upper = sys_openat(folder, arena_printf(arena, "%s/upper", entry->d_name),
				   O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
		lower = sys_openat(AT_FDCWD, arena_printf(arena, "/%s", entry->d_name), O_PATH | O_DIRECTORY, 0);
		error = read_part(reading, upper, lower, entry->d_name);
	}
	if (list)
		closedir(list);
	return error;
}

static int open_layers(const struct reading *reading)
{
	const struct made *made = &reading->request->container->made;
	struct digest *chain = ARENA_ARRAY(reading->engine->arena, made->layer.count + 1, struct digest);
	struct store store = *reading->engine->store;
	int error;

	if (reading->tree)
		return sys_openat(store.fd, reading->tree, O_PATH | O_DIRECTORY, 0);
	error = mount_own_namespace(&store);
	for (size_t i = 0; i < made->layer.count; i++)
		digest_parse(made->layer.at[i], &chain[i]);
	return error ? error : mount_layers(&store, chain, made->layer.count);
}

static int run_owner(void *data)
{
	const struct reading *reading = data;
	const struct made *made = &reading->request->container->made;
	closes int upper = sys_openat(reading->request->container->folder, "upper",
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	const bool rootfs = rootfs_is(made);
	closes int lower = made->image_id[0] ? open_layers(reading) :
			   sys_openat(AT_FDCWD, rootfs ? made->rootfs : "/", O_PATH | O_DIRECTORY, 0);
	int error = lower < 0 ? failed(reading, "its image's layers", lower) : read_part(reading, upper, lower, "");

	return error || rootfs || made->image_id[0] ? error : read_host_parts(reading);
}

static int run_child(void *data, struct problem *problem)
{
	struct reading *reading = data;

	reading->problem = problem;
	return helper_with_ids(reading->engine->arena, reading->ids, run_owner, reading, problem);
}

/* --- what both do --- */

bool changes_begin(struct engine *engine, const struct changes_request *request, struct reach *ret_reach,
		   struct problem *problem)
{
	struct prepared prepared;
	struct reading reading = { .engine = engine, .request = request, .spec = &prepared.bundle.spec };

	*ret_reach = (struct reach){ 0 };
	store_allow_descriptors();
	if (rootfs_is_changed(&request->container->made)) {
		problem_set(problem, "container %s changes %s itself: nobody knows what was there before",
			    request->container->made.name, request->container->made.rootfs);
		return false;
	}
	if (!engine_prepare(engine, request->container, &prepared, problem))
		return false;
	reading.ids = mapped_user(engine->arena, &prepared);
	if (reading.ids && prepared.made.layer.count)
		reading.tree = prepared.layers.lower.at[0];
	return reach_start(ret_reach, run_child, &reading, problem);
}

/* --- diff --- */

struct diff {
	int pipe;
	struct text lines;
};

/* Names may hold anything, and lines go to a terminal. */
static int add_line(void *context, const struct difference *difference)
{
	static const char letters[] = { [DIFFERENCE_ADDED] = 'A', [DIFFERENCE_CHANGED] = 'C',
					[DIFFERENCE_DELETED] = 'D' };
	struct diff *diff = context;
	size_t begin = diff->lines.length;

	text_printf(&diff->lines, "%c /%s", letters[difference->kind], difference->path);
	text_clean(diff->lines.at + begin, '?');
	text_add(&diff->lines, "\n");
	return 0;
}

static int write_lines(void *data, const struct changes_part *part, struct problem *problem)
{
	struct diff *diff = data;
	const struct difference_visitor visitor = { add_line, diff };
	int error;

	text_clear(&diff->lines);
	error = difference_walk(part->upper, part->lower, part->mounts, part->prefix, &visitor, problem);
	return error ? error : file_write_all(diff->pipe, diff->lines.at, diff->lines.length);
}

static void read_lines(int pipe, struct text *out)
{
	char piece[4096];
	ssize_t got;

	while ((got = sys_read(pipe, piece, sizeof(piece))) > 0 || got == -EINTR)
		text_add_bytes(out, piece, got > 0 ? (size_t)got : 0);
}

bool engine_diff(struct engine *engine, const struct engine_container *container, struct text *out,
		 struct problem *problem)
{
	int ends[2], error = sys_pipe2(ends, 0);
	struct diff diff = { .pipe = ends[1], .lines = text_new(engine->arena) };
	const struct changes_request request = { container, write_lines, &diff };
	struct reach reach;
	bool begun;

	if (error) {
		problem_set(problem, "no pipe could be made: %s", reason_words(error));
		return false;
	}
	begun = changes_begin(engine, &request, &reach, problem);
	sys_close(ends[1]);
	if (begun)
		read_lines(ends[0], out);
	sys_close(ends[0]);
	error = begun ? reach_end(&reach, problem) : 0;
	if (error)
		problem_set(problem, "container %s: what it has changed cannot be read: %s", container->made.name,
			    reason_words(error));
	return !problem->found;
}
