/* script_text.c - the parts of the script that are the same for every container. */
#include "show/script.h"

const char script_intro[] =
	N_("# Run it as the user that the container is for, root as a rule. It needs util-linux, coreutils\n"
	   "# and, for the network, iproute2.\n"
	   "#\n"
	   "# Two shells work side by side. The RUNTIME is this one: it stays on the host, and does what only\n"
	   "# somebody outside may do. The CONTAINER is started by it in new namespaces; it makes its own world\n"
	   "# and at last turns into the program.\n");

const char script_enter_intro[] =
	N_("# Run it as the user that the container is for, root as a rule. It needs util-linux and coreutils.\n"
	   "#\n"
	   "# Two shells work side by side. The RUNTIME is this one: it stays on the host. The CONTAINER is\n"
	   "# started by it in namespaces of the container, enters the last ones of them when it needs the host's\n"
	   "# tools no more, and turns into the program.\n");

const char script_begin[] =
	N_("# Where one has to wait for the other stands a gate. Above each\n"
	   "# command is the key of config.json that asked for it; «always» is what every container gets.\n")
	"set -eu\n"
	"umask 022\n"
	"PATH=$PATH:/usr/sbin:/sbin\n"
	"export PATH\n"
	"\n"
	N_("# A function, so that the shell has read all of it when it starts: then the container can have\n"
	   "# standard input, also in `… | sh`.\n")
	"main() {\n"
	"\n";

const char script_runtime_head[] =
	N_("# A folder for the pipes, the container's lane and some mount points; it goes away at the end,\n"
	   "# however that comes.\n")
	"work=$(mktemp -d)\n"
	"job='' child='' holder='' made=''\n"
	"# shellcheck disable=SC2317 # called by the trap\n"
	"clean_up() {\n"
	"\tstatus=$?\n"
	"\ttrap - EXIT\n"
	"\tfor process in $holder $child $job; do kill -KILL \"$process\" 2>/dev/null || :; done\n"
	"\t[ -z \"$job\" ] || wait \"$job\" || :\n"
	"\trm -r \"$work\"\n"
	"\tprintf %s \"$made\" | while IFS= read -r path; do rmdir \"$path\"; done\n";

const char script_enter_head[] =
	N_("# A folder for the pipes, the container's lane and the toolbox; it goes away at the end, however that\n"
	   "# comes.\n")
	"work=$(mktemp -d)\n"
	"job='' child=''\n"
	"# shellcheck disable=SC2317 # called by the trap\n"
	"clean_up() {\n"
	"\tstatus=$?\n"
	"\ttrap - EXIT\n"
	"\tif [ -n \"$child\" ]; then\n"
	"\t\tfind_process\n"
	"\t\tkill -KILL \"$process\" \"$child\" 2>/dev/null || :\n"
	"\tfi\n"
	"\t[ -z \"$job\" ] || wait \"$job\" || :\n"
	"\trm -r \"$work\"\n";

const char script_clean_up[] =
	"\texit \"$status\"\n"
	"}\n"
	"trap clean_up EXIT\n"
	"trap 'exit 143' HUP INT TERM\n"
	"chmod 755 \"$work\"\n"
	"mkdir \"$work/tools\" \"$work/empty\" \"$work/held\"\n"
	"mkfifo \"$work/to-container\" \"$work/to-runtime\" \"$work/held-open\"\n"
	"export work\n"
	"\n";

const char script_enter_clean_up[] =
	"\texit \"$status\"\n"
	"}\n"
	"trap clean_up EXIT\n"
	"trap 'exit 143' HUP INT TERM\n"
	"chmod 755 \"$work\"\n"
	"mkdir \"$work/tools\"\n"
	"mkfifo \"$work/to-container\" \"$work/to-runtime\"\n"
	"export work\n"
	"\n";

const char script_plain_mount[] =
	N_("# mount(8) is setuid, and would be the host's root, who is somebody else in the container. A copy of\n"
	   "# it is not.\n")
	"mkdir \"$work/bin\"\n"
	"cp \"$(command -v mount)\" \"$(command -v umount)\" \"$work/bin\"\n"
	"PATH=$work/bin:$PATH\n"
	"\n";

const char script_lend_function[] =
	N_("# A directory of the host that is here for as long as the container.\n")
	"lend_directory() {\n"
	"\t[ -d \"$2\" ] || {\n"
	"\t\tmkdir -m \"$1\" \"$2\"\n"
	"\t\tmade=\"$2\n$made\"\n"
	"\t}\n"
	"}\n"
	"\n";

const char script_among_mounts_function[] =
	N_("# lend COMMAND...: does it as the host's root, among the container's mounts; as_root: as the\n"
	   "# container's.\n")
	"lend() { nsenter --target \"$child\" --mount \"$@\"; }\n";

