/* update.c - see update.h */
#include "engine/update.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/limits_asked.h"
#include "engine/option_words.h"
#include "engine/parts.h"
#include "life/life.h"
#include "spec/reason.h"
#include <string.h>

#define NEW_FILE "config.json.update"	/* until the kernel has taken it */

/* --- what is asked, as linux.resources --- */

static void take_cpus(const struct update_asked *asked, struct resources *resources, struct problem *problem)
{
	resources->cpu.quota.set = resources->cpu.period.set =
		limits_read_cpus(asked->cpus, asked->cpu_quota.set || asked->cpu_period.set,
				 &resources->cpu.quota.value, &resources->cpu.period.value, problem);
}

static void take_weight(const struct update_asked *asked, struct resources *resources, struct problem *problem)
{
	const struct maybe_u64 weight = asked->blkio_weight;

	if (limits_check_weight(weight, problem) && weight.value)
		resources->block_io.weight = (struct maybe_u32){ true, (uint32_t)weight.value };
}

/* 0 is as good as not given, as docker has it. */
static struct maybe_i64 unless_0(struct maybe_i64 asked)
{
	return asked.value ? asked : (struct maybe_i64){ 0 };
}

static void take_asked(const struct update_asked *asked, struct resources *resources, struct problem *problem)
{
	resources->memory.limit = unless_0(asked->memory);
	resources->memory.reservation = unless_0(asked->memory_reservation);
	resources->memory.swap = unless_0(asked->memory_swap);
	resources->cpu.shares = asked->cpu_shares;
	resources->cpu.quota = asked->cpu_quota;
	if (asked->cpu_period.value)
		resources->cpu.period = asked->cpu_period;
	limits_check_set("--cpuset-cpus", asked->cpuset_cpus, problem);
	limits_check_set("--cpuset-mems", asked->cpuset_mems, problem);
	limits_check_least("--pids-limit", asked->pids_limit, problem);
	limits_check_memory(asked->memory, problem);
	limits_check_time(asked->cpu_period, asked->cpu_quota, problem);
	resources->cpu.cpus = asked->cpuset_cpus;
	resources->cpu.mems = asked->cpuset_mems;
	if (asked->pids_limit.set)
		resources->pids_limit = (struct maybe_i64){
			true, asked->pids_limit.value > 0 ? asked->pids_limit.value : -1 };
	if (asked->cpus)
		take_cpus(asked, resources, problem);
	if (asked->blkio_weight.set)
		take_weight(asked, resources, problem);
}

/* Memory, and memory and swap together, as they will be. Without a limit of memory there is none of both. */
static void check_memory(const struct resources *now, struct resources *asked, struct problem *problem)
{
	struct maybe_i64 memory = asked->memory.limit.set ? asked->memory.limit : now->memory.limit;
	struct maybe_i64 both = asked->memory.swap.set ? asked->memory.swap : now->memory.swap;

	if (asked->memory.limit.value < 0 && !asked->memory.swap.set && now->memory.swap.set) {
		asked->memory.swap = (struct maybe_i64){ true, -1 };
		return;
	}
	if (both.value > 0 && !(memory.value > 0))
		problem_set(problem, "option '--memory-swap' is memory and swap together, and needs '--memory'");
	else if (both.value > 0 && both.value < memory.value)
		problem_set(problem, "option '%s': memory and swap together (%lld bytes) cannot be less than memory "
			    "(%lld bytes); give '--memory-swap' as well", asked->memory.swap.set ? "--memory-swap" :
			    "--memory", (long long)both.value, (long long)memory.value);
}

/* --- config.json with that --- */

static void put_signed(struct json_writer *out, const char *key, struct maybe_i64 value)
{
	if (value.set)
		json_put_signed(out, key, value.value);
}

static void put_memory(struct json_writer *out, const struct resources *asked)
{
	put_signed(out, "limit", asked->memory.limit);
	put_signed(out, "reservation", asked->memory.reservation);
	put_signed(out, "swap", asked->memory.swap);
}

static void put_cpu(struct json_writer *out, const struct resources *asked)
{
	if (asked->cpu.shares.set)
		json_put_unsigned(out, "shares", asked->cpu.shares.value);
	put_signed(out, "quota", asked->cpu.quota);
	if (asked->cpu.period.set)
		json_put_unsigned(out, "period", asked->cpu.period.value);
	if (asked->cpu.cpus)
		json_put_text(out, "cpus", asked->cpu.cpus);
	if (asked->cpu.mems)
		json_put_text(out, "mems", asked->cpu.mems);
}

static void put_pids(struct json_writer *out, const struct resources *asked)
{
	put_signed(out, "limit", asked->pids_limit);
}

static void put_block_io(struct json_writer *out, const struct resources *asked)
{
	if (asked->block_io.weight.set)
		json_put_unsigned(out, "weight", asked->block_io.weight.value);
}

