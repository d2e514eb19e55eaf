#!/usr/bin/env bats
# explain_script.bats - the script of `taru explain run` makes the same container as `taru run`: a program that looks
# around in there sees the same, whichever has made it, for many sets of flags; and what shell has no word for the script
# says.
# shellcheck disable=SC2154,SC2016
load engine

# What is looked at. Namespaces are compared with the host's, IDs of containers and addresses that were chosen with
# nothing: see same().
look()
{
	cat <<-'END'
		echo "# ids"; id; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
		echo "# rights"; grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap...|Seccomp):' /proc/self/status
		echo "# names"; hostname; cat /proc/sys/kernel/domainname
		echo "# place"; pwd; umask
		echo "# words"; tr '\0' '\n' </proc/self/cmdline | head -n 2
		echo "# environment"; env | grep -v '^_=' | sort
		echo "# mounts"; awk '{ sub(/ - /, " "); line = $4 " " $5 " " $6; i = 7; while ($i ~ /:/ && $i !~ /\//) i++; for (; i <= NF; i++) line = line " " $i; print line }' /proc/self/mountinfo | sort
		echo "# propagation"; awk '{ print $5, $7 ~ /shared/ ? "shared" : $7 ~ /master/ ? "slave" : $7 ~ /unbindable/ ? "unbindable" : "private" }' /proc/self/mountinfo | sort
		echo "# limits"; tr -s ' ' </proc/self/limits
		echo "# oom score"; cat /proc/self/oom_score_adj
		echo "# cgroups"; sed 's/^[0-9]*://' /proc/self/cgroup | sort
		for file in memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes pids/pids.max cpu/cpu.shares cpu/cpu.cfs_quota_us cpuset/cpuset.cpus devices/devices.list; do
			[ ! -e "/sys/fs/cgroup/$file" ] || sed "s,^,$file ," "/sys/fs/cgroup/$file"
		done
		echo "# new namespaces"; for kind in OUTSIDE; do [ "$(readlink "/proc/self/ns/${kind%%:*}")" = "$kind" ] || echo "${kind%%:*}"; done
		echo "# devices"; for name in /dev/* /dev/pts/* /dev/net/*; do [ ! -e "$name" ] || [ "$name" = /dev/mqueue ] || stat -c '%n %F %t:%T %a %u:%g' "$name"; [ ! -L "$name" ] || readlink "$name"; done
		echo "# masked"; for name in /proc/keys /proc/timer_list; do [ ! -s "$name" ] || [ -z "$(cat "$name")" ] || echo "$name"; done
		echo "# settings"; cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced /proc/sys/net/ipv4/ip_unprivileged_port_start
		echo "# network"; ip -o addr show | tr -s ' ' | cut -d' ' -f 2,4; ip route; cat /etc/resolv.conf /etc/hosts
		echo "# descriptors"; ls /proc/self/fd | wc -l
		echo "# root"; stat -c '%A %u:%g %n' / /etc /tmp; touch /touched 2>/dev/null || echo "nothing can be written"
	END
}

# The namespaces of this world, as words.
outside()
{
	local kind
	for kind in cgroup ipc mnt net pid time user uts; do
		printf '%s ' "$(readlink "/proc/self/ns/$kind")"
	done
}

# What two containers have another of in any case, and the address that the second gets after the first.
bare()
{
	sed -E -e "s/[0-9a-f]{64}/ID/g" -e "s/\\b[0-9a-f]{12}\\b/ID/g" -e 's/\b10\.87\.0\.[2-9][0-9]*\b/ADDRESS/g' \
		-e 's/fe80::[0-9a-f:]*/LINK-LOCAL/' -e 's/,idmapped//' -e 's/(inode64|nr_inodes=[0-9]+k?),?//g' "$1"
}

