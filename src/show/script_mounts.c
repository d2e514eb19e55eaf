/* script_mounts.c - the mount tree, in shell.
 *
 * The container's shell still sees the host's tree; the container's is at $rootfs. A path in
 * the container goes through `place`, a function of the script that follows symbolic links as
 * if $rootfs were the root, and sets $at.
 */
#include "show/script.h"
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>

static const char at[] = "\"$at\"";

/* pivot_root(2) and the mounts below want a place that passes nothing to the host. Where not everything
 * was made so, at least what they are mounted on is. */
void script_set_propagation(struct script *script, const struct step *step)
{
	step_command(script_line(script), step);
	if (step->propagation.all)
		return;
	script_command(script, "mount --make-private \"$(findmnt -n -o TARGET -T \"$rootfs\")\"");
	script_command(script, "mount --make-private \"$(findmnt -n -o TARGET -T \"$work\")\"");
}

void script_open_layers(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "the runtime looks up the layers in '%s' while its process in the container's user namespace is "
		    "still the user; a shell there is the container's root, and needs folders that are open to it "
		    "(chmod o+x)",
		    step->open_layers.layers->from);
}

void script_mount_layers(struct script *script, const struct step *step)
{
	struct step plain = *step;

	if (script_is_lent(script, step)) {
		script_borrow(script, step);
		return;
	}
	if (step->mount_layers.slot)
		script_note(script, step->why,
			    "the runtime mounts them from an idmapped mount of '%s', so that files belong to who owns "
			    "them in the image; a shell in the container's user namespace cannot, and mounts them with "
			    "the owners that they have on the host", step->mount_layers.layers->from);
	plain.mount_layers.slot = plain.mount_layers.opened = SLOT_NONE;
	step_command(script_line(script), &plain);
}

void script_open_root(struct script *script, const struct step *step)
{
	script_command(script, "mount --rbind \"$rootfs\" \"$rootfs\"");
}

/* --- attributes --- */

static void remount(struct script *script, const char *options)
{
	struct text *out = script_line(script);

	text_add(out, "mount -o ");
	text_add_word(out, arena_printf(script->arena, "remount,bind,%s", options));
	text_printf(out, " %s", at);
}

/* What is asked for all mounts of the tree holds for its top too, unless something else is for that. */
static struct mount_change for_top(const struct mount_change *change)
{
	return (struct mount_change){
		.set = (change->set_all & ~change->clear) | change->set,
		.clear = (change->clear_all & ~change->set) | change->clear,
		.propagation = change->propagation,
		.propagation_all = change->propagation_all,
	};
}

/* Each mount is changed once: of two changes by mount(2) the second can undo what the first has said about
 * times of access. */
static void change_attributes(struct script *script, const struct mount_change *change)
{
	struct text one = text_new(script->arena), all = text_new(script->arena), top = text_new(script->arena);
	struct mount_change merged = for_top(change);

	words_change(&one, change);
	words_change_all(&all, change);
	words_change(&top, &merged);
	if (all.length) {
		script_command(script, "change_below ");
		text_add_word(script->out, all.at);
		if (one.length)
			words_with(script->out, " ", top.at);
	} else if (one.length) {
		remount(script, one.at);
	}
}

static void change_propagation(struct script *script, const struct mount_change *change)
{
	if (change->propagation)
		script_command(script, "mount --make-%s %s",
			       words_propagation(change->propagation, change->propagation_all), at);
}

static void change_tree(struct script *script, const struct mount_change *change)
{
	change_attributes(script, change);
	change_propagation(script, change);
}

/* --- mounts --- */

bool script_keeps_mode(const struct step *step)
{
	if (step->kind != STEP_MOUNT || strcmp(step->mount.type, "tmpfs") != 0)
		return false;
	for (size_t i = 0; step->mount.data && i < step->mount.data->count; i++)
		if (strcmp(step->mount.data->at[i].key, "mode") == 0)
			return false;
	return true;
}

bool script_is_plain(const struct step *step)
{
	return step->kind == STEP_MOUNT &&
	       (strcmp(step->mount.type, "proc") == 0 || strcmp(step->mount.type, "sysfs") == 0);
}

/* mount(8) makes the file system read-only together with the mount. Where only one of them is to be
 * so, the mount is changed afterwards. */
void script_mount(struct script *script, const struct step *step)
{
	bool fs = words_data_readonly(step->mount.data), mount;
	struct step only = *step;

	only.mount.change = for_top(&step->mount.change);
	mount = only.mount.change.set & MOUNT_ATTR_RDONLY;
	if (mount && !fs)
		only.mount.change.set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	if (script_keeps_mode(step))
		script_place(script, "hidden_mode", step->mount.target);
	script_place(script, script_is_plain(step) ? "place_plain" : "place_dir", step->mount.target);
	words_mount(script_line(script), &only, at, script_keeps_mode(step) ? "\"$mode\"" : "");
	if (mount != fs)
		remount(script, mount ? "ro" : "rw");
	change_propagation(script, &only.mount.change);
}

/* `beneath`: the source is what the function of that name has found. */
static void add_bind(struct text *out, const struct step *step, bool beneath, const char *option)
{
	const char *source = step->bind.source ? step->bind.source : "none";

	text_add(out, step->bind.all ? "mount --rbind" : "mount --bind");
	text_add(out, option);
	text_add(out, !beneath && source[0] == '-' ? " -- " : " ");
	if (beneath)
		text_add(out, "\"$beneath\"");
	else
		text_add_word(out, source);
	text_printf(out, " %s", at);
}

