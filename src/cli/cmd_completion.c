/* cmd_completion.c - `taru completion`: what a shell has to know to complete taru's command lines. What can be put
 * in is asked of taru itself at each time (complete.h), so the scripts say no more than how. */
#include "cli/globals.h"
#include <string.h>

/* bash divides words at ":" and "=" too. They are put together again, and what stands before the last of these is taken
 * away from what is offered. */
static const char bash[] =
	"# taru completion for bash: source <(taru completion bash)\n"
	"_taru()\n"
	"{\n"
	"	local words=() word line cur head joined=0 IFS=$'\\n'\n"
	"	for word in \"${COMP_WORDS[@]:1:COMP_CWORD}\"; do\n"
	"		if [[ ${#words[@]} -gt 0 && ( $word == [:=] || $joined == 1 ) ]]; then\n"
	"			words[-1]+=$word\n"
	"		else\n"
	"			words+=(\"$word\")\n"
	"		fi\n"
	"		joined=0\n"
	"		[[ $word != [:=] ]] || joined=1\n"
	"	done\n"
	"	cur=${words[-1]-}\n"
	"	head=${cur%\"${cur##*[:=]}\"}\n"
	"	COMPREPLY=()\n"
	"	while read -r line; do\n"
	"		line=${line%%$'\\t'*}\n"
	"		if [[ $line == :files ]]; then\n"
	"			compopt -o filenames 2>/dev/null\n"
	"			COMPREPLY+=($(compgen -f -- \"${cur#\"$head\"}\"))\n"
	"		elif [[ $line != '<'* && $line == \"$cur\"* ]]; then\n"
	"			COMPREPLY+=(\"${line#\"$head\"}\")\n"
	"		fi\n"
	"	done < <(\"${COMP_WORDS[0]}\" __complete \"${words[@]}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _taru taru\n";

static const char zsh[] =
	"#compdef taru\n"
	"# taru completion for zsh: as a file _taru in a folder of $fpath, or source <(taru completion zsh)\n"
	"_taru()\n"
	"{\n"
	"	local line files=0\n"
	"	local -a found\n"
	"	for line in \"${(@f)$(\"${words[1]}\" __complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
	"		case $line in\n"
	"		:files) files=1 ;;\n"
	"		''|'<'*) ;;\n"
	"		*) found+=(\"${${line%%$'\\t'*}//:/\\\\:}${${(M)line%$'\\t'*}:+:${line#*$'\\t'}}\") ;;\n"
	"		esac\n"
	"	done\n"
	"	(( $#found == 0 )) || _describe taru found\n"
	"	(( files == 0 )) || _files\n"
	"}\n"
	"if [ \"$funcstack[1]\" = _taru ]; then\n"
	"	_taru \"$@\"\n"
	"else\n"
	"	compdef _taru taru\n"
	"fi\n";

static const char fish[] =
	"# taru completion for fish: taru completion fish | source\n"
	"function __taru_complete\n"
	"	set -l words (commandline -opc)\n"
	"	set -l cur (commandline -ct)\n"
	"	for line in ($words[1] __complete $words[2..-1] \"$cur\" 2>/dev/null)\n"
	"		if test \"$line\" = :files\n"
	"			__fish_complete_path \"$cur\"\n"
	"		else if not string match -q '<*' -- $line\n"
	"			echo $line\n"
	"		end\n"
	"	end\n"
	"end\n"
	"complete -c taru -f -a '(__taru_complete)'\n";

static void run(struct command *command)
{
	static const struct { const char *name, *script; } shells[] = {
		{ "bash", bash }, { "zsh", zsh }, { "fish", fish },
	};
	struct text out = text_new(command->arena);

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (!strcmp(command->operand[0], shells[i].name))
			text_add(&out, shells[i].script);
	if (out.length)
		command_print(command, &out);
	else
		problem_set(command->problem, "completion is there for bash, zsh and fish, not for '%s'",
			    command->operand[0]);
}

static const struct option options[] = { { NULL } };

const struct verb verb_completion = {
	.name = "completion",
	.operands = "bash|zsh|fish",
	.summary = N_("print what a shell needs to complete command lines"),
	.notes = N_("source <(taru completion bash)\n"),
	.options = options,
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
