#!/usr/bin/env bats
# Hooks: when each kind is run, where, as what, what it is told, and what comes of it if it fails (runtime.md,
# «Lifecycle»; config.md, «POSIX-platform Hooks»).
load lib
load life

KINDS='prestart createRuntime createContainer startContainer poststart poststop'
# For filters: sh(SCRIPT; DIR) is a hook that is a shell script, with DIR as $0; at(KIND) is where $T is for a hook
# of this kind. The container has $T at /tmp.
DEFS='def sh($script; $dir): {path: "/bin/sh", args: ["sh", "-c", $script, $dir]};
	def at($kind): if $kind == "startContainer" then "/tmp" else $ENV.T end;
	def all: ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];
	.mounts += [{destination: "/tmp", type: "bind", source: $ENV.T, options: ["bind"]}] | '

prepare()
{
	export T ID
}

# Which hooks were run, by their notes: one word each in $T/log.
ran()
{
	cat "$T/log" 2>/dev/null | tr '\n' ' ' | sed 's/ $//'
}

# --- when, and what they are told ---

# Two hooks of each kind, each of which notes its name and its standard input.
TELL=$DEFS'.annotations = {"org.test": "a \"b\" \u00e9"} | .hooks = (all | map(. as $kind | {key: $kind, value: [range(2) |
	sh("echo \"\($kind)\(.) $(cat)\" >>\"$0/log\""; at($kind))]}) | from_entries)'

# The notes are those of a container's whole life, whose pid was this.
tells_of()
{
	local pid=$1 expected
	is "$(cut -d ' ' -f 1 "$T/log" | tr '\n' ' ')" \
		'prestart0 prestart1 createRuntime0 createRuntime1 createContainer0 createContainer1 startContainer0 startContainer1 poststart0 poststart1 poststop0 poststop1 ' \
		"the order"
	cut -d ' ' -f 2- "$T/log" >"$T/states"
	expected=$(jq -c '.annotations | tostring' "$T/config.json")
	is "$(jq -c '[.id, .bundle, .ociVersion, (.annotations | tostring)]' "$T/states" | sort -u)" \
		"[\"$ID\",\"$T\",$(jq -c .ociVersion "$T/config.json"),$expected]"
	# A pid is the one in the namespace that the hook is run in.
	is "$(jq -r '.status + " " + (.pid // 0 | tostring)' "$T/states" | uniq)" \
		"$(printf '%s\n' "creating $pid" "creating 1" "created 1" "running $pid" "stopped 0")"
	rm "$T/log"
}

@test "hooks are run in the specification's order, and told the state, by create, start and delete" {
	local pid
	created "$TELL" /bin/sh -c 'echo begun; exec sleep 100'
	pid=$(state_of pid)
	is "$(wc -l <"$T/log")" 6 "hooks before start"
	works start "$ID"
	is "$(wc -l <"$T/log")" 10 "hooks when the program runs"
	until_true has_said begun
	works kill "$ID" KILL
	becomes stopped
	is "$(wc -l <"$T/log")" 10 "hooks before delete"
	works delete "$ID"
	tells_of "$pid"
}

@test "the same by run, and by run --detach" {
	configure "$TELL" /bin/true
	start --pid-file "$T/pid"
	passes
	tells_of "$(cat "$T/pid")"
	configure "$TELL" /bin/sleep 100
	run_detached --pid-file "$T/pid"
	passes
	is "$(wc -l <"$T/log")" 10 "hooks when the program runs"
	works delete --force "$ID"
	tells_of "$(cat "$T/pid")"
}

@test "the program begins after startContainer hooks, and poststart hooks find it" {
	configure "$DEFS"'.hooks = {
		startContainer: [sh("sleep 0.2; echo startContainer >>\"$0/log\""; at("startContainer"))],
		poststart: [sh("until grep -q program \"$0/log\"; do sleep 0.02; done
			tr \"\\0\" \" \" </proc/$(sed \"s/.*\\\"pid\\\": *//; s/,.*//\")/cmdline >>\"$0/log\""; at("poststart"))]}' \
		/bin/sh -c 'echo program >>/tmp/log; exec sleep 100'
	create
	passes
	works start "$ID"
	is "$(ran)" "startContainer program sleep 100"
	works delete --force "$ID"
}

# --- where ---

