#!/usr/bin/env bats
# rootless_ids.bats - an ordinary user's containers with ids of their own: --userns keep-id and --uidmap.
# shellcheck disable=SC2154,SC2016
load engine
load ordinary

@test "keep-id: the caller's own id, files of the image as in the image, and new ones that are the caller's on the host" {
	import_box
	mkdir "$T/v"
	chown "$ORDINARY" "$T/v"
	as_user ranges run --rm --userns keep-id -v "$T/v:/v" box sh -c 'id -u; id -g; stat -c %u:%g /bin/sh /etc/hosts; touch /v/mine; stat -c %u /v/mine; touch /etc/x'
	[ "$output" = $'12345\n12345\n0:0\n0:0\n12345' ]
	[[ "$stderr" == *"ermission denied"* ]]
	[ "$(stat -c %u "$T/v/mine")" = 12345 ]
}

@test "keep-id: another id for the caller, and root of the container where --user asks for it" {
	import_box
	as_user ranges run --rm --userns keep-id:uid=1000,gid=1001 box sh -c 'id -u; id -g; tr -s " " </proc/self/uid_map'
	[ "$output" = $'1000\n1001\n 0 500000 1000\n 1000 12345 1\n 1001 501000 64536' ]
	as_user ranges run --rm --userns keep-id -u root box sh -c 'id -u; touch /etc/x; chown alice /etc/x /etc/passwd; stat -c %u /etc/x /etc/passwd; cat /etc/passwd | head -1'
	[ "$output" = $'0\n1000\n1000\nroot:x:0:0:root:/root:/bin/sh' ]
}

@test "keep-id: the caller has a name in it, where the image knows no such id, and a place" {
	import_box
	as_user ranges run --rm --userns keep-id -w /tmp box sh -c 'id -un; id -gn; tail -1 /etc/passwd; tail -1 /etc/group; echo $HOME; stat -c %u /etc/passwd'
	[ "$output" = $'ordinary\nordinary\nordinary:*:12345:12345:ordinary:/tmp:/bin/sh\nordinary:x:12345:ordinary\n/tmp\n0' ]
	as_user ranges run --rm --userns keep-id:uid=1000,gid=1001 box sh -c 'id -un; grep -c . /etc/passwd'
	[ "$output" = $'alice\n3' ]
}

@test "keep-id: content, links, modes, times and attributes are those of the image" {
	local facts='cd /; find bin/busybox etc/passwd bin/sh tmp home set linked fifo -exec stat -c "%n %F %a %u:%g %s %Y" {} + | sort; md5sum bin/busybox; readlink bin/sh'
	mkdir -p "$WORLD/box/set"
	chmod 2775 "$WORLD/box/set"
	cp "$WORLD/box/bin/busybox" "$WORLD/box/set/id"
	chown 1000:1001 "$WORLD/box/set/id"
	chmod 4755 "$WORLD/box/set/id"
	ln "$WORLD/box/etc/passwd" "$WORLD/box/linked"
	mkfifo "$WORLD/box/fifo"
	import_box
	rm -r "$WORLD/box/set" "$WORLD/box/linked" "$WORLD/box/fifo"
	as_user ranges run --rm box sh -c "$facts"
	local before=$output
	as_user ranges run --rm --userns keep-id -u root box sh -c "$facts"
	[ "$output" = "$before" ]
}

@test "keep-id: what it changes is there when it is started again, and all is removed with the image" {
	import_box
	as_user ranges run --name one --userns keep-id -u root box sh -c 'echo more >>/etc/passwd; rm -f /etc/group'
	as_user ranges start -a one
	[ "$status" = 0 ]
	as_user ranges run --rm --userns keep-id -u root box sh -c 'tail -1 /etc/passwd; ls /etc/group'
	[ "$output" = $'7:x:1007:1007::/:/bin/sh\n/etc/group' ]
	as_user ranges rm one
	[ "$status" = 0 ]
	as_user ranges rmi box
	[ "$status" = 0 ]
	[ -z "$(ls -A "$T/home/.local/share/taru/containers" "$T/home/.local/share/taru/layers" | grep -v : | grep .)" ]
}

# An image of two layers: the box, and what is changed of it.
load_layered()
{
	local archive=$T/archive name
	mkdir -p "$archive" "$T/over/hidden" "$T/over/etc"
	tar -C "$WORLD/box" -cf "$archive/one.tar" .
	echo changed >"$T/over/etc/group"
	echo new >"$T/over/hidden/new"
	touch "$T/over/hidden/.wh..wh..opq" "$T/over/etc/.wh.passwd"
	tar -C "$T/over" --owner 1000 --group 1001 -cf "$archive/two.tar" .
	jq -nc --arg one "$(sha256sum <"$archive/one.tar" | cut -d' ' -f1)" --arg two "$(sha256sum <"$archive/two.tar" | cut -d' ' -f1)" \
		'{ os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: ["sha256:" + $one, "sha256:" + $two] } }' \
		>"$archive/config.json"
	echo '[{"Config":"config.json","RepoTags":["layered:latest"],"Layers":["one.tar","two.tar"]}]' >"$archive/manifest.json"
	tar -C "$archive" -cf "$T/layered.tar" manifest.json config.json one.tar two.tar
	as_user ranges load -q -i "$T/layered.tar"
	[ "$status" = 0 ]
}

