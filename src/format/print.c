/* print.c - values as Go's fmt prints them: see parts.h */
#include "format/parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_value(struct evaluation *evaluation, struct text *out, const struct json *value);

static void print_members(struct evaluation *evaluation, struct text *out, const struct json *value)
{
	const struct json **members = value_members(evaluation, value);

	text_add(out, value->kind == JSON_OBJECT ? "map[" : "[");
	for (size_t i = 0; i < value->count && !evaluation->problem->found; i++) {
		if (i)
			text_add(out, " ");
		if (value->kind == JSON_OBJECT)
			text_printf(out, "%s:", members[i]->key);
		print_value(evaluation, out, members[i]);
	}
	text_add(out, "]");
}

static void print_value(struct evaluation *evaluation, struct text *out, const struct json *value)
{
	if (!evaluation_work(evaluation, 1 + (value && value->text ? strlen(value->text) : 0)))
		return;
	switch (value ? value->kind : JSON_NULL) {
	case JSON_NULL: text_add(out, "<nil>"); break;
	case JSON_BOOL: text_add(out, value->boolean ? "true" : "false"); break;
	case JSON_NUMBER: case JSON_STRING: text_add(out, value->text); break;
	case JSON_ARRAY: case JSON_OBJECT: print_members(evaluation, out, value); break;
	}
}

bool value_print(struct evaluation *evaluation, struct text *out, const struct json *value)
{
	if (!value || value->kind == JSON_NULL)
		text_add(out, "<no value>");
	else
		print_value(evaluation, out, value);
	return !evaluation->problem->found;
}

/* --- printf --- */

struct verb_of_printf {
	bool minus, plus, zero, space, sharp, precise;
	int width, precision;
	char letter;
};

enum { WIDTH_MAX = 10000 };

static bool is_whole(const struct json *value)
{
	return value && value->kind == JSON_NUMBER && !strpbrk(value->text, ".eE");
}

static const char *go_type(const struct json *value)
{
	if (!value)
		return "<nil>";
	switch (value->kind) {
	case JSON_NULL: return "<nil>";
	case JSON_BOOL: return "bool";
	case JSON_NUMBER: return is_whole(value) ? "int" : "float64";
	case JSON_STRING: return "string";
	case JSON_ARRAY: return "[]interface {}";
	case JSON_OBJECT: return "map[string]interface {}";
	}
	return "";
}

/* "%!d(string=x)": what Go says of a verb that does not fit. */
static void add_misfit(struct evaluation *evaluation, struct text *out, char letter, const struct json *value)
{
	text_printf(out, "%%!%c(%s", letter, go_type(value));
	if (value && value->kind != JSON_NULL) {
		text_add(out, "=");
		print_value(evaluation, out, value);
	}
	text_add(out, ")");
}

/* A text in the width that is asked for, in characters. */
static void add_padded(struct text *out, const struct verb_of_printf *verb, const char *text)
{
	size_t left = strlen(text), width = 0;
	int blanks;

	for (const char *at = text; left; width++) {
		size_t size = text_utf8(at, left);

		size += !size;
		at += size;
		left -= size;
	}
	blanks = width < (size_t)verb->width ? verb->width - (int)width : 0;
	if (!verb->minus)
		text_printf(out, "%*s", blanks, "");
	text_add(out, text);
	if (verb->minus)
		text_printf(out, "%*s", blanks, "");
}

/* The first `count` characters. */
static size_t cut_at(const char *text, int count)
{
	size_t length = strlen(text), at = 0;

	while (at < length && count-- > 0) {
		size_t size = text_utf8(text + at, length - at);

		at += size + !size;
	}
	return at;
}

static void add_hexadecimal(struct text *out, const char *text, bool upper)
{
	for (; *text; text++)
		text_printf(out, upper ? "%02X" : "%02x", (unsigned)(unsigned char)*text);
}

static bool add_text(struct text *out, const struct verb_of_printf *verb, const struct json *value)
{
	struct text made = text_new(out->arena);
	size_t length = verb->precise ? cut_at(value->text, verb->precision) : strlen(value->text);
	const char *text = arena_copy(out->arena, value->text, length);

	if (verb->letter == 'q')
		text_add_json(&made, text);
	else if (verb->letter == 'x' || verb->letter == 'X')
		add_hexadecimal(&made, text, verb->letter == 'X');
	else if (verb->letter == 's' || verb->letter == 'v')
		text_add(&made, text);
	else
		return false;
	add_padded(out, verb, made.at);
	return true;
}

