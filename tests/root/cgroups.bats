#!/usr/bin/env bats
# Cgroups: where a container is, its limits as files, and the verbs that work on them. The files are read from outside.
# Where a controller is, is found out: v1, v2 or both.
load lib
load live

# Where the container's cgroup with a controller is: from the process, which is what counts.
at()
{
	local controller=$1 process=${2:-$pid} mount path
	path=$(sed -n "s/^[0-9]*:\(.*,\)\{0,1\}$controller\(,[^:]*\)\{0,1\}://p" "/proc/$process/cgroup")
	if [ -n "$path" ]; then
		mount=$(awk -v c="$controller" '$3 == "cgroup" && ("," $4 ",") ~ ("," c ",") { print $2; exit }' /proc/mounts)
	else
		path=$(sed -n 's/^0:://p' "/proc/$process/cgroup")
		mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	fi
	echo "$mount$path"
}

is_v1()
{
	grep -q "[:,]$1[:,]" /proc/self/cgroup
}

# limit CONTROLLER V1FILE V2FILE: what it holds.
limit()
{
	if is_v1 "$1"; then
		cat "$(at "$1")/$2"
	else
		cat "$(at "$1")/$3"
	fi
}

freezer()
{
	if is_v1 freezer; then
		cat "$(at freezer)/freezer.state"
	else
		cat "$(at freezer)/cgroup.freeze"
	fi
}

# All cgroups of this test's containers.
cgroups_of_test()
{
	find /sys/fs/cgroup -type d -name "*$ID*" 2>/dev/null || true
}

BIG=67108864

# --- where it is ---

@test "a container has a cgroup of its own in every hierarchy, and exec's process is in it" {
	local line
	alive
	while read -r line; do
		has "$line" "/$ID"
	done <"/proc/$pid/cgroup"
	call exec --detach --pid-file "$T/pid2" "$ID" sleep 1000
	passes
	is "$(cat "/proc/$(cat "$T/pid2")/cgroup")" "$(cat "/proc/$pid/cgroup")" "exec's cgroups"
	call delete --force "$ID"
	passes
	is "$(cgroups_of_test)" ""
}

@test "linux.cgroupsPath: absolute, relative, with folders that are made and go" {
	alive '.linux.cgroupsPath = "/'"$ID"'/a//b"'
	has "$(cat "/proc/$pid/cgroup")" ":/$ID/a/b"
	call delete --force "$ID"
	passes
	# What leads to it may be others' too.
	remove_cgroups
	alive '.linux.cgroupsPath = "'"$ID"'"'
	has "$(cat "/proc/$pid/cgroup")" "/$ID"
}

@test "linux.cgroupsPath: what is no place for a container is refused" {
	local path
	for path in ../x a/../b . / // a/./b; do
		configure '.linux.cgroupsPath = "'"$path"'"' true
		start
		refuses "linux.cgroupsPath: "
	done
	configure '.linux.cgroupsPath = "a\nb"' true
	start
	refuses "linux.cgroupsPath: "
	is "$(cgroups_of_test)" ""
}

@test "a cgroup with processes in it, or a frozen one, is refused" {
	local folder
	alive
	folder=$(at pids)
	configure '.linux.cgroupsPath = "/'"$ID"'"' true
	call run --bundle "$T" "$ID-2"
	has "$errors" "linux.cgroupsPath"
	[ "$status" = 1 ]
	[ -d "$folder" ]
	lives_still
	call delete --force "$ID"
	passes
	if is_v1 freezer; then
		mkdir "/sys/fs/cgroup/freezer/$ID-3"
		echo FROZEN >"/sys/fs/cgroup/freezer/$ID-3/freezer.state"
		configure '.linux.cgroupsPath = "/'"$ID"'-3"' true
		call run --bundle "$T" "$ID-3"
		has "$errors" "linux.cgroupsPath"
		[ "$status" = 1 ]
		rmdir "/sys/fs/cgroup/freezer/$ID-3" || true
	fi
	if [ -n "$(awk '$3 == "cgroup2"' /proc/mounts)" ]; then
		alive '.linux.cgroupsPath = "/'"$ID"'/below"'
		configure '.linux.cgroupsPath = "/'"$ID"'" | .linux.resources.devices = [{allow: true, access: "rwm"}]' true
		call run --bundle "$T" "$ID-4"
		fails_with 1 "has processes in it already"
		lives_still
		call delete --force "$ID"
		remove_cgroups
	fi
	is "$(cgroups_of_test)" ""
}

