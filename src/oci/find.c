/* find.c - see find.h */
#include "oci/find.h"
#include "life/life.h"
#include <regex.h>

bool find_container(struct command *command, struct container *ret_container)
{
	const char *root = command_root(command);

	return life_check_id(command->operand[0], command->problem) && !command->problem->found &&
	       container_open(command->arena, root, command->operand[0], ret_container, command->problem);
}

static void find_matches(struct command *command, const regex_t *pattern,
			 void (*act)(struct command *command, const char *id, struct problem *problem))
{
	struct texts ids = container_list(command->arena, command_root(command), command->problem);

	for (size_t i = 0; i < ids.count && !command->problem->found; i++) {
		struct problem problem = { 0 };

		if (regexec(pattern, ids.at[i], 0, NULL, 0))
			continue;
		act(command, ids.at[i], &problem);
		if (problem.found)
			log_message(command->log, "warning", problem.text);
	}
}

void find_each(struct command *command, bool regex,
	       void (*act)(struct command *command, const char *id, struct problem *problem))
{
	const char *operand = command->operand[0];
	regex_t pattern;

	if (!regex) {
		if (life_check_id(operand, command->problem))
			act(command, operand, command->problem);
		return;
	}
	if (regcomp(&pattern, operand, REG_EXTENDED | REG_NOSUB)) {
		problem_set(command->problem, "option '--regex': '%s' is no extended regular expression", operand);
		return;
	}
	find_matches(command, &pattern, act);
	regfree(&pattern);
}
