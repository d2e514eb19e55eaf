/* explain_settings.c - what makes a container beside the steps of its start: what its monitor does, what it finds in
 * hosts and resolv.conf. See explain.h.
 */
#include "base/file.h"
#include "base/sys.h"
#include "engine/explain_parts.h"
#include "engine/health.h"
#include "engine/parts.h"
#include <string.h>

enum { FILE_MAX = 1 << 20, ROOM = 48 };

static void add(struct pairs *settings, const char *name, const char *value)
{
	settings->at[settings->count++] = (struct pair){ name, value };
}

static const char *duration(struct arena *arena, uint64_t ns)
{
	return arena_printf(arena, "%llu ms", (unsigned long long)(ns / 1000000));
}

static const char *words(struct arena *arena, const struct texts *list)
{
	struct text text = text_new(arena);

	for (size_t i = 0; i < list->count; i++) {
		text_add(&text, i ? " " : "");
		text_add_word(&text, list->at[i]);
	}
	return text.at;
}

static void add_health(struct arena *arena, const struct health_check *health, struct pairs *settings)
{
	if (!health->test.count)
		return;
	add(settings, "--health-cmd", words(arena, &health->test));
	add(settings, "--health-interval", duration(arena, health->interval));
	add(settings, "--health-timeout", duration(arena, health->timeout));
	add(settings, "--health-start-period", duration(arena, health->start_period));
	add(settings, "--health-start-interval", duration(arena, health->start_interval));
	add(settings, "--health-retries", arena_printf(arena, "%u", health->retries));
	add(settings, "--health-on-failure", health->on_failure ? health->on_failure : "none");
	add(settings, "--health-log-destination", health->log_destination ? health->log_destination : "local");
	add(settings, "--health-max-log-count",
	    arena_printf(arena, "%u", health_kept(health->log_count, HEALTH_RESULTS)));
	add(settings, "--health-max-log-size",
	    arena_printf(arena, "%u", health_kept(health->log_size, HEALTH_OUTPUT)));
	if (!health->startup.test.count)
		return;
	add(settings, "--health-startup-cmd", words(arena, &health->startup.test));
	add(settings, "--health-startup-interval", duration(arena, health->startup.interval));
	add(settings, "--health-startup-timeout", duration(arena, health->startup.timeout));
	add(settings, "--health-startup-retries", arena_printf(arena, "%u", health->startup.retries));
	add(settings, "--health-startup-success", arena_printf(arena, "%u", health->startup.success));
}

static void add_upkeep(struct arena *arena, const struct made *made, struct pairs *settings)
{
	const struct upkeep *upkeep = &made->upkeep;
	const char *restart = engine_restart_name(upkeep->restart);

	add(settings, "--restart",
	    upkeep->restart_max ? arena_printf(arena, "%s:%u", restart, upkeep->restart_max) : restart);
	add(settings, "--log-driver", upkeep->log_driver ? upkeep->log_driver : "");
	for (size_t i = 0; i < upkeep->log_options.count; i++)
		add(settings, "--log-opt", arena_printf(arena, "%s=%s", upkeep->log_options.at[i].key,
							upkeep->log_options.at[i].value));
	add(settings, "--stop-signal", made->stop_signal);
	add(settings, "--stop-timeout", arena_printf(arena, "%u s", made->stop_timeout));
	add(settings, "--timeout", upkeep->timeout ? arena_printf(arena, "%u s", upkeep->timeout) : "none");
	add(settings, "--interactive", upkeep->interactive ? "yes" : "no");
	add(settings, "--rm", made->remove ? "yes" : "no");
	add_health(arena, &upkeep->health, settings);
}

/* Line by line without comments, as it was asked for, before its networks add what is theirs. */
static void add_file(struct arena *arena, int folder, const char *asked, const char *name, struct pairs *settings)
{
	char *text, *line;
	size_t length, lines = 1;

	if (file_read_kept(arena, folder, asked, FILE_MAX, &text, &length) &&
	    file_read_kept(arena, folder, name, FILE_MAX, &text, &length))
		return;
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	settings->at = arena_resize(arena, settings->at, settings->count * sizeof(*settings->at),
				    (settings->count + lines) * sizeof(*settings->at));
	while ((line = strsep(&text, "\n"))) {
		for (char *tab; (tab = strchr(line, '\t'));)
			*tab = ' ';
		if (*line && *line != '#')
			add(settings, name, line);
	}
}

struct pairs explain_settings(struct engine *engine, const struct engine_container *container)
{
	struct arena *arena = engine->arena;
	struct pairs settings = { ARENA_ARRAY(arena, ROOM + container->made.upkeep.log_options.count, struct pair), 0 };

	add_upkeep(arena, &container->made, &settings);
	add_file(arena, container->folder, HOSTS_ASKED, "hosts", &settings);
	add_file(arena, container->folder, RESOLV_ASKED, "resolv.conf", &settings);
	return settings;
}
