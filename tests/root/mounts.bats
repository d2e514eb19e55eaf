#!/usr/bin/env bats
# Mounts: every option of runtime-spec's table, targets and their making, propagation, id maps.
load lib

# A mount for the filter: mount DESTINATION TYPE SOURCE OPTION... (JSON).
mount_json()
{
	local destination=$1 type=$2 source=$3
	shift 3
	jq -nc --arg destination "$destination" --arg type "$type" --arg source "$source" \
		'{destination: $destination, type: $type, source: $source, options: $ARGS.positional}
		| if .type == "" then del(.type) else . end' --args -- "$@"
}

# The container's mountinfo for one mount point: options of the mount, then of the file system.
MOUNT_OF='mount_of() { awk -v at="$1" "\$5 == at { n = split(\$0, part, \" - \"); split(part[2], fs, \" \"); line = \$6 \" \" fs[1] \" \" fs[3] } END { print line }" /proc/self/mountinfo; }'

# A tmpfs with the options: prints «mount options, type, fs options» of it.
tmpfs_with()
{
	run_in ".mounts += [$(mount_json /opt tmpfs tmpfs "$@")]" "$MOUNT_OF; mount_of /opt"
	is "$status$errors" 0
}

# A bind of a folder of the host with the options.
bind_with()
{
	mkdir -p "$T/source"
	run_in ".mounts += [$(mount_json /opt '' "$T/source" "$@")]" "$MOUNT_OF; mount_of /opt"
	is "$status$errors" 0
}

# words TEXT WORD...: the first field (mount options) has these; !WORD: it has not.
mount_options_are()
{
	local options=",${output%% *}," word
	shift 0
	for word; do
		case $word in
		!*) lacks "$options" ",${word#!}," ;;
		*) has "$options" ",$word," ;;
		esac
	done
}

@test "options of a mount: ro rw nosuid suid nodev dev noexec exec" {
	tmpfs_with ro nosuid nodev noexec
	mount_options_are ro nosuid nodev noexec
	tmpfs_with ro nosuid nodev noexec rw suid dev exec
	mount_options_are rw !nosuid !nodev !noexec
	tmpfs_with defaults
	mount_options_are rw !nosuid !nodev !noexec
}

@test "options of access times: noatime atime nodiratime diratime relatime norelatime strictatime nostrictatime" {
	tmpfs_with noatime
	mount_options_are noatime
	tmpfs_with noatime atime
	mount_options_are !noatime relatime
	tmpfs_with nodiratime
	mount_options_are nodiratime
	tmpfs_with nodiratime diratime
	mount_options_are !nodiratime
	tmpfs_with relatime
	mount_options_are relatime
	tmpfs_with strictatime
	mount_options_are !relatime !noatime
	tmpfs_with strictatime nostrictatime
	mount_options_are relatime
	tmpfs_with norelatime
	is "$status" 0
}

@test "options of symbolic links: nosymfollow symfollow" {
	run_in ".mounts += [$(mount_json /opt tmpfs tmpfs nosymfollow)]" \
		'ln -s /etc/passwd /opt/link; cat /opt/link 2>&1 | grep -o "Too many.*links"'
	passes "Too many levels of symbolic links"
	run_in ".mounts += [$(mount_json /opt tmpfs tmpfs nosymfollow symfollow)]" \
		'ln -s /etc/passwd /opt/link; head -n 1 /opt/link | cut -c 1-4'
	passes root
}

@test "options of the file system: size mode uid gid, sync dirsync, lazytime, silent, loud" {
	tmpfs_with size=64k mode=750 uid=5 gid=6 nr_inodes=100
	has "$output" "size=64k"
	has "$output" "mode=750,uid=5,gid=6"
	tmpfs_with sync dirsync lazytime
	has "$output" "sync"
	has "$output" "dirsync"
	has "$output" "lazytime"
	tmpfs_with lazytime nolazytime sync async
	lacks "$output" lazytime
	lacks "$output" "sync"
	tmpfs_with silent loud iversion noiversion mand nomand
	is "$status" 0
}

@test "an option that the file system does not know is refused, and named" {
	run_in ".mounts = [$(mount_json /opt tmpfs tmpfs nosuid wonder=9)] + .mounts" true
	refuses 'mounts[0]'
	has "$errors" wonder
}

