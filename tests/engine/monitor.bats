#!/usr/bin/env bats
# monitor.bats - containers that run without their caller: -d, logs, attach, restart policies, health checks, and what
# becomes of them when their monitor is killed.
# shellcheck disable=SC2154,SC2016
load engine

has_status()
{
	[ "$("$TARU" ps -a --filter "name=$1" --format '{{.State}}')" = "$2" ]
}

logs_have()
{
	"$TARU" logs "$1" 2>&1 | grep -q -- "$2"
}

# is_attached PID: it takes signals as who is attached does, all of them.
is_attached()
{
	grep -Eq '^SigBlk:.*f{7}' "/proc/$1/status"
}

# on_a_small_disk ID: the container's folder is on a file system of 160 KiB from here on, mounted at $T/small, too.
on_a_small_disk()
{
	mkdir "$T/small"
	mount -t tmpfs -o size=160k small "$T/small"
	cp -a "$TARU_ROOT/containers/$1/." "$T/small"
	mount --bind "$T/small" "$TARU_ROOT/containers/$1"
}

pty()
{
	"$PYTHON" "$HERE/../root/pty.py" "$@"
}

@test "-d: it prints the ID, runs on, and its exit status is known afterwards" {
	works run -d --name one box sh -c 'echo out; echo err >&2; sleep 0.3; exit 3'
	[[ "$output" =~ ^[0-9a-f]{64}$ ]]
	works wait one
	[ "$output" = 3 ]
	works ps -a --format '{{.Status}}'
	[[ "$output" == "Exited (3)"* ]]
	works logs one
	[ "$output" = out ]
	[ "$stderr" = err ]
}

@test "-d: what cannot be started is told as in the foreground, and nothing runs" {
	fails 127 "nothere" -- run -d --name one box nothere
	fails 126 "/etc" -- run -d --rm box /etc
	fails 125 "--restart" -- run -d --rm --restart always box true
	fails 125 "--trace" -- run -d --trace box true
	works ps -aq
	[ "${#lines[@]}" = 1 ]
	works rm one
	run -1 pgrep -f "^taru-monitor .* --root $TARU_ROOT "
}

@test "a monitor is small: 200 KiB of memory of its own, no descriptor of its caller's, no big environment" {
	local pid
	BIG=$(printf '%070000d' 1) works run -d --name one box sleep 100
	pid=$(monitor_of one)
	until_true grep -q taru-monitor "/proc/$pid/comm"
	[ "$(awk '/^Private_(Clean|Dirty)/ { sum += $2 } END { print sum }' "/proc/$pid/smaps_rollup")" -le 200 ]
	[ "$(tr '\0' '\n' <"/proc/$pid/environ" | grep -c BIG)" = 0 ]
	[ "$(readlink "/proc/$pid/cwd")" = / ]
	[[ "$(readlink "/proc/$pid/fd/0" "/proc/$pid/fd/1" "/proc/$pid/fd/2" | sort -u)" == /dev/null ]]
	works rm -f one
	run -1 monitor_of one
}

@test "logs: --tail, --timestamps, --since, --until; -f goes on to the end" {
	works run -d --name one box sh -c 'for i in 1 2 3 4 5; do echo line $i; done; sleep 1; echo last'
	until_true logs_have one "line 5"
	works logs --tail 2 one
	[ "$output" = $'line 4\nline 5' ]
	works logs -n 0 one
	[ "$output" = "" ]
	works logs -t -n 1 one
	[[ "$output" =~ ^20[0-9-]*T[0-9:.]*Z\ line\ 5$ ]]
	works logs --since 1h -n 1 one
	[ "$output" = "line 5" ]
	works logs --until 1h one
	[ "$output" = "" ]
	fails 1 "--since" -- logs --since yesterday one
	fails 1 "--tail" -- logs --tail many one
	works logs -f one
	[ "${lines[-1]}" = last ]
	[ "${#lines[@]}" = 6 ]
}

@test "logs: json-file is docker's form, k8s-file that of kubelet; both keep every byte that they can" {
	local bytes='printf "a\"b\\\\c\ttab\033[0m \303\274 \377 end\n"; printf "part"'
	works run -d --name json --log-driver json-file box sh -c "$bytes"
	works run -d --name k8s --log-driver k8s-file box sh -c "$bytes"
	works wait json k8s
	"$PYTHON" - "$TARU_ROOT"/containers/*/log <<-'END'
		import json, re, sys
		for path in sys.argv[1:]:
		    data = open(path, 'rb').read()
		    if data.startswith(b'{'):
		        entries = [json.loads(line) for line in data.decode().splitlines()]
		        assert entries[0]['log'] == 'a"b\\c\ttab\x1b[0m \u00fc \ufffd end\n', entries
		        assert entries[0]['stream'] == 'stdout'
		        assert re.fullmatch(r'20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z', entries[0]['time'])
		        assert entries[1]['log'] == 'part', entries
		    else:
		        lines = data.split(b'\n')
		        assert lines[0].endswith(b' stdout F a"b\\c\ttab\x1b[0m \xc3\xbc \xff end'), lines
		        assert lines[1].endswith(b' stdout P part'), lines
	END
	"$TARU" logs k8s | cmp - <(printf 'a"b\\c\ttab\033[0m \303\274 \377 end\npart')
	"$TARU" logs json | cmp - <(printf 'a"b\\c\ttab\033[0m \303\274 \357\277\275 end\npart')
}

@test "logs: long lines and NULs come out as they went in" {
	works run -d --name one box sh -c 'head -c 100000 /dev/zero | tr "\0" x; echo; printf "\0\n"'
	works wait one
	"$TARU" logs one | cmp - <(head -c 100000 /dev/zero | tr '\0' x; printf '\n\0\n')
}

@test "logs: max-size and max-file hold, with the newest at the end; follow sees through a rotation" {
	works run -d --name one --log-opt max-size=10k --log-opt max-file=3 box \
		sh -c 'i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo "line number $i"; done; sleep 0.5; echo end'
	works logs -f one
	[ "${lines[-1]}" = end ]
	[ "${lines[-2]}" = "line number 1000" ]
	[ "$(ls "$TARU_ROOT"/containers/*/ | grep -c '^log')" = 3 ]
	[ "$(cat "$TARU_ROOT"/containers/*/log* | wc -c)" -lt 40000 ]
	fails 125 "max-size" -- run -d --log-opt max-size=big box true
	fails 125 "no option" -- run -d --log-driver none --log-opt max-size=1m box true
	fails 125 "--log-driver" -- run -d --log-driver syslog box true
}

