/* json_decode.h - from JSON to structs, by tables.
 *
 * A table has one row for each key that is known:
 *
 *	static const struct field user_fields[] = {
 *		{ "uid", FIELD_UNSIGNED, FIELD_AT(struct user, uid), .required = true },
 *		{ "umask", FIELD_UNSIGNED, FIELD_MAYBE(struct user, umask), .max = 0777 },
 *		{ 0 }
 *	};
 *
 * Keys that are not in the table are ignored. A member that is null counts as absent, as
 * Go's decoder has it. Numbers are taken exactly as written: 64 bits keep
 * their value, and 1.0 or 1e3 is no whole number. Each problem begins with the value's path:
 * "process.user.uid: -1 is out of range (0 to 4294967294)".
 */
#pragma once
#include "base/json.h"
#include "base/name.h"

enum field_kind {
	FIELD_TEXT,	/* const char *; "" is as good as absent unless `empty` is set, so a required one
			 * must not be empty */
	FIELD_BOOL,
	FIELD_UNSIGNED,	/* an integer of `size` bytes, up to `max` (0: all that it holds) */
	FIELD_SIGNED,	/* an integer of `size` bytes, from `min` to `max` (both 0: all that it holds) */
	FIELD_NAME,	/* a text that stands for its value in `names` */
	FIELD_NAMES_OR,	/* an array of such texts: all values in one, by «or» */
	FIELD_NAMES_BIT,	/* an array of such texts: the bits 1 << value */
	FIELD_NUMBERS,	/* an array of uint32_t up to `max`, and its count */
	FIELD_TEXTS,	/* an array of texts, and its count; the array ends in a NULL as well */
	FIELD_PAIRS,	/* an object of texts: an array of struct pair, and its count */
	FIELD_OBJECT,	/* a struct, by its own table */
	FIELD_LIST,	/* an array of structs, each by the table `fields`, and its count */
	FIELD_READ,	/* whatever `read` makes of it */
};

struct decoder { struct arena *arena; struct problem *problem; };

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset, size;		/* where in the struct; the size of it, or of one in a list */
	size_t count;			/* where the number of values goes (a size_t) */
	size_t set;			/* of a `maybe`: where the bool goes that says it is there */
	const struct field *fields;
	const struct name *names;
	const char *what;		/* what a name is, for problems: "a capability" */
	int64_t min;
	uint64_t max;
	void (*read)(struct decoder *decoder, const struct json *value, void *to);
	bool required, maybe, empty;
	bool asked;			/* the struct begins with a bool that says it is there */
};

#define FIELD_AT(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
/* A struct of { bool set; … value; }. */
#define FIELD_MAYBE(type, member) \
	.offset = offsetof(type, member.value), .size = sizeof(((type *)0)->member.value), \
	.set = offsetof(type, member.set), .maybe = true
/* A pointer to the first, and how many. */
#define FIELD_ARRAY(type, first, how_many) \
	.offset = offsetof(type, first), .size = sizeof(*((type *)0)->first), \
	.count = offsetof(type, how_many)

/* Fills the struct at `to`, which is zeroed, from an object, up to the first problem. */
void json_decode(struct decoder *decoder, const struct json *value, const struct field *fields,
		 void *to);

/* Notes a problem with a value: its path, ": ", and the text. */
void decode_problem(struct decoder *decoder, const struct json *value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For `read` functions: whether the value is of the kind; else a problem. */
bool decode_kind(struct decoder *decoder, const struct json *value, enum json_kind kind);

/* A whole number within the range; else a problem, and 0. */
uint64_t decode_unsigned(struct decoder *decoder, const struct json *value, uint64_t max);
int64_t decode_signed(struct decoder *decoder, const struct json *value, int64_t min, int64_t max);

/* A text that is in the table; else a problem with what it should be ("a capability"), and 0. */
uint64_t decode_name(struct decoder *decoder, const struct json *value, const struct name *names,
		     const char *what);
