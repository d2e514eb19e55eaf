#!/usr/bin/env bats
# An ordinary user's limits: they hold where cgroups are delegated, and where not the message says who keeps them back.
# It needs a user with a systemd of the own, in a machine that is there for tests: tests/vm/run --systemd.
load lib
load systemd

prepare()
{
	needs_systemd
	MINE=$(sed 's/12345/1000/g' <<<"$ROOTLESS")
	# The folder is root's; its container may look into it.
	chmod 755 "$T"
}

# user_runs FILTER COMMAND: as the user, in a scope that is delegated.
user_runs()
{
	configure "$MINE | $1" /bin/sh -c "$2"
	status=0
	T=$T ID=$ID "$AS_USER" sh -c 'exec "$TARU_OCI" run -b "$T" "$ID"' </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- ||
		status=$?
	collect
}

# The same by somebody who has the user's id and nothing else.
bare_user_runs()
{
	configure "$MINE | $1" /bin/sh -c "$2"
	mkdir -p "$T/state"
	chown 1000:1000 "$T/state"
	status=0
	setpriv --reuid 1000 --regid 1000 --clear-groups "$TARU_OCI" --root "$T/state" run -b "$T" "$ID" \
		</dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
}

@test "where cgroups are delegated a limit holds, and the cgroup goes with the container" {
	user_runs '.linux.resources = {memory: {limit: 67108864}, pids: {limit: 20}}' 'cat /proc/self/cgroup; sleep 0.1'
	ends 0
	has "$output" "user@1000.service"
	has "$output" "/$ID"
	user_runs '.linux.resources = {memory: {limit: 16777216, swap: 16777216}}' 'tail /dev/zero; exit $?'
	ends 137
	is "$(find /sys/fs/cgroup -name "$ID")" ""
}

@test "a controller that is kept back is named, with who keeps it and what changes that" {
	user_runs '.linux.resources = {cpu: {cpus: "0"}}' true
	refuses "linux.resources.cpu.cpus"
	has "$errors" "'cpuset'"
	has "$errors" "Delegate="
	has "$errors" "/etc/systemd/system/user@.service.d/delegate.conf"
}

@test "without delegation a container without limits runs, and a limit is refused" {
	bare_user_runs 'del(.linux.resources)' 'echo runs'
	passes runs
	bare_user_runs '.linux.resources = {pids: {limit: 20}}' true
	refuses "linux.resources.pids.limit"
	has "$errors" "uid 1000"
	has "$errors" "Delegate=yes"
}
