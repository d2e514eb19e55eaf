#!/usr/bin/env bats
# explain.bats - what would be done, told in four forms, and nothing of it is done.
# shellcheck disable=SC2154,SC2016
load engine
load browser

@test "the page for a browser has what was asked for, and markup in names stays text" {
	evil='"><script>alert(1)</script>'
	mkdir -p "$T/<img src=x>"
	works run --rm --network none --memory 256m --cap-add NET_ADMIN -v "$T/<img src=x>:/mnt/<b onclick=x>" \
		-e "EVIL=$evil" --label "<i>=$evil" -w '/<u>' --explain html box echo "$evil" $'\xff\x1b[1m'
	printf %s "$output" >"$T/page.html"
	"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/page.html"
	for words in '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;' '&lt;img src=x&gt;' '/mnt/&lt;b onclick=x&gt;' \
		'268435456' '<li>NET_ADMIN</li>'; do
		grep -qF "$words" "$T/page.html"
	done
	not grep -qF '<script' "$T/page.html"
	browse "$T/page.html" explain
}

# differs WORD…: `taru explain --diff` of these words ends with 1; what it says is in $output.
differs()
{
	taru explain --diff "$@"
	[ "$status" = 1 ]
}

# told FORM WORD…: `taru explain` of these words is a whole page, script, text or JSON; it is in $output.
told()
{
	local form=$1
	shift
	works explain --format "$form" "$@"
	case $form in
	sh) sh -n <<<"$output" ;;
	text) [[ "$output" == *"   1. The runtime "* ]] ;;
	json) "$PYTHON" -c 'import json, sys; json.load(sys.stdin)' <<<"$output" ;;
	html)
		printf '%s\n' "$output" >"$T/page.html"
		"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/page.html"
		;;
	esac
}

@test "each form that names the command has all its words" {
	local form words="--rm --name made --memory=256m -v '/tmp/it'\\''s:/mnt' box sh -c 'echo \$HOME'"
	for form in sh html; do
		eval "told $form run $words"
		[ "$form" = sh ] || output=$(sed 's/&#39;/'"'/g" <<<"$output")
		grep -qF "taru run $words" <<<"$output"
		eval "works run --explain=$form $words"
		[ "$form" = sh ] || output=$(sed 's/&#39;/'"'/g" <<<"$output")
		grep -qF "taru run $words" <<<"$output"
	done
}

@test "one with a terminal is told also where there is none" {
	works explain run --rm -it --network none box sh
	[[ "$output" == *"a pair of terminals for the container"* ]]
	works run -d --name lives --network none box sleep 100
	works explain exec -it lives sh
	works rm -f lives
}

@test "markup in names stays text, also of a network and of one more process" {
	local evil='"><script>alert(1)</script>'
	works run -d --name lives --network none box sleep 100
	told html exec --env "EVIL=$evil" --workdir "/$evil" lives echo "$evil"
	grep -qF '&lt;script&gt;alert(1)' <<<"$output"
	not grep -qF '<script' <<<"$output"
	told html network create --label "<b>=$evil" wine
	grep -qF '&lt;script&gt;alert(1)' <<<"$output"
	not grep -qF '<script' <<<"$output"
	works rm -f lives
}

@test "run, and a network, in all forms; nothing of it is there then" {
	for form in sh text json html; do
		told "$form" run --rm --name made --memory 256m box true
		told "$form" network create --subnet 10.99.0.0/24 --label a=b wine
		[[ "$output" == *10.99.0* ]]
	done
	works ps --all --quiet
	[ -z "$output" ]
	fails 1 "no such network" -- network inspect wine
	[ ! -e "$TARU_ROOT/networks/wine" ]
}

@test "a network that could not be made cannot be explained either" {
	fails 1 "already exists" -- explain network create bridge
	fails 1 "is no subnet" -- explain network create --subnet odd wine
}

@test "a container that is there, running or not, and one more process in it" {
	works create --name later --network none --env A=B box sh -c 'echo later'
	works run --detach --name now --network none --memory 256m box sleep 100
	for form in sh text json html; do
		told "$form" later
		[[ "$output" == *"echo later"* ]]
		told "$form" now
		[[ "$output" == *268435456* ]]
		told "$form" exec --user 7:8 now id
		[[ "$output" == *7* ]]
	done
	works ps --format '{{.Names}}'
	[ "$output" = now ]
	works start --attach later
	[ "$output" = later ]
	fails 1 "not running" -- explain exec later id
	works rm --force now
}