const char script_lend_mount_function[] =
	N_("# lend_mount SOURCE fill|UID:GID|'' OPTION...: mounts it where the container's shell says, which has not\n"
	   "# the right to the source, and waits. A new volume gets what was there before, and may be given away.\n")
	"lend_mount() {\n"
	"\tsource=$1 fill=$2\n"
	"\tshift 2\n"
	"\tawait_gate mount\n"
	"\tif [ -d \"$source\" ]; then echo dir >&9; else echo file >&9; fi\n"
	"\tread -r at <&8\n"
	"\tif [ -n \"$fill\" ]; then\n"
	"\t\tlend mount --bind \"$at\" \"$work/held\"\n"
	"\t\tlend mount \"$@\" \"$source\" \"$at\"\n"
	"\t\tcase $* in\n"
	"\t\t*idmap*) as_root cp -a \"$work/held/.\" \"$at\" ;;\n"
	"\t\t*) lend cp -a \"$work/held/.\" \"$at\" ;;\n"
	"\t\tesac\n"
	"\t\t[ \"$fill\" = fill ] || lend chown -hR \"$fill\" \"$at\"\n"
	"\t\tlend umount \"$work/held\"\n"
	"\telse\n"
	"\t\tlend mount \"$@\" \"$source\" \"$at\"\n"
	"\tfi\n"
	"\topen_gate mounted\n"
	"}\n"
	"\n";

const char script_owners_function[] =
	N_("# give_owners FOLDER UIDS GIDS: each file goes from its owner in the image to who that is on the host.\n"
	   "# By that it is not setuid any more, which is given back, and has no capabilities, which is not.\n")
	"on_host() {\n"
	"\tid=$1\n"
	"\tfor map in $2; do\n"
	"\t\tfirst=${map%%:*} count=${map##*:} map=${map#*:}\n"
	"\t\t[ \"$1\" -lt \"$first\" ] || [ \"$1\" -ge $((first + count)) ] || id=$((${map%%:*} + $1 - first))\n"
	"\tdone\n"
	"}\n"
	"give_owners() {\n"
	"\tfind \"$1\" -xdev -type f -perm /6000 -printf '%m %p\\n' >\"$work/modes\"\n"
	"\tfind \"$1\" -xdev -printf '%U %G\\n' | sort -u >\"$work/owners\"\n"
	"\twhile read -r uid gid; do\n"
	"\t\ton_host \"$uid\" \"$2\"\n"
	"\t\tnew=$id\n"
	"\t\ton_host \"$gid\" \"$3\"\n"
	"\t\tfind \"$1\" -xdev -uid \"$uid\" -gid \"$gid\" -exec chown -h \"$new:$id\" {} +\n"
	"\tdone <\"$work/owners\"\n"
	"\twhile read -r mode file; do chmod \"$mode\" \"$file\"; done <\"$work/modes\"\n"
	"}\n"
	"\n";

const char script_borrow_function[] =
	N_("# borrow_mount PATH: the runtime's shell mounts there what it has the right to.\n")
	"borrow_mount() {\n"
	"\topen_gate mount\n"
	"\tread -r what <&8\n"
	"\t\"place_$what\" \"$1\"\n"
	"\techo \"$at\" >&9\n"
	"\tawait_gate mounted\n"
	"}\n"
	"\n";

const char script_gates[] =
	N_("# Gates: one lane writes the name of a gate into a pipe, the other waits until it comes. If the\n"
	   "# other lane ends, so does this one.\n")
	"open_gate() { echo \"$1\" >&9; }\n"
	"await_gate() {\n"
	"\tgate=''\n"
	"\tread -r gate <&8 || :\n"
	"\t[ \"$gate\" = \"$1\" ] || exit 1\n"
	"}\n"
	"\n";

const char script_lane_head[] =
	"# shellcheck shell=sh disable=SC2016,SC2154\n"
	N_("# (what is in single quotes is for later; work and rootfs come from the runtime's shell)\n");

const char script_hello[] =
	N_("# Tells the runtime which process this is, in the host's count.\n")
	"read -r pid _ </proc/self/stat\n"
	"echo \"$pid\" >&9\n"
	"\n";

