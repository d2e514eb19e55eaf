#!/usr/bin/env bats
# run.bats - `taru run`: a container from an image, in the foreground.
# shellcheck disable=SC2154,SC2016
load engine

@test "stdout, stderr and the exit status are those of the command" {
	taru run --rm box sh -c 'echo one; echo two >&2; exit 7'
	[ "$status" = 7 ]
	[ "$output" = one ]
	[ "$stderr" = two ]
}

@test "the image says what is run, with which variables; the command line says more" {
	works run --rm box
	[ "$output" = default ]
	works run --rm -e OTHER=1 box sh -c 'echo $PLACE $OTHER $HOME'
	[ "$output" = "cellar 1 /root" ]
	works run --rm -e PLACE=here --unsetenv PATH box /bin/sh -c 'echo $PLACE'
	[ "$output" = here ]
	works run --rm --entrypoint echo box a b
	[ "$output" = "a b" ]
	MINE=own works run --rm -e MINE -e NOT_SET box sh -c 'echo $MINE${NOT_SET-unset}'
	[ "$output" = ownunset ]
	printf '# comment\nA=1 2\nMINE\n' >"$T/env"
	MINE=own works run --rm --env-file "$T/env" box sh -c 'echo $A $MINE'
	[ "$output" = "1 2 own" ]
	printf '\357\273\277A=1\r\n  B=2\r\n' >"$T/env"
	works run --rm --env-file "$T/env" box sh -c 'echo $A$B'
	[ "$output" = 12 ]
	printf 'A=1\nB =2\n' >"$T/env"
	fails 125 "option '--env-file': 'B ' is no name of a variable: it has a blank in it" -- \
		run --rm --env-file "$T/env" box true
}

@test "--entrypoint: a JSON array is a program and its first arguments, as with podman" {
	works run --rm --entrypoint '["echo", "a\u00e9 b"]' box c
	[ "$output" = "aé b c" ]
	works run --rm --entrypoint '[ "sh", "-c", "echo $0 $PLACE" ]' box x
	[ "$output" = "x cellar" ]
	works create --name one --network none --entrypoint '["sleep"]' box 10
	works inspect --format '{{json .Config.Cmd}}' one
	[ "$output" = '["sleep","10"]' ]
	works rm one
	# None, and a program that is called so.
	works run --rm --entrypoint '[]' box echo a
	[ "$output" = a ]
	works run --rm --entrypoint '[' box a = a ]
	taru run --rm --entrypoint '[' box a = b ]
	[ "$status" = 1 ]
}

@test "--entrypoint: a broken array, and one of other things, are told" {
	local given
	for given in '["sh"' '[sh]' '["sh", 1]' '["sh", null]' '["", "a"]' '["sh"] x' '[["sh"]]'; do
		fails 125 "option '--entrypoint': '$given' is no JSON array of a program and its arguments" -- \
			run --rm --entrypoint "$given" box true
		[ "$(wc -l <"$T/stderr")" = 1 ]
	done
	fails 125 "option '--entrypoint': '[sh]' is no JSON array" -- explain run --entrypoint '[sh]' box
}

@test "--env-merge: a variable is made of what the image says" {
	local given
	works run --rm --env-merge 'PATH=/opt/bin:${PATH}' --env-merge 'WHERE=$PLACE/${PLACE}/$NONE.' box sh -c 'echo $PATH $WHERE'
	[[ "$output" == /opt/bin:/usr/local/sbin:*:/bin\ cellar/cellar/. ]]
	# One sees the ones before it, and what is said in so many words counts more.
	works run --rm --env-merge 'PLACE=old-$PLACE' --env-merge 'TWO=$PLACE' -e PLACE=new box sh -c 'echo $PLACE $TWO'
	[ "$output" = "new old-cellar" ]
	works run --rm --env-merge 'A=${PLACE:-none}${NONE:-n$PLACE} ${PLACE:+has ${NONE:-it}}${NONE:+no}' box sh -c 'echo "$A"'
	[ "$output" = "cellarncellar has it" ]
	works run --rm --env-merge "A='\$PLACE' \"\$PLACE \\\$x\" \\\$PLACE 5\$" box sh -c 'echo "$A"'
	[ "$output" = '$PLACE cellar $x $PLACE 5$' ]
	for given in A =b 'A=${PLACE' 'A=${}' 'A=${PLACE-x}' 'A=${PLACE:=x}' 'A=${PLACE:-x' "A='x" "A=$(printf '${B:-%.0s' {1..40})"; do
		fails 125 "option '--env-merge': '$given' is not NAME=VALUE, as in" -- run --rm --env-merge "$given" box true
	done
}