@test "keep-id: several layers, of which upper ones hide and change what is below" {
	mkdir "$WORLD/box/hidden"
	echo old >"$WORLD/box/hidden/old"
	load_layered
	rm -r "$WORLD/box/hidden"
	as_user ranges run --rm --userns keep-id -u 0:0 layered sh -c 'ls /etc /hidden; cat /etc/group /hidden/new; stat -c %u:%g /etc/group /bin/sh'
	[ "$output" = $'/etc:\ngroup\nhostname\nhosts\nresolv.conf\n\n/hidden:\nnew\nchanged\nnew\n1000:1001\n0:0' ]
}

@test "keep-id: exec is in it too" {
	import_box
	as_user ranges create --name one --userns keep-id box sleep 20
	as_user ranges start -a one 3>&- 4>&- &
	for _ in {1..50}; do
		as_user ranges exec one sh -c 'id -u; stat -c %u /bin/sh'
		[ "$status" != 0 ] || break
		sleep 0.1
	done
	[ "$output" = $'12345\n0' ]
	as_user ranges rm -f one
	[ "$status" = 0 ]
	wait
}

@test "--uidmap of an ordinary user: 0 is itself, the others are its subordinate ids" {
	import_box
	as_user ranges run --rm --uidmap 0:1:100 --uidmap 100:0:1 --gidmap 0:0:1 --gidmap 1:1:100 box sh -c 'tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map; stat -c %u:%g /bin/sh'
	[ "$output" = $' 0 500000 100\n 100 12345 1\n 0 12345 1\n 1 600000 100\n0:0' ]
}

@test "what cannot be is told, and nothing stays" {
	import_box
	as_user ranges run --rm --uidmap 0:1:70000 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"'--uidmap': there is no id 65537 for it"* ]]
	as_user ranges run --rm --uidmap 0:1:100 box true
	[[ "$stderr" == *"must have this user's own, 0, among them"* ]]
	as_user ranges run --rm --uidmap 5:0:100 box true
	[[ "$stderr" == *"the container needs a root"* ]]
	for mode in auto nomap; do
		as_user ranges run --rm --userns "$mode" box true
		[ "$status" = 125 ]
		[[ "$stderr" == *"'--userns $mode': an ordinary user's container has to hold the user's own id"* ]]
	done
	as_user run --rm --userns keep-id box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"needs subordinate ids"* ]]
	as_user ranges run --rm --subuidname root box true
	[[ "$stderr" == *"are for root"* ]]
	[ -z "$(ls -A "$T/home/.local/share/taru/containers")" ]
}

@test "an image with files of an id that the container has not is told by name, and half of it does not stay" {
	mkdir "$WORLD/box/far"
	chown 5000 "$WORLD/box/far"
	import_box
	rmdir "$WORLD/box/far"
	as_user ranges run --rm --uidmap 0:1:1000 --uidmap 1000:0:1 --gidmap 0:0:1 --gidmap 1:1:2000 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"files of ids that the container's user namespace has not"* ]]
	[ -z "$(find "$T/home/.local/share/taru/layers" -maxdepth 2 -name '*mapped-*')" ]
}

@test "unshare: a command as the root of the user's ids, to which the files of its containers belong" {
	import_box
	as_user ranges run --name one -u alice box touch /tmp/file
	as_user ranges unshare sh -c 'id -u; stat -c %u:%g "$HOME"/.local/share/taru/containers/*/upper/tmp/file; rm "$HOME"/.local/share/taru/containers/*/upper/tmp/file; mount -t tmpfs none "$HOME" && ls -A "$HOME"'
	[ "$output" = $'0\n1000:1001' ]
	[ -d "$T/home/.local" ]
	as_user ranges unshare sh -c 'exit 7'
	[ "$status" = 7 ]
	as_user ranges unshare sh -c 'kill -9 $$'
	[ "$status" = 137 ]
	as_user ranges unshare /no/such
	[ "$status" = 127 ]
	as_user ranges unshare /etc/passwd
	[ "$status" = 126 ]
	INPUT=$T/input
	echo 'echo from a shell $(id -u)' >"$T/input"
	SHELL=/bin/sh as_user ranges unshare
	[ "$output" = "from a shell 0" ]
	unset INPUT
	as_user unshare sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 12345 1" ]
	as_user ranges rm one
	fails 1 "for ordinary users" -- unshare true
}
