/* line_reader.c - see line_reader.h */
#include "base/line_reader.h"

struct line_reader line_reader_new(struct arena *arena, const char *text, size_t length, const char *name,
				   struct problem *problem)
{
	return (struct line_reader){ .arena = arena, .problem = problem, .name = name, .at = text,
				     .end = text + length, .line = text, .line_number = 1 };
}

void line_fail(struct line_reader *reader, const char *at, const char *what)
{
	problem_set(reader->problem, "%s:%zu:%zu: %s", reader->name, reader->line_number,
		    (size_t)(at - reader->line) + 1, what);
}

void line_skip_blanks(struct line_reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t'))
		reader->at++;
}

void line_next(struct line_reader *reader)
{
	reader->line = reader->at;
	reader->line_number++;
}
