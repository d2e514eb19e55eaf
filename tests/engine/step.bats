#!/usr/bin/env bats
# step.bats - `taru run --step`: a container's start is stepped through, and given up without a trace.
# shellcheck disable=SC2154,SC2016
load engine

# steps OPTION… -- LINE…: runs it with these commands of the debugger.
steps()
{
	local words=()
	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	shift
	status=0
	printf '%s\n' "$@" | "$TARU" run --step "${words[@]}" >"$T/stdout" 2>"$T/stderr" || status=$?
	output=$(<"$T/stdout") stderr=$(<"$T/stderr")
	printf 'status %s\n%s\n%s\n' "$status" "$output" "$stderr"
}

# Nothing of what a test has begun: no container, no volume, no event but that one was made.
is_gone()
{
	[ -z "$("$TARU" ps -aq)" ]
	[ -z "$("$TARU" volume ls -q)" ]
	[ -z "$(ls -A "$TARU_RUN_ROOT" 2>/dev/null)" ]
}

@test "each step stops, the program runs as without, and reads nothing of the commands" {
	steps --rm --network none box sh -c 'cat; echo ran; exit 7' -- 'list all' q
	local count
	count=$(grep -cE '^[>+| ] +[0-9]+ (runtime|container) ' <<<"$stderr")
	# shellcheck disable=SC2046
	steps --rm --network none box sh -c 'cat; echo ran; exit 7' -- $(yes s | head -n "$count") 'left over'
	[ "$status" = 7 ]
	[ "$output" = ran ]
	[ "$(grep -cE '^ *[0-9]+\. The (runtime|container) ' <<<"$stderr")" = "$count" ]
	# With -i what is behind the commands is the container's.
	steps --rm -i --network none box cat -- 'b exec' c c 'left over'
	[ "$output" = "left over" ]
}

@test "a shell sees the image's files and the container's network before its program runs" {
	steps --rm box echo ran -- 'b exec' c 'shell cat etc/passwd; ls /sys/class/net >/dev/null; hostname; cat /proc/net/dev' c
	[ "$status" = 0 ]
	[ "$output" = ran ]
	[[ $stderr == *"alice:x:1000:1001::/home:/bin/sh"* ]]
	[[ $stderr == *" eth0:"* ]]
}

@test "given up at any step: no container, no volume, no network, and status 125" {
	local count step
	steps --rm --network none -v cellar:/x box true -- 'list all' q
	count=$(grep -cE '^[>+| ] +[0-9]+ (runtime|container) ' <<<"$stderr")
	for ((step = 1; step <= count; step += 7)); do
		steps --name stepped -v cellar:/x --network none box true -- "b $step" $( ((step == 1)) || echo c) q
		[ "$status" = 125 ]
		[[ $stderr == *"its start was given up after "*", as asked (--step); nothing of it is left"* ]]
		is_gone
	done
	steps --network none box true -- "b exec" c q
	[ "$status" = 125 ]
	is_gone
	steps box true -- "b exec" c q
	[ "$status" = 125 ]
	is_gone
}

@test "one with a log is stepped through before its monitor is there" {
	steps --name logged --network none --log-driver json-file box sh -c 'echo ran; exit 3' -- 'b exec' c '! hostname' c
	[ "$status" = 3 ]
	[ "$output" = ran ]
	[[ $stderr == *"becomes the program"* ]]
	works logs logged
	[ "$output" = ran ]
	steps --network none --log-driver json-file box true -- 'b mount' c q
	[ "$status" = 125 ]
	"$TARU" rm logged
	is_gone
}

@test "with -it the debugger has the terminal first, and then the container its own" {
	local words
	words=$("$PYTHON" "$HERE/../root/pty.py" 'expect:(1/' 'send:b exec\rc\r' 'expect:container)' 'send:! hostname\r' \
		'expect:container)' 'send:c\r' 'expect:# ' 'send:tty; exit 3\r' 'expect:/dev/' -- \
		"$TARU" run -it --rm --step --network none box sh)
	[[ $words == *"status 3"* ]]
	[[ $words == *"mode same"* ]]
	words=$("$PYTHON" "$HERE/../root/pty.py" 'expect:(1/' 'send:\x04' 'expect:given up' -- \
		"$TARU" run -it --step --network none box sh)
	[[ $words == *"status 125"* ]]
	is_gone
}

@test "what the shell has left in the background ends with it, and is not in the container when that runs" {
	steps --rm --network none --cap-add SYS_PTRACE box sh -c 'ls /proc | grep -c "^[0-9]"; ls -d /proc/[0-9]*/root/boot 2>/dev/null' \
		-- 'b exec' c '! sleep 100 >/dev/null 2>&1 &' c
	[ "${output%%$'\n'*}" -le 4 ]
	[[ $output != *boot* ]]
	is_gone
}

