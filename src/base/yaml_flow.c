/* yaml_flow.c - mappings and sequences of YAML in brackets: see yaml.h */
#include "base/yaml_parts.h"
#include <string.h>

static bool is_at(const struct line_reader *reader, const char *one_of)
{
	return reader->at < reader->end && strchr(one_of, *reader->at);
}

/* To what comes next in the brackets, also in a line below. */
static bool skip(struct line_reader *reader)
{
	if (!yaml_skip_lines(reader))
		return false;
	if (reader->at == reader->end || (reader->at == reader->line && yaml_is_mark(reader, reader->at)))
		line_fail(reader, reader->at, "the text ends too soon");
	return !reader->problem->found;
}

static bool read_value(struct line_reader *reader, struct yaml_value *value)
{
	const char *at = reader->at, *text;

	if (is_at(reader, "[{"))
		return yaml_read_flow(reader, value);
	if (!yaml_check_begin(reader, true))
		return false;
	if (!is_at(reader, "\"'")) {
		text = yaml_plain_lines(reader, yaml_plain(reader, true), 0, true);
		return text && yaml_resolve(reader, value, text, at);
	}
	value->json.kind = JSON_STRING;
	value->json.text = yaml_quoted(reader);
	return value->json.text;
}

/* "key: value", "key:" or "key". */
static bool read_member(struct line_reader *reader, struct yaml_value *mapping)
{
	struct yaml_value *member;
	const char *key;

	if (is_at(reader, "[{"))
		line_fail(reader, reader->at, "a key is expected");
	if (reader->problem->found || !yaml_check_begin(reader, true))
		return false;
	key = is_at(reader, "\"'") ? yaml_quoted(reader) : yaml_plain(reader, true);
	member = key ? yaml_add(reader, mapping, key, reader->at, reader->line_number) : NULL;
	if (!member || !skip(reader))
		return false;
	if (*reader->at != ':')
		return true;
	reader->at++;
	return skip(reader) && (is_at(reader, ",}") || read_value(reader, member));
}

static bool read_entry(struct line_reader *reader, struct yaml_value *sequence)
{
	struct yaml_value *entry = yaml_add(reader, sequence, NULL, reader->at, reader->line_number);

	return entry && read_value(reader, entry);
}

bool yaml_read_flow(struct line_reader *reader, struct yaml_value *value)
{
	const bool object = *reader->at == '{';
	const char end = object ? '}' : ']';

	if (!yaml_enter(reader, value, object ? JSON_OBJECT : JSON_ARRAY))
		return false;
	reader->at++;
	while (skip(reader) && *reader->at != end) {
		if (!(object ? read_member(reader, value) : read_entry(reader, value)) || !skip(reader))
			return false;
		if (*reader->at == ',')
			reader->at++;
		else if (*reader->at != end)
			line_fail(reader, reader->at, object ? "',' or '}' is expected" : "',' or ']' is expected");
	}
	if (reader->problem->found)
		return false;
	reader->at++;
	yaml_leave(reader);
	return true;
}
