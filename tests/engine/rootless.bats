#!/usr/bin/env bats
# rootless.bats - the engine for an ordinary user, with subordinate ids and without.
# shellcheck disable=SC2154,SC2016
load engine
load ordinary

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
