#!/usr/bin/env bats
# Records that are damaged, forged or about a process that is another's by now, and folders with what does not
# belong there. No command believes them more than it can check, and `delete --force` removes them whole.
load lib
load life

prepare()
{
	RECORD=$STATES/$ID/state.json
}

# Whoever reads the record says that it is damaged, and what helps.
is_damaged()
{
	verb "${1:-state}" "$ID"
	refuses "container '$ID': its record is damaged"
	has "$errors" 'delete --force'
}

# change FILTER: edits the record as jq does.
change()
{
	jq -c "$1" "$RECORD" >"$T/record"
	cat "$T/record" >"$RECORD"
}

@test "a pid that is another process's by now: the container is stopped, and that process is left alone" {
	local pid other
	sleep 100 3>&- 4>&- &
	other=$!
	PIDS+=("$other")
	running . /bin/sleep 100
	pid=$(state_of pid)
	kill -KILL "$pid"
	becomes stopped
	# The number has been given out again, since the start time is not the one that is on record.
	change ".pid = $other"
	status_is stopped
	is "$(state_of pid)" 0
	verb kill "$ID" KILL
	refuses 'container not running'
	verb kill --all "$ID" KILL
	refuses 'container not running'
	verb start "$ID"
	refuses stopped
	exec_refuses 'container not running' "$ID" true
	works ps -f json "$ID"
	is "$output" '[]'
	lives "$other"
	works delete "$ID"
	# The same by force; with a start time that is off by the least there is; and with process 1.
	running . /bin/true
	becomes stopped
	change ".pid = $other | .startTime = $(($(cut -d ' ' -f 22 "/proc/$other/stat") + 1))"
	status_is stopped
	works delete --force "$ID"
	running . /bin/true
	becomes stopped
	change '.pid = 1'
	works delete --force "$ID"
	lives "$other"
	there_is_none
}

@test "a record that is cut short is told by every command, and is whole again when it is put back" {
	local length size words
	created . /bin/sleep 100
	cp "$RECORD" "$T/whole"
	size=$(stat -c %s "$T/whole")
	for length in 0 1 150 $((size / 2)) $((size - 1)); do
		head -c "$length" "$T/whole" >"$RECORD"
		is_damaged
	done
	for words in start kill delete ps; do
		is_damaged "$words"
	done
	exec_refuses 'its record is damaged' "$ID" true
	[ -d "$STATES/$ID" ]
	cp "$T/whole" "$RECORD"
	status_is created
	works delete --force "$ID"
	there_is_none
}

@test "delete --force ends a container whose record is damaged or lost" {
	local pid
	created . /bin/sleep 100
	pid=$(state_of pid)
	: >"$RECORD"
	works delete --force "$ID"
	has_ended "$pid"
	there_is_none
	running . /bin/sh -c 'sleep 100 & exec sleep 100'
	pid=$(state_of pid)
	truncate -s 300 "$RECORD"
	works delete --force "$ID"
	has_ended "$pid"
	there_is_none
	running . /bin/sleep 100
	pid=$(state_of pid)
	rm "$RECORD"
	verb delete "$ID"
	refuses "$ID"
	lives "$pid"
	works delete --force "$ID"
	has_ended "$pid"
	there_is_none
}

@test "what stands beside a damaged record is believed no more than the record" {
	local other text
	sleep 100 3>&- 4>&- &
	other=$!
	PIDS+=("$other")
	running . /bin/true
	becomes stopped
	: >"$RECORD"
	for text in "$other 1" "$other" "$other " "1 0" "-1 0" 'x y' "$(printf '9%.0s' {1..200})" "../../../proc/$other"; do
		ln -sfn -- "$text" "$STATES/$ID/process"
		is_damaged
		status_is ""
	done
	rm "$STATES/$ID/process"
	mkdir "$STATES/$ID/process"
	works delete --force "$ID"
	lives "$other"
	there_is_none
}

@test "values that no runtime wrote are refused, whatever they are, and removed" {
	local filter tries=0
	running . /bin/true
	becomes stopped
	cp "$RECORD" "$T/whole"
	while read -r filter; do
		jq -c "$filter" "$T/whole" >"$RECORD"
		is_damaged
		tries=$((tries + 1))
	done <<-'END'
		.pid = -1
		.pid = 4294967297
		.pid = 1e99
		.pid = "1"
		.pid = null
		.pid = [1]
		del(.pid)
		.startTime = -1
		.startTime = 1e40
		del(.startTime)
		.taru = 2
		.taru = "1"
		del(.taru)
		.owner = -1
		.owner = 4294967296
		.bundle = 1
		del(.bundle)
		.rootfs = {}
		.gated = "yes"
		.directories = "/etc"
		.directories = [1]
		.config = []
		del(.config)
		.config.process = "x"
		.config.process.args = []
		.config.process.args = ["a", 1]
		.config.process.cwd = "relative"
		.config.process.user.uid = -5
		.config.ociVersion = "9.9"
		.config.hooks.poststop = [{path: "relative"}]
		.config.hooks.poststart = [{path: "/bin/true", timeout: -1}]
		.config.annotations = {a: 1}
		.config.linux.namespaces = [{type: "nosuch"}]
		.config.linux.namespaces = [{type: "pid"}, {type: "pid"}]
		.config.linux.seccomp = {defaultAction: "nosuch"}
		[.]
		"text"
		null
	END
	is "$tries" 38
	is_damaged
	works list -q
	is "$output" "$ID"
	verb list
	is "$status" 0
	has "$errors" "container '$ID'"
	works delete --force "$ID"
	there_is_none
}