@test "each hook runs in the namespaces that the specification names" {
	local pid kind of own theirs
	created "$DEFS"'.hooks = (all | map(. as $kind | {key: $kind, value: [
		sh("cd /proc/self/ns; for n in mnt pid net uts ipc; do readlink $n; done >\"$0/\($kind)\""; at($kind))]}) | from_entries)' \
		/bin/sleep 100
	pid=$(state_of pid)
	own=$(cd /proc/self/ns && for of in mnt pid net uts ipc; do readlink $of; done)
	theirs=$(cd "/proc/$pid/ns" && for of in mnt pid net uts ipc; do readlink $of; done)
	works start "$ID"
	works delete --force "$ID"
	for kind in prestart createRuntime poststart poststop; do
		is "$(cat "$T/$kind")" "$own" "the namespaces of $kind"
	done
	for kind in createContainer startContainer; do
		is "$(cat "$T/$kind")" "$theirs" "the namespaces of $kind"
	done
}

@test "a createContainer hook finds the container's mounts at root.path, and can add some" {
	configure "$DEFS"'.hooks.createContainer = [sh("
		{ pwd; ls -d proc/self/status dev/null tmp/config.json; } >\"$0/view\" 2>&1
		mount -t tmpfs made home && touch home/by-hook && mount --bind \"$0/extra\" opt"; at("createContainer"))]' \
		/bin/ls /home /opt
	mkdir "$T/extra"
	: >"$T/extra/file"
	start
	passes $'/home:\nby-hook\n\n/opt:\nfile'
	is "$(cat "$T/view")" "$ROOTFS"$'\ndev/null\nproc/self/status\ntmp/config.json'
	# A bundle's own root, named relative to it.
	own_rootfs
	configure "$OWN | $DEFS"'.hooks.createContainer = [sh("pwd >\"$0/view\""; at("createContainer"))]' /bin/true
	start
	passes
	is "$(cat "$T/view")" "$T/rootfs"
}

@test "a hook of the runtime's can enter the container's mounts, and changes them" {
	# How drivers of graphics cards are put in.
	needs nsenter
	local kind
	for kind in prestart createRuntime; do
		configure "$DEFS"'.hooks.'$kind' = [sh("pid=$(jq .pid)
			nsenter -t $pid -m mount -t tmpfs made \"$1/home\" && nsenter -t $pid -m touch \"$1/home/by-hook\"
			pwd >\"$0/view\""; $ENV.T)] | .hooks.'$kind'[0].args += ["'"$ROOTFS"'"]' /bin/ls /home
		start
		passes by-hook
		is "$(cat "$T/view")" "$T"
	done
	is "$(ls -A "$ROOTFS/home")" ""
}

@test "startContainer hooks are of the container: its root, its user, its rights" {
	run_in "$DEFS"'.process.user = {uid: 1000, gid: 1000} | .process.cwd = "/home" | .process.capabilities = {}
		| .hooks.startContainer = [sh("{ id -u; id -g; pwd; grep -E \"CapEff|NoNew\" /proc/self/status; ls -d /bin/probe; } >\"$0/view\""; "/tmp")]
		| .hooks.createContainer = [sh("id -u >\"$0/root\"; : >\"$0/view\"; chmod 666 \"$0/view\""; $ENV.T)]' 'id -u'
	passes 1000
	is "$(cat "$T/root")" 0
	is "$(cat "$T/view")" $'1000\n1000\n/home\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n/bin/probe'
}

# --- as what ---

# What a hook finds: everything but its environment.
export LOOK='{ "$1/probe" fds; "$1/probe" signals; umask; cat | wc -c | sed "s/[1-9][0-9]*/some/"; } >"$0/$2" 2>&1'

@test "a hook begins as a new program does, whatever its caller has open, ignores or masks" {
	local kind expected
	export PROBES=$ROOTFS/bin
	configure "$DEFS"'.hooks = (all | map(. as $kind | {key: $kind, value: [sh($ENV.LOOK; at($kind))
		| .args += [if $kind == "startContainer" then "/bin" else $ENV.PROBES end, $kind]]}) | from_entries)' /bin/sleep 100
	(
		trap '' HUP INT QUIT PIPE TERM USR1 USR2 TSTP
		umask 077
		exec 5</etc/hostname 9<"$T" 21>"$T/leak"
		create
		passes
		works start "$ID"
		works delete --force "$ID"
	)
	expected=$'0\n1\n2\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0022\nsome'
	for kind in $KINDS; do
		is "$(cat "$T/$kind")" "$expected" "what $kind begins with"
	done
}

