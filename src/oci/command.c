/* command.c - see command.h */
#include "oci/command.h"
#include "base/file.h"
#include "spec/names.h"
#include <unistd.h>

void command_print(struct command *command, const struct text *out)
{
	int error = file_write_all(STDOUT_FILENO, out->at, out->length);

	if (error)
		problem_set(command->problem, "cannot write to standard output: %s",
			    errno_words(-error));
}
