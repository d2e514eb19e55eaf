#!/usr/bin/env bats
# userns.bats - root's containers with ids of their own: --userns, --uidmap, --subuidname. What is on disk stays as it is.
# shellcheck disable=SC2154,SC2016
load engine

# Lines of /etc/subuid and /etc/subgid, for this test alone.
subordinate()
{
	printf '%s\n' "$@" >"$T/subordinate"
	for file in /etc/subuid /etc/subgid; do
		[ -e "$file" ] || : >"$file"
		mount --bind "$T/subordinate" "$file"
	done
}

# What the test was given is taken away, before it is looked whether something stays.
teardown()
{
	umount /etc/subuid /etc/subgid 2>/dev/null || true
	engine_teardown
}

@test "files of the image belong to whom they do there, whatever the ids are on the host, and nothing on disk changes" {
	local before
	before=$(find "$TARU_ROOT/layers" -printf '%p %U %G %m\n' | sort)
	works run --rm --uidmap 0:200000:65536 box sh -c 'id -u; stat -c %u /bin/sh /etc/passwd; tr -s " " </proc/self/uid_map'
	[ "$output" = $'0\n0\n0\n 0 200000 65536' ]
	works run --name one --uidmap 0:200000:65536 -u alice box sh -c 'touch /tmp/mine; stat -c %u:%g /tmp/mine'
	[ "$output" = 1000:1001 ]
	# With the ids that it has in the image, so that it means the same to another container, or to a commit.
	[ "$(stat -c %u:%g "$TARU_ROOT"/containers/*/upper/tmp/mine)" = 1000:1001 ]
	[ "$(find "$TARU_ROOT/layers" -printf '%p %U %G %m\n' | sort)" = "$before" ]
}

@test "its processes are nobody of importance on the host" {
	background one --uidmap 0:200000:65536 box sleep 30
	[ "$(stat -c %u "/proc/$("$TARU" inspect -f '{{.State.Pid}}' one)")" = 200000 ]
	works exec one id -u
	[ "$output" = 0 ]
	works exec -u alice one sh -c 'id -u; touch /tmp/x; stat -c %u /tmp/x'
	[ "$output" = $'1000\n1000' ]
	fails 1 "ermission denied" -- exec -u alice one touch /etc/x
}

@test "nothing of the host is mounted in it, below or on top of what it sees" {
	background one --uidmap 0:200000:65536 box sleep 30
	[ "$("$TARU" exec one ls -A /)" = "$("$TARU" run --rm box ls -A /)" ]
	works exec one sh -c 'cut -d" " -f5 /proc/1/mountinfo | sort | uniq -d; grep -c " / / " /proc/1/mountinfo'
	[ "$output" = 1 ]
}

@test "it is started again with the same ids, and removed" {
	works run --name one --uidmap 0:200000:65536 box sh -c 'touch /file; chown 5 /file'
	works start -a one
	"$TARU" inspect one >/dev/null
	works rm one
}

@test "the files that the engine makes for it are its root's" {
	works run --rm --uidmap 0:200000:65536 box sh -c 'stat -c %u /etc/hosts /etc/hostname /etc/resolv.conf; echo "# mine" >>/etc/hosts && tail -1 /etc/hosts'
	[ "$output" = $'0\n0\n0\n# mine' ]
}

@test "--explain says what would be done, in all forms" {
	works run --rm --uidmap 0:200000:65536 --explain sh box true
	[[ "$output" == *"lend mount --rbind $TARU_ROOT/containers/"*"/rootfs "* ]] ||
		[[ "$output" == *'rootfs=$work/root'*'give_owners "/proc/$child/root'* ]]
	bash -n "$T/stdout"
	works run --rm --uidmap 0:200000:65536 --explain text box true
	[[ "$output" == *"overlay"* ]]
	works run --rm --uidmap 0:200000:65536 --explain json box true
	"$PYTHON" -m json.tool "$T/stdout" >/dev/null
}

@test "users and groups are mapped apart where both are said" {
	works run --rm --uidmap 0:200000:1000 --gidmap 0:300000:2000 box sh -c 'tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map'
	[ "$output" = $' 0 200000 1000\n 0 300000 2000' ]
}

@test "a volume's files have the host's ids, and with idmap the container's" {
	mkdir "$T/v"
	touch "$T/v/mine"
	works run --rm --uidmap 0:200000:65536 -v "$T/v:/v" box stat -c %u /v/mine
	[ "$output" = 65534 ]
	works run --rm --uidmap 0:200000:65536 -v "$T/v:/v:idmap" box sh -c 'stat -c %u /v/mine; touch /v/new'
	[ "$output" = 0 ]
	[ "$(stat -c %u "$T/v/new")" = 0 ]
}

@test "auto: each container has ids of its own, which are free again when it is removed" {
	subordinate "containers:300000:4096"
	works run --name one --userns auto box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 300000 1024" ]
	works run --name two --userns auto:size=2000 box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 301024 2000" ]
	fails 125 "no 1100 in a row are free" -- run --name three --userns auto:size=1100 box true
	works rm one
	works run --rm --userns auto box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 300000 1024" ]
	works start -a two
	[ "$output" = " 0 301024 2000" ]
}

