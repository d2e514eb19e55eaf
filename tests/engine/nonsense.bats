#!/usr/bin/env bats
# nonsense.bats - a value that makes no sense is refused before anything is made, and the message names the option and
# what it takes.
# shellcheck disable=SC2154
load engine

# refused OPTION VERB WORD… -- VALUE…: each value by itself.
refused()
{
	local option=$1 words=() value
	shift
	while [ "$1" != -- ]; do words+=("$1"); shift; done
	shift
	for value; do
		taru "${words[0]}" "$option=$value" "${words[@]:1}"
		[ "$status" != 0 ]
		[[ "$stderr" == *"'$option'"* ]]
	done
	[ -z "$("$TARU" ps -aq)" ]
}

@test "names of the machine and of its domain: what the kernel and DNS take" {
	local long
	long=$(printf 'x%.0s' {1..65})
	refused --hostname create box true -- a/b 'a b' $'a\nb' $'\xff' -a .a "$long" ../../x
	refused --domainname create box true -- a/b 'a b' $'a\nb' "$long"
	works run --rm --hostname "${long:1}" --domainname cellar.example box hostname
	[ "$output" = "${long:1}" ]
	works run --rm --hostname my_host-1.cellar box hostname
	[ "$output" = my_host-1.cellar ]
}

@test "a name, a user, a group: the option is named, or whose word it is" {
	refused --name create box true -- a -a a/b $'a\nb' "$(printf 'x%.0s' {1..300})"
	refused --user create box true -- nobody-here -5 99999999999 alice:nothing
	refused --group-add create box true -- nothing -5 99999999999
	tar -C "$WORLD/box" -c ./bin ./etc | "$TARU" import --change 'USER ghost' - haunted >/dev/null
	fails 125 "the image's User: user 'ghost'" -- run --rm haunted true
	works run -d --name one box sleep 100
	fails 125 "'--user'" -- exec --user nobody-here one true
	fails 1 "container name: '-x' is made of" -- rename -- one -x
}

@test "what becomes a line of resolv.conf is one word, without a network too" {
	refused --dns-search create --network none box true -- '' 'a b' $'a\nnameserver 192.0.2.66' $'\x01'
	refused --dns-option create --network none box true -- '' $'a\nb' 'a b'
	refused --publish create --network none box true -- zz 1:2:3:4:5 99999 :
	works run --rm --network none --dns-search . --dns-option ndots:2 -p 8080:80 box true
}

@test "limits: numbers of processors that are in order, and -1 as the only negative number" {
	local list
	refused --pids-limit create box true -- abc -5 1e99 99999999999999999999
	refused --cpu-quota create box true -- abc -5 1e99 1 999
	refused --cpu-period create box true -- abc -5 1e99 1 999 1000001
	refused --sysctl create box true -- =1 x
	refused --memory create box true -- abc -5 1k 4095
	works run --rm --network none --memory 0 --memory-reservation 0 --cpu-period 0 box true
	refused --blkio-weight create box true -- 5 9 1001 99999 -1 abc
	refused --memory-swappiness create box true -- 101 200 99999 -1 abc
	refused --oom-score-adj create box true -- 1001 -1001 99999 abc
	works run --rm --network none --blkio-weight 0 --oom-score-adj 1000 box true
	works create --name one box true
	for list in x 0- 5-2 0,,1 -5 99999 999999999999999999999999999999 '0 1' $'0\n'; do
		fails 1 "'--cpuset-cpus': '" -- create --cpuset-cpus "$list" box true
		fails 1 "'--cpuset-cpus': '" -- update --cpuset-cpus "$list" one
		fails 1 "'--cpuset-mems': '" -- update --cpuset-mems "$list" one
	done
	fails 1 "'--pids-limit'" -- update --pids-limit=-5 one
	fails 1 "'--cpu-quota'" -- update --cpu-quota=-5 one
	fails 1 "'--blkio-weight' takes a number from 10 to 1000, not 5" -- update --blkio-weight 5 one
	fails 1 "'--cpus'" -- update --cpus=many one
	works update --pids-limit=-1 --cpuset-cpus 0 one
	fails 1 "'--time'" -- stop --time=-5 one
	fails 1 "'--time'" -- restart --time=-5 one
	fails 1 "'--time'" -- rm --time=-5 one
	fails 1 "'--last'" -- ps --last=-5
	works ps --last=-1 -q
	[ "${#lines[@]}" = 1 ]
}

# What only the kernel can tell: each way in which a container starts, and `update` of one that runs.
@test "what the kernel refuses is told by the option, whoever starts it, and not by a key that nobody has written" {
	local asked option
	for asked in "--pids-limit 9999999999999" "--cpuset-cpus 4095" "--tmpfs /x:size=foo" "--sysctl net.ipv4.ip_forward=foo" \
		"--ulimit nofile=99999999999" "--volume $T:/bin/busybox" "--cgroup-parent /x/../y"; do
		option=${asked%% *}
		# An option and its word.
		# shellcheck disable=SC2086
		fails 125 "option '$option" -- run --rm --network none $asked box true
		[[ "$stderr" != *"linux."* && "$stderr" != *"mounts["* && "$stderr" != *"process."* ]]
		# shellcheck disable=SC2086
		fails 125 "option '$option" -- run -d --rm --network none $asked box sleep 100
	done
	fails 125 "option '--sysctl kernel.nothing': is not kept by a namespace" -- run --rm --sysctl kernel.nothing=1 box true
	[ -z "$("$TARU" ps -aq)" ]
	works create --name late --network none --cpuset-cpus 4095 box true
	fails 1 "option '--cpuset-cpus'" -- start late
	works inspect -f '{{.State.Error}}' late
	[[ "$output" == "option '--cpuset-cpus': "* ]]
	works run -d --name early --network none box sleep 100
	for asked in "--memory 1k" "--memory 4k" "--cpuset-cpus 4095" "--pids-limit 9999999999999" "--cpu-period 5"; do
		# shellcheck disable=SC2086
		fails 1 "option '${asked%% *}'" -- update $asked early
	done
	# Ways to say a limit that come to the same.
	fails 125 "option '--cpus' or '--cpu-quota': there is no cgroup that could hold it with --cgroups disabled" -- \
		run --rm --cgroups disabled --cpus 1 box true
}

@test "a kind of machine: the option by which it was asked for is named" {
	refused --platform create box true -- zz -5 ../../x a/b/c/d $'a\nb'
	refused --arch create box true -- 'zz!' ..
	refused --os create box true -- 'zz!' ..
	refused --variant create box true -- 'zz!' ..
	fails 1 "'--platform'" -- import --platform zz /dev/null
	fails 1 "'--arch'" -- pull --arch 'zz!' localhost:1/x
}

@test "passwords: what is no USER:PASSWORD is refused, and not repeated" {
	refused --creds create box true -- secretword : :secretword
	[[ "$stderr" != *secretword* ]]
}

@test "--pidfile, --cidfile: what is there and no file is not replaced, and not waited for" {
	mkfifo "$T/fifo"
	refused --cidfile create box true -- "$T/fifo" "$T"
	refused --pidfile create box true -- "$T/fifo" "$T"
	[ -p "$T/fifo" ]
	fails 125 "'--pidfile': " -- run --rm --pidfile "$T/nowhere/pid" box true
	works run --rm --pidfile "$T/pid" box true
	[ "$(<"$T/pid")" -gt 0 ]
}
