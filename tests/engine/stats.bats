#!/usr/bin/env bats
# stats.bats - what is seen of a container that runs, and its limits: top, stats, update, port.
# shellcheck disable=SC2154,SC2016
load engine

@test "top: the columns of ps -ef, with this machine's pids; nothing of the container is run" {
	background one box sh -c 'rm -f /bin/ps; exec sleep 100'
	until_true eval '"$TARU" top one | grep -q "sleep 100"'
	works top one
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[0]}" =~ ^UID\ +PID\ +PPID\ +C\ +STIME\ +TTY\ +TIME\ +CMD$ ]]
	[[ "${lines[1]}" =~ ^root\ +([0-9]+)\ +[0-9]+\ +[0-9]+\ +[^\ ]+\ +\?\ +00:00:0[0-9]\ +sleep\ 100$ ]]
	[ "${BASH_REMATCH[1]}" = "$("$TARU" inspect --format '{{.State.Pid}}' one)" ]
	works pause one
	works container top one
	[ "${#lines[@]}" = 2 ]
	works unpause one
	works exec -d one sleep 200
	works top one comm
	[ "${#lines[@]}" = 3 ]
	works stop -t 0 one
	fails 1 "not running but exited" -- top one
	fails 1 "no such container" -- top nobody
}

@test "top: podman's columns, as the container has users and pids" {
	background one -u alice --cap-add NET_ADMIN box sleep 100
	works top one pid,user group huser args
	[ "${lines[0]}" = "PID       USER      GROUP     HUSER     COMMAND" ] || [[ "${lines[0]}" =~ ^PID\ +USER\ +GROUP\ +HUSER\ +COMMAND$ ]]
	[[ "${lines[1]}" =~ ^1\ +alice\ +alice\ +[^\ ]+\ +sleep\ 100$ ]]
	works top one capeff capbnd seccomp state groups ppid pgid nice vsz tty time etime stime label pcpu rgroup ruser
	[[ "${lines[1]}" =~ ^none\ +.*NET_ADMIN.*\ +filter\ +S\ +audio ]]
}

@test "top: anything else is for this machine's ps, of the container's processes alone" {
	command -v ps >/dev/null || skip "there is no ps(1) here"
	background one box sleep 100
	works top one aux
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[0]}" == USER*PID*%CPU* ]]
	works top one -o pid,args
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[1]}" == *"sleep 100" ]]
	fails 1 "no column PID" -- top one -o args
	fails 1 "ps(1) failed" -- top one --no-such-option
}

@test "top: what a process calls itself does nothing to the terminal" {
	background one box sleep 100
	works exec -d one sh -c $'sleep 200; : \e[31m'
	works top one
	[[ "$output" == *"sleep 200; : ?[31m"* ]]
	[[ "$output" != *$'\e'* ]]
}

@test "stats: docker's columns; processor time is counted; all of those that run, or -a" {
	background one --memory 64m --pids-limit 50 box sh -c 'while :; do :; done'
	works create --name two box true
	works stats --no-stream
	[[ "${lines[0]}" =~ ^CONTAINER\ ID\ +NAME\ +CPU\ %\ +MEM\ USAGE\ /\ LIMIT\ +MEM\ %\ +NET\ I/O\ +BLOCK\ I/O\ +PIDS$ ]]
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[1]}" =~ ^[0-9a-f]{12}\ +one\ +([0-9]+)\.[0-9]{2}%\ +[0-9.]+[KM]?i?B\ /\ 64MiB\ +[0-9.]+%\ +[0-9.]+k?B\ /\ [0-9.]+k?B\ +[0-9.]+[kM]?B\ /\ [0-9.]+[kM]?B\ +1$ ]]
	[ "${BASH_REMATCH[1]}" -ge 5 ]
	works stats --no-stream -a --format '{{.Name}} {{.PIDs}}'
	[ "$output" = $'two 0\none 1' ]
	works stats --no-stream --no-trunc --format json one
	"$PYTHON" -c 'import json, sys; row = json.load(sys.stdin); assert len(row["ID"]) == 64 and row["Name"] == "one"' <<<"$output"
	fails 1 "no such container" -- stats --no-stream nobody
	fails 1 "'--interval' takes" -- stats -i 0
}