static const struct part {
	const char *key;
	void (*put)(struct json_writer *out, const struct resources *asked);
} parts[] = {
	{ "memory", put_memory }, { "cpu", put_cpu }, { "pids", put_pids }, { "blockIO", put_block_io }
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

/* The members of an object that another text of JSON, which is an object too, does not say. */
static void put_rest(struct json_writer *out, const struct json *object, const struct json *said)
{
	for (const struct json *at = object ? object->first : NULL; at; at = at->next)
		if (!json_get(said, at->key))
			json_put_value(out, at->key, at);
}

static void put_part(struct json_writer *out, const struct part *part, const struct json *old,
		     const struct resources *asked)
{
	struct arena *arena = out->text->arena;
	struct text text = text_new(arena);
	struct json_writer said = json_writer_new(&text, NULL);
	struct problem none = { 0 };
	const struct json *value;

	json_open_object(&said, NULL);
	part->put(&said, asked);
	json_close(&said);
	value = json_read(arena, text.at, text.length, part->key, &none);
	if (!old && (!value || !value->first))
		return;
	json_open_object(out, part->key);
	put_rest(out, value, NULL);
	put_rest(out, old, value);
	json_close(out);
}

static void put_resources(struct json_writer *out, const struct json *old, const struct resources *asked)
{
	json_open_object(out, "resources");
	for (const struct json *at = old ? old->first : NULL; at; at = at->next) {
		bool known = false;

		for (size_t i = 0; i < PARTS; i++)
			known |= !strcmp(parts[i].key, at->key);
		if (!known)
			json_put_value(out, at->key, at);
	}
	for (size_t i = 0; i < PARTS; i++)
		put_part(out, &parts[i], json_get(old, parts[i].key), asked);
	json_close(out);
}

static void put_linux(struct json_writer *out, const struct json *old, const struct resources *asked)
{
	json_open_object(out, "linux");
	for (const struct json *at = old ? old->first : NULL; at; at = at->next)
		if (strcmp(at->key, "resources") != 0)
			json_put_value(out, at->key, at);
	put_resources(out, json_get(old, "resources"), asked);
	json_close(out);
}

static void write_config(struct text *text, const struct json *config, const struct resources *asked)
{
	struct json_writer out = json_writer_new(text, "\t");

	json_open_object(&out, NULL);
	for (const struct json *at = config->first; at; at = at->next)
		if (strcmp(at->key, "linux") != 0)
			json_put_value(&out, at->key, at);
	put_linux(&out, json_get(config, "linux"), asked);
	json_close(&out);
}

/* --- */

static const struct json *read_config(struct engine *engine, const struct engine_container *container,
				      struct resources *ret_now, struct problem *problem)
{
	const struct json *config;
	struct spec spec = { 0 };
	char *text;
	size_t length;
	int error = file_read_kept(engine->arena, container->folder, CONFIG_FILE, CONFIG_LIMIT, &text, &length);

	if (error) {
		problem_set(problem, "container %s: its " CONFIG_FILE " cannot be read: %s", container->made.name,
			    reason_words(error));
		return NULL;
	}
	config = json_read(engine->arena, text, length, CONFIG_FILE, problem);
	if (config)
		spec_read_value(engine->arena, config, &spec, problem);
	*ret_now = spec.resources;
	return problem->found ? NULL : config;
}

/* What the kernel takes is written down; what it does not take is not. */
static void apply(struct engine *engine, struct engine_container *container, const struct update_request *request,
		  const struct text *config, struct problem *problem)
{
	int error = folder_write(container->folder, NEW_FILE, config->at, config->length);

	if (error) {
		problem_set(problem, "container %s: its " CONFIG_FILE " cannot be written: %s; nothing was changed",
			    container->made.name, reason_words(error));
		return;
	}
	if (container->status == CONTAINER_RUNNING || container->status == CONTAINER_PAUSED)
		life_update(engine->arena, engine->run, container->made.id, request, problem);
	option_words(engine->arena, &container->made, &(struct spec){ .resources = request->resources }, problem);
	error = problem->found ? sys_unlinkat(container->folder, NEW_FILE, 0) :
				 sys_renameat(container->folder, NEW_FILE, container->folder, CONFIG_FILE);
	if (error)
		problem_set(problem, "container %s: its " CONFIG_FILE " cannot be replaced: %s", container->made.name,
			    reason_words(error));
}

bool engine_update(struct engine *engine, struct engine_container *container, const struct update_asked *asked,
		   struct problem *problem)
{
	struct update_request request = { 0 };
	struct text text = text_new(engine->arena);
	struct resources now;
	const struct json *config;

	take_asked(asked, &request.resources, problem);
	if (problem->found || !engine_lock(engine, container, problem))
		return false;
	config = read_config(engine, container, &now, problem);
	if (!config)
		return false;
	check_memory(&now, &request.resources, problem);
	if (problem->found)
		return false;
	write_config(&text, config, &request.resources);
	apply(engine, container, &request, &text, problem);
	return !problem->found;
}