const char script_place_function[] =
	N_("# place PATH: sets $at to where PATH leads within the container's root. A symbolic link in there\n"
	   "# means a place in there, but this shell is still on the host and would follow it on the host.\n")
	"place() {\n"
	"\trest=$1/ at=$rootfs links=0\n"
	"\twhile [ -n \"$rest\" ]; do\n"
	"\t\tname=${rest%%/*} rest=${rest#*/}\n"
	"\t\tcase $name in\n"
	"\t\t'' | .) continue ;;\n"
	"\t\t..)\n"
	"\t\t\t[ \"$at\" = \"$rootfs\" ] || at=${at%/*}\n"
	"\t\t\tcontinue\n"
	"\t\t\t;;\n"
	"\t\tesac\n"
	"\t\tat=$at/$name\n"
	"\t\t[ -L \"$at\" ] || continue\n"
	"\t\tlinks=$((links + 1))\n"
	"\t\tif [ \"$links\" -gt 40 ]; then\n"
	"\t\t\techo \"$1: too many symbolic links\" >&2\n"
	"\t\t\treturn 1\n"
	"\t\tfi\n"
	"\t\tname=$(readlink \"$at\")\n"
	"\t\tcase $name in\n"
	"\t\t/*) at=$rootfs ;;\n"
	"\t\t*) at=${at%/*} ;;\n"
	"\t\tesac\n"
	"\t\trest=$name/$rest\n"
	"\tdone\n"
	"}\n";

const char script_place_functions[] =
	N_("# The same, and makes what is not there yet: a directory, an empty file, what suits a source, or\n"
	   "# only what leads to it.\n")
	"place_dir() { place \"$1\" && mkdir -p \"$at\"; }\n"
	"place_file() { place \"$1\" && mkdir -p \"${at%/*}\" && { [ -e \"$at\" ] || : >\"$at\"; }; }\n"
	"place_like() { if [ -d \"$1\" ]; then place_dir \"$2\"; else place_file \"$2\"; fi; }\n"
	"place_new() { place_dir \"${1%/*}\" && at=$at/${1##*/}; }\n"
	"\n";

const char script_beneath_function[] =
	N_("# find_beneath DIRECTORY PATH: sets $beneath to what PATH is in it, which no link may lead out of. The\n"
	   "# runtime lets the kernel look it up (openat2(2)), and whoever swaps links meanwhile fools only a shell.\n")
	"find_beneath() {\n"
	"\ttop=$(cd -P -- \"$1\" && pwd)\n"
	"\tbeneath=$(realpath -e -- \"$top/$2\")\n"
	"\tcase $beneath in\n"
	"\t\"$top\" | \"$top\"/*) ;;\n"
	"\t*) echo \"'$2' leads out of '$1'\" >&2; exit 1 ;;\n"
	"\tesac\n"
	"}\n"
	"\n";

const char script_names_head[] =
	N_("# A hook is to see another name as its own (argv[0]) than its path. env(1) can do that from coreutils\n"
	   "# 9.5 on; before, bash(1) does it, and the hook then finds variables of bash(1) too (_, PWD, SHLVL).\n")
	"argv0='' bash=''\n"
	"if env --argv0=x --help >/dev/null 2>&1; then argv0=yes; else bash=$(command -v bash || :); fi\n"
	"\n";

const char script_find_function[] =
	N_("# find_program PATH...: whether one of them is a program, as seen from the container's root.\n")
	"find_program() {\n"
	"\tfor path; do\n"
	"\t\tplace \"$path\"\n"
	"\t\tif [ -f \"$at\" ] && [ -x \"$at\" ]; then return 0; fi\n"
	"\tdone\n"
	"\techo \"${1##*/}: there is no such program\" >&2\n"
	"\treturn 1\n"
	"}\n"
	"\n";

const char script_plain_function[] =
	N_("# place_plain PATH: place_dir, but no symbolic link may be on the way. Else proc and sysfs could be\n"
	   "# made to land elsewhere, and what is then written to /proc would go to a file of the image.\n")
	"place_plain() {\n"
	"\tplace \"$1\"\n"
	"\tif [ \"$links\" -ne 0 ]; then\n"
	"\t\techo \"$1: a symbolic link leads there\" >&2\n"
	"\t\treturn 1\n"
	"\tfi\n"
	"\tmkdir -p \"$at\"\n"
	"}\n"
	"\n";

const char script_mode_function[] =
	N_("# hidden_mode PATH: sets $mode to an option for a tmpfs that is to have the mode of the directory that\n"
	   "# it hides, if there is one.\n")
	"hidden_mode() {\n"
	"\tplace \"$1\"\n"
	"\tmode=''\n"
	"\t[ ! -d \"$at\" ] || mode=,mode=$(stat -c %a \"$at\")\n"
	"}\n"
	"\n";

const char script_node_function[] =
	N_("# make_node PATH MODE OWNER TYPE [MAJOR MINOR]: a device, or a pipe. What is there already must be\n"
	   "# that device.\n")
	"make_node() {\n"
	"\tplace_new \"$1\"\n"
	"\tmode=$2 owner=$3\n"
	"\tshift 3\n"
	"\tif [ -e \"$at\" ] || [ -L \"$at\" ]; then\n"
	"\t\t[ ! -L \"$at\" ]\n"
	"\t\ttest \"-$1\" \"$at\"\n"
	"\t\t[ $# -eq 1 ] || [ \"$(stat -c '%t %T' \"$at\")\" = \"$(printf '%x %x' \"$2\" \"$3\")\" ]\n"
	"\telse\n"
	"\t\tmknod \"$at\" \"$@\"\n"
	"\t\tchown \"$owner\" \"$at\"\n"
	"\t\tchmod \"$mode\" \"$at\"\n"
	"\tfi\n"
	"}\n"
	"\n";