@test "stats goes on until it is ended; what has ended meanwhile is not there any more" {
	background one box sleep 100
	"$TARU" stats --format '{{.Name}}' >"$T/stats" </dev/null 3>&- 4>&- &
	local pid=$!
	until_true grep -q one "$T/stats"
	until_true eval '[ "$(wc -l <"$T/stats")" -ge 2 ]'
	works rm -f one
	kill -0 "$pid"
	kill "$pid"
	wait "$pid" || true
}

# limit FILE-OF-V1 FILE-OF-V2: what the kernel has for the container `one`.
limit()
{
	local pid line hierarchy
	pid=$("$TARU" inspect --format '{{.State.Pid}}' one)
	if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
		cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/$2"
	else
		hierarchy=${1%%.*}
		line=$(grep -E "[:,]$hierarchy[,:]" "/proc/$pid/cgroup")
		cat "/sys/fs/cgroup/$hierarchy${line##*:}/$1"
	fi
}

@test "update: limits of one that runs, which the next start has as well" {
	background one --memory 64m box sh -c 'sleep 100'
	works update --memory 100m --memory-swap 200m --pids-limit 30 --cpu-shares 512 one
	[ "$output" = one ]
	[ "$(limit memory.limit_in_bytes memory.max)" = 104857600 ]
	[ "$(limit pids.max pids.max)" = 30 ]
	works stop -t 0 one
	"$TARU" start -a one >/dev/null 2>&1 </dev/null 3>&- 4>&- &
	PIDS+=("$!")
	until_true is_running one
	[ "$(limit memory.limit_in_bytes memory.max)" = 104857600 ]
	[ "$(limit pids.max pids.max)" = 30 ]
	works update --pids-limit -1 one
	[ "$(limit pids.max pids.max)" = max ]
	works update --cpus 0.5 one
	[[ "$(limit cpu.cfs_quota_us cpu.max)" == 50000* ]]
}

@test "update: one that does not run; what is not named stays as it was" {
	works create --name one --memory 64m --cpuset-cpus 0 -v "$T:/t" --read-only box true
	cp "$TARU_ROOT"/containers/*/config.json "$T/before"
	works update --pids-limit 20 one
	"$PYTHON" - "$T/before" "$TARU_ROOT"/containers/*/config.json <<-'E'
		import json, sys
		before, after = (json.load(open(name)) for name in sys.argv[1:])
		assert after["linux"]["resources"].pop("pids") == {"limit": 20}
		assert before == after, (before, after)
	E
	works start -a one
}

@test "update: all or nothing, and each wrong value is told" {
	background one --memory 64m box sleep 100
	cp "$TARU_ROOT"/containers/*/config.json "$T/before"
	fails 1 "give '--memory-swap' as well" -- update --memory 512m one
	fails 1 "no number of processors" -- update --cpus many one
	fails 1 "give one" -- update --cpus 1 --cpu-quota 5000 one
	fails 1 "from 10 to 1000" -- update --blkio-weight 5 one
	fails 1 "nothing was changed" -- update --pids-limit 77 --cpuset-cpus 4000 one
	[ "$(limit pids.max pids.max)" != 77 ]
	cmp "$T/before" "$TARU_ROOT"/containers/*/config.json
	[ ! -e "$(echo "$TARU_ROOT"/containers/*/config.json.update)" ]
	fails 1 "give one option" -- update one
	fails 1 "no such container" -- update --cpus 1 nobody
}

@test "port: none is published" {
	works create --name one box true
	works port one
	[ -z "$output" ]
	fails 1 "no public port '80'" -- port one 80
	fails 1 "no such container" -- port nobody
}
