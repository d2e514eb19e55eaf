#!/usr/bin/env bats
# Real root file systems, from the tools that people make them with, run as they come.
# Part of the root tests' way to run: tests/root/run tests/e2e/rootfs.bats
load ../root/lib

# An OCI image layout at $T/image, tag `one`, of the small root file system, with a config of its own.
make_image()
{
	umoci init --layout "$T/image"
	umoci new --image "$T/image:one"
	umoci unpack --image "$T/image:one" "$T/work"
	cp -a "$ROOTFS/." "$T/work/rootfs/"
	mkdir "$T/work/rootfs/app"
	echo "from the image" >"$T/work/rootfs/app/file"
	chown 1000:1000 "$T/work/rootfs/app/file"
	umoci repack --image "$T/image:one" "$T/work"
	umoci config --image "$T/image:one" --config.workingdir /app --config.env "GREETING=hello world" \
		--config.user alice --config.entrypoint /bin/sh --config.entrypoint -c \
		--config.cmd 'echo "$GREETING"; pwd; id -u; cat file; hostname' --config.label made=here
	rm -rf "$T/work"
}

# Runs a bundle that a tool has made, with as few changes as a script can do: no terminal.
run_bundle()
{
	jq '.process.terminal = false' "$1/config.json" >"$1/new"
	mv "$1/new" "$1/config.json"
	status=0
	"${AS[@]}" timeout 60 "$TARU_OCI" run -b "$1" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
}

@test "a bundle by umoci unpack" {
	needs umoci
	make_image >/dev/null 2>&1
	umoci unpack --image "$T/image:one" "$T/bundle" >/dev/null
	run_bundle "$T/bundle"
	is "$status" 0
	is "$output" $'hello world\n/app\n1000\nfrom the image\numoci-default'
}

@test "the same under a terminal, with the config.json untouched" {
	needs umoci
	make_image >/dev/null 2>&1
	umoci unpack --image "$T/image:one" "$T/bundle" >/dev/null
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/../root/pty.py" -- "$TARU_OCI" run -b "$T/bundle" "$ID")
	has "$output" "hello world"
	has "$output" "umoci-default"
	has "$output" "status 0"
	has "$output" "mode same"
}

@test "an ordinary user's bundle by umoci unpack --rootless" {
	needs umoci
	make_image >/dev/null 2>&1
	as_ordinary
	mkdir "$T/mine"
	chown -R "$ORDINARY:$ORDINARY" "$T/mine" "$T/image"
	HOME=$T/mine "${AS[@]}" umoci unpack --rootless --image "$T/image:one" "$T/mine/bundle" >/dev/null
	# One id: the image's user is not among them.
	"${AS[@]}" jq '.process.terminal = false | .process.user = {uid: 0, gid: 0}' "$T/mine/bundle/config.json" >"$T/new"
	cp "$T/new" "$T/mine/bundle/config.json"
	status=0
	"${AS[@]}" timeout 60 "$TARU_OCI" run -b "$T/mine/bundle" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
	is "$status" 0
	has "$output" "hello world"
	has "$output" "from the image"
}

@test "an image that skopeo copied" {
	needs umoci skopeo
	make_image >/dev/null 2>&1
	skopeo copy --quiet "oci:$T/image:one" "dir:$T/dir"
	skopeo copy --quiet "dir:$T/dir" "oci:$T/again:two"
	umoci unpack --image "$T/again:two" "$T/bundle" >/dev/null
	run_bundle "$T/bundle"
	is "$status" 0
	has "$output" "hello world"
}

@test "a tar as docker export writes it, under the proposal" {
	own_rootfs
	# What docker export has beside the files: marks and empty files where the engine mounts.
	: >"$T/rootfs/.dockerenv"
	: >"$T/rootfs/etc/hostname"
	: >"$T/rootfs/etc/hosts"
	: >"$T/rootfs/etc/resolv.conf"
	mkdir -p "$T/rootfs/dev/pts" "$T/rootfs/dev/shm"
	: >"$T/rootfs/dev/console"
	ln -s /proc/mounts "$T/rootfs/etc/mtab"
	tar -C "$T/rootfs" -cf "$T/export.tar" .
	rm -rf "$T/rootfs"
	mkdir "$T/rootfs"
	tar -C "$T/rootfs" -xpf "$T/export.tar" --numeric-owner
	run_in '.root = {path: "rootfs", readonly: true}
		| .mounts += (["hostname", "hosts", "resolv.conf"] | map({destination: "/etc/\(.)", type: "bind", source: "/etc/\(.)", options: ["rbind", "rprivate"]}))' \
		'head -c 1 /etc/mtab >/dev/null && cat /etc/hostname && ls /.dockerenv'
	is "$status" 0
	has "$output" "/.dockerenv"
	has "$output" "$(cat /etc/hostname)"
}

# A root file system of this machine's own packages: glibc, bash, coreutils and what they need.
from_packages()
{
	local package
	mkdir -p "$1"/{dev,proc,sys,tmp,run,root}
	for package in "${@:2}"; do
		dpkg -L "$package"
	done | sort -u | while read -r path; do
		if [ ! -d "$path" ] || [ -L "$path" ]; then
			[ ! -e "$path" ] || echo "${path#/}"
		fi
	done >"$T/list"
	# Merged /usr: the top links first, then files through them.
	local link
	for link in bin sbin lib lib64; do
		[ ! -L "/$link" ] || { mkdir -p "$1/usr/$link" && ln -s "usr/$link" "$1/$link"; }
	done
	tar -C / -T "$T/list" -cf - 2>/dev/null | tar -C "$1" --keep-directory-symlink -xpf - 2>/dev/null || true
	cp -a /lib64/ld-linux-* "$1/lib64/" 2>/dev/null || true
	[ -e "$1/bin/sh" ] || ln -s bash "$1/bin/sh"
}

@test "a root file system of Debian's packages: bash, perl and a dynamic loader" {
	needs dpkg tar
	from_packages "$T/rootfs" libc6 libtinfo6 bash coreutils perl-base libacl1 libattr1 libgmp10 libselinux1 \
		libpcre2-8-0 libcrypt1 base-files base-passwd grep sed
	chroot "$T/rootfs" /bin/bash -c true || skip "this machine's packages do not make a root file system"
	run_args '.root = {path: "rootfs"}' /bin/bash -c \
		'echo "$BASH_VERSION" | cut -c 1 | tr 0-9 n; perl -e "print qq(perl\n)"; ls -d /proc/self; id -u'
	is "$status" 0
	is "$output" $'n\nperl\n/proc/self\n0'
}

@test "podman's way with a root file system: --rootfs paths, absolute, read-only, with an overlay" {
	mkdir "$T"/{upper,work,merged}
	mount_here -t overlay -o "lowerdir=$ROOTFS,upperdir=$T/upper,workdir=$T/work" overlay "$T/merged"
	run_in ".root = {path: \"$T/merged\"}" 'echo layer >/etc/new; cat /etc/new; rm /etc/passwd; ls /etc/passwd 2>&1 | grep -c "No such"'
	passes $'layer\n1'
	[ -e "$T/upper/etc/new" ]
	[ -c "$T/upper/etc/passwd" ]
}