@test "a hook's name is args[0], its environment the one that is given" {
	export MARK=outside BUSYBOX
	BUSYBOX=$(command -v busybox)
	printf '#!/bin/sh\necho "$0 $#" >"${0%%/*}/alone"\n' >"$T/script"
	chmod 755 "$T/script"
	configure "$DEFS"'def see: {path: "/bin/sh", args: ["sh", "-c", "tr a a </proc/self/environ >\"$0\"; :", .],
			env: ["B=two words", "A=1", "A=2", "PATH=/bin:/usr/bin"]};
		.process.env = ["PATH=/bin", "INSIDE=1"] | .hooks = {
			createRuntime: [{path: ($ENV.T + "/script"), env: []}, ($ENV.T + "/given1" | see), ($ENV.T + "/empty1" | see | .env = []),
				($ENV.T + "/outside" | see | del(.env)), {path: $ENV.BUSYBOX, args: ["touch", $ENV.T + "/touched1"], env: []}],
			createContainer: [($ENV.T + "/given2" | see)],
			startContainer: [("/tmp/given3" | see), ("/tmp/empty3" | see | .env = []), ("/tmp/inside" | see | del(.env)),
				{path: "/bin/busybox", args: ["touch", "/tmp/touched3"]}]}' /bin/true
	start
	passes
	is "$(cat "$T/alone")" "$T/script 0"
	is "$(cat "$T"/given[123] | tr '\0' '\n' | sort | uniq -c | sed 's/^ *//')" $'3 A=1\n3 A=2\n3 B=two words\n3 PATH=/bin:/usr/bin'
	is "$(cat "$T"/empty[13])" ""
	[ -e "$T/touched1" ]
	[ -e "$T/touched3" ]
	# One that names none has that of who runs it: the caller's, or the container's.
	has "$(tr '\0' '\n' <"$T/outside")" MARK=outside
	is "$(tr '\0' '\n' <"$T/inside" | sort)" $'INSIDE=1\nPATH=/bin'
}

@test "hooks of an ordinary user's container" {
	as_ordinary
	"${AS[@]}" unshare --user true 2>/dev/null || skip "ordinary users may not make user namespaces here"
	configure "$ROOTLESS | $DEFS"'.hooks = (all | map(. as $kind | {key: $kind, value: [
		sh("echo \"\($kind) $(id -u)\" >>\"$0/log\""; at($kind))]}) | from_entries)' /bin/true
	start
	passes
	is "$(ran)" "prestart $ORDINARY createRuntime $ORDINARY createContainer 0 startContainer 0 poststart $ORDINARY poststop $ORDINARY"
}

# --- what they do to us ---

@test "a hook may write 10 MB, read nothing of a large state, or all of it" {
	local kind
	for kind in createRuntime createContainer startContainer poststop; do
		configure "$DEFS"'.annotations = {big: ("x" * 1000000)} | .hooks.'$kind' = [
			sh("head -c 10000000 /dev/zero || echo cut; head -c 1000000 /dev/zero >&2 || echo cut >>\"$0/log\"; echo wrote >>\"$0/log\""; at("'$kind'")),
			sh("wc -c >>\"$0/log\""; at("'$kind'"))]' /bin/true
		start
		passes
		is "$(sed -n 1p "$T/log")" wrote
		[ "$(sed -n 2p "$T/log")" -gt 1000000 ]
		rm "$T/log"
	done
}

@test "a hook that fails after 10 MB is told in one line, with what it said last" {
	configure "$DEFS"'.hooks.prestart = [sh("head -c 10000000 /dev/zero | tr \"\\0\" x; echo; echo the last words >&2; exit 7"; "")]' /bin/true
	start
	refuses 'hooks.prestart[0]'
	has "$errors" 'status 7'
	has "$errors" 'the last words'
	[ "${#errors}" -lt 600 ]
}

@test "who is left behind by a hook, with its output open, holds nobody up" {
	# "$(…)" would wait for it, and so would an engine, if it had more than the hook's own pipe.
	local kind
	for kind in createRuntime createContainer startContainer poststart poststop; do
		configure "$DEFS"'.hooks.'$kind' = [sh("sleep 1000 & echo said; echo said >&2"; "")]' /bin/true
		start
		passes ""
		pkill -KILL -f '^sleep 1000$' || true
	done
}