@test "logs: none keeps nothing and says so, and so does a container of the foreground" {
	works run -d --name one --log-driver none box echo hello
	fails 1 "log driver is none" -- logs one
	works run --name two box echo hello
	fails 1 "passthrough" -- logs two
	works run --name three --log-driver json-file box echo hello
	[ "$output" = hello ]
	works logs three
	[ "$output" = hello ]
}

@test "a full disk stops no container: what is lost is counted, and told in the log" {
	local id
	works create --name one box sh -c 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line number $i of many that fill the disk"; done; echo done >/tmp/done; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo after'
	id=$("$TARU" ps -aq --no-trunc)
	on_a_small_disk "$id"
	works start one
	until_true "$TARU" exec one test -e /tmp/done || true
	# Its monitor may not have read all of it yet.
	until_true eval '[ "$(stat -f -c %a "$T/small")" = 0 ]'
	sleep 0.5
	# It may have had room to tell of the last loss already.
	cp "$TARU_ROOT/containers/$id/log" "$T/before"
	: >"$TARU_ROOT/containers/$id/log"
	until_true "$TARU" exec one touch /tmp/go
	"$TARU" wait one || true
	"$TARU" logs one >"$T/kept" 2>&1 || true
	# Who puts the end away may have the folder open for a moment longer.
	until_true umount "$TARU_ROOT/containers/$id"
	until_true umount "$T/small"
	grep -q 'lines of output could not be written here: error 28' "$T/kept" "$T/before"
	grep -q '^after$' "$T/kept"
}

@test "a container that writes a lot is not slowed down by who is attached and does not read" {
	works run -d --name one box sh -c 'sleep 1; head -c 30000000 /dev/zero | tr "\0" x | fold -w 100; echo finished; sleep 100'
	mkfifo "$T/full"
	exec 5<>"$T/full"
	"$TARU" attach --no-stdin --sig-proxy=false one >"$T/full" 2>/dev/null 3>&- 4>&- &
	PIDS+=("$!")
	until_true logs_have one finished
	kill "$!"
	exec 5>&-
	works rm -f one
}

@test "attach: output, input and exit status; many at once" {
	works run -d -i --name one box sh -c 'while read -r line; do echo "got $line"; [ "$line" != end ] || exit 4; done'
	"$TARU" attach --no-stdin one >"$T/other" 3>&- 4>&- &
	PIDS+=("$!")
	until_true is_attached "$!"
	run -4 bash -c '(echo hello; sleep 0.5; echo end) | "$0" attach one' "$TARU"
	[ "$output" = $'got hello\ngot end' ]
	wait "${PIDS[-1]}" || true
	[ "$(<"$T/other")" = $'got hello\ngot end' ]
	fails 1 "is not running" -- attach one
	fails 1 "no such container" -- attach two
}

@test "a disk that stays full to the end: how it ended, and how many lines its log lacks, is known all the same" {
	local id
	works create --name one box sh -c 'i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo "line number $i of many that fill the disk"; done; exit 3'
	id=$("$TARU" ps -aq --no-trunc)
	on_a_small_disk "$id"
	works start one
	taru wait one
	[ "$output" = 3 ]
	until_true "$TARU" why one
	"$TARU" inspect --format '{{.State.ExitCode}} {{.State.ExitCodeKnown}} {{.State.LogLinesLost}}' one >"$T/inspected" || true
	"$TARU" why one >"$T/why" || true
	"$TARU" logs one | grep -c '^line number' >"$T/kept" || true
	umount "$TARU_ROOT/containers/$id"
	umount "$T/small"
	cat "$T/inspected" "$T/why" "$T/kept"
	read -r code known lost <"$T/inspected"
	[ "$code $known" = "3 true" ]
	[ "$lost" -gt 0 ]
	# Each line was either kept or counted.
	[ $((lost + $(<"$T/kept"))) = 5000 ]
	grep -q "$lost lines of what it wrote are not in its log" "$T/why"
}

# full SOCKET: attaches as often as it can be done, says so, and stays.
full()
{
	"$PYTHON" - "$1" <<-'END'
		import os, socket, sys, time
		os.chdir(os.path.dirname(sys.argv[1]))
		attached = []
		for _ in range(64):
		    one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		    one.connect(os.path.basename(sys.argv[1]))
		    attached.append(one)
		print("full", flush=True)
		time.sleep(600)
	END
}

