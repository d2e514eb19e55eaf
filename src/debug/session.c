/* session.c - one stop: the step is shown, and commands are done until one of them decides. */
#include "debug/session.h"
#include "debug/skip.h"
#include "show/show.h"
#include "show/words.h"
#include <string.h>

/* At which step it stands. */
struct stop {
	struct session *session;
	enum lane lane;
	size_t index;
	bool decided;
	enum stepper_answer answer;
};

static void say(const struct stop *stop, struct text *text)
{
	input_say(&stop->session->input, text);
}

static void say_problem(const struct stop *stop, const struct problem *problem)
{
	struct text out = text_new(stop->session->arena);

	text_printf(&out, "%s\n", problem->text);
	say(stop, &out);
}

static void decide(struct stop *stop, enum stepper_answer answer)
{
	stop->decided = true;
	stop->answer = answer;
}

/* --- what each command does --- */

typedef void doer(struct stop *stop, const char *argument);

static void do_step(struct stop *stop, const char *argument)
{
	stop->session->continues = false;
	decide(stop, STEPPER_GO);
}

static void do_continue(struct stop *stop, const char *argument)
{
	stop->session->continues = true;
	decide(stop, STEPPER_GO);
}

static void do_quit(struct stop *stop, const char *argument)
{
	stop->session->quits = true;
	decide(stop, STEPPER_QUIT);
}

/* The step that is named, or the one that comes. */
static bool read_index(const struct stop *stop, const char *argument, size_t *ret_index)
{
	struct problem problem = { 0 };

	*ret_index = stop->index;
	if (!*argument || breakpoint_number(stop->session->plan, argument, ret_index, &problem))
		return true;
	say_problem(stop, &problem);
	return false;
}

static void do_list(struct stop *stop, const char *argument)
{
	const bool all = !strcmp(argument, "all");
	struct text out = text_new(stop->session->arena);
	size_t index;

	if (!read_index(stop, all ? "" : argument, &index))
		return;
	tell_list(stop->session, index, all, &out);
	say(stop, &out);
}

static void do_print(struct stop *stop, const char *argument)
{
	struct text out = text_new(stop->session->arena);
	size_t index;

	if (!read_index(stop, argument, &index))
		return;
	tell_state(stop->session, index, &out);
	say(stop, &out);
}

static void do_skip(struct stop *stop, const char *argument)
{
	const char *refused = skip_refused(stop->session->plan->step[stop->index].kind);
	struct text out = text_new(stop->session->arena);

	if (refused) {
		text_printf(&out, "step %zu cannot be left out: %s\n", stop->index + 1, refused);
	} else {
		text_printf(&out, "step %zu is left out\n\n", stop->index + 1);
		stop->session->continues = false;
		decide(stop, STEPPER_SKIP);
	}
	say(stop, &out);
}

static size_t find_kind(const struct plan *plan, enum step_kind kind)
{
	size_t index = 0;

	while (index < plan->count && plan->step[index].kind != kind)
		index++;
	return index;
}

/* Until pivot_root the container's files are there where hooks look for them, or on "/". */
static const char *root_of(const struct stop *stop)
{
	const struct plan *plan = stop->session->plan;
	const size_t open = find_kind(plan, STEP_OPEN_ROOT), pivot = find_kind(plan, STEP_PIVOT_ROOT);

	if (open == plan->count || !plan->step[open].open_root.in_place || stop->index <= open || pivot < stop->index)
		return "";
	return plan->step[open].open_root.path;
}

static void do_shell(struct stop *stop, const char *argument)
{
	struct session *session = stop->session;
	struct text out = text_new(session->arena);

	if (session->pid[LANE_CONTAINER] && session->turn.state[LANE_CONTAINER] == LANE_WAITS) {
		shell_run(session, session->pid[LANE_CONTAINER], root_of(stop), argument);
		return;
	}
	if (session->turn.state[LANE_CONTAINER] == LANE_GONE)
		text_add(&out, "the program runs: `exec` has a shell in it\n");
	else
		text_printf(&out, "there is no process of the container's yet: step %zu makes it\n",
			    find_kind(session->plan, STEP_CLONE) + 1);
	say(stop, &out);
}