@test "--http-proxy: the caller's proxies are passed on, below what the image says, and only where it is asked for" {
	local print='echo $http_proxy $HTTPS_PROXY $no_proxy $http_proxy_other'
	export http_proxy=http://one:1 HTTPS_PROXY=http://two:2 no_proxy=here http_proxy_other=x
	works run --rm box sh -c "$print"
	[ -z "$output" ]
	works run --rm --http-proxy box sh -c "$print"
	[ "$output" = "http://one:1 http://two:2 here" ]
	works run --rm --http-proxy=false box sh -c "$print"
	[ -z "$output" ]
	works run --rm --http-proxy -e http_proxy=own --unsetenv no_proxy box sh -c "$print"
	[ "$output" = "own http://two:2" ]
	PLACE=other works run --rm --http-proxy box sh -c 'echo $PLACE'
	[ "$output" = cellar ]
	tar -C "$WORLD/box" -c . | "$TARU" import --change 'ENV http_proxy=image' - behind >/dev/null
	works run --rm --http-proxy behind /bin/sh -c "$print"
	"$TARU" rmi behind >/dev/null
	[ "$output" = "image http://two:2 here" ]
}

@test "--preserve-fds, --preserve-fd: the caller's descriptors, in run and exec, and no other" {
	local given open='ls /proc/$$/fd; true'
	echo three >"$T/three"
	echo five >"$T/five"
	works run --rm --preserve-fds 1 box sh -c "cat <&3; $open" 3<"$T/three" 4<"$T" 5<"$T/five"
	[ "$output" = "$(printf '%s\n' three 0 1 2 3)" ]
	# With a monitor in between, too.
	works run --rm --log-driver json-file --preserve-fd 3,5 box sh -c "cat <&3; cat <&5; $open" \
		3<"$T/three" 4<"$T" 5<"$T/five" 6<"$T"
	[ "$output" = "$(printf '%s\n' three five 0 1 2 3 5)" ]
	works run -d --name one box sleep 1000
	works exec --preserve-fd 5 one sh -c "cat <&5; $open" 3<"$T/three" 4<&- 5<"$T/five"
	[ "$output" = "$(printf '%s\n' five 0 1 2 5)" ]
	works exec --preserve-fds 1 --preserve-fd 5 one sh -c "cat <&3; $open" 3<"$T/three" 4<"$T" 5<"$T/five"
	[ "$output" = "$(printf '%s\n' three 0 1 2 3 5)" ]
	works exec -d --preserve-fds 1 one sh -c 'cat <&3 >/tmp/said' 3<"$T/three"
	until_true "$TARU" exec one grep -q three /tmp/said
	fails 125 "option '--preserve-fds': descriptor 4 is not open" -- run --rm --preserve-fds 2 box true 3<"$T" 4<&-
	fails 125 "option '--preserve-fd': descriptor 9 is not open" -- exec --preserve-fd 3,9 one true 3<"$T" 9<&-
	for given in '' 2 x 3, ,3 3-5 4096 99999999999999999999; do
		fails 125 "option '--preserve-fd': '$given' is no list of descriptors from 3 to 4095, as in 3,5" -- \
			run --rm "--preserve-fd=$given" box true 3<"$T"
	done
	for given in --detach --restart=always --health-on-failure=restart; do
		fails 125 "options '--preserve-fds' and '--preserve-fd': not where it is started again" -- \
			run --preserve-fds 1 "$given" box true 3<"$T"
	done
}

@test "CVE-2026-57231: what an image says of variables is data: nothing of the caller's environment is looked up" {
	tar -C "$WORLD/box" -c . | "$TARU" import --change 'ENV SECRET=*' - star >/dev/null
	"$PYTHON" "$HERE/odd_env.py" "$TARU_ROOT" star
	SECRET_ONE=1 SECRET=2 works run --rm star env
	[[ "$output" != *SECRET_ONE* ]]
	[[ "$output" == *'SECRET=*'* ]]
	"$TARU" rmi star >/dev/null
}

@test "127 where the program is not there, 126 where it cannot be executed, 125 where something else fails" {
	fails 127 'exec: "nosuch": executable file not found in $PATH' -- run --rm box nosuch
	fails 127 "no such file or directory" -- run --rm box /no/such
	fails 126 "permission denied" -- run --rm box /etc/passwd
	fails 125 "no such user" -- run --rm -u nobody-here box true
	fails 125 "--nonsense" -- run --rm --nonsense box true
}