@test "the ports and addresses that one has which runs" {
	works run --detach --name web --publish 8099:80 box sleep 100
	works container inspect --format '{{.NetworkSettings.IPAddress}}' web
	address=$output
	[[ "$address" == *.*.*.* ]]
	told html web
	[[ "$output" == *"$address port 80"* && "$output" == *"port 8099/tcp"* ]]
	told sh web
	[[ "$output" == *"ip address add $address/"* ]]
	works port web
	[[ "$output" == *8099* ]]
	works rm --force web
}

@test "a pull: who would be asked for what, without asking" {
	works explain --format text pull nowhere.example/team/app:1
	[[ "$output" == *"GET https://nowhere.example/v2/team/app/manifests/1"*"No image of that name is here"* ]]
	works explain pull nowhere.example/team/app:1
	sh -n <<<"$output"
	works explain --format json pull nowhere.example/team/app:1
	"$PYTHON" -c 'import json, sys; json.load(sys.stdin)[0]["requests"][0]["url"]' <<<"$output"
	fails 1 "sh, text or json" -- explain --format html pull nowhere.example/team/app:1
	fails 125 "never brought" -- run --explain sh nowhere.example/team/app:1 true
}

@test "a pull of what may be several images, and of several names, is one JSON text" {
	echo 'unqualified-search-registries = ["one.example", "two.example"]' >"$T/registries.conf"
	CONTAINERS_REGISTRIES_CONF=$T/registries.conf works explain --format json pull alpha three.example/beta:1
	"$PYTHON" -c 'import json, sys
images = json.load(sys.stdin)
assert [image["image"] for image in images] == ["one.example/alpha:latest", "two.example/alpha:latest", "three.example/beta:1"], images
assert all(image["requests"] for image in images)' <<<"$output"
	fails 1 "nothing to bring" -- explain --format json pull three.example/beta:1 host
	[ -z "$output" ]
}

@test "a container of taru-oci, by its bundle" {
	oci=$(dirname "$TARU")/taru-oci
	[ -x "$oci" ] || skip "taru-oci is not built"
	mkdir -p "$T/bundle/rootfs/proc" "$T/oci"
	(cd "$T/bundle" && "$oci" spec)
	"$PYTHON" - "$T/bundle/config.json" <<'PYTHON'
import json, sys
config = json.load(open(sys.argv[1]))
config["process"]["terminal"] = False
config["process"]["args"] = ["/true"]
config["hostname"] = "cellar-of-oci"
json.dump(config, open(sys.argv[1], "w"))
PYTHON
	cp "$(command -v busybox)" "$T/bundle/rootfs/true"
	"$oci" --root "$T/oci" create --bundle "$T/bundle" theirs </dev/null >"$T/log" 2>&1
	for form in sh text json html; do
		told "$form" --oci-root "$T/oci" theirs
		[[ "$output" == *cellar-of-oci* ]]
	done
	"$oci" --root "$T/oci" delete --force theirs
	fails 1 "no such container: theirs" -- explain --oci-root "$T/oci" theirs
}

@test "what cannot be explained says what can" {
	fails 1 "cannot be explained: run, exec" -- explain rm x
	fails 1 "no such container: nosuch" -- explain nosuch
	fails 1 "'taru xray $$' shows how it is isolated" -- explain $$
	fails 1 "one container at a time" -- explain one other
	fails 1 "sh, text, json or html" -- explain --format odd run box
	fails 125 "" -- explain
	fails 125 "option '--replace' removes" -- explain run --replace box
}

@test "--diff: containers made alike do not differ, whatever their IDs, addresses and volumes are" {
	for name in one two; do
		works create --name $name --publish 80 --volume /data --memory 256m box true
	done
	works explain --diff one two
	[[ "$output" == *"all steps are the same"* ]]
	works explain --diff one one
	works explain --diff --format json one two
	"$PYTHON" -c 'import json, sys; assert json.load(sys.stdin)["differences"] == []' <<<"$output"
}