@test "attach: where 64 are attached the next one is told so, and the container is as before" {
	local id reader
	works run -d --name one box sh -c 'trap : USR1; while :; do sleep 0.1; done'
	id=$output
	full "$TARU_RUN_ROOT/$id/attach" >"$T/full" 3>&- 4>&- &
	reader=$!
	until_true grep -q full "$T/full"
	fails 1 "container one: 64 are attached already" -- attach --no-stdin one
	"$TARU" wait one >"$T/waited" 3>&- 4>&- &
	PIDS+=("$!")
	pkill -P "$reader"
	wait "$reader" || true
	"$TARU" attach --no-stdin one 3>&- 4>&- &
	PIDS+=("$!")
	until_true is_attached "$!"
	works stop -t 0 one
	wait "${PIDS[0]}"
	[ "$(<"$T/waited")" = 137 ]
}

# journal FILE: takes what comes to the journal's socket, as it is.
journal()
{
	"$PYTHON" - "$1" <<-'END'
		import os, socket, sys
		os.makedirs("/run/systemd/journal", exist_ok=True)
		journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		journal.bind("/run/systemd/journal/socket")
		with open(sys.argv[1], "wb", buffering=0) as out:
		    while True:
		        out.write(journal.recv(65536) + b"\n")
	END
}

@test "--log-opt labels, env, tag: they stand beside each line, as docker's json-file has them, and logs --details shows them" {
	works run -d --name one --label red=wine --label 'a b=é,"}' --label white=no -e GRAPE=gamay -e OTHER=x --log-opt 'labels=red,a b,none' \
		--log-opt env=GRAPE --log-opt 'tag={{.Name}}/{{.ImageName}}' box sh -c 'echo out; echo "\"} {" >&2'
	works wait one
	works logs --details one
	[ "$output" = "GRAPE=gamay,a+b=%C3%A9%2C%22%7D,red=wine,tag=one%2Fbox out" ]
	[ "$stderr" = 'GRAPE=gamay,a+b=%C3%A9%2C%22%7D,red=wine,tag=one%2Fbox "} {' ]
	works logs one
	[ "$output" = out ]
	[ "$stderr" = '"} {' ]
	[ "$(head -1 "$(log_of one)" | jq -c '[.log, .stream, .attrs.red, .attrs["a b"], (.time | length)]')" = '["out\n","stdout","wine","é,\"}",30]' ]
	# It has got another name: the next start knows it.
	works rename one two
	works start two
	works wait two
	works logs --details --tail 1 two
	[[ "$output$stderr" == *",tag=two%2Fbox "* ]]
	# One without a name of its own has it, too; without any nothing is shown.
	works run -d --log-opt 'tag={{.Name}}' box echo hi
	works wait "$output"
	works logs --details "$("$TARU" ps -ql)"
	[ "$output" = "tag=$("$TARU" ps -l --format '{{.Names}}') hi" ]
	works run --name three --log-driver json-file box echo hi
	works logs --details three
	[ "$output" = " hi" ]
	# By what their names match; secrets are none of them.
	printf hidden | "$TARU" secret create word - >/dev/null
	works run -d --name four --label red=wine --label reddish=rose --label white=no -e GRAPE=gamay -e GRAPPA=x -e OTHER=y --secret word,type=env,target=GRAPH \
		--log-opt 'labels-regex=^red' --log-opt 'env-regex=^GR.P|^NONE$' box echo hi
	works wait four
	works logs --details four
	[ "$output" = "GRAPE=gamay,GRAPPA=x,red=wine,reddish=rose hi" ]
	works rm four
	"$TARU" secret rm word >/dev/null
	fails 125 "option '--log-opt': env-regex '(' is no regular expression (regex(7))" -- run -d --log-opt 'env-regex=(' box true
	fails 125 "the log driver local has no option 'labels-regex'" -- run -d --log-driver local --log-opt labels-regex=x box true
	fails 125 "'--log-opt': tag '{{.Nothing}}'" -- run -d --log-opt 'tag={{.Nothing}}' box true
	fails 125 "it may have 4096" -- run -d -e "LONG=$(printf 'x%.0s' {1..4100})" --log-opt env=LONG box true
	fails 125 "the log driver k8s-file has no option 'tag'" -- run -d --log-driver k8s-file --log-opt tag=x box true
}

@test "--log-driver local: five files at most, which logs reads; its size and number can be said" {
	works run -d --name one --log-driver local box sh -c 'echo out; echo bad >&2'
	works wait one
	works logs one
	[ "$output" = out ]
	[ "$stderr" = bad ]
	works inspect -f '{{.HostConfig.LogConfig.Type}}' one
	[ "$output" = local ]
	works run -d --name two --log-driver local --log-opt max-size=1k box seq 1 1000
	works wait two
	[ "$(find "$(dirname "$(log_of two)")" -maxdepth 1 -name 'log*' | wc -l)" = 5 ]
	works logs --tail 1 two
	[ "$output" = 1000 ]
	works run -d --name three --log-driver local box sleep 1000
	[[ "$(tr '\0' ' ' <"/proc/$(monitor_of three)/cmdline")" == *" log-size=20971520 log-files=5 "* ]]
	fails 125 "the log driver local has no option 'labels'" -- run -d --log-driver local --log-opt labels=x box true
}

