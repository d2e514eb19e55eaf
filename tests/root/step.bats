#!/usr/bin/env bats
# `run --step`: a start is stepped through, looked at from within, and given up without a trace.
load lib

# steps LINE…: runs what is configured with these commands.
steps()
{
	printf '%s\n' "$@" >"$T/commands"
	INPUT=$T/commands start --step
}

# $PLAN: the steps as `list all` has them: "12 container mount …".
read_plan()
{
	steps 'list all' quit
	PLAN=$(sed -n 's/^[>+|! -] *\([0-9]* \(runtime\|container\) .*\)/\1/p' <<<"$errors")
	COUNT=$(wc -l <<<"$PLAN")
}

# The number of the first of a kind.
number_of()
{
	awk -v kind="$1" '$3 == kind { print $1; exit }' <<<"$PLAN"
}

# Nothing is there of a container with this id.
nothing_is_left()
{
	[ ! -e "/run/taru-oci/$ID" ] || { echo "its folder is left"; return 1; }
	[ -z "$(find /sys/fs/cgroup -maxdepth 3 -type d -name "$ID")" ] || { echo "a cgroup is left"; return 1; }
}

SMALL='.linux.namespaces = [{type: "mount"}, {type: "pid"}, {type: "uts"}, {type: "ipc"}] | .hostname = "cellar"
	| .linux.maskedPaths = ["/proc/acpi"] | .linux.readonlyPaths = []'

@test "each step stops once, in the order of the plan, and the program runs as without" {
	configure "$SMALL" /bin/sh -c 'hostname; exit 7'
	read_plan
	# shellcheck disable=SC2046
	steps $(yes step | head -n "$COUNT")
	is "$status" 7 "the status"
	is "$output" cellar "what the program said"
	is "$(grep -oE '^ *[0-9]+\. The (runtime|container) ' <<<"$errors" | tr -dc '0-9\n')" "$(seq "$COUNT")" "the stops"
	nothing_is_left
}

@test "a stop says what comes, what for, the line of shell, and the key that asked for it" {
	configure "$SMALL" /bin/true
	steps 'break set-hostname' continue quit
	has "$errors" "breakpoint 1: set-hostname (1 step)"
	has "$errors" ". The container sets the name of the machine: in this UTS namespace only. See"$'\n      uts_namespaces(7).\n'
	has "$errors" "      hostname cellar"
	has "$errors" "      asked for by: hostname"
}

@test "it stops at a number, a kind, a lane, a key; a breakpoint can be deleted" {
	configure "$SMALL" /bin/echo ran
	local exec
	read_plan
	exec=$(number_of exec)
	steps 'break mounts[2]' c 'break exec' 'delete 1' 'b' c "b $exec" 'd' 'b container' 'break' c
	is "$status" 0 "the status"
	is "$output" ran "the program"
	has "$errors" "      asked for by: mounts[2]"
	has "$errors" $'\n2: exec\nbreakpoint 2: exec\n'
	has "$errors" $'\n4: container'
	is "$(grep -c '^breakpoint 1: ' <<<"$errors")" 2 "how often the first was told of"
}

@test "what is no command, no step, no breakpoint is told, and nothing happens" {
	configure "$SMALL" /bin/true
	steps 'nonsense' 'step 3' 'break hooks' 'break 4711' 'delete 9' 'print 0' 'list x' '' '# a remark' quit
	has "$errors" "'nonsense' is no command; \`help\` lists them"
	has "$errors" "step takes no argument: '3'"
	has "$errors" "no step of this plan is 'hooks'"
	has "$errors" "there is no step '4711': they are 1 to "
	has "$errors" "there is no breakpoint '9'"
	has "$errors" "there is no step '0'"
	has "$errors" "there is no step 'x'"
	is "$(grep -c '\. The ' <<<"$errors")" 1 "how many stops"
	has "$errors" "given up after 0 of"
}