@test "a hook that hangs is ended at its timeout, with what it began" {
	local kind
	for kind in prestart createRuntime createContainer startContainer poststart; do
		configure "$DEFS"'.hooks.'$kind' = [sh("trap \"\" TERM INT HUP; sleep 1000 & while :; do wait; done"; "") | .timeout = 1]' /bin/sleep 100
		start
		refuses "hooks.${kind}[0]"
		has "$errors" '1 s'
	done
	configure "$DEFS"'.hooks.poststop = [(sh("sleep 1000"; "") | .timeout = 1), sh("echo next >\"$0/log\""; $ENV.T)]' /bin/true
	start
	ends 0
	has "$errors" 'hooks.poststop[0]'
	is "$(ran)" next
	# One that is in time is not disturbed.
	configure "$DEFS"'.hooks.prestart = [sh("sleep 0.1; echo done >\"$0/log\""; $ENV.T) | .timeout = 50]' /bin/true
	start
	passes
	is "$(ran)" "done"
}

@test "a hook that cannot be run is told, in words that engines do not take for the command" {
	local kind hook
	printf 'no first line\n' >"$T/data"
	printf '#!/nowhere/sh\n' >"$T/lost"
	printf '#!/bin/sh\n' >"$T/plain"
	chmod 755 "$T/data" "$T/lost"
	for kind in createRuntime createContainer startContainer; do
		for hook in absent data lost plain . data/x; do
			configure "$DEFS"'.hooks = {'$kind': [{path: (at("'$kind'") + "/'$hook'")}, sh("echo wrong >>\"$0/log\""; at("'$kind'"))]}' /bin/true
			start
			refuses "hooks.${kind}[0]"
			has "$errors" "/$hook'"
			[ ! -e "$T/log" ]
		done
	done
	for hook in absent plain; do
		configure "$DEFS"'.hooks.poststart = [{path: ($ENV.T + "/'$hook'")}]' /bin/sleep 100
		start
		refuses 'hooks.poststart[0]'
	done
}

@test "a hook's own words do not become an engine's: neither phrases, nor line ends, nor bytes that end a line" {
	local word
	configure "$DEFS"'.hooks.createRuntime = [sh("printf \"sh: x: Permission denied\\nOperation not permitted\\r\\n\\033[31mNo such file or directory\\n\" >&2
		echo executable file not found in \\$PATH, Is a directory; exit 1"; "")]' /bin/true
	start
	refuses 'hooks.createRuntime[0]'
	for word in $'\r' $'\033'; do
		lacks "$errors" "$word"
	done
	has "$errors" 'status 1'
	configure "$DEFS"'.hooks.createContainer = [sh("cat /absent; cat /; exit 2"; "")]' /bin/true
	start
	refuses 'hooks.createContainer[0]'
	configure "$DEFS"'.hooks.poststop = [sh("cat /absent; exit 2"; "")]' /bin/true
	start
	ends 0
	has "$errors" 'hooks.poststop[0]'
	if grep -qiE "$EXEC_PHRASES" <<<"$errors"; then
		told
		return 1
	fi
}

# --- what comes of it when they fail ---

# Three hooks of a kind, of which the second fails, and a poststop hook.
FAILING=$DEFS'.hooks = {($ENV.KIND): [sh("echo one >>\"$0/log\""; at($ENV.KIND)),
		sh("echo two >>\"$0/log\"; echo \"is lost\" >&2; " + $ENV.HOW; at($ENV.KIND)), sh("echo three >>\"$0/log\""; at($ENV.KIND))]}
	| .hooks.poststop += [sh("cat >\"$0/state\"; echo poststop >>\"$0/log\""; $ENV.T)]'

# As if it had never been tried, but for the hooks: one, two and not three, and those of the end, which are told that
# it has ended.
failed_whole()
{
	refuses "hooks.${KIND}[1]"
	has "$errors" 'is lost'
	there_is_none
	[ ! -e "$T/pid" ]
	is "$(ran)" "one two poststop"
	is "$(jq -r .status "$T/state")" stopped
	rm "$T/log"
}

