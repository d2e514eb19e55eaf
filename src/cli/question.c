/* question.c - see question.h */
#include "cli/question.h"
#include "base/sys.h"
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Byte by byte, so that what stands behind the line is left to whoever reads next. */
static size_t read_line(char *line, size_t size)
{
	size_t length = 0;

	while (length + 1 < size && read(STDIN_FILENO, line + length, 1) == 1 && line[length] != '\n')
		length++;
	line[length] = '\0';
	return length;
}

bool question_ask(struct command *command, const char *warning)
{
	struct text out = text_new(command->arena);
	char line[16];

	text_printf(&out, "WARNING! %s\nAre you sure you want to continue? [y/N] ", warning);
	command_print(command, &out);
	if (command->problem->found)
		return false;
	read_line(line, sizeof(line));
	line[strcspn(line, " \t\r")] = '\0';
	return !strcasecmp(line, "y") || !strcasecmp(line, "yes");
}
