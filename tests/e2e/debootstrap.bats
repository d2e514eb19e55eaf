#!/usr/bin/env bats
# A whole Debian. Not among what runs by default, since it needs a mirror and minutes:
#
#	tests/root/run tests/e2e/debootstrap.bats
#	ROOTFS_DEBIAN=FOLDER tests/root/run tests/e2e/debootstrap.bats		one that is there already
load ../root/lib

@test "a root file system by debootstrap" {
	local rootfs=${ROOTFS_DEBIAN:-$T/rootfs}
	if [ -z "${ROOTFS_DEBIAN:-}" ]; then
		needs debootstrap
		debootstrap --variant=minbase stable "$rootfs" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >/dev/null
	fi
	run_args ".root = {path: \"$rootfs\", readonly: true}" /bin/bash -c 'dpkg -l | grep -c "^ii  apt "; perl -e "print qq(perl\n)"'
	passes $'1\nperl'
}
