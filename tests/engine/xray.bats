#!/usr/bin/env bats
# xray.bats - `taru xray` tells of any process how it is isolated, as it is; what weakens that is found, and a container
# that asks for nothing is not accused; a config made from it makes a twin; and no process can lie by its names, get
# another one told of in its place, or hold it up.
# shellcheck disable=SC2154,SC2016
load engine
load ordinary
load browser

pid_of()
{
	"$TARU" inspect --format '{{.State.Pid}}' "$1"
}

# field WORDS: what stands behind these words in the last output.
field()
{
	WORDS=$1 LC_ALL=C awk '
		{ name = substr($0, 3, 20); sub(/ +$/, "", name) }
		/^  [^ ]/ && name == ENVIRON["WORDS"] { print substr($0, 24) }' <<<"$output"
}

# risks NAME: which of that kind the last output has, by severity.
risks()
{
	sed -n "s/^\([a-z]*\)  *$1: .*/\1/p" <<<"$output" | sort -u | tr '\n' ' '
}

# a_process COMMAND…: one that is no container's; it ends with the test, and its pid is $pid.
a_process()
{
	"$@" </dev/null >/dev/null 2>&1 3>&- 4>&- &
	pid=$!
	OTHERS+=("$pid")
}

setup()
{
	engine_setup
	OTHERS=()
}

teardown()
{
	local other
	for other in "${OTHERS[@]}"; do
		kill -KILL "$other" 2>/dev/null || true
		wait "$other" 2>/dev/null || true
	done
	[ -z "${ODD_CGROUP:-}" ] || until_true rmdir "$ODD_CGROUP"
	engine_teardown
}

# started_by PARENT: its first child, once there is one.
has_child()
{
	child=$(pgrep -P "$1")
	[ -n "$child" ]
}

@test "a container that asks for nothing: own namespaces, Docker's capabilities, a filter, and nothing above medium" {
	background one box sleep 100
	works xray one
	[[ "${lines[0]}" == "process $(pid_of one) (sleep), of container one" ]]
	local kind
	for kind in mount pid network ipc uts; do
		[[ "$(field "$kind")" == own* ]]
	done
	[[ "$(field user)" == "the host's"* ]]
	[[ "$(field mount)" == "own "*" 0 others" ]]
	[ "$(field bounding)" = "Docker's default" ]
	[ "$(field ambient)" = none ]
	[ "$(field seccomp)" = "filters: 1" ]
	[ "$(field 'pid within')" = 1 ]
	[[ "$output" == *"/proc/keys  devtmpfs, masked"* ]]
	[[ "$output" == *"/proc/sys  proc, read-only,"* ]]
	[[ "$output" == *"/etc/hosts  "*", of the host: $TARU_ROOT/containers/"* ]]
	works xray --risks one
	[ -z "$(grep -E '^(critical|high) ' <<<"$output")" ]
	[ "$(risks no-memory-limit)" = "medium " ]
	[ "$(risks capability)" = "" ]
	[ "$(risks writable-kernel-file)" = "" ]
}