@test "--log-driver journald: to systemd's journal; where there is none nothing starts, and it is said what to take" {
	mkdir -p /run/systemd
	mount -t tmpfs none /run/systemd
	fails 125 "systemd's journal does not listen at /run/systemd/journal/socket: it does not exist; other log drivers are json-file" \
		-- run -d --name one --log-driver journald box echo hello
	fails 125 "other log drivers are" -- run --rm --log-driver journald box echo hello
	fails 1 "does not listen" -- start one
	works rm one
	journal "$T/journal" 3>&- 4>&- &
	PIDS+=("$!")
	until_true test -S /run/systemd/journal/socket
	works run --name one --log-driver journald box sh -c 'echo hello; echo bad >&2'
	until_true grep -q bad "$T/journal"
	grep -q '^CONTAINER_NAME=one$' "$T/journal"
	grep -aq hello "$T/journal"
	# A journal that is started anew has another socket; what was written between is counted, and told to it.
	"$TARU" run -d --name two --log-driver journald box sh -c 'for i in 1 2 3; do
		while [ ! -e /tmp/$i ]; do sleep 0.05; done; echo line-$i; touch /tmp/did-$i; done' >/dev/null
	"$TARU" exec two touch /tmp/1
	until_true grep -aq line-1 "$T/journal"
	pkill -P "${PIDS[-1]}"
	wait "${PIDS[-1]}" || true
	"$TARU" exec two touch /tmp/2
	until_true "$TARU" exec two test -e /tmp/did-2
	rm /run/systemd/journal/socket
	journal "$T/journal.new" 3>&- 4>&- &
	PIDS+=($!)
	until_true test -S /run/systemd/journal/socket
	"$TARU" exec two touch /tmp/3
	until_true grep -aq line-3 "$T/journal.new"
	grep -aq '1 lines of output could not be written here' "$T/journal.new"
	until_true [ "$("$TARU" wait two)" = 0 ]
	works inspect --format '{{.State.LogLinesLost}}' two
	[ "$output" = 1 ]
	pkill -P "${PIDS[-1]}"
	until_true umount /run/systemd
	fails 1 "does not listen" -- start one
	works rm one two
}

@test "attach: the end of one's input is not the container's, but that of who began it is" {
	works run -d -i --name one box cat
	echo hello | "$TARU" attach --sig-proxy=false one >"$T/out" 3>&- 4>&- &
	PIDS+=("$!")
	until_true grep -q hello "$T/out"
	kill "$!"
	has_status one running
	works rm -f one
	run -0 timeout 10 bash -c 'echo hello | "$0" run -i --rm --log-driver json-file box cat' "$TARU"
	[ "$output" = hello ]
}

@test "-it: the detach keys leave it running; attach goes on; keys of one's own" {
	run -0 pty expect:'# ' 'send:echo $((6*7))\n' expect:42 'send:\x10\x11' -- "$TARU" run -it --name one box sh
	[[ "$output" == *"status 0"* ]]
	[[ "$output" == *"mode same"* ]]
	has_status one running
	run -0 pty 'send:echo $((7*7))\n' expect:49 'send:exit 5\n' -- "$TARU" attach one
	[[ "$output" == *"status 5"* ]]
	works start one
	run -0 pty 'send:echo x\x10y\n' expect:y 'send:aq' -- "$TARU" attach --detach-keys a,q one
	[[ "$output" == *"status 0"* ]]
	has_status one running
	fails 1 "--detach-keys" -- attach --detach-keys ctrl-,x one
}

@test "-it: the window's size is the container's, and follows it" {
	run -0 pty --size 30x100 expect:'# ' 'send:stty size\n' expect:'30 100' resize:40x120 'send:stty size\n' \
		expect:'40 120' 'send:exit\n' -- "$TARU" run -it --rm box sh
	[[ "$output" == *"status 0"* ]]
}

@test "signals to who is attached are the container's, unless --sig-proxy=false" {
	works run -d --name one box sh -c 'trap "echo caught; exit 9" USR1; echo listens; while :; do sleep 0.1; done'
	# A process 1 does not get what it does not wait for yet.
	until_true bash -c '"$0" logs one | grep -q listens' "$TARU"
	"$TARU" attach --no-stdin one >"$T/out" 3>&- 4>&- &
	PIDS+=("$!")
	until_true is_attached "$!"
	kill -USR1 "$!"
	status=0
	wait "$!" || status=$?
	[ "$status" = 9 ]
	grep -q caught "$T/out"
	works start one
	"$TARU" attach --no-stdin --sig-proxy=false one 3>&- 4>&- >/dev/null &
	PIDS+=("$!")
	until_true is_attached "$!"
	kill -TERM "$!"
	status=0
	wait "$!" || status=$?
	[ "$status" = 143 ]
	has_status one running
}

@test "start, restart and stop of several; a stopped one has its status; start of one that runs is content" {
	works run -d --name one box sleep 100
	works run -d --name two box sleep 100
	works stop -t 0 one two
	[ "$output" = $'one\ntwo' ]
	works ps -a --format '{{.Status}}'
	[[ "${lines[0]}" == "Exited (137)"* ]]
	works start one two
	works start one
	has_status one running
	works restart -t 0 one
	has_status one running
	fails 1 "no such container: three" -- start three one
}

@test "--restart: on-failure so often, always until it is stopped, with growing pauses" {
	works run -d --name few --restart on-failure:2 box sh -c 'echo run; exit 1'
	works run -d --name good --restart on-failure box true
	works run -d --name ever --restart always box sh -c 'echo run'
	until_true has_status few exited
	[ "$("$TARU" logs few | grep -c run)" = 3 ]
	works inspect --format '{{.RestartCount}} {{.State.ExitCode}}' few
	[ "$output" = "2 1" ]
	works inspect --format '{{.RestartCount}}' good
	[ "$output" = 0 ]
	until_true bash -c '[ "$("$0" inspect --format "{{.RestartCount}}" ever)" -ge 2 ]' "$TARU"
	works stop ever
	has_status ever exited
	run -1 monitor_of ever
	fails 125 "--restart" -- run -d --restart sometimes box true
	fails 125 "--restart" -- run -d --restart always:3 box true
}