@test "auto: ids that must be among them are, and nobody else gets them" {
	subordinate "containers:300000:4096"
	works run --name one --userns auto:size=100,uidmapping=10:300005:1 box sh -c 'tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map; stat -c %u /bin/sh'
	[ "$output" = $' 10 300005 1\n 0 300006 10\n 11 300016 89\n 0 300006 100\n0' ]
	works run --rm --userns auto:size=10 box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 300106 10" ]
	works run --rm --userns auto:size=5 box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 300000 5" ]
	works rm one
	fails 125 "that another of them has" -- run --rm --userns auto:uidmapping=0:5:2,uidmapping=1:9:1 box true
}

@test "auto: many at once take no id twice" {
	subordinate "containers:300000:65536"
	local pids=() i
	for i in {1..8}; do
		"$TARU" create --userns auto box true >/dev/null 3>&- 4>&- &
		pids+=("$!")
	done
	wait "${pids[@]}"
	[ "$(grep -h hostID "$TARU_ROOT"/containers/*/config.json | sort | uniq -c | awk '$1 != 2')" = "" ]
	[ "$(grep -h hostID "$TARU_ROOT"/containers/*/config.json | wc -l)" = 16 ]
}

@test "auto and --uidmap: files of it that has ended are copied, exported and committed with its ids" {
	local asked owners='{ sub("/", ":", $2); print $6 "=" $2 }'
	subordinate "containers:300000:4096"
	touch "$T/copied"
	for asked in "--userns auto" "--uidmap 0:200000:65536"; do
		# An option and its word.
		# shellcheck disable=SC2086
		works run --name one $asked box sh -c 'mkdir /made; touch /made/alice; chown 1000:1001 /made/alice'
		works cp "$T/copied" one:/made/copied
		[ "$("$TARU" cp one:/made - | tar --numeric-owner -tv | awk "$owners")" = $'made/=0:0\nmade/alice=1000:1001\nmade/copied=0:0' ]
		[ "$("$TARU" export one | tar --numeric-owner -tv | awk "$owners" | grep ^made/)" = $'made/=0:0\nmade/alice=1000:1001\nmade/copied=0:0' ]
		works commit one made
		works run --rm made stat -c %n=%u:%g /made /made/alice /made/copied
		[ "$output" = $'/made=0:0\n/made/alice=1000:1001\n/made/copied=0:0' ]
		works rm one
		works rmi made
	done
}

@test "auto: as many ids as the image's users need" {
	cp -a "$WORLD/box" "$T/box"
	echo 'far:x:5000:5000::/:/bin/sh' >>"$T/box/etc/passwd"
	tar -C "$T/box" -c . | "$TARU" import - far >/dev/null
	subordinate "containers:300000:65536"
	works run --rm --userns auto far sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 300000 5001" ]
	works run --rm --userns auto -u 7000 box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 300000 7001" ]
	"$TARU" rmi far >/dev/null
}

@test "--subuidname: the ids of a line in /etc/subuid" {
	subordinate "someone:400000:10000" "other:500000:10000" "someone:600000:10"
	works run --rm --subuidname someone box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = $' 0 400000 10000\n 10000 600000 10' ]
	fails 125 "has no line for 'nobody-here'" -- run --rm --subuidname nobody-here box true
}

@test "keep-id: for root a user namespace with the ids as they are" {
	works run --rm --userns keep-id box sh -c 'id -u; tr -s " " </proc/self/uid_map; touch /x; stat -c %u /x'
	[ "$output" = $'0\n 0 0 4294967295\n0' ]
	works run --rm --userns keep-id:uid=1000,gid=1001 box sh -c 'id -u; id -g; stat -c %u /etc/passwd'
	[ "$output" = $'1000\n1001\n0' ]
}

@test "an init, a terminal and devices with ids of their own" {
	works run --rm --init --uidmap 0:200000:65536 box sh -c 'cat /proc/1/comm'
	[ "$output" = taru-init ]
	works run --rm -t --uidmap 0:200000:65536 box tty
	works run --rm --device /dev/null:/dev/mine --uidmap 0:200000:65536 box sh -c 'echo x >/dev/mine && test -c /dev/mine'
	fails 125 "take another image" -- run --rm --uidmap 0:200000:65536 host true
}

