#!/usr/bin/env bats
# unpack_hostile.bats - archives that are made to do harm, and machines that have no room: nothing outside of the layer is touched,
# and the error names the entry and the reason. An archive of each kind of attack on unpackers that is known by a number.

load unpack.bash

# What attackers are after: it must stay as it is.
prepare_victim()
{
	mkdir -p outside t
	printf 'secret' >outside/passwd
	chmod 600 outside/passwd
	BEFORE=$(stat -c '%a %u %s %Y %h %i' outside/passwd; ls -A outside)
}

unharmed()
{
	[ "$BEFORE" = "$(stat -c '%a %u %s %Y %h %i' outside/passwd; ls -A outside)" ] && [ "$(cat outside/passwd)" = secret ]
}

# attack STATEMENTS [WORD…]
attack()
{
	prepare_victim
	make_tar a.tar "$1"
	unpack a.tar "${@:2}"
	unharmed
}

@test "a name with .. that climbs is refused, one that does not is resolved" {
	attack 'file("../outside/passwd", b"x", mode=0o4777)'
	refused path 'leads out'
	answers .error.entry ../outside/passwd
	attack 'file("a/../../outside/passwd", b"x")'
	refused path 'leads out'
	attack 'file("/../outside/passwd", b"x")'
	refused path 'leads out'
	attack 'file("a/../b/./c//d", b"x")'
	well
	[ -e t/b/c/d ] && [ ! -e t/a ]
}

@test "an absolute name is one in the layer" {
	attack "file('$PWD/outside/passwd', b'x')"
	well
	[ "$(cat "t$PWD/outside/passwd")" = x ]
}

@test "what is written through a symbolic link stays in the layer (CVE-2025-47290, CVE-2026-17106)" {
	attack "symlink('l', '$PWD/outside'); file('l/passwd', b'x', mode=0o777)"
	well
	[ "$(cat "t$PWD/outside/passwd")" = x ]
	rm -r t
	attack "symlink('l', '../../../../../../../..$PWD/outside'); file('l/passwd', b'x')"
	well
	rm -r t
	attack 'symlink("a", "b"); symlink("b", "a"); file("a/f")'
	refused path 'too many symbolic links'
}

@test "a layer that makes /etc a link and then writes /etc/passwd writes into itself" {
	attack "symlink('etc', '$PWD/outside'); file('/etc/passwd', b'x'); file('etc/new', b'x')"
	well
	[ -L t/etc ] && [ "$(cat "t$PWD/outside/passwd")" = x ]
}

@test "an entry in place of a symbolic link replaces it, and does not follow it (CVE-2021-32760)" {
	attack "symlink('passwd', '$PWD/outside/passwd'); file('passwd', b'x', mode=0o666, uid=5)"
	well
	is t/passwd '%F %a %u' 'regular file 666 5'
	rm -r t
	attack "symlink('d', '$PWD/outside'); directory('d', mode=0o777, uid=5)"
	well
	is t/d '%F %a' 'directory 777'
	rm -r t
	# Modes, owners and times of links are the link's own.
	attack "symlink('l', '$PWD/outside/passwd', mode=0o777, uid=5, mtime=7)"
	well
	is t/l '%u %Y' '5 7'
}

@test "a hard link does not lead out, nor through a symbolic link (CVE-2025-11395)" {
	attack 'link("l", "../outside/passwd")'
	refused path 'leads out'
	attack "symlink('s', '$PWD/outside'); link('l', 's/passwd'); file('l', b'x')" form=plain
	refused link 'not there'
	rm -r t
	attack "symlink('s', '$PWD/outside/passwd'); link('l', 's'); file('l', b'x', mode=0o777)"
	well
	is t/l %F 'regular file'
	rm -r t
	attack 'directory("d"); link("l", "d")'
	refused link 'directory'
	attack "link('l', '$PWD/outside/passwd')" settle=
	refused link 'not there'
}

@test "a chain of links and directories that are replaced leads nowhere" {
	attack "directory('a'); directory('a/b'); symlink('a', '$PWD/outside'); file('a/b/f', b'x'); directory('a'); file('a/passwd', b'x')"
	well
	is t/a %F directory
	rm -r t
	attack "symlink('a', 'b'); symlink('b', '..'); symlink('c', 'a/b/../../$PWD/outside'); file('c/passwd', b'x')"
	well
}

@test "a link in a layer below does not lead out" {
	prepare_victim
	mkdir low && ln -s "$PWD/outside" low/l
	make_tar a.tar 'file("l/passwd", b"x"); link("k", "l/passwd")'
	unpack a.tar lower="$PWD/low"
	well
	unharmed
	[ "$(cat t/k)" = x ]
	make_tar b.tar 'link("k", "l/passwd")'
	into b b.tar lower="$PWD/low"
	refused link 'not there'
	unharmed
}

