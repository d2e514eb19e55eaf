/* meters.c - see meters.h */
#include "live/meters.h"
#include "live/watched.h"
#include <string.h>

static const struct dashboard_container *shown_before(const struct meters *before, const char *id)
{
	for (size_t i = 0; i < before->count; i++)
		if (!strcmp(before->list[i].id, id))
			return &before->list[i];
	return NULL;
}

/* What one look alone says. */
static void take_amounts(struct dashboard_container *shown, const struct usage_sample *now)
{
	shown->counted = now->counted;
	shown->pressured = now->pressured;
	shown->now[METER_MEMORY] = (double)now->memory;
	shown->memory_limit = (double)now->memory_limit;
	shown->now[METER_PIDS] = (double)now->pids;
	shown->pressure[PRESSED_CPU] = now->pressure[USAGE_CPU];
	shown->pressure[PRESSED_MEMORY] = now->pressure[USAGE_MEMORY];
	shown->pressure[PRESSED_BLOCK] = now->pressure[USAGE_BLOCK];
	for (size_t i = 0; i < PRESSED; i++)
		if (shown->pressure[i] > shown->now[METER_PRESSURE])
			shown->now[METER_PRESSURE] = shown->pressure[i];
}

/* What it takes two for. */
static void take_rates(struct dashboard_container *shown, const struct usage_sample *before,
		       const struct usage_sample *now)
{
	shown->now[METER_CPU] = usage_cpu_percent(before, now);
	shown->received = usage_rate(before, now, before->network_received, now->network_received);
	shown->sent = usage_rate(before, now, before->network_sent, now->network_sent);
	shown->block_read = usage_rate(before, now, before->block_read, now->block_read);
	shown->block_written = usage_rate(before, now, before->block_written, now->block_written);
	shown->now[METER_NETWORK] = shown->received + shown->sent;
	shown->now[METER_BLOCK] = shown->block_read + shown->block_written;
	for (size_t i = 0; i < METERS; i++)
		trend_add(&shown->trend[i], shown->now[i]);
}

static void take(struct dashboard_container *shown, const struct meters *before, const struct usage_sample *now)
{
	const struct dashboard_container *old = shown_before(before, shown->id);
	const struct usage_sample *sample = usage_find(before->seen, before->count, shown->id);

	if (old)
		memcpy(shown->trend, old->trend, sizeof(shown->trend));
	take_amounts(shown, now);
	if (sample)
		take_rates(shown, sample, now);
}

bool meters_look(struct engine *engine, char **names, bool all, const struct meters *before,
		 struct meters *ret_meters, struct problem *problem)
{
	struct engine_container *list;
	size_t count = 0;

	list = watched_find(engine, names, all, &count, problem);
	if (!list)
		return false;
	*ret_meters = (struct meters){ ARENA_ARRAY(engine->arena, count + 1, struct dashboard_container),
				       ARENA_ARRAY(engine->arena, count + 1, struct usage_seen), 0 };
	for (size_t i = 0; i < count; i++) {
		struct dashboard_container *shown = &ret_meters->list[ret_meters->count];
		struct usage_seen *seen = &ret_meters->seen[ret_meters->count];

		if (!engine_usage(engine, &list[i], &seen->sample, problem))
			return false;
		seen->id = shown->id = arena_copy(engine->arena, list[i].made.id, strlen(list[i].made.id));
		shown->name = list[i].made.name;
		shown->status = engine_status_name(list[i].status);
		take(shown, before, &seen->sample);
		ret_meters->count++;
	}
	return true;
}
