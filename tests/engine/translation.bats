#!/usr/bin/env bats
# translation.bats - what is told to people comes in the language that they ask for: help, doctor, xray, explain, why and
# run --why in Japanese. What programs read does not change, a script runs the same commands, and who starts a container
# pays nothing.
# shellcheck disable=SC2154,SC2016
load engine
load browser

TARU_OCI=${TARU_OCI:-$BUILD/taru-oci}

setup()
{
	T=$(mktemp -d "$WORLD/test.XXXXXX")
	[ -e "$BUILD/share/locale/ja/LC_MESSAGES/taru.mo" ] || skip "it was built without gettext"
	unset LANGUAGE
}

teardown()
{
	"$TARU" ps -aq 2>/dev/null | while read -r id; do "$TARU" rm -f "$id"; done >/dev/null
	rm -rf --one-file-system "$T"
}

ja()
{
	LC_ALL=ja_JP.UTF-8 "$@"
}

# has WORDS: in $output.
has()
{
	[[ "$output" == *"$1"* ]] || { printf 'it does not say: %s\n%s\n' "$1" "$output"; return 1; }
}

# japanese FILTER: each line of $output that the extended expression selects has a Japanese letter, or 、 or 「.
japanese()
{
	grep -E "$1" <<<"$output" >"$T/selected"
	[ -s "$T/selected" ]
	"$PYTHON" -c '
import re, sys
bad = [line for line in open(sys.argv[1], encoding="utf-8") if not re.search("[\u3001-\u30ff\u4e00-\u9fff]", line)]
sys.exit("these are not: " + "".join(bad) if bad else 0)' "$T/selected"
}

# english: nothing in $output is Japanese.
english()
{
	"$PYTHON" -c 'import re, sys; sys.exit(bool(re.search("[\u3001-\u30ff\u4e00-\u9fff]", sys.stdin.buffer.read().decode())))' \
		<<<"$output"
}

@test "the help of every command, each line of it" {
	local command group program
	run ja "$TARU" --help
	has "使い方：taru [OPTIONS] COMMAND ..."
	japanese '^  '
	for program in "$TARU" "$TARU_OCI"; do
		LC_ALL=C "$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' >"$T/commands"
		[ "$(wc -l <"$T/commands")" -gt 15 ]
		while read -r command; do
			run ja "$program" "$command" --help
			[ "$status" = 0 ]
			has "使い方："
			has "オプション："
			japanese '^(  -|      --)'
		done <"$T/commands"
	done
	for group in container image network secret system volume; do
		run ja "$TARU" "$group" --help
		japanese '^  [a-z]'
	done
	run ja "$TARU" run --help
	has "イメージ \`host\` はダウンロードが不要です。"
	has "別名：taru container run"
}

@test "doctor: sentences, and columns that stand below each other; as JSON it is what it always is" {
	run ja "$TARU" doctor
	has "はい"
	[[ "$output" == *"ここではコンテナを実行できます。"* || "$output" == *"ここではコンテナを実行できません。"* ]]
	"$PYTHON" -c '
import sys, unicodedata
lines = [line for line in sys.stdin.read().split("\n") if line.startswith(("はい", "一部", "いいえ"))]
assert len(lines) > 30, lines
for line in lines:
    column, columns = 0, []
    for before, character in zip("  " + line, line):
        if before == " " and character != " ":
            columns.append(column)
        column += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    assert {0, 8, 26} <= set(columns), (columns, line)' <<<"$output"
	run ja "$TARU" doctor --json
	english
	[ "$(jq -r '.Checks[].For' <<<"$output")" = "$(LC_ALL=C "$TARU" doctor --json | jq -r '.Checks[].For')" ]
}

@test "xray, and its risks" {
	run ja "$TARU" xray $$
	has "プロセス $$（"
	has "ケーパビリティ"
	has "ホストのもの"
	run ja "$TARU" xray --risks $$
	has "ホストの PID 名前空間にいます"
	has "対処： --pid host を使わない"
	run ja "$TARU" xray --format json $$
	english
	run ja "$TARU" xray --format html $$
	has '<html lang="ja">'
	has '<h2>隔離を弱めるもの</h2>'
}

@test "explain: sentences, a page, and a script that runs the same commands" {
	"$TARU" create --name one -m 64m box true >/dev/null
	run ja "$TARU" explain --format text one
	has "で起動する様子。"
	has "ランタイムは、新しい名前空間の中で、コンテナのプロセスを始めます。"
	japanese '^ *[0-9]+\. '
	japanese '求めたもの：'
	run ja "$TARU" explain --format html one
	has '<html lang="ja">'
	has '<h2>名前空間</h2>'
	ja "$TARU" explain one >"$T/ja.sh"
	LC_ALL=C "$TARU" explain one >"$T/en.sh"
	diff <(grep -v '^#' "$T/en.sh") <(grep -v '^#' "$T/ja.sh")
	# What is left in English are keys of the config, and what shellcheck reads.
	output=$(cat "$T/ja.sh")
	has "コンテナの持ち主となるユーザー"
	run grep -vE '^# shellcheck' "$T/ja.sh"
	output=$(grep -E '^# .*[a-z]+ [a-z]+ [a-z]+ [a-z]+' <<<"$output") || true
	[ -z "$output" ] || japanese '^#'
	run ja "$TARU" explain --format json one
	english
}

@test "why, and why a start failed" {
	"$TARU" run --network none --name one box sh -c 'exit 3' || [ $? = 3 ]
	run ja "$TARU" why one
	has "one はステータス 3 で終了しました。"
	has "出力は taru logs one で見られます。"
	printf '#!/bin/nosuch\n' >"$T/script"
	chmod +x "$T/script"
	run -127 ja "$TARU" run --network none --name three -v "$T/script:/script" box /script
	# The words that engines look for stay.
	has "no such file or directory"
	has "それが求めるインタープリター '/bin/nosuch' がありません"
	run ja "$TARU" why three
	has "three を起動できませんでした："
}