@test "list and print: what is done, what comes, the processes, their namespaces, what they hold" {
	configure "$SMALL" /bin/true
	local mount
	read_plan
	mount=$(number_of mount)
	steps 'print' 'break mount' c 'list' 'list all' 'print' quit
	has "$errors" "container: there is no process yet"
	has "$errors" "> $(printf %4d "$mount") container  mount "
	has "$errors" "+ $(printf %4d "$((mount - 1))") container  open-root "
	has "$errors" "  $(printf %4d "$((mount + 1))") container "
	[[ $errors =~ runtime:\ process\ [0-9]+,\ waits\ before\ step\ [0-9]+ ]]
	[[ $errors =~ container:\ process\ [0-9]+,\ waits\ before\ step\ $mount ]]
	has "$errors" "    namespaces of its own: mnt pid ipc uts"
	has "$errors" "    holds the root of the mounts (step $((mount - 1)))"
	has "$errors" '"kind": "mount",'
	is "$(grep -cE '^[|>+ !-] +[0-9]+ (runtime|container) ' <<<"$errors")" $((COUNT + 13)) "the lines of both lists"
}

@test "a step is left out, and the container is what it is without" {
	configure "$SMALL" /bin/sh -c 'hostname; grep -c " /dev/shm " /proc/mounts'
	steps 'b set-hostname' 'b mounts[3]' c 'skip' c 'skip' 'list' c
	is "$status" 1 "grep finds none"
	is "$output" "host"$'\n'0 "what is left out is not there"
	[[ $errors =~ -\ +[0-9]+\ container\ +set-hostname ]]
}

@test "what others need is not left out, and it is said why" {
	configure "$SMALL" /bin/true
	steps 'b clone' 'b open-root' 'b pivot-root' 'b close-descriptors' 'b exec' c skip c skip c skip c skip c skip q
	is "$(grep -c 'cannot be left out: ' <<<"$errors")" 5 "refusals"
	has "$errors" "cannot be left out: without it there is no process of the container"
	has "$errors" "cannot be left out: without it the container would reach the host"
	nothing_is_left
}

@test "given up at any step, also by the end of the commands, nothing is left behind" {
	own_rootfs
	configure "$SMALL | $OWN" /bin/true
	local step before
	read_plan
	before=$(find "$T/rootfs" | sort)
	for ((step = 1; step <= COUNT; step++)); do
		if [ $((step % 2)) = 0 ]; then
			steps "break $step" c quit
		else
			steps "break $step" $(((step == 1)) || echo c)
		fi
		[ "$status" = 1 ] || { echo "step $step: status $status: $errors"; return 1; }
		has "$errors" "its start was given up after "
		has "$errors" " of $COUNT steps, as asked (--step); nothing of it is left"
		[[ $errors != *ECANCELED* ]]
		nothing_is_left || { echo "after step $step"; return 1; }
	done
	# A mount's target that was made stays, as after any run.
	is "$(find "$T/rootfs" | sort | comm -23 <(echo "$before") -)" "" "what is gone of the root file system"
}

@test "a hook of the host runs when it is its turn, and poststop after giving up" {
	configure "$SMALL | .hooks = {createRuntime: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"echo made >>$T/hooks\"]}],
		poststop: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"echo stopped >>$T/hooks\"]}]}" /bin/true
	steps 'b run-hook' 'b exec' c quit
	is "$(cat "$T/hooks" 2>/dev/null)" stopped "before it"
	rm "$T/hooks"
	steps 'b run-hook' 'b exec' c c quit
	is "$(cat "$T/hooks")" $'made\nstopped' "after it"
}

