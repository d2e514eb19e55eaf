/* judge_files.c - where images and containers are to lie. */
#include "doctor/judge.h"

#define MIB ((uint64_t)1 << 20)
#define TMPFS 0x01021994UL

static const char elsewhere[] = N_("--root DIR or TARU_ROOT with a folder on ext4, xfs or btrfs");

static const char *kind_of(const struct judging *judging, const struct machine_folder *folder)
{
	const struct filesystem *found = filesystem_find(folder->type);

	return found ? found->name : arena_printf(judging->arena, _("a file system of type 0x%lx"), folder->type);
}

/* What the smallest container takes there, as measured on tmpfs, and how to get that. */
struct least { uint64_t bytes, files; const char *room; };

static const struct least least_store = { 32 << 10, 16, "taru system prune" };
static const struct least least_run = { 12 << 10, 6,
					N_("mount -o remount,size=64m that file system, or remove what fills it") };

/* Which of both is short. */
static const char *room_words(const struct judging *judging, const struct machine_folder *folder, bool files)
{
	return files ? arena_printf(judging->arena, _("%llu inodes are free"), (unsigned long long)folder->files_free) :
		arena_printf(judging->arena, _("%llu KiB are free"), (unsigned long long)folder->free / 1024);
}

/* Whether a folder can be used at all; otherwise it says so. */
static bool is_usable(struct judging *judging, const struct machine_folder *folder, const struct least *least,
		      const char *mend)
{
	const struct filesystem *kind = filesystem_find(folder->type);

	if (!folder->path)
		judge_no(judging, mend, "%s", folder->problem ? folder->problem :
			 _("it is not known where it is to be"));
	else if (kind && kind->kernel)
		judge_no(judging, mend, _("%s is on %s, where nobody can make files"), folder->path, kind->name);
	else if (folder->read_only)
		judge_no(judging, arena_printf(judging->arena, _("mount -o remount,rw that file system, or %s"), mend),
			 _("%s is on a file system that is mounted read-only"), folder->there);
	else if (!folder->writable)
		judge_no(judging, arena_printf(judging->arena, _("chown %u %s, or %s"), judging->machine->host.uid,
					       folder->there, mend), _("%s may not be written to"), folder->there);
	else if (folder->free < least->bytes || folder->files_free < least->files)
		judge_no(judging, _(least->room), _("%s is full: %s"), folder->path,
			 room_words(judging, folder, folder->free >= least->bytes));
	return !judging->told;
}

static void judge_store(struct judging *judging)
{
	const struct machine_folder *folder = &judging->machine->store;
	const struct filesystem *kind = filesystem_find(folder->type);

	if (!is_usable(judging, folder, &least_store, _(elsewhere)))
		return;
	if (kind && kind->no_upper)
		judge_no(judging, _(elsewhere), _("%s is on %s, which overlayfs does not write to"), folder->path,
			 kind->name);
	else if (!folder->attributes)
		judge_no(judging, _(elsewhere), _("%s is on %s, which has no extended attributes (user.*)"),
			 folder->path, kind_of(judging, folder));
	else if (folder->noexec)
		judge_partly(judging, _("mount -o remount,exec that file system"),
			     _("%s is on %s with noexec: programs in volumes do not run"), folder->path,
			     kind_of(judging, folder));
	else
		judge_yes(judging, _("%s, on %s"), folder->path, kind_of(judging, folder));
}

static void judge_room(struct judging *judging)
{
	const struct machine_folder *folder = &judging->machine->store;
	unsigned long long free_mib = folder->free / MIB;

	if (!folder->path || folder->free == UINT64_MAX)
		return;
	if (folder->free < 1024 * MIB)
		judge_partly(judging, "taru system prune", _("%llu MiB are free"), free_mib);
	else if (folder->files_free < 50000)
		judge_partly(judging, "taru system prune", _("%llu MiB are free, but only %llu inodes"), free_mib,
			     (unsigned long long)folder->files_free);
	else
		judge_yes(judging, _("%llu MiB are free"), free_mib);
}

static void judge_access_lists(struct judging *judging)
{
	const struct machine_folder *folder = &judging->machine->store;

	if (!folder->path)
		return;
	if (folder->access_lists)
		judge_yes(judging, _("the store's file system has them"));
	else
		judge_partly(judging, _("mount -o remount,acl that file system, or put the store elsewhere"),
			     _("the store's file system has none: those of images are left out"));
}

static void judge_mapped(struct judging *judging)
{
	const struct machine_folder *folder = &judging->machine->store;
	const struct filesystem *kind = filesystem_find(folder->type);

	if (!folder->path)
		return;
	if (!kind)
		judge_partly(judging, NULL, _("not known of %s"), kind_of(judging, folder));
	else if (!kind->mapped_major)
		judge_no(judging, _(elsewhere), _("%s has none"), kind->name);
	else if (!host_kernel_at_least(&judging->machine->host, kind->mapped_major, kind->mapped_minor))
		judge_no(judging, _(elsewhere), _("%s has them since Linux %u.%u"), kind->name, kind->mapped_major,
			 kind->mapped_minor);
	else
		judge_yes(judging, _("%s has them"), kind->name);
}

static void judge_run(struct judging *judging)
{
	const char *mend = judge_is_root(judging) ? _("--run-root DIR or TARU_RUN_ROOT with a folder on tmpfs") :
			   _("log in by a session, which has XDG_RUNTIME_DIR (loginctl enable-linger), or --run-root "
			     "DIR");
	const struct machine_folder *folder = &judging->machine->run;

	if (!is_usable(judging, folder, &least_run, mend))
		return;
	if (folder->free < 4 * MIB || folder->files_free < 100)
		judge_partly(judging, _(least_run.room), _("%s is nearly full: %s"), folder->path,
			     room_words(judging, folder, folder->free >= 4 * MIB));
	else if (folder->type != TMPFS)
		judge_partly(judging, mend, _("%s is on %s, and outlives a boot, which containers do "
					      "not"), folder->path,
			     kind_of(judging, folder));
	else
		judge_yes(judging, _("%s, on tmpfs"), folder->path);
}

const struct check checks_files[] = {
	{ "store", N_("images, containers and volumes"), FOR_ALL, FOR_ALL, judge_store, 0 },
	{ "store-room", N_("room for them"), FOR_ALL, FOR_NONE, judge_room, 0 },
	{ "store-acls", N_("access lists of images' files"), FOR_ALL, FOR_NONE, judge_access_lists, 0 },
	{ "idmapped-mounts", "--userns", FOR_ROOT, FOR_NONE, judge_mapped, 0 },
	{ "run-root", N_("containers that run"), FOR_ALL, FOR_ALL, judge_run, 0 },
	{ 0 }
};
