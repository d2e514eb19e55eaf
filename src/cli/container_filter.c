/* container_filter.c - see container_filter.h */
#include "cli/container_filter.h"
#include "base/text.h"
#include "cli/shelf.h"
#include "engine/endpoint.h"
#include "engine/health.h"
#include "image/manifest.h"
#include "image/reference.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

const char container_filter_notes[] =
	"Filters: ancestor=IMAGE, before=CONTAINER, exited=STATUS, expose=PORT, health=STATUS, id=ID,\n"
	"label=KEY[=VALUE], name=REGEX, network=NAME, publish=PORT, restart-policy=POLICY, since=CONTAINER,\n"
	"status=STATUS, until=TIME, volume=NAME|PATH.\n";

static const char *const choice_keys[] = {
	"ancestor", "before", "exited", "expose", "health", "id", "label", "name", "network", "publish",
	"restart-policy", "since", "status", "until", "volume", NULL
};

static const char *const prune_keys[] = { "label", "until", NULL };

/* --- what is read once --- */

static void check_status(const char *given, struct problem *problem)
{
	/* docker has these two, too, which are never seen here: nothing is as good an answer. */
	bool known = !strcmp(given, "removing") || !strcmp(given, "dead");

	for (unsigned status = 0; status <= CONTAINER_RESTARTING && !known; status++)
		known = !strcmp(given, engine_status_name((enum container_status)status));
	if (!known)
		problem_set(problem, "option '--filter': there is no status '%s'; known are: created running paused "
			    "exited restarting", given);
}

static const char *made_at(struct place *place, const struct filter *filter, struct problem *problem)
{
	struct engine_container container;
	const char *at = NULL;

	if (engine_find(&place->engine, filter->value, &container, problem))
		at = container.made.created;
	engine_close(&container);
	return at;
}

static void check_number(const char *given, struct problem *problem)
{
	uint64_t number;

	if (!text_to_u64(given, &number))
		problem_set(problem, "option '--filter': 'exited' takes an exit status such as 0, not '%s'", given);
}

/* What an image is called now is one more ancestor: its ID. */
static void add_image_ids(struct place *place, struct filters *filters)
{
	struct arena *arena = place->engine.arena;
	struct filter *all = ARENA_ARRAY(arena, 2 * filters->count, struct filter);
	size_t count = filters->count;
	struct problem unread = { 0 };
	struct images images;

	if (!filters_find(filters, "ancestor") || !store_images(&place->store, &images, &unread))
		return;
	memcpy(all, filters->at, count * sizeof(*all));
	for (size_t i = 0; i < filters->count; i++) {
		struct problem not_here = { 0 };
		const struct image *image = NULL;

		if (!strcmp(all[i].key, "ancestor"))
			image = shelf_find(arena, &images, all[i].value, NULL, &not_here);
		if (image)
			all[count++] = (struct filter){
				all[i].key, arena_copy(arena, image->id.text, strlen(image->id.text)), false
			};
	}
	*filters = (struct filters){ all, count };
}

static void read_bounds(struct place *place, struct container_filter *filter, struct problem *problem)
{
	for (size_t i = 0; i < filter->filters.count && !problem->found; i++) {
		const struct filter *one = &filter->filters.at[i];

		if (!strcmp(one->key, "status"))
			check_status(one->value, problem);
		else if (!strcmp(one->key, "exited"))
			check_number(one->value, problem);
		else if (!strcmp(one->key, "since"))
			filter->after = made_at(place, one, problem);
		else if (!strcmp(one->key, "before"))
			filter->before = made_at(place, one, problem);
		else if (!strcmp(one->key, "until") && !filter_time(one, time(NULL), &filter->until, problem))
			return;
	}
}

bool container_filter_read(struct place *place, const struct texts *given, enum container_filter_for purpose,
			   struct container_filter *ret_filter, struct problem *problem)
{
	const char *const *keys = purpose == CONTAINER_FILTER_PRUNE ? prune_keys : choice_keys;

	*ret_filter = (struct container_filter){ .after = NULL };
	if (!filters_read(place->engine.arena, given, keys, &ret_filter->filters, problem))
		return false;
	read_bounds(place, ret_filter, problem);
	add_image_ids(place, &ret_filter->filters);
	return !problem->found;
}

/* --- one container --- */

struct looked_at {
	struct engine *engine;
	const struct engine_container *container;
};

/* Whether two names are of the same image: "box" is "docker.io/library/box:latest". */
static bool is_same_image(struct arena *arena, const char *one, const char *other)
{
	struct problem no_name = { 0 };
	struct reference a, b;

	return reference_parse(arena, one, &a, &no_name) && reference_parse(arena, other, &b, &no_name) &&
	       !strcmp(reference_text(arena, &a), reference_text(arena, &b));
}

static bool has_ancestor(const struct looked_at *at, const char *value)
{
	const struct made *made = &at->container->made;

	return !strcmp(made->image, value) || is_same_image(at->engine->arena, made->image, value) ||
	       !strncmp(made->image_id, value, strlen(value)) ||
	       (made->image_id[0] && !strncmp(strchr(made->image_id, ':') + 1, value, strlen(value)));
}