static void list_breakpoints(struct stop *stop)
{
	const struct breakpoints *list = &stop->session->breakpoints;
	struct text out = text_new(stop->session->arena);

	for (size_t i = 0; i < list->count; i++)
		text_printf(&out, "%u: %s\n", list->at[i].id, list->at[i].text);
	if (!list->count)
		text_add(&out, "there are no breakpoints\n");
	say(stop, &out);
}

static void do_break(struct stop *stop, const char *argument)
{
	struct session *session = stop->session;
	struct text out = text_new(session->arena);
	struct problem problem = { 0 };
	const struct breakpoint *breakpoint;
	size_t count;

	if (!*argument) {
		list_breakpoints(stop);
		return;
	}
	breakpoint = breakpoint_add(&session->breakpoints, session->plan, argument, &problem);
	if (!breakpoint) {
		say_problem(stop, &problem);
		return;
	}
	count = breakpoint_steps(breakpoint, session->plan);
	text_printf(&out, "breakpoint %u: %s (%zu step%s)\n", breakpoint->id, breakpoint->text, count,
		    count == 1 ? "" : "s");
	say(stop, &out);
}

static void do_delete(struct stop *stop, const char *argument)
{
	struct problem problem = { 0 };

	if (!breakpoint_delete(&stop->session->breakpoints, argument, &problem))
		say_problem(stop, &problem);
}

static void do_help(struct stop *stop, const char *argument)
{
	struct text out = text_new(stop->session->arena);

	text_add(&out, debug_help);
	say(stop, &out);
}

/* --- the stop --- */

static void do_command(struct stop *stop, const char *line)
{
	static doer *const doers[DEBUG_VERBS] = {
		[DEBUG_STEP] = do_step,	  [DEBUG_CONTINUE] = do_continue, [DEBUG_LIST] = do_list,
		[DEBUG_PRINT] = do_print, [DEBUG_SKIP] = do_skip,	  [DEBUG_SHELL] = do_shell,
		[DEBUG_BREAK] = do_break, [DEBUG_DELETE] = do_delete,	  [DEBUG_HELP] = do_help,
		[DEBUG_QUIT] = do_quit,
	};
	struct problem problem = { 0 };
	struct debug_command command = command_parse(stop->session->arena, line, &problem);

	if (problem.found)
		say_problem(stop, &problem);
	else if (doers[command.verb])
		doers[command.verb](stop, command.argument);
	else if (stop->session->input.terminal && !*line)
		do_step(stop, "");
}

static void show_stop(struct stop *stop)
{
	struct session *session = stop->session;
	const struct breakpoint *breakpoint = breakpoint_at(&session->breakpoints, session->plan, stop->index);
	struct text out = text_new(session->arena);

	if (session->continues && breakpoint)
		text_printf(&out, "breakpoint %u: %s\n", breakpoint->id, breakpoint->text);
	explain_sentence(&out, session->plan, stop->index);
	say(stop, &out);
}

enum stepper_answer session_ask(struct session *session, enum lane lane)
{
	struct stop stop = { .session = session, .lane = lane, .index = session->turn.index[lane] };
	const char *prompt = arena_printf(session->arena, "(%zu/%zu %s) ", stop.index + 1, session->plan->count,
					  words_lane(lane));
	struct pollfd others[SESSION_WATCHED];
	size_t count;

	show_stop(&stop);
	while (!stop.decided && !session->over && !session->quits && session->turn.state[lane] == LANE_WAITS) {
		count = session_watch(session, others);
		switch (input_read(&session->input, session->arena, prompt, others, count)) {
		case INPUT_LINE: do_command(&stop, session->input.line.at); break;
		case INPUT_END: do_quit(&stop, ""); break;
		case INPUT_WOKEN: session_hear(session, others); break;
		}
	}
	if (stop.decided)
		return stop.answer;
	return session->quits ? STEPPER_QUIT : STEPPER_GO;
}
