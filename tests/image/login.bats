# login.bats - `taru login` and `logout`, with a registry that has TLS and a password.
# shellcheck shell=bash disable=SC2154

bats_require_minimum_version 1.5.0
HERE=$(cd "$(dirname "$BATS_TEST_FILENAME")" && pwd)
TARU=${TARU:-${BUILD:-$HERE/../../build}/taru}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
# shellcheck source=tests/image/registry.bash
. "$HERE/registry.bash"

setup_file()
{
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-login.XXXXXX")
	start_registry "$WORLD/registry" --tls --auth
	export WORLD REGISTRY
}

teardown_file()
{
	stop_registry "$WORLD/registry"
	rm -rf "$WORLD"
}

setup()
{
	T=$(mktemp -d "$WORLD/t.XXXXXX")
	export HOME=$T XDG_RUNTIME_DIR=$T/run TARU_ROOT=$T/store
	unset XDG_CONFIG_HOME DOCKER_CONFIG REGISTRY_AUTH_FILE
	mkdir "$T/run"
	AUTH=$T/run/containers/auth.json
	mkdir -p "$T/.config/containers/certs.d/$REGISTRY"
	cp "$WORLD/registry/ca.pem" "$T/.config/containers/certs.d/$REGISTRY/ca.crt"
}

teardown()
{
	rm -rf "$T"
}

# taru STATUS WORD…
taru()
{
	# As in a shell, where the first free descriptor is 3.
	run "-$1" --separate-stderr "$TARU" "${@:2}" 3>&- 4>&-
}

says()
{
	[[ "$stderr" == *"$1"* ]] || { echo "not '$1': $stderr"; return 1; }
}

# type_at_terminal WORDS COMMAND…: see type.py
type_at_terminal()
{
	run --separate-stderr "$PYTHON" "$HERE/type.py" "$@"
	# Shown where the test fails.
	echo "$output"
	echo "$stderr"
}

@test "a good password is kept for this user alone, as skopeo reads it" {
	taru 0 login -u alice --password-stdin "$REGISTRY" <<<secret
	[ "$output" = "Login Succeeded" ]
	[ -z "$stderr" ]
	[ "$(stat -c %a "$AUTH")" = 600 ]
	[ "$(jq -r --arg key "$REGISTRY" '.auths[$key].auth' "$AUTH" | base64 -d)" = alice:secret ]
	[ "$(skopeo login --authfile "$AUTH" --get-login "$REGISTRY")" = alice ]
	# And the verbs that go to the registry have it.
	taru 1 pull "$REGISTRY/nothing:1"
	[[ "$stderr" != *"taru login"* ]]
}

@test "a wrong password is told, and nothing is kept" {
	taru 1 login -u alice --password-stdin "$REGISTRY" <<<wrong
	[ "$stderr" = "taru: $REGISTRY: does not take this user name and password" ]
	[ -z "$output" ]
	[ ! -e "$AUTH" ]
	taru 1 login -u bob --password-stdin "$REGISTRY" <<<secret
	[ ! -e "$AUTH" ]
}

@test "a wrong password leaves the one that is kept" {
	taru 0 login -u alice --password-stdin "$REGISTRY" <<<secret
	cp "$AUTH" "$T/before"
	taru 1 login -u alice --password-stdin "$REGISTRY" <<<wrong
	cmp "$T/before" "$AUTH"
}

@test "the password of the command line is warned of" {
	taru 0 login -u alice -p secret "https://$REGISTRY/v2/"
	[ "$output" = "Login Succeeded" ]
	says "others see it in the list of processes"
	[ "$(jq -r '.auths | keys[]' "$AUTH")" = "$REGISTRY" ]
}

@test "a host that nobody is, and one whose certificate nobody trusts" {
	SECONDS=0
	taru 1 login -u alice --password-stdin 127.0.0.1:1 <<<secret
	says 127.0.0.1:1
	[ "$SECONDS" -lt 60 ]
	rm -r "$T/.config"
	taru 1 login --tls-verify=true -u alice --password-stdin "$REGISTRY" <<<secret
	says certificate
	[ ! -e "$AUTH" ]
	taru 0 login --tls-verify=false -u alice --password-stdin "$REGISTRY" <<<secret
}

