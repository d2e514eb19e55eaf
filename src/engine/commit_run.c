/* commit_run.c - see commit_run.h */
#include "engine/commit_run.h"
#include "engine/root.h"
#include "engine/run.h"
#include "spec/lists.h"
#include <string.h>

/* --- the command --- */

static bool begins_with(const struct texts *words, const struct texts *begin)
{
	for (size_t i = 0; i < begin->count; i++)
		if (i >= words->count || strcmp(words->at[i], begin->at[i]) != 0)
			return false;
	return true;
}

static void take_command(struct image_run *run, const struct texts *args)
{
	size_t first = begins_with(args, &run->entrypoint) ? run->entrypoint.count : 0;

	if (!first)
		run->has_entrypoint = false;
	run->cmd = (struct texts){ args->at + first, args->count - first };
	run->has_cmd = run->cmd.count;
}

/* --- variables --- */

static const char *find(const struct texts *env, const char *entry)
{
	size_t length = strcspn(entry, "=");

	for (size_t i = 0; i < env->count; i++)
		if (!strncmp(env->at[i], entry, length) && env->at[i][length] == '=')
			return env->at[i];
	return NULL;
}

/* Those that the engine gives to a container are not the image's: its name, that it has a terminal. */
static bool is_own(const struct spec *spec, const char *entry)
{
	if (!strncmp(entry, "HOSTNAME=", strlen("HOSTNAME=")))
		return spec->hostname && !strcmp(entry + strlen("HOSTNAME="), spec->hostname);
	return spec->process.terminal && !strcmp(entry, "TERM=xterm");
}

/* In the image's order, then those that are new. */
static void take_env(struct arena *arena, struct image_run *run, const struct spec *spec)
{
	const struct texts *now = &spec->process.env;
	struct texts env = { ARENA_ARRAY(arena, run->env.count + now->count + 1, char *), 0 };

	for (size_t i = 0; i < run->env.count; i++) {
		const char *entry = find(now, run->env.at[i]);

		if (entry)
			env.at[env.count++] = (char *)(uintptr_t)entry;
	}
	for (size_t i = 0; i < now->count; i++)
		if (!find(&run->env, now->at[i]) && !is_own(spec, now->at[i]))
			env.at[env.count++] = now->at[i];
	run->env = env;
}

/* --- who and where --- */

/* The image's words stay where they mean who the container is. */
static void take_user(struct arena *arena, struct image_run *run, const struct prepared *prepared,
		      const struct engine *engine)
{
	const struct user *user = &prepared->bundle.spec.process.user;
	const struct plan_layers *layers = &prepared->layers;
	/* A tree with other owners may be without content (image/mapped.h). */
	struct container_root root = { .arena = arena, .from = engine->store->fd,
				       .directory = layers->data.count ? layers->data : layers->lower };
	const struct texts none = { 0 };
	struct problem ignored = { 0 };
	struct identity identity;

	if (root_find_user(&root, "", run->user ? run->user : "", &none, &identity, &ignored) &&
	    identity.uid == user->uid && identity.gid == user->gid)
		return;
	run->user = arena_printf(arena, "%u:%u", user->uid, user->gid);
}

static void take_container(struct engine *engine, const struct engine_container *container,
			   const struct prepared *prepared, struct image_run *run)
{
	const struct spec *spec = &prepared->bundle.spec;

	take_command(run, &spec->process.args);
	take_env(engine->arena, run, spec);
	take_user(engine->arena, run, prepared, engine);
	if (run->working_dir || strcmp(spec->process.cwd, "/") != 0)
		run->working_dir = spec->process.cwd;
	if (run->stop_signal || strcmp(container->made.stop_signal, "SIGTERM") != 0)
		run->stop_signal = container->made.stop_signal;
	run->labels = container->made.labels;
}

bool commit_run(struct engine *engine, const struct engine_container *container, const struct image *parent,
		struct image_run *ret_run, const char **ret_command, struct problem *problem)
{
	struct document manifest;
	struct image_config config;
	struct prepared prepared;

	if (!store_read_manifest(engine->store, &parent->manifest.digest, &manifest, problem) ||
	    !store_read_config(engine->store, &manifest, &config, problem) ||
	    !engine_prepare(engine, container, &prepared, problem))
		return false;
	image_run_read(engine->arena, config.config, ret_run);
	take_container(engine, container, &prepared, ret_run);
	*ret_command = texts_join(engine->arena, &prepared.bundle.spec.process.args, " ");
	return true;
}