@test "v1: a cgroup above that has no processors yet gets them" {
	is_v1 cpuset || skip "in v2 a cgroup without a list has what the one above has"
	local path
	for path in a/b/c d; do
		mkdir -p "/sys/fs/cgroup/cpuset/$ID/a/b" "/sys/fs/cgroup/cpuset/$ID/d"
		configure '.linux.cgroupsPath = "/'"$ID/$path"'"' true
		start
		passes
	done
	remove_cgroups
}

@test "linux.resources.hugepageLimits: a size does not lead to another cgroup" {
	grep -q hugetlb /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/unified/cgroup.controllers /proc/self/cgroup \
		2>/dev/null || skip "no controller for huge pages"
	configure '.linux.resources.hugepageLimits = [{pageSize: "x/../../y/hugetlb.2MB", limit: 0}]' true
	start
	refuses "linux.resources.hugepageLimits[0].pageSize: "
}

@test "linux.resources.unified: what acts on processes is no limit" {
	local file
	for file in cgroup.freeze cgroup.kill cgroup.procs cgroup.threads; do
		configure '.linux.resources.unified = {"'"$file"'": "1"}' true
		start
		refuses "linux.resources.unified[\"$file\"]: is no limit"
	done
}

@test "a cgroup that another container has taken meanwhile is left to that one" {
	local first
	alive '.linux.cgroupsPath = "/'"$ID"'"'
	first=$pid
	call kill "$ID" KILL
	until_true has_status stopped
	call run --detach --bundle "$T" --pid-file "$T/pid" "$ID-2"
	passes
	pid=$(cat "$T/pid")
	call kill --all "$ID" KILL
	lives_still
	call delete "$ID"
	passes
	lives_still
	# Of a runtime that was killed before it could see that the cgroup is another one's.
	mkdir "/run/taru-oci/$ID"
	cp "/run/taru-oci/$ID-2/cgroups" "/run/taru-oci/$ID"
	call delete --force "$ID"
	passes
	lives_still
	call delete --force "$ID-2"
	passes
	is "$(cgroups_of_test)" ""
}

# What it could do with a cgroup that it may write to.
WRITES_CGROUP='.linux.namespaces |= (map(select(.type != "cgroup")) + [{type: "cgroup"}])
	| .mounts |= map(if .type == "cgroup" then .options -= ["ro"] else . end)'

@test "what the container has frozen in a cgroup below ends with it" {
	is_v1 freezer || skip "in v2 what is frozen ends as others do"
	local verb
	for verb in "delete --force $ID" "kill $ID KILL"; do
		alive "$WRITES_CGROUP" /bin/sh -c 'cd /sys/fs/cgroup/freezer && mkdir below && sleep 1001 &
			cd /sys/fs/cgroup/freezer; until [ -d below ]; do sleep 0.01; done
			echo $! >below/tasks; echo FROZEN >below/freezer.state; exec sleep 1000'
		until_true grep -q FROZEN "$(at freezer)/below/freezer.state"
		# shellcheck disable=SC2086
		call $verb
		passes
		until_true test ! -d "/proc/$pid"
		call delete --force "$ID"
		is "$(cgroups_of_test)" ""
	done
}

has_end()
{
	find "$1" -name end | grep -q end
}

@test "cgroups that the container has made go with it, however deep, long and hidden" {
	local folder mount=/sys/fs/cgroup
	! is_v1 pids || mount=/sys/fs/cgroup/pids
	alive "$WRITES_CGROUP" /bin/sh -c 'cd "$1"; mkdir .hidden; long=$(printf "%0250d" 0)
		for each in $(seq 70); do mkdir "$long" && cd -P "$long" || exit; done
		mkdir end; exec sleep 1000' sh "$mount"
	folder=$(at pids)
	until_true has_end "$folder"
	call delete --force "$ID"
	passes
	is "$(cgroups_of_test)" ""
}

lives_still()
{
	lives_now "$pid"
}

