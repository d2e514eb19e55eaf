#!/usr/bin/env bats
# What README.md says of Docker, Podman, containerd and Kubernetes, and of containers without them, tried as it
# stands there: the lines and the files are taken from its text. Nothing is replaced in them but '…' by what is
# to be run: the world of this file has a program at /usr/local/bin/taru-oci, which notes that it was called and
# is the runtime then. To lines that start an engine, options are added that keep it in folders of its own.
# Part of the tests with engines: tests/e2e/peers readme
# shellcheck disable=SC2034,SC2154
load docker

# What the engines keep (see the files that test them).
ENGINE_KEEPS='file: /run/[a-z-]* d
file: /run/(containers|netns|containerd|docker|engine)
file: /(run/lock|tmp|dev/shm)/[a-z_.-]*(podman|libpod|netavark|containers)
file: /etc/(docker|containers|containerd|cni)[/ ]
file: /var/(cache|lib|tmp)(/containers.*)?\s
mount: .* (/run/netns|/run/docker/netns/default|/mnt/.*/storage/overlay) rw
cgroup: .*/(libpod_parent(/conmon)?|docker|default|k8s\.io)$
rule: '
README=/mnt/README.md
INSTALLED=/usr/local/bin
NOTES=$PEERS_FOLDER/notes
CRI=$PEERS_FOLDER/cri

# --- what README.md says ---

# line BEGINNING: the line that begins so, without the remark after it.
line()
{
	grep -e "^$1" "$README" | sed 's/ *# .*//' | only_one "$1"
}

only_one()
{
	local text
	text=$(cat)
	if [ -z "$text" ] || [ "$(wc -l <<<"$text")" != 1 ]; then
		echo "README.md has not one line with '$1': $text" >&2
		return 1
	fi
	echo "$text"
}

