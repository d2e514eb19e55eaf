#!/usr/bin/env bats
# checkpoint and restore: a container goes on where it was, whatever the image says, and nothing is left behind.
#
#   CRIU   the program, criu when not set. Where it does not work on this kernel the tests that need it are skipped,
#          with what it says itself.
load lib

CRIU=${CRIU:-criu}
# Counts, ten times a second, and says where it is; all that it knows is in its memory.
COUNTER='n=0; while :; do n=$((n + 1)); echo "$n" >/count.new; mv /count.new /count; sleep 0.1; done'

prepare()
{
	ROOTS=$T/containers
	own_rootfs
	: >"$T/in"
}

cleanup()
{
	local id wrong=0
	for id in "$ROOTS"/*/; do
		[ -d "$id" ] || continue
		oci delete --force "$(basename "$id")" || wrong=1
	done
	# CRIU keeps what it has found out about the kernel there.
	rm -f /run/criu.kdat
	return $wrong
}

# Whether CRIU works at all is asked of CRIU alone.
needs_criu()
{
	local said
	needs "$CRIU"
	said=$("$CRIU" check 2>&1) || skip "criu check: $(head -n 1 <<<"$said")"
	rm -f /run/criu.kdat
}

needs_feature()
{
	local said
	said=$("$CRIU" check --feature "$1" 2>&1) || skip "criu check --feature $1: $(tail -n 1 <<<"$said")"
	rm -f /run/criu.kdat
}

oci()
{
	timeout --foreground -k 1 "${LIMIT:-60}" "$TARU_OCI" --root "$ROOTS" --criu "$CRIU" "$@" 3>&- 4>&-
}

# Runs a verb: $status, $output, $errors.
verb()
{
	status=0
	oci "$@" <"${INPUT:-/dev/null}" >"$T.out" 2>"$T.err" || status=$?
	collect
}

# Begins a container in the background, with no terminal; its output goes to $T/out.
begin()
{
	status=0
	oci run -d -b "$T" "$ID" <"$T/in" >>"$T/out" 2>"$T/errors" || status=$?
	is "$status" 0 "run -d: $(cat "$T/errors")"
}

count()
{
	cat "$T/rootfs/count"
}

reaches()
{
	[ "$(count)" -ge "$1" ]
}

begin_counter()
{
	configure "$OWN | ${1:-.}" /bin/sh -c "$COUNTER"
	begin
	until_true reaches 3
}

checkpoint()
{
	verb checkpoint --image-path "$T/image" --work-path "$T/work" "$@" "$ID"
}

# With streams like those of begin.
restore_from()
{
	local image=$1
	shift
	status=0
	oci restore -d -b "$T" --image-path "$image" "$@" "$ID" <"$T/in" >>"$T/out" 2>"$T.err" || status=$?
	: >"$T.out"
	collect
}

restore()
{
	restore_from "$T/image" --work-path "$T/work" "$@"
}

pid_of()
{
	oci state "$ID" | jq .pid
}

status_of()
{
	oci state "$ID" | jq -r .status
}

# What can be seen of a process that must be the same before and after.
view()
{
	local pid=$1 name
	for name in Name Uid Gid Groups CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp NSpid; do
		# The last pid of NSpid is the container's own.
		sed -n "s/^$name:\t\(.*\t\)\{0,1\}/$name /p" "/proc/$pid/status"
	done
	tr '\0' '\n' <"/proc/$pid/environ"
	readlink "/proc/$pid/cwd" "/proc/$pid/exe"
	cat "/proc/$pid/oom_score_adj"
	grep -v 'Max locked memory' "/proc/$pid/limits"
	nsenter -t "$pid" -u hostname
	nsenter -t "$pid" -n ip -o -4 addr show | awk '{ print $2, $4 }'
	for name in cgroup ipc mnt net pid user uts; do
		if [ "$(readlink "/proc/$pid/ns/$name")" = "$(readlink "/proc/self/ns/$name")" ]; then
			echo "$name: the host's"
		else
			echo "$name: its own"
		fi
	done
	# Where, how, and of what kind; without numbers and without who shares it.
	sed -E 's/ - / @ /; s/^[0-9]+ [0-9]+ [0-9]+:[0-9]+ [^ ]+ ([^ ]+ [^ ]+)( [^@]+)* @ ([^ ]+) .*/\1 \3/' \
		"/proc/$pid/mountinfo" | sort
}