const char script_link_function[] =
	N_("# make_link PATH TO: a symbolic link, unless there is something.\n")
	"make_link() {\n"
	"\tplace_new \"$1\"\n"
	"\t[ -e \"$at\" ] || [ -L \"$at\" ] || ln -s \"$2\" \"$at\"\n"
	"}\n"
	"\n";

const char script_copy_function[] =
	N_("# copy_up PATH: copies what was hidden by a mount into it.\n")
	"copy_up() {\n"
	"\tplace \"$1\"\n"
	"\tmountpoint -q \"$work/held\" || return 0\n"
	"\tfor file in \"$work\"/held/* \"$work\"/held/.[!.]* \"$work\"/held/..?*; do\n"
	"\t\tif [ -e \"$file\" ] || [ -L \"$file\" ]; then cp -a \"$file\" \"$at\"; fi\n"
	"\tdone\n"
	"\tumount \"$work/held\"\n"
	"}\n"
	"\n";

const char script_mask_function[] =
	N_("# mask PATH: covers a directory with the empty one, a file with the host's /dev/null.\n")
	"empty=''\n"
	"mask() {\n"
	"\tplace \"$1\"\n"
	"\tif [ ! -d \"$at\" ]; then [ ! -e \"$at\" ] || mount --bind /dev/null \"$at\"\n"
	"\telif [ -n \"$empty\" ]; then mount --bind \"$empty\" \"$at\"\n"
	"\telse\n"
	"\t\tmount -n --move \"$work/empty\" \"$at\"\n"
	"\t\tempty=$at\n"
	"\tfi\n"
	"}\n"
	"\n";

const char script_readonly_function[] =
	N_("# make_readonly PATH: mounts it on itself, so that it has attributes of its own.\n")
	"make_readonly() {\n"
	"\tplace \"$1\"\n"
	"\t[ -e \"$at\" ] || return 0\n"
	"\tmount --rbind \"$at\" \"$at\"\n"
	"\tchange_below ro\n"
	"}\n"
	"\n";

const char script_below_function[] =
	N_("# change_below OPTIONS [TOP]: changes the mount at $at and each one below it; with TOP, other options\n"
	   "# for that at $at.\n")
	"change_below() {\n"
	"\toptions=${2:-$1}\n"
	"\tfindmnt -R -n -r -o TARGET \"$at\" | while IFS= read -r mount; do\n"
	"\t\tmount -o \"remount,bind,$options\" \"$mount\"\n"
	"\t\toptions=$1\n"
	"\tdone\n"
	"}\n"
	"\n";

const char script_toolbox_head[] =
	"\n"
	N_("# What is still to be run there need not be in the container's root. So copies of it, and of the\n"
	   "# libraries that it is linked with, come along, in a small file system where this shell now stands.\n"
	   "# No path will lead to that, and it is gone when env(1), the last one, leaves it.\n")
	"mount -t tmpfs -o nosuid,nodev,mode=755 tools \"$work/tools\"\n"
	"take() {\n"
	"\tfile=$(command -v \"$1\")\n"
	"\tcp -L \"$file\" \"$work/tools/$1\"\n"
	"\tldd \"$file\" | sed -n 's,^[^/]*\\(/[^ ]*\\) (.*,\\1,p' | while IFS= read -r library; do\n"
	"\t\tcp -L \"$library\" \"$work/tools\"\n"
	"\tdone\n"
	"}\n";

const char script_toolbox_tail[] =
	"mount -o remount,bind,ro \"$work/tools\"\n"
	"cd \"$work/tools\" || exit 1\n";

/* Between the two stands the command that passes a signal on. */
const char script_signals[] =
	"for signal in HUP INT QUIT TERM USR1 USR2; do\n"
	"\t# shellcheck disable=SC2064 # the signal is meant to be put in now\n"
	"\ttrap \"";

const char script_signals_end[] =
	" 2>/dev/null || :\" \"$signal\"\n"
	"done\n";

const char script_wait[] =
	N_("# wait(1) also returns when a signal was passed on.\n")
	"while :; do\n"
	"\tstatus=0\n"
	"\twait \"$job\" || status=$?\n"
	"\tkill -0 \"$job\" 2>/dev/null || break\n"
	"done\n"
	"job='' child=''\n"
	"exit \"$status\"\n"
	"}\n"
	"main\n";

const char script_leave[] =
	"trap - EXIT\n"
	"rm -r \"$work\"\n"
	"exit 0\n"
	"}\n"
	"main\n";
