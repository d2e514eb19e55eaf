/* volume_fill.c - a volume that is used for the first time gets what the image has in its place: see volume.h.
 *
 * The layers are mounted, attached nowhere; nothing of the image is run, and no link of it is followed out of it. What
 * is copied is first put beside data/ under a name that says that it is not whole, so that a copy that was cut short
 * is never taken for the image's. Then it is moved: data/ itself stays, since containers that run have it mounted.
 */
#include "base/fd.h"
#include "engine/volume_parts.h"
#include "image/helper.h"
#include "image/mount.h"
#include "base/tree.h"
#include "spec/reason.h"
#include <sys/prctl.h>
#include <unistd.h>

struct filling {
	struct store store;
	const struct volume_origin *origin;
	const char *destination;
	const struct mapped_ids *ids;
	int folder;
	bool own_namespace;
};

static int open_data(const struct volume *volume)
{
	return sys_openat(volume->folder, VOLUME_DATA, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* One that this user cannot look into has been given to somebody, by a container. */
bool volume_wants_filling(const struct volume *volume)
{
	closes int data = open_data(volume);

	return (data >= 0 && !volume_has_names(data)) || !sys_faccessat2(volume->folder, VOLUME_WHOLE, F_OK, 0);
}

static int open_folder(int folder, const char *name)
{
	return sys_openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* Of an image without such a directory there is nothing to copy: then there is no VOLUME_WHOLE. */
static int copy(struct filling *filling)
{
	closes int root = mount_layers(&filling->store, filling->origin->chain, filling->origin->layers);
	closes int from = root < 0 ? root : sys_openat2(root, filling->destination, O_RDONLY | O_DIRECTORY, 0,
							RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	closes int to = -1;
	int error = from < 0 ? from : sys_mkdirat(filling->folder, VOLUME_NEW, 0700);

	if (root >= 0 && (from == -ENOENT || from == -ENOTDIR || from == -ELOOP))
		return 0;
	if (error)
		return error;
	to = open_folder(filling->folder, VOLUME_NEW);
	error = to < 0 ? to : volume_copy_tree(from, to);
	if (!error && filling->ids)
		error = volume_map_owners(to, filling->ids);
	return error ? error : sys_renameat(filling->folder, VOLUME_NEW, filling->folder, VOLUME_WHOLE);
}

static int move(const struct filling *filling)
{
	closes int from = open_folder(filling->folder, VOLUME_WHOLE);
	closes int to = from < 0 ? from : open_folder(filling->folder, VOLUME_DATA);
	int error;

	if (from == -ENOENT)
		return 0;
	error = to < 0 ? to : volume_move_names(from, to);
	if (!error)
		error = volume_copy_metadata(from, to);
	return error ? error : tree_remove(filling->folder, VOLUME_WHOLE);
}

static int fill(void *data)
{
	struct filling *filling = data;
	int error = 0;

	if (filling->own_namespace) {
		/* It is a process of its own then, and ends with us. */
		sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		error = mount_own_namespace(&filling->store);
	}
	if (!error)
		error = tree_remove(filling->folder, VOLUME_NEW);
	if (!error && sys_faccessat2(filling->folder, VOLUME_WHOLE, F_OK, 0))
		error = copy(filling);
	return error ? error : move(filling);
}

bool volume_fill(struct engine *engine, const struct volume *volume, const struct volume_origin *origin,
		 const char *destination, const struct mapped_ids *ids, struct problem *problem)
{
	struct filling filling = { *engine->store, origin, destination, ids, volume->folder, geteuid() != 0 };
	mode_t before = (mode_t)sys_umask(0);
	int error = helper_as_owner(engine->arena, fill, &filling, problem);

	sys_umask(before);
	if (error == -EOVERFLOW)
		problem_set(problem, "volume %s: what the image has in %s belongs to ids that the container has not: "
			    "give it more", volume->name, destination);
	else if (error)
		problem_set(problem, "volume %s: what the image has in %s cannot be copied to it: %s", volume->name,
			    destination, reason_words(error));
	return !error;
}

/* --- its size --- */

struct measuring { int folder, pipe; const char *name; uint64_t bytes; };

static int measure_one(void *context, int dir, const char *name, const struct stat *info)
{
	struct measuring *measuring = context;

	if (S_ISREG(info->st_mode))
		measuring->bytes += (uint64_t)info->st_size / (info->st_nlink ? info->st_nlink : 1);
	return 0;
}

/* A part that cannot be read does not count. */
static int measure(void *data)
{
	struct measuring *measuring = data;
	closes int dir = open_folder(measuring->folder, measuring->name);

	if (dir >= 0)
		volume_walk(dir, measure_one, measuring);
	sys_write(measuring->pipe, &measuring->bytes, sizeof(measuring->bytes));
	return 0;
}

uint64_t volume_measure(struct engine *engine, int folder, const char *name)
{
	struct problem problem = { 0 };
	uint64_t bytes = 0;
	int ends[2];

	if (sys_pipe2(ends, O_CLOEXEC))
		return 0;
	struct measuring measuring = { folder, ends[1], name, 0 };

	if (helper_as_owner(engine->arena, measure, &measuring, &problem) ||
	    sys_read(ends[0], &bytes, sizeof(bytes)) != sizeof(bytes))
		bytes = 0;
	sys_close(ends[0]);
	sys_close(ends[1]);
	return bytes;
}

uint64_t volume_size(struct engine *engine, const struct volume *volume)
{
	return volume_measure(engine, volume->folder, VOLUME_DATA);
}