@test "--restart: its own end is no stop, what kill sends is, as with docker; rm -f ends it for good" {
	works run -d --name one --restart always box sh -c 'trap : USR1; while :; do sleep 0.1; done'
	works kill -s USR1 one
	kill -KILL "$("$TARU" inspect --format '{{.State.Pid}}' one)"
	until_true bash -c '[ "$("$0" inspect --format "{{.RestartCount}} {{.State.Status}}" one)" = "1 running" ]' "$TARU"
	works kill one
	until_true has_status one exited
	run -1 monitor_of one
	works start one
	works rm -f one
	run -1 monitor_of one
	works ps -aq
	[ "$output" = "" ]
}

@test "one that is about to be started again: ps says so, prune and rm leave it, start does not wait, stop ends it" {
	works run -d --name one --restart always box false
	# The pause is 6.4 s then.
	until_true bash -c '[ "$("$0" inspect --format "{{.RestartCount}} {{.State.Status}}" one)" = "6 restarting" ]' "$TARU"
	works ps --format '{{.Status}}'
	[[ "$output" == "Restarting (1)"* ]]
	fails 1 "about to be started again" -- rm one
	works container prune -f
	[ "$output" = "Total reclaimed space: 0B" ]
	works start one
	until_true bash -c '[ "$("$0" inspect --format "{{.RestartCount}} {{.State.Status}}" one)" = "2 restarting" ]' "$TARU"
	works stop one
	has_status one exited
	run -1 monitor_of one
}

# The process that waits to start the container again, by name.
restarter_of()
{
	pgrep -f "^taru --root $TARU_ROOT .* container cleanup .*$("$TARU" inspect --format '{{.Id}}' "$1")"
}

@test "who was about to start it again is killed: it still is to be started, and the next ps has that done" {
	local count='{{.RestartCount}} {{.State.Status}}'
	works run -d --name one --restart always box false
	until_true bash -c '[ "$("$0" inspect --format "$1" one)" = "4 restarting" ]' "$TARU" "$count"
	kill -9 "$(restarter_of one)"
	works inspect --format "$count" one
	[ "$output" = "4 restarting" ]
	taru system check
	[[ "$output" == *"container one: is to be started again, and who was about to do so was killed"* ]]
	works ps --format '{{.Status}}'
	[[ "$output" == "Restarting (1)"* ]]
	until_true restarter_of one
	# There is one who does it, however many look.
	works ps
	works system check --repair
	[ "$(restarter_of one | wc -l)" = 1 ]
	until_true bash -c '[ "$("$0" inspect --format "$1" one)" = "5 restarting" ]' "$TARU" "$count"
	# One that was stopped stays so.
	kill -9 "$(restarter_of one)"
	works stop one
	works ps -a --format '{{.Names}} {{.State}}'
	[ "$output" = "one exited" ]
	run -1 restarter_of one
	works system check
	# It can be started by hand, too.
	works start one
	until_true bash -c '[ "$("$0" inspect --format "$1" one)" = "3 restarting" ]' "$TARU" "$count"
	kill -9 "$(restarter_of one)"
	works start one
	until_true bash -c '[ "$("$0" inspect --format "$1" one)" = "3 restarting" ]' "$TARU" "$count"
	# Where the machine went down meanwhile, what runs is said by who starts it.
	kill -9 "$(restarter_of one)"
	sed -i 's/"finished": *"[^"]*"/"finished":"2001-01-01T00:00:00Z"/' "$TARU_ROOT/containers/$("$TARU" inspect --format '{{.Id}}' one)/ended.json"
	works ps -a --format '{{.Names}} {{.State}}'
	[ "$output" = "one exited" ]
	works system start-restarting
	[ "$output" = one ]
	works rm -f one
}

@test "--timeout: what runs for longer is killed and has status 255, also where its monitor was; what ends before is left alone" {
	local id
	run -255 "$TARU" run --rm --timeout 1 box sh -c 'trap : TERM INT; echo here; sleep 100'
	[ "$output" = here ]
	run -7 "$TARU" run --rm --timeout 100 box sh -c 'exit 7'
	works run -d --name other --timeout 100 box sleep 100
	works kill other
	until_true has_status other exited
	works inspect --format '{{.State.ExitCode}}' other
	[ "$output" = 137 ]
	works run -d --name one --timeout 2 box sleep 100
	works run -d --name two --timeout 1 --restart on-failure:1 box sleep 100
	kill -9 "$(monitor_of one)"
	works ps
	works inspect --format '{{.Config.Timeout}}' one
	[ "$output" = 2 ]
	until_true has_status one exited
	until_true has_status two exited
	works inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}} {{.RestartCount}}' one two
	[ "$output" = $'255 false 0\n255 false 1' ]
	works create --name three --timeout 1 box sleep 100
	run -255 "$TARU" start -a three
	works rm one two three other
	# Also one that is paused, and what it has made.
	works run -d --name one --timeout 4 box sh -c 'sleep 100 & sleep 100'
	works pause one
	works inspect --format '{{.State.Status}}' one
	[ "$output" = paused ]
	until_true has_status one exited
	works inspect --format '{{.State.ExitCode}}' one
	[ "$output" = 255 ]
	works rm one
	fails 125 "--timeout" -- run --timeout -1 box true
	fails 125 "'--timeout': 5000000000 s is too long" -- run --timeout 5000000000 box true
}

