#!/usr/bin/env bats
# rootfs.bats - `run --rootfs DIR`: a directory of this machine in the place of an image.
# shellcheck disable=SC2154,SC2016
load engine

@test "DIR: the container changes the directory; DIR:O: it changes a layer above it" {
	cp -a "$WORLD/box" "$T/root"
	works run --rm --network none --rootfs "$T/root" sh -c 'echo new >/file; cat /etc/passwd'
	[[ "$output" == *alice* ]]
	[ "$(cat "$T/root/file")" = new ]
	works run --name kept --network none --rootfs "$T/root:O" sh -c 'echo over >/other; rm /file; ls /'
	[[ "$output" == *other* ]]
	[ "$(cat "$T/root/file")" = new ]
	[ ! -e "$T/root/other" ]
	works diff kept
	[[ "$output" == *"A /other"* ]]
	[[ "$output" == *"D /file"* ]]
	works start -a kept
	[[ "$output" == *other* ]]
}

@test "users are looked up in the directory, links lead to it, and no image is needed" {
	cp -a "$WORLD/box" "$T/root"
	ln -s root "$T/link"
	cd "$T"
	works run --rm --network none -u alice --rootfs ./link id -un
	[ "$output" = alice ]
	works run -d --name one --network none --rootfs link sleep 100
	works inspect --format '{{.Rootfs}}' one
	[ "$output" = "$T/root" ]
	works ps --format '{{.Image}}'
	[ "$output" = link ]
	works exec one touch /made
	[ -e "$T/root/made" ]
	works stop -t 0 one
	works start one
	works exec one ls /made
}

@test "cp, export, and what makes no sense: diff of what is changed itself, commit" {
	cp -a "$WORLD/box" "$T/root"
	works run --name one --network none --rootfs "$T/root" sh -c 'echo here >/file'
	works cp one:/file "$T/out"
	[ "$(cat "$T/out")" = here ]
	echo put >"$T/in"
	works cp "$T/in" one:/in
	[ "$(cat "$T/root/in")" = put ]
	works export -o "$T/all.tar" one
	[[ "$(tar -tf "$T/all.tar")" == *file* ]]
	fails 1 "nobody knows what was there before" -- diff one
	fails 1 "which is no image" -- commit one image
	works create --name two --network none --rootfs "$T/root" true
	mv "$T/root" "$T/gone"
	taru start two
	[ "$status" != 0 ]
	[[ "$stderr" == *"$T/root"* ]]
}

@test "the script of --explain names the directory; nothing is made" {
	cp -a "$WORLD/box" "$T/root"
	works run --rm --network none --explain sh --rootfs "$T/root" true
	[[ "$output" == *"$T/root"* ]]
	[[ "$output" != *lowerdir* ]]
	works run --rm --network none --explain sh --rootfs "$T/root:O" true
	[[ "$output" == *"lowerdir=$T/root"* ]]
}

@test "--read-only-tmpfs beside --read-only: programs can write where they must, and a volume there stays" {
	works run --rm --network none --read-only --read-only-tmpfs -v "$T:/tmp" box sh -c \
		'touch /run/a /var/tmp/b /tmp/c; touch /d 2>/dev/null || echo read-only'
	[ "$output" = read-only ]
	[ -e "$T/c" ]
	works run --rm --network none --read-only-tmpfs box sh -c 'touch /tmp/a; grep -c " /tmp " /proc/self/mountinfo || true'
	[ "$output" = 0 ]
}

@test "what is no root file system is told: not there, a file, this machine's own" {
	fails 125 "option '--rootfs': $T/none" -- run --rm --rootfs "$T/none" true
	echo x >"$T/file"
	fails 125 "is no directory; 'taru import'" -- run --rm --rootfs "$T/file" true
	fails 125 "the image 'host' shows it" -- run --rm --rootfs / true
	fails 125 "no command is given" -- run --rm --rootfs "$WORLD/box"
	fails 125 "has the ids of this machine" -- run --rm --network none --uidmap 0:100000:1000 --rootfs "$WORLD/box:O" true
}