@test "--cgroup-manager disabled: it stays where the runtime is, and what needs a cgroup says so" {
	local verb
	configure . /bin/sleep 1000
	call --cgroup-manager disabled run --detach --bundle "$T" --pid-file "$T/pid" "$ID"
	passes
	pid=$(cat "$T/pid")
	is "$(cat "/proc/$pid/cgroup")" "$(cat /proc/self/cgroup)"
	for verb in pause "update --memory 64m" "events --stats" events; do
		# shellcheck disable=SC2086
		call $verb "$ID"
		fails_with 1 "--cgroup-manager disabled"
	done
	call resume "$ID"
	fails_with 1 "container not paused"
	configure '.linux.resources.memory.limit = 1000000' true
	call --cgroup-manager disabled run --bundle "$T" "$ID-2"
	fails_with 1 "linux.resources.memory: there is no cgroup"
}

@test "what the cgroups knew is kept until the container's folder goes: a poststop hook can read it" {
	configure '.linux.resources.memory.limit = 67108864 | .hooks.poststop = [{path: "/bin/cp",
		args: ["cp", "/run/taru-oci/'"$ID"'/ended", "'"$T"'/ended"]}]' /bin/true
	start
	passes
	is "$(jq -r '.memoryLimit' "$T/ended")" "$BIG"
	is "$(jq '.memoryPeak > 0 and .oomKills == 0 and .cpuTime > 0 and has("throttled") and .pidsRefused == 0' \
		"$T/ended")" true
}

@test "nothing is left of a failed start, and of one that was killed delete --force removes it" {
	configure '.linux.resources.memory.limit = 67108864' /bin/nothing
	start
	[ "$status" != 0 ]
	is "$(cgroups_of_test)" ""
	configure '.linux.resources.pids.limit = 99999999999' /bin/true
	start
	[ "$status" != 0 ]
	has "$errors" "linux.resources.pids.limit"
	is "$(cgroups_of_test)" ""
	configure . /bin/sleep 1000
	launch
	until_true has_status running
	kill -KILL "$runtime_pid"
	land
	call delete --force "$ID"
	passes
	is "$(cgroups_of_test)" ""
}

# --- limits ---

@test "each limit is written to its file" {
	alive '.linux.resources += {memory: {limit: 67108864, reservation: 33554432},
		cpu: {shares: 512, quota: 50000, period: 200000, cpus: "0", mems: "0"}, pids: {limit: 77}}'
	is "$(limit memory memory.limit_in_bytes memory.max)" $BIG
	is "$(limit memory memory.soft_limit_in_bytes memory.low)" 33554432
	is "$(limit pids pids.max pids.max)" 77
	is "$(limit cpuset cpuset.cpus cpuset.cpus)" 0
	is "$(limit cpuset cpuset.mems cpuset.mems)" 0
	if is_v1 cpu; then
		is "$(limit cpu cpu.shares)" 512
		is "$(limit cpu cpu.cfs_quota_us)" 50000
		is "$(limit cpu cpu.cfs_period_us)" 200000
	else
		is "$(limit cpu '' cpu.weight)" 59
		is "$(limit cpu '' cpu.max)" "50000 200000"
	fi
}

@test "a limit of 0 bytes is none that was asked for" {
	alive '.linux.resources += {memory: {limit: 0, swap: 0, reservation: 0}, cpu: {quota: 0, period: 0, shares: 0}}'
	lives_still
}

@test "huge pages, where the hierarchy of v2 has them" {
	alive
	[ -e "$(at hugetlb)/hugetlb.2MB.max" ] || skip "there is no hugetlb in v2"
	call delete --force "$ID"
	alive '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 4194304}]'
	is "$(cat "$(at hugetlb)/hugetlb.2MB.max")" 4194304
	is "$(cat "$(at hugetlb)/hugetlb.2MB.rsvd.max")" 4194304
}

@test "a limit of processes holds" {
	run_in '.linux.resources.pids.limit = 8' 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; echo no'
	has "$errors" "fork"
	lacks "$output" no
	is "$(cgroups_of_test)" ""
}

EATER='a=x; while :; do a=$a$a; done'

