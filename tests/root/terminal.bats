#!/usr/bin/env bats
# The terminal: the container's own, with the caller's window and keys, and everything put back.
load lib

TERMINAL='.process.terminal = true'

# Plays the actions on a terminal (pty.py) while the configured container runs: $output.
play()
{
	local actions=()
	while [ $# != 0 ]; do
		actions+=("$1")
		shift
	done
	status=0
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" "${actions[@]}" -- "$TARU_OCI" run -b "$T" "$ID" 3>&- 4>&-) || status=$?
	errors=''
	is "$status" 0 "the actions"
}

@test "the process has a terminal: three descriptors, the caller's size, no ONLCR" {
	configure "$TERMINAL" /bin/probe terminal
	play --size 33x77
	has "$output" "tty 1 1 1"
	# Engines expect \n from the terminal, not \r\n.
	has "$output" "rows 33 columns 77 onlcr 0"
	has "$output" "status 0"
	has "$output" "mode same"
}

@test "the size that the config asks for wins" {
	configure "$TERMINAL | .process.consoleSize = {height: 11, width: 22}" /bin/probe terminal
	play --size 33x77
	has "$output" "rows 11 columns 22"
}

@test "/dev/console is the terminal, and the terminal is of the container's devpts" {
	configure "$TERMINAL" /bin/sh -c 'tty; stat -c "%F %t" /dev/console; echo by-console >/dev/console; ls /dev/pts'
	play expect:by-console
	has "$output" "/dev/pts/0"
	has "$output" "character special file 88"
}

@test "the terminal is the controlling one, of a session that the process leads" {
	configure "$TERMINAL" /bin/sh -c 'echo by-tty >/dev/tty; exec /bin/probe session'
	play expect:by-tty
	has "$output" "pid 1 parent 0 session 1 group 1 foreground 1"
}

@test "the terminal belongs to the process's user" {
	configure "$TERMINAL | .process.user = {uid: 1000, gid: 1000}" /bin/sh -c 'stat -c "%u %a" $(tty)'
	play
	has "$output" "1000 620"
}

@test "what is typed reaches the process, in raw mode meanwhile" {
	configure "$TERMINAL" /bin/sh -c 'echo ready; read -r line; echo "got <$line>"'
	play expect:ready raw 'send:hello\n' 'expect:got <hello>'
	has "$output" "status 0"
	has "$output" "mode same"
}

@test "ctrl-c goes to the process and not to the runtime" {
	configure "$TERMINAL" /bin/sh -c 'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.05; done'
	play expect:ready raw 'send:\x03' expect:interrupted
	has "$output" "status 5"
	has "$output" "mode same"
}

@test "a resized window is resized inside" {
	configure "$TERMINAL" /bin/sh -c 'trap "stty size" WINCH; trap "exit 4" TERM; echo ready; while :; do sleep 0.05; done'
	play expect:ready resize:40x100 'expect:40 100' resize:50x120 'expect:50 120' kill:TERM
	has "$output" "status 4"
}

@test "the terminal's mode is put back when the runtime is told to end" {
	configure "$TERMINAL" /bin/sh -c 'trap "exit 3" TERM; echo ready; while :; do sleep 0.05; done'
	play expect:ready raw kill:TERM
	has "$output" "status 3"
	has "$output" "mode same"
}

@test "the terminal's mode is put back when the process is killed" {
	configure "$TERMINAL | .linux.namespaces |= map(select(.type != \"pid\"))" \
		/bin/sh -c 'echo ready; read -r line; kill -KILL $$'
	play expect:ready raw 'send:\n'
	has "$output" "status 137"
	has "$output" "mode same"
}

@test "the terminal's mode is put back when the start fails" {
	configure "$TERMINAL" /bin/absent
	play
	has "$output" "process.args"
	has "$output" "mode same"
}

@test "a runtime that is killed hangs the terminal up" {
	# Nobody can put the caller's terminal back then; the process can end by itself.
	configure "$TERMINAL" /bin/sh -c 'trap "exit 0" HUP; echo ready; while :; do sleep 0.05; done'
	play expect:ready kill:KILL
	has "$output" "status 137"
	"$TARU_OCI" delete --force "$ID"
}

@test "a terminal that is closed hangs the process up" {
	configure "$TERMINAL" /bin/sh -c 'trap "exit 0" HUP; echo ready; while :; do sleep 0.05; done'
	play expect:ready hangup
}

@test "all output arrives, to the last byte" {
	configure "$TERMINAL" /bin/sh -c 'seq 1 20000; echo end'
	play expect:end
	is "$(grep -c '^[0-9][0-9]*$' <<<"$output")" 20000
}

@test "the end of input is passed on" {
	configure "$TERMINAL" /bin/sh -c 'echo ready; cat; echo finished'
	play expect:ready raw 'send:line\n' expect:line 'send:\x04' expect:finished
	has "$output" "status 0"
}

@test "a process has its terminal also where the caller has none" {
	run_args "$TERMINAL" /bin/probe terminal
	if [ "$status" = 0 ]; then
		has "$output" "tty 1 1 1"
	else
		refuses 'process.terminal'
	fi
}

@test "a container without a terminal does not get the caller's as its own" {
	# CVE-2017-5226: what it pushes into the terminal, the caller's shell would run.
	configure . /bin/sh -c 'probe push-input x; echo done'
	play expect:done
	has "$output" "TIOCSTI: E"
	has "$output" "mode same"
}

@test "input pushed into the container's own terminal stays in it" {
	configure "$TERMINAL | .process.capabilities |= with_entries(.value += [\"CAP_SYS_ADMIN\"])" \
		/bin/sh -c 'probe push-input "evil"; echo done'
	status=0
	# After the container a shell reads the caller's terminal: it must find only what is typed.
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" expect:done expect:after 'send:typed\n' 'expect:read <typed>' -- \
		sh -c '"$0" run -b "$1" "$2"; echo after; read -r line; echo "read <$line>"' "$TARU_OCI" "$T" "$ID") || status=$?
	is "$status" 0
}
