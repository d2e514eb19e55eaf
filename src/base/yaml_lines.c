/* yaml_lines.c - scalars of YAML that are lines without quotes: literal, folded, and plain ones that go on. */
#include "base/yaml_parts.h"
#include <string.h>

/* A scalar of '|' or '>'. */
struct lines {
	struct text text;
	bool literal;
	char chomp;			/* '+': line ends at its end stay; '-': none does; '\0': one */
	size_t least, indent;		/* what its lines must be indented by; what they are, once that is known */
	bool known;
	size_t breaks;			/* line ends since the last text */
	bool begun, deeper;		/* there was a text; it was indented further */
};

/* "|", ">-", "|2+". */
static bool read_header(struct line_reader *reader, struct lines *lines)
{
	lines->literal = *reader->at++ == '|';
	for (; reader->at < reader->end && strchr("+-123456789", *reader->at); reader->at++) {
		if (strchr("+-", *reader->at) ? lines->chomp : lines->known)
			break;
		if (strchr("+-", *reader->at)) {
			lines->chomp = *reader->at;
		} else {
			lines->known = true;
			/* At the outermost value libyaml and all that came of it count from 0, not from -1. */
			lines->indent = (lines->least ? lines->least : 1) + (size_t)(*reader->at - '1');
		}
	}
	if (!yaml_is_blank(reader, reader->at)) {
		line_fail(reader, reader->at, "after '|' or '>' the line must end");
		return false;
	}
	line_skip_blanks(reader);
	if (reader->at < reader->end && *reader->at == '#')
		while (reader->at < reader->end && *reader->at != '\n')
			reader->at++;
	if (reader->at < reader->end && *reader->at != '\n')
		line_fail(reader, reader->at, "after '|' or '>' the line must end");
	else if (reader->at < reader->end)
		yaml_take_newline(reader);
	return !reader->problem->found;
}

/* The line ends before a text; one between two that are not indented further is a blank where lines are folded. */
static void join(struct lines *lines, bool deeper)
{
	bool folds = lines->begun && !lines->literal && !deeper && !lines->deeper;

	if (folds && lines->breaks == 1)
		text_add(&lines->text, " ");
	for (size_t i = folds ? 1 : 0; i < lines->breaks; i++)
		text_add(&lines->text, "\n");
	lines->breaks = 0;
	lines->begun = true;
	lines->deeper = deeper;
}

/* One more line; false at the end. */
static bool take_line(struct line_reader *reader, struct lines *lines)
{
	const char *begin = reader->at, *end, *text = begin;

	if (begin == reader->end)
		return false;
	end = memchr(begin, '\n', (size_t)(reader->end - begin));
	end = end ? end : reader->end;
	while (text < end && *text == ' ' && (!lines->known || text < begin + lines->indent))
		text++;
	if (text < end) {
		if ((size_t)(text - begin) < (lines->known ? lines->indent : lines->least) ||
		    yaml_is_mark(reader, begin))
			return false;
		lines->known = true;
		lines->indent = (size_t)(text - begin);
		join(lines, *text == ' ' || *text == '\t');
		text_add_bytes(&lines->text, text, (size_t)(end - text));
	}
	reader->at = end;
	if (end == reader->end)
		return false;
	yaml_take_newline(reader);
	lines->breaks++;
	return true;
}

bool yaml_read_lines(struct line_reader *reader, struct yaml_value *value, size_t least)
{
	struct lines lines = { .text = text_new(reader->arena), .least = least };

	if (!read_header(reader, &lines))
		return false;
	while (take_line(reader, &lines))
		;
	if (lines.chomp == '-' || (!lines.chomp && !lines.begun))
		lines.breaks = 0;
	else if (!lines.chomp && lines.breaks > 1)
		lines.breaks = 1;
	for (; lines.breaks; lines.breaks--)
		text_add(&lines.text, "\n");
	value->json.kind = JSON_STRING;
	value->json.text = lines.text.at;
	return true;
}

/* Goes to the text of a line below. Returns how many line ends are before it; 0: it is none of this scalar's. */
static size_t find_more(struct line_reader *reader, size_t least)
{
	size_t breaks = 0;

	line_skip_blanks(reader);
	for (; reader->at < reader->end && *reader->at == '\n'; breaks++) {
		yaml_take_newline(reader);
		line_skip_blanks(reader);
	}
	if (reader->at == reader->end || *reader->at == '#' || (size_t)(reader->at - reader->line) < least ||
	    yaml_is_mark(reader, reader->line))
		return 0;
	return breaks;
}

const char *yaml_plain_lines(struct line_reader *reader, const char *first, size_t least, bool flow)
{
	struct text text = { 0 };
	struct line_reader before = *reader;
	size_t breaks;

	while ((breaks = find_more(reader, least))) {
		const char *at = reader->at, *more = yaml_plain(reader, flow);

		if (!*more && flow)
			break;
		if (!text.at) {
			text = text_new(reader->arena);
			text_add(&text, first);
		}
		if (memchr(reader->line, '\t', (size_t)(at - reader->line))) {
			line_fail(reader, reader->line, "a tab must not indent a line");
			return NULL;
		}
		if (breaks == 1)
			text_add(&text, " ");
		for (; breaks > 1; breaks--)
			text_add(&text, "\n");
		text_add(&text, more);
		if (!flow && reader->at < reader->end && *reader->at == ':') {
			line_fail(reader, at, "the line is indented like none above it");
			return NULL;
		}
		before = *reader;
	}
	*reader = before;
	return text.at ? text.at : first;
}
