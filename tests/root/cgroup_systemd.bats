#!/usr/bin/env bats
# --systemd-cgroup with a real systemd: it makes the unit, keeps what was asked through a reload, and forgets it at
# the end. Where none runs that may be played with, there is nothing to be tested: tests/vm/run --systemd makes a machine
# that has one. What it does when systemd fails is in systemd_faults.bats.
load lib
load systemd

prepare()
{
	needs_systemd
	UNIT=tt-$ID.scope
}

cleanup()
{
	"$TARU_OCI" delete --force "$ID" || true
	systemctl reset-failed "$UNIT" 2>/dev/null || true
}

# scoped FILTER COMMAND: runs a shell command in a container in $UNIT, to its end.
scoped()
{
	configure ".linux.cgroupsPath = \"ttslice.slice:tt:$ID\" | $1" /bin/sh -c "$2"
	status=0
	timeout --foreground 60 "$TARU_OCI" --systemd-cgroup run -b "$T" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- ||
		status=$?
	collect
}

# The same in the background, until it runs.
scoped_on()
{
	configure ".linux.cgroupsPath = \"ttslice.slice:tt:$ID\" | $1" /bin/sh -c "$2"
	"$TARU_OCI" --systemd-cgroup run --detach -b "$T" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&-
}

property()
{
	systemctl show "$UNIT" -P "$1"
}

# One line for each file of the cgroup: what it holds.
limits()
{
	(cd "/sys/fs/cgroup/ttslice.slice/$UNIT" && grep -H . memory.max memory.low memory.high memory.swap.max cpu.weight cpu.max \
		pids.max cgroup.procs)
}

is_gone()
{
	! systemctl cat "$UNIT" && [ ! -e "/sys/fs/cgroup/ttslice.slice/$UNIT" ]
}

LIMITS='.linux.resources += {memory: {limit: 100663296, reservation: 50331648, swap: 134217728}, pids: {limit: 40},
	cpu: {shares: 512, quota: 50000, period: 100000}, unified: {"memory.high": "90001408"}}'

@test "the unit is where it was asked to be, and has what was asked" {
	scoped_on "$LIMITS"' | .annotations = {"org.systemd.property.TimeoutStopSec": "7.5"}' 'sleep 1000'
	is "$(property ActiveState)" active
	is "$(property Slice)" ttslice.slice
	is "$(property Delegate)" yes
	is "$(property Description)" "taru container $ID"
	is "$(property MemoryMax)" 100663296
	is "$(property MemoryLow)" 50331648
	is "$(property MemoryHigh)" 90001408
	is "$(property MemorySwapMax)" 33554432
	is "$(property TasksMax)" 40
	is "$(property CPUWeight)" 59
	is "$(property CPUQuotaPerSecUSec)" 500ms
	is "$(property DevicePolicy)" strict
	is "$(property TimeoutStopUSec)" 7.500000s
	has "$(limits)" "memory.max:100663296"
	has "$(limits)" "memory.high:90001408"
	has "$(limits)" "pids.max:40"
	has "$(limits)" "cpu.max:50000 100000"
	is "$("$TARU_OCI" state "$ID" | jq .pid)" "$(head -1 "/sys/fs/cgroup/ttslice.slice/$UNIT/cgroup.procs")"
	"$TARU_OCI" delete --force "$ID"
	until_true is_gone
}

@test "a reload keeps the limits" {
	local before
	scoped_on "$LIMITS" 'sleep 1000'
	before=$(limits)
	systemctl daemon-reload
	is "$(limits)" "$before" "after the reload"
	# This makes it write all values again.
	systemctl set-property --runtime "$UNIT" CPUWeight=100
	systemctl set-property --runtime "$UNIT" CPUWeight=59
	is "$(limits)" "$before" "after a change"
}

@test "a reload keeps the devices" {
	scoped_on '.linux.resources.devices = [{allow: false, access: "rwm"},
			{allow: true, type: "c", major: 10, minor: 229, access: "rwm"}] |
		.process.capabilities.bounding += ["CAP_MKNOD"] | .process.capabilities.effective += ["CAP_MKNOD"] |
		.process.capabilities.permitted += ["CAP_MKNOD"] | .mounts += [{destination: "/opt", type: "tmpfs", source: "x"}]' \
		'mknod /opt/fuse c 10 229; mknod /opt/kmsg c 1 11; touch /opt/made; sleep 1000'
	until_true "$TARU_OCI" exec "$ID" test -e /opt/made
	for _ in 1 2; do
		"$TARU_OCI" exec "$ID" sh -c ': </dev/null && : </dev/urandom'
		run ! "$TARU_OCI" exec "$ID" sh -c ': </opt/kmsg'
		[[ $output == *"not permitted"* ]]
		systemctl daemon-reload
	done
}

@test "the unit ends with the container" {
	scoped . 'cat /proc/self/cgroup; exit 3'
	ends 3
	is_gone
	# So its name is free at once.
	scoped . 'exit 4'
	ends 4
}