@test "a read-only file system option and a read-only mount both refuse writing" {
	run_in ".mounts += [$(mount_json /opt tmpfs tmpfs ro)]" '(: >/opt/x) 2>&1 | grep -o "Read-only.*"'
	passes "Read-only file system"
}

@test "a bind takes the options of a mount too: ro nosuid nodev noexec noatime" {
	bind_with bind ro nosuid nodev noexec noatime
	mount_options_are ro nosuid nodev noexec noatime
	bind_with bind
	mount_options_are rw
	# What is not said stays as the source has it.
	mkdir -p "$T/source"
	mount_here -t tmpfs -o nosuid,nodev,noexec tmpfs "$T/source"
	bind_with bind ro
	mount_options_are ro nosuid nodev noexec
}

@test "a bind of a folder shows it, and a bind of a file the file" {
	mkdir "$T/folder"
	echo in-folder >"$T/folder/file"
	echo in-file >"$T/file"
	run_in ".mounts += [$(mount_json /opt bind "$T/folder" bind), $(mount_json /etc/passwd none "$T/file" bind ro)]" \
		'cat /opt/file /etc/passwd; echo new >/opt/new; (echo x >/etc/passwd) 2>&1 | grep -o Read-only'
	passes $'in-folder\nin-file\nRead-only'
	is "$(cat "$T/folder/new")" new
}

@test "a source that is relative is looked for in the bundle" {
	mkdir "$T/data"
	echo relative >"$T/data/file"
	run_in ".mounts += [$(mount_json /opt bind data rbind)]" 'cat /opt/file'
	passes relative
}

# A tree of mounts: $T/tree, and a tmpfs at $T/tree/sub.
with_tree()
{
	mkdir -p "$T/tree/sub"
	mount_here -t tmpfs -o mode=755 below "$T/tree/sub"
	echo below >"$T/tree/sub/file"
	chmod 755 "$T/tree/sub/file"
}

@test "rbind brings the mounts below, bind does not" {
	with_tree
	run_in ".mounts += [$(mount_json /opt bind "$T/tree" rbind), $(mount_json /home bind "$T/tree" bind)]" \
		'cat /opt/sub/file; ls /home/sub'
	passes below
}

@test "rbind of / shows the host's tree, and not the container's own root, which is mounted on top of it" {
	with_tree
	run_in ".mounts += [$(mount_json /opt bind /./ rbind ro), $(mount_json /home bind / rbind rprivate)]" \
		"cat /opt$T/tree/sub/file /home$T/tree/sub/file; [ /home/. -ef / ] || echo another
		touch /opt$T/new 2>&1 | grep -c Read-only"
	passes "below
below
another
1"
	run_in ".mounts += [$(mount_json /opt bind / bind)]" "ls /opt$T/tree/sub"
	passes ""
}

@test "ro of an rbind is the top mount's, rro is the whole tree's" {
	with_tree
	run_in ".mounts += [$(mount_json /opt bind "$T/tree" rbind ro), $(mount_json /home bind "$T/tree" rbind rro)]" \
		"$MOUNT_OF"'; for at in /opt /opt/sub /home /home/sub; do mount_of $at | cut -c 1-2; done'
	passes $'ro\nrw\nro\nro'
}

@test "every recursive option reaches the mounts below" {
	local option expected
	with_tree
	while read -r option expected; do
		run_in ".mounts += [$(mount_json /opt bind "$T/tree" rbind "$option")]" \
			"$MOUNT_OF; mount_of /opt/sub"
		[ "$status$errors" = 0 ] || is "$option: $errors" "$option"
		# shellcheck disable=SC2086
		mount_options_are $expected
	done <<-'END'
		rro ro
		rnosuid nosuid
		rnodev nodev
		rnoexec noexec
		rnoatime noatime
		rnodiratime nodiratime
		rrelatime relatime
		rstrictatime !relatime !noatime
		rnostrictatime relatime
		rnorelatime !noatime
		ratime !noatime
		rnosymfollow nosymfollow
	END
	umount "$T/tree/sub"
	mount_here -t tmpfs -o ro,nosuid,nodev,noexec,noatime,nodiratime below "$T/tree/sub"
	while read -r option expected; do
		run_in ".mounts += [$(mount_json /opt bind "$T/tree" rbind "$option")]" \
			"$MOUNT_OF; mount_of /opt/sub"
		[ "$status$errors" = 0 ] || is "$option: $errors" "$option"
		# shellcheck disable=SC2086
		mount_options_are $expected
	done <<-'END'
		rrw rw nosuid
		rsuid !nosuid ro
		rdev !nodev
		rexec !noexec
		rdiratime !nodiratime
		ratime !noatime
		rsymfollow nosuid
	END
}