@test "a container goes on where it was" {
	needs_criu
	begin_counter '.process.env += ["MARK=here"] | .hostname = "saved" | .process.oomScoreAdj = 77'
	nsenter -t "$(pid_of)" -m sh -c 'echo kept >/dev/shm/file; mkdir /dev/shm/folder'
	local before after
	before=$(view "$(pid_of)")
	checkpoint
	passes ''
	is "$(status_of)" stopped
	local at
	at=$(count)
	[ -s "$T/work/dump.log" ]
	restore --pid-file "$T/pid"
	passes ''
	is "$(status_of)" running
	is "$(cat "$T/pid")" "$(pid_of)"
	after=$(view "$(pid_of)")
	is "$after" "$before" "what is seen of it"
	is "$(nsenter -t "$(pid_of)" -m sh -c 'cat /dev/shm/file; ls /dev/shm')" $'kept\nfile\nfolder'
	until_true reaches $((at + 3))
	# It has gone on, and not begun again.
	[ "$(count)" -lt $((at + 100)) ]
	verb exec "$ID" cat /proc/self/status
	has "$output" "NSpid"
	verb kill "$ID" KILL
	passes ''
	until_true is "$(status_of)" stopped
	verb delete "$ID"
	passes ''
}

@test "a restored container can be saved again" {
	needs_criu
	begin_counter '.linux.namespaces |= (map(select(.type != "cgroup")) + [{type: "cgroup"}])'
	local before
	before=$(view "$(pid_of)")
	checkpoint
	passes ''
	restore
	passes ''
	is "$(view "$(pid_of)")" "$before" "once"
	checkpoint
	passes ''
	local at
	at=$(count)
	restore
	passes ''
	is "$(view "$(pid_of)")" "$before" "twice"
	until_true reaches $((at + 3))
}

@test "--leave-running: it goes on, and the image is another one" {
	needs_criu
	begin_counter
	checkpoint --leave-running
	passes ''
	is "$(status_of)" running
	local at
	at=$(count)
	until_true reaches $((at + 3))
	restore
	refuses "container '$ID' exists already"
	is "$(status_of)" running
	oci delete --force "$ID"
	echo 0 >"$T/rootfs/count"
	restore
	passes ''
	until_true reaches "$at"
}

@test "--pre-dump, and an image that continues it" {
	needs_criu
	needs_feature mem_dirty_track
	begin_counter
	verb checkpoint --pre-dump --image-path "$T/first" --work-path "$T/work" "$ID"
	passes ''
	is "$(status_of)" running
	verb checkpoint --pre-dump --image-path "$T/second" --parent-path ../first --work-path "$T/work" "$ID"
	passes ''
	checkpoint --parent-path ../second
	passes ''
	is "$(readlink "$T/image/parent")" ../second
	local at
	at=$(count)
	restore
	passes ''
	until_true reaches $((at + 3))
	# A pre-dump alone is nothing to restore.
	oci delete --force "$ID"
	verb restore -d -b "$T" --image-path "$T/first" "$ID"
	refuses "descriptors.json"
}

@test "a kernel that cannot track memory is named" {
	needs_criu
	! "$CRIU" check --feature mem_dirty_track >/dev/null 2>&1 || skip "this kernel can"
	begin_counter
	checkpoint --pre-dump
	refuses "option '--pre-dump': this kernel cannot tell which memory has been written to"
	mkdir "$T/first"
	checkpoint --parent-path ../first
	refuses "option '--parent-path': this kernel"
	is "$(status_of)" running
}

# --- streams ---

# A pipe that brings the lines of a file as they are added: the process is the caller's to end.
lines_of()
{
	exec tail -n +1 -f --pid=$$ "$1" 3>&- 4>&-
}

READER='n=0; while read -r line; do n=$((n + 1)); echo "$n $line"; echo "! $line" >&2; done'

