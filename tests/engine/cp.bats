#!/usr/bin/env bats
# cp.bats - files into a container and out of it, while it runs and while it does not; and what a container can do about
# it.
# shellcheck disable=SC2154,SC2016
load engine

# inside SCRIPT: a shell in the container `one`.
inside()
{
	"$TARU" exec one sh -c "$1"
}

@test "out of a container that runs: a file, a new name, a directory, what is in it" {
	background one box sh -c 'mkdir -p /d/e; echo text >/d/e/f; chmod 640 /d/e/f; touch -d @1000000000 /d/e/f; sleep 100'
	until_true inside 'test -e /d/e/f'
	works cp one:/d/e/f "$T/new"
	[ "$(<"$T/new")" = text ]
	[ "$(stat -c '%a %Y %u' "$T/new")" = "640 1000000000 0" ]
	mkdir "$T/there"
	works cp one:/d/e/f "$T/there"
	[ "$(<"$T/there/f")" = text ]
	works cp one:/d "$T/copy"
	[ "$(<"$T/copy/e/f")" = text ]
	works cp one:/d "$T/there"
	[ "$(<"$T/there/d/e/f")" = text ]
	works cp one:/d/. "$T/there"
	[ "$(<"$T/there/e/f")" = text ]
	works cp one:d/e/f "$T/relative"
	[ "$(<"$T/relative")" = text ]
	works pause one
	works cp one:/d/e/f "$T/paused"
	[ "$(<"$T/paused")" = text ]
	works unpause one
}

@test "into a container that runs: the files are its root's, unless -a keeps the owners" {
	background one box sleep 100
	mkdir -p "$T/d/e"
	echo text >"$T/d/e/f"
	ln -s e/f "$T/d/link"
	ln "$T/d/e/f" "$T/d/hard"
	mkfifo "$T/d/fifo"
	chown -R 1000:1001 "$T/d"
	chmod 700 "$T/d/e"
	works cp "$T/d" one:/tmp
	[ "$(inside 'cd /tmp/d; cat link; stat -c "%u %g %a" e; stat -c %h hard; stat -c %F fifo; readlink link')" = \
		$'text\n0 0 700\n2\nfifo\ne/f' ]
	works cp -a "$T/d/." one:/tmp/new
	[ "$(inside 'stat -c "%u %g" /tmp/new/e/f /tmp/new/link /tmp/new')" = $'1000 1001\n1000 1001\n1000 1001' ]
	works cp "$T/d/e/f" one:/tmp/other
	[ "$(inside 'cat /tmp/other')" = text ]
	works cp "$T/d/e/f" one:/etc/hosts
	[ "$(inside 'cat /etc/hosts')" = text ]
}

@test "a container that does not run: its layers and what it has changed; the next start has what was copied" {
	works create --name one box sh -c 'cat /etc/new; echo changed >/etc/own'
	echo text >"$T/file"
	works cp "$T/file" one:/etc/new
	works cp one:/etc/passwd "$T/passwd"
	cmp "$T/passwd" "$WORLD/box/etc/passwd"
	works start -a one
	[ "$output" = text ]
	works cp one:/etc/own "$T/own"
	[ "$(<"$T/own")" = changed ]
	works cp one:/bin/busybox "$T/busybox"
	cmp "$T/busybox" "$(command -v busybox)"
}

@test "volumes: those of one that runs and of one that does not; read-only ones stay as they are" {
	mkdir "$T/v" "$T/ro"
	echo text >"$T/v/f"
	works create --name one -v "$T/v:/data/v" -v "$T/ro:/ro:ro" box sleep 100
	works cp one:/data/v/f "$T/first"
	works cp "$T/first" one:/data/v/second
	[ "$(<"$T/v/second")" = text ]
	fails 1 "read-only" -- cp "$T/first" one:/ro/x
	works rm one
	background one -v "$T/v:/data/v" -v "$T/ro:/ro:ro" box sleep 100
	works cp one:/data "$T/data"
	[ "$(<"$T/data/v/second")" = text ]
	works cp "$T/first" one:/data/v/third
	[ "$(<"$T/v/third")" = text ]
	fails 1 "read-only" -- cp "$T/first" one:/ro/x
	[ -z "$(ls -A "$T/ro")" ]
}