@test "run --why: what the kernel refused, by whom and what would allow it" {
	run ja "$TARU" run --why --rm --network none box mount -t tmpfs none /mnt
	[ "$status" = 1 ]
	has "カーネルが拒んだもの"
	has "mount（プロセス 1）による '/mnt' への mount(2)：EPERM"
	has "seccomp フィルターが"
	has "マウントには CAP_SYS_ADMIN が必要です。"
	has "--cap-add SYS_ADMIN"
	japanese '^  '
	run ja "$TARU" run --why --rm --network none -u 1000 box sh -c 'for i in 1 2; do (: >/etc/new); done'
	has "sh（プロセス "
	has "'/etc' は 0:0 のもので、モードは 0755"
	japanese '^  '
	run ja "$TARU" run --why --rm --network none box true
	[ "$status" = 0 ]
	has "カーネルは何も拒んでいません。"
	run env LC_ALL=C "$TARU" run --why --rm --network none box mount -t tmpfs none /mnt
	has "mount(2) of '/mnt' by mount (process 1): EPERM"
	english
}

@test "taru-oci: an engine that has it write a log reads English" {
	mkdir -p "$T/bundle/rootfs"
	(cd "$T/bundle" && "$TARU_OCI" spec)
	jq '.process.terminal = false | .hostname = "a" | .root.path = "nowhere"' "$T/bundle/config.json" >"$T/config"
	mv "$T/config" "$T/bundle/config.json"
	run ja "$TARU_OCI" --root "$T/oci" run -b "$T/bundle" one
	[ "$status" = 1 ]
	run ja "$TARU_OCI" --root "$T/oci" --log "$T/log" run -b "$T/bundle" one
	[ "$status" = 1 ]
	output=$(cat "$T/log")
	english
	jq '.root.path = "rootfs" | .mounts = [{ "destination": "/x", "type": "bind", "source": "/nowhere", "options": ["bind"] }]' \
		"$T/bundle/config.json" >"$T/config"
	mv "$T/config" "$T/bundle/config.json"
	run ja "$TARU_OCI" --root "$T/oci" run -b "$T/bundle" one
	has "mounts[0].source: ホストに '/nowhere' がありません; 作るか、パスを直してください"
	run ja "$TARU_OCI" --root "$T/oci" --log "$T/log" run -b "$T/bundle" one
	grep -q "'/nowhere' does not exist on the host" "$T/log"
}

@test "the variables of gettext say which language" {
	local words
	told()
	{
		env -u LC_ALL -u LC_MESSAGES -u LANG -u LANGUAGE "$@" "$TARU" --help | head -1
	}
	words=$(told LANG=ja_JP.UTF-8)
	[[ "$words" == 使い方* ]]
	[ "$(told LC_MESSAGES=ja_JP.utf8 LANG=C)" = "$words" ]
	[ "$(told LC_ALL=ja LANG=C)" = "$words" ]
	[ "$(told LANG=C.UTF-8 LANGUAGE=xx:ja:en)" = "$words" ]
	[[ "$(told LANG=C LANGUAGE=ja)" == Usage* ]]
	[[ "$(told LANG=ja_JP.UTF-8 LANGUAGE=en:ja)" == Usage* ]]
	[[ "$(told LANG=ja_JP.UTF-8 LC_ALL=C)" == Usage* ]]
	[[ "$(told LANG=ja_JP.eucJP)" == Usage* ]]
	[[ "$(told LANG=../../../../tmp)" == Usage* ]]
	[[ "$(told A=b)" == Usage* ]]
}

@test "who starts a container opens no catalogue" {
	if ! command -v strace >/dev/null; then
		skip "strace is not installed"
	fi
	LC_ALL=ja_JP.UTF-8 strace -f -qq -e trace=%file -o "$T/calls" "$TARU" run --rm --network none box true
	grep -q execve "$T/calls"
	run grep -E 'locale|\.mo"' "$T/calls"
	[ "$status" = 1 ]
	# When it has failed it does.
	LC_ALL=ja_JP.UTF-8 strace -f -qq -e trace=%file -o "$T/calls" "$TARU" run --rm --network none box nosuch 2>/dev/null || true
	grep -q 'ja/LC_MESSAGES/taru.mo' "$T/calls"
}

# Where no font has these letters there would be boxes.
has_font()
{
	command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ja)" ]
}

@test "the pages for a browser, in Japanese, on a desk and on a telephone" {
	has_font || skip "there is no Japanese font on this machine"
	local words
	mkdir "$T/source"
	set -- --network bridge -p 127.0.0.1:8098:80 --memory 64m --cap-add NET_ADMIN -v "$T/source:/mnt:ro" --read-only \
		--tmpfs /tmp
	run ja "$TARU" explain --format html run --name page "$@" box sleep 100
	[ "$status" = 0 ]
	printf '%s\n' "$output" >"$T/page.html"
	grep -q '<html lang="ja">' "$T/page.html"
	"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/page.html"
	browse "$T/page.html" explain-ja
	run "$TARU" run -d --name page "$@" --pid host box sleep 100
	[ "$status" = 0 ]
	for words in "" --risks; do
		# shellcheck disable=SC2086
		run ja "$TARU" xray $words --format html page
		printf '%s\n' "$output" >"$T/page.html"
		grep -q '<html lang="ja">' "$T/page.html"
		"$PYTHON" "$BATS_TEST_DIRNAME/../checks/page" "$T/page.html"
		browse "$T/page.html" "xray${words#-}-ja"
	done
}
