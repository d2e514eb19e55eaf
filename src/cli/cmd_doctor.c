/* cmd_doctor.c - `taru doctor`: whether this machine runs taru, and what mends it where it does not. */
#include "base/json_write.h"
#include "base/width.h"
#include "cli/globals.h"
#include "doctor/doctor.h"
#include "engine/container.h"
#include "listing/object.h"
#include <stdlib.h>

struct doctor_asked {
	const char *format;
	bool json, wrong;
};

/* --- as JSON --- */

static void add_finding(struct json_writer *json, const struct finding *finding)
{
	json_open_object(json, NULL);
	json_put_text(json, "Check", finding->check);
	json_put_text(json, "Answer", doctor_answer(finding->answer));
	json_put_bool(json, "Necessary", finding->necessary);
	json_put_text(json, "For", finding->purpose);
	json_put_text(json, "Found", finding->found);
	json_put_text(json, "Mend", finding->mend ? finding->mend : "");
	json_close(json);
}

static void add_json(struct text *out, const struct findings *findings)
{
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	json_put_bool(&json, "Runs", doctor_runs(findings));
	json_open_array(&json, "Checks");
	for (size_t i = 0; i < findings->count; i++)
		add_finding(&json, &findings->at[i]);
	json_close(&json);
	json_close(&json);
}

/* --- as text --- */

enum { ANSWER_COLUMNS = 8, CHECK_COLUMNS = 18, PURPOSE_COLUMNS = 46 };

static void add_lines(struct text *out, const struct findings *findings, bool wrong)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->at[i];

		if (wrong && finding->answer == ANSWER_YES)
			continue;
		width_add(out, _(doctor_answer(finding->answer)), ANSWER_COLUMNS);
		width_add(out, finding->check, CHECK_COLUMNS);
		width_add(out, _(finding->purpose), PURPOSE_COLUMNS);
		text_printf(out, "%s\n", finding->found);
		if (!finding->mend)
			continue;
		width_add(out, "", ANSWER_COLUMNS);
		width_add(out, _("  mend it:"), CHECK_COLUMNS);
		text_printf(out, "%s\n", finding->mend);
	}
}

static void add_end(struct text *out, const struct findings *findings)
{
	struct text missing = text_new(out->arena);

	if (doctor_runs(findings)) {
		text_printf(out, "\n%s\n", _("Containers run here."));
		return;
	}
	for (size_t i = 0; i < findings->count; i++)
		if (findings->at[i].necessary && findings->at[i].answer == ANSWER_NO)
			text_printf(&missing, "%s%s", missing.length ? ", " : "", findings->at[i].check);
	text_add(out, "\n");
	text_printf(out, _("Containers do not run here, for want of: %s\n"), missing.at);
}

static void tell(struct command *command, const struct findings *findings)
{
	const struct doctor_asked *asked = command->asked;
	struct text out = text_new(command->arena);

	if (asked->format || asked->json) {
		add_json(&out, findings);
		object_print(command, &out, asked->format ? asked->format : "json");
		return;
	}
	add_lines(&out, findings, asked->wrong);
	add_end(&out, findings);
	command_report(command, &out);
}

static void run(struct command *command)
{
	struct problem store = { 0 }, place = { 0 };
	const struct machine_places places = {
		.store = store_root(command->arena, command->globals->root, &store), .store_problem = store.text,
		.run = engine_run_root(command->arena, command->globals->run_root, &place), .run_problem = place.text,
	};
	struct machine *machine = ARENA_NEW(command->arena, struct machine);
	const struct doctor_asked *asked = command->asked;
	struct findings findings;

	/* The findings are made of sentences that are told as they are. */
	if (!asked->format && !asked->json)
		translate_begin();
	machine_read(command->arena, &places, machine);
	doctor_judge(command->arena, machine, &findings);
	if (!doctor_runs(&findings))
		command->status = EXIT_FAILURE;
	tell(command, &findings);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct doctor_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	{ "json", 0, OPTION_FLAG, offsetof(struct doctor_asked, json), NULL, N_("the same as --format json") },
	{ "wrong", 'w', OPTION_FLAG, offsetof(struct doctor_asked, wrong), NULL, N_("only what is not yes") },
	{ NULL }
};

const struct verb verb_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = N_("tell whether this machine runs containers, and what mends it"),
	.notes = N_("Ends with 1 where something is missing without which 'taru run IMAGE' does not work. Changes\n"
		    "nothing. 'taru info' tells what there is of images and containers, 'taru system check' whether\n"
		    "that fits together.\n"),
	.options = options,
	.asked_size = sizeof(struct doctor_asked),
	.run = run,
};
