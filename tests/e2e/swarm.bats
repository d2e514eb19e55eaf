#!/usr/bin/env bats
# A swarm of three nodes whose dockerds have the runtime as their default: what keeps running while tasks
# are started, replaced and moved, and while a node fails.
#
# A node is a process with namespaces of its own (network, processes, mounts, host name) that starts
# a containerd and a dockerd. It fails as a machine does: its first process is killed, and with it go all the
# others. The nodes' addresses are in their namespaces alone, and a bridge of the world joins them.
# Part of the tests with engines: tests/e2e/peers swarm
load docker

# A node that comes back has other processes and another network namespace.
ENGINE_KEEPS='process: [0-9]+ .(unshare|bash|dockerd|containerd). |network namespace: '
WIRE=taruwire0
NODES="1 2 3"
IMAGE=localhost/box

# --- nodes ---

node_folder()
{
	echo "$PEERS_FOLDER/node$1"
}

# Runs as the first process of a node, until it is told to end or killed.
node_main()
{
	local number=$1 folder=$2
	hostname "node$number"
	mount -t tmpfs -o mode=755 tmpfs /run
	# Some of dockerd's paths are fixed.
	mount -t tmpfs -o mode=755 tmpfs /var/lib
	ip link set lo up
	until ip link show eth0 >/dev/null 2>&1; do
		sleep 0.05
	done
	ip address add "10.214.0.$number/24" dev eth0
	ip link set eth0 up
	ip link add name bridge0 type bridge
	ip address add 10.213.0.1/24 dev bridge0
	ip link set bridge0 up
	echo '{}' >/run/docker.json
	printf '%s\n' 'version = 2' "root = \"$folder/containerd\"" 'state = "/run/containerd/state"' \
		'disabled_plugins = ["io.containerd.grpc.v1.cri"]' '[grpc]' '  address = "/run/containerd.sock"' \
		'[ttrpc]' '  address = "/run/containerd.ttrpc"' >/run/containerd.toml
	containerd --config /run/containerd.toml >>"$folder/containerd.log" 2>&1 &
	CONTAINERD=$!
	until [ -S /run/containerd.sock ]; do
		sleep 0.05
	done
	# The cgroups of its containers can be told from those of the other nodes.
	dockerd --config-file /run/docker.json --host "unix://$folder/docker.sock" --containerd /run/containerd.sock \
		--data-root "$folder/docker" --exec-root /run/docker --pidfile /run/docker.pid --bridge bridge0 \
		--add-runtime "tested=$RUNTIME" --default-runtime tested --cgroup-parent "/node$number" \
		--default-ulimit nofile=1024:4096 >>"$folder/dockerd.log" 2>&1 &
	DOCKERD=$!
	trap 'kill -TERM $DOCKERD' TERM
	# The trap ends the first wait.
	wait $DOCKERD
	wait $DOCKERD
	kill -TERM $CONTAINERD
	wait $CONTAINERD
}

start_node()
{
	local folder pid first=
	folder=$(node_folder "$1")
	mkdir -p "$folder"
	rm -f "$folder/docker.sock"
	# Bats waits for whoever holds its descriptors 3 and 4.
	unshare --mount --pid --net --uts --fork --kill-child --mount-proc --propagation private \
		bash -c "$(declare -f node_main); node_main $1 $folder" </dev/null >>"$folder/log" 2>&1 3>&- 4>&- &
	pid=$!
	until [ -n "$first" ]; do
		sleep 0.05
		# No line ends here, and for read that is an error.
		read -r first _ <"/proc/$pid/task/$pid/children" || true
	done
	echo "$first" >"$folder/pid"
	ip link add "taru$1" type veth peer name eth0 netns "$first"
	ip link set "taru$1" master "$WIRE" up
}