@test "a shell sees the half-made container with the programs of the host, and leaves no trace" {
	configure "$SMALL" /bin/sh -c 'hostname; grep -c . /proc/self/mountinfo; ls /mnt 2>&1'
	read_plan
	start
	local without=$output
	steps 'b mounts[0]' 'b change-directory' 'b exec' 'shell' c \
		'shell echo "tools $(command -v bats)"; ls' \
		's' '! ls proc | wc -l; mount -t tmpfs none /run/taru-oci; touch /run/taru-oci/x; mount -t tmpfs none ./tmp' \
		c '! hostname; echo "first $(tr "\0" " " <proc/1/cmdline)"; ps -o comm= -p 1; head -c 3 proc/self/comm; echo root $TARU_STEP_ROOT' c
	is "$status" 1 "the status (ls)"
	is "$output" "$without" "what the container sees"
	has "$errors" "there is no process of the container's yet: step $(number_of clone) makes it"
	has "$errors" "tools $(command -v bats)"
	has "$errors" $'\nproc\n'
	has "$errors" $'\ncellar\nfirst '
	has "$errors" "root /mnt"
	[ ! -e /run/taru-oci/x ]
}

@test "an ordinary user steps too, and has a shell once the process does not shut it out" {
	own_rootfs
	local state=$T/state
	mkdir "$state"
	chown -R "$ORDINARY:$ORDINARY" "$T"
	AS=(setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups env "XDG_RUNTIME_DIR=$state")
	(cd "$T" && rm -f config.json && runtime spec --rootless) >/dev/null
	jq '.process.terminal = false | .process.args = ["/bin/id", "-u"] | .root.path = "rootfs" | .hostname = "cellar"' \
		"$T/config.json" >"$T/c" && cat "$T/c" >"$T/config.json"
	steps 'b pivot-root' c '! true' q
	has "$errors" "only root gets past that: \`skip\` the step set-dumpable"
	steps 'b set-dumpable' c skip 'b pivot-root' c '! hostname; ls; id -u' c
	is "$status" 0 "the status"
	is "$output" 0 "its id"
	has "$errors" $'\ncellar\nbin\n'
	[ -z "$(ls -A "$state"/taru-oci 2>/dev/null)" ]
}

@test "a step that fails is told as without, and stops nobody any more" {
	configure "$SMALL | .mounts += [{destination: \"/x\", type: \"nosuchfs\", source: \"none\"}]" /bin/true
	start
	local without=$errors
	steps 'b mount' c c c c c c c c c c c c
	is "$status" 1 "the status"
	has "$errors" " has failed"
	has "$errors" "$without"
	nothing_is_left
	configure "$SMALL" /no/such/program
	start
	without=$errors
	steps 'b exec' c c c
	has "$errors" "$without"
	nothing_is_left
}

# Runs in the background, its commands kept open at descriptor 9: $runtime_pid.
hold()
{
	mkfifo "$T/fifo"
	"$TARU_OCI" run --step -b "$T" "$ID" <"$T/fifo" >"$T.out" 2>"$T.err" 3>&- 4>&- 9>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	exec 9>"$T/fifo"
	printf '%s\n' "$@" >&9
}

let_go()
{
	exec 9>&-
	land
}

waits_at()
{
	grep -q "^container: process [0-9]*, waits before step" "$T.err"
}

@test "the container's process is killed while it waits: told, and undone" {
	configure "$SMALL" /bin/true
	hold 'b pivot-root' c print
	until_true waits_at
	kill -KILL "$(sed -n 's/^container: process \([0-9]*\),.*/\1/p' "$T.err")"
	until_true grep -q 'ended while it waited' "$T.err"
	wait "$runtime_pid" || status=$?
	let_go
	is "$status" 1 "the status"
	has "$errors" "the container's process was ended while it waited"
	nothing_is_left
}

@test "the debugger is killed: the start is given up and undone" {
	configure "$SMALL" /bin/true
	hold 'b pivot-root' c print
	until_true waits_at
	local pid
	for pid in $(cat "/proc/$runtime_pid/task/$runtime_pid/children"); do
		[ "$pid" = "$(sed -n 's/^container: process \([0-9]*\),.*/\1/p' "$T.err")" ] || kill -KILL "$pid"
	done
	let_go
	is "$status" 1 "the status"
	has "$errors" "its start was given up after"
	nothing_is_left
}

@test "a signal to the runtime gives the start up, and is its status" {
	configure "$SMALL" /bin/true
	hold 'b pivot-root' c print
	until_true waits_at
	kill -TERM "$runtime_pid"
	let_go
	is "$status" 143 "the status"
	has "$errors" "its start was given up after"
	nothing_is_left
}