@test "a hook that fails before start ends the creation, which leaves nothing; poststop hooks are run" {
	export KIND HOW
	for KIND in prestart createRuntime createContainer; do
		for HOW in 'exit 3' 'kill -SEGV $$'; do
			configure "$FAILING" /bin/sh -c 'echo wrong >>/tmp/log'
			create --pid-file "$T/pid"
			case $HOW in exit*) has "$errors" 'status 3' ;; *) has "$errors" 'signal 11' ;; esac
			failed_whole
		done
		start --pid-file "$T/pid"
		failed_whole
		run_detached --pid-file "$T/pid"
		failed_whole
	done
}

@test "a startContainer hook that fails ends the start: the program does not begin, the container is stopped" {
	export KIND=startContainer HOW='exit 3'
	created "$FAILING" /bin/sh -c 'echo wrong >>/tmp/log'
	verb start "$ID"
	refuses 'hooks.startContainer[1]'
	has "$errors" 'status 3'
	has "$errors" 'is lost'
	becomes stopped
	verb start "$ID"
	refuses stopped
	is "$(ran)" "one two"
	works delete "$ID"
	is "$(ran)" "one two poststop"
	rm "$T/log"
	start --pid-file "$T/pid"
	failed_whole
	run_detached --pid-file "$T/pid"
	failed_whole
}

@test "a poststart hook that fails ends the container" {
	local pid
	export KIND=poststart HOW='exit 3'
	created "$FAILING" /bin/sleep 100
	pid=$(state_of pid)
	verb start "$ID"
	refuses 'hooks.poststart[1]'
	has "$errors" 'is lost'
	becomes stopped
	until_true has_ended "$pid"
	is "$(ran)" "one two"
	works delete "$ID"
	is "$(ran)" "one two poststop"
	rm "$T/log"
	start --pid-file "$T/pid"
	failed_whole
	run_detached --pid-file "$T/pid"
	failed_whole
}

@test "a poststop hook that fails is a warning: the others are run, and the container is deleted" {
	export KIND=poststop HOW='exit 3'
	running "$FAILING" /bin/true
	becomes stopped
	verb delete "$ID"
	ends 0
	has "$errors" 'warning: hooks.poststop[1]'
	has "$errors" 'is lost'
	is "$(wc -l <<<"$errors")" 1
	is "$(ran)" "one two three poststop"
	there_is_none
	rm "$T/log"
	# The program's own status is that of `run`.
	configure "$FAILING" /bin/sh -c 'exit 4'
	start
	ends 4
	has "$errors" 'warning: hooks.poststop[1]'
	is "$(ran)" "one two three poststop"
	there_is_none
	rm "$T/log"
	# With a log it goes there alone.
	configure "$FAILING" /bin/true
	GLOBAL=(--log "$T/messages" --log-format json)
	create
	passes
	works start "$ID"
	becomes stopped
	works delete --force "$ID"
	is "$(jq -r 'select(.msg | contains("hooks.poststop[1]")) | .level' "$T/messages")" warning
}

@test "poststop hooks are run for a start that fails for another reason, and not for one that made no process" {
	configure "$DEFS"'.hooks.poststop = [sh("echo poststop >>\"$0/log\""; $ENV.T)]' /bin/absent
	create
	fails_in_one_line 'no such file or directory'
	is "$(ran)" poststop
	rm "$T/log"
	configure "$DEFS"'.hooks.poststop = [sh("echo poststop >>\"$0/log\""; $ENV.T)]
		| .linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "99999"}' /bin/true
	create
	fails_in_one_line 'linux.memoryPolicy.nodes'
	is "$(ran)" ""
}

@test "hooks that say nothing sensible are refused before anything is done" {
	local hook
	for hook in '{path: "relative"}' '{}' '{path: "/bin/true", timeout: 0}' '{path: "/bin/true", timeout: -1}' '{path: "/bin/true", args: "x"}' \
		'{path: "/bin/true", env: {}}' '"/bin/true"' '{path: "/bin/true", timeout: "1"}' '{path: "/bin/true", args: [1]}'; do
		configure ".hooks.poststop = [{path: \"/bin/true\"}, $hook]" /bin/true
		create
		refuses 'hooks.poststop[1]'
	done
	configure '.hooks = {poststop: null, prestart: []}' /bin/true
	start
	passes
}