@test "--unsetenv-all: the caller's own words alone; --no-hostname; --personality" {
	local machine
	works run --rm --unsetenv-all -e ONLY=this box /bin/env
	# HOME is of whom the program is.
	[ "$(grep -v ^HOME= <<<"$output")" = ONLY=this ]
	works run --rm --network none --no-hostname box sh -c 'ls /etc/hostname; test -e /etc/hosts && hostname'
	[[ "$output" =~ ^[0-9a-f]{12}$ ]]
	works run --rm --network none --personality linux32 box uname -m
	machine=$output
	works run --rm --network none --personality LINUX box uname -m
	[ "$output" = "$(uname -m)" ]
	[ "$output" != "$machine" ]
	fails 125 "option '--personality': 'bsd' is none of LINUX, LINUX32" -- run --rm --personality bsd box uname -m
}

@test "--passwd, --passwd-entry, --group-entry, --hostuser: lines of /etc/passwd and /etc/group beyond the image's" {
	local show='tail -n +4 /etc/passwd; echo -; tail -n +5 /etc/group; id -un; echo $HOME' given
	works run --rm --network none -u 1234:567 -w /tmp box sh -c "$show"
	[ "$output" = $'-\n1234\n/' ]
	works run --rm --network none -u 1234:567 -w /tmp --passwd box sh -c "$show"
	[ "$output" = $'1234:*:1234:567:container user:/tmp:/bin/sh\n-\n567:x:567:\n1234\n/tmp' ]
	works run --rm --network none -u 1234:567 -w /tmp --passwd-entry 'me:x:$UID:$GID:$NAME $USERNAME $UIDS $:/home:/bin/ash' \
		--group-entry 'us:$GROUPNAME:$GID:[$USERLIST]' box sh -c "$show"
	[ "$output" = $'me:x:1234:567:container user 1234 1234S $:/home:/bin/ash\n-\nus:567:567:[]\nme\n/home' ]
	# Whom the image knows it has already.
	for given in 1000:1001 alice root; do
		works run --rm --network none -u "$given" --passwd box sh -c 'grep -c /etc/passwd /proc/mounts; wc -l </etc/passwd'
		[ "$output" = $'0\n3' ]
	done
	works create --name one --network none --hostuser nobody --hostuser 2 --hostuser 0 -w /var box sh -c "$show"
	works start -a one
	[ "${lines[0]}" = "$(sed -n 's|^nobody:[^:]*:\([^:]*:[^:]*:[^:]*\):.*|nobody:*:\1:/var:/bin/sh|p' /etc/passwd)" ]
	[[ "${lines[1]}" =~ ^[a-z]+:\*:2:[0-9]+: ]]
	[ "${lines[2]}" = - ]
	# Later starts have the same file, with what was changed in it.
	works start -a one
	[[ "${lines[0]}" == nobody:* ]]
	fails 125 "option '--hostuser': this machine's /etc/passwd has no user 'no-such-user'" -- \
		run --rm --hostuser no-such-user box true
	fails 125 "option '--passwd-entry': 'me:x' is no line of 7 fields with ':' between them, as in \$USERNAME:*:" -- \
		run --rm --passwd-entry me:x box true
	fails 125 "option '--group-entry': 'us:x:5::' is no line of 4 fields with ':' between them, as in \$GROUPNAME:x:" -- \
		run --rm --group-entry us:x:5:: box true
	for given in --passwd-entry=a:x:1:1::/:/ --group-entry=a:x:1: --hostuser=nobody; do
		fails 125 "options '--passwd=false' and '--passwd-entry', '--group-entry' or '--hostuser'" -- \
			run --rm --passwd=false "$given" box true
	done
}

@test "--cgroup-conf: a file of the container's cgroup, of which the last word counts" {
	local given
	[ -e /sys/fs/cgroup/cgroup.controllers ] || [ -e /sys/fs/cgroup/unified/cgroup.controllers ] || skip "this machine has no cgroup v2"
	works run -d --name one --network none --cgroup-conf cgroup.max.depth=7 --cgroup-conf cgroup.max.depth=5 box sleep 100
	[ "$(find /sys/fs/cgroup -path "*/taru-$output/cgroup.max.depth" -exec cat {} +)" = 5 ]
	fails 125 "option '--cgroup-conf nothing.known': " -- run --rm --network none --cgroup-conf nothing.known=1 box true
	for given in nothing =1 x=1 a/b.c=1 .x=1; do
		fails 125 "option '--cgroup-conf': '$given' is not FILE=VALUE" -- run --rm --cgroup-conf "$given" box true
	done
	fails 125 "option '--cgroup-conf cgroup.procs': is no limit" -- run --rm --network none --cgroup-conf cgroup.procs=1 box true
}