@test "propagation of a mount: private slave shared unbindable, and for the tree" {
	local option expected
	with_tree
	while read -r option expected; do
		run_in ".mounts += [$(mount_json /opt bind "$T/tree" rbind "$option")]" \
			'awk "\$5 ~ \"^/opt\" { print \$7 }" /proc/self/mountinfo | sed "s/:.*//" | tr "\n" " " | sed "s/ $//"'
		[ "$status$errors" = 0 ] || is "$option: $errors" "$option"
		is "$output" "$expected" "$option"
	done <<-'END'
		private - master
		rprivate - -
		slave master master
		rslave master master
		shared shared master
		rshared shared shared
		unbindable unbindable master
		runbindable unbindable unbindable
	END
}

@test "with rslave a mount that the host makes later is seen inside, and not the other way round" {
	mkdir -p "$T/source/later" "$T/source/inner"
	# The container needs CAP_SYS_ADMIN to try the other way.
	configure ".mounts += [$(mount_json /opt bind "$T/source" rbind rslave)]
		| .linux.rootfsPropagation = \"rslave\"
		| .process.capabilities |= with_entries(.value += [\"CAP_SYS_ADMIN\"])" \
		/bin/sh -c 'mount -t tmpfs mine /opt/inner; : >/opt/inner/x; echo ready; while [ ! -e /opt/later/file ]; do sleep 0.02; done; echo seen'
	launch
	until_true printed ready
	mount_here -t tmpfs -o mode=755 tmpfs "$T/source/later"
	: >"$T/source/later/file"
	until_true printed seen
	[ ! -e "$T/source/inner/x" ]
	land
	passes $'ready\nseen'
}

@test "with rprivate, the default, later mounts of the host stay outside" {
	mkdir -p "$T/source/later"
	configure ".mounts += [$(mount_json /opt bind "$T/source" rbind rprivate)]" \
		/bin/sh -c 'echo ready; read -r line; ls /opt/later'
	mkfifo "$T/in"
	INPUT=$T/in
	exec 9<>"$T/in"
	launch
	until_true printed ready
	mount_here -t tmpfs -o mode=755 tmpfs "$T/source/later"
	: >"$T/source/later/file"
	echo go >&9
	land
	exec 9>&-
	passes ready
}

@test "the propagation of the root is the config's" {
	local wanted expected
	while read -r wanted expected; do
		run_in ".linux.rootfsPropagation = \"$wanted\"" \
			'awk "\$5 == \"/\" { print \$7 }" /proc/self/mountinfo | sed "s/:.*//"'
		is "$status$errors" 0
		is "$output" "$expected" "$wanted"
	done <<-'END'
		private -
		rprivate -
		slave master
		rslave master
		unbindable unbindable
	END
	run_in '.linux.rootfsPropagation = "shared"' 'awk "\$5 == \"/\" { print \$7 }" /proc/self/mountinfo'
	is "$status$errors" 0
	has "$output" shared:
}

@test "nothing of the container's mounts reaches the caller" {
	# The world's root is shared, as systemd makes it: teardown compares.
	run_in ".mounts += [$(mount_json /opt tmpfs tmpfs)]" 'grep -c . /proc/self/mountinfo'
	is "$status" 0
	run_in '.linux.rootfsPropagation = "shared"' true
	is "$status" 0
}

@test "remount changes a mount that is there" {
	run_in ".mounts += [$(mount_json /opt tmpfs tmpfs size=64k), $(mount_json /opt tmpfs tmpfs remount ro nosuid)]" \
		"$MOUNT_OF; mount_of /opt"
	is "$status$errors" 0
	mount_options_are ro nosuid
	run_in ".mounts += [$(mount_json /opt tmpfs tmpfs size=64k), $(mount_json /opt tmpfs tmpfs remount size=128k)]" \
		"$MOUNT_OF; mount_of /opt"
	has "$output" size=128k
	mkdir "$T/source"
	run_in ".mounts += [$(mount_json /opt bind "$T/source" bind), $(mount_json /opt bind "$T/source" bind remount ro)]" \
		"$MOUNT_OF; mount_of /opt"
	mount_options_are ro
}

@test "mounts are made in order, a later one on top" {
	run_in ".mounts += [$(mount_json /opt tmpfs one), $(mount_json /opt/sub tmpfs two), $(mount_json /opt/sub tmpfs three)]" \
		'grep -c " /opt" /proc/self/mountinfo; awk "\$5 == \"/opt/sub\"" /proc/self/mountinfo | sed "s/.* tmpfs \([a-z]*\) .*/\1/"'
	passes $'3\ntwo\nthree'
}

@test "targets that are missing are made: folders for folders, a file for a file" {
	own_rootfs
	echo file >"$T/file"
	run_in "$OWN | .mounts += [$(mount_json /new/deep/folder tmpfs tmpfs), $(mount_json /other/new/file bind "$T/file" bind)]" \
		'stat -c "%A %u" /new /new/deep /other/new; cat /other/new/file; stat -c %F /other/new/file'
	passes $'drwxr-xr-x 0\ndrwxr-xr-x 0\ndrwxr-xr-x 0\nfile\nregular file'
}

@test "a target may be relative, as old configs have it" {
	run_in ".mounts += [$(mount_json opt tmpfs tmpfs)]" 'grep -c " /opt " /proc/self/mountinfo'
	if [ "$status" != 0 ]; then
		refuses 'mounts['
	else
		passes 1
	fi
}

@test "targets through symbolic links of the image stay inside it" {
	own_rootfs
	mkdir "$T/outside"
	ln -s "$T/outside" "$T/rootfs/absolute"
	ln -s ../../../../../../../../../../"$T/outside" "$T/rootfs/relative"
	ln -s /run "$T/rootfs/var/lock"
	run_in "$OWN | .mounts += [$(mount_json /absolute/a tmpfs a), $(mount_json /relative/b tmpfs b), $(mount_json /var/lock/c tmpfs c)]" \
		'grep -oE " /[^ ]*/[abc] " /proc/self/mountinfo'
	passes " $T/outside/a "$'\n'" $T/outside/b "$'\n'" /run/c "
	is "$(ls -A "$T/outside")" ""
}

@test "a target whose last part is a link is followed inside" {
	own_rootfs
	mkdir "$T/outside"
	ln -s "$T/outside" "$T/rootfs/link"
	mkdir -p "$T/rootfs$T/outside"
	run_in "$OWN | .mounts += [$(mount_json /link tmpfs tmpfs)]" ': >/link/x; ls /link'
	passes x
	is "$(ls -A "$T/outside")" ""
}

@test "tmpcopyup fills a tmpfs with what it hides" {
	own_rootfs
	mkdir -p "$T/rootfs/data/sub"
	echo text >"$T/rootfs/data/sub/file"
	ln -s sub/file "$T/rootfs/data/link"
	chmod 604 "$T/rootfs/data/sub/file"
	chmod 2755 "$T/rootfs/data/sub"
	chown 5:6 "$T/rootfs/data/sub/file"
	touch -d '2001-02-03 04:05:06 UTC' "$T/rootfs/data/sub/file"
	mkfifo "$T/rootfs/data/fifo"
	run_in "$OWN | .mounts += [$(mount_json /data tmpfs tmpfs tmpcopyup)]" \
		'cat /data/link; stat -c "%A %u:%g" /data/sub /data/sub/file; readlink /data/link; stat -c %F /data/fifo; stat -f -c %T /data; rm /data/sub/file'
	passes $'text\ndrwxr-sr-x 0:0\n-rw----r-- 5:6\nsub/file\nfifo\ntmpfs'
	is "$(cat "$T/rootfs/data/sub/file")" text
}

@test "tmpcopyup does not follow the image's links to the host" {
	own_rootfs
	echo secret >"$T/secret"
	mkdir "$T/rootfs/data"
	ln -s "$T/secret" "$T/rootfs/data/link"
	run_in "$OWN | .mounts += [$(mount_json /data tmpfs tmpfs tmpcopyup)]" 'readlink /data/link; cat /data/link 2>/dev/null; echo done'
	passes "$T/secret"$'\ndone'
}

@test "a mount with id maps shows owners through them" {
	mkdir "$T/source"
	: >"$T/source/file"
	chown 1000:1001 "$T/source/file"
	run_in ".mounts += [$(mount_json /opt bind "$T/source" bind idmap) + {
			uidMappings: [{containerID: 1000, hostID: 5000, size: 10}], gidMappings: [{containerID: 1000, hostID: 6000, size: 10}]}]" \
		'stat -c %u:%g /opt/file'
	if [[ $errors = *idmap* ]]; then
		skip "the file system of $T cannot be mounted with id maps"
	fi
	passes 5000:6001
}