# block BEGINNING: the text between ``` and ``` with a line that begins so.
block()
{
	LINE=$1 awk '
		/^```/ { if (inside && found) printf "%s", text; inside = !inside; text = ""; found = 0; next }
		inside { text = text $0 "\n" }
		index($0, ENVIRON["LINE"]) == 1 { found = 1 }' "$README" | grep . || {
		echo "README.md has no block with a line '$1…'" >&2
		return 1
	}
}

# as_words BEGINNING ARGUMENT...: the line as words in WORDS, with the arguments in the place of '…'.
as_words()
{
	local word text
	text=$(line "$1") || return
	WORDS=()
	# Readers of README.md have a shell; the lines have no quotes.
	for word in $text; do
		if [ "$word" = … ]; then
			WORDS+=("${@:2}")
		else
			WORDS+=("$word")
		fi
	done
}

# --- the world ---

engine_start()
{
	install_runtime
	make_bridge
	start_containerd containerd "$ENGINE"
	make_image default box:latest
}

# /usr/local/bin with taru-oci in it, and a sudo for those who are root already.
install_runtime()
{
	mkdir "$PEERS_FOLDER/bin"
	: >"$NOTES"
	chmod 666 "$NOTES"
	printf '#!/bin/sh\nexec "$@"\n' >"$PEERS_FOLDER/bin/sudo"
	cat >"$PEERS_FOLDER/bin/taru-oci" <<-END
		#!/bin/sh
		echo "\$*" >>$NOTES
		exec $RUNTIME "\$@"
	END
	chmod 755 "$PEERS_FOLDER/bin/taru-oci" "$PEERS_FOLDER/bin/sudo"
	mount -t overlay -o "lowerdir=$PEERS_FOLDER/bin:$INSTALLED" overlay "$INSTALLED"
}

engine_stop()
{
	end_daemon containerd
	forget_engine
	find /sys/fs/cgroup -depth -type d -name k8s.io -exec rmdir {} +
	umount "$INSTALLED"
}

prepare()
{
	: >"$NOTES"
}

cleanup()
{
	local log pod
	[ -z "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ] || return 0
	[ ! -S "$T/cri/containerd.sock" ] || for pod in $(kubelet pods); do
		kubelet stop-pod "$pod" && kubelet remove-pod "$pod"
	done
	told
	for log in "$T"/daemons/*.log; do
		echo "$log:"
		grep -v level=info "$log" | tail -n 30
	done
}

# Whether the runtime was called from /usr/local/bin, with this command: not any other one.
by_taru()
{
	grep -qwe "$1" "$NOTES" || {
		echo "$INSTALLED/taru-oci was not called with $1, but:"
		cat "$NOTES"
		return 1
	}
}

not_by_taru()
{
	[ ! -s "$NOTES" ] || {
		echo "$INSTALLED/taru-oci was called: $(cat "$NOTES")"
		return 1
	}
}

# make_image NAMESPACE NAME: an image as `docker save` writes it, for containerd.
make_image()
{
	local folder=$PEERS_FOLDER/image architecture=amd64
	[ "$(uname -m)" != aarch64 ] || architecture=arm64
	mkdir -p "$folder"
	cp "$PEERS_TAR" "$folder/layer.tar"
	jq -n --arg architecture "$architecture" --arg layer "sha256:$(sha256sum "$PEERS_TAR" | cut -d ' ' -f 1)" \
		'{$architecture, os: "linux", rootfs: {type: "layers", diff_ids: [$layer]},
		config: {Cmd: ["sleep", "100000"], Env: ["PATH=/bin"]}}' >"$folder/config.json"
	jq -n --arg name "$2" '[{Config: "config.json", RepoTags: [$name], Layers: ["layer.tar"]}]' >"$folder/manifest.json"
	tar -C "$folder" -cf - manifest.json config.json layer.tar | ctr --namespace "$1" image import -
}

# --- without an engine ---

# as_script BEGINNING: the block with such a line is $T/script, which ends at the first command that fails.
as_script()
{
	{
		echo 'set -e'
		block "$1"
	} >"$T/script"
	cd "$T" || return
}

# A bundle as the first of the examples leaves it.
prepare_bundle()
{
	mkdir -p "$T/debian/rootfs"
	tar -C "$T/debian/rootfs" -xf "$PEERS_TAR"
	cd "$T/debian" || return
	"$INSTALLED/taru-oci" spec
}

only_taru()
{
	"$RUNTIME" explain --help >/dev/null 2>&1 || skip "the runtime does not explain"
}

# Whether the last output has each line of a text, but for '...' and for the numbers of steps.
has_lines()
{
	local text
	while IFS= read -r text; do
		# shellcheck disable=SC2001
		[ "$text" = ... ] || has "$output" "$(sed 's/^ *[0-9]*\. *//' <<<"$text")"
	done <<<"$1"
}

shell_says()
{
	# For the shell of the container.
	# shellcheck disable=SC2016
	on_terminal 'expect:# ' 'send:echo the-$((1 + 1))nd; exit 7\n' 'expect:the-2nd' -- "$@"
	has "$output" "status 7"
	has "$output" "mode same"
}

@test "an image of Docker's, and a shell in it" {
	as_words "dockerd --add-runtime"
	start_as_said "${WORDS[@]}"
	as_script "taru-oci spec  "
	shell_says sh "$T/script"
	by_taru run
}

@test "a shell as an ordinary user" {
	prepare_bundle
	as_script "taru-oci spec --rootless"
	mkdir -m 700 "$T/run"
	chown -R tester:tester "$T/debian" "$T/run"
	cd "$T/debian"
	shell_says setpriv --reuid tester --regid tester --init-groups env "XDG_RUNTIME_DIR=$T/run" sh "$T/script"
	by_taru run
}

@test "a container in the background" {
	prepare_bundle
	as_script "sudo taru-oci create"
	cd "$T/debian"
	must sh "$T/script"
	has "$output" "uid=0(root)"
	has "$output" my-debian
	has "$output" running
	is "$("$INSTALLED/taru-oci" list --quiet)" ''
}

@test "explain: its beginning, and that it runs" {
	local text
	only_taru
	prepare_bundle
	text=$(block '# linux.readonlyPaths[0]')
	must taru-oci explain my-debian
	has_lines "$text"
	as_script "sudo sh my-debian.sh"
	cd "$T/debian"
	on_terminal 'expect:# ' 'send:exit 7\n' -- sh "$T/script"
	has "$output" "status 7"
}

@test "explain --format text, --format json and --trace: as shown" {
	local text
	only_taru
	prepare_bundle
	text=$(block '      prctl(2): PR_SET_DUMPABLE')
	must taru-oci explain --format text my-debian
	has_lines "$text"
	must taru-oci explain --format json my-debian
	jq -e .steps <<<"$output" >/dev/null
	sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"true"/' config.json
	must taru-oci run --trace my-debian
	text=$(block ' step  lane')
	has "$errors" "$(head -n 1 <<<"$text")"
	has "$errors" "$(tail -n 1 <<<"$text" | sed 's/^[ 0-9.a-z]*  mount/  mount/')"
	must taru-oci run --trace="$T/trace" my-debian
	jq -e .traceEvents "$T/trace" >/dev/null
}

@test "why it failed: the messages" {
	local change expected said=()
	only_taru
	prepare_bundle
	mv config.json ../good
	for change in '.mounts += [{destination: "/data", source: "/data", type: "bind", options: ["rbind"]}]' \
		'.process.args = ["nosuch"]' '.process.capabilities.bounding += ["CAP_FOO"]'; do
		jq ".process.terminal = false | $change" ../good >config.json
		try taru-oci run my-debian
		[ "$status" != 0 ]
		said+=('$ taru-oci run my-debian' "$errors")
	done
	expected=$(block '$ taru-oci run')
	is "$(printf '%s\n' "${said[@]}")" "$expected"
}

# --- Podman ---

prepare_podman()
{
	needs podman
	mkdir "$T/podman"
	# Not of Podman's own choice, but what a machine without systemd needs.
	cat >"$T/containers.conf" <<-END
		[containers]
		log_driver = "k8s-file"
		default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "none"
		tmp_dir = "$T/podman/tmp"
	END
	cat >"$T/storage.conf" <<-END
		[storage]
		driver = "vfs"
		graphroot = "$T/podman/storage"
		runroot = "$T/podman/run"
	END
	export CONTAINERS_CONF=$T/containers.conf CONTAINERS_STORAGE_CONF=$T/storage.conf
	podman import --quiet --change 'CMD ["/bin/sh"]' "$PEERS_TAR" busybox
	: >"$NOTES"
}

@test "podman --runtime" {
	prepare_podman
	as_words "podman --runtime" --rm --network none busybox echo up
	must "${WORDS[@]}"
	prints up
	by_taru create
	by_taru start
	by_taru delete
}

@test "podman: [engine] in containers.conf" {
	local text
	prepare_podman
	text=$(block 'runtime = "/usr/local/bin/taru-oci"')
	is "$(head -n 1 <<<"$text")" "[engine]"
	# The table is in the file already, as its last one.
	sed 1d <<<"$text" >>"$T/containers.conf"
	must podman run --rm --network none busybox echo up
	prints up
	by_taru create
	by_taru delete
}

# --- Docker ---

# start_as_said WORD...: a command line for dockerd; its containerd and its folders are the test's.
start_as_said()
{
	needs dockerd docker
	needs_hooks
	export DOCKER_HOST=unix://$ENGINE/docker.sock
	start_daemon dockerd "$@" --host "$DOCKER_HOST" --containerd "$CONTAINERD_ADDRESS" \
		--data-root "$T/docker" --exec-root "$ENGINE/dockerd" --pidfile "$ENGINE/dockerd.pid" \
		--bridge "$BRIDGE" "${ULIMITS[@]}"
	until_true docker version
	docker import --change 'CMD ["sh"]' "$PEERS_TAR" debian >/dev/null
}

@test "dockerd --add-runtime, docker run --runtime" {
	as_words "dockerd --add-runtime"
	start_as_said "${WORDS[@]}"
	must docker run --rm debian echo up
	prints up
	not_by_taru
	as_words "docker run" --rm debian echo up
	must "${WORDS[@]}"
	prints up
	by_taru create
	by_taru delete
}

@test "dockerd --add-runtime and the --default-runtime of the remark" {
	local more
	more=$(grep -oE -e '--default-runtime [a-z]+' "$README" | only_one --default-runtime)
	as_words "dockerd --add-runtime"
	# Two words.
	# shellcheck disable=SC2086
	start_as_said "${WORDS[@]}" $more
	must docker run --rm debian echo up
	prints up
	by_taru create
	by_taru delete
}

@test "docker: /etc/docker/daemon.json" {
	# shellcheck disable=SC2016
	grep -qF ', in `/etc/docker/daemon.json`:' "$README"
	mkdir -p /etc/docker
	grep -A 1 '^```json$' "$README" | sed 1d >/etc/docker/daemon.json
	start_as_said dockerd
	as_words "docker run" --rm debian echo up
	must "${WORDS[@]}"
	prints up
	by_taru create
	by_taru delete
}