@test "a file of one's own, where other things stay as they were" {
	echo '{"auths":{"other.example":{"auth":"eDp5"}},"more":1}' >"$T/mine"
	taru 0 login --authfile "$T/mine" -u alice --password-stdin "$REGISTRY" <<<secret
	[ ! -e "$AUTH" ]
	[ "$(stat -c %a "$T/mine")" = 600 ]
	jq -e '.auths["other.example"].auth == "eDp5" and .more == 1 and (.auths | length) == 2' "$T/mine"
	taru 0 logout --authfile "$T/mine" "$REGISTRY"
	jq -e '.auths | keys == ["other.example"]' "$T/mine"
}

@test "what is kept is tried when nothing is said, and is told when it does not work" {
	taru 0 login -u alice --password-stdin "$REGISTRY" <<<secret
	taru 0 login "$REGISTRY" </dev/null
	[ "$output" = "Login Succeeded" ]
	jq --arg key "$REGISTRY" '.auths[$key].auth = "YWxpY2U6b2xk"' "$AUTH" >"$T/old"
	cp "$T/old" "$AUTH"
	taru 1 login "$REGISTRY" </dev/null
	says "the credentials in $AUTH do not work"
	says "standard input is no terminal"
}

@test "logout forgets, and says so when there was nothing" {
	taru 0 login -u alice --password-stdin "$REGISTRY" <<<secret
	taru 0 logout "$REGISTRY"
	[ "$output" = "Removing login credentials for $REGISTRY" ]
	jq -e '.auths == {}' "$AUTH"
	taru 0 logout "$REGISTRY"
	[ "$output" = "Not logged in to $REGISTRY" ]
	taru 0 logout
	[ "$output" = "Not logged in to docker.io" ]
}

# make_helper NAME: a credential helper whose passwords are files of $T/kept.
make_helper()
{
	mkdir -p "$T/bin" "$T/kept"
	cat >"$T/bin/docker-credential-$1" <<-END
	#!/bin/sh
	cd "$T/kept" || exit 1
	case \$1 in
	list) for name in *; do [ ! -e "\$name" ] || echo "\$name"; done | jq -Rn '[inputs | { (.): "alice" }] | add // {}' ;;
	erase) read -r name; [ -e "\$name" ] && rm "\$name" || { echo "credentials not found in native keychain"; exit 1; } ;;
	*) exit 1 ;;
	esac
	END
	chmod 755 "$T/bin/docker-credential-$1"
	export PATH=$T/bin:$PATH
}

@test "logout --all forgets all registries, names each, and leaves all else in the file" {
	taru 0 login -u alice --password-stdin "$REGISTRY" <<<secret
	jq '.auths["other.example/team"] = { auth: "eDp5" } | .more = 1' "$AUTH" >"$T/new"
	cp "$T/new" "$AUTH"
	taru 0 logout --all
	[ "$(sort <<<"$output")" = "$(printf 'Removing login credentials for %s\n' "$REGISTRY" other.example/team | sort)" ]
	[ -z "$stderr" ]
	jq -e '. == { auths: {}, more: 1 }' "$AUTH"
	[ "$(stat -c %a "$AUTH")" = 600 ]
	taru 0 logout -a
	[ "$output" = "Not logged in to any registry" ]
	taru 1 logout --all "$REGISTRY"
	says "which?"
}

@test "logout --all: a file of one's own, and no other" {
	echo '{"auths":{"other.example":{"auth":"eDp5"}}}' >"$T/mine"
	taru 0 login -u alice --password-stdin "$REGISTRY" <<<secret
	taru 0 logout --all --authfile "$T/mine"
	[ "$output" = "Removing login credentials for other.example" ]
	jq -e '.auths == {}' "$T/mine"
	jq -e '.auths | length == 1' "$AUTH"
	mkdir "$T/.docker"
	echo '{"auths":{"third.example":{"auth":"eDp5"}, "fourth.example": {}}}' >"$T/.docker/config.json"
	taru 0 logout --all
	says "$T/.docker/config.json still has credentials"
	grep -q third.example "$T/.docker/config.json"
}