@test "standard streams: a pipe is the restorer's, a file is the same one again" {
	needs_criu
	: >"$T/lines"
	: >"$T/lines2"
	configure "$OWN" /bin/sh -c "$READER"
	status=0
	oci run -d -b "$T" "$ID" < <(lines_of "$T/lines") 2>"$T/errors" > >(exec cat >"$T/first" 3>&- 4>&-) || status=$?
	is "$status" 0 "run: $(cat "$T/errors")"
	echo one >>"$T/lines"
	until_true grep -q '1 one' "$T/first"
	until_true grep -q '! one' "$T/errors"
	checkpoint
	passes ''
	oci restore -d -b "$T" --image-path "$T/image" --work-path "$T/work" "$ID" \
		< <(lines_of "$T/lines2") 2>"$T/errors2" > >(exec cat >"$T/second" 3>&- 4>&-) && return 1
	has "$(cat "$T/errors2")" "has to be the same file again"
	is "$(ls "$ROOTS")" ""
	oci restore -d -b "$T" --image-path "$T/image" --work-path "$T/work" "$ID" \
		< <(lines_of "$T/lines2") 2>>"$T/errors" > >(exec cat >"$T/second" 3>&- 4>&-)
	echo two >>"$T/lines2"
	until_true grep -q '2 two' "$T/second"
	until_true grep -q '! two' "$T/errors"
	is "$(cat "$T/first" "$T/errors")" $'1 one\n! one\n! two'
	pkill -f "tail -n [+]1 -f --pid=$$ "
}

@test "standard streams: /dev/null stays what it was" {
	needs_criu
	configure "$OWN" /bin/sh -c "$COUNTER"
	oci run -d -b "$T" "$ID" </dev/null >/dev/null 2>&1
	until_true reaches 3
	checkpoint
	passes ''
	INPUT=$T/in verb restore -d -b "$T" --image-path "$T/image" "$ID"
	passes ''
	is "$(readlink /proc/"$(pid_of)"/fd/{0,1,2})" $'/dev/null\n/dev/null\n/dev/null'
	is "$(stat -L -c %F /proc/"$(pid_of)"/fd/1)" "character special file"
}

@test "a terminal: its master goes to the console socket again" {
	needs_criu
	configure "$OWN | .process.terminal = true" /bin/sh -c 'echo up; n=0; while read -r line; do n=$((n + 1)); echo "got $n <$line>"; done'
	"$BATS_TEST_DIRNAME/console.py" "$T/socket" expect:up 'send:a\n' 'expect:got 1 <a>' hold:"$T/saved" >"$T/shown" 2>&1 3>&- 4>&- &
	PIDS+=($!)
	until_true test -S "$T/socket"
	verb run -d -b "$T" --console-socket "$T/socket" "$ID"
	passes ''
	until_true nsenter -t "$(pid_of)" -m sh -c 'test -e /dev/pts/0'
	sleep 0.5
	checkpoint
	passes ''
	touch "$T/saved"
	"$BATS_TEST_DIRNAME/console.py" "$T/socket2" 'send:b\n' 'expect:got 2 <b>' >"$T/shown2" 2>&1 3>&- 4>&- &
	local player=$!
	until_true test -S "$T/socket2"
	restore --console-socket "$T/socket2"
	passes ''
	wait "$player" || { cat "$T/shown2"; return 1; }
	has "$(cat "$T/shown2")" "got 2 <b>"
}

@test "a terminal in the foreground is the caller's" {
	needs_criu
	configure "$OWN | .process.terminal = true" /bin/sh -c 'echo up; n=0; while read -r line; do n=$((n + 1)); echo "got $n <$line>"; [ "$line" != end ] || exit 5; done'
	"$BATS_TEST_DIRNAME/console.py" "$T/socket" expect:up 'send:a\n' 'expect:got 1 <a>' hold:"$T/saved" >"$T/shown" 2>&1 3>&- 4>&- &
	local player=$!
	until_true test -S "$T/socket"
	verb run -d -b "$T" --console-socket "$T/socket" "$ID"
	passes ''
	sleep 2
	checkpoint
	passes ''
	touch "$T/saved"
	wait "$player" || { cat "$T/shown"; return 1; }
	status=0
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" 'send:b\n' 'expect:got 2 <b>' raw 'send:end\n' -- \
		"$TARU_OCI" --root "$ROOTS" --criu "$CRIU" restore -b "$T" --image-path "$T/image" "$ID" 3>&- 4>&-) || status=$?
	is "$status" 0 "the actions"
	has "$output" "status 5"
	has "$output" "mode same"
	is "$(ls "$ROOTS")" ""
}