@test "who it is: by name and by number, with its groups from the image's files" {
	works run --rm box id
	[ "$output" = "uid=0(root) gid=0(root) groups=10(wheel)" ]
	works run --rm -u alice box sh -c 'id -u; id -g; id -G; echo $HOME'
	[ "$output" = $'1000\n1001\n1001 29\n/home' ]
	works run --rm -u 1000 box sh -c 'id -u; id -g'
	[ "$output" = $'1000\n1001' ]
	works run --rm -u 4242:audio --group-add wheel box sh -c 'id -u; id -g; id -G'
	[ "$output" = $'4242\n29\n29 10' ]
}

@test "CVE-2026-46680, CVE-2024-40635: digits are never a name, and no number that is none is root" {
	works run --rm -u 7 box id -u
	[ "$output" = 7 ]
	fails 125 "4294967294" -- run --rm -u 4294967295 box id -u
	fails 125 "4294967294" -- run --rm -u 4294967296 box id -u
	fails 125 "no such user" -- run --rm -u 0x0 box id -u
	fails 125 "no such group" -- run --rm -u 0:-1 box id -u
}

@test "an image whose etc/passwd is a link out of it shows nothing of this machine" {
	cp -a "$WORLD/box" "$T/box"
	ln -sf ../../../../../../../../etc/passwd "$T/box/etc/passwd"
	echo "intruder:x:0:0::/:/bin/sh" >"$T/passwd"
	ln -sf "$T/passwd" "$T/box/etc/passwd"
	tar -C "$T/box" -c . | "$TARU" import - linked >/dev/null
	fails 125 "no such user" -- run --rm -u intruder linked true
	"$TARU" rmi linked >/dev/null
}

@test "the working directory is made where it is missing, in the container, also through a link of the image" {
	works run --rm -w /made/here box pwd
	[ "$output" = /made/here ]
	cp -a "$WORLD/box" "$T/box"
	ln -s "$T/outside" "$T/box/out"
	tar -C "$T/box" -c . | "$TARU" import - linked >/dev/null
	taru run --rm -w /out/x linked true
	[ ! -e "$T/outside" ]
	"$TARU" rmi linked >/dev/null
	fails 125 "absolute path" -- run --rm -w relative box true
}

@test "what a container changes is its own, and gone with it" {
	works run --name one box sh -c 'echo changed >/etc/passwd; rm /etc/group; mkdir /new'
	works run --rm box sh -c 'cat /etc/passwd; ls /etc/group'
	[[ "$output" == *alice*/etc/group* ]]
	[ "$(cat "$TARU_ROOT"/containers/*/upper/etc/passwd)" = changed ]
	works rm one
	[ -z "$(ls "$TARU_ROOT/containers")" ]
}

@test "usual limits of what it may do: capabilities, seccomp, masked and read-only files" {
	works run --rm box sh -c 'grep -E "CapEff|CapBnd|Seccomp:|NoNewPrivs" /proc/self/status | cut -f 2; cat /proc/keys | wc -c; ls /sys/firmware | wc -l
		echo 1 2>/dev/null >/proc/sys/kernel/hostname || echo refused; mount -t tmpfs t /tmp 2>/dev/null || echo refused; unshare -U true 2>/dev/null || echo refused'
	[ "$output" = $'00000000a80425fb\n00000000a80425fb\n0\n2\n0\n0\nrefused\nrefused\nrefused' ]
}

@test "--privileged: all devices of this machine are there, and its own terminals" {
	works run --rm --privileged box sh -c 'ls -l /dev/loop-control /dev/kmsg && [ -c /dev/tty1 ] && head -c0 /dev/zero && ls -d /dev/pts/ptmx'
	works run --rm box sh -c '[ -e /dev/loop-control ] || echo none'
	[ "$output" = none ]
}

@test "--cap-add, --cap-drop, --privileged, --security-opt" {
	works run --rm --cap-drop ALL --cap-add net_admin box grep CapEff /proc/self/status
	[ "$output" = $'CapEff:\t0000000000001000' ]
	works run --rm --cap-add SYS_ADMIN box sh -c 'mount -t tmpfs t /tmp && echo mounted'
	[ "$output" = mounted ]
	works run --rm --privileged box sh -c 'mount -t tmpfs t /tmp && grep Seccomp: /proc/self/status'
	[ "$output" = $'Seccomp:\t0' ]
	works run --rm --security-opt no-new-privileges --security-opt seccomp=unconfined box \
		grep -E 'NoNewPrivs|Seccomp:' /proc/self/status
	[ "$output" = $'NoNewPrivs:\t1\nSeccomp:\t0' ]
	works run --rm --security-opt mask=/etc/group box wc -c /etc/group
	[ "$output" = "0 /etc/group" ]
	fails 125 "no capability" -- run --rm --cap-add NOTHING box true
	fails 125 "--security-opt" -- run --rm --security-opt nonsense box true
	works run --rm --network none --security-opt proc-opts=hidepid=2,subset=pid box sh -c 'grep " /proc proc " /proc/self/mounts'
	[[ "$output" == *hidepid=invisible* || "$output" == *hidepid=2* ]]
	[[ "$output" == *subset=pid* ]]
	taru run --rm --network none --security-opt proc-opts=nonsense box true
	[ "$status" = 125 ]
	[[ "$stderr" == *nonsense* || "$stderr" == */proc* ]]
}

