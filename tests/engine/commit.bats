#!/usr/bin/env bats
# commit.bats - what a container has changed: diff; an image of it: commit; all of its files: export.
# shellcheck disable=SC2154,SC2016
load engine

CHANGES='touch /new; rm /etc/group; mkdir /d; touch /d/x; rm -rf /var; mkdir /var; touch /var/y; echo >>/etc/passwd'

@test "diff: what is new, changed and gone, of one that has ended and of one that runs" {
	background seed box sh -c 'mkdir -p /var/lib; touch /var/lib/f /var/g; sleep 100'
	until_true "$TARU" exec seed test -e /var/g
	works commit seed seeded
	works run --name one -v "$T:/data/sub" seeded sh -c "$CHANGES"
	works diff one
	[ "$output" = $'A /d\nA /d/x\nC /etc\nD /etc/group\nC /etc/passwd\nA /new\nC /var\nD /var/g\nD /var/lib\nA /var/y' ]
	background two box sh -c 'echo >/tmp/f; sleep 100'
	until_true eval '"$TARU" diff two | grep -q /tmp/f'
	works diff two
	[ "$output" = $'C /tmp\nA /tmp/f' ]
	works container diff seed
	works rm -f seed one two
	works rmi seeded
}

@test "diff: nothing where nothing was changed, though the container was started and has mounts" {
	works run --name one -v "$T:/data/sub" -v "$T/stderr:/etc/some/file" --tmpfs /run/x box true
	works diff one
	[ -z "$output" ]
	works create --name two box true
	works diff two
	[ -z "$output" ]
	works run --name three box sh -c 'chmod 700 /tmp; mv /home /house'
	works diff three
	[ "$output" = $'D /home\nA /house\nC /tmp' ]
	fails 1 "no such container" -- diff nobody
}

@test "diff: of this machine's own files too" {
	works run --name one host sh -c 'touch /etc/new-file'
	works diff one
	[ "$output" = $'C /etc\nA /etc/new-file' ]
}

@test "commit: files, owners, times, links, what is gone; the new image runs as the container did" {
	works run --name one -e OWN=set -w /tmp -u alice --label k=v box sh -c 'echo text >/tmp/f; chmod 640 /tmp/f; ln /tmp/f /tmp/hard; ln -s f /tmp/soft'
	works run --name two box sh -c "$CHANGES"
	works commit -a me -m why one first:tag
	[[ "$output" == sha256:* ]]
	works commit two second
	works inspect --format '{{.Config.User}} {{.Config.WorkingDir}} {{index .Config.Labels "k"}} {{index .Config.Labels "made"}} {{json .Config.Cmd}}' first:tag
	[ "$output" = "1000:1001 /tmp v here $(printf '["sh","-c","%s"]' 'echo text >/tmp/f; chmod 640 /tmp/f; ln /tmp/f /tmp/hard; ln -s f /tmp/soft' | sed 's/>/\\u003e/g')" ] ||
		[[ "$output" == "1000:1001 /tmp v here ["* ]]
	works run --rm first:tag sh -c 'stat -c "%a %u %g %h" f; cat soft; echo $OWN $PLACE'
	[ "$output" = $'640 1000 1001 2\ntext\nset cellar' ]
	works history --format '{{.Comment}}' first:tag
	[ "${lines[0]}" = why ]
	works run --rm second sh -c 'ls /etc/group /var; ls -d /new /d/x'
	[[ "$output" == *y* ]]
	[[ "$stderr" == *"/etc/group"* ]]
	works rm one two
	works rmi first:tag second
}

@test "commit on commit: layers add up, the IDs are those that another store computes" {
	works run --name one box sh -c 'echo 1 >/one; mkdir /var/x; touch /var/x/f'
	works commit one a
	works run --name two a sh -c 'rm -r /var; mkdir /var; echo 2 >/two'
	works commit two b
	works run --rm b sh -c 'cat /one /two; ls -A /var'
	[ "$output" = $'1\n2' ]
	works save -o "$T/b.tar" b
	TARU_ROOT=$T/other works load -i "$T/b.tar"
	[ "$(TARU_ROOT=$T/other "$TARU" images -q --no-trunc)" = "$("$TARU" images -q --no-trunc b)" ]
	TARU_ROOT=$T/other works run --rm b sh -c 'cat /one /two; ls -A /var'
	[ "$output" = $'1\n2' ]
	works rm one two
	works rmi b a
}