@test "names with a NUL are refused; newlines and bytes that are no text are names" {
	attack 'pax({"path": b"a\0b"}); file("x")'
	refused path NUL
	attack 'header("l", "L", b"a\0b\0"); file("x")'
	refused path NUL
	attack 'file(b"new\nline", b"1"); file(b"\xff\xfe", b"2"); file(b"\x1b[31m", b"3")'
	well
	[ "$(cat t/$'new\nline' t/$'\xff\xfe')" = 12 ]
	attack 'file(b"../\x1b[31m\xff", b"")'
	refused path 'leads out'
	answers .error.entry $'../?[31m\xef\xbf\xbd'
}

@test "sizes that are negative, too large, or no numbers are refused" {
	attack 'file("f", b"x", size=-1)'
	refused archive 'size in a header'
	attack 'file("f", b"x", size=b"77777777777x")'
	refused archive 'size in a header'
	attack 'file("f", b"x", size=b"\xff" * 12)'
	refused archive 'size in a header'
	attack 'file("f", b"x", size=b"\x80" + b"\xff" * 11)'
	refused archive 'size in a header'
	attack 'pax({"size": "-1"}); file("f")'
	refused archive "size '-1'"
	attack 'pax({"size": "99999999999999999999999"}); file("f")'
	refused archive 'is not a number'
	attack 'file("f", uid=b"9")'
	refused archive 'uid'
	# CVE-2024-40635: an owner beyond 32 bits is not root.
	attack 'file("f", uid=4294967296)'
	refused archive 'uid'
	attack 'pax({"uid": "4294967295"}); file("f")'
	refused archive 'uid'
}

@test "extension headers in a circle end" {
	attack 'for i in range(5000): pax({"path": "x"})'
	refused limit 'extension headers'
	attack 'header("x", "x", size=1 << 40)'
	refused limit 'extension header has'
}

@test "the last of several entries of a name stands" {
	attack 'file("f", b"1", mode=0o600); file("f", b"22", mode=0o640); directory("d"); file("d/e/f"); file("d", b"now a file"); file("g"); directory("g"); file("g/h")'
	well
	is t/f '%s %a' '2 640'
	is t/d %F 'regular file'
	[ -e t/g/h ]
	attack 'directory("x", mode=0o700, mtime=5); directory("x", mode=0o711, uid=4, mtime=6); link("x/l", "f"); link("x/l", "f"); link("f", "f")'
	well
	is t/x '%a %u %Y' '711 4 6'
}

@test "a device of an archive cannot be a whiteout in disguise of another name, and the root stays a directory" {
	attack 'file(".", b"x")'
	refused path 'root directory'
	attack 'file(".wh...", b"")'
	refused path 'whiteout of no file'
	attack 'file("d/.wh..", b"")'
	refused path 'whiteout of no file'
}

@test "an entry below a file is refused" {
	attack 'file("f"); file("f/g")'
	refused path 'is no directory'
}

@test "kinds that have no place in a layer are refused" {
	attack 'header("f", "M")'
	refused type "type 'M'"
}

@test "bombs of gzip and zstd are stopped, and the error says the limits" {
	make_tar head.tar 'file("f", b"", size=1 << 33)' raw_end
	{ cat head.tar; head -c 300000000 /dev/zero; } | zstd -q >bomb.zst
	unpack bomb.zst
	refused limit '1100 times'
	{ cat head.tar; head -c 300000000 /dev/zero; } | gzip -9 >bomb.gz
	unpack bomb.gz max-bytes=100000000
	refused limit 'more than the 100000000 bytes'
	unpack bomb.gz max-ratio=100
	refused limit '100 times'
	rm -rf t
}

