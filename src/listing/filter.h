/* filter.h - what --filter says. Values of one key are alternatives; but all labels must be there. */
#pragma once
#include "base/json.h"
#include "spec/spec.h"

struct filter {
	const char *key, *value;
	bool negated;			/* key!=value */
};

struct filters {
	struct filter *at;
	size_t count;
};

/* Reads "key=value" and "key!=value". `known` names the keys of the verb and ends in a NULL; a problem for others, and
 * for a `name` that is no regular expression. */
bool filters_read(struct arena *arena, const struct texts *given, const char *const *known,
		  struct filters *ret_filters, struct problem *problem);

/* The first one with this key, or NULL. */
const struct filter *filters_find(const struct filters *filters, const char *key);

/* Whether something fits all of them, of which values of one key are alternatives, but all labels must be there; `fits`
 * says it of one. */
bool filters_fit(const struct filters *filters, bool (*fits)(void *context, const struct filter *filter),
		 void *context);

/* "true", "1", "false" …; a problem for others. */
bool filter_truth(const struct filter *filter, bool *ret_truth, struct problem *problem);

/* A time in seconds since 1970: "24h", "1h30m" (before `now`), "2024-01-02", "2024-01-02T03:04:05", in the time of
 * this place or with its own, or seconds; a problem for others. */
bool filter_time(const struct filter *filter, int64_t now, int64_t *ret_seconds, struct problem *problem);

/* Whether an object of labels (NULL: none) has all labels that are asked for, and none that is not wanted. */
bool filters_have_labels(const struct filters *filters, const struct json *labels);

/* Whether a label is there, "KEY" or "KEY=VALUE". */
bool filter_has_label(const struct pairs *labels, const char *asked);

/* Whether the text is of this form, as Go's path.Match has it: * and ? match no '/', [a-z], [^a-z], \c. A form that
 * is none matches nothing. */
bool filter_matches(const char *form, const char *text);

/* Whether a name has in it what the extended regular expression means (regex(7)), as docker and podman have it: "web",
 * "^web$", "web_[0-9]+". One that is none matches nothing. */
bool filter_matches_name(const char *expression, const char *name);