static bool has_exited(const struct looked_at *at, const char *value)
{
	const struct ended *ended = &at->container->ended;

	return at->container->status == CONTAINER_EXITED && ended->known &&
	       !strcmp(arena_printf(at->engine->arena, "%lld", (long long)ended->status), value);
}

static bool has_health(const struct looked_at *at, const char *value)
{
	struct health health;

	return !strcmp(engine_read_health(at->engine, at->container, &health) ? health.status : "none", value);
}

static bool has_id(const struct looked_at *at, const char *value)
{
	return !strncmp(at->container->made.id, value, strlen(value));
}

static bool has_label(const struct looked_at *at, const char *value)
{
	return filter_has_label(&at->container->made.labels, value);
}

/* Docker's names begin with a slash, which may be there or not: "^web$", "^/web$". */
static bool has_name(const struct looked_at *at, const char *value)
{
	const char *name = at->container->made.name;

	return filter_matches_name(value, name) ||
	       filter_matches_name(value, ARENA_JOIN(at->engine->arena, "/", name));
}

static bool has_network(const struct looked_at *at, const char *value)
{
	const struct made *made = &at->container->made;

	for (size_t i = 0; i < made->networks; i++)
		if (!strcmp(made->network[i].network, value))
			return true;
	return false;
}

/* "80", "80/tcp": docker's ports are of TCP where nothing else is said. */
static bool is_port(const char *asked, unsigned port, const char *protocol)
{
	char text[32];

	snprintf(text, sizeof(text), "%u/%s", port, protocol);
	if (strchr(asked, '/'))
		return !strcmp(asked, text);
	return !strcmp(protocol, "tcp") && !strncmp(asked, text, strlen(asked)) && text[strlen(asked)] == '/';
}

/* By the port of the container, or of this machine. */
static bool has_published(const struct looked_at *at, const char *value)
{
	const struct made *made = &at->container->made;
	struct endpoints endpoints = { 0 };

	if (made->ports && engine_lives(at->container))
		endpoints_of(at->engine, made->id, &endpoints);
	for (size_t i = 0; i < endpoints.ports; i++)
		if (is_port(value, endpoints.port[i].outside, endpoints.port[i].protocol))
			return true;
	for (size_t i = 0; i < made->ports; i++)
		if (is_port(value, made->port[i].inside, made->port[i].protocol))
			return true;
	return false;
}

static bool has_exposed(const struct looked_at *at, const char *value)
{
	const struct texts *expose = &at->container->made.expose;

	for (size_t i = 0; i < expose->count; i++) {
		const char *slash = strchr(expose->at[i], '/');

		if (!strcmp(expose->at[i], value) ||
		    (slash && !strchr(value, '/') && !strcmp(slash, "/tcp") &&
		     strlen(value) == (size_t)(slash - expose->at[i]) &&
		     !strncmp(expose->at[i], value, strlen(value))))
			return true;
	}
	return has_published(at, value);
}

static bool has_policy(const struct looked_at *at, const char *value)
{
	return !strcmp(engine_restart_name(at->container->made.upkeep.restart), value);
}

static bool has_status(const struct looked_at *at, const char *value)
{
	return !strcmp(engine_status_name(at->container->status), value);
}

/* By its name, its source, or where it is. */
static bool has_mount(const struct looked_at *at, const char *value)
{
	const struct made *made = &at->container->made;

	for (size_t i = 0; i < made->mounts; i++)
		if (!strcmp(made->mount[i].name, value) || !strcmp(made->mount[i].source, value) ||
		    !strcmp(made->mount[i].destination, value))
			return true;
	return false;
}

static const struct test {
	const char *key;
	bool (*has)(const struct looked_at *at, const char *value);
} tests[] = {
	{ "ancestor", has_ancestor }, { "exited", has_exited }, { "expose", has_exposed }, { "health", has_health },
	{ "id", has_id }, { "label", has_label }, { "name", has_name }, { "network", has_network },
	{ "publish", has_published }, { "restart-policy", has_policy }, { "status", has_status },
	{ "volume", has_mount }, { NULL, NULL }
};

/* A key that is no test is a time, which was read before. */
static bool fits(void *context, const struct filter *filter)
{
	const struct looked_at *at = context;

	for (const struct test *test = tests; test->key; test++)
		if (!strcmp(test->key, filter->key))
			return test->has(at, filter->value) != filter->negated;
	return true;
}

bool container_filter_takes(const struct container_filter *filter, struct engine *engine,
			    const struct engine_container *container)
{
	struct looked_at at = { engine, container };
	const char *made = container->made.created;

	if ((filter->after && strcmp(made, filter->after) <= 0) ||
	    (filter->before && strcmp(made, filter->before) >= 0) ||
	    (filter->until && image_time(made) >= filter->until))
		return false;
	return filters_fit(&filter->filters, fits, &at);
}
