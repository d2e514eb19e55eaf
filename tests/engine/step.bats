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

@test "what does not go together, and where nobody can type, is told" {
	fails 125 "options '--detach' and '--step': one of them only" -- run -d --step box true
	fails 125 "options '--explain' and '--step': one of them only" -- run --explain sh --step box true
	fails 125 "option '--step': standard input is no terminal, and no pipe or file with commands" -- run --step box true
	is_gone
}