@test "update --restart: what is done at the next end" {
	works run -d --name one box sleep 100
	works update --restart always one
	kill -KILL "$("$TARU" inspect --format '{{.State.Pid}}' one)"
	until_true bash -c '[ "$("$0" inspect --format "{{.RestartCount}} {{.State.Status}}" one)" = "1 running" ]' "$TARU"
	works update --restart no one
	kill -KILL "$("$TARU" inspect --format '{{.State.Pid}}' one)"
	until_true has_status one exited
	fails 1 "--restart" -- update --restart sometimes one
	works run -d --rm --name two box sleep 100
	fails 1 "--rm" -- update --restart always two
}

@test "system start-restarting: after the machine went down, those that ran and have a policy" {
	local name policy pids=()
	for name in never always unless stopped; do
		policy=unless-stopped
		[ $name = never ] && policy=no
		[ $name = always ] && policy=always
		works run -d --name $name --restart $policy box sleep 100
		works inspect --format '{{.State.Pid}}' $name
		pids+=("$output")
	done
	works stop -t 0 stopped
	# As the end of the machine: everything is killed, and /run and the cgroups are gone.
	for name in never always unless; do
		kill -9 "$(monitor_of $name)"
	done
	kill -9 "${pids[@]:0:3}"
	until_true bash -c '! kill -0 "$@" 2>/dev/null' kill "${pids[@]:0:3}" || true
	rm -rf "${TARU_RUN_ROOT:?}"/*
	cgroups_left | xargs -r rmdir
	works ps -a --format '{{.Names}} {{.Status}}'
	[[ "$output" == *"never Exited (unknown)"* ]]
	works system start-restarting
	[ "$(sort <<<"$output")" = $'always\nunless' ]
	has_status always running
	has_status never exited
	has_status stopped exited
}

@test "health checks: starting, healthy, unhealthy; ps, inspect and healthcheck run say so" {
	works run -d --name one --health-cmd 'test -e /tmp/good || { echo not good; false; }' --health-interval 200ms \
		--health-retries 2 box sleep 100
	until_true bash -c '"$0" ps | grep -q "(unhealthy)"' "$TARU"
	fails 1 "" -- healthcheck run one
	[ "$output" = unhealthy ]
	works inspect --format '{{range .State.Health.Log}}{{.ExitCode}} {{.Output}}{{end}}' one
	[[ "$output" == "1 not good"* ]]
	works exec one touch /tmp/good
	until_true bash -c '"$0" ps | grep -q "(healthy)"' "$TARU"
	works healthcheck run one
	works ps -q --filter health=healthy
	[ "${#lines[@]}" = 1 ]
	works run -d --name two box sleep 100
	fails 1 "has no health check" -- healthcheck run two
	fails 125 "--health-interval" -- run --health-cmd true --health-interval soon box true
}

@test "health checks: one that takes too long is killed and counts as failed; --health-on-failure" {
	works run -d --name slow --health-cmd 'sleep 100' --health-timeout 200ms --health-interval 100ms --health-retries 1 \
		--health-on-failure kill box sleep 100
	until_true has_status slow exited
	works run -d --name again --health-cmd false --health-interval 100ms --health-retries 1 --health-on-failure restart \
		box sleep 100
	until_true bash -c '[ "$("$0" inspect --format "{{.RestartCount}}" again)" -ge 1 ]' "$TARU"
	works run -d --name stop --health-cmd false --health-interval 100ms --health-retries 1 --health-on-failure stop \
		--restart always box sh -c 'trap "exit 0" TERM; while :; do sleep 0.1; done'
	until_true has_status stop exited
}

@test "health checks: --health-startup-cmd is done first, until it has passed; then the other one" {
	works run -d --name one --network none --health-cmd 'echo usual >>/checks; test ! -e /ill' --health-interval 100ms \
		--health-retries 1 --health-startup-cmd 'echo startup >>/checks; test -e /good' --health-startup-interval 100ms \
		--health-startup-success 2 box sleep 100
	until_true "$TARU" exec one test -e /checks
	until_true eval '[ "$("$TARU" inspect -f "{{len .State.Health.Log}}" one)" -ge 2 ]'
	# What fails makes it neither unhealthy nor start again.
	[ "$("$TARU" inspect -f '{{.State.Health.Status}} {{.State.Health.FailingStreak}} {{.RestartCount}}' one)" = "starting 0 0" ]
	not "$TARU" exec one grep usual /checks
	works exec one touch /good
	until_true "$TARU" exec one grep -q usual /checks
	# The startup check is not done any more; the other one says what it is.
	[ "$("$TARU" exec one uniq /checks | xargs)" = "startup usual" ]
	until_true eval '[ "$("$TARU" inspect -f "{{.State.Health.Status}}" one)" = healthy ]'
	works exec one touch /ill
	until_true eval '[ "$("$TARU" inspect -f "{{.State.Health.Status}}" one)" = unhealthy ]'
	works inspect -f '{{json .Config.StartupHealthCheck}}' one
	[ "$output" = '{"Test":["CMD-SHELL","echo startup >>/checks; test -e /good"],"Interval":100000000,"Timeout":30000000000,"Retries":0,"Successes":2}' ]
	# A new start has it again.
	works exec one rm /good /ill /checks
	works restart -t 0 one
	until_true "$TARU" exec one test -e /checks
	[ "$("$TARU" exec one uniq /checks)" = startup ]
	[ "$("$TARU" inspect -f '{{.State.Health.Status}}' one)" = starting ]
	# Done by hand it is the same check.
	fails 1 "" -- healthcheck run one
	works exec one touch /good
	works healthcheck run one
}

@test "health checks: a startup check that fails too often has the container started again; one that hangs has failed" {
	local given
	works run -d --name one --network none --health-cmd true --health-interval 1h --health-startup-cmd 'sleep 100' \
		--health-startup-interval 50ms --health-startup-timeout 100ms --health-startup-retries 2 box sleep 100
	until_true bash -c '[ "$("$0" inspect --format "{{.RestartCount}}" one)" -ge 1 ]' "$TARU"
	fails 125 "option '--health-startup-cmd': it has no health check that could follow" -- \
		run --health-startup-cmd true box true
	for given in interval=1s timeout=1s retries=1 success=1; do
		fails 125 "'--health-startup-success' are of the check that '--health-startup-cmd' says" -- \
			run --health-cmd true "--health-startup-$given" box true
	done
	for given in interval timeout; do
		fails 125 "option '--health-startup-$given': 'soon' is no time of 1 ms or more" -- \
			run --health-cmd true --health-startup-cmd true "--health-startup-$given" soon box true
	done
}

@test "health checks: --health-max-log-count, --health-max-log-size, --health-log-destination" {
	local given id
	mkdir "$T/logs"
	works run -d --name one --network none --health-cmd 'head -c 9 /dev/zero | tr "\0" x' --health-interval 1h \
		--health-max-log-count 2 --health-max-log-size 5 --health-log-destination "$T/logs" box sleep 100
	for given in 1 2 3; do
		works healthcheck run one
	done
	works inspect -f '{{range .State.Health.Log}}{{.Output}} {{end}}{{.Config.HealthMaxLogCount}} {{.Config.HealthMaxLogSize}} {{.Config.HealthLogDestination}}' one
	[ "$output" = "xxxxx xxxxx 2 5 $T/logs" ]
	works rm -f one
	[ "$(ls "$T/logs" | wc -l)" = 1 ]
	[ "$(grep -o xxxxx "$T"/logs/*-healthcheck.log | wc -l)" = 2 ]
	grep -q '"Status": *"healthy"' "$T"/logs/*-healthcheck.log
	works run -d --name one --network none --health-cmd 'head -c 9999 /dev/zero | tr "\0" x' --health-interval 1h \
		--health-max-log-count 0 --health-max-log-size 0 --health-log-destination events_logger box sleep 100
	id=$output
	for given in 1 2 3 4 5 6; do
		works healthcheck run one
	done
	[ "$("$TARU" inspect -f '{{len .State.Health.Log}} {{len (index .State.Health.Log 5).Output}} {{.Config.HealthMaxLogCount}}' one)" = "6 9999 0" ]
	[ "$("$TARU" events --since 1h --until 0s --filter "container=$id" --filter event=health_status \
		--format '{{.Action}} {{len .Actor.Attributes.healthLog}}' | sort | uniq -c | xargs)" = "6 health_status: healthy 9999" ]
	works run -d --name two --network none --health-cmd 'head -c 9999 /dev/zero | tr "\0" x' --health-interval 1h box sleep 100
	for given in 1 2 3 4 5 6; do
		works healthcheck run two
	done
	[ "$("$TARU" inspect -f '{{len .State.Health.Log}} {{len (index .State.Health.Log 4).Output}}' two)" = "5 4096" ]
	for given in nowhere "$T/none" "$T/logs/file"; do
		fails 125 "option '--health-log-destination': '$given' is none of local, events_logger, and the absolute path" -- \
			run --health-cmd true --health-log-destination "$given" box true
	done
	fails 125 "option '--health-max-log-size' takes a number of bytes from 1 to 65536, or 0 for as many as that, not 65537" -- \
		run --health-cmd true --health-max-log-size 65537 box true
	fails 125 "--health-max-log-count" -- run --health-cmd true --health-max-log-count many box true
	works run -d --name three --network none --health-cmd true --health-interval 1h --health-log-destination "$T/logs" box sleep 100
	rm -r "$T/logs"
	fails 1 "container three: its health log cannot be written in '$T/logs': it does not exist" -- healthcheck run three
	[ "$("$TARU" inspect -f '{{.State.Health.Status}}' three)" = healthy ]
}

@test "health checks: the image's HEALTHCHECK counts, unless --no-healthcheck" {
	tar -C "$WORLD/box" -c . | "$TARU" import --change 'HEALTHCHECK --interval=200ms CMD test -e /' - checked >/dev/null
	works run -d --name one checked sleep 100
	until_true bash -c '"$0" ps | grep -q "(healthy)"' "$TARU"
	works run -d --name two --no-healthcheck checked sleep 100
	works ps --filter name=two --format '{{.Status}}'
	[[ "$output" != *health* ]]
	works rm -f one two
	works rmi checked
}

@test "a monitor that was killed: the container is not hurt, gets another, and nothing that it wrote is lost" {
	local pid
	works run -d --name one box sh -c 'trap "exit 7" TERM; i=0; while :; do i=$((i+1)); echo "n $i"; sleep 0.05; done'
	until_true logs_have one "n 3"
	pid=$(monitor_of one)
	kill -9 "$pid"
	sleep 0.5
	fails 1 "" -- system check
	[[ "$output" == *"container one: runs, and nobody looks after it"* ]]
	works ps
	until_true monitor_of one
	until_true logs_have one "n 15"
	works stop one
	# One after the other, none missing.
	"$TARU" logs one | awk '$2 != NR { exit 1 }'
	works inspect --format '{{.State.ExitCode}} {{.State.ExitCodeKnown}}' one
	[ "$output" = "7 true" ]
	works system check
}

@test "--rm with -d: gone when it has ended, also when its monitor was killed" {
	works run -d --rm --name one box sleep 2
	works wait one
	[ "$output" = 0 ]
	works ps -aq
	[ "$output" = "" ]
	works run -d --rm --name two box sleep 2
	kill -9 "$(monitor_of two)"
	until_true bash -c '[ -z "$("$0" ps -aq)" ]' "$TARU"
	works system check
}

@test "wait for one with --rm that ends at once: its exit status, or that it is gone; each is told when it is known" {
	local round id
	for round in 1 2 3 4 5 6 7 8 9 10 11 12; do
		id=$("$TARU" run -d --rm --network none box sh -c 'exit 3')
		taru wait "$id"
		[ "$output" = 3 ] || [[ "$stderr" == "taru: no such container: $id" ]]
	done
	works run -d --name quick --network none box sh -c 'exit 4'
	works run -d --name slow --network none box sleep 100
	"$TARU" wait quick slow >"$T/told" &
	until [ -s "$T/told" ]; do
		sleep 0.05
	done
	[ "$(cat "$T/told")" = 4 ]
	works rm -f quick slow
	wait $! || true
}

@test "others may not attach: the socket is in a folder of its owner's" {
	works run -d --name one box sleep 100
	run ! su -s /bin/sh nobody -c "ls $TARU_RUN_ROOT/*/"
	[ "$(stat -c %a "$TARU_RUN_ROOT"/*)" = 700 ]
}

