/* filter.c - see filter.h */
#include "listing/filter.h"
#include "base/duration.h"
#include "base/text.h"
#include <regex.h>
#include <string.h>
#include <time.h>

static bool is_known(const char *const *known, const char *key)
{
	while (*known && strcmp(*known, key))
		known++;
	return *known;
}

static void refuse_key(struct arena *arena, const char *const *known, const char *key, struct problem *problem)
{
	struct text all = text_new(arena);

	for (; *known; known++)
		text_printf(&all, " %s", *known);
	problem_set(problem, "option '--filter': there is no filter '%s'; known are:%s", key, all.at);
}

bool filter_matches_name(const char *expression, const char *name)
{
	regex_t pattern;
	bool matches;

	if (regcomp(&pattern, expression, REG_EXTENDED | REG_NOSUB))
		return false;
	matches = !regexec(&pattern, name, 0, NULL, 0);
	regfree(&pattern);
	return matches;
}

static void check_value(const struct filter *filter, struct problem *problem)
{
	regex_t pattern;

	if (strcmp(filter->key, "name") != 0)
		return;
	if (regcomp(&pattern, filter->value, REG_EXTENDED | REG_NOSUB))
		problem_set(problem, "option '--filter': '%s' is no extended regular expression, which 'name' takes",
			    filter->value);
	else
		regfree(&pattern);
}

bool filters_read(struct arena *arena, const struct texts *given, const char *const *known,
		  struct filters *ret_filters, struct problem *problem)
{
	*ret_filters = (struct filters){ ARENA_ARRAY(arena, given->count + 1, struct filter), given->count };
	for (size_t i = 0; i < given->count && !problem->found; i++) {
		struct filter *filter = &ret_filters->at[i];
		const char *text = given->at[i], *equals = strchr(text, '=');

		if (!equals || equals == text || !equals[1]) {
			problem_set(problem, "option '--filter' takes KEY=VALUE, not '%s'", text);
			break;
		}
		filter->negated = equals[-1] == '!';
		filter->key = arena_copy(arena, text, (size_t)(equals - text) - filter->negated);
		filter->value = equals + 1;
		if (!is_known(known, filter->key))
			refuse_key(arena, known, filter->key, problem);
		else if (filter->negated && strcmp(filter->key, "label"))
			problem_set(problem, "option '--filter': only 'label' takes '!=', not '%s'", filter->key);
		else
			check_value(filter, problem);
	}
	return !problem->found;
}

const struct filter *filters_find(const struct filters *filters, const char *key)
{
	for (size_t i = 0; i < filters->count; i++)
		if (!strcmp(filters->at[i].key, key))
			return &filters->at[i];
	return NULL;
}

bool filters_fit(const struct filters *filters, bool (*fits)(void *context, const struct filter *filter), void *context)
{
	for (size_t i = 0; i < filters->count; i++) {
		bool label = !strcmp(filters->at[i].key, "label"), any = false;

		for (size_t j = 0; j < filters->count && !any; j++)
			if (label ? i == j : !strcmp(filters->at[i].key, filters->at[j].key))
				any = fits(context, &filters->at[j]);
		if (!any)
			return false;
	}
	return true;
}

bool filter_truth(const struct filter *filter, bool *ret_truth, struct problem *problem)
{
	static const struct name words[] = {
		{ "true", true }, { "1", true }, { "t", true }, { "T", true }, { "True", true }, { "TRUE", true },
		{ "false", false }, { "0", false }, { "f", false }, { "F", false }, { "False", false },
		{ "FALSE", false }, { NULL, 0 }
	};
	const struct name *word = name_find(words, filter->value);

	if (word)
		*ret_truth = word->value;
	else
		problem_set(problem, "option '--filter': '%s' is true or false, not '%s'", filter->key, filter->value);
	return word;
}

/* What stands behind the time of day: nothing, Z, +hh:mm. False where it is something else. */
static bool apply_zone(const char *zone, struct tm *parts, int64_t *ret_seconds)
{
	struct tm offset = { 0 };
	int64_t seconds, away;

	if (*zone == '.') {
		size_t digits = strspn(zone + 1, "0123456789");

		if (!digits)
			return false;
		zone += digits + 1;
	}
	parts->tm_isdst = -1;
	if (!*zone) {
		*ret_seconds = mktime(parts);
		return true;
	}
	seconds = timegm(parts);
	*ret_seconds = seconds;
	if (!strcmp(zone, "Z"))
		return true;
	if ((*zone != '+' && *zone != '-') || strlen(zone) != strlen("+00:00") || zone[3] != ':')
		return false;
	if (!strptime(zone + 1, "%H:%M", &offset))
		return false;
	away = (int64_t)offset.tm_hour * 3600 + (int64_t)offset.tm_min * 60;
	*ret_seconds = *zone == '+' ? seconds - away : seconds + away;
	return true;
}

