#!/usr/bin/env bats
# rootless_ids.bats - an ordinary user's containers with ids of their own: --userns keep-id, nomap and auto, --uidmap.
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

@test "keep-id: --passwd-entry says what its line is, and --passwd=false that there is none" {
	import_box
	as_user ranges run --rm --userns keep-id --passwd-entry 'me:x:$UID:$GID:$USERNAME:/tmp:/bin/ash' --group-entry 'us:x:$GID:$USERLIST' box \
		sh -c 'id -un; id -gn; tail -1 /etc/passwd; tail -1 /etc/group'
	[ "$output" = $'me\nus\nme:x:12345:12345:ordinary:/tmp:/bin/ash\nus:x:12345:ordinary' ]
	as_user ranges run --rm --userns keep-id --passwd=false box sh -c 'wc -l </etc/passwd; wc -l </etc/group'
	[ "$output" = $'3\n4' ]
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

# What any of these containers has to be able to do: files of the image belong to whom they do there, all that the
# container's root may read can be read and changed, and new files are whose they should be.
readonly FACTS='stat -c %n=%u:%g:%a /bin/sh /etc/passwd /etc/secret /home/alice /home/alice/own /closed /closed/in
	cat /etc/secret /home/alice/own /closed/in; md5sum </bin/busybox
	echo more >>/etc/secret; mv /closed/in /closed/out; chown 1000:1001 /closed/out; rm /etc/group; mkdir /new; touch /new/file
	stat -c %n=%u:%g:%a /etc/secret /closed/out /new /new/file; cat /etc/secret; ls /etc/group /closed'

# The box with files that others may not read, or not reach.
import_closed()
{
	mkdir -p "$WORLD/box/closed" "$WORLD/box/home/alice"
	echo secret >"$WORLD/box/etc/secret"
	echo own >"$WORLD/box/home/alice/own"
	echo in >"$WORLD/box/closed/in"
	chown 0:1001 "$WORLD/box/etc/secret"
	chmod 640 "$WORLD/box/etc/secret"
	chown -R 1000:1001 "$WORLD/box/home/alice"
	chmod 600 "$WORLD/box/home/alice/own"
	chown 1000:1000 "$WORLD/box/closed"
	chmod 700 "$WORLD/box/closed" "$WORLD/box/home/alice"
	import_box
	rm -r "$WORLD/box/closed" "$WORLD/box/home/alice" "$WORLD/box/etc/secret"
}

@test "nomap and auto: files are as in the image, and the container's root may do with them what root may" {
	import_closed
	as_user ranges run --rm box sh -c "$FACTS"
	local before=$output mode
	[[ "$before" == *"/closed/in=0:0:644"*$'\nsecret\nown\nin\n'*"/closed/out=1000:1001:644"* ]]
	for mode in nomap auto auto:size=2000 auto:size=65000; do
		as_user ranges run --rm --userns "$mode" box sh -c "$FACTS"
		[ "$status" = 0 ] || [ "$status" = 1 ]
		[ "$output" = "$before" ]
	done
}

@test "nomap: the subordinate ids without the user's own, to whom the container's processes and files do not belong" {
	import_box
	mkdir "$T/home/private"
	as_user ranges run --rm --userns nomap box sh -c 'id -u; id -g; tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map'
	[ "$output" = $'0\n0\n 0 500000 65536\n 0 600000 65536' ]
	echo mine >"$T/home/mine"
	chmod 600 "$T/home/mine"
	chown "$ORDINARY" "$T/home/mine"
	as_user ranges run --rm --userns nomap -v "$T/home/mine:/mine" -v /etc/hostname:/seen box sh -c 'stat -c %u /mine; cat /seen >/dev/null && echo seen; cat /mine'
	[ "$output" = $'65534\nseen' ]
	[[ "$stderr" == *"ermission denied"* ]]
}

# The first id of users that each container of the user has.
ids_of_all()
{
	jq -c '.linux.uidMappings[] | [.containerID, .hostID, .size]' "$T"/home/.local/share/taru/containers/*/config.json | sort
}

@test "auto: no two containers have an id in common, whose ids are free again when it is removed" {
	import_box
	as_user ranges create --name one --userns auto box true
	as_user ranges create --name two --userns auto:size=2000 box true
	as_user ranges create --name all box true
	[ "$(ids_of_all)" = $'[0,12345,1]\n[0,500000,1024]\n[0,501024,2000]\n[1,500000,65536]' ]
	as_user ranges run --rm --userns auto:size=63000 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"of the ids of the user 'ordinary' in /etc/subuid and /etc/subgid no 63000 in a row are free"* ]]
	as_user ranges rm one
	as_user ranges create --name three --userns auto:size=500 box true
	as_user ranges create --name four --userns auto:size=600 box true
	[ "$(ids_of_all)" = $'[0,12345,1]\n[0,500000,500]\n[0,501024,2000]\n[0,503024,600]\n[1,500000,65536]' ]
	as_user ranges start -a two
	[ "$status" = 0 ]
	as_user ranges rm -a
}

@test "auto: many at once take no id twice, and one that was killed while it was made keeps none" {
	import_box
	local i pids=()
	for i in {1..6}; do
		as_user ranges create --userns auto:size=3000 box true >/dev/null 3>&- 4>&- &
		pids+=("$!")
	done
	wait "${pids[@]}"
	[ "$(ids_of_all | cut -d, -f2 | sort -u | wc -l)" = 6 ]
	# As a process leaves it that was killed before the container was on record.
	rm "$(find "$T/home/.local/share/taru/containers" -name container.json -print -quit)"
	as_user ranges ps -a -q
	[ "$(wc -l <<<"$output")" = 5 ]
	as_user ranges create --userns auto:size=51000 box true
	[[ "$stderr" == *"no 51000 in a row are free"* ]]
	as_user ranges create --userns auto:size=3000 box true
	[ "$status" = 0 ]
	[ "$(ids_of_all | cut -d, -f2 | sort -u | wc -l)" = 6 ]
	as_user ranges rm -a
}

@test "auto: ids that must be among them" {
	import_box
	as_user ranges run --rm --userns auto:size=100,uidmapping=50:0:1,gidmapping=0:200:10 box sh -c 'tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map; stat -c %u:%g /bin/sh'
	[ "$output" = $' 50 12345 1\n 0 500000 50\n 51 500050 49\n 0 600199 10\n 10 600000 90\n0:0' ]
	for word in uidmapping uidmapping=1 gidmapping=0:x:1 size=x nothing; do
		as_user ranges run --rm --userns "auto:$word" box true
		[ "$status" = 125 ]
		[[ "$stderr" == *"'--userns"* ]]
	done
	as_user ranges run --rm --userns auto:uidmapping=0:70000:1 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"there is no id 70000 for it"* ]]
}

@test "volumes of an image are the container's own, and what else is mounted is reached though the way to it is closed" {
	chmod 700 "$T"
	chmod 711 "$T/.." 2>/dev/null || true
	mkdir "$WORLD/box/data"
	echo image >"$WORLD/box/data/file"
	ln "$WORLD/box/data/file" "$WORLD/box/data/other"
	chown -R 1000:1001 "$WORLD/box/data"
	tar -C "$WORLD/box" -c . >"$T/box.tar"
	rm -r "$WORLD/box/data"
	chown "$ORDINARY" "$T"
	as_user ranges import -c 'VOLUME /data' "$T/box.tar" box
	[ "$status" = 0 ]
	echo word >"$T/word"
	as_user ranges secret create word "$T/word"
	for mode in nomap auto; do
		as_user ranges run --rm --userns "$mode" --secret word,uid=1000,mode=400 --tmpfs /memory -v named:/named -v "$T/word:/word:ro" box \
			sh -c 'stat -c %n=%u:%g /data /data/file /data/other /named /run/secrets/word; cat /data/file /word; su alice -c "cat /run/secrets/word; echo more >>/data/file" || setpriv true; touch /named/x /memory/x; cat /data/other; stat -c %u /etc/hosts; grep -c . /etc/resolv.conf >/dev/null'
		[ "$status" = 0 ]
		[ "$output" = $'/data=1000:1001\n/data/file=1000:1001\n/data/other=1000:1001\n/named=0:0\n/run/secrets/word=1000:0\nimage\nword\nword\nimage\nmore\n0' ]
		as_user ranges volume rm named
		[ "$status" = 0 ]
	done
	mkdir "$T/given"
	chown "$ORDINARY:$ORDINARY" "$T/given"
	as_user ranges run --rm --userns auto -u alice -v "$T/given:/given:U" box sh -c 'touch /given/mine; stat -c %u:%g /given /given/mine'
	[ "$output" = $'1000:1001\n1000:1001' ]
	as_user ranges run --rm --userns auto -v "$T/given:/given:O" box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"'O' is not for containers with ids of their own"* ]]
	as_user ranges run --rm --userns nomap host true
	[ "$status" = 125 ]
	[[ "$stderr" == *"take another image"* ]]
	as_user ranges unshare rm -r "$T/given"
}

@test "auto: started again, looked into, copied from, and its log is kept" {
	import_box
	as_user ranges run -d --name one --userns auto --init box sh -c 'echo said; echo new >/tmp/new; chown 1000:1001 /tmp/new; echo again >/dev/stdout; sleep 60'
	[ "$status" = 0 ]
	for _ in {1..50}; do
		as_user ranges logs one
		[ "$output" != $'said\nagain' ] || break
		sleep 0.1
	done
	[ "$output" = $'said\nagain' ]
	as_user ranges exec -u alice one sh -c 'id -u; cat /tmp/new; stat -c %u:%g /tmp/new'
	[ "$output" = $'1000\nnew\n1000:1001' ]
	as_user ranges exec -t one tty
	[ "$status" = 0 ]
	as_user ranges cp one:/tmp/new "$T/run/copied"
	[ "$(cat "$T/run/copied")" = new ]
	as_user ranges commit one made
	as_user ranges run --rm made stat -c %u:%g /tmp/new
	[ "$output" = 1000:1001 ]
	as_user ranges stop -t 0 one
	as_user ranges diff one
	[[ "$output" == *"A /tmp/new"* ]]
	as_user ranges cp one:/tmp/new "$T/run/copied2"
	[ "$(cat "$T/run/copied2")" = new ]
	as_user ranges start one
	[ "$status" = 0 ]
	as_user ranges rm -f one
	[ "$status" = 0 ]
	[ -z "$(ls -A "$T/home/.local/share/taru/containers")" ]
}

@test "nomap: a file of several layers is that of the uppermost, also where a layer has its directory closed" {
	mkdir -p "$WORLD/box/hidden" "$WORLD/box/dir" "$T/over/dir"
	echo old >"$WORLD/box/hidden/old"
	echo lower >"$WORLD/box/dir/file"
	echo upper >"$T/over/dir/file"
	chmod 700 "$T/over/dir"
	load_layered
	rm -r "$WORLD/box/hidden" "$WORLD/box/dir"
	for mode in nomap auto; do
		as_user ranges run --rm --userns "$mode" layered sh -c 'ls /etc /hidden; cat /etc/group /hidden/new /dir/file; stat -c %u:%g /etc/group /bin/sh'
		[ "$output" = $'/etc:\ngroup\nhostname\nhosts\nresolv.conf\n\n/hidden:\nnew\nchanged\nnew\nupper\n1000:1001\n0:0' ]
	done
}

@test "the script of explain removes what the container has made, also what is of other ids" {
	import_box
	as_user ranges explain run --rm --network none -v /lent box \
		sh -c 'for place in /d /lent; do mkdir -p $place; touch $place/f; chown 7:7 $place $place/f; chmod 700 $place; done; echo made'
	[ "$status" = 0 ]
	printf '%s\n' "$output" >"$T/script"
	chmod 644 "$T/script"
	TARU=/bin/sh as_user ranges "$T/script"
	[ "$status" = 0 ]
	[ "$output" = made ]
	[ -z "$stderr" ]
	as_user ranges system check
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "the script of explain gives directories and secrets to users of the container, with ids and without" {
	import_box
	mkdir -p "$T/home/source"
	touch "$T/home/source/file"
	chown -R "$ORDINARY:$ORDINARY" "$T/home/source"
	as_user ranges secret create word /etc/hostname
	set -- --rm --network none -v "$T/home/source:/one:U" box stat -c %u:%g /one /one/file /run/secrets/word
	as_user ranges explain run --user 7:8 --secret word,uid=9,gid=10 -v cellar:/etc:U "$@" /etc /etc/passwd
	[ "$status" = 0 ]
	printf '%s\n' "$output" >"$T/script"
	chmod 644 "$T/script"
	TARU=/bin/sh as_user ranges "$T/script"
	[ "$status" = 0 ]
	[ "$output" = $'7:8\n7:8\n9:10\n7:8\n7:8' ]
	[ -z "$stderr" ]
	[ "$(stat -c %u:%g "$T/home/source/file")" = 500006:600007 ]
	as_user ranges volume rm cellar
	[ "$status" = 0 ]
	chown -R "$ORDINARY:$ORDINARY" "$T/home/source"
	as_user explain run --secret word "$@"
	printf '%s\n' "$output" >"$T/script"
	TARU=/bin/sh as_user "$T/script"
	[ "$output" = $'0:0\n0:0\n0:0' ]
	[ -z "$stderr" ]
}

@test "nomap: --explain says what would be done, in all forms" {
	import_box
	as_user ranges run --rm --userns nomap -v "$T/home:/there" --explain text box true
	[[ "$output" == *"opens the layers of the image"*"lowerdir+=layers/"*"/mapped-"* ]]
	as_user ranges run --rm --userns nomap --explain json box true
	jq -e '[.. | .kind? // empty] | index("open-layers") < index("mount-layers")' <<<"$output"
	as_user ranges run --rm --userns nomap --explain sh box true
	bash -n <<<"$output"
}

@test "nomap and auto: in a network of the user's" {
	import_box
	as_user ranges network create own
	if [ "$status" != 0 ]; then
		skip "$stderr"
	fi
	as_user ranges run --rm --userns auto --network own box sh -c 'cat /proc/net/dev | grep -c eth0; stat -c %u /bin/sh; id -u'
	[ "$output" = $'1\n0\n0' ]
	as_user ranges network rm own
}

@test "nomap: a program that has capabilities as a file has them" {
	mkdir "$WORLD/box/capable"
	cp "$WORLD/box/bin/busybox" "$WORLD/box/capable/chown"
	# CAP_CHOWN, as setcap(8) writes it.
	"$PYTHON" -c 'import os, sys; os.setxattr(sys.argv[1], "security.capability", bytes.fromhex("01000002" + "01000000" + 24 * "0"))' "$WORLD/box/capable/chown"
	tar -C "$WORLD/box" --xattrs --xattrs-include='*' -c . >"$T/box.tar"
	rm -r "$WORLD/box/capable"
	as_user ranges import "$T/box.tar" box
	as_user ranges run --rm --userns nomap -u alice box sh -c 'touch /tmp/x; /capable/chown 5:5 /tmp/x; stat -c %u /tmp/x'
	[ "$output" = 5 ]
}

# owners ARCHIVE: "NAME=UID:GID", of what is below made/.
owners()
{
	tar --numeric-owner -tvf "$1" | awk '$6 ~ /made\/./ { sub(/^.*made\//, "", $6); sub("/", ":", $2); print $6 "=" $2 }' | LC_ALL=C sort
}

readonly MADE=$'alice=1000:1001\narchived=1007:1007\ncopied=0:0\nroot=0:0'

# A container with ids of its own, which has ended, and files that are made in it, copied to it, and copied with owners.
make_files()
{
	as_user ranges run --name one --userns "$1" -u root box sh -c 'mkdir -m 700 /made; touch /made/root /made/alice; chown 1000:1001 /made/alice; chown 1000:1001 /made; echo more >>/etc/passwd; rm /etc/group'
	[ "$status" = 0 ]
	touch "$T/home/copied" "$T/archived"
	as_user ranges cp "$T/home/copied" one:/made/copied
	[ "$status" = 0 ]
	tar -C "$T" --owner 1007 --group 1007 -cf "$T/archived.tar" archived
	INPUT=$T/archived.tar as_user ranges cp -a - one:/made
	[ "$status" = 0 ]
}

@test "keep-id, nomap and auto: files of a container that has ended have its ids, as they are copied and exported" {
	import_box
	for mode in keep-id nomap auto; do
		make_files "$mode"
		as_user ranges export -o "$T/run/one.tar" one
		[ "$status" = 0 ]
		[ "$(owners "$T/run/one.tar")" = "$MADE" ]
		[[ "$(tar --numeric-owner -tvf "$T/run/one.tar" etc/passwd)" == *" 0/0 "* ]]
		as_user ranges cp one:/made -
		[ "$(owners "$printed")" = "$MADE" ]
		as_user ranges start -a one
		[ "$status" = 1 ]
		[[ "$stderr" == *"/made"* ]]
		as_user ranges rm one
	done
}

@test "keep-id, nomap and auto: an image that is made of a container has its ids, and only what it has changed" {
	import_box
	for mode in keep-id nomap auto; do
		make_files "$mode"
		as_user ranges diff one
		[ "$output" = $'C /etc\nD /etc/group\nC /etc/passwd\nA /made\nA /made/alice\nA /made/archived\nA /made/copied\nA /made/root' ]
		as_user ranges commit one made
		[ "$status" = 0 ]
		as_user ranges run --rm made sh -c 'stat -c %n=%u:%g:%a /made /made/* /etc /etc/passwd; tail -1 /etc/passwd; ls /etc/group'
		[ "$output" = $'/made=1000:1001:700\n/made/alice=1000:1001:644\n/made/archived=1007:1007:644\n/made/copied=0:0:644\n/made/root=0:0:644\n/etc=0:0:755\n/etc/passwd=0:0:644\nmore' ]
		as_user ranges rm one
		as_user ranges rmi made
	done
}

@test "keep-id, nomap and auto: a volume's files have the container's ids in what is copied from one that has ended" {
	import_box
	for mode in keep-id nomap auto; do
		as_user ranges run --name one --userns "$mode" -u root -v "own:/made" box sh -c 'touch /made/alice; chown 1000:1001 /made/alice'
		[ "$status" = 0 ]
		as_user ranges cp one:/made -
		[ "$(owners "$printed")" = alice=1000:1001 ]
		as_user ranges rm one
		as_user ranges volume rm own
	done
}

@test "nomap and auto: an image that is made of a container has the user by the name that its own image has" {
	tar -C "$WORLD/box" -c . >"$T/box.tar"
	as_user ranges import --change 'USER alice' "$T/box.tar" box
	for mode in nomap auto; do
		as_user ranges run --name one --userns "$mode" box true
		as_user ranges commit one made
		as_user ranges inspect -f '{{.Config.User}}' made
		[ "$output" = alice ]
		as_user ranges rm one
		as_user ranges rmi made
	done
}

@test "a container whose ids are not the user's any more tells so where it is exported and committed" {
	import_box
	as_user ranges run --name one --userns nomap box true
	for words in "export -o $T/run/one.tar one" "commit one made" "diff one" "cp one:/etc -"; do
		# The words of a command.
		# shellcheck disable=SC2086
		as_user $words
		[ "$status" != 0 ]
		[[ "$stderr" == *"ids that are not this user's any more"* ]]
	done
	[ ! -e "$T/run/one.tar" ]
}

@test "a container with ids of its own tells where newuidmap is not there to read it" {
	local tool
	tool=$(command -v newuidmap)
	import_box
	as_user ranges run --name one --userns nomap box true
	touch "$T/none"
	mount --bind "$T/none" "$tool"
	for words in "export -o $T/run/one.tar one" "commit one made" "diff one" "cp one:/etc -"; do
		# The words of a command.
		# shellcheck disable=SC2086
		as_user ranges $words
		[ "$status" != 0 ] && [[ "$stderr" == *"needs newuidmap and newgidmap"* ]] || break
	done
	umount "$tool"
	[ "$status" != 0 ]
	[[ "$stderr" == *"needs newuidmap and newgidmap"* ]]
	[ ! -e "$T/run/one.tar" ]
}

@test "what cannot be is told, and nothing stays" {
	import_box
	as_user ranges run --rm --uidmap 0:1:70000 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"'--uidmap': there is no id 65537 for it"* ]]
	as_user ranges run --rm --uidmap 5:0:100 box true
	[[ "$stderr" == *"the container needs a root"* ]]
	for mode in keep-id nomap auto; do
		as_user run --rm --userns "$mode" box true
		[ "$status" = 125 ]
		[[ "$stderr" == *"'--userns $mode' needs subordinate ids, which this user has none of: add a line"* ]]
	done
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

@test "--group-add keep-groups: what only the caller's groups may read is read in the container, and else it is not" {
	import_box
	echo shared >"$T/file"
	chown "0:4321" "$T/file"
	chmod 640 "$T/file"
	export GROUPS_OF_ORDINARY=--groups=4321
	as_user ranges run --rm --network none -v "$T/file:/file" box cat /file
	[ "$status" = 1 ]
	as_user ranges run --rm --network none --group-add keep-groups -v "$T/file:/file" box cat /file
	[ "$status" = 0 ]
	[ "$output" = shared ]
	as_user ranges run -d --name one --network none --group-add keep-groups -v "$T/file:/file" box sleep 100
	as_user ranges exec one cat /file
	[ "$output" = shared ]
	as_user ranges rm -f one
	as_user ranges run --rm --network none --group-add keep-groups --group-add 7 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"leave '7' out"* ]]
}