@test "--diff: what is changed, what only one has; the end is as diff's" {
	works create --name one --network none --memory 256m --env A=B box true
	works create --name two --network none --memory 512m --env A=C --tmpfs /more --read-only box true
	differs one two
	[[ "$output" == *"changed, step "*"linux.resources.memory.limit)"*"- "*268435456*"+ "*536870912* ]]
	[[ "$output" == *"only in 'two', step "*"/more"* ]]
	[[ "$output" == *"A=B"*"A=C"* ]]
	differs --format json one two
	"$PYTHON" -c '
import json, sys
told = json.load(sys.stdin)
changes = [(d["change"], d["kind"]) for d in told["differences"]]
assert ("changed", "write-file") in changes and ("added", "mount") in changes, changes
assert told["left"] == "one" and told["right"] == "two"' <<<"$output"
	fails 2 "no such container: three" -- explain --diff one three
	fails 2 "takes two containers" -- explain --diff one
	fails 2 "text or json" -- explain --diff --format html one two
}

@test "--diff: what no step does: its monitor, its end, hosts and resolv.conf" {
	works create --name one --network none box true
	works create --name two --network none --restart on-failure:3 --health-cmd "check it" --log-driver none \
		--stop-signal USR1 --stop-timeout 3 --add-host gate:10.1.2.3 --dns 10.9.9.9 --rm=false box true
	works create --name three --network bridge --add-host gate:10.1.2.3 box true
	works create --name four --network bridge --add-host gate:10.1.2.4 box true
	differs one two
	for words in $'--restart\n  - no\n  + on-failure:3\n' $'--log-driver\n  - json-file\n  + none\n' \
		$'--stop-signal\n  - SIGTERM\n  + SIGUSR1\n' $'--stop-timeout\n  - 10 s\n  + 3 s\n' \
		$"only in 'two', what no step of the start does: --health-cmd"$'\n  + CMD-SHELL \'check it\'\n' \
		$"only in 'two', what no step of the start does: hosts"$'\n  + 10.1.2.3 gate' $'+ nameserver 10.9.9.9'; do
		[[ "$output" == *"$words"* ]]
	done
	differs three four
	[[ "$output" == *"differences: 1"*$'hosts\n  - 10.1.2.3 gate\n  + 10.1.2.4 gate' ]]
	differs --format json two one
	"$PYTHON" -c '
import json, sys
told = json.load(sys.stdin)
assert told["differences"] == [], told
assert {"change": "changed", "setting": "--restart", "left": "on-failure:3", "right": "no"} in told["settings"], told
assert {"change": "removed", "setting": "hosts", "left": "10.1.2.3 gate", "right": None} in told["settings"], told' <<<"$output"
}

@test "what is explained is never brought, whatever --pull says; a container without a record is told" {
	works explain run --network none --pull always --cidfile "$T/cid" -v "$T/new/folder:/v" box true
	[[ "$output" == *"$T/new/folder"* ]]
	[ ! -e "$T/cid" ]
	[ ! -e "$T/new" ]
	[[ "$stderr" != *Pulling* ]]
	fails 125 "is not here" -- explain run --pull missing nothere.invalid/x
	mkdir -p "$T/oci/half"
	fails 1 "'half' is being made" -- explain --oci-root "$T/oci" half
}

@test "the host's root as a volume is the host's, however it is spelled" {
	ln -s / "$T/root"
	mkdir "$T/below"
	echo here >"$T/below/file"
	works run --rm --network none -v /:/one:ro -v "/tmp/..:/two:ro" -v "$T/root:/three:ro" box \
		sh -c "cat /one$T/below/file /two$T/below/file /three$T/below/file"
	[ "$output" = $'here\nhere\nhere' ]
}

# Every file of the store and of what runs: its place, kind, rights, owner, size, times, links and bytes.
all_of()
{
	find "$TARU_ROOT" "$TARU_RUN_ROOT" -printf '%p %y %m %U:%G %s %T@ %C@ %l\n' 2>/dev/null | sort
	find "$TARU_ROOT" "$TARU_RUN_ROOT" -type f -exec sha256sum {} + 2>/dev/null | sort
}