@test "a file made through a mount with id maps gets the id outside" {
	mkdir "$T/source"
	chown 1000:1000 "$T/source"
	run_in ".process.user = {uid: 5000, gid: 6000} | .mounts += [$(mount_json /opt bind "$T/source" bind) + {
			uidMappings: [{containerID: 1000, hostID: 5000, size: 10}], gidMappings: [{containerID: 1000, hostID: 6000, size: 10}]}]" \
		': >/opt/made; stat -c %u:%g /opt/made'
	passes 5000:6000
	is "$(stat -c %u:%g "$T/source/made")" 1000:1000
}

@test "ridmap maps the mounts below, idmap only the top" {
	with_tree
	chown 1000:1000 "$T/tree" "$T/tree/sub/file"
	local map=' + {uidMappings: [{containerID: 1000, hostID: 5000, size: 10}], gidMappings: [{containerID: 1000, hostID: 6000, size: 10}]}'
	run_in ".mounts += [$(mount_json /opt bind "$T/tree" rbind ridmap) $map, $(mount_json /home bind "$T/tree" rbind idmap) $map]" \
		'stat -c %u /opt /opt/sub/file /home /home/sub/file'
	if [[ $errors = *"id map"* ]]; then
		skip "tmpfs cannot be mounted with id maps before Linux 6.3"
	fi
	passes $'5000\n5000\n5000\n1000'
}

