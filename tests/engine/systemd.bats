#!/usr/bin/env bats
# systemd.bats - containers as services of a real systemd: the example in dist/. In a virtual machine of the tests there is one:
# tests/vm/run --systemd --disk bats tests/engine/systemd.bats (not in a PID namespace of its own, where systemd answers
# nobody)
# shellcheck disable=SC2154,SC2016
load engine

UNITS=/run/systemd/system
DIST=$HERE/../../dist

setup()
{
	[ -d "$UNITS" ] && [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] || skip "systemd is not process 1 here, or has no cgroup v2"
	systemctl show -P Version >/dev/null 2>&1 || skip "systemd does not answer here"
	T=$(mktemp -d "$WORLD/t.XXXXXX")
	chmod 755 "$T"
	MOUNTS_BEFORE=$(</proc/self/mountinfo) CGROUPS_BEFORE=$(cgroups) PIDS=()
}

teardown()
{
	[ -n "${T:-}" ] || return 0
	systemctl stop taru-example || true
	systemctl reset-failed taru-example 2>/dev/null || true
	rm -f "$UNITS/taru-example.service"
	systemctl daemon-reload
	engine_teardown
}

# unit SED: the example with this taru, its store, and a change.
unit()
{
	sed -e "s|/usr/local/bin/taru|$(realpath "$TARU")|" \
		-e "s|^\[Service\]|&\nEnvironment=TARU_ROOT=$TARU_ROOT TARU_RUN_ROOT=$TARU_RUN_ROOT|" -e "${1:-}" \
		"$DIST/taru-example.service" >"$UNITS/taru-example.service"
	systemctl daemon-reload
}

@test "the units in dist/ are such" {
	cp "$DIST"/*.service "$T"
	sed -i "s|/usr/local/bin/taru|$(realpath "$TARU")|" "$T"/*.service
	systemd-analyze verify --man=no "$T"/*.service
}

@test "a container is a service: ready when it says so, with its processes in the unit's cgroup, and stopped by systemd" {
	unit
	systemctl start taru-example
	[ "$(systemctl is-active taru-example)" = active ]
	local pid main
	pid=$("$TARU" inspect -f '{{.State.Pid}}' example) main=$(systemctl show -P MainPID taru-example)
	[ "$(<"/proc/$main/comm")" = taru ]
	[[ "$(systemctl show -P ControlGroup taru-example)" == *taru-example.service ]]
	find "/sys/fs/cgroup$(systemctl show -P ControlGroup taru-example)" -name cgroup.procs -exec grep -l . {} + | sort >"$T/cgroups"
	grep -q '/taru-[0-9a-f]*/cgroup.procs$' "$T/cgroups"
	grep -q '/supervisor/cgroup.procs$' "$T/cgroups"
	[ "$(wc -l <"$T/cgroups")" = 2 ]
	works exec example true
	systemctl stop taru-example
	[ -z "$("$TARU" ps -aq)" ]
}

@test "a service is not ready before its container says so" {
	unit 's|systemd-notify --ready|sleep 3; &|'
	systemctl start --no-block taru-example
	until_true is_running example
	[ "$(systemctl is-active taru-example)" = activating ]
	for _ in {1..300}; do
		[ "$(systemctl is-active taru-example)" != active ] || break
		sleep 0.1
	done
	[ "$(systemctl is-active taru-example)" = active ]
}

@test "--sdnotify=conmon: ready as soon as the program runs; the end of the program is that of the service" {
	unit 's|--sdnotify=container|--sdnotify=conmon|; s|systemd-notify --ready; while.*|sleep 1; exit 7'"'"'|; s|^Restart=.*||'
	systemctl start taru-example
	for _ in {1..300}; do
		[ "$(systemctl is-active taru-example)" = active ] || break
		sleep 0.1
	done
	[ "$(systemctl is-active taru-example)" = failed ]
	[ "$(systemctl show -P ExecMainStatus taru-example)" = 7 ]
	[ -z "$("$TARU" ps -aq)" ]
}