@test "a record that is large, deep or full of repetitions is read within limits" {
	running . /bin/true
	becomes stopped
	cp "$RECORD" "$T/whole"
	{ printf '{"taru":1,"x":'; head -c 100000 /dev/zero | tr '\0' '['; } >"$RECORD"
	is_damaged
	{ cat "$T/whole"; head -c 17000000 /dev/zero | tr '\0' ' '; } >"$RECORD"
	is_damaged
	sed 's/"taru":1/"taru":1,"pid":1/' "$T/whole" >"$RECORD"
	is_damaged
	head -c 100000 /dev/urandom >"$RECORD"
	is_damaged
	rm "$RECORD"
	mkdir "$RECORD"
	is_damaged
	works delete --force "$ID"
	there_is_none
}

@test "one damaged container is no fault of the others" {
	created . /bin/sleep 100
	create_as "$ID-b"
	: >"$RECORD"
	verb list
	is "$status" 0
	has "$output" "$ID-b"
	is "$(wc -l <<<"$output")" 2
	has "$errors" "container '$ID'"
	verb list -f json
	is "$(jq -r '.[].id' <<<"$output")" "$ID-b"
	works list -q
	is "$output" "$ID"$'\n'"$ID-b"
	status_is created "$ID-b"
	works delete --force "$ID"
	works delete --force "$ID-b"
}

@test "a record of another id, or with what is unknown, is only what it says" {
	running '.annotations = {a: "b"}' /bin/true
	becomes stopped
	change '.id = "../../else" | .unknown = {a: [1]} | .config.unknown = 1'
	is "$(state_of id)" "$ID"
	works delete "$ID"
	there_is_none
}

@test "folders of the host that a record names are removed only if they are empty" {
	mkdir -p "$T/full/inside" "$T/empty"
	running . /bin/true
	becomes stopped
	change '.directories = ["'"$T/full"'", "'"$T/empty"'", "/", "", "relative", "'"$T/absent"'"]'
	works delete "$ID"
	[ -d "$T/full/inside" ]
	[ ! -e "$T/empty" ]
	there_is_none
}

@test "foreign files in a container's folder are removed with it" {
	running . /bin/true
	becomes stopped
	touch "$STATES/$ID/file" "$STATES/$ID/.hidden" "$STATES/$ID/state.json.new"
	mkdir "$STATES/$ID/folder"
	mkfifo "$STATES/$ID/fifo"
	ln -s "$T" "$STATES/$ID/link"
	ln -s /nowhere "$STATES/$ID/filter"
	: >"$T/kept"
	status_is stopped
	works delete "$ID"
	there_is_none
	[ -e "$T/kept" ]
	# What has something in it is nobody's to remove: it is told, and later the rest goes.
	created . /bin/sleep 100
	mkdir -p "$STATES/$ID/folder/full"
	verb delete --force "$ID"
	refuses "$STATES/$ID"
	status_is stopped
	rm -r "$STATES/$ID/folder"
	works delete "$ID"
	there_is_none
}

@test "what is no folder of a container is not taken for one" {
	: >"$STATES/$ID"
	mkdir "$T/folder"
	: >"$T/folder/kept"
	ln -s "$T/folder" "$STATES/$ID-link"
	configure . /bin/true
	for words in state start kill delete 'delete --force'; do
		verb $words "$ID"
		refuses "$ID"
		verb $words "$ID-link"
		refuses "$ID-link"
	done
	create
	refuses exists
	create_as "$ID-link"
	refuses exists
	works list -q
	is "$output" ""
	rm "$STATES/$ID" "$STATES/$ID-link"
	[ -e "$T/folder/kept" ]
	# An empty folder is a creation that was cut off: there is no process, and it can be deleted.
	mkdir -m 700 "$STATES/$ID"
	status_is stopped
	create
	refuses exists
	verb start "$ID"
	refuses "$ID"
	works delete "$ID"
	there_is_none
}
