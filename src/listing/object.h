/* object.h - what a verb tells as one object: by a template, or as JSON. */
#pragma once
#include "command/command.h"

/* Prints the object that the text of JSON is: `format` is "json" or a template. */
void object_print(struct command *command, struct text *json, const char *format);