@test "--volume, --mount and --tmpfs" {
	mkdir "$T/dir"
	echo text >"$T/file"
	works run --rm -v "$T/dir:/dir" -v "$T/file:/file:ro" -v "$T/new/deep:/new" box \
		sh -c 'cat /file; echo x >/dir/made; echo y 2>/dev/null >/file || echo refused; ls -d /new'
	[ "$output" = $'text\nrefused\n/new' ]
	[ "$(cat "$T/dir/made")" = x ]
	[ -d "$T/new/deep" ]
	works run --rm --mount "type=bind,source=$T/dir,target=/d,readonly" --mount type=tmpfs,target=/t,tmpfs-size=1m --tmpfs /u:size=64k \
		box sh -c 'touch /d/y 2>/dev/null || echo refused; df -k /t | tail -1 | tr -s " " | cut -d " " -f 2; grep -c "/u tmpfs.*size=64k" /proc/mounts'
	[ "$output" = $'refused\n1024\n1' ]
	fails 125 "does not exist" -- run --rm --mount "type=bind,source=$T/none,target=/d" box true
	fails 125 "--volume" -- run --rm -v name:x box true
	fails 125 "--mount" -- run --rm --mount type=odd,target=/x box true
}

@test "--mount type=ramfs and type=devpts: file systems of the kernel's, new in each run" {
	works run --rm --mount type=ramfs,target=/r,tmpfs-mode=711 box sh -c 'stat -c %a /r; grep -c "^ramfs /r ramfs .*noexec" /proc/mounts; touch /r/x'
	[ "$output" = $'711\n1' ]
	works run --rm --mount type=devpts,target=/pts,uid=1000,gid=1001,mode=620,max=4 box \
		sh -c 'stat -c %a /pts/ptmx; exec 3<>/pts/ptmx && stat -c "%u:%g %a" /pts/0; grep -c "^devpts /pts devpts .*max=4" /proc/mounts'
	[ "$output" = $'666\n1000:1001 620\n1' ]
	fails 125 "tmpfs-size is for the type tmpfs" -- run --rm --mount type=ramfs,target=/r,tmpfs-size=1m box true
	fails 125 "the gid of a devpts is a number, not 'tty'" -- run --rm --mount type=devpts,target=/p,gid=tty box true
	fails 125 "are for the type devpts" -- run --rm --mount type=tmpfs,target=/p,max=4 box true
}

@test "--mount type=glob: what matches is bound, each by its name; nothing is told" {
	mkdir -p "$T/etc/c.conf"
	echo a >"$T/etc/a.conf"
	echo b >"$T/etc/b.conf"
	echo no >"$T/etc/other"
	echo in >"$T/etc/c.conf/file"
	works run --rm --mount "type=glob,source=$T/etc/*.conf,target=/conf,readonly" box \
		sh -c 'ls /conf; cat /conf/a.conf /conf/b.conf /conf/c.conf/file; touch /conf/a.conf 2>/dev/null || echo refused'
	[ "$output" = $'a.conf\nb.conf\nc.conf\na\nb\nin\nrefused' ]
	works run --rm --mount "type=glob,source=$T/etc/[ab].conf" box sh -c "ls $T/etc"
	[ "$output" = $'a.conf\nb.conf' ]
	works create --name one --mount "type=glob,source=$T/etc/[ab]*,target=/" box true
	works inspect one --format '{{range .Mounts}}{{.Destination}} {{end}}'
	[ "$output" = "/a.conf /b.conf " ]
	fails 125 "nothing on this machine matches '$T/none*'" -- run --rm --mount "type=glob,source=$T/none*,target=/x" box true
	mkdir "$T/more"
	echo again >"$T/more/a.conf"
	fails 125 "duplicate mount point: /x/a.conf" -- run --rm --mount "type=glob,source=$T/*/a.conf,target=/x" box true
}