/* The flags of C are those of Go here; the letters, too, but for b and U. */
static bool add_number(struct text *out, const struct verb_of_printf *verb, const struct json *value)
{
	bool whole = is_whole(value);
	char letter = verb->letter == 'v' ? (whole ? 'd' : 'g') : verb->letter;
	char form[16], made[WIDTH_MAX + 512];

	if (!strchr(whole ? "doxXc" : "eEfFgG", letter))
		return false;
	if (letter == 'c')
		snprintf(made, sizeof(made), "%c", (int)(strtoll(value->text, NULL, 10) & 0x7f));
	snprintf(form, sizeof(form), "%%%s%s%s%s%s*.*%s%c", verb->minus ? "-" : "", verb->plus ? "+" : "",
		 verb->zero ? "0" : "", verb->space ? " " : "", verb->sharp ? "#" : "", whole ? "ll" : "", letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (whole && letter != 'c')
		snprintf(made, sizeof(made), form, verb->width, verb->precise ? verb->precision : -1,
			 strtoll(value->text, NULL, 10));
	else if (!whole)
		snprintf(made, sizeof(made), form, verb->width, verb->precise ? verb->precision : -1,
			 strtod(value->text, NULL));
#pragma GCC diagnostic pop
	if (letter == 'c')
		add_padded(out, verb, made);
	else
		text_add(out, made);
	return true;
}

static bool add_other(struct evaluation *evaluation, const struct verb_of_printf *verb, const struct json *value)
{
	struct text made = text_new(evaluation->arena);
	bool truth = value && value->kind == JSON_BOOL;
	bool many = value && (value->kind == JSON_ARRAY || value->kind == JSON_OBJECT);

	if (verb->letter != 'v' && !(truth && verb->letter == 't') && !(many && verb->letter == 's'))
		return false;
	print_value(evaluation, &made, value);
	add_padded(evaluation->out, verb, made.at);
	return true;
}

static void add_argument(struct evaluation *evaluation, const struct verb_of_printf *verb, const struct json *value)
{
	bool done;

	if (value && value->kind == JSON_STRING)
		done = add_text(evaluation->out, verb, value);
	else if (value && value->kind == JSON_NUMBER)
		done = add_number(evaluation->out, verb, value);
	else
		done = add_other(evaluation, verb, value);
	if (!done)
		add_misfit(evaluation, evaluation->out, verb->letter, value);
}

static int read_count(const char **at)
{
	int count = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++)
		count = count < WIDTH_MAX ? count * 10 + (**at - '0') : count;
	return count > WIDTH_MAX ? WIDTH_MAX : count;
}

/* Behind the %; `*at` goes behind it. */
static struct verb_of_printf read_verb(const char **at)
{
	struct verb_of_printf verb = { 0 };

	for (; **at && strchr("-+0 #", **at); (*at)++) {
		verb.minus |= **at == '-';
		verb.plus |= **at == '+';
		verb.zero |= **at == '0';
		verb.space |= **at == ' ';
		verb.sharp |= **at == '#';
	}
	verb.width = read_count(at);
	verb.precise = **at == '.';
	if (verb.precise) {
		(*at)++;
		verb.precision = read_count(at);
	}
	verb.precision = verb.precision > 500 ? 500 : verb.precision;
	verb.letter = **at;
	*at += **at != '\0';
	return verb;
}

/* "%!(EXTRA int=1, string=x)" */
static void add_extra(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	if (!count)
		return;
	text_add(evaluation->out, "%!(EXTRA ");
	for (size_t i = 0; i < count; i++) {
		text_printf(evaluation->out, "%s%s", i ? ", " : "", go_type(arguments[i]));
		if (arguments[i] && arguments[i]->kind != JSON_NULL) {
			text_add(evaluation->out, "=");
			print_value(evaluation, evaluation->out, arguments[i]);
		}
	}
	text_add(evaluation->out, ")");
}

static void add_verb(struct evaluation *evaluation, const struct verb_of_printf *verb,
		     const struct json *const *arguments, size_t count, size_t *used)
{
	if (!evaluation_work(evaluation, (size_t)verb->width + 1))
		return;
	if (verb->letter == '%')
		text_add(evaluation->out, "%");
	else if (!verb->letter)
		text_add(evaluation->out, "%!(NOVERB)");
	else if (*used == count)
		text_printf(evaluation->out, "%%!%c(MISSING)", verb->letter);
	else
		add_argument(evaluation, verb, arguments[(*used)++]);
}

const struct json *format_printf(struct evaluation *evaluation, const struct json *const *arguments, size_t count)
{
	struct text made = text_new(evaluation->arena);
	struct evaluation printing = *evaluation;
	size_t used = 1;

	if (!arguments[0] || arguments[0]->kind != JSON_STRING) {
		evaluation_problem(evaluation, "'printf' begins with a text, not with %s", value_kind(arguments[0]));
		return NULL;
	}
	printing.out = &made;
	for (const char *at = arguments[0]->text; *at && !evaluation->problem->found;) {
		size_t plain = strcspn(at, "%");

		text_add_bytes(&made, at, plain);
		at += plain;
		if (*at++ != '%')
			break;
		struct verb_of_printf verb = read_verb(&at);

		add_verb(&printing, &verb, arguments, count, &used);
	}
	add_extra(&printing, arguments + used, count - used);
	evaluation->work = printing.work;
	return value_text(evaluation, made.at, made.length);
}