@test "memory runs out: run says which limit it was, and that the kernel killed it" {
	run_in '.linux.resources.memory = {limit: 16777216, swap: 16777216}' "exec sh -c '$EATER'"
	ends 137
	has "$errors" "ran out of memory"
	has "$errors" "linux.resources.memory.limit is 16.0 MiB"
	has "$errors" "in use at most"
	run_in '.linux.resources.memory = {limit: 16777216, swap: 16777216}' 'kill -9 $$'
	lacks "$errors" memory
}

@test "memory runs out: run names the process that the kernel killed, which need not be the first" {
	local try
	dd if=/dev/kmsg of=/dev/null bs=8192 count=1 iflag=nonblock 2>/dev/null || skip "the kernel's log may not be read here"
	# The kernel leaves out names where it kills more than ten processes in five seconds.
	for try in 1 2 3; do
		run_in '.linux.resources.memory = {limit: 16777216, swap: 16777216}' "sh -c '$EATER'; exit 3"
		ends 3
		[[ "$errors" != *"'sh' (process "* ]] || break
		sleep 5
	done
	has "$errors" "killed 1 of its processes; linux.resources.memory.limit is 16.0 MiB"
	has "$errors" "; it was 'sh' (process "
	has "$errors" " on the host), which held 1"
}

# --- pause and resume ---

@test "pause stops it where it is; exec is refused, and resume lets it go on" {
	configure . /bin/sh -c 'i=0; while :; do i=$((i + 1)); echo $i; sleep 0.01; done'
	"$TARU_OCI" run --detach --bundle "$T" --pid-file "$T/pid" "$ID" >"$T/count" 2>&1 </dev/null 3>&- 4>&-
	pid=$(cat "$T/pid")
	until_true test -s "$T/count"
	call pause "$ID"
	passes
	has_status paused
	has "FROZEN 1" "$(freezer)"
	local size
	size=$(stat -c %s "$T/count")
	sleep 0.2
	is "$(stat -c %s "$T/count")" "$size"
	call exec "$ID" true
	fails_with 255 "is paused"
	call pause "$ID"
	fails_with 1 "container not running"
	# It waits with the container.
	"$TARU_OCI" exec --ignore-paused "$ID" true </dev/null 3>&- 4>&- &
	PIDS+=("$!")
	sleep 0.2
	lives_now "${PIDS[0]}"
	call resume "$ID"
	passes
	has_status running
	until_true grew "$size"
	wait "${PIDS[0]}"
	call resume "$ID"
	fails_with 1 "container not paused"
}

lives_now()
{
	[ "$(cut -d ' ' -f 3 "/proc/$1/stat")" != Z ]
}

grew()
{
	[ "$(stat -c %s "$T/count")" -gt "$1" ]
}

@test "a created container can be paused, and is not started then" {
	created
	call pause "$ID"
	passes
	has_status paused
	call start "$ID"
	fails_with 1 "paused"
	call resume "$ID"
	passes
	has_status created
	call start "$ID"
	passes
	has_status running
}

@test "a stopped container is neither paused nor updated nor watched" {
	alive . /bin/true
	until_true has_status stopped
	call pause "$ID"
	fails_with 1 "container not running"
	call resume "$ID"
	fails_with 1 "container not paused"
	call update --memory 64m "$ID"
	fails_with 1 "container not running"
	call events --stats "$ID"
	fails_with 1 "container not running"
}

# --- its end ---

@test "a paused container ends by kill -9, kill --all and delete --force" {
	alive
	call pause "$ID"
	call kill "$ID" KILL
	passes
	until_true has_status stopped
	call delete "$ID"
	passes
	alive
	call pause "$ID"
	call kill --all "$ID" KILL
	passes
	until_true has_status stopped
	call delete "$ID"
	passes
	alive
	call pause "$ID"
	call delete --force "$ID"
	passes
	is "$(cgroups_of_test)" ""
}

# killed_at CALL VERB...: the runtime, killed when it is about to make this system call for the first time.
killed_at()
{
	local what=$1
	shift
	status=0
	strace -f -o "$T/strace" -e "trace=$what" -e "inject=$what:signal=KILL:when=1" "$TARU_OCI" "$@" \
		</dev/null >"$T.out" 2>"$T.err" || status=$?
	collect
	is "$status" 137
}

