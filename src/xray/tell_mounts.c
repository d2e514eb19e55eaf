/* tell_mounts.c - the mounts of a process, for people: one line each, and what it means. */
#include "base/translate.h"
#include "xray/shown.h"
#include "xray/tell.h"
#include <string.h>

static void add_word(struct text *out, bool is, const char *word)
{
	if (is)
		text_printf(out, ", %s", _(word));
}

static void tell_mount(const struct xray_mount *mount, struct text *out)
{
	text_printf(out, "  %s  ", shown(out->arena, mount->target));
	shown_add(out, mount->type);
	add_word(out, mount->covered, N_("covered"));
	add_word(out, mount->masks, N_("masked"));
	add_word(out, mount->readonly && !mount->masks, N_("read-only"));
	add_word(out, mount->super_readonly && !mount->readonly, N_("read-only file system"));
	add_word(out, mount->nosuid && !mount->masks, "nosuid");
	add_word(out, mount->nodev && !mount->masks, "nodev");
	add_word(out, mount->noexec && !mount->masks, "noexec");
	add_word(out, mount->shared && !mount->escapes, N_("shared"));
	add_word(out, mount->escapes, N_("shared with the host"));
	add_word(out, mount->master, "slave");
	add_word(out, mount->unbindable, "unbindable");
	if (mount->host && !mount->masks && strncmp(mount->type, "cgroup", strlen("cgroup")) != 0)
		text_printf(out, _(", of the host: %s"), shown(out->arena, mount->host));
	text_add(out, "\n");
}

void xray_tell_mounts(const struct xray *xray, struct text *out)
{
	text_add(out, _("mounts\n"));
	if (!xray->mounts_known)
		text_add(out, _("  not told\n"));
	else if (!xray->mounts.count)
		text_add(out, _("  none that it can reach\n"));
	for (size_t i = 0; i < xray->mounts.count; i++)
		tell_mount(&xray->mounts.at[i], out);
}
