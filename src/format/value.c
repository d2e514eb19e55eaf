/* value.c - the values that a template works with: see parts.h */
#include "format/parts.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void evaluation_problem(struct evaluation *evaluation, const char *format, ...)
{
	char message[512];
	va_list list;

	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	format_problem(evaluation->problem, evaluation->column, "%s", message);
}

bool evaluation_work(struct evaluation *evaluation, size_t much)
{
	if (much > FORMAT_WORK_MAX - evaluation->work) {
		evaluation_problem(evaluation, "the template makes too much");
		evaluation->work = FORMAT_WORK_MAX;
		return false;
	}
	evaluation->work += much;
	return true;
}

static struct json *new_value(struct evaluation *evaluation, enum json_kind kind)
{
	struct json *value = ARENA_NEW(evaluation->arena, struct json);

	evaluation_work(evaluation, sizeof(*value));
	value->kind = kind;
	return value;
}

const struct json *value_text(struct evaluation *evaluation, const char *text, size_t length)
{
	struct json *value = new_value(evaluation, JSON_STRING);

	value->text = evaluation_work(evaluation, length) ? arena_copy(evaluation->arena, text, length) : "";
	return value;
}

const struct json *value_bool(struct evaluation *evaluation, bool truth)
{
	struct json *value = new_value(evaluation, JSON_BOOL);

	value->boolean = truth;
	return value;
}

const struct json *value_number(struct evaluation *evaluation, int64_t number)
{
	struct json *value = new_value(evaluation, JSON_NUMBER);

	value->text = arena_printf(evaluation->arena, "%lld", (long long)number);
	return value;
}

bool value_true(const struct json *value)
{
	if (!value)
		return false;
	switch (value->kind) {
	case JSON_NULL: return false;
	case JSON_BOOL: return value->boolean;
	case JSON_NUMBER: return strtod(value->text, NULL) != 0;
	case JSON_STRING: return value->text[0];
	case JSON_ARRAY: case JSON_OBJECT: return value->count;
	}
	return false;
}

const char *value_kind(const struct json *value)
{
	return value ? json_kind_name(value->kind) : "no value";
}

static int compare_keys(const void *one, const void *other)
{
	const struct json *const *a = one, *const *b = other;

	return strcmp((*a)->key, (*b)->key);
}

const struct json **value_members(struct evaluation *evaluation, const struct json *value)
{
	const struct json **members = NULL;
	size_t count = 0;

	if (!evaluation_work(evaluation, value->count))
		return NULL;
	members = ARENA_ARRAY(evaluation->arena, value->count + 1, const struct json *);
	for (const struct json *member = value->first; member; member = member->next)
		members[count++] = member;
	if (value->kind == JSON_OBJECT && count)
		qsort(members, count, sizeof(void *), compare_keys);
	return members;
}
