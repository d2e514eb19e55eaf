#!/usr/bin/env bats
# Bad input: one clear line that begins with the key, a status that is not 0, nothing created.
load lib

# is_refused FILTER KEY: the config that the filter makes is refused, for this key.
is_refused()
{
	configure "$1" /bin/true
	start
	refuses "$2"
}

# raw_is_refused TEXT PART: the same for a file that jq would not write.
raw_is_refused()
{
	printf '%s' "$1" >"$T/config.json"
	start
	refuses "$2"
}

@test "no bundle, no config.json, a folder for one" {
	start
	refuses config.json
	status=0
	"$TARU_OCI" run -b "$T/absent" "$ID" >"$T.out" 2>"$T.err" || status=$?
	collect
	refuses "$T/absent"
	mkdir "$T/config.json"
	start
	refuses config.json
	rmdir "$T/config.json"
}

@test "what is not JSON is refused, with its place" {
	raw_is_refused '' config.json
	raw_is_refused 'hello' config.json
	raw_is_refused '{"ociVersion": "1.0.2"' config.json
	raw_is_refused '{"ociVersion": "1.0.2",}' config.json
	raw_is_refused '{"ociVersion": "1.0.2"} x' config.json
	raw_is_refused '{'\''ociVersion'\'': "1.0.2"}' config.json
	raw_is_refused '{"ociVersion": "1.0.2", "hostname": "a
b"}' ''
	raw_is_refused $'{"ociVersion": "1.0.2", "hostname": "\xff\xfe"}' ''
	raw_is_refused '[]' ''
	raw_is_refused '"text"' ''
	raw_is_refused '{}' ociVersion
}

@test "a key given twice is refused" {
	raw_is_refused '{"ociVersion": "1.0.2", "hostname": "a", "hostname": "b"}' hostname
	configure . /bin/true
	sed -i '0,/"cwd"/s//"cwd": "\/tmp", "cwd"/' "$T/config.json"
	start
	refuses process.cwd
}

@test "values of a wrong type are refused, each with its key" {
	is_refused '.hostname = 5' hostname
	is_refused '.process.args = "text"' process.args
	is_refused '.process.args = [1]' 'process.args[0]'
	is_refused '.process.env = {"A": "1"}' process.env
	is_refused '.process.env = [null]' 'process.env[0]'
	is_refused '.process.terminal = "yes"' process.terminal
	is_refused '.process.user = "root"' process.user
	is_refused '.process.user.uid = "0"' process.user.uid
	is_refused '.process.user.additionalGids = 5' process.user.additionalGids
	is_refused '.mounts = {}' mounts
	is_refused '.mounts[2].options = "ro"' 'mounts[2].options'
	is_refused '.mounts[1].destination = 7' 'mounts[1].destination'
	is_refused '.linux.namespaces = ["pid"]' 'linux.namespaces[0]'
	is_refused '.linux = []' linux
	is_refused '.root = "rootfs"' root
	is_refused '.root.readonly = 1' root.readonly
	is_refused '.process.rlimits = [{type: "RLIMIT_CORE", soft: "0", hard: 0}]' 'process.rlimits[0].soft'
	is_refused '.linux.sysctl = {"net.ipv4.ip_forward": 1}' 'linux.sysctl'
	is_refused '.linux.maskedPaths = [{}]' 'linux.maskedPaths[0]'
	is_refused '.annotations = {"a": 1}' annotations
	is_refused '.ociVersion = 1' ociVersion
}

@test "numbers out of range are refused (CVE-2024-40635: a uid that overflows is no root)" {
	local number
	for number in -1 4294967295 4294967296 18446744073709551616 1.5 1e30; do
		configure . /bin/true
		sed -i "s/\"uid\": *0/\"uid\": $number/" "$T/config.json"
		grep -q -- "$number" "$T/config.json"
		start
		refuses process.user.uid
	done
	is_refused '.process.oomScoreAdj = 1001' process.oomScoreAdj
	is_refused '.process.oomScoreAdj = -1001' process.oomScoreAdj
	is_refused '.process.user.umask = 1000' process.user.umask
	is_refused '.process.rlimits = [{type: "RLIMIT_CORE", soft: -1, hard: 0}]' 'process.rlimits[0].soft'
	is_refused '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 8}' process.ioPriority.priority
	is_refused '.process.scheduler = {policy: "SCHED_OTHER", nice: 20}' process.scheduler.nice
	is_refused '.linux.devices = [{path: "/dev/x", type: "c", major: -5, minor: 3}]' 'linux.devices[0].major'
}