@test "a line that is too long is none, and is told" {
	steps --rm --network none box true -- "! echo $(head -c 3000 /dev/zero | tr '\0' A) end" c
	[ "$status" = 0 ]
	[[ $stderr == *"the line is too long, and is not done"* ]]
	[[ $output$stderr != *AAAA* ]]
	is_gone
}

# stepping AT OPTION…: one is stepped through, named `one`, and stands before the first step of AT, as long as descriptor 9 is open.
stepping()
{
	local at=$1
	shift
	mkfifo "$T/commands"
	"$TARU" run --name one --step --network none "$@" box sleep 100 <"$T/commands" >"$T/out" 2>"$T/said" 3>&- 4>&- &
	STEPS=$!
	exec 9>"$T/commands"
	rm "$T/commands"
	printf 'b %s\nc\n' "$at" >&9
	until_true grep -q '^breakpoint 1: .* step' "$T/said"
	until_true grep -qx "breakpoint 1: $at" "$T/said"
}

# given_up [STATUS]: who stepped through it has ended so, and nothing is there.
given_up()
{
	status=0
	wait "$STEPS" || status=$?
	exec 9>&-
	[ "$status" = "${1:-125}" ]
	grep -q "its start was given up after" "$T/said"
	is_gone
}

@test "stop, and rm -f, give up a start that is stepped through, early and late, with a monitor and without" {
	local options verb at
	for options in "" "--log-driver json-file" --rm; do
		for at in 2 exec; do
			for verb in stop "rm -f" "rm -f -v"; do
				# shellcheck disable=SC2086
				stepping "$at" $options
				# shellcheck disable=SC2086
				works $verb one
				[ "$output" = one ]
				given_up
			done
		done
	done
}

@test "a signal to who steps through it gives the start up, early and late, and is its status" {
	local options at
	for options in "" --rm; do
		for at in 2 pivot-root exec; do
			# shellcheck disable=SC2086
			stepping "$at" $options
			kill -TERM "$STEPS"
			given_up 143
			grep -q "as asked (SIGTERM)" "$T/said"
		done
	done
	stepping exec
	kill -HUP "$STEPS"
	given_up 129
	# Whoever has it ignored is not disturbed.
	trap '' HUP
	stepping exec
	trap - HUP
	kill -HUP "$STEPS"
	works rm -f one
	given_up
}

@test "other verbs leave a start that is stepped through alone, and say so at once; prune goes on with the others" {
	local verb options
	for options in "" "--log-driver json-file"; do
		# shellcheck disable=SC2086
		stepping mount $options
		for verb in rm start restart; do
			fails 1 "container one: its start is being stepped through (run --step); \`taru rm -f one\` has it given up" \
				-- "$verb" one
		done
		works create --name other box true
		works container prune -f
		[[ "$stderr" == *"container one: its start is being stepped through"*"it stays"* ]]
		[ "$("$TARU" ps -aq | wc -l)" = 1 ]
		echo quit >&9
		given_up
	done
}

@test "one that was stepped through and runs is stopped as any other" {
	stepping exec
	echo c >&9
	until_true running_one
	works stop -t 0 one
	wait "$STEPS" || true
	exec 9>&-
	works rm one
	is_gone
}

running_one()
{
	[ "$("$TARU" inspect --format '{{.State.Status}}' one)" = running ]
}

@test "who waits for the start of one with a monitor is killed: it is given up, and the terminal is as before" {
	local words typed
	for typed in '' 'send:b exec\rc\r|expect:container)' 'send:b exec\rc\r|expect:container)|send:!\r|expect:leads back'; do
		IFS='|' read -ra typed <<<"$typed"
		words=$("$PYTHON" "$HERE/../root/pty.py" 'expect:(1/' "${typed[@]}" "do:kill -KILL \$(cat '$T/front')" \
			'expect:it was killed' cooked -- \
			sh -c 'sh -c "echo \$\$ >\"\$0\"; exec \"\$@\"" "$@"; echo it was killed; while [ -e "$1.there" ]; do sleep 0.1; done' \
			sh "$T/front" "$TARU" run -it --rm --step --network none box sh)
		[[ $words == *"mode same"* ]]
		until_true is_gone
	done
}

@test "what does not go together, and where nobody can type, is told" {
	fails 125 "options '--detach' and '--step': one of them only" -- run -d --step box true
	fails 125 "options '--explain' and '--step': one of them only" -- run --explain sh --step box true
	fails 125 "option '--step': standard input is no terminal, and no pipe or file with commands" -- run --step box true
	is_gone
}