@test "in the foreground: its status is passed on, and nothing of it stays" {
	needs_criu
	configure "$OWN" /bin/sh -c 'trap "exit 7" TERM; : >/up; while :; do sleep 0.1; done'
	begin
	until_true test -e "$T/rootfs/up"
	checkpoint
	passes ''
	"$TARU_OCI" --root "$ROOTS" --criu "$CRIU" restore -b "$T" --image-path "$T/image" --work-path "$T/work" "$ID" \
		<"$T/in" >>"$T/out" 2>>"$T/out" 3>&- 4>&- &
	local runtime=$!
	until_true is_running
	kill -TERM "$runtime"
	status=0
	wait "$runtime" || status=$?
	is "$(cat "$T/out")" ""
	is "$status" 7
	is "$(ls "$ROOTS")" ""
}

is_running()
{
	[ "$(status_of 2>/dev/null)" = running ]
}

# --- what is the host's ---

# A fresh root file system, as an engine has it when a container comes from elsewhere.
fresh_rootfs()
{
	rm -rf "$T/rootfs"
	cp -a "$ROOTFS" "$T/rootfs"
}

BINDS='.mounts += [
	{destination: "/data", source: "data", type: "bind", options: ["bind", "ro", "nosuid"]},
	{destination: "/data/inner", source: "inner", type: "bind", options: ["rbind"]},
	{destination: "/etc/one file", source: "file", type: "bind", options: ["bind"]},
	{destination: "/var/run/linked", source: "file", type: "bind", options: ["bind", "ro"]},
	{destination: "/scratch", type: "tmpfs", source: "tmpfs"}]'

make_binds()
{
	mkdir -p "$T/data/inner" "$T/inner"
	echo first >"$T/data/name"
	echo inner >"$T/inner/name"
	echo file >"$T/file"
}

@test "bind mounts come back, also where nothing is made for them yet" {
	needs_criu
	make_binds
	begin_counter "$BINDS"
	nsenter -t "$(pid_of)" -m sh -c 'echo kept >/scratch/file'
	local before
	before=$(view "$(pid_of)")
	checkpoint
	passes ''
	fresh_rootfs
	echo 0 >"$T/rootfs/count"
	restore
	passes ''
	is "$(view "$(pid_of)")" "$before" "what is seen of it"
	is "$(nsenter -t "$(pid_of)" -m sh -c 'cat /data/name /data/inner/name "/etc/one file" /run/linked /scratch/file')" \
		$'first\ninner\nfile\nfile\nkept'
	is "$(nsenter -t "$(pid_of)" -m sh -c 'touch /data/x 2>/dev/null || echo ro; touch /data/inner/x && echo rw')" $'ro\nrw'
	until_true reaches 3
}

@test "the config and not the image says what is mounted" {
	needs_criu
	make_binds
	mkdir "$T/other"
	echo other >"$T/other/name"
	begin_counter "$BINDS"
	checkpoint
	passes ''
	jq '(.mounts[] | select(.destination == "/data")).source = "other"' "$T/config.json" >"$T/new"
	mkdir "$T/other/inner"
	mv "$T/new" "$T/config.json"
	restore
	passes ''
	is "$(nsenter -t "$(pid_of)" -m cat /data/name)" other
	oci delete --force "$ID"
	# A mount that the config does not have any more is nothing of the host's.
	jq 'del(.mounts[] | select(.destination == "/data" or .destination == "/data/inner"))' "$T/config.json" >"$T/new"
	mv "$T/new" "$T/config.json"
	restore
	refuses "restore: CRIU failed"
	is "$(ls "$ROOTS")" ""
}

@test "a mount that cannot be brought back is named" {
	needs_criu
	make_binds
	configure "$OWN | .mounts += [{destination: \"/data\", source: \"data\", type: \"bind\", options: [\"bind\", \"idmap\"],
		uidMappings: [{containerID: 0, hostID: 1000, size: 10}], gidMappings: [{containerID: 0, hostID: 1000, size: 10}]}]" \
		/bin/sh -c "$COUNTER"
	oci run -d -b "$T" "$ID" <"$T/in" >>"$T/out" 2>&1 || skip "no idmapped mounts here: $(cat "$T/out")"
	until_true reaches 1
	checkpoint
	refuses "CRIU does not bring back an idmapped mount"
	is "$(status_of)" running
}