@test "a million entries are unpacked, and one more than is allowed is not" {
	make_tar a.tar 'for i in range(1000): link("l%d" % i, "f") if i else file("f")'
	unpack a.tar max-entries=999
	refused limit '999 entries'
	rm -r t
	unpack a.tar max-entries=1000
	well
	is t/f %h 1000
	mkdir s t2 && mount -t tmpfs -o size=1g,nr_inodes=2m none t2 && MOUNTED+=("$PWD/t2")
	"$PYTHON" -c '
import sys, tarfile, io
with tarfile.open("m.tar", "w") as tar:
    for i in range(1000000):
        tar.addfile(tarfile.TarInfo("%d/%d" % (i // 5000, i)))'
	run --separate-stderr "$PYTHON" "$HERE/driver.py" layer m.tar t2
	well
	answers .unpacked.entries 1000000
	answers .unpacked.implied 201
}

@test "directories that come and go by the ten thousand cost no more than their entries" {
	mkdir t && mount -t tmpfs -o size=2g,nr_inodes=2m none t && MOUNTED+=("$PWD/t")
	# Below those that stay; with names below that come again; beside many that are removed from the first on.
	make_tar a.tar '
for i in range(100000): directory("stays/%d" % i)
for i in range(20000): directory("d"); directory("d/a"); file("d")
for i in range(300):
    directory("e")
    for j in range(100): directory("e/%d" % j)
    file("e")
for i in range(20000): directory("g/%d" % i)
for i in range(20000): file("g/%d" % i)
directory("d", mode=0o1777, mtime=7); directory("d/b", mtime=8); directory("g/1", mtime=9)'
	run --separate-stderr timeout 40 "$PYTHON" "$HERE/driver.py" layer a.tar t
	well
	is t/d '%a %Y' '1777 7'
	is t/d/b %Y 8
	is t/g/1 '%F %Y' 'directory 9'
	[ "$(ls -A t/d)" = b ]
	# The root, stays and g.
	answers .unpacked.implied 3
}

@test "a full disk, and one without inodes, are told" {
	mkdir t
	mount -t tmpfs -o size=1m none t && MOUNTED+=("$PWD/t")
	make_tar a.tar 'file("f", bytes(3000000))'
	unpack a.tar
	refused space 'No space left'
	answers .error.entry f
	umount t && MOUNTED=()
	mount -t tmpfs -o nr_inodes=5 none t && MOUNTED+=("$PWD/t")
	make_tar a.tar 'for i in range(100): file("f%d" % i)'
	unpack a.tar
	refused space 'No space left'
}

@test "a target that may not be written to is told" {
	mkdir t
	mount -t tmpfs -o ro none t && MOUNTED+=("$PWD/t")
	make_tar a.tar 'file("f")'
	unpack a.tar
	refused permission 'Read-only'
}

@test "truncated input is told, wherever it is cut" {
	make_tar a.tar 'pax({"mtime": "1.5"}); file("f", b"x" * 2000); file("g", b"y" * 700)'
	gzip -k a.tar && zstd -q a.tar
	local size at
	for size in 1 511 700 1300 1600 3000 4700; do
		head -c $size a.tar >cut.tar
		unpack cut.tar
		refused truncated 'too soon'
		rm -r t
	done
	for at in 1 5 12 40 -1; do
		head -c $at a.tar.gz >cut
		unpack cut
		[ "$status" = 1 ]
		head -c $at a.tar.zst >cut
		unpack cut
		[ "$status" = 1 ]
	done
	head -c -4 a.tar.gz >cut
	unpack cut
	refused truncated 'within what is compressed'
	head -c -2 a.tar.zst >cut
	unpack cut
	refused truncated 'within what is compressed'
}

@test "a stream whose checksum is wrong is refused" {
	make_tar a.tar 'file("f", b"x" * 2000)'
	gzip -k a.tar
	printf '\xff\xff' | dd of=a.tar.gz bs=1 seek=$(($(stat -c %s a.tar.gz) - 8)) conv=notrunc status=none
	unpack a.tar.gz
	refused compression checksum
}

@test "garbage is no archive" {
	head -c 100000 /dev/urandom >noise
	printf 'x' | cat - noise >garbage
	unpack garbage
	refused archive 'no tar archive'
	printf '\x1f\x8b\x08\x00' | cat - noise >garbage
	unpack garbage
	refused compression gzip
	printf 'BZh9' | cat - noise >garbage
	unpack garbage
	refused compression bzip2
	: >empty
	unpack empty
	well
	answers .unpacked.entries 0
}

@test "libarchive sees the same entries in odd archives, or both refuse them" {
	"$PYTHON" -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("archive"))' || skip "no libarchive"
	local statements
	while read -r statements; do
		make_tar a.tar "$statements"
		rm -rf t
		unpack a.tar form=plain
		"$PYTHON" "$HERE/libarchive.py" list a.tar >list
		if [ "$(tail -n 1 list)" = error ]; then
			[ "$status" = 1 ] || { echo "libarchive refuses: $statements"; return 1; }
		else
			well || { echo "libarchive takes: $statements"; return 1; }
			answers .unpacked.entries $(($(wc -l <list) - 1)) || { cat list; return 1; }
		fi
	done <<-'END'
		file("a" * 100, b"1")
		long("b" * 200 + "/" + "b" * 100); file("cut", b"12")
		pax({"path": "c" * 200 + "/" + "d" * 200}); file("cut", b"123")
		pax({"path": "x", "size": "5"}); header("y", "0", b"12345", size=0)
		pax({"comment": "only"}, "g"); file("f"); file("g")
		file("f", sum=b"000000\0 ")
		pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "s", "GNU.sparse.realsize": "3000"}); header("GNUSparseFile.0/s", "0", (b"1\n1000\n5\n".ljust(512, b"\0") + b"abcde"))
		directory("d/"); file("d/f", mtime=-1); symlink("l", "d"); link("h", "d/f")
		file("f", uid=1 << 25, gid=1 << 25)
		file("v7", b"1", mode=b"644 ", uid=b" 0 ", gid=b"0")
		raw(b"\1" * 512)
	END
}