# As a machine that loses its power.
kill_node()
{
	local pid
	pid=$(cat "$(node_folder "$1")/pid")
	kill -KILL "$pid"
	ends_soon "$pid"
	# A machine would not have its cgroups any more.
	eventually remove_node_cgroups "$1"
}

remove_node_cgroups()
{
	find /sys/fs/cgroup -depth -path "/sys/fs/cgroup*/node$1*" -type d -exec rmdir {} + 2>/dev/null || true
	! find /sys/fs/cgroup -path "/sys/fs/cgroup*/node$1*" | grep -q .
}

stop_node()
{
	local folder pid
	folder=$(node_folder "$1")
	[ -e "$folder/pid" ] || return 0
	pid=$(cat "$folder/pid")
	rm "$folder/pid"
	kill -TERM "$pid" || return 0
	ends_soon "$pid" || {
		echo "node $1 did not end when asked to:"
		tail -n 20 "$folder/dockerd.log"
		kill -KILL "$pid"
		return 1
	}
}

# --- the swarm ---

engine_start()
{
	local node token
	ip link add name "$WIRE" type bridge
	ip link set "$WIRE" up
	for node in $NODES; do
		start_node "$node"
	done
	for node in $NODES; do
		eventually ask "$node" version
		ask "$node" import "$PEERS_TAR" "$IMAGE" >/dev/null
	done
	# A node that is silent for three heartbeats is taken to be down.
	ask 1 swarm init --advertise-addr 10.214.0.1 --dispatcher-heartbeat 2s --task-history-limit 0 >/dev/null
	token=$(ask 1 swarm join-token --quiet worker)
	for node in 2 3; do
		# It goes on where docker has no patience.
		ask "$node" swarm join --token "$token" --advertise-addr "10.214.0.$node" 10.214.0.1:2377 || true
	done
	eventually nodes_are 3 Ready
	# The first task of a node makes what the others share.
	ask 1 service create --detach --quiet --no-resolve-image --name first --mode global --stop-grace-period 1s \
		"$IMAGE" sleep 1000 >/dev/null
	eventually running_are 3 first || true
	ask 1 service rm first >/dev/null
	eventually no_containers || true
}

engine_stop()
{
	local node wrong=0
	for node in $NODES; do
		stop_node "$node" || wrong=1
		remove_node_cgroups "$node" || true
		# The kernel takes its time for those of a namespace that has ended.
		ip link delete "taru$node" 2>/dev/null || true
	done
	ip link delete "$WIRE"
	return $wrong
}

prepare()
{
	needs dockerd containerd docker
	needs_hooks
	# Without a network between the nodes, the tasks use the nodes' own.
	NETWORK=(--network host)
	if has_vxlan; then
		on 1 network create --driver overlay --subnet 10.215.0.0/24 "$NAME"
		# No virtual address: that needs IPVS in the kernel.
		NETWORK=(--network "$NAME" --endpoint-mode dnsrr)
	fi
}