@test "container:NAME: the ids of another, in whose namespaces it then has rights, also when both are started again" {
	local kind show='tr -s " " </proc/self/uid_map; readlink /proc/self/ns/user; id -u; stat -c %u /bin/sh /etc/hosts; touch /x'
	works run -d --name one --uidmap 0:200000:65536 box sh -c 'echo there >/dev/shm/x; exec sleep 1000'
	for kind in "--network container:one" "--pid container:one" "--ipc container:one" "--uts container:one" "--network none"; do
		# An option and its word.
		# shellcheck disable=SC2086
		works run --rm --userns container:one $kind box sh -c "$show"
		[ "$output" = $' 0 200000 65536\n'"$("$TARU" exec one readlink /proc/self/ns/user)"$'\n0\n0\n0' ]
	done
	works run --rm --userns container:one --network container:one --pid container:one --explain sh box sh -c "$show"
	bash "$T/stdout" >"$T/seen"
	[ "$(<"$T/seen")" = $' 0 200000 65536\n'"$("$TARU" exec one readlink /proc/self/ns/user)"$'\n0\n0\n0' ]
	works run -d --name two --userns container:one --network container:one --pid container:one -u alice box sleep 1000
	works exec two id -u
	[ "$output" = 1000 ]
	works inspect -f '{{.HostConfig.UsernsMode}}' two
	[ "$output" = "container:$("$TARU" inspect -f '{{.Id}}' one)" ]
	works inspect -f '{{.HostConfig.UsernsMode}}' one
	[ "$output" = private ]
	works restart -t 0 one
	works restart -t 0 two
	[ "$("$TARU" exec two readlink /proc/self/ns/user)" = "$("$TARU" exec one readlink /proc/self/ns/user)" ]
	touch "$T/copied"
	works cp "$T/copied" two:/copied
	works exec two stat -c %u /copied
	[ "$output" = 0 ]
	works rm -f --depend one
	[ -z "$("$TARU" ps -aq)" ]
}

@test "container:NAME: of one that has the host's ids these, and what it was is needed again at each start" {
	works run -d --name one box sleep 1000
	works run --name two --userns container:one box sh -c 'tr -s " " </proc/self/uid_map'
	[ "$output" = " 0 0 4294967295" ]
	works rm -f one
	fails 1 "container two is in namespaces of another" -- start -a two
	fails 125 "no such container" -- run --rm --userns container:one box true
	fails 125 "option '--userns': container two is not running" -- run --rm --userns container:two box true
}

@test "ids of one's own, and a namespace that belongs to others: it is told what can be, and nothing is made" {
	local kind
	works run -d --name one box sleep 1000
	for kind in network pid ipc; do
		fails 125 "option '--$kind': the namespace belongs to other ids" -- run --rm --uidmap 0:200000:65536 "--$kind" container:one box true
		[[ "$stderr" == *"'--userns container:NAME'"* ]]
		fails 125 "option '--$kind': the namespace belongs to other ids" -- run --rm --userns keep-id "--$kind" container:one box true
	done
	works run -d --name two --uidmap 0:200000:65536 box sleep 1000
	fails 125 "option '--pid': the namespace belongs to other ids" -- run --rm --userns container:two --network container:two --pid container:one box true
	fails 125 "option '--network': the namespace belongs to other ids" -- run --rm --uidmap 0:200000:65536 --network "ns:/proc/self/ns/net" box true
	# Root's with the host's ids has rights in all.
	works run --rm --network container:two --pid container:one box true
	[ "$("$TARU" ps -aq | wc -l)" = 2 ]
}

@test "--uts container:NAME: it is called as the other one, whose name nobody changes" {
	works run -d --name one --hostname cellar box sleep 1000
	works run --rm --uts container:one box sh -c 'hostname; cat /etc/hostname; echo $HOSTNAME'
	[ "$output" = $'cellar\ncellar\ncellar' ]
	works run --rm --uts container:one --uidmap 0:200000:65536 box hostname
	[ "$output" = cellar ]
	works exec one hostname
	[ "$output" = cellar ]
	fails 125 "options '--hostname' and '--uts'" -- run --rm --uts container:one --hostname other box true
}

@test "what makes no sense is refused, by the name of the option, and nothing stays" {
	fails 125 "'--userns': 'nonsense' is none of" -- run --rm --userns nonsense box true
	fails 125 "not 'ui'" -- run --rm --userns keep-id:ui=5 box true
	fails 125 "size=SIZE, or uidmapping= or gidmapping=CONTAINER:HOST:SIZE, not 'size'" -- run --rm --userns auto:size=0 box true
	fails 125 "'--userns nomap'" -- run --rm --userns nomap box true
	for map in 0 0:x:5 0:1:0 x:1:1 0:1:2:3 0:4294967295:1 0:1:-1; do
		fails 125 "'--uidmap': '$map' is not CONTAINER:HOST[:SIZE]" -- run --rm --uidmap "$map" box true
	done
	fails 125 "that another of them has" -- run --rm --uidmap 0:1000:10 --uidmap 5:2000:10 box true
	fails 125 "that another of them has" -- run --rm --uidmap 0:1000:10 --uidmap 20:1005:10 box true
	fails 125 "give one" -- run --rm --uidmap 0:1000:10 --userns host box true
	fails 125 "give one" -- run --rm --uidmap 0:1000:10 --subuidname x box true
	fails 125 "give one" -- run --rm --uidmap 0:1000:10 --userns container:x box true
	subordinate
	fails 125 "'--userns auto' takes ids from the lines of the user 'containers'" -- run --rm --userns auto box true
}

@test "a user that is not mapped is told, and nothing stays" {
	fails 125 "'--user': the user 1000 is none of the ids that the container has" -- run --rm --uidmap 0:200000:10 -u 1000 box true
}