@test "--mount type=image: the tree of an image, read-only, or with changes of the container's own" {
	mkdir -p "$T/tree/sub"
	echo one >"$T/tree/sub/file"
	echo away >"$T/tree/gone"
	chmod 750 "$T/tree/sub"
	tar -C "$T/tree" -c . | "$TARU" import - single >/dev/null
	works run --rm --mount type=image,source=single,target=/i box \
		sh -c 'cat /i/sub/file; stat -c %a /i/sub; touch /i/x 2>/dev/null || echo refused; grep -c "^overlay /i overlay ro" /proc/mounts'
	[ "$output" = $'one\n750\nrefused\n1' ]
	# Layers above one another: what one removes is not seen.
	works run --name layers box sh -c 'rm /etc/group; echo more >/etc/more'
	works commit layers upper
	works rm layers
	works run --name one --mount type=image,source=upper,target=/i,rw=true box \
		sh -c 'ls /i/etc; cat /i/etc/more; echo changed >>/i/etc/more; rm -f /i/etc/passwd'
	[ "$output" = $'more\npasswd\nmore' ]
	works start -a one
	[ "$output" = $'more\nmore\nchanged' ]
	works run --rm --mount type=image,source=upper,target=/i box cat /i/etc/more /i/etc/passwd
	[ "${lines[0]}" = more ]
	[ "${lines[1]}" = root:x:0:0:root:/root:/bin/sh ]
	works rm one
	works rmi upper single
}

# An archive as `docker save` writes it, with so many layers: each has a file of its own, and one that all have.
make_many()
{
	local count=$1 i diffs="" names=""
	mkdir -p "$T/many/tree"
	for ((i = 1; i <= count; i++)); do
		rm -f "$T/many/tree"/*
		echo "$i" | tee "$T/many/tree/last" >"$T/many/tree/file$i"
		tar -C "$T/many/tree" -cf "$T/many/$i.tar" .
		diffs+=${diffs:+,}\"sha256:$(sha256sum <"$T/many/$i.tar" | cut -d' ' -f1)\"
		names+=${names:+,}\"$i.tar\"
	done
	echo "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[$diffs]}}" >"$T/many/config.json"
	echo "[{\"Config\":\"config.json\",\"RepoTags\":[\"many:latest\"],\"Layers\":[$names]}]" >"$T/many/manifest.json"
	tar -C "$T/many" -c manifest.json config.json $(printf '%s.tar ' $(seq "$count"))
}

@test "--mount type=image: of hundreds of layers, as a root file system may have" {
	make_many 150 >"$T/many.tar"
	works load -q -i "$T/many.tar"
	works run --name one --mount type=image,source=many,target=/i --mount type=image,source=many,target=/w,rw=true box \
		sh -c 'cat /i/last /i/file1 /i/file77; ls /i | wc -l; touch /i/x 2>/dev/null || echo refused; echo more >>/w/last; cat /w/last'
	[ "$output" = $'150\n1\n77\n151\nrefused\n150\nmore' ]
	works start -a one
	[ "${lines[-1]}" = more ]
	works rm one
	works rmi many
}

@test "--mount type=image: the image's files stay as long as the container, whatever becomes of the image" {
	mkdir "$T/tree"
	echo kept >"$T/tree/file"
	tar -C "$T/tree" -c . | "$TARU" import - kept >/dev/null
	works create --name one --mount type=image,source=kept,target=/i box cat /i/file
	works rmi kept
	works image prune -af
	works start -a one
	[ "$output" = kept ]
	fails 125 "no such image: kept" -- run --rm --mount type=image,source=kept,target=/i box true
	works rm one
	works image prune -f
	[ -z "$(find "$TARU_ROOT/layers" -name file -path '*/diff/file')" ]
}

@test "--mount type=image: --explain tells of it, and what makes no sense is refused" {
	works run --explain=sh --mount type=image,source=box,target=/i box true
	[[ "$output" == *overlay*lowerdir*=*"/layers/"* ]]
	fails 125 "wants source=IMAGE" -- run --rm --mount type=image,target=/i box true
	fails 125 "there are source, target, subpath and rw alone" -- run --rm --mount type=image,source=box,target=/i,U box true
	fails 125 "rw is for the type image" -- run --rm --mount type=tmpfs,target=/i,rw=true box true
	fails 125 "type=image is not for containers with ids of their own" -- \
		run --rm --uidmap 0:200000:65536 --mount type=image,source=box,target=/i box true
}

