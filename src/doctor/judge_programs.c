/* judge_programs.c - programs that taru starts, its own and others', and files of others that it reads. */
#include "doctor/judge.h"

static void judge_helper(struct judging *judging)
{
	const char *path = judging->machine->helper[judging->check->subject];

	if (path)
		judge_yes(judging, "%s", path);
	else
		judge_no(judging, _("install taru whole (make install), or set TARU_LIBEXEC to the folder that has it"),
			 _("not there, or not to be run (a mount with noexec)"));
}

static void judge_criu(struct judging *judging)
{
	if (judging->machine->criu)
		judge_yes(judging, "%s", judging->machine->criu);
	else
		judge_no(judging, "apt install criu", _("not installed"));
}

static void judge_emulation(struct judging *judging)
{
	const struct machine *machine = judging->machine;
	struct text names = text_new(judging->arena);

	for (size_t i = 0; i < machine->emulated.count; i++)
		text_printf(&names, "%s%s", i ? " " : "", machine->emulated.at[i]);
	if (names.length)
		judge_yes(judging, "%s", names.at);
	else if (machine->binfmt)
		judge_no(judging, _("apt install qemu-user-static (it registers "
				    "itself)"), _("no emulator is registered"));
	else
		judge_no(judging, _("mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc, and apt install "
				    "qemu-user-static"), _("binfmt_misc is not mounted"));
}

static void judge_cdi(struct judging *judging)
{
	const struct machine *machine = judging->machine;

	if (machine->cdi_files)
		judge_yes(judging, _("%zu files in %s"), machine->cdi_files, machine->cdi_folders);
	else
		judge_no(judging, _("have the vendor's tool write one, as nvidia-ctk cdi generate --format=json "
				    "--output=/etc/cdi/nvidia.json"), _("no file in %s"), machine->cdi_folders);
}

static void judge_systemd(struct judging *judging)
{
	if (judging->machine->systemd)
		judge_yes(judging, _("it runs this machine"));
	else
		judge_no(judging, _("have 'taru system start-restarting' run at boot by what does so here"),
			 _("it does not run this machine"));
}

const struct check checks_programs[] = {
	{ "fetch", "pull, push, search", FOR_ALL, FOR_ALL, judge_helper, HELPER_FETCH },
	{ "unpack", "pull, load, import", FOR_ALL, FOR_ALL, judge_helper, HELPER_UNPACK },
	{ "taru-monitor", "--detach, --restart, logs", FOR_ALL, FOR_NONE, judge_helper, HELPER_MONITOR },
	{ "taru-names", N_("names of containers in networks"), FOR_ROOT, FOR_NONE, judge_helper, HELPER_NAMES },
	{ "taru-outward", N_("the way out"), FOR_USER, FOR_NONE, judge_helper, HELPER_OUTWARD },
	{ "init", "--init", FOR_ALL, FOR_NONE, judge_helper, HELPER_INIT },
	{ "criu", N_("taru-oci checkpoint and restore"), FOR_ROOT, FOR_NONE, judge_criu, 0 },
	{ "qemu-user", N_("images for other processors"), FOR_ALL, FOR_NONE, judge_emulation, 0 },
	{ "cdi", "--device VENDOR/CLASS=NAME, --gpus", FOR_ALL, FOR_NONE, judge_cdi, 0 },
	{ "systemd", N_("containers that start at boot"), FOR_ALL, FOR_NONE, judge_systemd, 0 },
	{ 0 }
};
