#!/usr/bin/env bats
# What is damaged on disk: whatever a fault, a full disk or somebody's hand has put in the place of a file of ours, no command
# hangs, crashes or takes one container for another; each says which container or file it is about; and there is a way out:
# `rm --force` removes the container, and `system check --repair` leaves nothing to be told.
load engine

# The faults, in words. Each is made by damage FAULT FILE.
FAULTS=(empty cut-in-half one-brace noise other-types gone a-folder a-fifo a-link-to-/dev/zero a-link-to-itself a-gigabyte)
# What is not meant to be parsed can only be these.
PLACES=(gone a-folder a-fifo a-link-to-/dev/zero a-link-to-itself)

damage()
{
	local fault=$1 file=$2 whole=$T/whole
	cp --no-dereference "$file" "$whole" 2>/dev/null || : >"$whole"
	rm -rf "$file"
	case $fault in
	empty) : >"$file" ;;
	cut-in-half) head -c "$(($(stat -c %s "$whole") / 2))" "$whole" >"$file" ;;
	one-brace) echo '{' >"$file" ;;
	noise) head -c 3000 /dev/urandom >"$file" ;;
	other-types) echo '{"id":[1],"name":{},"pid":"x","created":7,"networks":false,"endpoints":"no"}' >"$file" ;;
	gone) ;;
	a-folder) mkdir "$file" && : >"$file/full" ;;
	a-fifo) mkfifo "$file" ;;
	a-link-to-/dev/zero) ln -s /dev/zero "$file" ;;
	a-link-to-itself) ln -s "${file##*/}" "$file" ;;
	a-gigabyte) truncate -s 1G "$file" ;;
	*) return 1 ;;
	esac
	rm -rf "$whole"
}

# What the commands say that only look, and those that change a container but leave it there.
LOOKS=("ps -a" "inspect one" "logs one" "why one" "explain one" "stats --no-stream one" "port one" "diff one" "exec one true"
	"network ls" "volume ls" "images" "system df" "system check")
CHANGES=("pause one" "unpause one" "update -m 100m one" "rename one won" "rename won one" "kill one" "stop -t 1 one" "start one"
	"restart -t 1 one" "container prune -f")

# ends WORD…: by itself, soon, and not by a signal; and where it fails it says why. Those that tell of a container by their
# status alone are not asked for words.
ends()
{
	status=0
	timeout --kill-after=1 25 "$TARU" "$@" </dev/null >"$T/stdout" 2>"$T/stderr" || status=$?
	output=$(tr -d '\0' <"$T/stdout" | head -c 100000) stderr=$(<"$T/stderr")
	[[ $status != 124 && $status -lt 128 ]] || {
		echo "status $status: taru $*; $fault in the place of $file: $stderr"
		return 1
	}
	case "$status $*" in
	0* | *" exec "* | *" system check") ;;
	*) [ -n "$stderr" ] || { echo "without a word: taru $*; $fault in the place of $file"; return 1; } ;;
	esac
}

each()
{
	local words
	for words; do
		# One word for each.
		# shellcheck disable=SC2086
		ends $words
	done
}

# Whoever is not damaged goes on, and is found.
others_are_well()
{
	[ -d "/proc/$OTHER_PID" ]
	works inspect --format '{{.State.Status}} {{.State.Pid}}' other
	[ "$output" = "running $OTHER_PID" ]
}

another()
{
	works run -d --network none --name other box sleep 1000
	works inspect --format '{{.State.Pid}}' other
	OTHER_PID=$output
}

# begin WORD…: a container `one`: $id, $pid, $folder of the store, $place in RUN.
begin()
{
	works run -d --network none --stop-signal KILL --name one "$@"
	id=$output
	works inspect --format '{{.State.Pid}}' one
	pid=$output folder=$TARU_ROOT/containers/$id place=$TARU_RUN_ROOT/$id
}

# Where what would have said which cgroups they are is lost with the rest: they are empty, and stay. Others on this machine
# remove theirs while find looks.
no_empty_cgroup()
{
	find /sys/fs/cgroup -maxdepth 3 -depth -type d -name "*$id*" -exec rmdir {} \; 2>/dev/null || true
	[ -z "$(cgroups | grep "$id")" ]
}