@test "the version of the specification: 1.x is accepted, others are refused" {
	is_refused '.ociVersion = "2.0.0"' ociVersion
	is_refused '.ociVersion = "0.5.0"' ociVersion
	is_refused '.ociVersion = "one"' ociVersion
	local version
	for version in 1.0.0 1.0.2-dev 1.1.0 1.2.0 1.3.0; do
		run_in ".ociVersion = \"$version\"" 'echo fine'
		passes fine
	done
}

@test "keys that the specification does not know are ignored" {
	run_in '.wonder = {"deep": [1, 2]} | .process.magic = true | .linux.future = "x"' 'echo fine'
	passes fine
}

@test "a root that is missing, empty, absent or no folder is refused" {
	is_refused 'del(.root)' root
	is_refused '.root.path = ""' root.path
	is_refused 'del(.root.path)' root.path
	is_refused '.root.path = "absent"' root.path
	is_refused '.root.path = "/run/absent"' root.path
	is_refused '.root.path = "config.json"' root.path
}

@test "a root that leads out of the bundle by a relative path is still a root, but / is not changed" {
	run_in '.root.path = "/"' 'echo fine'
	[ "$status" = 0 ] || refuses root.path
}

@test "a command without words, and a process that is missing, are refused" {
	is_refused '.process.args = []' process.args
	configure 'del(.process.args)'
	start
	refuses process.args
	is_refused '.process.args = [""]' process.args
	configure 'del(.process)'
	start
	refuses process
}

@test "a working directory that is relative, missing or no folder is refused" {
	is_refused '.process.cwd = "tmp"' process.cwd
	is_refused 'del(.process.cwd)' process.cwd
	is_refused '.process.cwd = ""' process.cwd
	is_refused '.process.cwd = "/etc/passwd"' process.cwd
}

@test "unknown names are refused: capability, limit, scheduler, class, domain, policy, propagation" {
	is_refused '.process.capabilities.effective = ["CAP_X"]' 'process.capabilities.effective[0]'
	is_refused '.process.rlimits = [{type: "RLIMIT_X", soft: 0, hard: 0}]' 'process.rlimits[0].type'
	is_refused '.process.scheduler = {policy: "SCHED_X"}' process.scheduler.policy
	is_refused '.process.scheduler = {policy: "SCHED_OTHER", flags: ["X"]}' 'process.scheduler.flags[0]'
	is_refused '.process.ioPriority = {class: "X", priority: 1}' process.ioPriority.class
	is_refused '.linux.personality = {domain: "X"}' linux.personality.domain
	is_refused '.linux.memoryPolicy = {mode: "X", nodes: "0"}' linux.memoryPolicy.mode
	is_refused '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "x"}' linux.memoryPolicy.nodes
	is_refused '.linux.rootfsPropagation = "x"' linux.rootfsPropagation
}

@test "limits: one given twice, and a soft one above the hard one, are refused" {
	is_refused '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}, {type: "RLIMIT_CORE", soft: 0, hard: 0}]' 'process.rlimits[1]'
	is_refused '.process.rlimits = [{type: "RLIMIT_CORE", soft: 2, hard: 1}]' 'process.rlimits[0]'
}

@test "variables of the environment without a name are refused" {
	is_refused '.process.env = ["=x"]' 'process.env[0]'
	is_refused '.process.env += ["NOVALUE"]' 'process.env['
}

@test "kernel settings that are not a namespace's own are refused" {
	# The machine's own settings, to what they are: a runtime that sets them does no harm.
	is_refused ".linux.sysctl = {\"kernel.core_pattern\": \"$(</proc/sys/kernel/core_pattern)\"}" linux.sysctl
	is_refused ".linux.sysctl = {\"vm.swappiness\": \"$(</proc/sys/vm/swappiness)\"}" linux.sysctl
	is_refused ".linux.sysctl = {\"net/../vm/swappiness\": \"$(</proc/sys/vm/swappiness)\"}" linux.sysctl
	is_refused ".linux.sysctl = {\"net....vm.swappiness\": \"$(</proc/sys/vm/swappiness)\"}" linux.sysctl
	is_refused '.linux.sysctl = {"": "x"}' linux.sysctl
	# Of the host's network, when the container shares it.
	is_refused '.linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.namespaces |= map(select(.type != "network"))' linux.sysctl
	is_refused '.linux.sysctl = {"kernel.shm_rmid_forced": "1"} | .linux.namespaces |= map(select(.type != "ipc"))' linux.sysctl
	is_refused '.linux.sysctl = {"net.ipv4.absent": "1"}' linux.sysctl
}