# by_script [WORD…]: the script of these words is run; what the container printed is in $T/by-script.
by_script()
{
	local status=0
	"$TARU" explain run "$@" >"$T/script" 2>"$T/explain-errors" || { cat "$T/explain-errors"; return 1; }
	mkdir -p "$T/tmp"
	TMPDIR=$T/tmp timeout 60 sh "$T/script" >"$T/by-script" 2>"$T/script-errors" </dev/null 3>&- || status=$?
	# shellcheck disable=SC2012
	[ -z "$(ls -A "$T/tmp")" ] || { echo "left: $(ls "$T/tmp")"; return 1; }
	[ -z "$(ls -A "$TARU_ROOT/containers")" ] || { echo "a folder was left"; return 1; }
	return "$status"
}

FILTER="linux.seccomp: a filter for system calls is loaded here"

# same [FLAG…]: both containers print the same.
same()
{
	local script status=0
	script=$(look)
	script=${script//OUTSIDE/$(outside)}
	"$TARU" run --rm "$@" ${IMAGE:-box} sh -c "$script" >"$T/by-run" 2>"$T/run-errors" </dev/null 3>&- || {
		cat "$T/run-errors"
		return 1
	}
	by_script --rm "$@" ${IMAGE:-box} sh -c "$script" || status=$?
	bare "$T/by-run" >"$T/one"
	bare "$T/by-script" >"$T/other"
	# Shell has no word for a filter, and the script says so.
	! says "$FILTER" || sed -i 's/^Seccomp:.*//' "$T/one" "$T/other"
	if [ "$status" != 0 ] || ! diff -u "$T/one" "$T/other" || ! diff -u "$T/run-errors" "$T/script-errors"; then
		echo "the script ended with $status, and said:"
		cat "$T/script-errors"
		return 1
	fi
	[ "$(wc -l <"$T/by-run")" -gt 60 ]
}

# says WORDS: the script does, in a comment.
says()
{
	grep '^[[:space:]]*#' "$T/script" | tr -s '\n#\t ' ' ' | grep -qF -e "$1"
}

@test "the same: no flags but a network namespace of its own" {
	same --network none
	says "$FILTER"
}

@test "the same: a user, by name and by number, with groups" {
	same --network none --user alice --group-add wheel
	same --network none --user 4242:4343
}

@test "the same: other capabilities, no new privileges, no filter" {
	same --network none --cap-drop all --cap-add NET_ADMIN --cap-add CHOWN --security-opt seccomp=unconfined \
		--security-opt no-new-privileges
	! says "linux.seccomp"
}

@test "the same: a root that is read-only, a tmpfs, shared memory" {
	same --network none --read-only --tmpfs /more:size=1m,mode=700 --shm-size 8m
}

@test "the same: directories and files of this machine, in many ways" {
	mkdir -p "$T/source/below" "$T/it's"
	echo text >"$T/source/file"
	same --network none -v "$T/source:/one" -v "$T/source:/two:ro" -v "$T/source/file:/etc/file:ro" \
		-v "$T/it's:/odd name" --mount "type=bind,source=$T/source,destination=/three,bind-propagation=rslave" \
		--mount type=tmpfs,destination=/four,tmpfs-size=1m -v "$T/source:/five:O"
}

@test "the same: limits" {
	same --network none --memory 64m --memory-swap 96m --cpus 0.5 --cpu-shares 512 --pids-limit 77 --cpuset-cpus 0 \
		--oom-score-adj 300
}

@test "the same: a limit for processes that the script alone would go beyond; only the program counts" {
	local count='echo "$(cat /sys/fs/cgroup/pids.current /sys/fs/cgroup/pids/pids.current 2>/dev/null)"'
	same --network none --pids-limit 4
	by_script --network none --pids-limit 1 --user alice --ulimit core=0 box id -u
	[ "$(cat "$T/by-script")" = 1000 ]
	works run --rm --network none --pids-limit 2 box sh -c "$count"
	by_script --network none --pids-limit 2 box sh -c "$count"
	[ "$(cat "$T/by-script")" = "$output" ]
	! by_script --network none --pids-limit 2 box sh -c 'sleep 0 | sleep 0'
}

@test "one more process: its script puts it in the container's cgroups, and only it is counted by the limits" {
	works run -d --name few --network none --pids-limit 2 box sleep 1000
	works explain exec few sh -c 'echo $0; sleep 0 | sleep 0' within
	sh <<<"$output" >"$T/said" 2>"$T/errors" 3>&- || true
	[ "$(cat "$T/said")" = within ]
	grep -q fork "$T/errors"
	works update --pids-limit 3 few
	works explain exec few cat /proc/self/cgroup
	sh <<<"$output" >"$T/said" 2>"$T/errors" 3>&-
	works exec few cat /proc/self/cgroup
	[ "$(cat "$T/said")" = "$output" ]
	[ ! -s "$T/errors" ]
	works rm -f few
}

@test "the same: variables, working directory, entry point, names" {
	same --network none --env A=B --env "ODD=it's \$HOME \`x\`" --workdir /new/place --hostname cellar \
		--domainname example.org --add-host other:10.1.2.3 --dns 10.9.8.7 --dns-search example.com
	by_script --network none --entrypoint /bin/echo box one "two  three"
	[ "$(cat "$T/by-script")" = "one two  three" ]
}

@test "the same: resource limits, settings of the kernel" {
	same --network none --ulimit nofile=512:1024 --ulimit core=0 --sysctl net.ipv4.ip_forward=1 \
		--sysctl kernel.shm_rmid_forced=1
}

@test "the same: ids of its own, which are given or chosen; files belong to who owns them in the image" {
	echo file >"$T/file"
	mkdir "$T/folder"
	same --network none --uidmap 0:100000:65536 --gidmap 0:100000:65536 -v "$T/file:/file:ro" -v "$T/folder:/folder"
	by_script --network none --uidmap 0:100000:65536 --gidmap 0:100000:65536 -v /home box \
		sh -c 'stat -c "%n %u:%g" /bin/busybox /etc/hosts /etc /home; touch /etc/more && ls -ln /etc/more | cut -c 1-10'
	[ "$(cat "$T/by-script")" = $'/bin/busybox 0:0\n/etc/hosts 0:0\n/etc 0:0\n/home 0:0\n-rw-r--r--' ]
	# Where this machine has no such lines, it has them as long as this file is tested.
	if ! grep -q '^containers:' /etc/subuid; then
		{ cat /etc/subuid; echo containers:2147483648:2147418112; } >"$T/subuid"
		mount --bind "$T/subuid" /etc/subuid
		mount --bind "$T/subuid" /etc/subgid
	fi
	same --network none --userns auto:size=65536 || { umount /etc/subuid /etc/subgid; return 1; }
	! mountpoint -q /etc/subuid || umount /etc/subuid /etc/subgid
}

@test "the same: privileged" {
	same --network none --privileged
}

@test "the same: devices" {
	same --network none --device /dev/zero:/dev/nothing --device /dev/null:/dev/readable:r --device-cgroup-rule 'c 10:200 rwm'
}

@test "the same: namespaces of the host" {
	same --network none --pid host --ipc host
	same --network host --uts host
	same --network none --cgroupns private
}

@test "the same: the default network with a port" {
	same --publish 8094:80
	grep -q 'tcp . 8094' "$T/script"
}

@test "the same: a process 1" {
	same --network none --init
}

@test "the same: a directory of this machine as the root, changed or not, and this machine's own root" {
	cp -a "$WORLD/box" "$T/root"
	IMAGE=$T/root:O same --network none --rootfs
	[ ! -e "$T/root/touched" ]
	IMAGE=$T/root same --network none --rootfs
	[ -e "$T/root/touched" ]
	IMAGE=host same --network none
}

@test "a new volume has what the image has in its place, and stays; one without a name goes" {
	by_script --network none -v cellar:/etc -v /home box sh -c 'ls /etc; echo more >/etc/more'
	grep -q '^passwd$' "$T/by-script"
	works run --rm --network none -v cellar:/data box cat /data/more
	[ "$output" = more ]
	works volume ls --quiet
	[ "$output" = cellar ]
	works volume rm cellar
}

@test "the script gives directories to the user of the container, also a new volume, and one that lies in another" {
	mkdir -p "$T/source/below"
	touch "$T/source/file" "$T/source/below/file"
	ln -s /etc/passwd "$T/source/link"
	by_script --network none --user 7:8 -v "$T/source:/one:U" -v cellar:/etc:U box sh -c 'stat -c "%n %u:%g" /one /one/file /one/link /etc /etc/passwd'
	[ "$(sort -u "$T/by-script" | cut -d' ' -f2 | sort -u)" = 7:8 ]
	[ "$(stat -c %u:%g /etc/passwd)" = 0:0 ]
	works volume rm cellar
	works volume create other
	mkdir -p "$TARU_ROOT/volumes/other/data/part"
	touch "$TARU_ROOT/volumes/other/data/part/file" "$TARU_ROOT/volumes/other/data/file"
	by_script --network none --user 7:8 --mount type=volume,source=other,destination=/part,volume-subpath=part,U box \
		stat -c %u:%g /part/file
	[ "$(cat "$T/by-script")" = 7:8 ]
	[ "$(stat -c %u:%g "$TARU_ROOT/volumes/other/data/file")" = 0:0 ]
	works volume rm other
}

@test "the script gives directories to the user of a container that has ids of its own" {
	mkdir "$T/source"
	by_script --network none --uidmap 0:100000:65536 --gidmap 0:200000:65536 --user 7:8 -v "$T/source:/one:U" \
		-v cellar:/etc:U box true || { cat "$T/script-errors"; return 1; }
	[ "$(stat -c %u:%g "$T/source")" = 100007:200008 ]
	works volume rm cellar
	by_script --network none --uidmap 0:100000:65536 --gidmap 0:200000:65536 --user 7:8 -v "$T/source:/one:U" \
		-v cellar:/etc:U box stat -c %u:%g /one /etc /etc/passwd
	[ "$(sort -u "$T/by-script")" = 7:8 ]
	works run --rm --network none --uidmap 0:100000:65536 --gidmap 0:200000:65536 --user 17:18 -v "$T/source:/one:U" \
		-v vault:/etc:U box stat -c %u:%g /one /etc /etc/passwd
	[ "$(sort -u <<<"$output")" = 17:18 ]
	works volume rm cellar vault
}

@test "no form of explain tells a secret; the script reads it where it is kept, or is given it" {
	local form
	printf 'hid den\n\nhidden\n\n' | "$TARU" secret create word - >/dev/null
	set -- --network none --secret word --secret word,target=/etc/word,uid=7,gid=8,mode=0640 \
		--secret word,type=env,target=WORD
	for form in sh text json html; do
		"$TARU" explain --format "$form" run "$@" box true >"$T/page"
		not grep -q "hid den" "$T/page"
		grep -q "secret" "$T/page"
	done
	same "$@"
	set -- "$@" --name keeper box sh -c 'od -c /run/secrets/word; printf %s "$WORD" | od -c; ls -ln /run/secrets/word /etc/word | cut -c 1-40'
	by_script "$@"
	works create "$@"
	works start --attach keeper
	[ "$output" = "$(cat "$T/by-script")" ]
	[[ "$output" == *"-rw-r-----    1 7        8"* ]]
	works explain keeper
	[[ "$output" != *"hid den"* ]]
	printf %s "$output" >"$T/script"
	sh "$T/script" >"$T/said" 2>"$T/errors" 3>&- && return 1
	grep -qF "TARU_SECRET_1 is to be set to the secret in 'WORD'" "$T/errors"
	TARU_SECRET_1=$'given\n' sh "$T/script" >"$T/said" 2>"$T/errors" 3>&-
	grep -q 'g   i   v   e   n  .n' "$T/said"
	works rm keeper
	works run -d --name lives --network none --secret word,type=env,target=WORD box sleep 1000
	works explain exec lives env
	[[ "$output" != *"hid den"* ]]
	works rm -f lives
	works secret rm word
}

@test "an image without a shell or tools: the script has those of this machine" {
	mkdir -p "$T/scratch"
	cp "$(command -v busybox)" "$T/scratch/cat"
	tar -C "$T/scratch" -c . | "$TARU" import - scratch >/dev/null
	by_script --network none --user 7:8 scratch /cat /proc/self/status
	grep -q '^Uid:.7.7.7.7$' "$T/by-script"
	works run --rm --network none --user 7:8 scratch /cat /proc/self/status
	[ "$(grep -E '^(Cap|Uid|Gid|Groups|NoNew)' <<<"$output")" = "$(grep -E '^(Cap|Uid|Gid|Groups|NoNew)' "$T/by-script")" ]
	works rmi scratch
}

# checked NAME: shellcheck has nothing to say of the script, nor of the container's lane in it.
checked()
{
	shellcheck --shell=sh "$T/$1"
	sed -n "/^cat >\"\$work\/container\" <<'CONTAINER'/,/^CONTAINER\$/p" "$T/$1" | sed '1d;$d' >"$T/$1.lane"
	[ -s "$T/$1.lane" ]
	shellcheck --shell=sh "$T/$1.lane"
}

@test "shellcheck finds nothing in a script: with a network, volumes, secrets, limits, ids; and of one more process" {
	mkdir "$T/source"
	printf hidden | "$TARU" secret create word - >/dev/null
	set -- --pids-limit 9 --user 7:8 -v "$T/source:/one:U" -v cellar:/etc:U --secret word --secret word,type=env
	"$TARU" explain run --rm -p 8095:80 "$@" box true >"$T/network"
	"$TARU" explain run --network none --uidmap 0:100000:65536 "$@" box true >"$T/ids"
	"$TARU" run -d --name lives --network none "$@" box sleep 1000 >/dev/null
	"$TARU" explain lives >"$T/lives"
	"$TARU" explain exec lives true >"$T/exec"
	for script in network ids lives exec; do
		checked "$script"
	done
	works rm -f lives
	works volume rm cellar
	works secret rm word
}

@test "the script passes on how the program ended, and what it is given to read" {
	"$TARU" explain run --network none -i box sh -c 'read line; echo "got $line"; exit 42' >"$T/script"
	status=0
	output=$(echo words | sh "$T/script" 3>&-) || status=$?
	[ "$output $status" = "got words 42" ]
}

swept()
{
	"$TARU" container prune --force && [ -z "$(ls "$TARU_ROOT/containers")" ]
}

@test "a store whose first container is a script's is like any other" {
	"$TARU" save box >"$T/box.tar"
	local TARU_ROOT=$T/store
	works load --input "$T/box.tar"
	works explain run --rm --network none box echo first
	[ "$(sh -e <<<"$output")" = first ]
	works run --rm --network none box echo second
	[ "$output" = second ]
	rmdir "$TARU_ROOT/names"
	works run --rm --network none box echo third
	[ "$output" = third ]
}

@test "what a script that was killed has left is cleared away by the next one who does" {
	"$TARU" explain run --network none box sh -c 'echo ready; exec sleep 300' >"$T/script"
	mkdir "$T/tmp"
	TMPDIR=$T/tmp sh "$T/script" >"$T/said" 2>&1 </dev/null 3>&- &
	PIDS+=($!)
	until_true grep -q ready "$T/said"
	[ -n "$(ls "$TARU_ROOT/containers")" ]
	works container prune --force
	[ -n "$(ls "$TARU_ROOT/containers")" ]
	works ps --all --quiet
	[ -z "$output" ]
	# The shell alone goes; then what it waited for, with the container.
	job=$(pgrep -P "${PIDS[0]}")
	kill -KILL "${PIDS[0]}"
	works container prune --force
	[ -n "$(ls "$TARU_ROOT/containers")" ]
	kill -KILL "$job"
	until_true swept
	rm -r "$T/tmp"
}