@test "--mount type=image,subpath=: one directory of it alone, as its layers make it" {
	mkdir -p "$T/tree/a/b" "$T/tree/a/c"
	echo low >"$T/tree/a/b/low"
	echo low >"$T/tree/a/c/low"
	ln -s a/b "$T/tree/link"
	cp -a "$WORLD/box/bin" "$T/tree"
	tar -C "$T/tree" -c . | "$TARU" import - under >/dev/null
	# Above it: a file more, a directory that is another one, one that is gone.
	works run --name layers under sh -c 'echo high >/a/b/high; rm -r /a/c; mkdir /a/c; echo high >/a/c/high'
	works commit layers upper
	works rm layers
	works run --rm --mount type=image,source=upper,target=/i,subpath=a/b box sh -c 'ls /i; touch /i/x 2>/dev/null || echo refused'
	[ "$output" = $'high\nlow\nrefused' ]
	works run --rm --mount type=image,source=upper,target=/i,image-subpath=a/c box ls /i
	[ "$output" = high ]
	works run --rm --mount type=image,source=under,target=/i,subpath=a/c,rw=true box sh -c 'ls /i; touch /i/x && ls /i'
	[ "$output" = $'low\nlow\nx' ]
	works run --name layers upper rm -r /a/b
	works commit layers gone
	works rm layers
	fails 125 "image 'gone' has no directory 'a/b'" -- run --rm --mount type=image,source=gone,target=/i,subpath=a/b box true
	fails 125 "has no directory 'link' (links are not followed)" -- \
		run --rm --mount type=image,source=upper,target=/i,subpath=link box true
	fails 125 "has no directory 'a/b/low'" -- run --rm --mount type=image,source=upper,target=/i,subpath=a/b/low box true
	local path
	for path in ../x a/../../x /a a//b 'a:b' .; do
		fails 125 "is no path relative to the image" -- run --rm --mount "type=image,source=upper,target=/i,subpath=$path" box true
	done
	fails 125 "subpath is for the types volume and image" -- run --rm --mount type=tmpfs,target=/i,subpath=x box true
	works rmi gone upper under
}

@test "CVE-2024-21626 and its like: a mount's target through a link of the image stays inside" {
	cp -a "$WORLD/box" "$T/box"
	mkdir "$T/outside" "$T/dir"
	ln -s "$T/outside" "$T/box/link"
	tar -C "$T/box" -c . | "$TARU" import - linked >/dev/null
	taru run --rm -v "$T/dir:/link/sub" linked sh -c 'ls -d /link/sub'
	[ -z "$(ls -A "$T/outside")" ]
	"$TARU" rmi linked >/dev/null
}

@test "--read-only, --hostname, --domainname, --add-host, --dns" {
	works run --rm --read-only --hostname barrel --add-host vat:10.1.2.3 --dns 10.9.9.9 --dns-search cellar box \
		sh -c 'touch /x 2>/dev/null || echo refused; hostname; grep vat /etc/hosts; cat /etc/resolv.conf; cat /etc/hostname'
	[[ "$output" == $'refused\nbarrel\n10.1.2.3\tvat\n'*'nameserver 10.9.9.9'*'search cellar'*barrel ]]
	fails 125 "--add-host" -- run --rm --add-host nonsense box true
}

@test "--network none has the loopback alone; host is this machine's; container:NAME another's" {
	works run --rm --network none box ls /sys/class/net
	[ "$output" = lo ]
	works run --rm box ls /sys/class/net
	[ "$output" = $'eth0\nlo' ]
	works run --rm --network host box readlink /proc/self/ns/net
	[ "$output" = "$(readlink /proc/self/ns/net)" ]
	background other box sleep 100
	works run --rm --network container:other --pid container:other --ipc container:other box \
		sh -c 'readlink /proc/self/ns/net; ps | grep -c "sleep 100"'
	[ "${lines[0]}" = "$("$TARU" exec other readlink /proc/self/ns/net)" ]
	fails 125 "no such container" -- run --rm --network container:nobody box true
	fails 125 "no such network: nonsense" -- run --rm --network nonsense box true
}

@test "limits: memory, processors and processes, as its cgroup has them" {
	works run --rm -m 64m --pids-limit 100 --cpus 0.5 box true
	fails 125 "--memory" -- run --rm -m nonsense box true
	fails 125 "--cpus" -- run --rm --cpus many box true
	fails 125 "--ulimit" -- run --rm --ulimit nothing=1 box true
	works run --rm --ulimit nofile=64:128 --oom-score-adj 500 box sh -c 'ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj'
	[ "$output" = $'64\n128\n500' ]
}

@test "-i reads what the caller types; without it there is nothing to read" {
	seq 100000 >"$T/in"
	run --separate-stderr "$TARU" run --rm -i box sh -c 'tail -n 1; wc -c' <"$T/in"
	[ "$output" = $'100000\n0' ]
	run --separate-stderr "$TARU" run --rm box wc -c <"$T/in"
	[ "$output" = 0 ]
}