static void add_mapped_bind(struct text *out, const struct step *step, bool beneath, const struct step *mapping)
{
	struct text option = text_new(out->arena);

	words_with(&option, " -o ", script_idmap_option(out->arena, mapping));
	script_add_if_idmap(out);
	text_add(out, "\t");
	add_bind(out, step, beneath, option.at);
	text_add(out, "\nelse\n\t");
	script_add_without_idmap(out, step);
	text_add(out, "\t");
	add_bind(out, step, beneath, "");
	text_add(out, "\nfi");
}

void script_open_source(struct script *script, const struct step *step)
{
	/* The script's root is mounted elsewhere, and hides nothing. */
	if (step->lane == LANE_CONTAINER)
		return;
	if (host_privileged(script->request->host) && script->start.holder) {
		script_note(script, step->why,
			    "'%s' is mounted with the host's rights, when the container is ready for it",
			    step->open_source.path);
		return;
	}
	script_note(script, step->why,
		    "the runtime opens '%s' with the host's rights and hands over the descriptor; a shell "
		    "cannot, and mounts it by its path below, with the container's rights",
		    step->open_source.path);
}

bool script_is_beneath(const struct step *step)
{
	return step->kind == STEP_OPEN_SOURCE && step->open_source.beneath;
}

void script_find_beneath(struct text *out, const struct step *source)
{
	words_with(out, "find_beneath ", source->open_source.path);
	words_with(out, " ", source->open_source.beneath);
}

static void place_bind(struct script *script, const struct step *step, bool beneath)
{
	if (step->bind.make_file) {
		script_place(script, "place_file", step->bind.target);
		return;
	}
	script_command(script, "place_like ");
	if (beneath)
		text_add(script->out, "\"$beneath\"");
	else
		text_add_word(script->out, step->bind.source ? step->bind.source : "none");
	text_add(script->out, " ");
	text_add_word(script->out, step->bind.target);
}

void script_bind(struct script *script, const struct step *step)
{
	const struct step *mapping = script_mapping(script->plan, step->bind.slot);
	const struct step *source = script_source(script->plan, step->bind.slot);
	const struct texts changes = script_filled_changes(script, step->bind.source);
	const bool beneath = source && source->open_source.beneath;

	if (script_is_lent(script, step)) {
		script_borrow(script, step);
		change_tree(script, &step->bind.change);
		return;
	}
	if (beneath)
		script_find_beneath(script_line(script), source);
	place_bind(script, step, beneath);
	if (script_is_filled(script, step->bind.source))
		words_with(script_line(script), "[ ! -d \"$at\" ] || cp -a \"$at/.\" ", step->bind.source);
	for (size_t i = 0; i < changes.count; i++)
		text_add(script_line(script), changes.at[i]);
	if (mapping)
		add_mapped_bind(script_line(script), step, beneath, mapping);
	else
		add_bind(script_line(script), step, beneath, "");
	change_tree(script, &step->bind.change);
}

/* A root that is shared cannot be put in place by pivot_root(2). */
bool script_changes_root(const struct step *step)
{
	return step->kind == STEP_CHANGE_MOUNT && strcmp(step->change_mount.target, "/") == 0 &&
	       step->change_mount.change.propagation;
}

void script_change_mount(struct script *script, const struct step *step)
{
	struct text command = text_new(script->arena);

	if (script_changes_root(step)) {
		script_command(script, ": the runtime does it, when the root has been changed");
		return;
	}
	script_place(script, "place", step->change_mount.target);
	if (step->change_mount.data) {
		struct step remounted = { .kind = STEP_MOUNT,
					  .mount = { .data = step->change_mount.data,
						     .change = for_top(&step->change_mount.change) } };

		if (step->change_mount.change.set_all || step->change_mount.change.clear_all)
			change_attributes(script, &step->change_mount.change);
		words_remount(&command, &remounted, at);
		text_add(script_line(script), command.at);
		change_propagation(script, &step->change_mount.change);
	} else {
		change_tree(script, &step->change_mount.change);
	}
}

/* --- tmpcopyup --- */

void script_hold_directory(struct script *script, const struct step *step)
{
	script_place(script, "place", step->hold.target);
	script_command(script, "mount --bind %s \"$work/held\"", at);
}

void script_copy_up(struct script *script, const struct step *step)
{
	script_place(script, "copy_up", step->copy_up.target);
}

/* --- files --- */

void script_make_device(struct script *script, const struct step *step)
{
	mode_t type = step->make_device.mode & S_IFMT;

	script_place(script, "make_node", step->make_device.target);
	text_printf(script->out, " %04o %u:%u ", step->make_device.mode & 07777, step->make_device.uid,
		    step->make_device.gid);
	if (type == S_IFIFO)
		text_add(script->out, "p");
	else
		text_printf(script->out, "%c %u %u", type == S_IFBLK ? 'b' : 'c', step->make_device.major,
			    step->make_device.minor);
}

void script_make_link(struct script *script, const struct step *step)
{
	script_place(script, "make_link", step->make_link.target);
	words_with(script->out, " ", step->make_link.to);
}

void script_open_empty(struct script *script, const struct step *step)
{
	script_command(script, "mount -t tmpfs -o nosuid,nodev,noexec,mode=555,nr_inodes=1 none \"$work/empty\"");
	script_command(script, "mount -o remount,bind,ro \"$work/empty\"");
}

void script_mask(struct script *script, const struct step *step)
{
	script_place(script, "mask", step->mask.target);
}

void script_make_readonly(struct script *script, const struct step *step)
{
	script_place(script, "make_readonly", step->readonly.target);
}

void script_make_path(struct script *script, const struct step *step)
{
	script_place(script, "place_dir", step->make_path.target);
}
