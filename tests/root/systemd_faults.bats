#!/usr/bin/env bats
# --systemd-cgroup where systemd cannot be reached, does not answer, or answers what it should not: each is told, and
# nothing stays behind. The bus is a program of the test's own (systemd_bus.py).
load lib

# A container whose systemd answers in this way: $status, $output, $errors, and what was asked in $T/bus.
with_bus()
{
	"$PYTHON" "$BATS_TEST_DIRNAME/systemd_bus.py" "$T/socket" "$1" >"$T/bus" 2>&1 3>&- 4>&- &
	PIDS+=("$!")
	until_true grep -q listening "$T/bus"
	start_scope
}

start_scope()
{
	configure '.linux.cgroupsPath = "system.slice:tt:'"$ID"'"' /bin/true
	status=0
	DBUS_SYSTEM_BUS_ADDRESS=unix:path=$T/socket timeout --foreground -k 1 "${LIMIT:-20}" \
		"$TARU_OCI" --systemd-cgroup run -b "$T" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
	echo "$errors"
	[ "$status" = 1 ]
	has "$errors" "linux.cgroupsPath: "
}

@test "there is no socket, or nobody listens" {
	start_scope
	has "$errors" "there is no socket '$T/socket'; where no systemd runs, use '--cgroup-manager cgroupfs'"
	"$PYTHON" -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$T/socket"
	start_scope
	has "$errors" "nobody listens on '$T/socket'"
}

@test "an ordinary user without a bus is told so" {
	configure "$ROOTLESS" /bin/true
	as_ordinary
	status=0
	env -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS "${AS[@]}" "$TARU_OCI" --root "$T/r" --systemd-cgroup run -b "$T" \
		"$ID" </dev/null >"$T.out" 2>"$T.err" || status=$?
	collect
	[ "$status" = 1 ]
	has "$errors" "there is no socket '/run/user/$ORDINARY/bus'"
}

@test "systemd refuses" {
	with_bus refuses
	has "$errors" "systemd does not make the unit 'tt-$ID.scope' (it says: Cannot set property X, or unknown property.)"
	grep -q "^StartTransientUnit tt-$ID.scope replace .*Delegate.*DevicePolicy.*strict.*/dev/char/1:3" "$T/bus"
}

@test "systemd does not let this user" {
	with_bus denies
	has "$errors" "systemd does not let this user make the unit"
}

@test "no systemd is on the bus" {
	with_bus absent
	has "$errors" "no systemd is on the bus '$T/socket' (it says: The name is not activatable)"
}

@test "the bus does not let this user in" {
	with_bus rejects
	has "$errors" "does not let this user in"
}

@test "what answers is no bus" {
	with_bus garbage
	has "$errors" "does not speak D-Bus"
}

@test "what answers is a server of something else" {
	with_bus speaks_another_way
	has "$errors" "does not speak D-Bus"
}

@test "the bus goes away" {
	with_bus closes
	has "$errors" "has closed the connection"
}

@test "systemd's job fails, and the unit is forgotten" {
	with_bus fails
	has "$errors" "its job ended with 'timeout'"
	until_true grep -q "^ResetFailedUnit tt-$ID.scope" "$T/bus"
}

@test "somebody else cannot say that the job is done" {
	with_bus forged
	has "$errors" "has closed the connection"
}

@test "a unit is in the way" {
	with_bus exists
	has "$errors" "there is a unit 'tt-$ID.scope' already"
	is "$(grep -o '^[SR][a-zA-Z]*' "$T/bus" | tr '\n' ' ')" \
		"Subscribe StartTransientUnit ResetFailedUnit StartTransientUnit "
}

@test "answers come in pieces, among others" {
	with_bus in_pieces
	has "$errors" "(it says: in pieces)"
}

@test "systemd has much to say" {
	with_bus says_much
	has "$errors" "(it says: so so so so"
	[ "${#errors}" -lt 500 ]
}

@test "systemd does not answer" {
	LIMIT=60
	with_bus silent
	has "$errors" "systemd does not answer, by '$T/socket', for 30 s"
}

@test "an annotation that is no property is refused before anything is done" {
	configure '.annotations = {"org.systemd.property.TimeoutStopSec": "soon"}' /bin/true
	status=0
	"$TARU_OCI" --systemd-cgroup run -b "$T" "$ID" >"$T.out" 2>"$T.err" || status=$?
	collect
	[ "$status" = 1 ]
	has "$errors" 'annotations["org.systemd.property.TimeoutStopSec"]: '"'soon'"
}
