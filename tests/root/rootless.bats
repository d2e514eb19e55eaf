#!/usr/bin/env bats
# An ordinary user's containers: nothing setuid but newuidmap, and that only for more than one id.
load lib

prepare()
{
	as_ordinary
	"${AS[@]}" unshare --user true 2>/dev/null || skip "ordinary users may not make user namespaces here"
}

@test "an ordinary user runs a container with one id" {
	run_in "$ROOTLESS | .hostname = \"mine\"" 'id -u; id -g; hostname; cat /proc/self/setgroups; tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map'
	passes $'0\n0\nmine\ndeny\n 0 12345 1\n 0 12345 1'
}

@test "the proposal for an ordinary user works as it is" {
	(cd "$T" && runtime spec --rootless)
	jq --arg root "$ROOTFS" '.process.terminal = false | .root.path = $root | .process.args = ["id", "-u"]' \
		"$T/config.json" >"$T/new"
	mv "$T/new" "$T/config.json"
	start
	passes 0
}

@test "setgroups is denied before the group map of an ordinary user is written (CVE-2014-8989)" {
	# Were it allowed, one could leave a group that a file's mode shuts out (rwx---rwx).
	run_in "$ROOTLESS" "cat /proc/self/setgroups; probe call $(number_of setgroups) 0 0"
	passes $'deny\ncall: EPERM'
}

@test "an ordinary user cannot map ids that are not theirs" {
	PATH=/nowhere:/usr/bin:/bin
	run_in "$ROOTLESS | .linux.uidMappings[0].hostID = 0" id
	refuses 'linux.uidMappings'
}

@test "files of an ordinary user's container belong to that user" {
	cp -a "$ROOTFS" "$T/rootfs"
	chown -hR "$ORDINARY:$ORDINARY" "$T/rootfs"
	run_in "$ROOTLESS | .root = {path: \"rootfs\"}" 'touch /made; stat -c %u /made'
	passes 0
	is "$(stat -c %u:%g "$T/rootfs/made")" "$ORDINARY:$ORDINARY"
}

@test "devices of an ordinary user's container are the host's, bound" {
	run_in "$ROOTLESS" 'for d in null zero full random urandom tty; do stat -c "%t:%T %F" /dev/$d; done; echo x >/dev/null; head -c 4 /dev/zero | wc -c'
	passes $'1:3 character special file\n1:5 character special file\n1:7 character special file\n1:8 character special file\n1:9 character special file\n5:0 character special file\n4'
}

@test "capabilities are full within an ordinary user's namespace and none outside" {
	run_in "$ROOTLESS" 'grep CapEff /proc/self/status; mknod /dev/sda b 8 0 2>/dev/null || echo no device; chown 1 /dev/shm 2>/dev/null || echo no chown'
	has "$output" CapEff
	has "$output" $'no device\nno chown'
}

@test "masked and read-only paths hold for an ordinary user" {
	run_in "$ROOTLESS" 'cat /proc/keys | wc -c; ls -A /proc/acpi 2>/dev/null | wc -l; (echo x >/proc/sys/kernel/core_pattern) 2>&1 | grep -o "Read-only file system"'
	has "$output" $'0\n0'
	has "$output" 'Read-only'
}

@test "an ordinary user gets many ids by newuidmap and newgidmap" {
	needs newuidmap newgidmap
	[ -e /etc/subuid ] && [ -e /etc/subgid ] || skip "there is no /etc/subuid to put a copy over"
	with_ranges
	run_in "$ROOTLESS | $MANY | .process.user = {uid: 1000, gid: 1000, additionalGids: [29]}" \
		'tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map; grep -E "^(Uid|Gid|Groups)" /proc/self/status'
	passes $' 0 12345 1\n 1 500000 65536\n 0 12345 1\n 1 600000 65536\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t29 '
}

@test "ids outside the user's range are refused, naming the tool" {
	needs newuidmap newgidmap
	[ -e /etc/subuid ] || skip "there is no /etc/subuid to put a copy over"
	with_ranges
	run_in "$ROOTLESS | $MANY | .linux.uidMappings[1].hostID = 700000" true
	ends 1
	has "$errors" 'linux.uidMappings'
	has "$errors" 'newuidmap'
	is "$output" ""
}

@test "many ids without newuidmap say which tool is missing" {
	PATH=$T run_in "$ROOTLESS | $MANY" true 2>/dev/null || true
	configure "$ROOTLESS | $MANY" /bin/true
	# The tools are looked for in PATH and where they are kept: hide them everywhere.
	AS=(unshare --mount sh -c 'for tool in newuidmap newgidmap; do at=$(command -v $tool) && mount --bind /etc/hostname "$at"; done; exec "$@"'
		sh setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups)
	start
	refuses 'newuidmap'
	has "$errors" 'linux.uidMappings'
}

@test "where user namespaces are forbidden the message says so" {
	# In a user namespace that allows no further one. (The sysctl is this namespace's own.)
	configure "$ROOTLESS | .linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0" /bin/true
	chmod 777 "$T" "$T/xdg"
	AS=(unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' sh)
	start
	refuses 'namespaces'
	has "$errors" '/proc/sys/user/max_'
}

@test "an ordinary user without a user namespace in the config is told what to do" {
	run_in . true
	refuses 'user'
}

@test "an ordinary user's container in a network namespace of its own" {
	run_in "$ROOTLESS | .linux.namespaces += [{type: \"network\"}]" 'ip -o link | cut -d: -f2'
	passes ' lo'
}

@test "sysfs in an ordinary user's network namespace" {
	run_in "$ROOTLESS | .linux.namespaces += [{type: \"network\"}]
		| .mounts += [{destination: \"/sys\", type: \"sysfs\", source: \"sysfs\", options: [\"ro\", \"nosuid\", \"noexec\", \"nodev\"]}]" \
		'ls /sys/class/net'
	passes lo
}

@test "the host's /sys bound into an ordinary user's container stays read-only" {
	run_in "$ROOTLESS | .mounts += [{destination: \"/sys\", type: \"none\", source: \"/sys\",
		options: [\"rbind\", \"nosuid\", \"noexec\", \"nodev\", \"ro\"]}]" \
		'awk "\$5 == \"/sys\" { print \$6 }" /proc/self/mountinfo | grep -o ^ro'
	passes ro
}

@test "a nested container: root of a user namespace runs another" {
	chmod 755 "$T"
	configure "$ROOTLESS | .linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0" /bin/sh -c 'id -u'
	AS=(setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups
		unshare --user --map-root-user --pid --fork --mount --mount-proc)
	start
	passes 0
}
