/* draft_tell.c - what is made before a container starts, as the first steps of its plan: see draft.h. */
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "base/translate.h"
#include "engine/connect_parts.h"
#include "engine/draft.h"
#include "engine/explain_parts.h"
#include "engine/parts.h"
#include "engine/volume_parts.h"
#include "net/address.h"
#include "net/lease.h"
#include "spec/lists.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 4 << 20 };

static const char folder_why[] = N_("the container's folder");

struct telling {
	struct arena *arena;
	struct plan plan;		/* the first steps */
	const char *path;		/* of the container's folder */
	int folder;
	struct texts directories;	/* in it, whose names are still to be looked at */
};

/* What holds them all, where this is the first one. */
static void tell_shelf(struct engine *engine, struct plan *plan, const char *name)
{
	if (engine->store->fd < 0 || sys_faccessat2(engine->store->fd, name, F_OK, 0))
		explain_add_directory(plan, folder_why,
				      arena_printf(engine->arena, "%s/%s", engine->store->root, name), 0700);
}

/* The engine's own records: nothing of the container is made of them. */
static bool is_record(const char *name)
{
	static const char *const records[] = { CONFIG_FILE, MADE_FILE, ENDPOINTS_FILE, HOSTS_ASKED, RESOLV_ASKED,
					       NULL };

	return text_is_one_of(name, records);
}

static void tell_one(struct telling *telling, const char *name)
{
	const char *path = arena_printf(telling->arena, "%s/%s", telling->path, name);
	const char *why = !strncmp(name, "secrets", 7) ? N_("--secret: what is in it is not told") : folder_why;
	struct stat info;
	char *text;
	size_t length;

	if (is_record(name) || sys_fstatat(telling->folder, name, &info, AT_SYMLINK_NOFOLLOW))
		return;
	if (S_ISDIR(info.st_mode)) {
		explain_add_directory(&telling->plan, why, path, info.st_mode & 07777);
		texts_add(telling->arena, &telling->directories, name);
	} else if (S_ISREG(info.st_mode) &&
		   !file_read(telling->arena, telling->folder, name, FILE_MAX, &text, &length)) {
		explain_add_file(&telling->plan, why, path, text);
	}
}