@test "container cleanup by hand: what was put away already, or never ran, stays as it is" {
	works run -d --name ended box sh -c 'exit 3'
	works wait ended
	works create --rm --name new box true
	works container cleanup ended new
	works ps -a --filter name=ended --format '{{.Status}}'
	[[ "$output" == "Exited (3)"* ]]
	has_status new created
}

@test "start: waits for the monitor that still puts away the last run; two at once are content" {
	works run -d --name one box sleep 1.5
	local monitor pid
	monitor=$(monitor_of one)
	kill -STOP "$monitor"
	sleep 2
	{ sleep 0.3; kill -CONT "$monitor"; } &
	# Each waited for the other once, until one gave up after 10 s.
	run -0 timeout 9 "$TARU" start one
	works create --name two box sleep 100
	"$TARU" start two &
	pid=$!
	works start two
	wait "$pid"
	works rm -f one two
}

@test "stop while others restart it: it has ended, though it runs again; restarts at once are content" {
	local round pid pids
	for round in 1 2 3 4 5 6 7 8; do
		works run -d --name "one$round" --network none box sleep 100
		pids=()
		# Who stopped it once waited 10 s for the end of what the others had started.
		timeout 9 "$TARU" stop -t 0 "one$round" &
		pids+=($!)
		timeout 9 "$TARU" restart -t 0 "one$round" &
		pids+=($!)
		timeout 9 "$TARU" restart -t 0 "one$round" &
		pids+=($!)
		for pid in "${pids[@]}"; do
			wait "$pid"
		done
	done
	works rm --all --force
}

