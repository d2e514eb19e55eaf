#!/usr/bin/env bats
# unpack.bats - layers become directories as umoci and GNU tar make them, and layers speak of those below.

load unpack.bash

tree()
{
	mkdir -p tree/etc tree/usr/lib tree/tmp tree/deep/er tree/sticky
	printf 'x' >tree/etc/passwd
	head -c 300000 /dev/urandom >tree/usr/lib/library
	ln tree/usr/lib/library tree/usr/lib/library.so
	ln -s usr/lib tree/lib
	ln -s /nowhere tree/dangling
	chmod 1777 tree/tmp
	chmod 4755 tree/etc/passwd
	chmod 2775 tree/sticky
	printf 'y' >tree/sticky/f
	chown 1000:1001 tree/usr/lib/library tree/sticky
	chown -h 12:13 tree/lib
	mkfifo tree/fifo
	mknod tree/null c 1 3
	mknod tree/disk b 8 1
	printf 'end' | dd of=tree/sparse bs=1 seek=5000000 status=none
	printf 'name' >"tree/deep/er/$(printf 'n%.0s' {1..200})"
	printf 'odd' >tree/$'new\nline'
	printf 'odd' >tree/$'\xff\xfe'
	touch -d '1969-12-31 23:59:58.5 UTC' tree/etc/passwd
	touch -h -d '2001-02-03 04:05:06.123456789 UTC' tree/lib
	touch -d '2001-02-03 04:05:06.987654321 UTC' tree/usr tree/deep/er tree/sticky tree/tmp
	"$PYTHON" -c 'import os
os.setxattr("tree/etc/passwd", "user.a", b"1\0\n2")
os.setxattr("tree/usr", "user.dir", b"d")
os.setxattr("tree/usr/lib/library", "security.capability", bytes.fromhex("0100000200200000000000000000000000000000"))'
}

same()
{
	diff <(walk "$1") <(walk "$2")
}

@test "a tree of all kinds comes out as it was, from tar in each format and compression" {
	tree
	local format how
	for format in gnu pax; do
		rm -rf t a.tar*
		tar -C tree --format=$format --xattrs --xattrs-include='*' --sparse -cf a.tar .
		gzip -k a.tar
		zstd -q a.tar
		for how in a.tar a.tar.gz a.tar.zst; do
			rm -rf t
			unpack $how
			well
			if [ $format = pax ]; then
				same tree t
			else
				# It has no nanoseconds, and no attributes.
				mkdir -p peer && tar -C peer -xpf a.tar && same peer t && rm -rf peer
			fi
			answers .unpacked.digest "sha256:$(sha256sum <$how | cut -d' ' -f1)"
			answers '.unpacked."diff-id"' "sha256:$(sha256sum <a.tar | cut -d' ' -f1)"
		done
	done
	[ "$(stat -c %b t/sparse)" -lt 100 ]
}

@test "umoci makes the same of the same layer" {
	tree
	umoci init --layout image
	umoci new --image image:a
	tar -C tree --format=pax --xattrs --xattrs-include='*' --exclude=./null --exclude=./disk -cf a.tar .
	umoci raw add-layer --image image:a a.tar
	umoci unpack --image image:a bundle
	unpack a.tar form=plain
	well
	# umoci keeps attributes of users only beside capabilities, as tar has them: all are compared.
	same bundle/rootfs t
}

@test "libarchive reads and writes the same archives" {
	"$PYTHON" -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("archive"))' || skip "no libarchive"
	tree
	# It takes a fraction before 1970 to the other side, which GNU tar and Go don't.
	touch -d '2001-01-01 UTC' tree/etc/passwd
	"$PYTHON" "$HERE/libarchive.py" write tree a.tar
	unpack a.tar
	well
	same tree t
}

@test "an archive that still grows is unpacked while it grows" {
	tree
	tar -C tree -cf a.tar . && gzip a.tar
	unpack a.tar.gz slow=20000 tee=copy
	well
	cmp a.tar.gz copy
	[ -e t/usr/lib/library ]
}

@test "gzip may come in members, with zeros at the end, and nothing else" {
	make_tar a.tar 'file("a", b"1" * 1000)'
	head -c 700 a.tar | gzip >a.gz
	tail -c +701 a.tar | gzip >>a.gz
	head -c 100 /dev/zero >>a.gz
	unpack a.gz
	well
	is t/a %s 1000
	printf 'x' >>a.gz
	rm -r t
	unpack a.gz
	refused compression 'behind the end'
}

@test "zstd may come in frames, some of which are skipped" {
	make_tar a.tar 'file("a", b"1" * 1000)'
	printf '\x50\x2a\x4d\x18\x03\0\0\0abc' >a.zst
	head -c 700 a.tar | zstd -q >>a.zst
	tail -c +701 a.tar | zstd -q >>a.zst
	unpack a.zst
	well
	is t/a %s 1000
}

