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

@test "--preserve-fds, --hosts-file, --image-volume, --passwd of an ordinary user" {
	local network
	tar -C "$WORLD/box" -c . >"$T/box.tar"
	as_user ranges import --change 'VOLUME /data' "$T/box.tar" box
	echo three >"$T/three"
	printf '10.9.8.7 wine\n' >"$T/hosts"
	# In a network another process starts it.
	as_user ranges network create vat
	for network in none vat; do
		as_user ranges run --rm --network "$network" --preserve-fd 3 --hosts-file "$T/hosts" --image-volume tmpfs -u 1234 --passwd box \
			sh -c 'cat <&3; head -1 /etc/hosts; grep -c " /data tmpfs" /proc/mounts; id -un; ls /proc/$$/fd; true' 3<"$T/three" 4<"$T"
		[ "$output" = "$(printf '%s\n' three '10.9.8.7 wine' 1 1234 0 1 2 3)" ]
	done
	as_user ranges run -d --name one --network none --image-volume ignore box sleep 100
	as_user ranges exec --preserve-fds 1 one sh -c 'cat <&3; ls /proc/$$/fd; true' 3<"$T/three" 4<"$T"
	[ "$output" = "$(printf '%s\n' three 0 1 2 3)" ]
	as_user ranges rm -f one
	as_user ranges volume ls -q
	[ -z "$output" ]
	as_user ranges network rm vat
}

@test "a volume's files are the user's own, and those of its subordinate ids" {
	import_box
	mkdir "$T/v"
	chown "$ORDINARY" "$T/v"
	as_user ranges run --rm -v "$T/v:/v" box sh -c 'touch /v/mine; chown alice /v/mine; stat -c %u /v/mine'
	[ "$output" = 1000 ]
	[ "$(stat -c %u "$T/v/mine")" = 500999 ]
}

@test "--mount type=image: an ordinary user's too, with the owners that the image has, and with changes" {
	import_box
	as_user ranges run --rm --mount type=image,source=box,target=/i --mount type=image,source=box,target=/w,rw=true box \
		sh -c 'stat -c %u /i/etc/passwd; touch /i/x 2>/dev/null || echo refused; touch /w/x && chown alice /w/x; stat -c %u /w/x'
	[ "$output" = $'0\nrefused\n1000' ]
	as_user ranges run --rm --mount type=devpts,target=/pts,uid=1000 --mount type=ramfs,target=/r box \
		sh -c 'exec 3<>/pts/ptmx && stat -c %u /pts/0; touch /r/x'
	[ "$output" = 1000 ]
	[ "$status" = 0 ]
}

@test "without subordinate ids there is one id, and what needs another is told; the image's other groups are left out" {
	import_box
	as_user run --rm box id -G
	[ "$output" = 0 ]
	as_user run --rm --group-add wheel box true
	[ "$status" = 125 ]
	as_user run --rm -u 1000 host true
	[ "$status" = 125 ]
	[[ "$stderr" == *"'--user': the user 1000 is none of the ids"*/etc/subuid* ]]
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

@test "a volume is filled with the owners that the image has, and goes away with files of the user's other ids" {
	local store=$T/home/.local/share/taru
	cp -a "$WORLD/box" "$T/stocked"
	mkdir "$T/stocked/data"
	echo text >"$T/stocked/data/file"
	ln "$T/stocked/data/file" "$T/stocked/data/again"
	chown -R 1000:1001 "$T/stocked/data"
	chmod 700 "$T/stocked/data"
	chmod 600 "$T/stocked/data/file"
	tar -C "$T/stocked" -c . >"$T/box.tar"
	as_user ranges import --change 'VOLUME /data' "$T/box.tar" stocked
	as_user ranges run --rm -u alice -v wine:/data stocked sh -c 'stat -c "%n %u:%g %a" /data /data/file; cat /data/again; echo new >/data/new'
	[ "$output" = $'/data 1000:1001 700\n/data/file 1000:1001 600\ntext' ]
	[ "$(stat -c '%u:%g %h' "$store/volumes/wine/data/file")" = "500999:601000 2" ]
	as_user ranges run --rm -v wine:/data stocked cat /data/new
	[ "$output" = new ]
	as_user ranges run --rm -v wine:/data:U stocked stat -c '%u:%g' /data /data/new
	[ "$output" = $'0:0\n0:0' ]
	as_user ranges run --rm -v wine:/data:O stocked sh -c 'rm /data/new; chown alice /data/file; ls /data'
	[ "$output" = $'again\nfile' ]
	as_user ranges run --rm -u alice stocked cat /data/file
	[ "$output" = text ]
	as_user ranges volume export wine -o "$T/home/wine.tar"
	as_user ranges volume create copy
	as_user ranges volume import copy "$T/home/wine.tar"
	[ "$status" = 0 ]
	as_user ranges run --rm -v copy:/x stocked cat /x/new /x/again
	[ "$output" = $'new\ntext' ]
	as_user ranges run --rm -v owned:/data stocked true
	as_user ranges system df --format '{{.Type}}: {{.TotalCount}} {{.Size}}'
	[[ "$output" == *"Local Volumes: 3 "* ]]
	as_user ranges volume prune -af
	[ -z "$(ls -A "$store/volumes")" ]
}

@test "without subordinate ids a volume is the user's own" {
	as_user run --rm -v wine:/data host sh -c 'echo text >/data/file; stat -c %u /data/file'
	[ "$output" = 0 ]
	[ "$(stat -c %u "$T/home/.local/share/taru/volumes/wine/data/file")" = "$ORDINARY" ]
	as_user run --rm -v wine:/data host cat /data/file
	[ "$output" = text ]
	as_user volume rm wine
	[ "$status" = 0 ]
}

@test "a secret belongs to the user in the container who was asked for" {
	import_box
	echo opens >"$T/home/key"
	as_user ranges secret create key "$T/home/key"
	as_user ranges run --rm -u alice --secret key,uid=1000,gid=1001,mode=0400 box sh -c 'cat /run/secrets/key; stat -c %u:%g:%a /run/secrets/key'
	[ "$output" = $'opens\n1000:1001:400' ]
	as_user run --rm --secret key host sh -c 'cat /run/secrets/key'
	[ "$output" = opens ]
}