@test "a network namespace that was joined is joined again" {
	needs_criu
	unshare --net sh -c 'touch "$0"; exec sleep 1000' "$T/up" 3>&- 4>&- &
	PIDS+=($!)
	local holder=$!
	until_true test -e "$T/up"
	begin_counter ".linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/$holder/ns/net\" else . end)"
	is "$(readlink "/proc/$(pid_of)/ns/net")" "$(readlink "/proc/$holder/ns/net")"
	checkpoint
	passes ''
	restore
	passes ''
	is "$(readlink "/proc/$(pid_of)/ns/net")" "$(readlink "/proc/$holder/ns/net")"
	oci delete --force "$ID"
	jq '.linux.namespaces |= map(if .type == "network" then .path = "/nowhere" else . end)' "$T/config.json" >"$T/new"
	mv "$T/new" "$T/config.json"
	restore
	refuses "linux.namespaces"
}

@test "a user namespace comes back" {
	needs_criu
	# The way to the root file system has to be open to the container's root.
	chmod 755 "$T"
	chown -hR 100000:100000 "$T/rootfs"
	mkdir -m 711 "$ROOTS"
	configure "$OWN | "'.linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]' /bin/sh -c "$COUNTER"
	oci run -d -b "$T" "$ID" </dev/null >/dev/null 2>&1
	until_true reaches 3
	local before
	before=$(view "$(pid_of)")
	checkpoint
	passes ''
	restore
	passes ''
	is "$(view "$(pid_of)")" "$before" "what is seen of it"
	is "$(stat -c %u "/proc/$(pid_of)")" 100000
}

@test "hooks: prestart and createRuntime are run, with the process" {
	needs_criu
	begin_counter
	checkpoint
	passes ''
	jq --arg t "$T" '.hooks = {prestart: [{path: "/bin/sh", args: ["sh", "-c", "cat >\($t)/prestart"]}],
		createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "cat >\($t)/created"]}],
		poststop: [{path: "/bin/sh", args: ["sh", "-c", "cat >\($t)/stopped"]}]}' "$T/config.json" >"$T/new"
	mv "$T/new" "$T/config.json"
	restore
	passes ''
	is "$(jq -r '.id, .status, .pid' "$T/prestart")" "$ID"$'\n'creating$'\n'"$(pid_of)"
	is "$(jq -r .pid "$T/created")" "$(pid_of)"
	oci delete --force "$ID"
	is "$(jq -r .status "$T/stopped")" stopped
}

@test "a hook that fails keeps the container from coming back" {
	needs_criu
	begin_counter
	checkpoint
	passes ''
	jq '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "echo no network; exit 3"]}]}' "$T/config.json" >"$T/new"
	mv "$T/new" "$T/config.json"
	restore
	refuses "hooks.createRuntime[0]"
	has "$errors" "no network"
	is "$(ls "$ROOTS")" ""
}

# --- images that are not to be trusted ---

saved_counter()
{
	needs_criu
	begin_counter
	checkpoint
	passes ''
	oci delete "$ID"
}

@test "an image with a symbolic link is refused, and nothing is done by way of it" {
	saved_counter
	echo secret >"$T/secret"
	local file
	for file in pages-1.img core-1.img restore.log descriptors.json anything; do
		cp -a "$T/image" "$T/copy"
		rm -f "$T/copy/$file"
		ln -s "$T/secret" "$T/copy/$file"
		restore_from "$T/copy"
		if [ "$file" = restore.log ]; then
			# Logs of before are removed: this one is written anew.
			passes ''
			[ ! -L "$T/copy/restore.log" ]
			oci delete --force "$ID"
		else
			refuses "'$T/copy/$file' is neither a file nor a folder"
		fi
		is "$(cat "$T/secret")" secret
		is "$(ls "$ROOTS")" ""
		rm -r "$T/copy"
	done
	mkfifo "$T/image/inventory.img.lock"
	restore
	refuses "neither a file nor a folder"
}