@test "whiteouts become those of overlayfs, and in a plain form are files" {
	make_tar a.tar 'directory("d"); file("d/.wh.gone"); file("d/.wh..wh..opq"); file(".wh..wh.plnk")'
	unpack a.tar
	well
	is t/d/gone '%F %t:%T' 'character special file 0:0'
	[ "$(getfattr_of t/d user.overlay.opaque)" = y ]
	[ "$(find t | wc -l)" = 3 ]
	rm -r t
	unpack a.tar form=plain
	well
	is t/d/.wh.gone %F 'regular empty file'
}

getfattr_of()
{
	"$PYTHON" -c 'import os, sys; print(os.getxattr(sys.argv[1], sys.argv[2]).decode())' "$1" "$2"
}

@test "a directory in place of a whiteout or a file hides what is below" {
	make_tar a.tar 'file(".wh.d"); file("d/f"); file("e"); directory("e"); directory("k"); file(".wh.k")'
	unpack a.tar
	well
	local name
	for name in d e k; do
		[ "$(getfattr_of t/$name user.overlay.opaque)" = y ]
	done
	is t/d/f %F 'regular empty file'
}

@test "attributes of overlayfs in an archive are left out" {
	make_tar a.tar 'pax({"SCHILY.xattr.user.overlay.opaque": "y", "SCHILY.xattr.trusted.overlay.redirect": "/etc", "SCHILY.xattr.user.b": "1"}); directory("d")'
	unpack a.tar
	well
	[ "$(walk t | grep -c overlay)" = 0 ]
	[ "$(getfattr_of t/d user.b)" = 1 ]
}

base()
{
	mkdir -p base/usr/lib base/tmp base/etc
	ln -s usr/lib base/lib
	chmod 1777 base/tmp
	chmod 750 base/etc
	chown 5:6 base/etc
	"$PYTHON" -c 'import os; os.setxattr("base/etc", "user.e", b"1")'
	printf 'old' >base/usr/lib/file
	chown 7:8 base/usr/lib/file
	chmod 4711 base/usr/lib/file
	touch -d '2001-02-03 04:05:06.987654321 UTC' base/usr/lib/file base/etc base/tmp
}

@test "implied directories get what they are from the layers below" {
	base
	make_tar a.tar 'file("tmp/f"); file("etc/g"); file("new/h")'
	unpack a.tar settle="$PWD/base"
	well
	answers .settled true
	is t/tmp %a 1777
	is t/etc '%a %u:%g' '750 5:6'
	is t/new %a 755
	[ "$(stat -c %y t/etc)" = "$(stat -c %y base/etc)" ]
	[ "$(getfattr_of t/etc user.e)" = 1 ]
}

@test "an implied directory that is a link below is told, and with the layers below it is followed" {
	base
	make_tar a.tar 'file("lib/x.so"); file("tmp/f")'
	unpack a.tar settle="$PWD/base"
	well
	answers .settled false
	answers .entry lib
	into again a.tar lower="$PWD/base"
	well
	[ -e again/usr/lib/x.so ]
	[ ! -e again/lib ]
	is again/tmp %a 1777
}

@test "a hard link to a file below is a copy of it, with all that it has" {
	base
	make_tar a.tar 'link("etc/l", "usr/lib/file"); link("again", "usr/lib/file")'
	unpack a.tar settle="$PWD/base"
	well
	answers .settled true
	is t/etc/l '%a %u:%g %s %h' '4711 7:8 3 3'
	[ t/etc/l -ef t/usr/lib/file ]
	[ "$(stat -c %y t/etc/l)" = "$(stat -c %y base/usr/lib/file)" ]
	make_tar b.tar 'link("etc/l", "lib/file")'
	into again b.tar lower="$PWD/base"
	well
	is again/etc/l '%a %u:%g %s' '4711 7:8 3'
	[ again/etc/l -ef again/usr/lib/file ]
}

@test "what a layer between has hidden is not found below" {
	base
	make_tar hide.tar 'file(".wh.tmp"); file("usr/.wh..wh..opq")'
	into hide hide.tar
	make_tar a.tar 'file("tmp/f")'
	unpack a.tar settle="$PWD/hide:$PWD/base"
	well
	is t/tmp %a 755
	make_tar b.tar 'link("l", "usr/lib/file")'
	into b b.tar settle="$PWD/hide:$PWD/base"
	refused link 'not there'
}

