/* difference_tell.c - in which steps two plans differ, as sentences and as data. */
#include "show/difference.h"
#include "show/json.h"
#include "show/words.h"
#include <string.h>

static size_t number_of(const struct told_plan *told, const struct step *step)
{
	return (size_t)(step - told->plan->step) + 1;
}

static const char *line_of(struct arena *arena, const struct step *step)
{
	struct text line = text_new(arena);

	step_command(&line, step);
	text_clean(line.at, '?');
	return line.at;
}

/* The environment of a program stands in no line. */
static const char *data_of(struct arena *arena, const struct step *step)
{
	struct text data = text_new(arena);

	json_step(&data, step);
	text_clean(data.at, '?');
	return data.at;
}

static size_t at_character(const char *text, size_t at)
{
	while (at && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	return at;
}

/* From a little before where they begin to differ: an environment is long. */
static void add_part(struct text *out, const char *sign, const char *line, size_t common)
{
	enum { BEFORE = 60, SHOWN = 240 };
	size_t from = common > BEFORE ? at_character(line, common - BEFORE) : 0, length = strlen(line + from);
	size_t shown = length > SHOWN ? at_character(line + from, SHOWN) : length;

	text_printf(out, "  %s %s", sign, from ? "… " : "");
	text_add_bytes(out, line + from, shown);
	text_add(out, shown < length ? " …\n" : "\n");
}

/* In what both differ is seen better without what differs in any case. */
static void add_lines(struct text *out, const struct told_plan *left, const struct told_plan *right,
		      const struct step_difference *one)
{
	struct arena *arena = out->arena;
	const char *minus = one->left ? difference_text(arena, line_of(arena, one->left), left->same) : NULL,
		   *plus = one->right ? difference_text(arena, line_of(arena, one->right), right->same) : NULL;
	size_t common = 0;

	if (minus && plus && !strcmp(minus, plus)) {
		minus = difference_text(arena, data_of(arena, one->left), left->same);
		plus = difference_text(arena, data_of(arena, one->right), right->same);
	}
	while (minus && plus && minus[common] && minus[common] == plus[common])
		common++;
	if (minus)
		add_part(out, "-", minus, common);
	if (plus)
		add_part(out, "+", plus, common);
}

static void add_words(struct text *out, const struct step *step)
{
	if (!step)
		return;
	prose_title(out, step);
	text_add(out, " (");
	words_plain(out, step->why ? _(step->why) : _("every container"));
	text_add(out, ")\n");
}

static void add_value(struct text *out, const char *sign, const char *value)
{
	char *clean;

	if (!value)
		return;
	clean = arena_copy(out->arena, value, strlen(value));
	text_clean(clean, '?');
	text_printf(out, "  %s %s\n", sign, clean);
}

static void tell_setting(struct text *out, const struct told_plan *left, const struct told_plan *right,
			 const struct setting_difference *one)
{
	if (one->left && one->right)
		text_printf(out, _("\nchanged, what no step of the start does: %s\n"), one->name);
	else
		text_printf(out, _("\nonly in '%s', what no step of the start does: %s\n"),
			    one->left ? left->name : right->name, one->name);
	add_value(out, "-", one->left);
	add_value(out, "+", one->right);
}

void tell_differences(struct text *out, const struct told_plan *left, const struct told_plan *right,
		      const struct differences *differences)
{
	translate_begin();
	text_printf(out, _("'%s' (%zu steps) and '%s' (%zu steps): "), left->name, left->plan->count, right->name,
		    right->plan->count);
	if (differences->count + differences->settings)
		text_printf(out, _("differences: %zu\n"), differences->count + differences->settings);
	else
		text_add(out, _("all steps are the same\n"));
	for (size_t i = 0; i < differences->count; i++) {
		const struct step_difference *one = &differences->at[i];

		text_add(out, "\n");
		if (one->left && one->right)
			text_printf(out, _("changed, step %zu and step %zu: "), number_of(left, one->left),
				    number_of(right, one->right));
		else if (one->left)
			text_printf(out, _("only in '%s', step %zu: "), left->name, number_of(left, one->left));
		else if (one->right)
			text_printf(out, _("only in '%s', step %zu: "), right->name, number_of(right, one->right));
		add_words(out, one->right);
		if (!one->right)
			add_words(out, one->left);
		add_lines(out, left, right, one);
	}
	for (size_t i = 0; i < differences->settings; i++)
		tell_setting(out, left, right, &differences->setting[i]);
}

/* --- data --- */

static void put_side(struct json_writer *json, const char *key, const struct told_plan *told, const struct step *step)
{
	if (!step)
		return;
	json_open_object(json, key);
	json_put_unsigned(json, "index", number_of(told, step) - 1);
	json_put_text(json, "why", step->why);
	json_put_text(json, "what", line_of(json->text->arena, step));
	json_put_text(json, "data", data_of(json->text->arena, step));
	json_close(json);
}

void put_differences(struct text *out, const struct told_plan *left, const struct told_plan *right,
		     const struct differences *differences)
{
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	json_put_text(&json, "left", left->name);
	json_put_text(&json, "right", right->name);
	json_open_array(&json, "differences");
	for (size_t i = 0; i < differences->count; i++) {
		const struct step_difference *one = &differences->at[i];
		const struct step *step = one->left ? one->left : one->right;

		if (!step)
			continue;
		json_open_object(&json, NULL);
		json_put_text(&json, "change", one->left && one->right ? "changed" : one->left ? "removed" : "added");
		json_put_text(&json, "kind", step_name(step->kind));
		json_put_text(&json, "lane", words_lane(step->lane));
		put_side(&json, "left", left, one->left);
		put_side(&json, "right", right, one->right);
		json_close(&json);
	}
	json_close(&json);
	json_open_array(&json, "settings");
	for (size_t i = 0; i < differences->settings; i++) {
		const struct setting_difference *one = &differences->setting[i];

		json_open_object(&json, NULL);
		json_put_text(&json, "change", one->left && one->right ? "changed" : one->left ? "removed" : "added");
		json_put_text(&json, "setting", one->name);
		json_put_text(&json, "left", one->left);
		json_put_text(&json, "right", one->right);
		json_close(&json);
	}
	json_close(&json);
	json_close(&json);
}