@test "a link to a parent image does not lead out" {
	saved_counter
	ln -s "$T/elsewhere" "$T/image/parent"
	restore
	refuses "'$T/image/parent' is not a relative link"
	ln -sfn ../elsewhere "$T/image/parent"
	restore
	refuses "the parent image"
	mkdir "$T/elsewhere"
	ln -s /etc/passwd "$T/elsewhere/pages-1.img"
	restore
	refuses "'$T/image/parent/pages-1.img' is neither a file nor a folder"
	rm "$T/elsewhere/pages-1.img"
	ln -s ../elsewhere "$T/elsewhere/parent"
	restore
	refuses "more than 64 parents"
}

@test "a link where the checkpoint is to be written is refused" {
	needs_criu
	begin_counter
	mkdir "$T/image" "$T/work"
	echo mine >"$T/mine"
	ln -s "$T/mine" "$T/image/pages-1.img"
	checkpoint
	refuses "neither a file nor a folder"
	rm "$T/image/pages-1.img"
	ln -s "$T/mine" "$T/work/dump.log"
	ln -s "$T/mine" "$T/image/descriptors.json"
	checkpoint
	refuses "neither a file nor a folder"
	rm "$T/image/descriptors.json"
	checkpoint
	passes ''
	is "$(cat "$T/mine")" mine
	[ -f "$T/work/dump.log" ]
}

@test "names of streams are read strictly" {
	saved_counter
	local text
	for text in '' '{}' '[]' '["a", "b"]' '["a", "b", "c", "d"]' '[1, 2, 3]' '["a", "b", null]' '["a", "b", "c"' \
		"[\"$(head -c 20000 /dev/zero | tr '\0' a)\", \"b\", \"c\"]"; do
		echo "$text" >"$T/image/descriptors.json"
		restore
		refuses "descriptors.json"
		is "$(ls "$ROOTS")" ""
	done
	# Names of nothing that is ours to give are not given: whatever this process has open.
	echo '["net[4026531840]:x", "../../etc/passwd", "pipe:[1] "]' >"$T/image/descriptors.json"
	restore
	refuses "restore: CRIU failed"
	rm "$T/image/descriptors.json"
	restore
	refuses "has no descriptors.json"
}

@test "a broken image: one line with CRIU's reason, and nothing left" {
	saved_counter
	local file
	for file in inventory.img core-1.img mountpoints- files.img; do
		file=$(basename "$T/image/$file"*)
		rm -rf "$T/copy"
		cp -a "$T/image" "$T/copy"
		truncate -s 9 "$T/copy/$file"
		restore_from "$T/copy"
		refuses "restore: CRIU failed: "
		has "$errors" "see $T/copy/restore.log"
		is "$(ls "$ROOTS")" ""
	done
	# CRIU itself would read that one for ever.
	truncate -s 9 "$T/image/pages-1.img"
	restore
	refuses "pages-1.img' is cut off"
	verb restore -d -b "$T" --image-path "$T/nowhere" "$ID"
	refuses "restore: the folder '$T/nowhere' does not exist"
	mkdir "$T/empty"
	verb restore -d -b "$T" --image-path "$T/empty" "$ID"
	refuses "has no descriptors.json"
}

# --- ids and states ---

@test "an id that is taken" {
	saved_counter
	begin_counter
	restore
	refuses "container '$ID' exists already"
	is "$(status_of)" running
	oci kill "$ID" KILL
	until_true is_stopped
	# It has stopped, but not by being saved.
	restore
	refuses "container '$ID' exists already"
}

is_stopped()
{
	[ "$(status_of)" = stopped ]
}

@test "only what runs is saved" {
	verb checkpoint --image-path "$T/image" "$ID"
	refuses "container '$ID' does not exist"
	configure "$OWN" /bin/sh -c "$COUNTER"
	verb create -b "$T" "$ID"
	passes ''
	checkpoint
	refuses "cannot be checkpointed: it is not running but created"
	oci kill "$ID" KILL
	until_true is_stopped
	checkpoint
	refuses "cannot be checkpointed: it is not running but stopped"
	[ ! -e "$T/image" ]
}