@test "a runtime that is killed while it signals all leaves the container going on" {
	command -v strace >/dev/null || skip "there is no strace here"
	alive
	killed_at kill kill --all "$ID" CONT
	has_status running
	call kill --all "$ID" TERM
	passes
	call delete --force "$ID"
	passes
}

NO_PIDS='.linux.namespaces |= map(select(.type != "pid"))'

@test "v1 alone: who always make new ones are all ended, also by who does it after one that was killed" {
	local freezer
	is_v1 freezer || skip "in v2 all are ended at once"
	[ ! -d /sys/fs/cgroup/unified ] || mount_here -t tmpfs none /sys/fs/cgroup/unified
	alive "$NO_PIDS" /bin/sh -c 'for one in 1 2 3 4 5 6 7 8 9 10 11 12; do (while :; do /bin/true; done) & done
		exec sleep 1000'
	until_true has_many
	freezer=$(at freezer)
	killed_at kill kill --all "$ID" KILL
	is "$(cat "$freezer/freezer.state")" THAWED
	call kill --all "$ID" KILL
	passes
	until_true has_status stopped
	call delete "$ID"
	passes
	is "$(cgroups_of_test)" ""
}

has_many()
{
	[ "$("$TARU_OCI" ps --format json "$ID" | jq length)" -gt 12 ]
}

@test "without a PID namespace kill -9 and delete end what the first process leaves" {
	alive "$NO_PIDS" /bin/sh -c 'sleep 1001 & sleep 1002 & echo $! >/dev/null; exec sleep 1000'
	until_true has_processes 3
	call kill "$ID" KILL
	passes
	until_true has_status stopped
	call delete "$ID"
	passes
	is "$(cgroups_of_test)" ""

	alive "$NO_PIDS" /bin/sh -c 'sleep 1001 & exec sleep 0.3'
	until_true has_status stopped
	call kill "$ID" TERM
	fails_with 1 "container not running"
	call kill --all "$ID" KILL
	passes
	call delete "$ID"
	passes

	alive "$NO_PIDS" /bin/sh -c 'sleep 1001 & exec sleep 0.1'
	until_true has_status stopped
	call delete "$ID"
	passes
	is "$(cgroups_of_test)" ""
}

has_processes()
{
	[ "$("$TARU_OCI" ps --format json "$ID" | jq length)" = "$1" ]
}

@test "ps shows all processes, also in cgroups below and of exec, and not those of others" {
	alive '.mounts |= map(if .type == "cgroup" then .options -= ["ro"] else . end)
		| .linux.namespaces |= (map(select(.type != "cgroup")) + [{type: "cgroup"}])' \
		/bin/sh -c 'cd /sys/fs/cgroup; cd freezer 2>/dev/null; mkdir -p below/deeper;
			sh -c "echo 0 >below/deeper/cgroup.procs; exec sleep 1001" & exec sleep 1000'
	call exec --detach "$ID" sleep 1002
	passes
	until_true has_processes 3
	call ps "$ID"
	has "$output" "sleep 1000"
	has "$output" "sleep 1001"
	has "$output" "sleep 1002"
	call kill --all "$ID" KILL
	passes
	until_true has_status stopped
	call delete "$ID"
	passes
	is "$(cgroups_of_test)" ""
}

@test "cgroups that somebody has removed are no obstacle" {
	local folder
	alive . /bin/sleep 1000
	for folder in $(cgroups_of_test); do
		cat "$folder/cgroup.procs" | while read -r one; do echo "$one" >"$(dirname "$folder")/cgroup.procs"; done
		rmdir "$folder"
	done
	is "$(cgroups_of_test)" ""
	has_status running
	call pause "$ID"
	fails_with 1 "removed its cgroup"
	call events --stats "$ID"
	passes
	call update --pids-limit 9 "$ID"
	fails_with 1 "linux.resources.pids.limit"
	call kill --all "$ID" TERM
	passes
	call delete --force "$ID"
	passes
}

# --- update ---