@test "create, start, exec and delete" {
	configure ".linux.cgroupsPath = \"ttslice.slice:tt:$ID\"" /bin/sh -c 'sleep 1000'
	"$TARU_OCI" --systemd-cgroup create -b "$T" "$ID" </dev/null >"$T.out" 2>&1
	is "$(property ActiveState)" active
	"$TARU_OCI" start "$ID"
	"$TARU_OCI" exec --detach "$ID" sleep 1001
	is "$(grep -c . "/sys/fs/cgroup/ttslice.slice/$UNIT/cgroup.procs")" 2
	"$TARU_OCI" kill "$ID" KILL
	until_true is_gone
	"$TARU_OCI" delete "$ID"
}

@test "a name that is in use" {
	systemd-run --scope --unit "$UNIT" --slice ttslice.slice sleep 1000 3>&- 4>&- &
	PIDS+=("$!")
	until_true systemctl is-active "$UNIT"
	scoped . true
	ends 1
	has "$errors" "there is a unit '$UNIT' already"
	sleep 1
	is "$(property ActiveState)" active "the other's unit"
	systemctl stop "$UNIT"
}

@test "a unit that has failed is not in the way" {
	systemd-run --scope --unit "$UNIT" --slice ttslice.slice -p RuntimeMaxSec=1 sleep 1000 3>&- 4>&- || true
	until_true systemctl is-failed "$UNIT"
	scoped . 'exit 3'
	ends 3
}

@test "what systemd does not know is told in its words" {
	scoped '.annotations = {"org.systemd.property.Nonsense": "true"}' true
	ends 1
	has "$errors" "systemd does not make the unit '$UNIT' (it says: Cannot set property Nonsense, or unknown property.)"
}

@test "a slice that others may be in" {
	configure '.linux.cgroupsPath = "::tts-one.slice" | .linux.resources += {memory: {limit: 100663296}}' \
		/bin/sh -c 'exit 3'
	for _ in 1 2; do
		status=0
		"$TARU_OCI" --systemd-cgroup run -b "$T" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
		collect
		ends 3
		is "$(cat /sys/fs/cgroup/tts.slice/tts-one.slice/memory.max)" 100663296
	done
	systemctl stop tts-one.slice tts.slice
}

@test "an ordinary user's own systemd" {
	[ -x "$AS_USER" ] || skip "there is no user who has a systemd"
	configure "$ROOTLESS"' | .linux.resources = {memory: {limit: 100663296}, pids: {limit: 40}} |
		.linux.cgroupsPath = "app.slice:tt:user" |
		.linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1}] |
		.linux.gidMappings = [{containerID: 0, hostID: 1000, size: 1}]' \
		/bin/sh -c 'cat /proc/self/cgroup; exit 3'
	status=0
	T=$T "$AS_USER" sh -c 'exec "$TARU_OCI" --systemd-cgroup run -b "$T" tt-user' \
		</dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
	ends 3
	has "$output" "/app.slice/tt-user.scope"
	run ! "$AS_USER" systemctl --user cat tt-user.scope
}

# As in an engine for ordinary users: 0 is the user there, and the other ids are the user's subordinate ones.
@test "root of a user namespace: the user's own systemd" {
	[ -x "$AS_USER" ] || skip "there is no user who has a systemd"
	local new_user='.linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}, {containerID: 1, hostID: 1, size: 1000}]
		| .linux.gidMappings = .linux.uidMappings'
	local no_new_user='del(.linux.uidMappings, .linux.gidMappings)
		| .linux.namespaces |= map(select(.type != "user"))'
	local kind
	for kind in "$new_user" "$no_new_user"; do
		configure "$ROOTLESS | $kind"' | .linux.resources = {memory: {limit: 100663296}, pids: {limit: 40}}
			| .linux.cgroupsPath = "app.slice:tt:rooted"' /bin/sh -c 'cat /proc/self/cgroup; sleep 1000'
		status=0
		T=$T "$AS_USER" unshare --user --map-auto --map-root-user sh -euc '
			runtime="$TARU_OCI --systemd-cgroup"
			$runtime run --detach -b "$T" tt-rooted
			cgroup=$(sed -n "s/^0:://p" "/proc/$($runtime state tt-rooted | jq .pid)/cgroup")
			echo "$cgroup"
			cat "/sys/fs/cgroup$cgroup/memory.max" "/sys/fs/cgroup$cgroup/pids.max"
			$runtime update --pids-limit 30 tt-rooted
			cat "/sys/fs/cgroup$cgroup/pids.max"
			$runtime pause tt-rooted
			$runtime resume tt-rooted
			$runtime exec tt-rooted cat /proc/self/cgroup
			$runtime delete --force tt-rooted' </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
		collect
		ends 0
		has "$output" "user@1000.service/app.slice/tt-rooted.scope"
		has "$output" $'\n100663296\n40\n30\n'
		run ! "$AS_USER" systemctl --user cat tt-rooted.scope
	done
}