@test "options that make no sense" {
	configure "$OWN" /bin/sh -c "$COUNTER"
	begin
	local words
	checkpoint --manage-cgroups-mode all
	refuses "option '--manage-cgroups-mode' is soft, full, strict or ignore, not 'all'"
	checkpoint --network-lock none
	refuses "option '--network-lock'"
	checkpoint --empty-ns pid
	refuses "option '--empty-ns' is network, not 'pid'"
	for words in 1.2.3.4 :1 1.2.3.4: 1.2.3.4:0 1.2.3.4:65536 1.2.3.4:1x; do
		checkpoint --page-server "$words"
		refuses "option '--page-server' is ADDRESS:PORT, not '$words'"
	done
	for words in x -1 99 0; do
		checkpoint --status-fd "$words"
		refuses "option '--status-fd'"
	done
	checkpoint --parent-path /image
	refuses "option '--parent-path' is relative to the image"
	checkpoint --parent-path ../nowhere
	refuses "option '--parent-path'"
	is "$(status_of)" running
}

@test "an ordinary user is told" {
	as_ordinary
	status=0
	"${AS[@]}" "$TARU_OCI" checkpoint "$ID" >"$T.out" 2>"$T.err" || status=$?
	collect
	refuses "checkpoint: only root can do it"
}

# --- other machines ---

# Whether somebody listens on a TCP port of this world.
listens()
{
	grep -qi ":$(printf %04X "$1") 0*:0000 0A" /proc/net/tcp
}

@test "--page-server: memory is sent there" {
	needs_criu
	begin_counter
	mkdir "$T/image"
	"$CRIU" page-server --images-dir "$T/image" --address 127.0.0.1 --port 27182 >"$T/server" 2>&1 3>&- 4>&- &
	PIDS+=($!)
	until_true listens 27182
	checkpoint --page-server 127.0.0.1:27182
	passes ''
	ls "$T/image"/pages-*.img
	local at
	at=$(count)
	restore
	passes ''
	until_true reaches $((at + 3))
}

@test "--lazy-pages: memory comes when it is used" {
	needs_criu
	needs_feature uffd-noncoop
	begin_counter
	mkdir "$T/work2"
	mkfifo "$T/ready"
	"$TARU_OCI" --root "$ROOTS" --criu "$CRIU" checkpoint --image-path "$T/image" --work-path "$T/work" --lazy-pages \
		--page-server 127.0.0.1:27183 --status-fd 5 "$ID" </dev/null >"$T/dump" 2>&1 5<>"$T/ready" 3>&- 4>&- &
	local runtime=$!
	PIDS+=($!)
	timeout 60 head -c 1 "$T/ready" >"$T/byte"
	is "$(od -An -tx1 "$T/byte")" " 00"
	"$CRIU" lazy-pages --page-server --address 127.0.0.1 --port 27183 --images-dir "$T/image" --work-dir "$T/work2" \
		>"$T/pages" 2>&1 3>&- 4>&- &
	PIDS+=($!)
	until_true test -S "$T/work2/lazy-pages.socket"
	local at
	at=$(count)
	# It is still there, and its memory is being fetched: under another id.
	ID=$ID-2 LIMIT=20 restore_from "$T/image" --work-path "$T/work2" --lazy-pages
	# CRIU 4.2 on Linux 6.18 cannot send them, for runc neither.
	! grep -q 'splice: -1' "$T/work/dump.log" || skip "$(grep -o 'page-pipe: splice.*' "$T/work/dump.log")"
	passes ''
	until_true reaches $((at + 3))
	status=0
	wait "$runtime" || status=$?
	is "$status" 0 "checkpoint: $(cat "$T/dump")"
	is "$(oci state "$ID-2" | jq -r .status)" running
	is "$(status_of)" stopped
}

# --- a runtime that is killed ---

@test "a container outlives a checkpoint that is killed" {
	needs_criu
	begin_counter
	local try runtime at
	for try in 1 2 3 4 5 6; do
		"$TARU_OCI" --root "$ROOTS" --criu "$CRIU" checkpoint --leave-running --image-path "$T/image" "$ID" \
			</dev/null >/dev/null 2>&1 3>&- 4>&- &
		runtime=$!
		sleep "0.$((try * 7 % 10))"
		kill -KILL "$runtime" 2>/dev/null || true
		wait "$runtime" || true
		is "$(status_of)" running
		at=$(count)
		until_true reaches $((at + 2))
	done
	checkpoint
	passes ''
}