@test "update changes what is said, by options and by JSON, and nothing else" {
	alive '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 77}, cpu: {quota: 50000, period: 100000}}'
	call update --pids-limit 40 "$ID"
	passes
	is "$(limit pids pids.max pids.max)" 40
	is "$(limit memory memory.limit_in_bytes memory.max)" $BIG
	echo '{"pids": {"limit": 30}, "memory": {"limit": 33554432, "reservation": 16777216}}' >"$T/resources"
	call update --resources "$T/resources" "$ID"
	passes
	is "$(limit pids pids.max pids.max)" 30
	is "$(limit memory memory.limit_in_bytes memory.max)" 33554432
	is "$(limit memory memory.soft_limit_in_bytes memory.low)" 16777216
	INPUT=$T/resources call update --resources - --pids-limit -1 "$ID"
	passes
	is "$(limit pids pids.max pids.max)" max
	call update --cpu-quota 20000 "$ID"
	passes
	is "$(limit cpu cpu.cfs_quota_us cpu.max | cut -d ' ' -f 1)" 20000
	call update --cpu-period 50000 "$ID"
	passes
	is "$(limit cpu cpu.cfs_quota_us cpu.max | cut -d ' ' -f 1)" 20000
	is "$(limit cpu cpu.cfs_period_us cpu.max | grep -o '[0-9]*$')" 50000
	call update --cpu-share 256 --cpuset-cpus 0 "$ID"
	passes
	is "$(limit cpuset cpuset.cpus cpuset.cpus)" 0
	call update "$ID"
	passes
}

@test "update: memory and swap go up and down together" {
	local both
	alive
	[ -e "$(at memory)/memory.memsw.limit_in_bytes" ] || [ -e "$(at memory)/memory.swap.max" ] || skip "no swap here"
	for both in "64m 64m" "128m 256m" "32m 32m" "-1 -1" "16m 32m"; do
		# shellcheck disable=SC2086
		set -- $both
		call update --memory "$1" --memory-swap "$2" "$ID"
		passes
	done
	is "$(limit memory memory.limit_in_bytes memory.max)" 16777216
	is "$(limit memory memory.memsw.limit_in_bytes memory.max)" "$(is_v1 memory && echo 33554432 || echo 16777216)"
	call update --memory -1 "$ID"
	passes
	call update --memory 64m "$ID"
	passes
	call update --memory-swap 128m "$ID"
	passes
}

@test "update: if one value is refused, none is changed" {
	alive '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 77},
		cpu: {shares: 512, quota: 50000, period: 100000, cpus: "0"}}'
	local before after
	before=$(values)
	call update --memory 32m --memory-swap 32m --cpu-share 100 --cpu-quota 30000 --cpu-period 50000 --cpuset-cpus 0-999999 \
		"$ID"
	fails_with 1 "linux.resources.cpu.cpus: the kernel does not take '0-999999'"
	has "$errors" "cpuset.cpus'"
	has "$errors" "nothing was changed"
	is "$(values)" "$before"
	call update --memory 128m --memory-swap 256m --pids-limit 10 --cpuset-mems 63 "$ID"
	fails_with 1 "linux.resources.cpu.mems: "
	is "$(values)" "$before"
	echo '{"memory": {"limit": 33554432}, "blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 5}]}}' \
		>"$T/resources"
	call update --resources "$T/resources" "$ID"
	fails_with 1 "linux.resources.blockIO.throttleReadBpsDevice[0]"
	is "$(values)" "$before"
}

values()
{
	local controller
	for controller in memory cpu cpuset pids; do
		(cd "$(at $controller)" && grep -s . memory.limit_in_bytes memory.memsw.limit_in_bytes memory.max memory.swap.max \
			cpu.shares cpu.weight cpu.cfs_quota_us cpu.cfs_period_us cpu.max cpuset.cpus cpuset.mems pids.max) || true
	done
}

@test "update: checkBeforeUpdate, and what is no resources" {
	alive
	echo '{"memory": {"limit": 1000, "checkBeforeUpdate": true}}' >"$T/resources"
	call update --resources "$T/resources" "$ID"
	fails_with 1 "checkBeforeUpdate"
	echo '{"memory": {"limit": "x"}}' >"$T/resources"
	call update --resources "$T/resources" "$ID"
	fails_with 1 "memory.limit: "
	echo '[]' >"$T/resources"
	call update --resources "$T/resources" "$ID"
	fails_with 1 "must be an object"
	call update --resources "$T/none" "$ID"
	fails_with 1 "option '--resources': cannot read"
	call update --l3-cache-schema 'L3:0=f' "$ID"
	fails_with 1 "resctrl"
	lives_still
}