# --- containerd ---

@test "ctr run --runc-binary" {
	needs containerd ctr
	as_words "ctr run" --rm docker.io/library/box:latest "$NAME" echo up
	must "${WORDS[@]}"
	prints up
	by_taru create
	by_taru delete
}

# --- Kubernetes: what its kubelet asks containerd for a pod of the RuntimeClass ---

# A containerd with its configuration at the usual place, as in README.md, and no option but where its folders are. What
# holds the namespaces of a pod is an image that every containerd has a name for.
start_containerd_with_cri()
{
	needs containerd ctr
	"$PYTHON" -c 'import grpc' 2>/dev/null || skip "there is no gRPC for Python here"
	# shellcheck disable=SC2016
	grep -qF ', in `/etc/containerd/config.toml`, ' "$README"
	mkdir -p /etc/containerd
	block '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.taru]' >/etc/containerd/config.toml
	# Not every machine lets root protect a process from the OOM killer.
	printf '%s\n' '[plugins."io.containerd.grpc.v1.cri"]' 'restrict_oom_score_adj = true' >>/etc/containerd/config.toml
	mkdir "$T/cri"
	start_daemon cri containerd --address "$T/cri/containerd.sock" --root "$CRI" --state "$ENGINE/cri"
	export CONTAINERD_ADDRESS=$T/cri/containerd.sock
	until_true ctr version
	make_image k8s.io "$(containerd config default | sed -n 's/.*sandbox_image = "\(.*\)"/\1/p')"
	make_image k8s.io box:latest
	kubelet version
}

