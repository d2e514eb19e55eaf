#!/usr/bin/env bats
# stats_view.bats - what containers use as a picture, on a terminal: frames, keys, sizes, and that the terminal is as it
# was before however it ends.
# shellcheck disable=SC2154,SC2016
load engine

# played ACTION… -- WORD…: the actions of a person at a terminal on which `taru WORD…` runs: $output.
played()
{
	local status=0
	output=$(TERM=xterm LC_ALL=C.UTF-8 "$PYTHON" "$BATS_TEST_DIRNAME/../root/pty.py" "${before[@]}" 3>&- 4>&-) || status=$?
	[ "$status" = 0 ] || { echo "$output"; return 1; }
}

# at_terminal ACTION… -- WORD…
at_terminal()
{
	before=()
	while [ "$1" != -- ]; do
		before+=("$1")
		shift
	done
	shift
	before+=(-- "$TARU" "$@")
	played
}

# The alternate screen was left, the cursor is seen, lines run over again; and the mode is as before.
is_restored()
{
	local end=$'\e[?7h\e[?25h\e[?1049l'
	[[ "$output" == *"$end"* ]] || { echo "the screen was not left"; return 1; }
	[[ "${output##*"$end"}" != *$'\e'* ]] || { echo "something was drawn afterwards"; return 1; }
	[[ "$output" == *"mode same" ]]
}

@test "top without a name: frames of all that run, one over the other; q ends it and the terminal is as before" {
	background one --memory 64m box sleep 100
	background two box sh -c 'while :; do :; done'
	works create --name three box true
	at_terminal raw 'expect:\x1b[?1049h' 'expect:2 containers' expect:two 'expect:\x1b[?2026h\x1b[H' expect:two \
		expect:━ expect:▁ send:q -- top
	[[ "$output" == *"status 0"* ]]
	[[ "$output" != *three* ]]
	is_restored
	at_terminal expect:one 'send:\x03' -- stats --view bars one
	[[ "$output" != *two* && "$output" == *"status 0"* ]]
	is_restored
}

@test "the view: s sorts by the next of cpu, mem, io, pids, name; arrows select" {
	background aa box sleep 100
	background zz box sh -c 'while :; do :; done'
	at_terminal 'expect:by cpu' 'expect:▌\x1b[0m \x1b[1mzz' expect:aa send:s 'expect:by mem' send:s 'expect:by io' \
		send:s 'expect:by pids' send:s 'expect:by name' 'expect:▌\x1b[0m \x1b[1maa' 'send:\x1b[B' 'expect:2/2' 'expect:▌\x1b[0m \x1b[1mzz' \
		send:k expect:1/2 'expect:▌\x1b[0m \x1b[1maa' send:q -- top
	is_restored
}

@test "the view: enter shows one alone, with its processes; esc goes back" {
	background one --memory 64m box sh -c $'sleep 300; : \e[31m'
	at_terminal expect:one 'send:\r' expect:HPID 'expect:sleep 300' 'send:\x1b' 'expect:1 container' send:q -- top
	[[ "$output" == *"of 64M"* ]]
	[[ "$output" == *"sleep 300; : ?[31m"* ]]
	[[ "$output" != *$': \e[31m'* ]]
	is_restored
}

@test "the view: another size is drawn anew, however small" {
	background one box sleep 100
	at_terminal expect:one expect:PSI resize:10x40 'expect:\x1b[2J' 'expect:1 container' resize:1x1 'expect:\x1b[2J' resize:50x200 'expect:\x1b[2J' \
		expect:PIDS send:q -- top
	is_restored
}

@test "the view: a container that ends meanwhile is told, and gone; others come" {
	background one box sleep 100
	"$TARU" create --name two box sleep 100 >/dev/null
	at_terminal expect:one 'send:\r' expect:HPID "do:setsid -f '$TARU' start two && '$TARU' rm -f one" \
		'expect:one has ended' expect:two send:q -- top
	is_restored
}

@test "the view: paused it stays as it is; p lets it go on" {
	background one box sleep 100
	at_terminal expect:one send:p expect:paused send:p 'expect:\x1b[2mby cpu' send:q -- top
	is_restored
}

@test "the view: signals end it, and the terminal is as before" {
	local signal
	background one box sleep 100
	for signal in TERM:143 HUP:129 INT:130 QUIT:131; do
		at_terminal raw expect:one "kill:${signal%:*}" -- top
		[[ "$output" == *"status ${signal#*:}"* ]]
		is_restored
	done
}

@test "the view: it ends with its terminal" {
	background one box sleep 100
	at_terminal raw expect:one hangup -- top
	[[ "$output" =~ "status "(0|129) ]]
}

@test "the view: it can be stopped and goes on; the terminal is the shell's meanwhile" {
	background one box sleep 100
	at_terminal raw expect:one kill:TSTP 'expect:\x1b[?1049l' cooked kill:CONT raw 'expect:\x1b[?1049h' expect:one send:q -- top
	is_restored
	at_terminal raw expect:one 'send:\x1a' 'expect:\x1b[?1049l' cooked kill:CONT raw 'expect:\x1b[?1049h' expect:one send:q -- top
	is_restored
}

@test "the view: none runs, and there is no store yet" {
	at_terminal 'expect:no container runs' 'send:jks\r\x1b[5~' 'expect:by mem' send:q -- top
	is_restored
	before=('expect:no container runs' send:q -- "$TARU" --root "$T/none" top)
	played
	is_restored
}

@test "NO_COLOR, a locale without UTF-8, and TERM=dumb: plain characters" {
	local colour=$'\e\\[[0-9;]*m'
	background one --memory 64m box sleep 100
	before=(expect:one 'expect:____' send:q -- env LC_ALL=C NO_COLOR=1 "$TARU" top)
	played
	[[ ! "$output" =~ $colour ]]
	[[ "$output" != *[━▁▌⏎]* ]]
	is_restored
	before=(expect:one -- env TERM=dumb "$TARU" stats --view bars --no-stream)
	played
	[[ "$output" != *$'\e'* ]]
}

@test "without a terminal pictures are printed one after another, and once with --no-stream" {
	background one --memory 64m box sleep 100
	works stats --view bars --no-stream
	[ "${#lines[@]}" = 4 ]
	[[ "$output" == *"1 container"*NAME*CPU*MEM*one* ]]
	[[ "$output" != *$'\e'* ]]
	COLUMNS=40 works stats --view bars --no-stream
	[ "$(wc -L <<<"$output")" -le 40 ]
	"$TARU" stats --view bars >"$T/stats" </dev/null 3>&- 4>&- &
	local pid=$!
	until_true eval '[ "$(grep -c "1 container" "$T/stats")" -ge 2 ]'
	kill "$pid"
	wait "$pid" || true
	works stats --no-stream --view table --format json
	"$PYTHON" -c 'import json, sys; row = json.load(sys.stdin); assert {"CPUPressure", "MemPressure", "BlockPressure"} < set(row)' <<<"$output"
	works stats --no-stream --format '{{.CPUPressure}} {{.MemPressure}} {{.BlockPressure}}'
	[[ "$output" =~ ^([0-9.]+%\ [0-9.]+%\ [0-9.]+%|--\ --\ --)$ ]]
}

@test "stats and top: what does not go is told" {
	fails 1 "'--view' takes 'table' or 'bars', not 'pie'" -- stats --view pie
	fails 1 "do not go together" -- stats --view bars --format json
	fails 1 "no such container" -- stats --view bars --no-stream nobody
	fails 1 "top needs a CONTAINER, or a terminal" -- top
}