@test "update works on a created and on a paused container" {
	created
	call update --pids-limit 33 "$ID"
	passes
	is "$(limit pids pids.max pids.max)" 33
	call start "$ID"
	passes
	call pause "$ID"
	call update --pids-limit 34 "$ID"
	passes
	is "$(limit pids pids.max pids.max)" 34
	has_status paused
}

# A device that no machine has: with the right to it the kernel says so, without it says something else.
@test "update changes which devices may be used" {
	alive '.linux.devices = [{path: "/dev/odd", type: "c", major: 240, minor: 99}]'
	inside 'cat /dev/odd 2>&1'
	has "$output" "not permitted"
	echo '{"devices": [{"allow": true, "type": "c", "major": 240, "minor": 99}]}' >"$T/resources"
	call update --resources "$T/resources" --cpuset-mems 63 "$ID"
	fails_with 1 "nothing was changed"
	inside 'cat /dev/odd 2>&1'
	has "$output" "not permitted"
	call update --resources "$T/resources" "$ID"
	passes
	has_status running
	inside 'cat /dev/odd 2>&1; cat /dev/null'
	has "$output" "No such device"
	# Who says nothing of devices leaves them as they are.
	call update --pids-limit 50 "$ID"
	inside 'cat /dev/odd 2>&1'
	has "$output" "No such device"
}

# --- events ---

@test "events --stats: the keys that runc has" {
	alive '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 77}}'
	call events --stats "$ID"
	passes
	is "$(wc -l <<<"$output")" 1
	is "$(jq -r '.type + " " + .id' <<<"$output")" "stats $ID"
	is "$(jq -r '.data | keys_unsorted | join(" ")' <<<"$output")" \
		"cpu cpuset memory pids blkio hugetlb intel_rdt network_interfaces"
	is "$(jq -r '.data.memory.usage.limit, .data.pids.limit, .data.pids.current' <<<"$output" | xargs)" "$BIG 77 1"
	is "$(jq '.data.cpu.usage.total > 0 and .data.memory.usage.usage > 0 and (.data.memory.raw | length > 5)' <<<"$output")" true
}

@test "events: what runc says of the same container, key by key" {
	local peer=$T/peer
	needs runc
	configure '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 77}}' /bin/sleep 1000
	runc --root "$peer" run --detach --bundle "$T" "$ID-peer" </dev/null >/dev/null 2>"$T/words" 3>&- 4>&- ||
		skip "runc cannot make a container here: $(head -c 80 "$T/words")"
	runc --root "$peer" events --stats "$ID-peer" >"$T/theirs"
	runc --root "$peer" delete --force "$ID-peer"
	alive '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 77}}'
	call events --stats "$ID"
	# Pressure and cgroups of v2 beside those of v1 are more than this runc tells; what is 0 is left out.
	is "$(comm -23 <(shape <"$T/theirs") <(shape <<<"$output") | grep -v '^data\.\(memory\.cache\|cpu\.usage\.\)')" ""
}

shape()
{
	jq -r 'paths | map(if type == "number" then "n" else . end) | join(".")' | sort -u
}

@test "events: again and again until the container ends, with what ran out of memory" {
	alive '.linux.resources.memory = {limit: 16777216, swap: 16777216}'
	"$TARU_OCI" events --interval 100ms "$ID" >"$T/events" 2>&1 3>&- 4>&- &
	PIDS+=("$!")
	until_true lines_of stats 3
	inside "$EATER"
	ends 137
	until_true lines_of oom 1
	call kill "$ID" KILL
	wait "${PIDS[0]}"
	jq -e . <"$T/events" >/dev/null
	is "$(grep -c '^{"type":"oom","id":"'"$ID"'"}$' "$T/events")" 1
}

lines_of()
{
	[ "$(grep -c "^{\"type\":\"$1\"" "$T/events")" -ge "$2" ]
}

@test "features says what there is of cgroups" {
	call features
	is "$(jq -c .linux.cgroup <<<"$output")" '{"v1":true,"v2":true,"systemd":true,"systemdUser":true,"rdma":true}'
}