static void tell_directory(struct telling *telling, const char *directory)
{
	int fd = sys_openat(telling->folder, directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	const bool top = !strcmp(directory, ".");
	struct texts names = { 0 };

	for (const struct dirent *entry; list && (entry = readdir(list));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			texts_add(telling->arena, &names,
				  arena_printf(telling->arena, "%s%s%s", top ? "" : directory, top ? "" : "/",
					       entry->d_name));
	if (list)
		closedir(list);
	if (names.count)
		qsort(names.at, names.count, sizeof(*names.at), text_order);
	for (size_t i = 0; i < names.count; i++)
		tell_one(telling, names.at[i]);
}

static void tell_volume(struct engine *engine, const struct made_mount *mount, struct plan *plan,
			struct plan_draft *draft)
{
	static const char why[] = "a new volume";
	const char *folder = arena_printf(engine->arena, "%s/" VOLUMES "/%s", engine->store->root, mount->name);
	const char *data = arena_printf(engine->arena, "%s/" VOLUME_DATA, folder);
	const struct volume volume = { .name = mount->name, .created = record_now(engine->arena),
				       .anonymous = mount->anonymous };
	struct text text = text_new(engine->arena);

	volume_write(&text, &volume);
	explain_add_directory(plan, why, folder, 0700);
	explain_add_file(plan, why, arena_printf(engine->arena, "%s/" VOLUME_FILE, folder), text.at);
	explain_add_directory(plan, why, data, 0755);
	if (!texts_have(&mount->options, "nocopy"))
		texts_add(engine->arena, &draft->filled, data);
	if (mount->anonymous)
		texts_add(engine->arena, &draft->lent, folder);
}

static void tell_volumes(struct engine *engine, const struct prepared *prepared, struct plan *plan,
			 struct plan_draft *draft)
{
	const struct made *made = &prepared->made;
	struct texts told = { 0 };

	for (size_t i = 0; i < made->mounts; i++) {
		const char *name = made->mount[i].name;

		if (!texts_have(&prepared->new_volumes, name) || texts_have(&told, name))
			continue;
		if (!told.count)
			tell_shelf(engine, plan, VOLUMES);
		texts_add(engine->arena, &told, name);
		tell_volume(engine, &made->mount[i], plan, draft);
	}
}

/* As `mkdir -p` does. */
static void tell_source(struct engine *engine, const char *source, struct texts *told, struct plan *plan)
{
	for (const char *at = source, *path; *at; at += strcspn(at, "/")) {
		at += strspn(at, "/");
		path = arena_copy(engine->arena, source, (size_t)(at - source) + strcspn(at, "/"));
		if (!sys_faccessat2(AT_FDCWD, path, F_OK, 0) || texts_have(told, path))
			continue;
		texts_add(engine->arena, told, path);
		explain_add_directory(plan, "--volume: what is not there is made", path, 0755);
	}
}

static void tell_sources(struct engine *engine, const struct texts *sources, struct plan *plan)
{
	struct texts told = { 0 };

	for (size_t i = 0; i < sources->count; i++)
		tell_source(engine, sources->at[i], &told, plan);
}

/* --- networks --- */

/* Under which names others find it there, as roster_set() writes it. */
static const char *roster_lines(struct arena *arena, const struct made *made, const struct made_network *asked,
				const struct plan_link *link)
{
	enum { SHORT = 12 };
	struct text text = text_new(arena);

	for (size_t i = 0; i < link->addresses; i++) {
		text_printf(&text, "%s %s", address_text(arena, &link->address[i]), made->name);
		for (size_t j = 0; j < asked->aliases.count; j++)
			text_printf(&text, " %s", asked->aliases.at[j]);
		text_printf(&text, " %.*s\n", SHORT, made->id);
	}
	return text.at;
}

static bool tell_lease(struct engine *engine, const struct made *made, const struct made_network *asked,
		       const struct plan_link *link, struct plan *plan, struct plan_lease *ret_lease)
{
	struct arena *arena = engine->arena;
	const unsigned char *mac = link->mac;
	struct problem gone = { 0 };
	struct network network;

	if (!network_look(engine->store, link->network, record_now(arena), &network, &gone))
		return false;
	if (network.folder < 0)
		explain_add_network(plan, "the default network, which was never used", engine->store->root, &network);
	*ret_lease = (struct plan_lease){
		.network = network.name,
		.folder = arena_printf(arena, "%s/networks/%s", engine->store->root, network.name),
		.bridge = network.driver == NETWORK_BRIDGE ? network.interface : NULL,
		.owner = arena_printf(arena, "%s %s %02x:%02x:%02x:%02x:%02x:%02x", made->id, link->inside, mac[0],
				      mac[1], mac[2], mac[3], mac[4], mac[5]),
		.lines = network_has_names(&network) ? roster_lines(arena, made, asked, link) : "",
	};
	for (size_t i = 0; i < link->addresses; i++)
		texts_add(arena, &ret_lease->address, address_text(arena, &link->address[i]));
	network_close(&network);
	return true;
}

/* Not of a program that leads outward, which has no network on disk. */
static void tell_leases(struct engine *engine, const struct prepared *prepared, struct plan *plan,
			struct plan_draft *draft)
{
	const struct made *made = &prepared->made;
	const struct plan_network *network = prepared->bundle.request.network;
	struct plan_lease *lease = ARENA_ARRAY(engine->arena, made->networks + 1, struct plan_lease);

	for (size_t i = 0; network && i < network->links && i < made->networks; i++)
		draft->leases += tell_lease(engine, made, &made->network[i], &network->link[i], plan,
					    &lease[draft->leases]);
	draft->lease = lease;
}

/* --- all of it --- */

static struct plan_changes join(struct arena *arena, const struct plan_changes *one, const struct plan_changes *other)
{
	struct plan_changes both = { ARENA_ARRAY(arena, one->count + other->count + 1, struct plan_change), 0 };

	for (size_t i = 0; i < one->count; i++)
		both.at[both.count++] = one->at[i];
	for (size_t i = 0; i < other->count; i++)
		both.at[both.count++] = other->at[i];
	return both;
}

const struct plan_draft *draft_tell(struct engine *engine, const struct prepared *prepared, struct plan *plan)
{
	struct plan_draft *draft = ARENA_NEW(engine->arena, struct plan_draft);
	struct telling telling = { .arena = engine->arena, .plan = *plan, .path = prepared->path,
				   .folder = prepared->folder };

	telling.plan.step = NULL;
	telling.plan.count = telling.plan.room = 0;
	tell_shelf(engine, &telling.plan, NAMES);
	tell_shelf(engine, &telling.plan, CONTAINERS);
	explain_add_directory(&telling.plan, folder_why, prepared->path, 0700);
	texts_add(engine->arena, &telling.directories, ".");
	for (size_t i = 0; i < telling.directories.count; i++)
		tell_directory(&telling, telling.directories.at[i]);
	tell_volumes(engine, prepared, &telling.plan, draft);
	tell_sources(engine, &prepared->new_sources, &telling.plan);
	tell_leases(engine, prepared, &telling.plan, draft);
	draft->folder = prepared->path;
	draft->changes = join(engine->arena, &prepared->changes, &prepared->secrets.owners);
	draft->secret = prepared->secrets.secret;
	draft->secrets = prepared->secrets.secrets;
	draft->steps = telling.plan.count;
	for (size_t i = 0; i < plan->count; i++) {
		struct step step = plan->step[i];

		step.fallback_of += step.fallback_of ? (unsigned)draft->steps : 0;
		plan_add(&telling.plan, step);
	}
	*plan = telling.plan;
	return draft;
}