# has_gone [NAME]: rm --force removes it, all of it, and nothing is left to tell.
has_gone()
{
	ends rm -f "${1:-one}"
	[ "$status" = 0 ] || { echo "rm -f: $fault in the place of $file: $stderr"; return 1; }
	ends system check --repair
	ends system check
	[ "$status" = 0 ] || { echo "system check: $fault in the place of $file: $output"; return 1; }
	[ ! -e "$folder" ]
	[ ! -e "$place" ]
	[ ! -L "$TARU_ROOT/names/one" ]
	[ "$pid" = 0 ] || [ ! -d "/proc/$pid" ] || { echo "it runs on: $fault in the place of $file"; return 1; }
	others_are_well
}

@test "a container that runs, and a file of it in the store is damaged" {
	local fault file name
	another
	for name in container.json config.json keeper log; do
		for fault in "${FAULTS[@]}"; do
			[ "$name" = container.json ] || [[ " one-brace ${PLACES[*]} " == *" $fault "* ]] || continue
			begin box sleep 1000
			file=$folder/$name
			damage "$fault" "$file"
			case $name/$fault in
			container.json/empty | config.json/one-brace | keeper/a-fifo | log/a-fifo) each "${LOOKS[@]}" "${CHANGES[@]}" ;;
			*/a-f* | */a-link*) each "ps -a" "logs one" "stop -t 1 one" ;;
			esac
			has_gone
		done
	done
}

@test "a container that runs, and a file of its run is damaged" {
	local fault file name
	another
	for name in state.json process running freezer cgroups filter attach; do
		for fault in one-brace gone a-folder a-fifo; do
			begin box sleep 1000
			file=$place/$name
			[ -e "$file" ] || [ -L "$file" ] || { "$TARU" rm -f one; continue; }
			damage "$fault" "$file"
			case $name/$fault in
			state.json/a-fifo | freezer/a-fifo | attach/a-folder) each "${LOOKS[@]}" "${CHANGES[@]}" ;;
			*) each "ps -a" "pause one" "stop -t 1 one" ;;
			esac
			has_gone
			[ "$name" != cgroups ] || no_empty_cgroup
		done
	done
}

@test "a container that has ended, and a file of it is damaged" {
	local fault file name
	another
	for name in container.json config.json ended.json keeper log; do
		for fault in "${FAULTS[@]}"; do
			[ "$name" = container.json ] || [[ " one-brace ${PLACES[*]} " == *" $fault "* ]] || continue
			begin box true
			works wait one
			until_true [ -e "$folder/ended.json" ]
			pid=0 file=$folder/$name
			damage "$fault" "$file"
			case $name/$fault in
			container.json/empty | ended.json/a-fifo | keeper/a-folder) each "${LOOKS[@]}" "start one" "${CHANGES[@]}" ;;
			*) each "ps -a" "start one" ;;
			esac
			"$TARU" inspect one >/dev/null 2>&1 || [ -e "$folder" ] || continue
			has_gone
		done
	done
}

@test "what cannot be read is told with the container and the file, and with what helps" {
	local fault file
	another
	for fault in "${FAULTS[@]}"; do
		[ "$fault" != gone ] || continue
		begin box sleep 1000
		file=$folder/container.json
		damage "$fault" "$file"
		fails 1 "container ${id:0:12}: its record is damaged" -- inspect one
		[[ $stderr == *"taru rm --force"* ]]
		works ps -a
		[[ $stderr == *"${id:0:12}"* ]]
		[[ $output == *other* ]]
		taru system check
		[ "$status" = 1 ]
		[[ $output == *"${id:0:12}"* ]]
		has_gone
	done
}

@test "one that runs and has lost its record, its folder or its name: what it has changed stays, it is told, and can be ended" {
	local fault file name
	another
	for name in container.json .; do
		for fault in gone a-fifo; do
			[ "$name $fault" != "container.json a-fifo" ] || continue
			begin box sh -c 'echo kept >/kept; exec sleep 1000'
			file=$(realpath --no-symlinks "$folder/$name")
			damage "$fault" "$file"
			works ps -a
			taru system check --repair
			[ "$status" = 1 ]
			[[ $output == *"container ${id:0:12}: runs, and its record is lost: 'taru rm --force ${id:0:12}' ends it"* ]]
			[ -d "/proc/$pid" ]
			[ "$file" = "$folder" ] || [ "$(<"/proc/$pid/root/kept")" = kept ]
			fails 125 "the container name 'one' is in use" -- run -d --network none --name one box true
			has_gone
		done
	done
	for fault in "${FAULTS[@]}"; do
		[[ $fault != @(cut-in-half|one-brace|noise|other-types) ]] || continue
		begin box sleep 1000
		file=$TARU_ROOT/names/one
		damage "$fault" "$file"
		taru system check
		[[ $output == *"container ${id:0:12}: its name one leads elsewhere"* ]]
		works system check --repair
		works inspect --format '{{.Id}}' one
		[ "$output" = "$id" ]
		has_gone
	done
}

