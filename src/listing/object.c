/* object.c - see object.h */
#include "listing/object.h"
#include "base/json.h"
#include "format/format.h"
#include <string.h>

void object_print(struct command *command, struct text *json, const char *format)
{
	const struct format_source source = { .text = strcmp(format, "json") ? format : "{{json .}}", .escapes = true };
	const struct format *template = format_read(command->arena, &source, command->problem);
	struct text out = text_new(command->arena);
	const struct json *object = template ? json_read(command->arena, json->at, json->length, "object",
							 command->problem) : NULL;

	if (!object || !format_add(&out, template, object, command->problem))
		return;
	text_add(&out, "\n");
	command_print(command, &out);
}
