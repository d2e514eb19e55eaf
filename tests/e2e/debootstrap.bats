#!/usr/bin/env bats
# A whole Debian. Not among what runs by default, since it needs a mirror, which the tests' world
# does not reach, and a minute:
#
#	debootstrap --variant=minbase stable /tmp/debian
#	ROOTFS_DEBIAN=/tmp/debian tests/root/run tests/e2e/debootstrap.bats
load ../root/lib

@test "a root file system by debootstrap" {
	[ -n "${ROOTFS_DEBIAN:-}" ] || skip "say where it is: ROOTFS_DEBIAN=FOLDER"
	run_args ".root = {path: \"$ROOTFS_DEBIAN\", readonly: true}" /bin/bash -c 'dpkg -l | grep -c "^ii  apt "; perl -e "print qq(perl\n)"'
	passes $'1\nperl'
}
