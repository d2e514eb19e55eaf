/* judge_files.c - what is refused because of a file: its mode, its mount, what covers it. */
#include "base/sys.h"
#include "base/translate.h"
#include "denial/calls.h"
#include "denial/judge_parts.h"
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>

/* Whether the path is `at`, or below it. */
static bool is_below(const char *path, const char *at)
{
	const size_t length = strlen(at);

	if (strcmp(at, "/") == 0)
		return path[0] == '/';
	return length && strncmp(path, at, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static const char *find_above(const struct texts *list, const char *path)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_below(path, list->at[i]))
			return list->at[i];
	return NULL;
}

const char *judge_mask_of(const struct ground *ground, const char *path)
{
	return *path ? find_above(&ground->spec->masked_paths, path) : NULL;
}

bool judge_mask_hides(const struct ground *ground, const char *path)
{
	const char *mask = judge_mask_of(ground, path);

	return mask && strlen(path) > strlen(mask);
}

bool judge_mask(const struct judging *judging)
{
	const char *mask = judge_mask_of(judging->ground, judging->attempt->path);

	if (!mask)
		return false;
	text_printf(judging->out, _("  '%s' is covered in this container (linux.maskedPaths), so nothing of the "
		    "host's is to be seen there.\n  To uncover it: --security-opt unmask=%s.\n"), mask, mask);
	return true;
}

/* The innermost mount of config.json that the path is in: its index; spec->mounts: none, it is the root. */
static size_t mount_of(const struct spec *spec, const char *path)
{
	size_t best = spec->mounts;

	for (size_t i = 0; i < spec->mounts; i++)
		if (is_below(path, spec->mount[i].destination) &&
		    (best == spec->mounts ||
		     strlen(spec->mount[i].destination) >= strlen(spec->mount[best].destination)))
			best = i;
	return best;
}

/* Whether it is the mount's own option that the place is so, and which mount that is. */
static void tell_mount(const struct judging *judging, const char *path, const char *option)
{
	const struct spec *spec = judging->ground->spec;
	const size_t at = mount_of(spec, path);

	if (at < spec->mounts)
		text_printf(judging->out, _("  It is in the mount at '%s' (mounts[%zu]), which has the option %s.\n"),
			    spec->mount[at].destination, at, option);
	else
		text_printf(judging->out, _("  It is in the root file system, which is mounted with %s.\n"), option);
}

static bool is_read_only(const struct mount_options *options)
{
	return (options->set | options->set_all) & MOUNT_ATTR_RDONLY;
}

bool judge_read_only(const struct judging *judging)
{
	const struct attempt *attempt = judging->attempt;
	const struct spec *spec = judging->ground->spec;
	const char *path = attempt->path, *above = find_above(&spec->readonly_paths, path);
	const size_t mount = mount_of(spec, path);

	if (attempt->error != EROFS)
		return false;
	if (*path && above)
		text_printf(judging->out, _("  '%s' is read-only in this container (linux.readonlyPaths), since what "
			    "is there belongs to the host.\n  To set a sysctl of the container's own: --sysctl "
			    "NAME=VALUE; to open it: --security-opt unmask=%s.\n"), above, above);
	else if (*path && mount < spec->mounts && is_read_only(&spec->mount[mount].options))
		text_printf(judging->out, _("  It is in the mount at '%s' (mounts[%zu]), which is read-only.\n"
			    "  To write there leave out 'ro' (-v SOURCE:%s).\n"), spec->mount[mount].destination, mount,
			    spec->mount[mount].destination);
	else if (spec->root_readonly)
		text_add(judging->out, _("  The root file system is read-only (root.readonly, option --read-only).\n"
			 "  To write there put a volume or a tmpfs on it: -v, --tmpfs.\n"));
	else
		text_add(judging->out, _("  The file system that it is in is read-only.\n"));
	return true;
}

/* --- modes --- */

bool judge_is_mapped(const struct id_maps *maps, uint32_t id)
{
	for (size_t i = 0; i < maps->count; i++)
		if (id - maps->at[i].outside < maps->at[i].count)
			return true;
	return !maps->count;
}

/* As the container sees it; "nobody's" where it does not. */
static const char *id_words(struct arena *arena, const struct id_maps *maps, uint32_t id)
{
	if (!maps->count)
		return arena_printf(arena, "%u", id);
	for (size_t i = 0; i < maps->count; i++)
		if (id - maps->at[i].outside < maps->at[i].count)
			return arena_printf(arena, "%u", id - maps->at[i].outside + maps->at[i].inside);
	return _("(not mapped)");
}

static const char *owner_words(const struct judging *judging, uint32_t uid, uint32_t gid)
{
	const struct spec *spec = judging->ground->spec;
	struct arena *arena = judging->out->arena;

	return arena_printf(arena, "%s:%s", id_words(arena, &spec->uid_map, uid), id_words(arena, &spec->gid_map, gid));
}