kubelet()
{
	"$PYTHON" "$BATS_TEST_DIRNAME/cri.py" "$CONTAINERD_ADDRESS" "$@"
}

# What a kubelet finds in the RuntimeClass.
handler()
{
	block 'kind: RuntimeClass' | grep -qx 'apiVersion: node.k8s.io/v1'
	line 'handler: ' | sed 's/handler: //'
}

@test "containerd's config.toml and the RuntimeClass: a pod, a container in it, exec, its end" {
	local pod container
	start_containerd_with_cri
	pod=$(kubelet run-pod "$NAME" "$(handler)")
	is "$(kubelet handler "$pod")" "$(handler)"
	by_taru create
	by_taru start
	container=$(kubelet create "$pod" "$NAME" docker.io/library/box:latest sh -c 'trap "exit 5" TERM; sleep 1000 & wait')
	is "$(kubelet status "$container")" "created 0"
	kubelet start "$container"
	is "$(kubelet status "$container")" "running 0"
	try "$PYTHON" "$BATS_TEST_DIRNAME/cri.py" "$CONTAINERD_ADDRESS" exec "$container" sh -c 'echo in; id -u; exit 3'
	ends 3
	is "$output" $'in\n0'
	by_taru exec
	kubelet stop "$container"
	is "$(kubelet status "$container")" "exited 5"
	kubelet remove "$container"
	kubelet stop-pod "$pod"
	kubelet remove-pod "$pod"
	is "$(kubelet pods)" ''
	by_taru delete
}

@test "containerd's config.toml: a pod without the RuntimeClass has the runtime that it had" {
	local pod
	start_containerd_with_cri
	needs runc
	pod=$(kubelet run-pod "$NAME" "")
	not_by_taru
	kubelet stop-pod "$pod"
	kubelet remove-pod "$pod"
}