static bool read_date(const char *text, int64_t *ret_seconds)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm parts = { 0 };
		const char *rest = strptime(text, forms[i], &parts);

		if (rest && apply_zone(rest, &parts, ret_seconds))
			return true;
	}
	return false;
}

bool filter_time(const struct filter *filter, int64_t now, int64_t *ret_seconds, struct problem *problem)
{
	const char *text = filter->value;
	size_t digits = strspn(text, "0123456789");
	uint64_t number;

	if (text_to_u64(text, &number) && number <= INT64_MAX) {
		*ret_seconds = (int64_t)number;
	} else if (duration_read(text, &number)) {
		*ret_seconds = now - (int64_t)(number / 1000000000);
	} else if (digits != 4 || !read_date(text, ret_seconds)) {
		problem_set(problem, "option '--filter': '%s' takes a time such as 24h, 2024-01-31, "
			    "2024-01-31T12:00:00Z, not '%s'", filter->key, text);
		return false;
	}
	return true;
}

static bool has_label(const struct json *labels, const char *wanted)
{
	size_t length = strcspn(wanted, "=");

	for (const struct json *label = labels ? labels->first : NULL; label; label = label->next) {
		if (strlen(label->key) != length || strncmp(label->key, wanted, length))
			continue;
		return !wanted[length] || (label->kind == JSON_STRING && !strcmp(label->text, wanted + length + 1));
	}
	return false;
}

bool filters_have_labels(const struct filters *filters, const struct json *labels)
{
	for (size_t i = 0; i < filters->count; i++)
		if (!strcmp(filters->at[i].key, "label") &&
		    has_label(labels, filters->at[i].value) == filters->at[i].negated)
			return false;
	return true;
}

/* --- path.Match --- */

/* How long the form of one character at `form` is, and whether it matches c. 0 where it is wrong. */
static size_t match_class(const char *form, char c, bool *ret_matches)
{
	const char *at = form + 1;
	bool negated = *at == '^', found = false;
	size_t ranges = 0;

	at += negated;
	for (; *at != ']' || !ranges; ranges++) {
		char low, high;

		at += *at == '\\';
		if (!*at || (at[-1] != '\\' && (*at == ']' || *at == '-')))
			return 0;
		low = high = *at++;
		if (*at == '-') {
			at++;
			at += *at == '\\';
			if (!*at || (*at == ']' && at[-1] != '\\'))
				return 0;
			high = *at++;
		}
		found |= c >= low && c <= high;
	}
	*ret_matches = c && found != negated;
	return (size_t)(at - form) + 1;
}

static size_t match_one(const char *form, char c, bool *ret_matches)
{
	if (*form == '[')
		return match_class(form, c, ret_matches);
	if (*form == '?') {
		*ret_matches = c && c != '/';
		return 1;
	}
	if (*form == '\\' && !form[1])
		return 0;
	*ret_matches = c && c == form[*form == '\\'];
	return *form == '\\' ? 2 : 1;
}

/* The last star is the only one that has to be tried again, so this takes no more than form times text. */
bool filter_matches(const char *form, const char *text)
{
	const char *star = NULL, *star_text = NULL;

	while (*text || *form) {
		bool matches = false;
		size_t length;

		if (*form == '*') {
			star = ++form;
			star_text = text;
			continue;
		}
		length = *form ? match_one(form, *text, &matches) : 0;
		if (*form && !length)
			return false;
		if (matches) {
			form += length;
			text++;
		} else if (star && *star_text && *star_text != '/') {
			form = star;
			text = ++star_text;
		} else {
			return false;
		}
	}
	return true;
}

bool filter_has_label(const struct pairs *labels, const char *asked)
{
	size_t length = strcspn(asked, "=");

	for (size_t i = 0; i < labels->count; i++)
		if (strlen(labels->at[i].key) == length && !strncmp(labels->at[i].key, asked, length) &&
		    (!asked[length] || !strcmp(labels->at[i].value, asked + length + 1)))
			return true;
	return false;
}