@test "logout --all: what credential helpers keep, as far as they say so" {
	make_helper test
	touch "$T/kept/one.example" "$T/kept/two.example:5000"
	mkdir -p "${AUTH%/*}"
	echo '{"auths":{"one.example":{},"file.example":{"auth":"eDp5"}},"credsStore":"test"}' >"$AUTH"
	taru 0 logout --all
	[ "$(sort <<<"$output")" = "$(printf 'Removing login credentials for %s\n' file.example one.example \
		two.example:5000 | sort)" ]
	[ -z "$(ls "$T/kept")" ]
	jq -e '. == { auths: {}, credsStore: "test" }' "$AUTH"
	# One that is asked for a registry alone loses that and no other; one that is not there is told, after the rest.
	touch "$T/kept/three.example" "$T/kept/four.example"
	echo '{"auths":{"file.example":{"auth":"eDp5"}},"credHelpers":{"three.example":"test","x.example":"gone"}}' >"$AUTH"
	taru 1 logout --all
	[ "$(sort <<<"$output")" = "$(printf 'Removing login credentials for %s\n' file.example three.example)" ]
	says "docker-credential-gone"
	[ "$(ls "$T/kept")" = four.example ]
}

@test "logout tells of another file that still has the password" {
	mkdir "$T/.docker"
	echo "{\"auths\":{\"$REGISTRY\":{\"auth\":\"YWxpY2U6c2VjcmV0\"}}}" >"$T/.docker/config.json"
	taru 0 logout "$REGISTRY"
	says "$T/.docker/config.json still has credentials"
	grep -q YWxpY2U6c2VjcmV0 "$T/.docker/config.json"
}

@test "what cannot be meant is refused before anybody is asked" {
	taru 1 login --password-stdin "$REGISTRY" <<<secret
	says "'--password-stdin' needs '--username'"
	taru 1 login -u alice -p x --password-stdin "$REGISTRY" <<<secret
	says "exclude each other"
	taru 1 login -u alice --password-stdin "$REGISTRY" </dev/null
	says "the password is empty"
	taru 1 login -u alice "$REGISTRY" </dev/null
	says "no terminal"
	taru 1 login -u a:b --password-stdin "$REGISTRY" <<<secret
	says "':' must not be in it"
	taru 1 login -u alice --password-stdin 'not a host' <<<secret
	says "'not a host' is no registry"
	head -c 70000 /dev/zero | tr '\0' x >"$T/long"
	taru 1 login -u alice --password-stdin "$REGISTRY" <"$T/long"
	says "too long"
	[ ! -e "$AUTH" ]
}

@test "at a terminal it asks, and shows the name but not the password" {
	type_at_terminal 'Username: =alice' 'Password: =secret' -- "$TARU" login "$REGISTRY"
	[ "$status" = 0 ]
	[[ "$output" == *"Username: alice"* ]]
	[[ "$output" != *secret* ]]
	[[ "$output" == *"Login Succeeded"* ]]
	[[ "$output" == *"echo is on"* ]]
	[ "$(jq -r --arg key "$REGISTRY" '.auths[$key].auth' "$AUTH" | base64 -d)" = alice:secret ]
}

@test "whatever ends it while it asks, the terminal shows again what is typed" {
	local signal
	for signal in INT TERM HUP QUIT; do
		type_at_terminal "Password: =kill $signal" -- "$TARU" login -u alice "$REGISTRY"
		[[ "$output" == *"echo was off"* ]]
		[[ "$output" == *"ended by SIG$signal"* ]]
		[[ "$output" == *"echo is on"* ]]
	done
	[ ! -e "$AUTH" ]
}

@test "stopped and continued, it asks anew" {
	type_at_terminal "Password: =stop" "Password: =secret" -- "$TARU" login -u alice "$REGISTRY"
	[[ "$output" == *"stopped, echo is on"* ]]
	[[ "$output" == *"Login Succeeded"* ]]
	[[ "$output" == *"echo is on" ]]
	[ "$status" = 0 ]
}
