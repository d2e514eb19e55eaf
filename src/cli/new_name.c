/* new_name.c - see new_name.h */
#include "cli/new_name.h"
#include "image/reference.h"

bool new_name_read(struct command *command, const char *given, const char **ret_name)
{
	struct reference reference;

	*ret_name = NULL;
	if (!given)
		return true;
	if (!reference_parse(command->arena, given, &reference, command->problem))
		return false;
	if (reference.digest) {
		problem_set(command->problem, "%s: a digest cannot be chosen", given);
		return false;
	}
	*ret_name = reference_text(command->arena, &reference);
	return true;
}