# leaves_all WORD…: the command, which works, changes nothing of all that.
leaves_all()
{
	all_of >"$T/before"
	works "$@"
	all_of >"$T/after"
	diff "$T/before" "$T/after"
}

@test "what is explained changes nothing, whatever it would take: names, addresses, ports, volumes, secrets, files" {
	works create --name taken --network none box true
	works network create wine --subnet 10.98.0.0/24
	printf secret | "$TARU" secret create password - >/dev/null
	for form in sh text json html; do
		leaves_all explain --format "$form" run --name taken box true
		leaves_all explain --format "$form" run --publish 8098:80 --network wine --ip 10.98.0.7 -v new:/etc -v /home \
			-v "$T/absent/folder:/absent" --secret password --secret password,type=env,target=WORD --restart always \
			--health-cmd true --memory 64m box true
		[[ "$output" == *10.98.0.7* ]]
	done
	[ ! -e "$T/absent" ]
	leaves_all explain run --name taken --replace --detach --pidfile "$T/pid" box true
	[ ! -e "$T/pid" ]
	leaves_all explain run --network none --uidmap 0:100000:65536 --gidmap 0:100000:65536 box true
	leaves_all explain network create --subnet 10.97.0.0/24
	works network rm wine
	works secret rm password
}

@test "the address that is chosen is the one that the next container gets, and another where that is taken" {
	leaves_all explain --format json run box true
	chosen=$(grep -oE '10\.87\.0\.[0-9]+/16' <<<"$output" | grep -v '\.1/' | sort -u)
	works run --detach --name first box sleep 100
	until_true test -e "$(log_of first)"
	works container inspect --format '{{.NetworkSettings.IPAddress}}/16' first
	[ "$output" = "$chosen" ]
	leaves_all explain --format json run box true
	[[ "$output" != *"\"$chosen\""* ]]
	fails 125 "is taken by container" -- explain run --network bridge --ip "${chosen%/16}" box true
	works rm --force first
}

@test "a store in which nothing was ever run, or which is not there, is told of all the same" {
	mkdir "$T/store"
	cp -a "$TARU_ROOT"/{images,layers,lock} "$T/store"
	TARU_ROOT=$T/store leaves_all explain run --publish 8097:80 -v new:/data box true
	[[ "$output" == *"mkdir -m 0700 $T/store/containers"*"mkdir -m 0700 $T/store/networks"* ]]
	TARU_ROOT=$T/none works explain run --network none host true
	[ ! -e "$T/none" ]
}

@test "who is killed while explaining leaves nothing" {
	all_of >"$T/before"
	for pause in 0.001 0.003 0.005 0.01 0.02; do
		timeout --signal=KILL "$pause" "$TARU" explain run --publish 8096:80 -v new:/data box true >/dev/null 2>&1 || true
	done
	all_of >"$T/after"
	diff "$T/before" "$T/after"
}

@test "a container that is explained, alone or with another, running or not, stays as it is to the byte" {
	works create --name one --add-host gate:host-gateway --dns 10.9.8.7 --publish 8095:80 box true
	works create --name two --network none box sh
	works run --detach --name three box sleep 100
	until_true test -e "$(log_of three)"
	for form in sh text json html; do
		leaves_all explain --format "$form" one
		leaves_all explain --format "$form" two
		leaves_all explain --format "$form" three
		leaves_all explain --format "$form" exec three id
	done
	all_of >"$T/before"
	differs one two
	differs one three
	differs two three
	all_of >"$T/after"
	diff "$T/before" "$T/after"
	works rm --force one two three
}

@test "an image for another kind of machine that is here is explained, and one that is for another is named" {
	tar -C "$WORLD/box" -c . | "$TARU" import --platform linux/arm64 - armbox >/dev/null
	told sh run --network none --platform linux/arm64 armbox true
	told sh run --network none --platform "$("$TARU" version --format '{{.Client.Os}}/{{.Client.Arch}}')" box true
	fails 125 "image 'armbox' is here for linux/arm64, not for linux/s390x" -- explain run --platform linux/s390x armbox true
	fails 125 "is not here" -- explain run --platform linux/arm64 nowhere.invalid/x true
	works rmi armbox
}