@test "what is strict is seen: ids, capabilities, limits, a root that is read-only" {
	background one --read-only --user 1000:1001 --group-add 29 --cap-drop ALL --cap-add NET_RAW --memory 64m \
		--pids-limit 50 --security-opt no-new-privileges --ulimit nofile=100:200 box sleep 100
	works xray one
	[ "$(field uid)" = 1000 ]
	[ "$(field gid)" = 1001 ]
	[[ " $(field groups)," == *" 29,"* ]]
	[ "$(field bounding)" = CAP_NET_RAW ]
	[[ "$(field "fewer than Docker's")" == *CAP_CHOWN* ]]
	[ "$(field no_new_privs)" = yes ]
	[ "$(field RLIMIT_NOFILE)" = "100, hard 200" ]
	[[ "$output" == *$'\n  /  overlay, read-only'* ]]
	works xray --format json one
	"$PYTHON" - "$T/stdout" <<-'END'
	import json, sys
	x = json.load(open(sys.argv[1]))
	assert x["container"] == "one" and x["ids"]["uid"]["real"] == 1000
	assert x["capabilities"]["bounding"] == ["CAP_NET_RAW"] and x["capabilities"]["beyondDefault"] == []
	assert x["limits"]["memory"] in (64 << 20, None) and x["limits"]["pids"] in (50, None)
	assert x["namespaces"]["pid"]["others"] == 0 and not x["namespaces"]["pid"]["host"]
	assert {m["target"] for m in x["mounts"] if m["masked"]} >= {"/proc/keys"}
	assert "/proc" in {m["target"] for m in x["mounts"] if not m["masked"]}
	END
	works xray --risks one
	[ "$(risks host-root)" = "" ]
	[ "$(risks new-privileges)" = "" ]
	[ "$(risks writable-root)" = "" ]
}

@test "--privileged, the host's namespaces, and its files: each is told, the worst first" {
	background one --privileged --network host --pid host --ipc host --uts host -v /:/host -v /etc:/e:ro box sleep 100
	works xray --risks one
	[ "$(risks host-files)" = "critical " ]
	[ "$(risks host-pid)" = "high " ]
	[ "$(risks host-network)" = "high " ]
	[ "$(risks host-ipc)" = "medium " ]
	[ "$(risks host-uts)" = "low " ]
	[ "$(risks no-seccomp)" = "high " ]
	[[ "$output" == *"critical  capability: it has CAP_SYS_ADMIN"* ]]
	[[ "$output" == *"critical  writable-kernel-file: '/proc/sys/kernel/core_pattern' is writable"* ]]
	[[ "$output" == *"mend: no --pid host"* ]]
	[[ "$output" == *"medium    host-folder: the host's '/etc' is mounted at '/e', read-only"* ]]
	[ "$(grep -oE '^(critical|high|medium|low|note) ' <<<"$output" | uniq | tr -d '\n')" = "critical high medium low note " ]
	works xray --risks --format json one
	"$PYTHON" -c 'import json, sys
for risk in json.load(sys.stdin): assert all(risk[key] for key in ("severity", "name", "what", "why", "mend"))' <<<"$output"
}

@test "what is below the host's folders, or reached by another name, is told where it is writable; the engine's own is not" {
	background one -v /bin:/x1 -v /etc/cron.d:/x2 -v /usr/bin:/x4 -v /etc/shadow:/x5 -v named:/x6 -v /etc/ssl:/x7:ro -v /var:/x8:ro \
		-v /run:/x9:ro box sleep 100
	works xray --risks one
	local at
	for at in x1 x2 x4 x5; do
		[[ "$output" == *"critical  host-folder: the host's '"*"' is mounted at '/$at', writable"* ]]
	done
	[[ "$output" == *"high      host-folder: the host's '/var' is mounted at '/x8', read-only"* ]]
	[[ "$output" == *"critical  host-folder: the host's '/run' is mounted at '/x9', read-only"* ]]
	for at in x6 x7 etc/hosts etc/resolv.conf etc/hostname; do
		[[ "$output" != *"'/$at'"* ]]
	done
}

@test "a user namespace of its own: maps and ids are told, and uid 0 is no risk" {
	background one --uidmap 0:200000:1000 --gidmap 0:300000:1000 box sleep 100
	works xray one
	[[ "$(field user)" == own* ]]
	[ "$(field 'uid map')" = "0 → 200000 (1000 ids)" ]
	[ "$(field 'gid map')" = "0 → 300000 (1000 ids)" ]
	[ "$(field uid)" = 200000 ]
	[ "$(field "user's owner")" = "uid 0" ]
	[ "$(field "user's parent")" = "$(stat -Lc %i /proc/self/ns/user)" ]
	works xray --risks one
	[ "$(risks host-root)" = "" ]
}

@test "who else is in a namespace: number and names" {
	background one box sh -c 'sleep 101 & sleep 102 & wait'
	until_true has_child "$(pid_of one)"
	works xray one
	[[ "$(field pid)" == "own "*" 2 others: "*"(sleep), "*"(sleep)" ]]
	background two --pid container:one box sleep 103
	works xray two
	[[ "$(field pid)" == "own "*" 3 others: $(pid_of one) (sh)"* ]]
	[[ "$(field mount)" == "own "*" 0 others" ]]
}

@test "--spec: taru-oci makes a twin of it, whose x-ray is the same" {
	local oci=${TARU_OCI:-$BUILD/taru-oci} number=0 options
	mkdir -p "$T/bundle"
	cp -a "$WORLD/box" "$T/bundle/rootfs"
	for options in "" "--read-only --user 1000:1001 --group-add 29 --cap-drop ALL --cap-add NET_ADMIN --memory 64m --pids-limit 50 \
		--security-opt no-new-privileges --ulimit nofile=100:200 --tmpfs /tmp:size=1m,mode=700 --uts host" \
		"--network host --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt unmask=/proc/keys --oom-score-adj 300 \
		-v /usr:/data:ro --cpu-shares 512"; do
		number=$((number + 1))
		# Several words.
		# shellcheck disable=SC2086
		background "c$number" $options box sleep 100
		works xray --spec "c$number"
		cp "$T/stdout" "$T/bundle/config.json"
		works xray --format json "c$number"
		cp "$T/stdout" "$T/first"
		"$oci" --root "$T/oci" run -d --pid-file "$T/pid" -b "$T/bundle" "twin$number" </dev/null >/dev/null 2>&1
		taru xray --format json "$(<"$T/pid")"
		"$oci" --root "$T/oci" delete -f "twin$number"
		[ "$status" = 0 ]
		"$PYTHON" - "$T/first" "$T/stdout" <<-'END'
		import json, sys
		first, twin = (json.load(open(path)) for path in sys.argv[1:])
		def same(what):
		    a, b = what(first), what(twin)
		    assert a == b, (a, b)
		for key in "ids", "capabilities", "noNewPrivileges", "seccomp", "rlimits", "oomScoreAdj", "scheduler", "limits", "cwd", "label":
		    same(lambda x: x[key])
		same(lambda x: {kind: value["host"] for kind, value in x["namespaces"].items()})
		for key in "masked", "readonly", "nosuid", "nodev", "noexec", "type":
		    same(lambda x: {m["target"]: m[key] for m in x["mounts"] if m["target"] != "/"})
		same(lambda x: [m["readonly"] for m in x["mounts"] if m["target"] == "/"])
		same(lambda x: [m["host"] for m in x["mounts"] if m["target"] == "/data"])
		same(lambda x: [c["files"].get("devices.list") for c in x["cgroups"]])
		same(lambda x: [c["files"].get("cpu.shares") for c in x["cgroups"]])
		END
	done
}

# ordinarily WORD…: as an ordinary user whose home is $T/user.
ordinarily()
{
	(cd "$T/user" && setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups \
		env HOME="$T/user" XDG_RUNTIME_DIR="$T/user" "$@") </dev/null
}

@test "--spec of an ordinary user's container: the twin has the same mounts, each once" {
	local oci=${TARU_OCI:-$BUILD/taru-oci} name
	mkdir -p "$T/user/bundle"
	cp -a "$WORLD/box" "$T/user/bundle/rootfs"
	chown -R "$ORDINARY:$ORDINARY" "$T/user"
	ordinarily "$oci" spec --rootless -b bundle
	"$PYTHON" - "$T/user/bundle/config.json" <<-'END'
	import json, sys
	config = json.load(open(sys.argv[1]))
	config["process"].update(terminal=False, args=["sleep", "100"])
	json.dump(config, open(sys.argv[1], "w"))
	END
	for name in first twin; do
		ordinarily "$oci" run -d --pid-file "$T/user/pid" -b bundle "$name" >/dev/null 2>&1
		ordinarily "$TARU" xray --format json "$(<"$T/user/pid")" >"$T/$name" || status=$?
		ordinarily "$TARU" xray --spec "$(<"$T/user/pid")" >"$T/user/bundle/config.json" 2>"$T/warnings" || status=$?
		ordinarily "$oci" delete -f "$name"
		[ "${status:-0}" = 0 ]
	done
	"$PYTHON" - "$T/first" "$T/twin" <<-'END'
	import json, sys
	first, twin = (json.load(open(path)) for path in sys.argv[1:])
	for key in "ids", "capabilities", "noNewPrivileges", "rlimits":
	    assert first[key] == twin[key], key
	def mounts(x):
	    return [(m["target"], m["type"], m["host"], m["readonly"], m["masked"], m["covered"]) for m in x["mounts"]]
	assert mounts(first) == mounts(twin), (mounts(first), mounts(twin))
	assert not first["namespaces"]["user"]["host"] and not twin["namespaces"]["user"]["host"]
	END
}

@test "--spec says what it could not read, and goes with nothing else" {
	background one box sleep 100
	works xray --spec one
	[[ "$stderr" == *"linux.seccomp: its filters cannot be read"* ]]
	fails 1 "--spec" -- xray --spec --risks one
	fails 1 "--spec" -- xray --spec --format json one
	fails 1 "text, json or html" -- xray --format yaml one
}

@test "a process that is no container's: unshare, chroot, and one like any other" {
	a_process unshare --mount --uts --propagation private sleep 100
	until_true grep -q sleep "/proc/$pid/comm"
	works xray "$pid"
	[[ "${lines[0]}" == "process $pid (sleep)" ]]
	[[ "$(field mount)" == own* && "$(field uts)" == own* && "$(field ipc)" == "the host's"* ]]
	works xray --risks "$pid"
	[[ "$output" == *"high      host-files: its root is the host's"* ]]
	a_process chroot "$WORLD/box" /bin/sleep 100
	until_true grep -q sleep "/proc/$pid/comm"
	works xray "$pid"
	[ "$(field root)" = "$WORLD/box" ]
	works xray "$BASHPID"
	[[ "$(field mount)" == "the host's"* ]]
	works xray --spec "$BASHPID"
	[[ "$stderr" == *"no mount namespace of its own"* ]]
}

# The process that shows pages, once there is one.
renderer()
{
	renderer=$(pgrep -f '^[^ ]*/chrom[^ ]* .*--type=renderer' | tail -1)
	[ -n "$renderer" ] || [ ! -e "/proc/$browser" ]
}

no_browser()
{
	! pgrep -f "user-data-dir=$T/home"
}

@test "a sandboxed browser: the process that shows pages has own namespaces, no capabilities, a filter, an empty root" {
	local program browser renderer kind
	program=$(type -P chromium chromium-browser google-chrome | head -1) || true
	[ -n "$program" ] || skip "there is no chromium on this machine"
	mkdir "$T/home"
	echo '<p>page' >"$T/home/page.html"
	chown -R "$ORDINARY:$ORDINARY" "$T/home"
	setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups env HOME="$T/home" "$program" --headless --disable-gpu \
		--remote-debugging-port=0 --user-data-dir="$T/home" "file://$T/home/page.html" </dev/null >"$T/browser" 2>&1 3>&- 4>&- &
	browser=$!
	OTHERS+=("$browser")
	until_true renderer
	[ -n "$renderer" ] || skip "its sandbox does not work here: $(grep -m 1 -i sandbox "$T/browser")"
	works xray "$renderer"
	for kind in user pid network; do
		[[ "$(field "$kind")" == own* ]]
	done
	[ "$(field uid)" = "$ORDINARY" ]
	[ "$(field effective)" = none ]
	[ "$(field no_new_privs)" = yes ]
	[[ "$(field seccomp)" == filters:* ]]
	[[ "$output" == *"none that it can reach"* ]]
	works xray --risks "$renderer"
	[ "$(risks host-mount)" = "low " ]
	[ -z "$(grep -E '^critical ' <<<"$output")" ]
	works xray --spec "$renderer"
	"$PYTHON" -c 'import json, sys; json.load(open(sys.argv[1]))' "$T/stdout"
	kill -KILL "$browser"
	until_true no_browser
}

@test "a descriptor or a working directory that leads out of the root is told, as critical (CVE-2024-21626)" {
	a_process "$PYTHON" -c 'import os, sys, time
os.open("/etc", os.O_RDONLY)
os.chdir("/usr")
os.chroot(sys.argv[1])
time.sleep(100)' "$WORLD/box"
	until_true sh -c '[ "$(readlink "/proc/$1/root")" = "$2" ]' sh "$pid" "$WORLD/box"
	works xray --risks "$pid"
	[[ "$output" == *"critical  descriptor: its working directory is '/usr', outside of its root"* ]]
	[[ "$output" == *"critical  descriptor: descriptor "*" leads to the directory '/etc' outside of its root"* ]]
	background one box sleep 100
	works xray --risks one
	[[ "$output" != *"critical  descriptor"* ]]
}

@test "the socket of an engine is told, whatever it is called within" {
	mkdir -p "$T/run"
	"$PYTHON" -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$T/run/docker.sock"
	background one -v "$T/run/docker.sock:/tmp/harmless:ro" box sleep 100
	works xray --risks one
	[[ "$output" == *"critical  engine-socket: the host's '$T/run/docker.sock' is mounted at '/tmp/harmless'"* ]]
}

@test "ports: which listen in its network, and which it holds" {
	background one box sh -c 'nc -l -p 8080 & exec sleep 100'
	until_true "$TARU" exec one sh -c 'grep -q ":1F90 " /proc/net/tcp /proc/net/tcp6'
	works xray one
	[[ "$output" == *":8080"* && "$output" != *"held by it"* ]]
	has_child "$(pid_of one)"
	works xray "$child"
	[[ "$output" == *":8080  held by it"* ]]
	a_process "$PYTHON" -c 'import socket, time
a = socket.socket(); a.bind(("127.0.0.1", 81)); a.listen()
time.sleep(100)'
	until_true grep -q "0100007F:0051 " /proc/net/tcp
	works xray --risks "$pid"
	[[ "$output" == *"low       privileged-port: it listens on port 81 (tcp) of the host"* ]]
}

@test "names that others have chosen are shown, and nothing obeys them" {
	local odd=$'\e[2Jx\nroot  critical: none' here
	here=$T/$odd
	mkdir -p "$here"
	cp "$(command -v sleep)" "$T/sl"$'\n\e'
	a_process unshare --mount --propagation private sh -c 'mount -t tmpfs "$1" "$2" && exec "$3" 100' sh "$odd" "$here" "$T/sl"$'\n\e'
	until_true grep -q sl "/proc/$pid/comm"
	works xray "$pid"
	[[ "$output" != *$'\e'* ]]
	[[ "${lines[0]}" == "process $pid (sl\\012\\033)" ]]
	[[ "$output" == *"/\\033[2Jx\\012root  critical: none  tmpfs"* ]]
	works xray --risks "$pid"
	[[ "$output" != *$'\e'* ]]
	works xray --format json "$pid"
	[[ "$output" != *$'\e'* ]]
	"$PYTHON" -c 'import json, sys
x = json.load(open(sys.argv[1])); assert sys.argv[2] in [m["target"] for m in x["mounts"]]; assert x["name"] == "sl\n\x1b"' "$T/stdout" "$here"
}

@test "the page for a browser: all of it on one page, wide and narrow, and of the risks alone" {
	background one --read-only --cap-add SYS_ADMIN --memory 64m -v /etc:/e:ro -p 127.0.0.1:8099:80 box \
		sh -c 'nc -l -p 80 & exec sleep 100'
	works xray --format html one
	"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/stdout"
	local words
	for words in "<h1>one</h1>" 'it has CAP_SYS_ADMIN' "<li>SYS_ADMIN</li>" "<code>/proc/keys</code>" \
		">masked</span>" "of the host: <code>/etc</code>"; do
		grep -qF "$words" "$T/stdout"
	done
	works xray --risks --format html one
	"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/stdout"
	[[ "$output" == *"it has CAP_SYS_ADMIN"* && "$output" != *'id="mounts"'* ]]
	works xray --format html one
	cp "$T/stdout" "$T/page.html"
	browse "$T/page.html" xray
}

# Not a file system of the tests' own: a cgroup is the machine's. Its folder goes with the process.
@test "the page for a browser: markup in the names of a process, a cgroup and a mount stays text" {
	local evil='"><script>alert(1)<script src=x>' mark='<img src=x onerror=alert(1)>' top
	mkdir -p "$T/$mark"
	for top in /sys/fs/cgroup/pids /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ ! -w "$top/cgroup.procs" ] || break
	done
	ODD_CGROUP="$top/<svg onload=alert(1)>$BASHPID"
	mkdir "$ODD_CGROUP"
	cp "$(type -P sleep)" "$T/<b>&'bold"
	a_process unshare --mount --propagation private sh -c 'echo 0 >"$1/cgroup.procs" && mount -t tmpfs "$2" "$3" && exec "$4" 100' \
		sh "$ODD_CGROUP" "$evil" "$T/$mark" "$T/<b>&'bold"
	until_true grep -q bold "/proc/$pid/comm"
	works xray --format html "$pid"
	cp "$T/stdout" "$T/page.html"
	"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/page.html"
	local words
	for words in '<h1>&lt;b&gt;&amp;&#39;bold</h1>' '&lt;img src=x onerror=alert(1)&gt;' "&lt;svg onload=alert(1)&gt;$BASHPID"; do
		grep -qF "$words" "$T/page.html"
	done
	not grep -qE '<(script|img|svg)|<b>&' "$T/page.html"
	browse "$T/page.html" xray-hostile
}

@test "what there is not, what does not run, what has ended, what is a thread" {
	fails 1 "there is no process 4194304" -- xray 4194304
	fails 1 "no such container" -- xray nothing
	fails 1 "no such container" -- xray 0
	fails 125 "missing" -- xray
	works create --name one box true
	fails 1 "container one is not running but created" -- xray one
	works start -a one
	fails 1 "container one is not running but exited" -- xray one
	a_process "$PYTHON" -c 'import threading, time; threading.Thread(target=time.sleep, args=(100,)).start()'
	until_true sh -c "[ \$(ls /proc/$pid/task | wc -l) = 2 ]"
	local thread
	thread=$(ls "/proc/$pid/task" | grep -vx "$pid")
	fails 1 "$thread is a thread of process $pid" -- xray "$thread"
}

@test "a /proc of another PID namespace is not believed: its numbers are of other processes" {
	status=0
	# The process 1 in there is sh; that of this /proc is another one.
	output=$(unshare --pid --fork --kill-child sh -c '"$TARU" xray 1; exit $?' 2>&1) || status=$?
	echo "$output"
	[ "$status" = 1 ]
	[[ "$output" == *"'/proc' is not of this PID namespace"* ]]
}

@test "one that ends while it is looked at: either it was there all the time, or that is said" {
	local number
	for number in {1..40}; do
		sleep "0.00$((number % 10))" 3>&- 4>&- &
		taru xray "$!" >/dev/null
		if [ "$status" != 0 ]; then
			[ "$status" = 1 ]
			[ -z "$output" ]
			[[ "$stderr" == *"has ended"* || "$stderr" == *"there is no process"* ]]
		else
			[[ "$output" == "process $! ("* ]]
		fi
		wait "$!"
	done
}

@test "an ordinary user sees what may be seen of others, and all of its own" {
	background one box sleep 100
	as_user xray "$(pid_of one)"
	[ "$status" = 0 ]
	[ "$(field user | cut -d' ' -f1-2)" = "not told" ]
	[ "$(field seccomp)" = "filters: 1" ]
	[[ "$output" == *"could not be read"*"mount namespace: it is out of reach for this user"* ]]
	[ "$(field root)" = "not told" ]
	a_process setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups sleep 100
	until_true grep -q sleep "/proc/$pid/comm"
	as_user xray "$pid"
	[ "$status" = 0 ]
	[ "$(field uid)" = "$ORDINARY" ]
	[ "$(field root)" = / ]
	[ "$(field dumpable)" = yes ]
}

@test "digits alone are a pid, and where there is none, the begin of an ID" {
	local id number
	for number in {1..200}; do
		works create --name "c$number" box sleep 100
		id=$("$TARU" inspect --format '{{.Id}}' "c$number")
		[[ "$id" =~ ^[1-9][0-9]{4} ]] && [ ! -e "/proc/${id::5}" ] && break
		works rm "c$number"
		id=
	done
	[ -n "$id" ] || skip "no ID began with five digits"
	works start "$id"
	works xray "${id::5}"
	[[ "${lines[0]}" == *"of container c$number" ]]
	works xray "$BASHPID"
	[[ "${lines[0]}" == "process $BASHPID "* ]]
}
