#!/usr/bin/env bats
# The rules for devices, decided by the kernel: device_filter.c in a cgroup of its own.
load lib

prepare()
{
	local src=$BATS_TEST_DIRNAME/../../src
	${CC:-cc} -std=gnu17 -D_GNU_SOURCE -O1 -Wall -I "$src" -o "$T/device_filter" "$BATS_TEST_DIRNAME/device_filter.c" \
		"$src"/plan/device_*.c "$src/exec/do_devices.c" "$src"/base/{arena,problem,text}.c
}

# decide KIND: in a new cgroup below the mount that has it.
decide()
{
	local at
	case $1 in
	v1) at=$(findmnt -n -o TARGET -t cgroup -O devices | head -n 1) ;;
	v2) at=$(findmnt -n -o TARGET -t cgroup2 | head -n 1) ;;
	esac
	[ -n "$at" ] || skip "there is no cgroup $1 for devices"
	CGROUP=$at/$ID
	mkdir "$CGROUP"
	run "$T/device_filter" "$1" "$CGROUP"
	passes ok
}

cleanup()
{
	local try
	[ -n "${CGROUP:-}" ] || return 0
	for try in {1..40}; do
		! rmdir "$CGROUP" || return 0
		sleep 0.05
	done
	return 1
}

@test "cgroup v2: a filter allows, denies, is replaced, and is what the verifier takes" {
	decide v2
}

@test "cgroup v1: the lines allow, deny, and are replaced" {
	decide v1
}