@test "-: an archive, out and in, compressed too; it says itself whose files they are" {
	background one box sh -c 'mkdir -p /d/e; echo text >/d/e/f; sleep 100'
	until_true inside 'test -e /d/e/f'
	[ "$("$TARU" cp one:/d - | tar t)" = $'d/\nd/e/\nd/e/f' ]
	[ "$("$TARU" cp one:/d/e/f - | tar xO)" = text ]
	mkdir "$T/t"
	echo text >"$T/t/f"
	chown 1000:1001 "$T/t/f"
	tar -C "$T/t" -c f | "$TARU" cp - one:/tmp
	tar -C "$T/t" --transform s,^,sub/, -cz f | "$TARU" cp - one:/tmp
	[ "$(inside 'stat -c "%u %g" /tmp/f; cat /tmp/sub/f')" = $'1000 1001\ntext' ]
	tar -C "$T/t" -c f >"$T/tar"
	run "$TARU" cp - one:/etc/passwd <"$T/tar"
	[ "$status" = 1 ]
	[[ "$output" == *"is no directory, which an archive needs"* ]]
	run "$TARU" cp - one:/tmp <<<"no archive at all, but a line of text"
	[ "$status" = 1 ]
}

@test "docker's rules for what is there and what is not" {
	works create --name one box true
	mkdir "$T/d"
	echo text >"$T/f"
	fails 1 "the directory is not there" -- cp "$T/f" one:/new/
	fails 1 "its directory is not there" -- cp "$T/f" one:/new/f
	fails 1 "no folder" -- cp "$T/f" one:/etc/passwd/
	fails 1 "a directory cannot be copied onto a file" -- cp "$T/d" one:/etc/passwd
	echo text >"$T/etc"
	fails 1 "a directory is there, which a file cannot replace" -- cp "$T/etc" one:/
	works cp "$T/d" one:/tmp/new/
	works cp one:/tmp/new "$T/back"
	[ -d "$T/back" ]
}

@test "--overwrite: a directory replaces a file, and a file a directory; what is mounted stays" {
	mkdir -p "$T/etc/passwd" "$T/outside" "$T/v" "$T/home"
	echo in >"$T/etc/passwd/in"
	echo text >"$T/sys"
	echo text >"$T/v/kept"
	works run --name one -v "$T/v:/tmp/d/v" box sh -c 'mkdir -p /tmp/d/sub /tmp/d/links; echo x >/tmp/d/sub/f; ln -s /etc /tmp/d/links/etc; echo f >/tmp/f'
	fails 1 "without --overwrite" -- cp "$T/etc" one:/
	works cp --overwrite "$T/etc" one:/
	works cp one:/etc/passwd/in "$T/out"
	[ "$(cat "$T/out")" = in ]
	works cp one:/etc/group "$T/out"
	works cp --overwrite "$T/etc" one:/tmp/f
	works cp one:/tmp/f/passwd/in "$T/out"
	[ "$(cat "$T/out")" = in ]
	# A directory goes with all that is in it, and what its links lead to stays.
	mkdir "$T/tmp"
	echo file >"$T/tmp/d"
	fails 1 "something is mounted there, and stays" -- cp --overwrite "$T/tmp/." one:/tmp
	[ "$(cat "$T/v/kept")" = text ]
	works rm one
	works run --name one box sh -c 'mkdir -p /tmp/d/links; ln -s /etc /tmp/d/links/etc'
	works cp --overwrite "$T/tmp/." one:/tmp
	works cp one:/tmp/d "$T/out"
	[ "$(cat "$T/out")" = file ]
	works cp one:/etc/group "$T/out"
	# On this machine: a link is replaced, and not what it leads to.
	ln -s "$T/outside" "$T/home/etc"
	fails 1 "without --overwrite" -- cp one:/etc "$T/home/."
	fails 1 "--overwrite replaces it" -- cp one:/etc "$T/sys"
	works cp --overwrite one:/etc "$T/home/."
	[ -d "$T/outside" ]
	[ -z "$(ls -A "$T/outside")" ]
	works cp --overwrite one:/etc "$T/sys"
	[ -f "$T/sys/group" ]
}