@test "idmap without maps takes those of the user namespace" {
	mkdir "$T/source"
	: >"$T/source/file"
	chown 7:7 "$T/source/file"
	run_in ".linux.namespaces += [{type: \"user\"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .mounts += [$(mount_json /opt bind "$T/source" bind idmap)]" 'stat -c %u:%g /opt/file'
	passes 7:7
}

@test "maps for a file system that cannot have them are refused" {
	run_in ".mounts += [$(mount_json /opt mqueue mqueue) + {
			uidMappings: [{containerID: 0, hostID: 5000, size: 10}], gidMappings: [{containerID: 0, hostID: 6000, size: 10}]}]" true
	refuses 'mounts['
}

@test "the root is read-only where the config says so, and only then" {
	run_in '.root.readonly = true' '(: >/file) 2>&1 | grep -o "Read-only.*"; (: >/etc/x) 2>&1 | grep -o "Read-only.*"; : >/dev/shm/x && echo shm'
	passes $'Read-only file system\nRead-only file system\nshm'
	own_rootfs
	run_in "$OWN" ': >/file && echo written'
	passes written
	[ -e "$T/rootfs/file" ]
}

@test "a root path that is relative is looked for in the bundle" {
	own_rootfs
	run_in '.root.path = "./rootfs"' 'echo here'
	passes here
	# From another working directory as well.
	(cd / && run_in '.root.path = "rootfs"' 'echo there' && passes there)
}

