#!/usr/bin/env bats
# rootless.bats - the engine for an ordinary user, with subordinate ids and without.
# shellcheck disable=SC2154,SC2016
load engine

ORDINARY=12345

# as_user [ranges] WORD…: taru as the ordinary user, in a copy of the machine's files of users.
as_user()
{
	local ranges= file
	if [ "$1" = ranges ]; then
		ranges=1
		shift
	fi
	mkdir -p "$T/etc" "$T/home" "$T/run"
	chown "$ORDINARY:$ORDINARY" "$T/home" "$T/run"
	for file in passwd group subuid subgid; do
		cat "/etc/$file" >"$T/etc/$file" 2>/dev/null || : >"$T/etc/$file"
	done
	echo "ordinary:x:$ORDINARY:$ORDINARY::$T/home:/bin/sh" >>"$T/etc/passwd"
	echo "ordinary:x:$ORDINARY:" >>"$T/etc/group"
	if [ -n "$ranges" ]; then
		echo "ordinary:500000:65536" >>"$T/etc/subuid"
		echo "ordinary:600000:65536" >>"$T/etc/subgid"
	fi
	status=0
	unshare --mount sh -ec '
		for file in passwd group subuid subgid; do
			[ -e "/etc/$file" ] || : >"/etc/$file"
			mount --bind "$1/etc/$file" "/etc/$file"
		done
		export HOME=$1/home XDG_RUNTIME_DIR=$1/run USER=ordinary
		unset TARU_ROOT TARU_RUN_ROOT XDG_DATA_HOME
		user=$2
		shift 2
		cd "$HOME"
		exec setpriv --reuid "$user" --regid "$user" --clear-groups "$@"' sh "$T" "$ORDINARY" "$TARU" "$@" \
		<"${INPUT:-/dev/null}" >"$T/stdout" 2>"$T/stderr" || status=$?
	output=$(<"$T/stdout") stderr=$(<"$T/stderr")
	printf 'status %s\n%s\n%s\n' "$status" "$output" "$stderr"
}

import_box()
{
	tar -C "$WORLD/box" -c . >"$T/box.tar"
	as_user ranges import "$T/box.tar" box
	[ "$status" = 0 ]
}

@test "the image host: this machine's programs, a root of one's own, and nothing that the user could not read" {
	as_user run --rm host sh -c 'id -u; cat /proc/self/uid_map | tr -s " "; touch /file /usr/file && stat -c %u /file; cat /etc/shadow'
	[ "$output" = $'0\n 0 12345 1\n0' ]
	[ ! -e /usr/file ]
}

@test "with subordinate ids: users of the image, files that belong to them, and that all of it can be removed" {
	import_box
	as_user ranges run --name one -u alice box sh -c 'id -u; id -G; touch /tmp/file; stat -c %u /tmp/file'
	[ "$output" = $'1000\n1001 29\n1000' ]
	[ "$(stat -c %u "$T"/home/.local/share/taru/containers/*/upper/tmp/file)" = 500999 ]
	as_user ranges ps -a --format '{{.Names}} {{.State}}'
	[ "$output" = "one exited" ]
	as_user ranges rm one
	[ "$status" = 0 ]
	[ -z "$(ls -A "$T/home/.local/share/taru/containers")" ]
}

@test "a volume's files are the user's own, and those of its subordinate ids" {
	import_box
	mkdir "$T/v"
	chown "$ORDINARY" "$T/v"
	as_user ranges run --rm -v "$T/v:/v" box sh -c 'touch /v/mine; chown alice /v/mine; stat -c %u /v/mine'
	[ "$output" = 1000 ]
	[ "$(stat -c %u "$T/v/mine")" = 500999 ]
}

@test "without subordinate ids there is one id, and what needs another is told" {
	as_user run --rm -u 1000 host true
	[ "$status" = 125 ]
	[[ "$stderr" == *"uidMappings"* ]]
}

@test "cp: files of subordinate ids go out and in, of a container that runs and of one that does not" {
	import_box
	as_user ranges create --name one box sh -c 'stat -c "%u %g" /tmp/in; cat /tmp/in; cp /etc/passwd /tmp/out; chmod 600 /tmp/out; chown alice /tmp/out'
	echo text >"$T/home/in"
	as_user ranges cp in one:/tmp/in
	[ "$status" = 0 ]
	as_user ranges start -a one
	[ "$output" = $'0 0\ntext' ]
	as_user ranges cp one:/tmp/out out
	[ "$status" = 0 ]
	[ "$(stat -c %u "$T/home/out")" = "$ORDINARY" ]
	cmp "$T/home/out" "$WORLD/box/etc/passwd"
	as_user ranges run -d --name two box sh -c 'cp /etc/passwd /tmp/out; chmod 600 /tmp/out; chown alice /tmp/out; sleep 100'
	[ "$status" = 0 ]
	until_true test -s "$T/home/.local/share/taru/containers/$output/upper/tmp/out"
	as_user ranges cp two:/tmp/out second
	[ "$status" = 0 ]
	cmp "$T/home/second" "$WORLD/box/etc/passwd"
	as_user ranges cp -a in two:/tmp/owned
	as_user ranges cp in two:/tmp/in
	as_user ranges exec two stat -c %u /tmp/in
	[ "$output" = 0 ]
	as_user ranges rm -f one two
}

@test "diff, commit, export: with subordinate ids, of a container that runs and of one that does not" {
	import_box
	as_user ranges run --name one box sh -c 'echo text >/f; chmod 600 /f; chown alice /f; rm /etc/group'
	as_user ranges diff one
	[ "$output" = $'C /etc\nD /etc/group\nA /f' ]
	as_user ranges commit one new
	[ "$status" = 0 ]
	as_user ranges run --rm -u alice new cat /f
	[ "$output" = text ]
	as_user ranges export -o one.tar one
	[ "$status" = 0 ]
	[ "$(tar tvf "$T/home/one.tar" --numeric-owner f | cut -d ' ' -f 1-2)" = "-rw------- 1000/0" ]
	as_user ranges run -d --name two box sh -c 'echo text >/f; sleep 100'
	[ "$status" = 0 ]
	until_true test -s "$T/home/.local/share/taru/containers/$output/upper/f"
	as_user ranges export -o two.tar two
	[ "$status" = 0 ]
	tar xOf "$T/home/two.tar" f | grep -qx text
	as_user ranges commit two more
	[ "$status" = 0 ]
	as_user ranges top two user,pid,args
	[[ "${output##*$'\n'}" =~ ^root\ +[0-9]+\ +sleep\ 100$ ]]
	as_user ranges stats --no-stream --format '{{.Name}}' two
	[ "$output" = two ]
	as_user ranges rm -f one two
}
