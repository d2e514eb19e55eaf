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
	! grep -qF '<script' "$T/page.html"
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
	fails 1 "lsns -p $$" -- explain $$
	fails 1 "one container at a time" -- explain one other
	fails 1 "sh, text, json or html" -- explain --format odd run box
	fails 125 "" -- explain
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