@test "without pivot_root (a host on a ramdisk) the container is the same" {
	configure '.process.capabilities |= with_entries(.value += ["CAP_SYS_CHROOT"])' /bin/sh -c 'ls -d /bin/busybox; cd /; chroot /dev/shm true 2>/dev/null; ls ../../../..; echo $(grep -c . /proc/self/mountinfo)'
	start
	local by_pivot=$output
	start --no-pivot
	passes "$by_pivot"
}

@test "a config.json may be elsewhere" {
	configure . /bin/echo elsewhere
	mkdir "$T/bundle"
	mv "$T/config.json" "$T/other.json"
	is "$("$TARU_OCI" run -b "$T/bundle" -f "$T/other.json" "$ID")" elsewhere
}

@test "a bundle path may be relative, and absent: the working directory" {
	own_rootfs
	configure '.root.path = "rootfs"' /bin/echo here
	is "$(cd "$T/.." && "$TARU_OCI" run -b "${T##*/}" "$ID")" here
	is "$(cd "$T" && "$TARU_OCI" run "$ID-2")" here
}

@test "the cgroup mount shows the container's own cgroups, in every hierarchy of the host" {
	run_in '.mounts |= map(if .type == "cgroup" then .options -= ["ro"] else . end)' \
		'ls -A /sys/fs/cgroup | sort; grep -o " - cgroup[2]* " /proc/self/mountinfo | sort | uniq -c | tr -s " "'
	is "$status$errors" 0
	[ -n "$output" ]
	if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
		has "$output" cgroup.procs
		return
	fi
	local folder
	for folder in /sys/fs/cgroup/*/; do
		has "$output" "$(basename "$folder")"
	done
}

@test "the cgroup mount is read-only where the config says so" {
	run_in . 'awk "\$5 ~ \"^/sys/fs/cgroup\" { print substr(\$6, 1, 2) }" /proc/self/mountinfo | sort -u; mkdir /sys/fs/cgroup/x 2>&1 | grep -o "Read-only.*"'
	passes $'ro\nRead-only file system'
}

@test "the cgroup mount without a cgroup namespace holds no cgroup of others" {
	run_in '.linux.namespaces |= map(select(.type != "cgroup"))' \
		'awk "\$5 ~ \"^/sys/fs/cgroup\" { print substr(\$6, 1, 2) }" /proc/self/mountinfo | sort -u'
	passes ro
}

@test "usual file systems: proc sysfs devpts mqueue tmpfs overlay" {
	own_rootfs
	mkdir "$T"/{lower,upper,work}
	echo low >"$T/lower/file"
	run_in "$OWN | .mounts += [$(mount_json /overlay overlay overlay "lowerdir=$T/lower" "upperdir=$T/upper" "workdir=$T/work"), $(mount_json /run tmpfs run mode=700)]" \
		'cat /overlay/file; echo up >/overlay/file; for at in /proc /sys /dev /dev/pts /dev/mqueue /run; do awk -v at=$at "\$5 == at" /proc/self/mountinfo | sed "s/.* - \([a-z0-9]*\) .*/\1/"; done'
	passes $'low\nproc\nsysfs\ntmpfs\ndevpts\nmqueue\ntmpfs'
	is "$(cat "$T/upper/file")" up
}

@test "a file system that the kernel lacks is named" {
	run_in ".mounts += [$(mount_json /opt wonderfs none)]" true
	refuses 'mounts['
	has "$errors" wonderfs
}

@test "a bind source that is absent is named, with its key, and not as a missing command" {
	run_in ".mounts = [$(mount_json /opt bind "$T/absent" bind)] + .mounts" true
	refuses 'mounts[0].source'
	has "$errors" "$T/absent"
}

@test "a folder cannot be bound on a file, and the message says which is which" {
	mkdir "$T/folder"
	run_in ".mounts += [$(mount_json /etc/passwd bind "$T/folder" bind)]" true
	fails_in_one_line 'mounts['
	# Engines look for this: "are you trying to mount a directory onto a file".
	has "$errors" "/etc/passwd"
}

@test "a mount with a label says what it cannot do where SELinux is off" {
	[ ! -e /sys/fs/selinux/enforce ] || skip "SELinux is on here"
	run_in '.linux.mountLabel = "system_u:object_r:container_file_t:s0"' true
	[ "$status" = 0 ] || refuses 'linux.mountLabel'
}