@test "copy decompresses and compresses, with the digests of both sides" {
	head -c 3000000 /dev/urandom >plain
	local kind
	for kind in gzip zstd; do
		run "$PYTHON" "$HERE/driver.py" copy plain packed into=$kind compression=none
		well
		answers '.copied."output-digest"' "sha256:$(sha256sum <packed | cut -d' ' -f1)"
		$kind -dc <packed | cmp - plain
		run "$PYTHON" "$HERE/driver.py" copy packed again
		well
		cmp again plain
		answers .copied.compression $kind
	done
}

@test "in a user namespace devices are left out and counted, and owners are those of the namespace" {
	tree
	tar -C tree --format=pax --xattrs --xattrs-include='*' -cf a.tar .
	mkdir t && chown 100000:100000 t
	in_user_namespace
	unpack a.tar
	well
	answers '.unpacked."devices-left-out"' 2
	is t/usr/lib/library '%u:%g' 101000:101001
	is t/etc/passwd '%a %u:%g' '4755 100000:100000'
	# The capability holds in the namespace alone.
	"$PYTHON" -c 'import os; value = os.getxattr("t/usr/lib/library", "security.capability"); assert len(value) == 24, value'
}

@test "a target that was opened in another mount namespace is filled too" {
	make_tar a.tar 'symlink("l", "/"); file("l/f", uid=3)'
	mkdir t && chown 100000:100000 t
	in_user_namespace
	export UNPACK_MOUNTS=1
	unpack a.tar
	well
	is t/f %u 100003
}

@test "an owner without a place is told, or squashed when that is asked" {
	make_tar a.tar 'file("f", uid=70000)'
	mkdir t && chown 100000:100000 t
	in_user_namespace
	unpack a.tar
	refused id 'uid 70000'
	answers .error.entry f
	unpack a.tar squash=true
	well
	is t/f %u 100000
}

@test "an ordinary user without a namespace gets one by itself" {
	make_tar a.tar 'file("f", b"1"); file(".wh.g")'
	mkdir t && chown 12345:12345 t
	export UNPACK_PREFIX="setpriv --reuid 12345 --regid 12345 --clear-groups"
	unpack a.tar
	well
	is t/f '%u:%g' 12345:12345
	is t/g %t:%T 0:0
}

@test "what cannot be confined reads nothing" {
	make_tar a.tar 'file("f")'
	cat >wrap <<-'END'
		#!/bin/sh
		echo 0 >/proc/sys/user/max_mnt_namespaces
		exec "$@"
	END
	chmod +x wrap
	export UNPACK_PREFIX="unshare --user --map-root-user --mount $PWD/wrap"
	unpack a.tar
	refused confine 'cannot make a namespace'
	[ -z "$(ls t)" ]
}

@test "while it unpacks it has no rights to spare" {
	mkfifo pipe
	mkdir t
	"$PYTHON" "$HERE/driver.py" layer pipe t >answer 3>&- &
	local driver=$! pid=
	exec 7>pipe
	for _ in {1..100}; do
		pid=$(pgrep -P $driver -f "$UNPACK") && grep -q 'Seccomp:	2' "/proc/$pid/status" && break
		sleep 0.05
	done
	grep -q '^CapPrm:	000000008800001b$' "/proc/$pid/status"
	grep -q '^CapBnd:	000000008800001b$' "/proc/$pid/status"
	grep -q '^NoNewPrivs:	1$' "/proc/$pid/status"
	[ "$(ls -A "/proc/$pid/root/" | wc -l)" = 0 ]
	[ "$(wc -l <"/proc/$pid/mountinfo")" = 1 ]
	[ "$(readlink "/proc/$pid/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]
	exec 7>&-
	wait $driver
	grep -q unpacked answer
}

@test "holes of a file below stay holes in its copy, and copies count" {
	base
	truncate -s 100M base/usr/lib/hole
	printf 'end' >>base/usr/lib/hole
	make_tar a.tar 'link("l", "usr/lib/hole")'
	unpack a.tar settle="$PWD/base"
	well
	answers .settled true
	cmp t/l base/usr/lib/hole
	[ "$(stat -c %b t/l)" -lt 1000 ]
	into b a.tar settle="$PWD/base" max-bytes=1000000
	refused limit "the files it links to below"
}

@test "what a whiteout of the layer removes cannot be linked to" {
	base
	make_tar a.tar 'file("usr/.wh.lib", b""); link("l", "usr/lib/file")'
	unpack a.tar settle="$PWD/base"
	refused link "which is not there"
	[ ! -e t/usr/lib/file ]
}

@test "a copy of a file below has its own group and rights, also in a directory that would give others" {
	base
	make_tar a.tar 'directory("d", mode=0o2775, gid=50); link("d/l", "usr/lib/file")'
	unpack a.tar settle="$PWD/base"
	well
	is t/d/l '%a %u:%g' '4711 7:8'
	is t/d '%a %u:%g' '2775 0:50'
}