@test "an attacher that is killed while its input is on the way costs no time and ends the container's input" {
	{ yes | head -c 5000000; sleep 100; } 3>&- | "$TARU" run -i --log-driver json-file --name one box \
		sh -c 'sleep 3; cat >/dev/null; echo at the end' 3>&- &
	until_true has_status one running
	sleep 0.3
	local monitor before after
	monitor=$(monitor_of one)
	kill -9 "$(pgrep -f "^$TARU run -i --log-driver json-file --name one ")"
	before=$(awk '{print $14 + $15}' "/proc/$monitor/stat")
	sleep 0.4
	after=$(awk '{print $14 + $15}' "/proc/$monitor/stat")
	((after - before < 20))
	works wait one
	logs_have one 'at the end'
}

@test "who was too slow is told so, and how the container has ended, also where it reads later" {
	{ "$TARU" run --rm --log-driver json-file box sh -c 'head -c 9000000 /dev/zero; exit 7' 2>"$T/errors" ||
		echo "$?" >"$T/status"; } | { sleep 3; cat >/dev/null; }
	[ "$(<"$T/status")" = 7 ]
	grep -q 'left out' "$T/errors"
}

@test "logs: the newest entry is there whatever max-size is" {
	works run -d --name one --log-opt max-size=1 box sh -c 'echo one; echo two'
	works wait one
	works logs one
	[ "$output" = two ]
}

@test "health checks: what one leaves in the background holds up none" {
	works run -d --name one --health-cmd 'sleep 100 & echo well' --health-interval 200ms box sleep 100
	until_true bash -c '"$0" ps | grep -q "(healthy)"' "$TARU"
	works rm -f one
}

@test "health checks: their status is known also to who was started with SIGCHLD ignored" {
	works run -d --name one --health-cmd 'exit 3' --health-interval 1h box sleep 100
	run -1 "$PYTHON" -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])' "$TARU" healthcheck run one
	works rm -f one
}

@test "logs -f: nothing is left out where several files are filled in between" {
	works run -d --name one --log-opt max-size=200 --log-opt max-file=100 box sh -c 'sleep 0.5; seq 1 200; sleep 0.3'
	works logs -f one
	[ "$output" = "$(seq 1 200)" ]
}