@test "paths that are relative are refused where they must be absolute" {
	is_refused '.linux.maskedPaths = ["proc/kcore"]' 'linux.maskedPaths[0]'
	is_refused '.linux.readonlyPaths = ["proc/sys"]' 'linux.readonlyPaths[0]'
	is_refused '.mounts[0].destination = ""' 'mounts[0].destination'
	is_refused 'del(.mounts[0].destination)' 'mounts[0].destination'
}

@test "a NUL in a text is refused" {
	is_refused '.hostname = "a\u0000b"' NUL
	is_refused '.process.args = ["/bin/true\u0000x"]' NUL
	is_refused '.mounts[0].destination = "/proc\u0000/x"' NUL
	is_refused '.annotations = {"a\u0000b": "x"}' ''
	printf '{"ociVersion": "1.0.2", "hostname": "a\0b"}' >"$T/config.json"
	start
	refuses ''
}

@test "names of the host that are too long are refused" {
	is_refused ".hostname = \"$(printf '%65s' | tr ' ' h)\"" hostname
	is_refused ".domainname = \"$(printf '%65s' | tr ' ' d)\"" domainname
}

@test "deep nesting is refused at once" {
	raw_is_refused "$(printf '%100000s' | tr ' ' '[')" ''
	raw_is_refused "{\"ociVersion\": \"1.0.2\", \"x\": $(printf '%100000s' | tr ' ' '[')$(printf '%100000s' | tr ' ' ']')}" ''
	raw_is_refused "$(printf '{"a":%.0s' {1..20000})" ''
}

@test "a config.json of 100 MB is refused at once, and so is one without an end" {
	configure . /bin/true
	head -c 100000000 /dev/zero | tr '\0' ' ' >>"$T/config.json"
	LIMIT=5 start
	refuses config.json
	status=0
	(ulimit -v 500000; timeout 5 "$TARU_OCI" run -b "$T" -f /dev/zero "$ID" >"$T.out" 2>"$T.err") || status=$?
	collect
	refuses /dev/zero
}

@test "10,000 mounts work or are refused, in bounded time" {
	mkdir "$T/source"
	configure ".mounts += [range(10000) | {destination: \"/dev/shm/\\(.)\", type: \"bind\", source: \"$T/source\", options: [\"bind\"]}]" \
		/bin/sh -c 'grep -c " /dev/shm/" /proc/self/mountinfo'
	LIMIT=30 start
	[ "$status" != 0 ] || passes 10000
	[ "$status" = 0 ] || refuses 'mounts'
}

@test "10,000 environment variables, 10,000 arguments, a text of 100 KB" {
	configure '.process.env += [range(10000) | "V\(.)=x"]' /bin/sh -c 'env | grep -c ^V'
	start
	passes 10000
	# The program's own limits are the kernel's: one line says so.
	configure . /bin/echo "$(printf '%100000s' | tr ' ' a)"
	start
	is "${#output}" 100000
	jq '.process.env += ["LONG=" + ("a" * 200000)]' "$T/config.json" >"$T/new"
	mv "$T/new" "$T/config.json"
	start
	fails_in_one_line process
}

@test "an option of a mount that is too long for the kernel is refused" {
	is_refused ".mounts += [{destination: \"/opt\", type: \"tmpfs\", source: \"tmpfs\", options: [\"size=$(printf '%5000s' | tr ' ' 1)\"]}]" 'mounts['
	is_refused ".mounts += [{destination: \"/opt\", type: \"$(printf '%5000s' | tr ' ' 1)\", source: \"tmpfs\"}]" 'mounts['
	is_refused ".mounts += [{destination: \"/$(printf '%5000s' | tr ' ' 1)\", type: \"tmpfs\", source: \"tmpfs\"}]" 'mounts['
}

@test "an id that is no id is refused, and no path" {
	local id
	configure . /bin/true
	for id in '' . .. a/b ../x 'a b' $'a\nb' .x 'a*' "$(printf '%2000s' | tr ' ' a)"; do
		status=0
		"$TARU_OCI" run -b "$T" -- "$id" >"$T.out" 2>"$T.err" </dev/null || status=$?
		collect
		[ "$status" != 0 ] || is "$id" "refused"
		[ -n "$errors" ]
	done
}

