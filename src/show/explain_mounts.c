/* explain_mounts.c - the steps of the mount tree, one line each. */
#include "show/explain.h"
#include <sys/stat.h>

void tell_set_propagation(struct text *out, const struct step *step)
{
	text_printf(out, "mount --make-%s /",
		    words_propagation(step->propagation.propagation, step->propagation.all));
}

static void add_layers(struct text *options, const struct plan_layers *layers)
{
	text_printf(options, "%s%s", layers->user_xattr ? "userxattr," : "", layers->temporary ? "volatile," : "");
	for (size_t i = 0; i < layers->lower.count; i++)
		text_printf(options, "lowerdir+=%s,", layers->lower.at[i]);
	for (size_t i = 0; i < layers->data.count; i++)
		text_printf(options, "datadir+=%s,", layers->data.at[i]);
	text_printf(options, "upperdir=%s,workdir=%s", layers->upper, layers->work);
}

void tell_open_layers(struct text *out, const struct step *step)
{
	struct text options = text_new(out->arena);

	add_layers(&options, step->open_layers.layers);
	words_with(out, _("look up the layers in "), step->open_layers.layers->from);
	words_with(out, ": ", options.at);
}

void tell_mount_layers(struct text *out, const struct step *step)
{
	struct text options = text_new(out->arena);

	if (step->mount_layers.options)
		text_add(&options, step->mount_layers.options);
	else
		add_layers(&options, step->mount_layers.layers);
	words_with(out, "(cd ", step->mount_layers.layers->from);
	words_with(out, " && mount -t overlay -o ", options.at);
	words_with(out, " overlay ", step->mount_layers.path);
	text_add(out, ")");
	if (step->mount_layers.slot)
		text_add(out, _(" in the idmapped mount"));
	if (step->mount_layers.opened)
		text_add(out, _(" with the layers that were looked up"));
}

void tell_open_root(struct text *out, const struct step *step)
{
	text_add(out, "mount --rbind ");
	text_add_word(out, step->open_root.path);
	words_with(out, " ", step->open_root.path);
}

void tell_new_id_mapping(struct text *out, const struct step *step)
{
	text_add(out, _("a user namespace that holds the maps "));
	words_id_maps(out, step->id_mapping.uid);
	text_add(out, " (uids), ");
	words_id_maps(out, step->id_mapping.gid);
	text_add(out, " (gids)");
}

void tell_open_source(struct text *out, const struct step *step)
{
	words_with(out, _("open the source "), step->open_source.path);
	if (step->open_source.beneath)
		words_with(out, _(", and beneath it "), step->open_source.beneath);
}

void tell_mount(struct text *out, const struct step *step)
{
	struct text target = text_new(out->arena);

	text_add_word(&target, step->mount.target);
	words_mount(out, step, target.at, "");
}

/* One list of options; `first` is what it begins with. */
static void add_change(struct text *out, const char *first, const struct mount_change *change)
{
	struct text words = text_new(out->arena), all = text_new(out->arena);

	text_add(&words, first);
	if (words.length && (change->set || change->clear))
		text_add(&words, ",");
	words_change(&words, change);
	words_change_all(&all, change);
	if (all.length)
		text_printf(&words, _("%s%s (all below too)"), words.length ? "," : "", all.at);
	if (words.length)
		words_with(out, " -o ", words.at);
	if (change->propagation)
		text_printf(out, " --make-%s",
			    words_propagation(change->propagation, change->propagation_all));
}

void tell_bind(struct text *out, const struct step *step)
{
	const char *source = step->bind.source ? step->bind.source : "none";

	text_add(out, step->bind.all ? "mount --rbind" : "mount --bind");
	add_change(out, "", &step->bind.change);
	text_add(out, source[0] == '-' ? " -- " : " ");
	text_add_word(out, source);
	words_with(out, " ", step->bind.target);
}

void tell_change_mount(struct text *out, const struct step *step)
{
	text_add(out, "mount");
	add_change(out, step->change_mount.data ? "remount" : "remount,bind", &step->change_mount.change);
	words_with(out, " ", step->change_mount.target);
}

void tell_hold_directory(struct text *out, const struct step *step)
{
	words_with(out, _("hold what is in "), step->hold.target);
}

void tell_copy_up(struct text *out, const struct step *step)
{
	words_with(out, "cp -a \"$held\"/. ", step->copy_up.target);
}

void tell_make_device(struct text *out, const struct step *step)
{
	mode_t type = step->make_device.mode & S_IFMT;

	text_printf(out, "mknod -m %04o ", step->make_device.mode & 07777);
	text_add_word(out, step->make_device.target);
	if (type == S_IFIFO)
		text_add(out, " p");
	else
		text_printf(out, " %c %u %u", type == S_IFBLK ? 'b' : 'c', step->make_device.major,
			    step->make_device.minor);
}

void tell_make_link(struct text *out, const struct step *step)
{
	words_with(out, "ln -s ", step->make_link.to);
	words_with(out, " ", step->make_link.target);
}

void tell_open_null(struct text *out, const struct step *step)
{
	text_add(out, _("open /dev/null of the host"));
}

void tell_open_empty(struct text *out, const struct step *step)
{
	text_add(out, "mount -t tmpfs -o ro tmpfs \"$empty\"");
}

void tell_mask(struct text *out, const struct step *step)
{
	words_with(out, "mask ", step->mask.target);
}

void tell_make_readonly(struct text *out, const struct step *step)
{
	words_with(out, "make_readonly ", step->readonly.target);
}

void tell_open_proc(struct text *out, const struct step *step)
{
	text_add(out, step->open_proc.process_only ? _("open a procfs of its own (subset=pid)") :
						    _("open a procfs of its own"));
}

void tell_make_path(struct text *out, const struct step *step)
{
	text_printf(out, "mkdir -p -m %04o ", step->make_path.mode);
	text_add_word(out, step->make_path.target);
}

void tell_pivot_root(struct text *out, const struct step *step)
{
	text_add(out, "pivot_root . . && umount -l .");
}

void tell_move_root(struct text *out, const struct step *step)
{
	text_add(out, "mount --move . / && chroot .");
}
