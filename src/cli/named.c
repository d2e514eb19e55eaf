/* named.c - see named.h */
#include "cli/named.h"
#include "listing/rows.h"
#include <stdlib.h>

void named_each(struct command *command, named_work *work, void *context, struct text *done)
{
	for (char **name = command->operand; *name; name++) {
		struct problem problem = { 0 };

		if (work(context, *name, &problem)) {
			if (done)
				text_printf(done, "%s\n", *name);
			continue;
		}
		log_message(command->log, "error", problem.text);
		command->status = EXIT_FAILURE;
	}
}

struct inspection {
	struct place place;
	struct json_writer out;
	named_put *put;
};

static bool put_one(void *context, const char *name, struct problem *problem)
{
	struct inspection *inspection = context;

	return inspection->put(&inspection->place, name, &inspection->out, problem);
}

void named_inspect(struct command *command, const char *format, bool make, named_put *put)
{
	struct text values = text_new(command->arena), out = text_new(command->arena);
	struct inspection inspection = { .out = json_writer_new(&values, format ? NULL : "    "), .put = put };

	if (!place_open(command, make, &inspection.place))
		return;
	json_open_array(&inspection.out, NULL);
	named_each(command, put_one, &inspection, NULL);
	json_close(&inspection.out);
	store_close(&inspection.place.store);
	if (format)
		rows_add_values(&out, format, &values, command->problem);
	if (!command->problem->found)
		command_print(command, format ? &out : &values);
}