@test "bad input: no such container or file, two containers, none" {
	works create --name one box true
	works create --name two box true
	fails 1 "no such container: nobody" -- cp nobody:/x "$T/x"
	fails 1 "does not exist" -- cp one:/nosuch "$T/x"
	fails 1 "does not exist" -- cp "$T/nosuch" one:/tmp
	fails 1 "its directory is not there" -- cp one:/etc/passwd "$T/nosuch/x"
	fails 1 "from one container to another" -- cp one:/etc/passwd two:/tmp
	fails 1 "must be CONTAINER:PATH" -- cp "$T/x" "$T/y"
	fails 125 "cp" -- cp one:/etc/passwd
	[ ! -e "$T/x" ]
}

@test "a link in the container leads to its own files, not to this machine's (CVE-2018-15664)" {
	echo mine >"$T/secret"
	background one box sh -c "ln -s $T/secret /abs; ln -s ../../../../../../..$T/secret /up; ln -s $T /dir; ln -s /proc/self/root/etc /magic; sleep 100"
	until_true inside 'test -L /magic'
	works cp one:/abs "$T/link"
	[ "$(readlink "$T/link")" = "$T/secret" ]
	fails 1 "does not exist" -- cp -L one:/abs "$T/out"
	fails 1 "does not exist" -- cp -L one:/up "$T/out"
	fails 1 "does not exist" -- cp one:/dir/secret "$T/out"
	[ ! -e "$T/out" ]
	# Not through the root of whoever looks: /proc/self would be the one who copies.
	fails 1 "" -- cp one:/magic/hostname "$T/out"
	[ ! -e "$T/out" ]
	echo evil >"$T/evil"
	fails 1 "its directory is not there" -- cp "$T/evil" one:/abs
	fails 1 "is not there" -- cp "$T/evil" one:/dir/secret
	[ "$(<"$T/secret")" = mine ]
	works cp "$T/evil" one:/tmp/evil
	mkdir "$T/tree"
	mkdir "$T/tree/dir"
	cp "$T/evil" "$T/tree/dir/secret"
	fails 1 "a directory cannot replace" -- cp "$T/tree/." one:/
	[ "$(<"$T/secret")" = mine ]
}

@test "-L follows a link of the container's in the container" {
	works create --name one box true
	ln -s /etc/passwd "$T/link"
	works cp "$T/link" one:/tmp/link
	works cp one:/tmp/link "$T/as-it-is"
	[ "$(readlink "$T/as-it-is")" = /etc/passwd ]
	works cp -L one:/tmp/link "$T/file"
	cmp "$T/file" "$WORLD/box/etc/passwd"
	works cp -L "$T/link" one:/tmp/host
	works cp one:/tmp/host "$T/host"
	cmp "$T/host" /etc/passwd
}

@test "links in what was copied do not lead what comes later out of the target" {
	background one box sh -c "mkdir -p /t; ln -s $T/victim /t/a; mkdir /u; mkdir /u/a; echo evil >/u/a/f; sleep 100"
	until_true inside 'test -e /u/a/f'
	mkdir "$T/victim" "$T/to"
	works cp one:/t/. "$T/to"
	fails 1 "a file is there, which a directory cannot replace" -- cp one:/u/. "$T/to"
	[ -z "$(ls -A "$T/victim")" ]
}

@test "an archive with names that lead upwards is refused; absolute ones are below the target" {
	works create --name one box true
	"$PYTHON" - "$T" <<-'E'
		import io, sys, tarfile
		def make(name, member):
		    with tarfile.open(sys.argv[1] + "/" + name, "w") as tar:
		        info = tarfile.TarInfo(member)
		        info.size = 4
		        tar.addfile(info, io.BytesIO(b"evil"))
		make("up.tar", "../../etc/evil")
		make("abs.tar", "/evil")
	E
	run "$TARU" cp - one:/tmp <"$T/up.tar"
	[ "$status" = 1 ]
	[[ "$output" == *"'..'"* ]]
	"$TARU" cp - one:/tmp <"$T/abs.tar"
	works cp one:/tmp/evil "$T/evil"
	[ "$(<"$T/evil")" = evil ]
}

