/* volume_change.c - see volume_change.h */
#include "engine/volume_change.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include "engine/ids.h"
#include "engine/volume_parts.h"
#include "image/helper.h"
#include "spec/reason.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Done with the rights of who owns the files: of an ordinary user they may belong to ids of its own. */
struct change {
	const char *path, *beneath;	/* beneath: NULL, or what of it, which no link leads out of */
	uint32_t uid, gid;
	const char *label;
	int overlay;			/* the folder that gets upper/ and work/ */
	bool told;			/* it is in memory, and nobody uses it */
	volume_visit *visit;
};

/* Also of what is no directory. */
static int change_tree(void *data)
{
	struct change *change = data;
	closes int whole = sys_openat(AT_FDCWD, change->path, O_PATH, 0);
	closes int top = whole < 0 || !change->beneath ? take_fd(&whole) :
			 sys_openat2(whole, change->beneath, O_PATH, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
	closes int dir = top < 0 ? top : sys_openat(top, ".", O_RDONLY | O_DIRECTORY, 0);
	struct stat info;
	int error = top < 0 ? top : dir >= 0 ? volume_walk(dir, change->visit, change) : dir == -ENOTDIR ? 0 : dir;

	if (!error)
		error = sys_fstat(top, &info);
	return error ? error : change->visit(change, top, "", &info);
}

static void run(struct volume_taking *taking, const struct volume_asked *volume, const char *letter,
		int (*work)(void *data), struct change *change)
{
	int error = helper_as_owner(taking->engine->arena, work, change, taking->problem);

	if (error)
		problem_set(taking->problem, "option '%s': '%s' of '%s' cannot be done: %s", volume->option, letter,
			    change->path, reason_words(error));
}

/* --- U --- */

static int chown_one(void *context, int dir, const char *name, const struct stat *info)
{
	const struct change *change = context;

	if (info->st_uid == change->uid && info->st_gid == change->gid)
		return 0;
	return sys_fchownat(dir, name, change->uid, change->gid, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
}

/* --- z, Z --- */

/* File systems that have no labels are as good as labelled. The way through /proc is of our own. */
static int label_one(void *context, int dir, const char *name, const struct stat *info)
{
	const struct change *change = context;
	char path[64 + NAME_MAX];
	int error;

	if (snprintf(path, sizeof(path), "/proc/self/fd/%d%s%s", dir, name[0] ? "/" : "", name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	error = sys_lsetxattr(path, "security.selinux", change->label, strlen(change->label) + 1);
	return error == -EOPNOTSUPP ? 0 : error;
}

const char *volume_level(const struct run_asked *asked)
{
	const char *level = "s0";

	for (size_t i = 0; i < asked->security_options.count; i++) {
		const char *at = asked->security_options.at[i];

		if (strncmp(at, "label=", 6) != 0)
			continue;
		for (int colons = 0; at && colons < 3; colons++) {
			at = strchr(at, ':');
			at = at ? at + 1 : NULL;
		}
		level = at ? at : level;
	}
	return level;
}

/* --- O --- */

/* The root of an overlay is as its upper directory is. */
static int make_overlay(void *data)
{
	const struct change *change = data;
	closes int below = sys_openat(AT_FDCWD, change->path, O_PATH | O_DIRECTORY, 0);
	int error = below < 0 ? below : sys_mkdirat(change->overlay, "upper", 0755);
	closes int upper = error ? error : sys_openat(change->overlay, "upper", O_RDONLY | O_DIRECTORY, 0);
	struct stat info;

	if (!error)
		error = sys_mkdirat(change->overlay, "work", 0700);
	if (error || upper < 0 || change->told)
		return error ? error : upper < 0 ? upper : 0;
	error = sys_fstat(below, &info);
	if (!error)
		error = sys_fchownat(upper, "", info.st_uid, info.st_gid, AT_EMPTY_PATH);
	return error ? error : sys_fchmod(upper, info.st_mode & 07777);
}

static int make_folder(int container, const char *path)
{
	int error = sys_mkdirat(container, "overlays", 0700);

	if (!error || error == -EEXIST)
		error = sys_mkdirat(container, path, 0700);
	return error ? error : sys_openat(container, path, O_RDONLY | O_DIRECTORY, 0);
}

/* The uppermost first, with colons between them. Where nothing is above them they must be two: an empty directory is
 * the lowest. */
static const char *lower_layers(struct arena *arena, const struct volume_asked *volume, const char *path,
				const char *folder)
{
	if (volume->kind != VOLUME_IMAGE)
		return path;
	if (!volume->readonly)
		return arena_printf(arena, "%s%s", path, volume->below);
	return arena_printf(arena, "%s%s:%s/upper", path, volume->below, folder);
}

/* An image's are given one by one, since there may be hundreds, where the kernel takes that; else all in one text. */
static void put_lower(struct arena *arena, struct texts *options, const char *layers, bool one_by_one)
{
	char *rest = arena_copy(arena, layers, strlen(layers)), *layer;

	if (!one_by_one)
		texts_add(arena, options, arena_printf(arena, "lowerdir=%s", layers));
	while (one_by_one && (layer = strsep(&rest, ":")))
		texts_add(arena, options, arena_printf(arena, "lowerdir+=%s", layer));
}

/* fsconfig(2) takes values of 256 bytes with their NUL. */
static bool is_one_by_one(const struct volume_taking *taking, const struct volume_asked *volume, const char *layers)
{
	enum { LONGEST = 255 };

	for (const char *at = layers; *at; at += strcspn(at, ":"), at += *at == ':')
		if (strcspn(at, ":") > LONGEST)
			return false;
	return volume->kind == VOLUME_IMAGE && taking->one_by_one;
}

/* These divide the options of overlayfs, which mount(2) takes as a page of text. */
static void check_overlay(struct volume_taking *taking, const struct volume_asked *volume, const char *folder,
			  bool one_by_one)
{
	enum { PAGE = 4096, WORDS = 128 };

	if (strcmp(volume->type, "bind") != 0 || strpbrk(volume->path, ":,\\\"") || strpbrk(folder, ":,\\\""))
		problem_set(taking->problem, "option '%s': 'O' is for a directory whose path has no ':', ',' and '\\', "
			    "not for '%s'", volume->option, volume->path);
	else if (volume->below && !one_by_one &&
		 strlen(volume->path) + strlen(volume->below) + 3 * strlen(folder) + WORDS > PAGE)
		problem_set(taking->problem, "option '%s': image '%s' has more layers than this kernel takes for a "
			    "mount: 'taru run' a container of it, and 'taru export' and 'import' make one layer of it",
			    volume->option, volume->source);
}

static void put_overlay(struct volume_taking *taking, struct volume_asked *volume, size_t index)
{
	struct arena *arena = taking->engine->arena;
	const char *path = arena_printf(arena, "overlays/%zu", index);
	const char *folder = arena_printf(arena, "%s/%s", taking->making->path, path);
	closes int fd = make_folder(taking->making->folder, path);
	struct change change = { .path = volume->path, .overlay = fd, .told = taking->engine->only_told };
	const bool image = volume->kind == VOLUME_IMAGE;
	const char *layers;
	bool one_by_one;

	if (fd < 0) {
		problem_set(taking->problem, "cannot make '%s': %s", folder, reason_words(fd));
		return;
	}
	layers = lower_layers(arena, volume, change.path, folder);
	one_by_one = is_one_by_one(taking, volume, layers);
	check_overlay(taking, volume, folder, one_by_one);
	if (taking->problem->found)
		return;
	run(taking, volume, image ? "image" : "O", make_overlay, &change);
	volume->type = "overlay";
	volume->path = "overlay";
	texts_add(arena, &volume->more, "userxattr");
	put_lower(arena, &volume->more, layers, one_by_one);
	if (image && volume->readonly)
		return;
	texts_add(arena, &volume->more, arena_printf(arena, "upperdir=%s/upper", folder));
	texts_add(arena, &volume->more, arena_printf(arena, "workdir=%s/work", folder));
}

static void tell_change(struct volume_taking *taking, const struct volume_asked *volume, const struct change *change)
{
	struct plan_changes *changes = &taking->changes;
	struct plan_change *more = ARENA_ARRAY(taking->engine->arena, changes->count + 1, struct plan_change);

	if (changes->count)
		memcpy(more, changes->at, changes->count * sizeof(*more));
	more[changes->count++] = (struct plan_change){
		.option = volume->option, .path = volume->path, .beneath = volume->subpath, .owner = volume->chown,
		.uid = change->uid, .gid = change->gid, .inside_uid = taking->identity->uid,
		.inside_gid = taking->identity->gid, .label = volume->label && taking->level ? change->label : NULL,
	};
	changes->at = more;
}

/* What is in the store is mounted with the container's ids, and a directory of this machine as it is. */
static bool is_apart(const struct volume_taking *taking, const struct volume_asked *volume)
{
	const bool stored = volume->kind == VOLUME_STORED && !volume->more.count;

	for (size_t i = 0; i < volume->words.count; i++)
		if (!strncmp(volume->words.at[i], "idmap", strlen("idmap")))
			return false;
	return !stored && taking->apart->uids.count;
}

static void find_user(struct volume_taking *taking, const struct volume_asked *volume, struct change *change)
{
	const bool apart = is_apart(taking, volume);
	const struct id_maps *uids = taking->ids ? &taking->ids->uids : apart ? &taking->apart->uids : NULL;
	const struct id_maps *gids = taking->ids ? &taking->ids->gids : apart ? &taking->apart->gids : NULL;

	change->uid = taking->identity->uid;
	change->gid = taking->identity->gid;
	if (uids && (!ids_find(uids, change->uid, &change->uid) || !ids_find(gids, change->gid, &change->gid)))
		problem_set(taking->problem, "option '%s': 'U' of '%s': the container's user is none of its ids",
			    volume->option, volume->path);
}

void volume_change(struct volume_taking *taking, struct volume_asked *volume, size_t index)
{
	struct change change = { .path = volume->path, .beneath = volume->subpath, .visit = chown_one };
	const bool bind = !strcmp(volume->type, "bind"), label = volume->label && taking->level && bind;

	volume->note = volume->path;
	change.label = arena_printf(taking->engine->arena, "system_u:object_r:container_file_t:%s",
				    volume->label == 'Z' && taking->level ? taking->level : "s0");
	if (volume->chown)
		find_user(taking, volume, &change);
	if (taking->engine->only_told) {
		if ((volume->chown && bind) || label)
			tell_change(taking, volume, &change);
	} else {
		if (volume->chown && !taking->problem->found && bind)
			run(taking, volume, "U", change_tree, &change);
		change.visit = label_one;
		if (label)
			run(taking, volume, volume->label == 'Z' ? "Z" : "z", change_tree, &change);
	}
	if (volume->overlay && !taking->problem->found)
		put_overlay(taking, volume, index);
}