@test "commit --change: each word of a Dockerfile; a wrong one makes no image" {
	works run --name one box true
	works commit -c 'CMD ["env"]' -c 'ENTRYPOINT ["busybox"]' -c 'ENV A=b' -c 'EXPOSE 80' -c 'LABEL l=m' -c 'USER alice' \
		-c 'VOLUME /v' -c 'WORKDIR /home' -c 'STOPSIGNAL USR1' -c 'ONBUILD RUN x' \
		-c 'HEALTHCHECK --interval=1m30s --retries=3 CMD test -e /x' one changed
	works run --rm changed
	[[ "$output" == *"A=b"* ]]
	works inspect --format '{{.Config.User}} {{.Config.WorkingDir}} {{.Config.StopSignal}} {{json .Config.Healthcheck}} {{json .Config.ExposedPorts}}' changed
	[ "$output" = 'alice /home USR1 {"Test":["CMD-SHELL","test -e /x"],"Interval":90000000000,"Retries":3} {"80/tcp":{}}' ]
	fails 1 "begins with none of" -- commit -c 'NONSENSE x' one odd
	fails 1 "is no time" -- commit -c 'HEALTHCHECK --interval=soon CMD x' one odd
	fails 1 "neither CMD COMMAND nor NONE" -- commit -c 'HEALTHCHECK x' one odd
	fails 1 "no such container" -- commit nobody odd
	fails 1 "" -- commit one "Odd Name"
	works images --format '{{.Repository}}'
	[ "$(sort <<<"$output")" = $'box\nchanged' ]
	works rm one
	works rmi changed
}

@test "commit of one that runs: it is paused meanwhile and goes on; --iidfile" {
	background one box sh -c 'echo text >/f; sleep 100'
	until_true "$TARU" exec one test -s /f
	works commit --iidfile "$T/id" one
	[ "$output" = "$(<"$T/id")" ]
	is_running one
	works run --rm "$output" cat /f
	[ "$output" = text ]
	works commit --pause=false -q one again
	is_running one
	works pause one
	works commit one while-paused
	works ps --format '{{.State}}'
	[ "$output" = paused ]
	works unpause one
	works rm -f one
	works image prune -f
	works rmi again while-paused
}

@test "commit: this machine's own files are no image" {
	works run --name one host true
	fails 1 "no image" -- commit one x
}

@test "export: all files of a container, without what is mounted in it" {
	mkdir "$T/v"
	touch "$T/v/mounted"
	background one -v "$T/v:/v" box sh -c 'echo text >/new; rm /etc/group; sleep 100'
	until_true "$TARU" exec one test -s /new
	works export -o "$T/running.tar" one
	tar xOf "$T/running.tar" new | grep -qx text
	tar tf "$T/running.tar" >"$T/list"
	grep -qx etc/passwd "$T/list"
	grep -qx v/ "$T/list"
	not grep -qE '^(etc/group|v/mounted|proc/.|dev/.)' "$T/list"
	[ -z "$stderr" ]
	works stop -t 0 one
	"$TARU" container export one >"$T/ended.tar"
	tar tf "$T/ended.tar" | cmp - "$T/list"
	tar -C "$T" -xf "$T/ended.tar" etc/passwd
	cmp "$T/etc/passwd" "$WORLD/box/etc/passwd"
}

@test "export: a container before an image of its name; image export and container export mean one of them" {
	works run --name box box touch /own
	[ "$("$TARU" export box | tar t own)" = own ]
	[ -z "$("$TARU" image export box | tar t | grep -x own)" ]
	works rm box
	[ "$("$TARU" export box | tar t etc/passwd)" = etc/passwd ]
	fails 1 "no such container" -- container export box
	fails 1 "no such" -- export nothing-like-that
}

@test "export | import: the container's files as an image" {
	works run --name one box sh -c 'echo text >/f'
	"$TARU" export one | "$TARU" import - flat >/dev/null
	works run --rm flat cat /f
	[ "$output" = text ]
	works rmi flat
}

@test "commit --squash: one layer of all files; what was removed is in it no more" {
	works run --name one box sh -c 'echo text >/own; rm /etc/group; ln /own /other; chmod 4755 /own'
	works commit --squash --change 'CMD ["cat", "/own"]' --message 'in one' one flat
	works inspect --format '{{len .RootFS.Layers}}' flat
	[ "$output" = 1 ]
	works run --rm flat
	[ "$output" = text ]
	works run --rm flat sh -c 'ls -d /etc/group /etc/passwd 2>/dev/null; stat -c "%a %h" /own; echo $PLACE'
	[ "$output" = $'/etc/passwd\n4755 2\ncellar' ]
	works history --format '{{.Comment}}' flat
	[ "$output" = "in one" ]
	# Nor in its blob.
	works save -o "$T/flat.tar" flat
	mkdir "$T/flat"
	tar -C "$T/flat" -xf "$T/flat.tar"
	[ -z "$(find "$T/flat" -type f -exec sh -c 'tar tf "$1" 2>/dev/null' sh {} \; | grep etc/group)" ]
	# Of one that runs, and of an image that was squashed before.
	works run -d --name two flat sleep 100
	works exec two touch /later
	works commit -s two flatter
	works run --rm flatter ls /own /later
	works rm -f two
	works rmi flat flatter
}