@test "a FIFO or a device in the way: never opened, and nobody waits" {
	background one box sh -c 'mkfifo /fifo; mkdir /d; mkfifo /d/f; mknod /d/null c 1 3; sleep 100'
	until_true inside 'test -e /d/null'
	echo text >"$T/f"
	fails 1 "is neither a file nor a directory" -- cp "$T/f" one:/fifo
	fails 1 "is neither a file nor a directory" -- cp "$T/f" one:/dev/null
	works cp "$T/f" one:/d
	[ "$(inside 'cat /d/f')" = text ]
	works exec one sh -c 'rm /d/f; mkfifo /d/f'
	works cp one:/d "$T/d"
	[ -p "$T/d/f" ]
	[ ! -e "$T/d/null" ]
	[[ "$stderr" == *"is a device; left out"* ]]
	fails 1 "is neither a file nor a directory" -- cp one:/etc/passwd /dev/null
	[ -c /dev/null ]
}

@test "set-user-ID bits do not come out of a container, unless by -a" {
	background one box sh -c 'cp /bin/busybox /su; chmod 4755 /su; sleep 100'
	until_true inside 'test -u /su'
	works cp one:/su "$T/su"
	[ ! -u "$T/su" ]
	works cp -a one:/su "$T/kept"
	[ -u "$T/kept" ]
	works cp -a "$T/kept" one:/again
	inside 'test -u /again'
}

@test "a directory that is exchanged with a link while it is copied leads nowhere (CVE-2018-15664)" {
	local i tries=$((${THOROUGH:-0} ? 300 : 25))
	mkdir "$T/secret"
	echo mine >"$T/secret/f"
	background one box sh -c "mkdir /d /e; echo own >/d/f; ln -s $T/secret /l
		while :; do mv /d /x; mv /l /d; mv /d /l; mv /x /d; done"
	until_true inside 'test -e /d/f -o -e /x/f'
	echo evil >"$T/evil"
	for ((i = 0; i < tries; i++)); do
		rm -rf "$T/out"
		taru cp one:/d/f "$T/out"
		[ ! -e "$T/out" ] || [ "$(<"$T/out")" = own ] || [ "$(<"$T/out")" = evil ]
		rm -rf "$T/out"
		taru cp one:/d "$T/out"
		[ ! -f "$T/out/f" ] || [ -L "$T/out" ] || [ "$(<"$T/out/f")" != mine ]
		taru cp "$T/evil" one:/d/f
		[ "$(<"$T/secret/f")" = mine ]
	done
	[ "$(ls "$T/secret")" = f ]
}

@test "nothing of the container is run or loaded for it (CVE-2019-14271)" {
	background one box sh -c 'for f in /lib /lib64 /usr/lib /etc; do mkdir -p $f; done; echo /evil.so >/etc/ld.so.preload
		for f in /bin/*; do [ $f = /bin/busybox ] || { rm $f; echo "#!/nosuch" >$f; }; done; /bin/busybox sleep 100'
	echo text >"$T/f"
	works cp "$T/f" one:/tmp/f
	works cp one:/tmp/f "$T/g"
	cmp "$T/f" "$T/g"
}

@test "a stopped container is held while files are copied, and free afterwards" {
	works create --name one box true
	works cp one:/etc/passwd "$T/x"
	works start -a one
	works cp one:/bin/. "$T/bin"
	works rm one
}

@test "a user namespace of its own: files belong to whom the container knows, while it runs and afterwards" {
	works run -d --name one --uidmap 0:200000:65536 --gidmap 0:200000:65536 box sh -c 'echo text >/f; chown alice /f; sleep 100'
	until_true "$TARU" exec one test -s /f
	echo text >"$T/f"
	works cp "$T/f" one:/tmp/in
	works exec one stat -c '%u %g' /tmp/in
	[ "$output" = "0 0" ]
	[ "$("$TARU" cp one:/f - | tar tv --numeric-owner | cut -d ' ' -f 2)" = 1000/0 ]
	works stop -t 0 one
	[ "$("$TARU" cp one:/f - | tar tv --numeric-owner | cut -d ' ' -f 2)" = 1000/0 ]
	[ "$("$TARU" export one | tar tv --numeric-owner f | cut -d ' ' -f 2)" = 1000/0 ]
	works cp "$T/f" one:/tmp/later
	works diff one
	[ "$output" = $'A /f\nC /tmp\nA /tmp/in\nA /tmp/later' ]
}
