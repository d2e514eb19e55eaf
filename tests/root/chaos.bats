#!/usr/bin/env bats
# kill -9 of the runtime at any moment of create, start, exec, delete, run: whatever it was doing, the other commands still
# work, and `delete --force` leaves the machine as it was. See chaos.py.
#
#   CHAOS_ROUNDS   how often each verb is killed, in each way (6; with THOROUGH=1 60)
#   CHAOS_SEED     what the moments are drawn with; it is printed
load lib
load live

ROUNDS=${CHAOS_ROUNDS:-${THOROUGH:+60}}
ROUNDS=${ROUNDS:-6}
SEED=${CHAOS_SEED:-$RANDOM}

setup_file()
{
	"${CC:-cc}" -O1 -Wall -Wextra -o "$WORLD_FILE/killer" "$BATS_TEST_DIRNAME/killer.c"
}

# chaos WAY VERB...: of the container that is configured.
chaos()
{
	local way=$1 verb wrong=0
	shift
	for verb; do
		KILLER=$WORLD_FILE/killer "$PYTHON" "$BATS_TEST_DIRNAME/chaos.py" "$way" "$ROUNDS" "$SEED" "$verb" "$T" "$ID" 3>&- 4>&- || wrong=1
	done
	return $wrong
}

# Hooks of all kinds, each of which does something.
HOOK='{path: "/bin/sh", args: ["sh", "-c", "cat >/dev/null; sleep 0.01"]}'
HOOKS=".hooks = {prestart: [$HOOK], createRuntime: [$HOOK], createContainer: [$HOOK], startContainer: [$HOOK], poststart: [$HOOK], poststop: [$HOOK]}"

@test "killed at any moment" {
	configure . /bin/sleep 1000
	chaos time create start exec delete run stay
}

@test "killed before any system call" {
	configure . /bin/sleep 1000
	chaos call create start delete run
	# These would wait for their program.
	EXEC=true chaos call exec
	configure . /bin/true
	chaos call stay
}

@test "killed with hooks of all kinds" {
	configure "$HOOKS" /bin/sleep 1000
	chaos time create start delete run
	chaos call create start delete run
}

@test "killed on the long way in: user and time namespaces, and a child's child that takes over" {
	configure "$HOOKS"' | .linux.namespaces += [{type: "user"}, {type: "time"}] | .linux.timeOffsets = {boottime: {secs: 1000, nanosecs: 0}}
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]' /bin/sleep 1000
	chaos time create start exec delete run
	EXEC=true chaos call create exec run
}

@test "killed with joined user and PID namespaces" {
	# What exec runs there does not end with the container: it ends by itself.
	make_helper --user --map-root-user --pid --fork --kill-child
	configure "$(sed "s/HELPER/$helper/g" <<<'
		.linux.namespaces |= map(if .type == "pid" then .path = "/proc/HELPER/ns/pid" else . end)
		| .linux.namespaces += [{type: "user", path: "/proc/HELPER/ns/user"}]
		| .mounts |= map(select(.type != "cgroup" and .type != "mqueue" and .destination != "/dev/pts"))')" /bin/sleep 1000
	EXEC="sleep 0.1" chaos time create start exec delete run
	EXEC=true chaos call create exec run
}

@test "killed with a listener for a seccomp filter" {
	"$PYTHON" -c '
import os, socket, sys, array
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(16)
while True:
    connection, _ = server.accept()
    try:
        descriptors = array.array("i")
        for _, _, payload in connection.recvmsg(65536, socket.CMSG_SPACE(8 * 4))[1]:
            descriptors.frombytes(payload[:len(payload) - len(payload) % 4])
        for fd in descriptors:
            os.close(fd)
    except OSError:
        pass
    connection.close()
' "$T/socket" 3>&- 4>&- &
	PIDS+=("$!")
	until_true test -S "$T/socket"
	configure '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "'"$T"'/socket", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_NOTIFY"}]}' /bin/sleep 1000
	chaos time create start exec delete run
	EXEC=true chaos call create exec run
}
