#!/usr/bin/env bats
# secrets.bats - passwords and keys for containers: `taru secret`, `run --secret`.
# shellcheck disable=SC2154,SC2016
load engine

teardown()
{
	local wrong=0
	engine_teardown || wrong=1
	# One word for each.
	# shellcheck disable=SC2046
	[ -z "$("$TARU" secret ls -q)" ] || "$TARU" secret rm $("$TARU" secret ls -q) >/dev/null || wrong=1
	[ -z "$(ls -A "$TARU_ROOT/secrets" 2>/dev/null)" ] || { echo "left of a secret: $(ls -A "$TARU_ROOT/secrets")"; wrong=1; }
	return $wrong
}

# keep NAME TEXT [OPTION…]
keep()
{
	local name=$1 text=$2
	shift 2
	printf %s "$text" | "$TARU" secret create "$@" "$name" -
}

@test "create, ls, inspect, rm: by name and ID; the secret itself is never shown" {
	local id
	id=$(keep key "opens the cellar" --label kind=red)
	[[ "$id" =~ ^[0-9a-f]{25}$ ]]
	works secret ls
	[[ "${lines[0]}" =~ ^"ID "\ +"NAME "\ +"DRIVER "\ +"CREATED "\ +UPDATED$ ]]
	[[ "${lines[1]}" == "$id   key       file "* ]]
	works secret inspect key
	[[ "$output" != *cellar* ]]
	"$PYTHON" -c 'import json, sys; [s] = json.load(sys.stdin); assert s["Spec"]["Name"] == "key" and s["Spec"]["Labels"] == {"kind": "red"}' <<<"$output"
	works secret inspect "${id:0:6}" --format '{{.ID}} {{.Spec.Driver.Name}}'
	[ "$output" = "$id file" ]
	works secret ls -q --filter label=kind=red --filter name=ke
	[ "$output" = "$id" ]
	works secret ls -q --filter label!=kind
	[ -z "$output" ]
	[ "$(stat -c %a "$TARU_ROOT/secrets" "$TARU_ROOT/secrets/key")" = $'700\n600' ]
	works secret rm "$id"
	[ "$output" = "$id" ]
	fails 1 "no such secret: key" -- secret inspect key
}

@test "what is no secret is refused" {
	keep key one
	keep other two
	fails 1 "there is one of that name" -- secret create key /etc/passwd
	fails 1 "secret name '../x'" -- secret create ../x /etc/passwd
	fails 1 "1 to 512000 bytes" -- secret create empty /dev/null
	fails 1 "at most 512000 bytes" -- secret create large /dev/zero
	fails 1 "/nowhere" -- secret create none /nowhere
	fails 1 "the only driver is file" -- secret create -d vault none /etc/passwd
	fails 1 "there is no variable 'NOT_SET'" -- secret create --env none NOT_SET
	fails 1 "no such secret: nobody" -- secret rm nobody
	fails 125 "no such secret: nobody" -- run --rm --secret nobody box true
	fails 125 "the type is mount or env" -- run --rm --secret key,type=odd box true
	fails 125 "mode is an octal number" -- run --rm --secret key,mode=9 box true
	fails 125 "uid is a number" -- run --rm --secret key,uid=root box true
	fails 125 "is NAME[,type=" -- run --rm --secret key,odd=1 box true
	fails 125 "the target is a name in /run/secrets or an absolute path" -- run --rm --secret key,target=../x box true
	fails 125 "the target is a name in /run/secrets or an absolute path" -- run --rm --secret key,target=/run/secrets/a/b box true
	fails 125 "another secret has this target" -- run --rm --secret key --secret other,target=key box true
	printf 'a\0b' | "$TARU" secret create zero -
	fails 125 "has a NUL in it" -- run --rm --secret zero,type=env box true
	works run --rm --secret zero box wc -c /run/secrets/zero
	[ "$output" = "3 /run/secrets/zero" ]
}