@test "a restore that is killed at any moment leaves nothing that delete --force does not remove" {
	needs_criu
	begin_counter
	checkpoint
	passes ''
	local try runtime
	for try in 1 2 3 4 5 6 7 8; do
		"$TARU_OCI" --root "$ROOTS" --criu "$CRIU" restore -d -b "$T" --image-path "$T/image" "$ID" \
			<"$T/in" >>"$T/out" 2>/dev/null 3>&- 4>&- &
		runtime=$!
		sleep "0.$((try * 3 % 10))$((try % 5))"
		kill -KILL "$runtime" 2>/dev/null || true
		wait "$runtime" || true
		verb delete --force "$ID"
		passes ''
		is "$(ls "$ROOTS")" ""
		wait_for_ends
	done
	restore
	passes ''
}

# --- CRIU ---

@test "criu is not there" {
	configure "$OWN" /bin/sh -c "$COUNTER"
	begin
	until_true reaches 1
	CRIU=/nonexistent/criu checkpoint
	refuses "checkpoint: '/nonexistent/criu' (option '--criu') is not a program"
	CRIU=no-such-criu checkpoint
	refuses "checkpoint: criu is not installed; install the package criu"
	is "$(status_of)" running
	mkdir "$T/image2"
	echo '["", "", ""]' >"$T/image2/descriptors.json"
	CRIU=no-such-criu verb restore -d -b "$T" --image-path "$T/image2" "$ID-2"
	refuses "restore: criu is not installed; install the package criu"
	is "$(ls "$ROOTS")" "$ID"
}

# A program that takes CRIU's place: a body of Python, with the socket as `s`.
fake_criu()
{
	cat >"$T/criu" <<-END
		#!$PYTHON
		import os, socket, sys, time
		s = socket.socket(fileno=int(sys.argv[2]))
		s.recv(65536)
	END
	cat >>"$T/criu"
	chmod +x "$T/criu"
	CRIU=$T/criu
}

# The answer to the question for the version: 3.17.1
VERSION_3='b"\x08\x0a\x10\x01\x52\x06\x08\x03\x10\x11\x20\x01"'

@test "a CRIU that is too old, says nonsense, or dies" {
	configure "$OWN" /bin/sh -c "$COUNTER"
	begin
	until_true reaches 1
	fake_criu <<<'s.send(b"\x08\x0a\x10\x01\x52\x06\x08\x02\x10\x0c\x20\x00")'
	checkpoint
	refuses "checkpoint: checkpoint needs CRIU 3.0, this is CRIU 2.12.0; install a newer one"
	fake_criu <<<'s.send(b"\xff\xff\xff")'
	checkpoint
	refuses "checkpoint: CRIU failed: it ended without a word"
	fake_criu <<<'print("no such library", file=sys.stderr); sys.exit(1)'
	checkpoint
	refuses "checkpoint: CRIU failed: no such library"
	fake_criu <<<"s.send($VERSION_3); s.recv(65536); s.send(b'\\x08\\x01\\x10\\x00\\x38\\x10')"
	checkpoint
	refuses "checkpoint: CRIU failed: device or resource busy"
	fake_criu <<<"s.send($VERSION_3); s.recv(65536); s.send(b'x' * 70000)"
	checkpoint
	refuses "checkpoint: CRIU failed"
	fake_criu <<<"s.send($VERSION_3); s.recv(65536); os.kill(os.getpid(), 9)"
	checkpoint
	refuses "checkpoint: CRIU failed: it ended without a word"
	checkpoint --network-lock skip
	refuses "option '--network-lock skip' needs CRIU 3.18, this is CRIU 3.17.1"
	echo "not a program" >"$T/criu"
	checkpoint
	refuses "checkpoint: cannot run '$T/criu'"
	is "$(status_of)" running
}

@test "CRIU ends with the runtime" {
	configure "$OWN" /bin/sh -c "$COUNTER"
	begin
	fake_criu <<<"open('$T/pid', 'w').write(str(os.getpid())); os.rename('$T/pid', '$T/criu-pid'); time.sleep(100)"
	"$TARU_OCI" --root "$ROOTS" --criu "$CRIU" checkpoint --image-path "$T/image" "$ID" </dev/null >"$T/out" 2>&1 3>&- 4>&- &
	local runtime=$!
	until_true test -e "$T/criu-pid"
	kill -KILL "$runtime"
	until_true test ! -e "/proc/$(cat "$T/criu-pid")"
	until_true is_running
}