cleanup()
{
	local service node wrong=0
	if [ -z "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ]; then
		ask 1 node ls
		for service in $(ask 1 service ls --quiet); do
			ask 1 service ps --no-trunc "$service"
		done
		for node in $NODES; do
			echo "what node $node said:"
			grep -vE 'level=(info|debug)' "$(node_folder "$node")/dockerd.log" | tail -n 10
		done
	fi
	for service in $(ask 1 service ls --quiet); do
		ask 1 service rm "$service" >/dev/null
	done
	eventually no_containers || wrong=1
	if [ "${NETWORK[1]:-}" = "$NAME" ]; then
		eventually ask 1 network rm "$NAME" || wrong=1
	fi
	return $wrong
}

# ask NODE WORD...: docker on this node.
ask()
{
	docker --host "unix://$(node_folder "$1")/docker.sock" "${@:2}"
}

# on NODE WORD...: the same for what must work.
on()
{
	must docker --host "unix://$(node_folder "$1")/docker.sock" "${@:2}"
}

has_vxlan()
{
	ip link add name taruvx0 type vxlan id 42 dstport 4789 2>/dev/null && ip link delete taruvx0
}

# service OPTION... IMAGE COMMAND...: under the test's name, on its network. A command that does not end when
# it is asked to, as none does by itself that is the first process, is killed after a second.
service()
{
	on 1 service create --detach --quiet --no-resolve-image --name "$NAME" --stop-grace-period 1s "${NETWORK[@]}" "$@"
}

# The containers of the service on a node.
containers_on()
{
	ask "$1" ps --quiet --filter "label=com.docker.swarm.service.name=$NAME"
}

# Like until_true, for what takes a swarm longer: two minutes at most.
eventually()
{
	local end=$((SECONDS + 120))
	until "$@" >/dev/null 2>&1 3>&- 4>&-; do
		if [ $SECONDS -gt $end ]; then
			echo "this never came true: $*"
			return 1
		fi
		sleep 0.2
	done
}

nodes_are()
{
	[ "$(ask 1 node ls --format '{{.Status}}' | grep -c "$2")" = "$1" ]
}

# running_are NUMBER SERVICE [NODE]: that many tasks run, and are to.
running_are()
{
	[ "$(ask 1 service ps "$2" --filter desired-state=running --format '{{.Node}} {{.CurrentState}}' |
		grep -c "^node${3:-[0-9]*} Running")" = "$1" ]
}

# Nothing of a container is left on any node: not in the engine, and nothing of the runtime's.
no_containers()
{
	local node
	for node in $NODES; do
		[ -z "$(ask "$node" ps --all --quiet)" ] || return 1
		! find "/proc/$(cat "$(node_folder "$node")/pid")/root/run/docker" -path '*/runtime-*/moby/*' | grep -q . || return 1
		! find /sys/fs/cgroup -mindepth 3 -path "/sys/fs/cgroup*/node$node/*" -type d | grep -q . || return 1
	done
}

# --- what a swarm does with them ---

@test "six replicas run, on all three nodes" {
	local node
	service --replicas 6 "$IMAGE" sleep 1000
	eventually running_are 6 "$NAME"
	for node in $NODES; do
		[ -n "$(containers_on "$node")" ]
	done
}

@test "replicas on different nodes reach each other by name" {
	local node one
	has_vxlan || skip "this kernel has no vxlan, which an overlay network is made of"
	service --replicas 3 "$IMAGE" sh -c 'while :; do hostname | nc -l -p 80; done'
	eventually running_are 3 "$NAME"
	one=$(containers_on 1)
	for node in $NODES; do
		# The name is known to all nodes a moment after the task runs.
		eventually hears_from "$one" "$(containers_on "$node")"
	done
}

# hears_from CONTAINER OTHER: whether the one, on node 1, gets an answer of the other, by TCP.
hears_from()
{
	# shellcheck disable=SC2016
	ask 1 exec "$1" sh -c 'for address in $(nslookup "tasks.$1" | sed -n "s/^Address: \(10\.215\.[0-9.]*\)$/\1/p"); do
		nc -w 2 "$address" 80
	done' sh "$NAME" | grep -qx "$2"
}

@test "scale: more and fewer" {
	service --replicas 1 "$IMAGE" sleep 1000
	eventually running_are 1 "$NAME"
	on 1 service scale --detach "$NAME=5"
	eventually running_are 5 "$NAME"
	on 1 service scale --detach "$NAME=2"
	eventually running_are 2 "$NAME"
}

@test "update: each replica is replaced, after it was asked to end" {
	service --replicas 3 --stop-grace-period 30s "$IMAGE" sh -c "$POLITE"
	eventually running_are 3 "$NAME"
	on 1 service update --detach --update-delay 0s --update-parallelism 3 --env-add NEW=yes "$NAME"
	eventually updated
	eventually running_are 3 "$NAME"
	all_have NEW=yes
}

updated()
{
	[ "$(ask 1 service inspect --format '{{.UpdateStatus.State}}' "$NAME")" = completed ]
}

# Whether each container of the service has this in its environment.
all_have()
{
	local node container
	for node in $NODES; do
		for container in $(containers_on "$node"); do
			ask "$node" exec "$container" env | grep -qx "$1" || return 1
		done
	done
}

@test "a task that fails is started again" {
	service --replicas 1 --restart-delay 0s "$IMAGE" sh -c '[ -e /tmp/here ] || sleep 1000; exit 3'
	eventually running_are 1 "$NAME"
	local node before
	node=$(ask 1 service ps "$NAME" --format '{{.Node}}')
	node=${node#node}
	before=$(containers_on "$node")
	on "$node" kill "$before"
	eventually replaced "$before"
}

replaced()
{
	local node now
	for node in $NODES; do
		now+=$(containers_on "$node")
	done
	running_are 1 "$NAME" && [ -n "$now" ] && [ "$now" != "$1" ]
}

@test "secrets and configs: files of the task alone, with their modes" {
	echo word >"$T/file"
	on 1 secret create "$NAME" "$T/file"
	on 1 config create "$NAME" "$T/file"
	service --replicas 1 --secret "source=$NAME,target=word,uid=1000,mode=0400" \
		--config "source=$NAME,target=/etc/deep/word" "$IMAGE" sh -c 'stat -c "%u %a" /run/secrets/word
			cat /run/secrets/word /etc/deep/word; { echo x >/etc/deep/word; } 2>&1; echo end; sleep 1000'
	eventually says end
	on 1 service logs --raw "$NAME"
	is "$output" $'1000 400\nword\nword\nsh: can\'t create /etc/deep/word: Read-only file system\nend'
	on 1 service rm "$NAME"
	on 1 secret rm "$NAME"
	on 1 config rm "$NAME"
}

# Whether a task of the service has printed this line.
says()
{
	ask 1 service logs --raw "$NAME" | grep -qx "$1"
}

@test "a job: each task ends by itself, and is done" {
	service --mode replicated-job --replicas 3 "$IMAGE" sh -c 'echo done'
	eventually completed 3
	is "$(ask 1 service logs --raw "$NAME")" $'done\ndone\ndone'
	on 1 service rm "$NAME"
	# Docker 20.10 keeps the containers of a job's tasks when the job is removed.
	eventually remove_containers
}

# Removes the service's containers that have ended, and succeeds when none is left on any node.
remove_containers()
{
	local node container left=0
	for node in $NODES; do
		for container in $(ask "$node" ps --all --quiet --filter "label=com.docker.swarm.service.name=$NAME"); do
			ask "$node" rm "$container" || left=1
		done
	done
	return $left
}

completed()
{
	[ "$(ask 1 service ps "$NAME" --format '{{.CurrentState}}' | grep -c Complete)" = "$1" ]
}

@test "drain: a node's replicas move, and it is empty" {
	service --replicas 6 "$IMAGE" sh -c "$POLITE"
	eventually running_are 6 "$NAME"
	on 1 node update --availability drain node2
	eventually running_are 0 "$NAME" 2
	eventually running_are 6 "$NAME"
	eventually containers_are_gone 2
	on 1 node update --availability active node2
}

containers_are_gone()
{
	[ -z "$(ask "$1" ps --quiet)" ]
}

@test "a node that fails: all six replicas run again, on the other two, and it may come back" {
	service --replicas 6 "$IMAGE" sleep 1000
	eventually running_are 6 "$NAME"
	[ -n "$(containers_on 3)" ]
	kill_node 3
	eventually nodes_are 1 Down
	eventually running_are 6 "$NAME"
	running_are 0 "$NAME" 3
	start_node 3
	eventually nodes_are 3 Ready
	on 1 service scale --detach "$NAME=12"
	eventually running_are 12 "$NAME"
	[ -n "$(containers_on 3)" ]
}