static void tell_owner(const struct judging *judging)
{
	const struct spot *place = &judging->attempt->place;
	const struct rights *rights = &judging->attempt->rights;

	text_printf(judging->out, _("  '%s' belongs to %s with mode %04o, and this process is %s.\n"), place->at,
		    owner_words(judging, place->uid, place->gid), place->mode & 07777,
		    owner_words(judging, rights->uid, rights->gid));
}

/* The kernel asks whether the namespace that has the capability knows the owner: capable_wrt_inode_uidgid(). */
static bool is_foreign(const struct judging *judging)
{
	const struct spec *spec = judging->ground->spec;
	const struct spot *place = &judging->attempt->place;

	return place->looked && (!judge_is_mapped(&spec->uid_map, place->uid) ||
				 !judge_is_mapped(&spec->gid_map, place->gid));
}

static void tell_foreign(const struct judging *judging)
{
	text_add(judging->out, _("  Its owner is not mapped in the container's user namespace, so no capability of the "
		 "container's counts for it.\n  To have it: chown it on the host to an id that the container has, "
		 "mount it with U or idmap (-v SOURCE:TARGET:U), or map that id (--uidmap).\n"));
}

/* What only an owner may do, or root for it, of what is nobody's that the container knows. */
bool judge_owner(const struct judging *judging)
{
	const struct path_call *call = path_call_find(judging->call);

	if (judging->attempt->error != EPERM || !is_foreign(judging) || !call || call->access != ACCESS_OWN)
		return false;
	tell_owner(judging);
	tell_foreign(judging);
	return true;
}

bool judge_wall(const struct judging *judging)
{
	const struct spot *place = &judging->attempt->place;

	if (judging->attempt->error != EACCES || !place->looked)
		return false;
	if (place->wall == WALL_NONE && place->no_exec && strncmp(judging->call, "exec", 4) == 0) {
		tell_mount(judging, judging->attempt->path, "noexec");
		return true;
	}
	if (place->wall == WALL_NONE)
		return false;
	tell_owner(judging);
	if (place->wall == WALL_DIRECTORY)
		text_add(judging->out, _("  So it may not go through that directory: it lacks the right x (chmod).\n"));
	else if (place->wall == WALL_PARENT)
		text_add(judging->out, _("  So it may not make, rename or remove anything in that directory "
			 "(chmod, chown).\n"));
	else
		text_add(judging->out, _("  So it may not open it in that way (chmod, chown), or the program is to run "
			 "as another user (--user).\n"));
	if (is_foreign(judging)) {
		tell_foreign(judging);
		return true;
	}
	text_add(judging->out, _("  CAP_DAC_OVERRIDE would allow it whatever the mode is.\n"));
	judge_capability(judging, CAP_DAC_OVERRIDE, false);
	return true;
}

bool judge_device(const struct judging *judging)
{
	const struct attempt *attempt = judging->attempt;
	const struct spot *place = &attempt->place;

	if (!place->looked)
		return false;
	if (place->immutable && attempt->error == EPERM) {
		text_printf(judging->out, _("  '%s' may not be changed by anybody, nor removed: it has the attribute "
			    "immutable or append-only (chattr -i -a on the host).\n"), place->at);
		return true;
	}
	if ((!S_ISCHR(place->mode) && !S_ISBLK(place->mode)) || strncmp(judging->call, "open", 4) != 0)
		return false;
	if (place->no_dev) {
		tell_mount(judging, attempt->path, "nodev");
		return true;
	}
	if (attempt->error != EPERM)
		return false;
	text_printf(judging->out, _("  '%s' is a device that the rules of the container's cgroup do not allow "
		    "(linux.resources.devices).\n  To allow it: --device-cgroup-rule '%c %u:%u rwm', or --device "
		    "with the device of the "
		    "host.\n"), place->at, S_ISBLK(place->mode) ? 'b' : 'c', place->major_number, place->minor_number);
	return true;
}

/* A program that has the bit and did not become its owner. */
bool judge_set_user_id(const struct judging *judging)
{
	const struct attempt *attempt = judging->attempt;
	const struct spot *place = &attempt->place;

	if (attempt->error || strncmp(judging->call, "exec", 4) != 0 || !place->looked || !(place->mode & S_ISUID) ||
	    place->uid == attempt->rights.uid)
		return false;
	if (attempt->rights.no_new_privileges)
		text_printf(judging->out, _("  '%s' is setuid, and that does not count here: process.noNewPrivileges "
			    "is set (--security-opt no-new-privileges).\n"), place->at);
	else if (place->no_suid) {
		text_printf(judging->out, _("  '%s' is setuid, and that does not count where it is.\n"), place->at);
		tell_mount(judging, place->at, "nosuid");
	} else
		text_printf(judging->out, _("  '%s' is setuid, and its owner is not mapped in this user namespace.\n"),
			    place->at);
	return true;
}
