/* config.c - an image's config: see manifest.h */
#include "base/json_decode.h"
#include "image/manifest.h"
#include <string.h>

#define TEXT_FIELD(type, name, member) { name, FIELD_TEXT, FIELD_AT(type, member), .empty = true }

static const struct field history_fields[] = {
	TEXT_FIELD(struct history, "created", created),
	TEXT_FIELD(struct history, "created_by", created_by),
	TEXT_FIELD(struct history, "author", author),
	TEXT_FIELD(struct history, "comment", comment),
	{ "empty_layer", FIELD_BOOL, FIELD_AT(struct history, empty_layer) },
	{ 0 }
};

static const struct field config_fields[] = {
	TEXT_FIELD(struct image_config, "created", created),
	TEXT_FIELD(struct image_config, "author", author),
	TEXT_FIELD(struct image_config, "os", os),
	TEXT_FIELD(struct image_config, "architecture", architecture),
	TEXT_FIELD(struct image_config, "variant", variant),
	TEXT_FIELD(struct image_config, "os.version", os_version),
	{ "history", FIELD_LIST, FIELD_ARRAY(struct image_config, history, history_count),
	  .fields = history_fields },
	{ 0 }
};

static void read_diff_ids(struct decoder *decoder, const struct json *list, struct image_config *config)
{
	size_t at = 0;

	if (!list || !decode_kind(decoder, list, JSON_ARRAY))
		return;
	config->diff_ids = ARENA_ARRAY(decoder->arena, list->count + 1, struct digest);
	for (const struct json *value = list->first; value && !decoder->problem->found; value = value->next)
		if (decode_kind(decoder, value, JSON_STRING) && !digest_parse(value->text, &config->diff_ids[at++]))
			decode_problem(decoder, value, "'%.80s' is no digest", value->text);
	config->diff_ids_count = at;
}

static void put_nothing(const char **text)
{
	if (!*text)
		*text = "";
}

static void fill_texts(struct image_config *config)
{
	const char **const texts[] = { &config->created, &config->author, &config->os, &config->architecture,
				       &config->variant, &config->os_version };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_nothing(texts[i]);
	for (size_t i = 0; i < config->history_count; i++) {
		put_nothing(&config->history[i].created);
		put_nothing(&config->history[i].created_by);
		put_nothing(&config->history[i].author);
		put_nothing(&config->history[i].comment);
	}
}

bool image_config_read(struct arena *arena, char *text, size_t length, const char *name,
		       struct image_config *ret_config, struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	const struct json *json = NULL, *rootfs;

	*ret_config = (struct image_config){ 0 };
	if (length > CONFIG_MAX)
		problem_set(problem, "%s: has %zu bytes; at most %d are read", name, length, CONFIG_MAX);
	else
		json = json_read(arena, text, length, name, problem);
	if (!json)
		return false;
	rootfs = json_get(json, "rootfs");
	if (!rootfs) {
		problem_set(problem, "%s: has no rootfs, so it is no image's config", name);
		return false;
	}
	json_decode(&decoder, json, config_fields, ret_config);
	read_diff_ids(&decoder, json_get(rootfs, "diff_ids"), ret_config);
	ret_config->json = json;
	ret_config->config = json_get(json, "config");
	if (ret_config->config && ret_config->config->kind == JSON_NULL)
		ret_config->config = NULL;
	else if (ret_config->config)
		decode_kind(&decoder, ret_config->config, JSON_OBJECT);
	fill_texts(ret_config);
	return !problem->found;
}

/* --- times --- */

/* Two or four digits and what must stand behind them. False where it does not. */
static bool take_number(const char **at, int digits, char behind, int64_t *ret_number)
{
	int64_t number = 0;

	for (; digits; digits--) {
		if (**at < '0' || **at > '9')
			return false;
		number = number * 10 + (*(*at)++ - '0');
	}
	*ret_number = number;
	if (!behind)
		return true;
	return *(*at)++ == behind;
}

/* Days since 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is the last. */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
	int64_t shifted = month > 2 ? year : year - 1;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + in_year - 719468;
}

/* "Z", "+02:00"; in seconds east. */
static bool take_zone(const char *at, int64_t *ret_seconds)
{
	int64_t hours, minutes;
	int sign = *at == '-' ? -1 : 1;

	*ret_seconds = 0;
	if (!strcmp(at, "Z") || !strcmp(at, "z"))
		return true;
	if (*at != '+' && *at != '-')
		return false;
	at++;
	if (!take_number(&at, 2, ':', &hours) || !take_number(&at, 2, '\0', &minutes) || *at)
		return false;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

int64_t image_time(const char *text)
{
	int64_t year, month, day, hour, minute, second, zone;

	if (!take_number(&text, 4, '-', &year) || !take_number(&text, 2, '-', &month) ||
	    !take_number(&text, 2, 'T', &day) || !take_number(&text, 2, ':', &hour) ||
	    !take_number(&text, 2, ':', &minute) || !take_number(&text, 2, '\0', &second))
		return 0;
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 60 || second > 60)
		return 0;
	if (*text == '.') {
		text++;
		text += strspn(text, "0123456789");
	}
	if (!take_zone(text, &zone))
		return 0;
	second += days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 - zone;
	return second > 0 ? second : 0;
}
