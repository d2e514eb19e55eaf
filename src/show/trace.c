/* trace.c - when each step was taken, and how long it took.
 *
 * The container's lane writes its marks itself, so they are numbers that nobody vouches for: no
 * difference is taken the wrong way round, and nothing is an index.
 */
#include "show/show.h"
#include "show/words.h"
#include "base/json_write.h"
#include "spec/names.h"

/* A step that was taken. */
struct taken {
	size_t index;
	const struct step *step;
	const struct mark *mark;
};

struct timeline {
	struct taken *at;
	size_t count;
	uint64_t first, last;		/* ns */
};

static uint64_t later(uint64_t time, uint64_t than)
{
	return time > than ? time - than : 0;
}

static int compare(const struct taken *a, const struct taken *b)
{
	if (a->mark->began != b->mark->began)
		return a->mark->began < b->mark->began ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* Steps are nearly in order as they are: two lanes, each in its own. */
static void sort(struct taken *at, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && compare(&at[k - 1], &at[k]) > 0; k--) {
			struct taken swap = at[k];

			at[k] = at[k - 1];
			at[k - 1] = swap;
		}
}

/* The end is the runtime's word where it has one: the container's may be anything. */
static struct timeline read_tape(struct arena *arena, const struct plan *plan, const struct tape *tape)
{
	struct timeline line = { .at = ARENA_ARRAY(arena, plan->count + 1, struct taken) };

	for (size_t i = 0; i < plan->count; i++)
		if (tape->mark[i].began)
			line.at[line.count++] = (struct taken){ i, &plan->step[i], &tape->mark[i] };
	sort(line.at, line.count);
	for (size_t i = 0; i < line.count; i++) {
		const struct mark *mark = line.at[i].mark;

		if (!line.first || mark->began < line.first)
			line.first = mark->began;
		if (mark->ended > line.last)
			line.last = mark->ended;
	}
	return line;
}

static double microseconds(uint64_t ns)
{
	return (double)ns / 1000;
}

static const char *error_word(struct arena *arena, const struct mark *mark)
{
	const char *name = errno_name(mark->error == INT32_MIN ? 0 : -mark->error);

	return name ? name : arena_printf(arena, "%d", mark->error);
}

/* --- the table --- */

static void add_row(struct text *out, const struct timeline *line, const struct taken *taken)
{
	const struct mark *mark = taken->mark;

	text_printf(out, "%5zu  %-9s %10.1f %10.1f  ", taken->index + 1, words_lane(taken->step->lane),
		    microseconds(later(mark->began, line->first)),
		    microseconds(later(mark->ended, mark->began)));
	explain_step(out, taken->step);
	if (taken->step->why) {
		text_add(out, "  # ");
		words_plain(out, taken->step->why);
	}
	if (mark->error)
		text_printf(out, "  [%s%s]", error_word(out->arena, mark),
			    mark->error == -taken->step->tolerate ? ", tolerated" : "");
	text_add(out, "\n");
}

void trace_table(struct text *out, const struct plan *plan, const struct tape *tape)
{
	struct timeline line = read_tape(out->arena, plan, tape);

	text_printf(out, "%5s  %-9s %10s %10s  %s\n", "step", "lane", "start µs ", "took µs ", "what");
	for (size_t i = 0; i < line.count; i++)
		add_row(out, &line, &line.at[i]);
	text_printf(out, "%5zu  %-9s %10s %10.1f  from the first step to the last\n", line.count, "total", "",
		    microseconds(later(line.last, line.first)));
}

/* --- trace events: chrome://tracing, ui.perfetto.dev --- */

/* Microseconds with three decimals, as a JSON number. */
static void put_time(struct json_writer *json, const char *key, uint64_t ns)
{
	struct text *out = json->text;
	struct json number = { .kind = JSON_NUMBER };

	number.text = arena_printf(out->arena, "%llu.%03u", (unsigned long long)(ns / 1000),
				   (unsigned)(ns % 1000));
	json_put_value(json, key, &number);
}

static void put_name(struct json_writer *json, const char *what, pid_t pid, int lane, const char *name)
{
	json_open_object(json, NULL);
	json_put_text(json, "ph", "M");
	json_put_text(json, "name", what);
	json_put_signed(json, "pid", pid);
	json_put_signed(json, "tid", lane + 1);
	json_open_object(json, "args");
	json_put_text(json, "name", name);
	json_close(json);
	json_close(json);
}

static void put_args(struct json_writer *json, const struct taken *taken)
{
	struct text what = text_new(json->text->arena);

	explain_step(&what, taken->step);
	json_open_object(json, "args");
	json_put_unsigned(json, "step", taken->index + 1);
	json_put_text(json, "what", what.at);
	if (taken->step->why)
		json_put_text(json, "why", taken->step->why);
	if (taken->mark->error)
		json_put_text(json, "error", error_word(json->text->arena, taken->mark));
	if (taken->mark->error && taken->mark->error == -taken->step->tolerate)
		json_put_bool(json, "tolerated", true);
	json_close(json);
}

static void put_step(struct json_writer *json, const struct timeline *line, const struct taken *taken,
		     pid_t pid)
{
	const struct mark *mark = taken->mark;

	json_open_object(json, NULL);
	json_put_text(json, "ph", "X");
	json_put_text(json, "name", step_name(taken->step->kind));
	json_put_text(json, "cat", words_lane(taken->step->lane));
	put_time(json, "ts", later(mark->began, line->first));
	put_time(json, "dur", later(mark->ended, mark->began));
	json_put_signed(json, "pid", pid);
	json_put_signed(json, "tid", (int)taken->step->lane + 1);
	put_args(json, taken);
	json_close(json);
}

void trace_events(struct text *out, const struct plan *plan, const struct tape *tape, pid_t pid)
{
	struct timeline line = read_tape(out->arena, plan, tape);
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	json_put_text(&json, "displayTimeUnit", "ns");
	json_open_array(&json, "traceEvents");
	put_name(&json, "process_name", pid, 0, "taru-oci");
	for (int lane = 0; lane < LANES; lane++)
		put_name(&json, "thread_name", pid, lane, words_lane(lane));
	for (size_t i = 0; i < line.count; i++)
		put_step(&json, &line, &line.at[i], pid);
	json_close(&json);
	json_close(&json);
}
