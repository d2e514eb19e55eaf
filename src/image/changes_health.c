/* changes_health.c - HEALTHCHECK [--interval=30s …] CMD …, or NONE: see changes.h */
#include "base/duration.h"
#include "base/json_write.h"
#include "image/changes_parts.h"
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct { const char *option; size_t offset; const char *key; } times[] = {
	{ "--interval=", offsetof(struct image_health, interval), "Interval" },
	{ "--timeout=", offsetof(struct image_health, timeout), "Timeout" },
	{ "--start-period=", offsetof(struct image_health, start_period), "StartPeriod" },
	{ "--start-interval=", offsetof(struct image_health, start_interval), "StartInterval" },
};

enum { TIMES = sizeof(times) / sizeof(times[0]) };

static void take_option(struct change *change, const char *word)
{
	struct image_health *health = &change->run->health;
	uint64_t *to = NULL;

	for (size_t i = 0; i < TIMES && !to; i++)
		if (!strncmp(word, times[i].option, strlen(times[i].option)))
			to = (uint64_t *)(void *)((char *)health + times[i].offset);
	if (to) {
		if (!duration_read(strchr(word, '=') + 1, to) || !*to)
			problem_set(change->problem, "'%s' is no time, as in 30s or 1m30s", word);
		return;
	}
	if (!strncmp(word, "--retries=", 10) && !text_to_u64(word + 10, &health->retries))
		problem_set(change->problem, "'%s' is no number", word);
	else if (strncmp(word, "--retries=", 10) != 0)
		problem_set(change->problem, "'%s' is none of --interval=, --timeout=, --start-period=, "
			    "--start-interval=, --retries=", word);
}

void change_take_health(struct change *change)
{
	struct image_health *health = &change->run->health;
	struct texts list;
	const char *word;

	*health = (struct image_health){ 0 };
	while (!strncmp(change->rest, "--", 2)) {
		take_option(change, change_next_word(change));
		change->rest += strspn(change->rest, " \t");
	}
	word = change_next_word(change);
	change->rest += strspn(change->rest, " \t");
	if (word && !strcasecmp(word, "NONE") && !change->rest[0]) {
		change_add_text(change->arena, &health->test, "NONE");
		return;
	}
	if (!word || strcasecmp(word, "CMD") != 0 || !change->rest[0]) {
		problem_set(change->problem, "is neither CMD COMMAND nor NONE");
		return;
	}
	if (!change_take_list(change, &list)) {
		change_add_text(change->arena, &health->test, "CMD-SHELL");
		change_add_text(change->arena, &health->test, change->rest);
		return;
	}
	change_add_text(change->arena, &health->test, "CMD");
	for (size_t i = 0; i < list.count; i++)
		change_add_text(change->arena, &health->test, list.at[i]);
}

void image_health_write(struct json_writer *json, const struct image_health *health)
{
	json_open_object(json, "Healthcheck");
	json_open_array(json, "Test");
	for (size_t i = 0; i < health->test.count; i++)
		json_put_text(json, NULL, health->test.at[i]);
	json_close(json);
	for (size_t i = 0; i < TIMES; i++) {
		uint64_t time = *(const uint64_t *)(const void *)((const char *)health + times[i].offset);

		if (time)
			json_put_unsigned(json, times[i].key, time);
	}
	if (health->retries)
		json_put_unsigned(json, "Retries", health->retries);
	json_close(json);
}