@test "the runtime is killed: nobody waits on, and delete removes the rest" {
	configure "$SMALL" /bin/true
	hold 'b pivot-root' c print
	until_true waits_at
	kill -KILL "$runtime_pid"
	until_true ended
	let_go
	runtime delete --force "$ID"
	nothing_is_left
}

ended()
{
	! pgrep -f "run --step -b $T " >/dev/null
}

@test "a seccomp filter, a terminal's mode, descriptors of the caller: as without" {
	configure "$SMALL | .linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\",
		syscalls: [{names: [\"read\", \"write\"], action: \"SCMP_ACT_ERRNO\", errnoRet: 1,
			args: [{index: 2, value: 1, op: \"SCMP_CMP_EQ\"}]}]}" /bin/sh -c 'ls /proc/self/fd | wc -l'
	start
	local without=$output
	# The answer is one byte, which it may not read: it goes on.
	steps 'b exec' c c c
	is "$status" 0 "the status"
	[[ $errors != *ended* ]]
	is "$output" "$without" "descriptors"
}

@test "detached, it is stepped through as well, and runs on" {
	configure "$SMALL" /bin/sleep 100
	printf '%s\n' 'b exec' c c c >"$T/commands"
	INPUT=$T/commands start --step --detach
	is "$status" 0 "the status"
	is "$(runtime state "$ID" | jq -r .status)" running "its state"
	runtime delete --force "$ID"
}

@test "without a terminal, a pipe or a file there is a message" {
	configure "$SMALL" /bin/true
	start --step
	is "$status" 1 "the status"
	has "$errors" "option '--step': standard input is no terminal, and no pipe or file with commands"
	nothing_is_left
}

# Plays the actions on a terminal while it is stepped through.
play()
{
	status=0
	output=$(SHELL=/bin/sh "$PYTHON" "$BATS_TEST_DIRNAME/pty.py" "$@" -- "$TARU_OCI" run --step -b "$T" "$ID" 3>&- 4>&-) ||
		status=$?
	errors=''
	is "$status" 0 "the actions"
}

@test "a terminal: lines are edited, earlier ones come back, an empty one steps, and its mode is put back" {
	configure "$SMALL" /bin/sh -c 'echo ran; stty -a 2>/dev/null | grep -o " icanon"'
	play 'expect:(1/' raw 'send:brxak exec\x01\x1b[C\x1b[C\x1b[3~e\r' 'expect:breakpoint 1: exec' 'send:\r' 'expect:(2/' \
		'send:nonsense\x03' 'send:brea\x1b[A\x1b[A\x1b[B\x15list\r' 'expect:>    2 ' 'send:c\r' 'expect:asked for by: process.args' \
		'send:c\r' 'expect:ran' 'expect: icanon'
	has "$output" "status 0"
	has "$output" "mode same"
	[[ $output != *"is no command"* ]]
}

@test "a terminal: a shell, the end by Ctrl-D, and a terminal that is gone" {
	configure "$SMALL" /bin/true
	play 'expect:(1/' 'send:b exec\rc\r' 'expect:asked for by: process' 'expect:container)' 'send:shell\r' 'expect:leads back' \
		cooked 'send:echo $((6*7)); hostname; exit\n' 'expect:42' 'expect:cellar' 'expect:container)' 'send:\x04' 'expect:given up'
	has "$output" "status 1"
	has "$output" "mode same"
	nothing_is_left
	play 'expect:(1/' 'send:b exec\rc\r' 'expect:asked for by: process' 'expect:container)' hangup
	until_true nothing_is_left
}

@test "a terminal of the container's own comes after the debugger has had the caller's" {
	configure "$SMALL | .process.terminal = true" /bin/sh -c 'tty; read x; echo got $x'
	play 'expect:(1/' 'send:b exec\rc\r' 'expect:container)' 'send:c\r' 'expect:/dev/' 'send:word\r' 'expect:got word'
	has "$output" "status 0"
	has "$output" "mode same"
}