@test "a file in memory, read-only, with the owner and mode that were asked for" {
	keep key "opens the cellar"
	keep other "more"
	works run --name one --secret key --secret other,target=deep,uid=1000,gid=1001,mode=0400 box \
		sh -c 'cd /run/secrets; cat key; echo; cat deep; echo; stat -c "%n %u:%g %a" *; grep -c " /run/secrets ro.* tmpfs" /proc/self/mountinfo; touch x 2>/dev/null || echo refused'
	[ "$output" = $'opens the cellar\nmore\ndeep 1000:1001 400\nkey 0:0 444\n1\nrefused' ]
	[ -z "$(grep -rl "opens the cellar" "$TARU_ROOT"/containers/*/upper "$TARU_ROOT"/containers/*/*.json)" ]
	[ "$(stat -c %a "$TARU_ROOT"/containers/*/secrets)" = 700 ]
	works container inspect one --format '{{json .Mounts}}'
	[ "$output" = "[]" ]
	works run --rm -u alice --read-only --secret other,mode=400,uid=1000 box cat /run/secrets/other
	[ "$output" = more ]
	works run --rm --secret source=other,target=deep box cat /run/secrets/deep
	[ "$output" = more ]
	works run --rm --secret key,target=/etc/key,mode=600 box sh -c 'stat -c %a /etc/key; cat /etc/key; echo x 2>/dev/null >/etc/key || echo refused; [ -e /run/secrets ] || echo none'
	[ "${lines[0]}${lines[1]}" = "600opens the cellarrefused" ]
	[ "${lines[2]}" = none ]
}

@test "a variable: its value is not shown by inspect" {
	keep key "opens the cellar"
	works run --name one --secret key,type=env,target=KEY --secret key,type=env -e PLACE=here box sh -c 'echo $KEY, $key, $PLACE'
	[ "$output" = "opens the cellar, opens the cellar, here" ]
	works container inspect one
	[[ "$output" != *cellar*opens* && "$output" == *'KEY=*******'* && "$output" == *PLACE=here* && "$output" != *"opens the"* ]]
}

@test "a container keeps what it has been given, whatever becomes of the secret" {
	local id
	keep key old
	works create --name one --secret key box cat /run/secrets/key
	id=$(OWN=new "$TARU" secret create --env --replace key OWN)
	works start -a one
	[ "$output" = old ]
	works secret rm "$id"
	works start -a one
	[ "$output" = old ]
	works rm one
	[ -z "$(ls -A "$TARU_ROOT/containers")" ]
}

@test "a store that cannot be written to is said to be that" {
	mkdir "$T/store"
	"$TARU" --root "$T/store" create --network none --name none nothing true 2>/dev/null || true
	mount --bind "$T/store" "$T/store"
	mount -o remount,ro,bind "$T/store"
	taru --root "$T/store" secret create plum /etc/hostname
	umount "$T/store"
	[ "$status" = 1 ]
	[[ "$stderr" == *"read-only file system"* ]]
}

@test "system check tells of a secret whose writer was killed, mends it, and leaves alone one that is being written" {
	local writer
	keep key "opens the cellar"
	works system check
	[ "$output" = "" ]
	printf 'opens the' >"$TARU_ROOT/secrets/.new-killed"
	# A secret that comes by a pipe is read before; so another has the lock here.
	printf 'opens' >"$TARU_ROOT/secrets/.new-busy"
	flock "$TARU_ROOT/secrets/.new-busy" sleep 100 3>&- 4>&- &
	writer=$!
	PIDS+=("$writer")
	until_true not flock -n "$TARU_ROOT/secrets/.new-busy" true
	taru system check
	[ "$status" = 1 ]
	[ "$output" = "secrets/.new-killed: is a part of a secret, whose writer was killed" ]
	works system check --repair
	[ "$output" = "secrets/.new-killed: is a part of a secret, whose writer was killed: mended" ]
	[ "$(ls -A "$TARU_ROOT/secrets")" = $'.new-busy\nkey' ]
	pkill -P "$writer"
	wait "$writer" || true
	works secret ls
	[ "$(ls -A "$TARU_ROOT/secrets")" = key ]
	works system check
	[ "$output" = "" ]
}