@test "a wrong command line is refused with one line" {
	local words
	for words in "run" "run --absent x" "fly x" "run a b" "spec extra"; do
		status=0
		# shellcheck disable=SC2086
		(cd "$T" && "$TARU_OCI" $words) >"$T.out" 2>"$T.err" </dev/null || status=$?
		collect
		[ "$status" != 0 ] || is "$words" "refused"
		is "$(wc -l <<<"$errors")" 1
		is "$output" ""
	done
}

# --- root file systems that lie ---

@test "an image whose /proc, /sys, /dev or /etc is a link to the outside: nothing outside changes" {
	local name
	for name in proc sys dev etc; do
		rm -rf "$T/rootfs" "$T/outside"
		own_rootfs
		mkdir "$T/outside"
		echo mine >"$T/outside/null"
		rm -rf "$T/rootfs/$name"
		ln -s "$T/outside" "$T/rootfs/$name"
		run_in "$OWN" 'echo ran'
		[ "$status" = 0 ] || refuses ''
		is "$(ls -A "$T/outside")" null "what is in the outside folder (for /$name)"
		is "$(cat "$T/outside/null")" mine
		# A link that climbs.
		rm "$T/rootfs/$name"
		ln -s ../outside "$T/rootfs/$name"
		run_in "$OWN" 'echo ran'
		[ "$status" = 0 ] || refuses ''
		is "$(ls -A "$T/outside")" null "what is in the outside folder (for /$name, climbing)"
	done
}

@test "an image whose /proc or /sys is a link is refused (CVE-2019-19921, CVE-2023-27561)" {
	local name
	for name in proc sys; do
		rm -rf "$T/rootfs"
		own_rootfs
		rm -rf "$T/rootfs/$name"
		mkdir "$T/rootfs/other"
		ln -s other "$T/rootfs/$name"
		run_in "$OWN" 'echo ran'
		refuses "/$name"
		has "$errors" 'mounts['
	done
}

@test "an image whose /proc, /sys, /dev or /etc is a file" {
	local name
	for name in proc sys dev; do
		rm -rf "$T/rootfs"
		own_rootfs
		rm -rf "$T/rootfs/$name"
		: >"$T/rootfs/$name"
		run_in "$OWN" 'echo ran'
		fails_in_one_line "mounts["
		has "$errors" "/$name"
	done
	rm -rf "$T/rootfs"
	own_rootfs
	rm -rf "$T/rootfs/etc"
	: >"$T/rootfs/etc"
	run_in "$OWN" 'echo ran'
	passes ran
}

@test "an empty root file system: the command is what is missing" {
	mkdir "$T/empty"
	run_args '.root = {path: "empty"}' /bin/sh
	fails_in_one_line process.args
	has "$errors" "no such file or directory"
}

@test "a root file system that is a link is followed on the host, as it is the administrator's" {
	own_rootfs
	mv "$T/rootfs" "$T/real"
	ln -s real "$T/rootfs"
	run_in '.root.path = "rootfs"' 'echo ran'
	[ "$status" = 0 ] || refuses root.path
}

@test "a mount target that loops is refused" {
	own_rootfs
	ln -s loop2 "$T/rootfs/loop1"
	ln -s loop1 "$T/rootfs/loop2"
	is_refused "$OWN | .mounts += [{destination: \"/loop1/x\", type: \"tmpfs\", source: \"tmpfs\"}]" 'mounts['
}

@test "check finds the same faults without starting anything" {
	configure '.process.cwd = "relative"' /bin/true
	status=0
	"$TARU_OCI" check -b "$T" >"$T.out" 2>"$T.err" || status=$?
	collect
	[ "$status" != 0 ]
	has "$output$errors" process.cwd
	configure . /bin/true
	status=0
	"$TARU_OCI" check -b "$T" >"$T.out" 2>"$T.err" || status=$?
	collect
	is "$status$errors" 0
}

@test "check names what the host lacks, without side effects" {
	configure '.mounts += [{destination: "/opt", type: "bind", source: "/run/absent", options: ["bind"]}]
		| .root.path = "absent" | .process.selinuxLabel = "x" | .process.apparmorProfile = "y"' /bin/true
	status=0
	"$TARU_OCI" check -b "$T" >"$T.out" 2>"$T.err" || status=$?
	collect
	[ "$status" != 0 ]
	has "$output$errors" root.path
	has "$output$errors" /run/absent
}