@test "one whose folder in RUN is lost is not started twice, and stop and rm --force end it" {
	local fault file verb
	another
	for fault in gone a-folder a-fifo; do
		verb="rm -f one"
		[ "$fault" != a-folder ] || verb="stop -t 1 one"
		begin box sleep 1000
		file=$place
		damage "$fault" "$file"
		[ "$fault" != a-fifo ] || each "${LOOKS[@]}"
		[ -d "/proc/$pid" ]
		each "$verb"
		[ ! -d "/proc/$pid" ]
		has_gone
		no_empty_cgroup
	done
	begin box sleep 1000
	fault=gone file=$place
	damage gone "$place"
	fails 1 "its last run has not ended" -- start one
	[[ $stderr == *"'taru stop one' ends it"* ]]
	[ -d "/proc/$pid" ]
	has_gone
	no_empty_cgroup
}

@test "what a container has of networks is lost: its addresses and ports are free when it has ended" {
	local fault file
	another
	works network create wine
	for fault in other-types gone a-fifo; do
		works run -d --network wine --publish 8080:80 --stop-signal KILL --name one box sleep 1000
		id=$output
		works inspect --format '{{.State.Pid}}' one
		pid=$output folder=$TARU_ROOT/containers/$id place=$TARU_RUN_ROOT/$id file=$folder/network.json
		damage "$fault" "$file"
		each "${LOOKS[@]}" "network inspect wine" "network disconnect wine one" "network connect wine one"
		[ "$fault" = gone ] || {
			taru system check
			[[ $output == *"container one: its network.json is damaged: 'taru restart one' connects it anew"* ]]
		}
		has_gone
		[ -z "$(ls -A "$TARU_ROOT/networks/wine/leases")" ]
	done
	works run -d --network wine --publish 8080:80 --name one box sleep 1000
	works rm -f one
	works network rm wine
}

@test "networks, volumes, secrets, images and events are damaged: each command ends and names what it is" {
	local fault file
	another
	for fault in one-brace a-fifo a-gigabyte; do
		works network create wine
		works volume create cask
		echo secret | "$TARU" secret create spirit - >/dev/null
		begin -v cask:/cask box sleep 1000
		for file in networks/wine/network.json volumes/cask/volume.json secrets/spirit images/index.json events lock; do
			file=$TARU_ROOT/$file
			rm -rf "$T/kept"
			cp -a "$file" "$T/kept"
			damage "$fault" "$file"
			each "network ls" "network inspect wine" "volume ls" "volume inspect cask" "secret ls" "images" \
				"run --rm --network none -v cask:/cask box true" "events --until 0s" "system df" "system check"
			case $file in
			*/network.json) fails 1 "network wine: cannot be read" -- network inspect wine ;;
			*/volume.json) fails 1 "volume cask: " -- volume inspect cask ;;
			*/index.json) fails 125 "index.json" -- run --rm --network none box true ;;
			esac
			rm -rf "$file"
			cp -a "$T/kept" "$file"
		done
		has_gone
		works network rm wine
		works volume rm cask
		works secret rm spirit
	done
}

@test "who was stopped while he held a lock is named, and holds up nobody for ever" {
	local holder
	works volume create cask
	# shellcheck disable=SC2016
	setpriv --pdeathsig KILL flock -x "$TARU_ROOT/volumes/cask" sh -c 'echo $PPID >'"$T/holder; exec sleep 1000" 3>&- 4>&- &
	PIDS+=("$!")
	until_true [ -s "$T/holder" ]
	holder=$(<"$T/holder")
	kill -STOP "$holder"
	fails 125 "volume cask: cannot be locked: process $holder, which is stopped, has it locked and does not let go" -- \
		run --rm --network none -v cask:/cask box true
	kill -CONT "$holder"
	kill -TERM $(pgrep -P "$holder") "$holder"
	until_true "$TARU" run --rm --network none -v cask:/cask box true
	works volume rm cask
}