@test "-it: a terminal, of the caller's size, which is as it was afterwards" {
	run "$PYTHON" "$HERE/../root/pty.py" --size 30x90 'expect:#' 'send:stty size; exit 4\n' -- "$TARU" run -it --rm box sh
	[[ "$output" == *"30 90"* ]]
	[[ "$output" == *"status 4"* ]]
	[[ "$output" == *"mode same"* ]]
	run --separate-stderr "$TARU" run -it --rm box true </dev/null
	[ "$status" = 125 ]
	[[ "$stderr" == *"not a terminal"* ]]
}

@test "--device and its rights" {
	works run --rm --device /dev/full:/dev/mine:rw box sh -c 'echo x 2>/dev/null >/dev/mine || echo full'
	[ "$output" = full ]
	fails 125 "--device" -- run --rm --device /etc/passwd box true
}

@test "--explain shows what would be done, and leaves nothing" {
	works run --rm --explain sh box true
	[[ "$output" == *"mount -t overlay"* ]]
	works run --rm --explain json box true
	"$PYTHON" -c 'import json, sys; json.load(sys.stdin)' <<<"$output"
	fails 125 "--explain" -- run --explain odd box true
}

@test "--platform and --pull: what is not here, and may not be brought" {
	fails 125 "is not here" -- run --rm --pull never nowhere.example/x true
	fails 125 "--pull" -- run --rm --pull often box true
}

@test "a tree deeper than any path is long goes away with its container" {
	works create --name deep box true
	"$PYTHON" - "$TARU_ROOT"/containers/*/upper <<'PYTHON'
import os, sys
os.chdir(sys.argv[1])
for _ in range(6000):
    os.mkdir("d")
    os.chdir("d")
open("file", "w").close()
PYTHON
	works rm deep
	[ -z "$(ls -A "$TARU_ROOT/containers")" ]
}

@test "a profile of docker's form: its conditions count" {
	cat >"$T/profile.json" <<-'END'
		{"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
		"syscalls": [{"names": ["chmod", "fchmod", "fchmodat"], "action": "SCMP_ACT_ERRNO", "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
		{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "includes": {"arches": ["s390x"]}}]}
	END
	works run --rm --security-opt "seccomp=$T/profile.json" box sh -c 'mkdir /a && ! chmod 700 /a 2>/dev/null'
	works run --rm --security-opt "seccomp=$T/profile.json" --cap-add SYS_ADMIN box sh -c 'mkdir /a && chmod 700 /a'
}

@test "mounts: what is deeper comes later; read-only is so for all that is below; words that are none are refused" {
	mkdir -p "$T/a" "$T/b/sub" "$T/c"
	echo a >"$T/a/file"
	mount -t tmpfs tmpfs "$T/b/sub"
	works run --rm -v "$T/a:/data/x" -v "$T/c:/data" box cat /data/x/file
	taru run --rm -v "$T/b:/b:ro" box touch /b/sub/file
	umount "$T/b/sub"
	[ "$status" = 1 ]
	[[ "$stderr" == *"Read-only"* ]]
	fails 125 "neither true nor false" -- run --rm --mount "type=bind,source=$T/a,target=/a,readonly=maybe" box true
	fails 125 "--mount" -- run --rm --mount type,target=/a box true
	fails 125 "--mount" -- run --rm --mount "type=bind,source=$T/a,target=/a,bind-propagation=ro" box true
	fails 125 "below /" -- run --rm -v "$T/a:/" box true
	works run --rm --mount "type=bind,source=$T/a,target=/a,readonly=True" box sh -c '! touch /a/y 2>/dev/null'
}

@test "a caller with another umask: others in the container read what the engine made" {
	umask 077
	works run --rm -u 1000 box sh -c 'cat /etc/hosts /etc/resolv.conf /etc/hostname >/dev/null'
}

@test "-t without -i: the container has a terminal, and reads nothing of the caller" {
	run "$PYTHON" "$HERE/../root/pty.py" 'send:hello\n' 'expect:ended' -- "$TARU" run -t --rm box sh -c 'tty; timeout 1 cat; echo ended'
	[[ "$output" == *"/dev/pts/0"* ]]
	[[ "$output" != *hello*hello* ]]
}

@test "who makes a container while an image is removed keeps its layers" {
	local i
	for i in {1..6}; do
		tar -C "$WORLD/box" -c . | "$TARU" import --change "LABEL n=$i" - racing >/dev/null
		"$TARU" rmi -f racing >/dev/null 2>&1 &
		if "$TARU" run --name racer racing true 2>"$T/err" </dev/null; then
			wait "$!" || true
			"$TARU" start -a racer
			"$TARU" rm racer >/dev/null
		else
			wait "$!" || true
			grep -Eq "not unpacked|no such image|cannot find|could not|manifest|layer|registry|index.docker.io|docker.io" "$T/err"
		fi
		"$TARU" rmi -f racing >/dev/null 2>&1 || true
	done
}
