#!/usr/bin/env bats
# completion.bats - `taru completion`: what bash, zsh and fish put in for a word that is begun, tried in the shells themselves.
# shellcheck disable=SC2154,SC2016
load engine

# in_bash LINE: what bash would offer, a line each; the line ends where the cursor is.
in_bash()
{
	bash --norc --noprofile -c '
		taru() { "$TARU" "$@"; }
		source <("$TARU" completion bash)
		COMP_LINE=$1
		COMP_POINT=${#COMP_LINE}
		# As readline divides them.
		mapfile -t COMP_WORDS < <(printf "%s" "$1" | sed -E "s/([:=])/ \1 /g" | tr -s " " "\n")
		[ "${1: -1}" != " " ] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_taru
		printf "%s\n" "${COMPREPLY[@]}"' bash "$1" </dev/null >"$T/stdout"
	output=$(<"$T/stdout")
	echo "$output"
}

in_fish()
{
	command -v fish >/dev/null || skip "fish is not installed"
	HOME=$T fish --no-config -c 'function taru; $TARU $argv; end; taru completion fish | source; complete -C "$argv[1]"' "$1" >"$T/stdout"
	output=$(<"$T/stdout")
	echo "$output"
}

@test "bash: verbs, groups and verbs of groups" {
	in_bash "taru ren"
	[ "$output" = rename ]
	in_bash "taru contai"
	[ "$output" = container ]
	in_bash "taru container pr"
	[ "$output" = prune ]
	in_bash "taru "
	[[ $'\n'$output$'\n' == *$'\nrun\n'* && $'\n'$output$'\n' == *$'\nimage\n'* ]]
}

@test "bash: options of a verb, and of taru; the words that one can have" {
	in_bash "taru run --privi"
	[ "$output" = --privileged ]
	in_bash "taru --run"
	[ "$output" = --run-root ]
	in_bash "taru run --pull m"
	[ "$output" = missing ]
	in_bash "taru run --rm --name x --uidm"
	[ "$output" = --uidmap ]
	in_bash "taru completion z"
	[ "$output" = zsh ]
}

@test "bash: containers and images, also where taru has options before its verb" {
	works create --name mine box true
	works create --name other box true
	in_bash "taru start m"
	[ "$output" = mine ]
	in_bash "taru --root $TARU_ROOT rm "
	[ "$(sort <<<"$output")" = $'mine\nother' ]
	in_bash "taru run bo"
	[ "$output" = box:latest ]
	in_bash "taru run box:la"
	[ "$output" = latest ]
}

@test "bash: files where a file is meant, and what follows an image is a command" {
	cd "$T"
	touch "$T/a file" "$T/another"
	in_bash "taru run --env-file an"
	[ "$output" = another ]
	in_bash "taru run --env-file a"
	[ "$(sort <<<"$output")" = $'a file\nanother' ]
	in_bash "taru run box --re"
	[ -z "$output" ]
	in_bash "taru run box ano"
	[ "$output" = another ]
	cd /
}

@test "fish: verbs, options and containers, with what they are" {
	works create --name mine box true
	in_fish "taru ren"
	[ "$output" = $'rename\tgive a container another name' ]
	in_fish "taru run --read"
	[[ "$output" == --read-only* ]]
	in_fish "taru start m"
	[ "$output" = mine ]
}

@test "zsh: verbs, options and containers" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	works create --name mine box true
	mkdir "$T/bin" && ln -s "$TARU" "$T/bin/taru"
	"$PYTHON" - "$T" <<'PYTHON' >"$T/out"
import os, pty, re, select, sys, time
folder = sys.argv[1]
pid, master = pty.fork()
if pid == 0:
    os.environ.update(HOME=folder, ZDOTDIR=folder, TERM="dumb", PATH=folder + "/bin:" + os.environ["PATH"])
    os.execvp("zsh", ["zsh", "-f", "-i"])
def read(seconds):
    text, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            text += os.read(master, 65536)
    return text.decode(errors="replace")
def until(word):
    text, end = "", time.monotonic() + 20
    while word not in text and time.monotonic() < end:
        text += read(0.1)
    return text
os.write(master, b"PS1='%% '; autoload -Uz compinit; compinit -u -D; source <(taru completion zsh); echo re''ady\n")
until("ready")
for line, want in ((b"taru renam", "rename"), (b"taru run --privi", "--privileged"), (b"taru start mi", "mine")):
    os.write(master, line + b"\t")
    print("yes" if want in until(want) else "no", want)
    os.write(master, b"\x15")
    read(0.2)
os.kill(pid, 9)
PYTHON
	[ "$(<"$T/out")" = $'yes rename\nyes --privileged\nyes mine' ]
}

@test "every verb and every option can be completed, and a shell that is not known is refused" {
	"$TARU" __complete "" | cut -f1 >"$T/words"
	"$TARU" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | while read -r verb; do
		grep -qx "$verb" "$T/words"
	done
	[ "$("$TARU" __complete run -- | cut -f1 | sort)" = "$("$TARU" run --help | sed -n 's/^ *\(-., \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' | grep -vx -- --help | sort)" ]
	fails 1 "not for 'tcsh'" -- completion tcsh
}

@test "bash: explain, and the command that it is to explain" {
	works create --name mine box true
	in_bash "taru explain ru"
	[ "$output" = run ]
	in_bash "taru explain mi"
	[ "$output" = mine ]
	in_bash "taru explain --format h"
	[ "$output" = html ]
	in_bash "taru explain --format html run --privi"
	[ "$output" = --privileged ]
	in_bash "taru explain network cr"
	[ "$output" = create ]
}
