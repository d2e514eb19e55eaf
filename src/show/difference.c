/* difference.c - in which steps two plans differ: the longest list of steps that both have in the same order is what is
 * the same (LCS); a step of each side between two of these that have kind, lane and key in common is one that was
 * changed.
 */
#include "show/difference.h"
#include "show/json.h"
#include "show/words.h"
#include <ctype.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <string.h>

/* Steps of both sides, multiplied: beyond it nobody reads what differs. */
enum { TABLE_MAX = 16 << 20 };

struct line {
	const struct step *step;
	const char *text;		/* all that the step holds, with what differs in any case left out */
};

struct side { struct line *line; size_t count; };

struct comparing {
	struct arena *arena;
	struct side left, right;
	uint32_t *length;		/* [i][j]: of the longest common list from left i and right j on */
	struct differences *out;
};

/* --- what is compared --- */

/* An address is not the begin of a longer one. */
static bool ends(const char *key, size_t length, const char *behind)
{
	return !strpbrk(key, ".:") || !isxdigit((unsigned char)key[length - 1]) ||
	       !(isxdigit((unsigned char)*behind) || *behind == ':');
}

const char *difference_text(struct arena *arena, const char *text, const struct pairs *same)
{
	struct text out = text_new(arena);

	while (*text) {
		size_t i = 0, length = 0;

		for (; i < same->count; i++) {
			length = strlen(same->at[i].key);
			if (length && !strncmp(text, same->at[i].key, length) &&
			    ends(same->at[i].key, length, text + length))
				break;
		}
		if (i < same->count)
			text_add(&out, same->at[i].value);
		else
			text_add_bytes(&out, text, length = 1);
		text += length;
	}
	return out.at;
}

static bool is_of_machine(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_LOAD_RULES: return true;
	case STEP_RUN_TOOL: return !step->run_tool.tool->process;
	case STEP_WRITE_FILE: return step->why && !strcmp(step->why, "networks");
	default: return false;
	}
}

static struct side read_side(struct arena *arena, const struct told_plan *told)
{
	struct side side = { ARENA_ARRAY(arena, told->plan->count + 1, struct line), 0 };

	for (size_t i = 0; i < told->plan->count; i++) {
		const struct step *step = &told->plan->step[i];
		struct text text = text_new(arena);

		if (is_of_machine(step))
			continue;
		json_step(&text, step);
		side.line[side.count++] = (struct line){ step, difference_text(arena, text.at, told->same) };
	}
	return side;
}

static bool same_bytes(const void *one, const void *other, size_t size)
{
	return one == other || (one && other && !memcmp(one, other, size));
}

/* What the line does not say: of filters it has the length alone. */
static bool same_program(const struct step *one, const struct step *other)
{
	if (one->kind == STEP_SET_SECCOMP)
		return one->seccomp.program.count == other->seccomp.program.count &&
		       same_bytes(one->seccomp.program.at, other->seccomp.program.at,
				  one->seccomp.program.count * sizeof(struct sock_filter));
	if (one->kind == STEP_SET_DEVICES)
		return one->set_devices.count == other->set_devices.count &&
		       same_bytes(one->set_devices.program, other->set_devices.program,
				  one->set_devices.count * sizeof(struct bpf_insn));
	return true;
}

static bool same_line(const struct line *one, const struct line *other)
{
	return one->step->kind == other->step->kind && one->step->lane == other->step->lane &&
	       !strcmp(one->text, other->text) && same_program(one->step, other->step);
}

static bool same_key(const struct step *one, const struct step *other)
{
	const char *left = one->why ? one->why : "", *right = other->why ? other->why : "";

	return one->kind == other->kind && one->lane == other->lane && !strcmp(left, right);
}

/* --- the longest common list --- */

static uint32_t *cell(const struct comparing *comparing, size_t i, size_t j)
{
	return &comparing->length[i * (comparing->right.count + 1) + j];
}

/* Without a table nothing is common but what both begin with. */
static void fill_table(struct comparing *comparing)
{
	const size_t rows = comparing->left.count + 1, columns = comparing->right.count + 1;

	if (rows > TABLE_MAX / columns)
		return;
	comparing->length = ARENA_ARRAY(comparing->arena, rows * columns, uint32_t);
	for (size_t i = comparing->left.count; i-- > 0;)
		for (size_t j = comparing->right.count; j-- > 0;) {
			uint32_t down = *cell(comparing, i + 1, j), right = *cell(comparing, i, j + 1);

			if (same_line(&comparing->left.line[i], &comparing->right.line[j]))
				*cell(comparing, i, j) = *cell(comparing, i + 1, j + 1) + 1;
			else
				*cell(comparing, i, j) = down > right ? down : right;
		}
}

static void add(struct comparing *comparing, const struct step *left, const struct step *right)
{
	comparing->out->at[comparing->out->count++] = (struct step_difference){ left, right };
}

/* What stands between two common steps: [i, to_i) and [j, to_j). */
static void add_between(struct comparing *comparing, size_t i, size_t to_i, size_t j, size_t to_j)
{
	bool *used = ARENA_ARRAY(comparing->arena, to_j - j + 1, bool);

	for (; i < to_i; i++) {
		const struct step *left = comparing->left.line[i].step, *right = NULL;

		for (size_t k = j; k < to_j && !right; k++)
			if (!used[k - j] && same_key(left, comparing->right.line[k].step)) {
				used[k - j] = true;
				right = comparing->right.line[k].step;
			}
		add(comparing, left, right);
	}
	for (size_t k = j; k < to_j; k++)
		if (!used[k - j])
			add(comparing, NULL, comparing->right.line[k].step);
}

static void walk(struct comparing *comparing)
{
	const size_t lefts = comparing->left.count, rights = comparing->right.count;
	size_t i = 0, j = 0;

	for (;;) {
		const size_t from_i = i, from_j = j;

		while (comparing->length && i < lefts && j < rights &&
		       !same_line(&comparing->left.line[i], &comparing->right.line[j])) {
			if (*cell(comparing, i + 1, j) >= *cell(comparing, i, j + 1))
				i++;
			else
				j++;
		}
		if (i == lefts || j == rights ||
		    !same_line(&comparing->left.line[i], &comparing->right.line[j])) {
			add_between(comparing, from_i, lefts, from_j, rights);
			return;
		}
		add_between(comparing, from_i, i++, from_j, j++);
	}
}

void plan_differences(struct arena *arena, const struct told_plan *left, const struct told_plan *right,
		      struct differences *ret_differences)
{
	struct comparing comparing = { .arena = arena, .left = read_side(arena, left),
				       .right = read_side(arena, right), .out = ret_differences };

	*ret_differences = (struct differences){
		.at = ARENA_ARRAY(arena, comparing.left.count + comparing.right.count + 1, struct step_difference),
	};
	fill_table(&comparing);
	walk(&comparing);
	setting_differences(arena, left, right, ret_differences);
}
