#!/usr/bin/env bats
# The tree of an image as an archive: what GNU tar says of the same tree, entry by entry.
load archive_lib

@test "all kinds of files are exported as GNU tar has them" {
	archive export "$STORE" out.tar one:1
	is_tree out.tar "$MERGED/one"
	list out.tar | grep -q security.capability
	list out.tar | grep -q '"hard link"'
}

@test "what an upper layer removes is not in the merged tree" {
	archive export "$STORE" out.tar two
	is_tree out.tar "$MERGED/two"
	list out.tar >got
	run ! grep -E '"(link|etc/gone.*|opaque/(hidden|sub))"' got
	run ! grep overlay got
}

@test "500 layers, and none, are a tree too" {
	archive export "$STORE" out.tar many
	is_tree out.tar "$MERGED/many"
	[ "$(tar -xOf out.tar last)" = 499 ]
	archive export "$STORE" empty.tar empty
	is_tree empty.tar "$MERGED/empty"
}

@test "with few descriptors allowed at first, 500 layers are mounted" {
	(ulimit -Sn 64; archive export "$STORE" out.tar many)
	[ "$(tar -xOf out.tar last)" = 499 ]
}

@test "kernels that take layers as one text give the same tree" {
	for image in two many localhost/plain:x; do
		archive merge "$STORE" descriptors $image >new.tar
		archive merge "$STORE" text $image >old.tar
		cmp new.tar old.tar
	done
}

@test "the same tree makes the same bytes" {
	archive export "$STORE" a.tar two
	archive export "$STORE" - two >b.tar
	cmp a.tar b.tar
}

@test "an ordinary user exports an image with the ids of its user namespace" {
	setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups unshare --user true || skip "no user namespaces here"
	cp -a "$STORE" store
	chown -hR "$ORDINARY:$ORDINARY" store .
	chmod 4755 store/layers/*/diff/bin/su
	cp "$ARCHIVE" program
	STORE=$T/store
	setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups ./program export store out.tar two
	gnu_tar "$MERGED/two" expected.tar
	diff <(list expected.tar | sed 's/"ids": \[[0-9]*, [0-9]*\]/"ids": [0, 0]/; s/"SCHILY.xattr.security.capability": "[^"]*", //') \
		<(list out.tar)
}

@test "sockets and what is mounted below are left out, and it is said" {
	mkdir -p tree/mounted tree/after
	"$PYTHON" -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/socket")'
	mount -t tmpfs tmpfs tree/mounted
	MOUNTED=$T/tree/mounted
	touch tree/mounted/secret
	run --separate-stderr bash -c "'$ARCHIVE' tree tree >out.tar"
	[ "$status" = 0 ]
	[[ "$stderr" = *"note: socket: is a socket"* ]]
	[[ "$stderr" = *"note: mounted: something is mounted there"* ]]
	[ "$(tar -tf out.tar)" = after/ ]
}

@test "a symbolic link is exported, and what it points to is not" {
	mkdir -p tree/etc
	ln -s /etc tree/absolute
	ln -s ../../../../../../etc/hostname tree/etc/hostname
	archive tree tree >out.tar
	[ "$(tar -tf out.tar | tr '\n' ' ')" = "absolute etc/ etc/hostname " ]
	[ "$(list out.tar | grep -c '"symbolic link"')" = 2 ]
}

@test "a tree that changes while it is read is never left for the host's files" {
	mkdir -p tree/{a..z}/a outside
	echo secret >outside/secret
	ln -s ../outside link
	"$PYTHON" -c 'import os
while True:
    for name in "abcdefghijklmnopqrstuvwxyz":
        os.rename("tree/" + name, "aside"); os.rename("link", "tree/" + name)
        os.rename("tree/" + name, "link"); os.rename("aside", "tree/" + name)' &
	changer=$!
	for _ in {1..40}; do
		archive tree tree 2>/dev/null || true
	done >out
	kill $changer
	wait $changer || true
	grep -q --text outside out
	run ! grep -q --text secret out
}

@test "a file that becomes a link while it is read is itself or a link, never what the link means (CVE-2023-0778)" {
	mkdir -p tree outside
	echo secret >outside/secret
	for name in {a..z}; do echo plain >"tree/$name"; done
	"$PYTHON" -c 'import os
while True:
    for name in "abcdefghijklmnopqrstuvwxyz":
        os.symlink("../outside/secret", "new"); os.rename("new", "tree/" + name)
        open("new", "w").write("plain"); os.rename("new", "tree/" + name)' 3>&- &
	changer=$!
	for _ in {1..30}; do
		archive tree tree 2>/dev/null || true
	done >out
	kill $changer
	wait $changer || true
	grep -q --text outside/secret out
	grep -q --text plain out
	run ! grep -qx --text secret out
}

@test "holes are zeros in the archive, and are not read" {
	mkdir tree
	truncate -s 200M tree/hole
	export ASAN_OPTIONS=detect_leaks=0
	strace -e trace=pread64 -o calls "$ARCHIVE" tree tree >out.tar
	tar -xOf out.tar hole | cmp -n 200M - /dev/zero
	run ! grep -q 'pread64(.*, 262144, ' calls
	head -c 1M /dev/zero >tree/full
	strace -e trace=pread64 -o calls "$ARCHIVE" tree tree >/dev/null
	[ "$(grep -c 'pread64(.*, 262144, ' calls)" = 4 ]
}

@test "names beyond the limits of ustar, deep trees and odd bytes come back whole" {
	mkdir -p tree
	(cd tree; for _ in $(seq 200); do mkdir a-name-of-some-length; cd a-name-of-some-length || exit; done; echo deep >file)
	touch "tree/$(printf 'x%.0s' {1..255})" tree/$'new\nline' tree/$'\xff\xfe'
	archive tree tree >out.tar
	is_tree out.tar tree
}

@test "an image whose layer is not unpacked says what to do" {
	copy_store
	refuses "is not unpacked in the store; pull the image again" archive export "$STORE" out.tar one:1
	[ "$(ls -A)" = store ]
}

@test "a full disk leaves no file" {
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small
	MOUNTED=$T/small
	refuses "no space left" archive export "$STORE" small/out.tar one:1
	[ -z "$(ls -A small)" ]
}
