# docker.bash - containerd and dockerd for the tests: daemons of a file's own, on top of peers.bash.
#
# All that the daemons keep is in two folders: what is for as long as they run in $ENGINE, which
# is in the world's own /run, so that peers.bash sees what of a container stays there; images and layers
# in $PEERS_FOLDER, on a real disk, for overlay mounts cannot be stacked on one another.
#
#	container -i box sh	docker run --rm to its end: $status, $output, $errors
#	background box sleep 9	docker run -d, under the name $NAME
#
# The runtime that is tested is the daemon's default one, given by absolute path. Within needs_peer these two
# take the peer instead.
# shellcheck shell=bash disable=SC2034,SC2154
load peers

ENGINE=/run/engine
# The bridge is made here and not by dockerd, which would take whatever addresses are free.
BRIDGE=tarubr0
export DOCKER_HOST=unix://$ENGINE/docker.sock CONTAINERD_ADDRESS=$ENGINE/containerd.sock
# Where this many descriptors are the limit, dockerd's default is above it.
ULIMITS=(--default-ulimit nofile=1024:4096)
# Ends by itself, with 5, when it is asked to.
POLITE='trap "exit 5" TERM; echo up; sleep 1000 & wait'

# --- daemons ---

# start_containerd NAME FOLDER: its socket is FOLDER/containerd.sock, its layers are in $PEERS_FOLDER/NAME.
start_containerd()
{
	mkdir -p "$2" "$PEERS_FOLDER/$1"
	cat >"$2/containerd.toml" <<-END
		version = 2
		root = "$PEERS_FOLDER/$1"
		state = "$2/$1"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		[grpc]
		  address = "$2/containerd.sock"
		[ttrpc]
		  address = "$2/containerd.ttrpc"
		END
	start_daemon --for-file "$1" containerd --config "$2/containerd.toml"
	until_true ctr --address "$2/containerd.sock" version
}

# start_dockerd NAME FOLDER OPTION...: with its socket in FOLDER, beside containerd's.
start_dockerd()
{
	local name=$1 folder=$2
	shift 2
	mkdir -p "$folder"
	# Not the machine's: that may name other runtimes.
	echo '{}' >"$folder/$name.json"
	start_daemon --for-file "$name" dockerd --config-file "$folder/$name.json" --host "unix://$folder/docker.sock" \
		--containerd "$CONTAINERD_ADDRESS" --data-root "$PEERS_FOLDER/$name" --exec-root "$folder/$name" \
		--pidfile "$folder/$name.pid" --add-runtime "tested=$RUNTIME" --add-runtime "peer=${PEER:-runc}" \
		--default-runtime tested "${ULIMITS[@]}" "$@"
	until_true answers_or_ended "$name" "unix://$folder/docker.sock"
	docker --host "unix://$folder/docker.sock" version >/dev/null || {
		daemon_log "$name" | tail
		return 1
	}
}

answers_or_ended()
{
	docker --host "$2" version || [ ! -e "/proc/$(daemon_pid "$1")" ]
}

# end_daemon NAME: one that was started for the file. Dockerd has to end before its containerd.
end_daemon()
{
	local folder=$PEERS_FOLDER/daemons
	[ -e "$folder/$1.pid" ] || return 0
	mkdir -p "$folder/end"
	mv "$folder/$1.pid" "$folder/$1.log" "$folder/end/"
	stop_daemons "$folder/end"
}

make_bridge()
{
	ip link add name "$BRIDGE" type bridge
	ip address add 10.213.0.1/24 dev "$BRIDGE"
	ip link set "$BRIDGE" up
}

# The network namespaces that a dockerd which has ended keeps, below this folder.
unmount_namespaces()
{
	local namespace
	for namespace in "$1"/*/netns/*; do
		umount "$namespace" 2>/dev/null || true
	done
}

# What dockerd leaves behind on every machine: rules, cgroups of its own, files of its run.
forget_engine()
{
	unmount_namespaces "$ENGINE"
	ip link delete "$BRIDGE" || true
	nft flush ruleset
	find /sys/fs/cgroup -depth -type d \( -name docker -o -name default \) -exec rmdir {} +
	rm -rf --one-file-system "$ENGINE" /run/docker /run/containerd
}

# --- containers ---

# The option of docker run for the runtime that is meant.
choose_runtime()
{
	BY=()
	[ "$RUNTIME" != "$PEER" ] || BY=(--runtime peer)
}

container()
{
	choose_runtime
	try docker run --rm "${BY[@]}" "$@"
}

background()
{
	choose_runtime
	must docker run -d --name "$NAME" "${BY[@]}" "$@"
}

# state FIELD [NAME]: of the engine's record of a container: .State.Pid and the like.
state()
{
	docker inspect --format "{{$1}}" "${2:-$NAME}"
}

state_is()
{
	[ "$(state "$1")" = "$2" ]
}

# Whether the container has printed this.
logged()
{
	docker logs "${2:-$NAME}" 2>&1 | grep -q -- "$1"
}

needs_checkpoints()
{
	"$RUNTIME" checkpoint --help >/dev/null 2>&1 || skip "the runtime has no command for checkpoints"
}

# A seccomp profile in which everything but mkdir is allowed.
profile_without_mkdir()
{
	cat >"$T/seccomp.json" <<-END
		{"defaultAction": "SCMP_ACT_ALLOW",
		 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
	END
}

# Whether a process is in a cgroup that does not run.
frozen()
{
	local path
	path=$(sed -n 's/^[0-9]*:freezer://p' "/proc/$1/cgroup")
	if [ -n "$path" ]; then
		grep -qx FROZEN "/sys/fs/cgroup/freezer$path/freezer.state"
	else
		grep -qx 'frozen 1' "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/cgroup.events"
	fi
}
