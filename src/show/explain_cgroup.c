/* explain_cgroup.c - as lines of shell: the steps about cgroups. */
#include "show/explain.h"

void tell_make_cgroup(struct text *out, const struct step *step)
{
	words_with(out, "mkdir -p ", step->make_cgroup.path);
}

void tell_enable_controllers(struct text *out, const struct step *step)
{
	words_with(out, "echo ", step->enable.controllers);
	words_with(out, " >", arena_printf(out->arena, "%s/cgroup.subtree_control", step->enable.path));
}

void tell_start_scope(struct text *out, const struct step *step)
{
	words_with(out, "systemd-run --scope --unit ", step->scope.scope->unit);
	words_with(out, " --slice ", step->scope.scope->slice);
}

void tell_open_cgroup(struct text *out, const struct step *step)
{
	words_with(out, _("open the cgroup "), step->open_cgroup.path);
}

void tell_set_devices(struct text *out, const struct step *step)
{
	words_with(out, _("allow devices by an eBPF program in "), step->set_devices.path);
}

void tell_own_cgroup(struct text *out, const struct step *step)
{
	const char *path = step->own_cgroup.path;

	text_printf(out, "chown %u:%u ", step->own_cgroup.uid, step->own_cgroup.gid);
	text_add_word(out, path);
	for (size_t i = 0; i < step->own_cgroup.files->count; i++)
		words_with(out, " ", arena_printf(out->arena, "%s/%s", path, step->own_cgroup.files->at[i]));
}

void tell_write_lines(struct text *out, const struct step *step)
{
	const struct texts *lines = step->write_lines.lines;

	if (lines->count == 1) {
		words_with(out, "echo ", lines->at[0]);
		words_with(out, " >", step->write_lines.path);
		return;
	}
	text_add(out, "for line in");
	for (size_t i = 0; i < lines->count; i++)
		words_with(out, " ", lines->at[i]);
	text_add(out, "; do echo \"$line\"");
	words_with(out, " >", step->write_lines.path);
	text_add(out, "; done");
}
