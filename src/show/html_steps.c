/* html_steps.c - the steps of a plan in two columns, a lane each, as time runs down the page.
 *
 * Between two gates nothing says which lane is ahead, so what is there stands side by side: a round. Where one lane
 * waits at a gate there is a bar across both, and a round begins, as one does where the container's lane begins. The
 * order of the plan makes that right: each gate is opened before it is awaited (plan_check).
 */
#include "show/html.h"

static void add_why(struct text *out, const struct step *step)
{
	text_printf(out, "<p class=\"why\">%s ", _("asked for by:"));
	if (step->why)
		html_code(out, _(step->why));
	else
		text_add(out, _("every container"));
	text_add(out, "</p>");
}

static void add_line(struct text *out, const struct step *step)
{
	struct text line = text_new(out->arena);

	explain_step(&line, step);
	html_add(out, line.at);
}

/* The other end of a gate; plan->count: it is in no lane of this plan. */
static size_t other_end(const struct plan *plan, const struct step *gate)
{
	const enum step_kind kind = gate->kind == STEP_OPEN_GATE ? STEP_AWAIT_GATE : STEP_OPEN_GATE;
	size_t i = 0;

	while (i < plan->count && (plan->step[i].kind != kind || plan->step[i].gate.gate != gate->gate.gate))
		i++;
	return i;
}

static void add_link(struct text *out, const struct plan *plan, const struct step *gate)
{
	size_t other = other_end(plan, gate);

	if (other < plan->count)
		text_printf(out, _(" (<a href=\"#step-%zu\">step %zu</a>)"), other + 1, other + 1);
}

static void add_words(struct text *out, const struct plan *plan, size_t index)
{
	const struct step *step = &plan->step[index];
	struct text words = text_new(out->arena);

	if (step->kind == STEP_OPEN_GATE) {
		text_printf(out, _("The %s opens the gate <b>%s</b>: the other lane may go on."),
			    _(words_lane(step->lane)), words_gate(step->gate.gate));
		add_link(out, plan, step);
		return;
	}
	prose_sentence(&words, step, index && plan->step[index - 1].kind == step->kind);
	html_add(out, words.at);
}

static void add_step(struct text *out, const struct plan *plan, size_t index)
{
	const struct step *step = &plan->step[index];

	text_printf(out, "<li id=\"step-%zu\"", index + 1);
	if (step->kind == STEP_OPEN_GATE)
		text_printf(out, " class=\"opens %s\"", words_lane(step->lane));
	text_printf(out, "><span class=\"n\">%zu</span><p>", index + 1);
	add_words(out, plan, index);
	text_add(out, "</p><pre>");
	add_line(out, step);
	text_add(out, "</pre>");
	add_why(out, step);
	text_add(out, "</li>\n");
}

static bool has_lane(const struct plan *plan, size_t from, size_t to, enum lane lane)
{
	for (size_t i = from; i < to; i++)
		if (plan->step[i].lane == lane)
			return true;
	return false;
}

static void add_round(struct text *out, const struct plan *plan, size_t from, size_t to)
{
	if (from == to)
		return;
	text_add(out, "<div class=\"round\">\n");
	for (int lane = 0; lane < LANES; lane++) {
		const bool idle = !has_lane(plan, from, to, (enum lane)lane);

		text_printf(out, "<ol class=\"lane %s%s\">\n", words_lane((enum lane)lane), idle ? " idle" : "");
		for (size_t i = from; i < to; i++)
			if (plan->step[i].lane == (enum lane)lane)
				add_step(out, plan, i);
		text_add(out, "</ol>\n");
	}
	text_add(out, "</div>\n");
}

static void add_gate(struct text *out, const struct plan *plan, size_t index)
{
	const struct step *step = &plan->step[index];
	const char *lane = words_lane(step->lane);

	text_printf(out, "<div class=\"gate %s\" id=\"step-%zu\"><span class=\"n\">%zu</span>", lane, index + 1,
		    index + 1);
	text_printf(out, _("The <b class=\"%s\">%s</b> waits here until the gate <b>%s</b> is open."), lane, _(lane),
		    words_gate(step->gate.gate));
	add_link(out, plan, step);
	text_add(out, " <code>");
	add_line(out, step);
	text_add(out, "</code>");
	add_why(out, step);
	text_add(out, "</div>\n");
}

void html_steps(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	size_t from = 0;

	text_printf(out, "<h2 class=\"steps\" id=\"steps\">%s</h2>\n<div class=\"heads\"><b class=\"runtime\">%s</b>"
			 "<b class=\"container\">%s</b></div>\n",
		    _("Steps"), _("The runtime, on the host"), _("The container’s process"));
	for (size_t i = 0; i < plan->count; i++) {
		const enum step_kind kind = plan->step[i].kind;

		if (kind != STEP_AWAIT_GATE && kind != STEP_CLONE)
			continue;
		add_round(out, plan, from, kind == STEP_CLONE ? i + 1 : i);
		if (kind == STEP_AWAIT_GATE)
			add_gate(out, plan, i);
		from = i + 1;
	}
	add_round(out, plan, from, plan->count);
}
