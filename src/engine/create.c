/* create.c - an image and a command line become a container: see run.h. */
#include "base/fd.h"
#include "base/file.h"
#include "engine/asked_check.h"
#include "engine/asked_note.h"
#include "engine/claims.h"
#include "engine/entrypoint.h"
#include "engine/event.h"
#include "engine/files.h"
#include "engine/ids_auto.h"
#include "engine/joins.h"
#include "engine/layers_take.h"
#include "engine/links.h"
#include "engine/log_attributes.h"
#include "engine/mapped.h"
#include "engine/networks_asked.h"
#include "engine/option_words.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/ports.h"
#include "engine/rootfs.h"
#include "engine/run.h"
#include "engine/secret_use.h"
#include "engine/service.h"
#include "engine/upkeep.h"
#include "engine/volume_change.h"
#include "engine/volume_take.h"
#include "image/layers.h"
#include "image/mount.h"
#include "net/network.h"
#include "spec/reason.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is found out while one is made. */
struct creating {
	struct engine *engine;
	const struct run_request *request;
	struct run_asked asked;		/* with container:NAME resolved */
	struct pairs joins;		/* who that was */
	struct made networks;		/* its networks alone */
	struct pairs links;
	struct made rootfs;		/* its rootfs alone */
	const char *note;		/* see struct prepared */
	struct container_making making;
	struct image_config image;
	const struct json *config;	/* of the image */
	struct digest *chain;		/* the lowest first */
	size_t layers;
	struct store_holds holds;
	struct host_tree host_tree;
	struct host host;
	struct volumes_asked volumes;
	struct texts new_volumes, new_sources;
	struct plan_changes changes;
	struct texts mounted_layers;	/* of images that are mounted in it */
	struct secrets_taken secrets;
	int ids_lock;			/* of --userns auto; -1: none */
	struct problem *problem;
};

/* --- the image --- */

static bool take_image(struct creating *creating)
{
	struct store *store = creating->engine->store;
	const struct image *image = creating->request->image;
	struct document manifest;

	if (creating->request->asked->rootfs)
		return rootfs_read(store->arena, creating->request->image_name, &creating->rootfs, creating->problem);
	if (!image) {
		creating->config = host_image_config(store->arena);
		return host_tree_read(store->arena, &creating->host_tree, creating->problem);
	}
	if (!store_read_manifest(store, &image->manifest.digest, &manifest, creating->problem) ||
	    !store_read_config(store, &manifest, &creating->image, creating->problem))
		return false;
	creating->config = creating->image.config;
	creating->layers = creating->image.diff_ids_count;
	return layers_take(store, &creating->image, creating->request->image_name, &creating->holds, &creating->chain,
			   creating->problem);
}

/* --- where it stands --- */

static struct plan_layers layers_of(struct arena *arena, const struct store *store, const char *id,
				    const struct texts *chain, bool remove)
{
	struct plan_layers layers = { .from = store->root, .user_xattr = true, .temporary = remove,
				      .upper = arena_printf(arena, CONTAINERS "/%s/upper", id),
				      .work = arena_printf(arena, CONTAINERS "/%s/work", id) };
	struct digest *digest = ARENA_ARRAY(arena, chain->count + 1, struct digest);
	size_t lowest;

	for (size_t i = 0; i < chain->count; i++)
		digest_parse(chain->at[i], &digest[i]);
	lowest = mount_lowest(store, digest, chain->count);
	layers.lower.at = ARENA_ARRAY(arena, chain->count + 2, char *);
	for (size_t i = chain->count; i-- > lowest;)
		layers.lower.at[layers.lower.count++] = arena_printf(arena, "layers/%s/diff", digest_hex(&digest[i]));
	if (!layers.lower.count)
		layers.lower.at[layers.lower.count++] = arena_printf(arena, CONTAINERS "/%s/rootfs", id);
	return layers;
}

/* This machine's own files: below nothing else. For an ordinary user they are mounted part by part. */
static struct plan_layers host_layers(struct arena *arena, const struct store *store, const char *id, bool remove)
{
	struct texts none = { 0 };
	struct plan_layers layers = layers_of(arena, store, id, &none, remove);

	if (geteuid() == 0)
		layers.lower.at[0] = arena_copy(arena, "/", 1);
	return layers;
}

/* A directory of this machine, below what the container changes; or nothing, where it changes the directory. */
static struct plan_layers rootfs_layers(struct arena *arena, const struct store *store, const struct made *made)
{
	struct texts none = { 0 };
	struct plan_layers layers = layers_of(arena, store, made->id, &none, made->remove);

	layers.lower.at[0] = arena_copy(arena, made->rootfs, strlen(made->rootfs));
	layers.lower.count = made->rootfs_kept;
	return layers;
}

/* As overlayfs has it, the root directory is the uppermost layer's: the container's own has its mode and owner. */
static void copy_root_mode(const struct creating *creating)
{
	const struct store *store = creating->engine->store;
	closes int upper = sys_openat(creating->making.folder, "upper", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	closes int top = -1;
	struct stat info;

	if (creating->layers)
		top = layer_open_diff(store, &creating->chain[creating->layers - 1]);
	else if (creating->rootfs.rootfs)
		top = sys_openat(AT_FDCWD, creating->rootfs.rootfs, O_RDONLY | O_DIRECTORY, 0);
	if (upper < 0 || top < 0 || sys_fstat(top, &info))
		return;
	if (fchown(upper, info.st_uid, info.st_gid) == 0)
		fchmod(upper, info.st_mode & 07777);
}

/* Where changes of each part go, and the links between them. */
static int make_parts(int folder, const struct host_tree *tree, struct arena *arena)
{
	int error = tree->part.count ? sys_mkdirat(folder, "parts", 0700) : 0;

	for (size_t i = 0; i < tree->part.count && !error; i++) {
		const char *path = arena_printf(arena, "parts%s", tree->part.at[i]);

		error = sys_mkdirat(folder, path, 0755);
		if (!error)
			error = sys_mkdirat(folder, arena_printf(arena, "%s/upper", path), 0755);
		if (!error)
			error = sys_mkdirat(folder, arena_printf(arena, "%s/work", path), 0700);
	}
	for (size_t i = 0; i < tree->link.count && !error; i++)
		if (tree->link.at[i].value)
			error = sys_symlinkat(tree->link.at[i].value, folder,
					      arena_printf(arena, "upper%s", tree->link.at[i].key));
	return error;
}

/* --- namespaces of others --- */

/* Where --network says nothing. */
static const char *usual_network(struct creating *creating)
{
	return geteuid() == 0 ? NETWORK_DEFAULT : rootless_default_network(creating->engine->arena, &creating->note);
}

static const char *find_namespace(struct creating *creating, const char *kind, const char *given)
{
	return joins_read(creating->engine, &creating->joins, kind, given, creating->problem);
}

static void find_namespaces(struct creating *creating)
{
	struct run_asked *asked = &creating->asked;

	*asked = *creating->request->asked;
	asked->entrypoint_words = entrypoint_read(creating->engine->arena, asked->entrypoint, creating->problem);
	networks_read_asked(creating->engine->arena, asked, asked->networks.count ? NULL : usual_network(creating),
			    &creating->networks, creating->problem);
	links_read(creating->engine, asked, &creating->networks, &creating->links, creating->problem);
	asked->network = find_namespace(creating, "network", asked->network);
	asked->pid = find_namespace(creating, "pid", asked->pid);
	asked->ipc = find_namespace(creating, "ipc", asked->ipc);
	asked->uts = find_namespace(creating, "uts", asked->uts);
	asked->cgroupns = find_namespace(creating, "cgroupns", asked->cgroupns);
	joins_take_ids(creating->engine, &creating->host, &creating->joins, asked, creating->problem);
	joins_take_hostname(creating->engine, &creating->joins, asked, creating->problem);
}

/* --- all of it --- */

static struct container_root root_of(const struct creating *creating)
{
	struct arena *arena = creating->engine->arena;
	struct container_root root = { .arena = arena, .from = creating->engine->store->fd };

	root.directory.at = ARENA_ARRAY(arena, creating->layers + 2, char *);
	for (size_t i = creating->layers; i-- > 0;)
		root.directory.at[root.directory.count++] =
			arena_printf(arena, "layers/%s/diff", digest_hex(&creating->chain[i]));
	if (creating->rootfs.rootfs)
		root.directory.at[root.directory.count++] = (char *)(uintptr_t)creating->rootfs.rootfs;
	else if (!creating->request->image)
		root.directory.at[root.directory.count++] = arena_copy(arena, "/", 1);
	return root;
}

static struct config_input input_of(struct creating *creating, const struct container_root *root)
{
	return (struct config_input){
		.asked = &creating->asked,
		.words = creating->request->words,
		.image = creating->config,
		.image_name = creating->request->image_name,
		.host_tree = creating->request->image || creating->rootfs.rootfs ? NULL : &creating->host_tree,
		.rootfs = rootfs_is_changed(&creating->rootfs) ? creating->rootfs.rootfs : NULL,
		.root = root,
		.volumes = &creating->volumes,
		.host = &creating->host,
		.id = creating->making.id,
		.path = creating->making.path,
		.environment = environ,
	};
}

static void fill_made(const struct creating *creating, const struct config_input *input, struct made *made)
{
	const struct run_asked *asked = &creating->asked;
	struct arena *arena = creating->engine->arena;

	*made = (struct made){
		.id = creating->making.id,
		.name = asked->name,
		.image = creating->request->image_name,
		.image_id = creating->request->image ? creating->request->image->id.text : "",
		.rootfs = creating->rootfs.rootfs ? creating->rootfs.rootfs : "",
		.rootfs_kept = creating->rootfs.rootfs_kept,
		.layer = { ARENA_ARRAY(arena, creating->layers + 1, char *), creating->layers },
		.stop_signal = config_stop_signal(arena, input, creating->problem),
		.stop_timeout = asked->stop_timeout.set ? (uint32_t)asked->stop_timeout.value : 10,
		.remove = asked->remove,
		.labels = config_labels(arena, input, creating->problem),
	};
	engine_read_upkeep(arena, asked, creating->config, creating->request->kept, &made->upkeep, creating->problem);
	made->expose = ports_exposed(arena, creating->config, asked, creating->problem);
	made->joins = creating->joins;
	made->network = creating->networks.network;
	made->networks = creating->networks.networks;
	made->links = creating->links;
	ports_read(arena, asked, made->networks ? made : &(struct made){ .expose = made->expose }, creating->problem);
	made->sdnotify = service_read_notify(asked->sdnotify, &made->upkeep.health, creating->problem);
	made->cgroups = service_read_cgroups(asked->cgroups, creating->problem);
	made->pid_file = claims_absolute(arena, asked->pid_file);
	made->asked = asked_note(arena, asked);
	for (size_t i = 0; i < creating->layers; i++)
		made->layer.at[i] = creating->chain[i].text;
	made->mounted_layers = creating->mounted_layers;
	made->secret_variables = creating->secrets.variables;
	volumes_note(arena, &creating->volumes, made);
	if (asked->stop_timeout.value > UINT32_MAX)
		problem_set(creating->problem, "option '--stop-timeout': %llu s is too long",
			    (unsigned long long)asked->stop_timeout.value);
}

static void take_bundle(const struct engine *engine, const char *path, char *text, size_t length,
			struct bundle *ret_bundle, const struct made *made, struct problem *problem)
{
	bundle_take(engine->arena, path, arena_printf(engine->arena, "%s/" CONFIG_FILE, path), text, length,
		    service_cgroup_manager(made), ret_bundle, problem);
	ret_bundle->request.id = made->id;
	ret_bundle->request.end = END_FOREGROUND;
}

static bool take_volumes(struct creating *creating, const struct container_root *root, const struct config_input *input)
{
	const struct json *volumes = json_get(creating->config, "Volumes");
	const char *image_user = json_text(creating->config, "User");
	const char *user = creating->asked.user ? creating->asked.user : image_user;
	const struct volume_origin origin = { creating->chain, creating->layers };
	struct identity identity;
	struct config_ids apart = { 0 };
	struct volume_taking taking = {
		.engine = creating->engine,
		.origin = creating->request->image ? &origin : NULL,
		.identity = &identity,
		.apart = &apart,
		.making = &creating->making,
		.one_by_one = host_kernel_at_least(&creating->host, 6, 7),
		.level = creating->host.selinux ? volume_level(&creating->asked) : NULL,
		.holds = &creating->holds,
		.problem = creating->problem,
	};
	bool taken;

	taking.ids = mapped_asked(creating->engine->arena, input, &taking.stranger, creating->problem);
	if (creating->host.uid == 0)
		config_find_ids(creating->engine->arena, input, &apart, creating->problem);
	taken = volumes_read(creating->engine, &creating->asked, volumes, &creating->volumes, creating->problem);

	if (taken && creating->volumes.count)
		taken = root_find_user(root, root_whose_user(creating->asked.user), user, &creating->asked.groups,
				       &identity, creating->problem) &&
			volumes_take(&taking, &creating->volumes);
	creating->new_volumes = taking.made;
	creating->new_sources = taking.sources;
	creating->changes = taking.changes;
	creating->mounted_layers = taking.layers;
	return taken && secrets_take(creating->engine, &creating->asked.secrets, &creating->making, &creating->volumes,
				     &creating->asked.env, &creating->secrets, creating->problem);
}

/* With --init its own words are the third and those that follow (config_host.c). */
static void note_command(const struct creating *creating, struct prepared *prepared)
{
	const struct texts *args = &prepared->bundle.spec.process.args;
	const size_t own = creating->asked.init && args->count > 2 ? 2 : 0;

	prepared->made.command = (struct texts){ args->at + own, args->count - own };
}

static bool make_config(struct creating *creating, struct prepared *prepared)
{
	struct engine *engine = creating->engine;
	struct container_root root = root_of(creating);
	struct config_input input = input_of(creating, &root);
	struct text text = text_new(engine->arena);

	if (!ids_take_auto(engine, &creating->host, &creating->asked, &root, &creating->ids_lock, creating->problem) ||
	    !take_volumes(creating, &root, &input))
		return false;
	config_make(engine->arena, &input, &text, creating->problem);
	fill_made(creating, &input, &prepared->made);
	if (creating->problem->found ||
	    !engine_write_files(engine, &creating->making, &creating->asked, &root, creating->networks.networks,
				config_hostname(engine->arena, &input), creating->problem) ||
	    !engine_write(&creating->making, CONFIG_FILE, text.at, text.length, creating->problem))
		return false;
	take_bundle(engine, prepared->path, text.at, text.length, &prepared->bundle, &prepared->made,
		    creating->problem);
	option_words(engine->arena, &prepared->made, &prepared->bundle.spec, creating->problem);
	note_command(creating, prepared);
	if (!creating->problem->found)
		log_check_attributes(engine->arena, &prepared->made, &prepared->bundle.spec.process.env,
				     creating->problem);
	return !creating->problem->found;
}

/* Where its ids are not those that its image was unpacked with. */
static bool own_mapped(struct creating *creating, struct prepared *prepared)
{
	struct engine *engine = creating->engine;
	const struct spec *spec = &prepared->bundle.spec;

	if (creating->rootfs.rootfs_kept && spec->namespace[NAMESPACE_USER].asked)
		problem_set(creating->problem, "option '--rootfs': %s:O has the ids of this machine, and the container "
			    "would have others: leave ':O' out, or '--userns' and '--uidmap'", creating->rootfs.rootfs);
	if (creating->rootfs.rootfs || creating->problem->found)
		return !creating->problem->found;
	return engine->only_told || !mapped_needed(engine->arena, &creating->host, spec) ||
	       mapped_own(engine, &creating->host, spec, prepared->folder, &creating->host_tree.part,
			  creating->problem);
}

/* What the root file system is made of. */
static bool find_layers(struct engine *engine, struct prepared *prepared, const struct host *host,
			struct problem *problem)
{
	const struct made *made = &prepared->made;
	const struct spec *spec = &prepared->bundle.spec;

	if (rootfs_is(made)) {
		prepared->layers = rootfs_layers(engine->arena, engine->store, made);
		return true;
	}
	prepared->layers = made->image_id[0] ?
		layers_of(engine->arena, engine->store, made->id, &made->layer, made->remove) :
		host_layers(engine->arena, engine->store, made->id, made->remove);
	return !mapped_needed(engine->arena, host, spec) ||
	       mapped_use(engine, host, spec, &made->layer, &prepared->layers, problem);
}

static bool make(struct creating *creating, struct prepared *prepared)
{
	struct engine *engine = creating->engine;
	int error;

	prepared->path = creating->making.path;
	prepared->folder = creating->making.folder;
	copy_root_mode(creating);
	error = make_parts(prepared->folder, &creating->host_tree, engine->arena);
	if (error)
		problem_set(creating->problem, "cannot make '%s/parts': %s", prepared->path, reason_words(error));
	if (error || !make_config(creating, prepared) || !own_mapped(creating, prepared) ||
	    !find_layers(engine, prepared, &creating->host, creating->problem) ||
	    !joins_find(engine, &prepared->made, &prepared->bundle.spec, creating->problem) ||
	    !claims_take_name(engine, &creating->asked, creating->problem) ||
	    !engine_commit(engine, &creating->making, &prepared->made, creating->problem))
		return false;
	return true;
}

/* The folder last: who sweeps finds in it what is to be removed with it. */
static void give_up(struct creating *creating)
{
	volumes_give_back(creating->engine, &creating->new_volumes);
	if (creating->making.folder >= 0)
		engine_abandon(creating->engine, &creating->making);
}

bool engine_create(struct engine *engine, const struct run_request *request, struct prepared *ret_prepared,
		   struct problem *problem)
{
	const struct host_wants wants = { .cgroup = true, .last_capability = true, .lsm = true,
					 .id_map_tools = geteuid() != 0 };
	struct creating creating = { .engine = engine, .request = request, .making.folder = -1, .ids_lock = -1,
				     .problem = problem };
	mode_t caller = umask(0022);	/* others in the container read what is made here */
	struct cid_file cid_file = { .fd = -1 };
	bool made;

	*ret_prepared = (struct prepared){ .folder = -1 };
	made = asked_check(request->asked, problem) && cid_file_make(request->asked, &cid_file, problem);
	if (made) {
		host_read(engine->arena, &wants, &creating.host);
		find_namespaces(&creating);
	}
	made = made && !problem->found && take_image(&creating) && engine_begin(engine, &creating.making, problem) &&
	       make(&creating, ret_prepared);
	cid_file_end(&cid_file, made ? creating.making.id : NULL, problem);
	store_release(&creating.holds);
	if (made)
		event_container(engine, &ret_prepared->made, "create", NULL);
	else
		give_up(&creating);
	ret_prepared->new_volumes = creating.new_volumes;
	ret_prepared->new_sources = creating.new_sources;
	ret_prepared->changes = creating.changes;
	ret_prepared->secrets = creating.secrets;
	ret_prepared->note = creating.note;
	fd_close_at(&creating.ids_lock);
	umask(caller);
	return made;
}

bool engine_prepare(struct engine *engine, const struct engine_container *container, struct prepared *ret_prepared,
		    struct problem *problem)
{
	const struct made *made = &container->made;
	char *text;
	size_t length;
	int error = file_read_kept(engine->arena, container->folder, CONFIG_FILE, CONFIG_LIMIT, &text, &length);

	*ret_prepared = (struct prepared){
		.made = *made,
		.path = arena_printf(engine->arena, "%s/" CONTAINERS "/%s", engine->store->root, made->id),
		.folder = container->folder,
	};
	if (error) {
		problem_set(problem, "container %s: its " CONFIG_FILE " cannot be read: %s", made->name,
			    reason_words(error));
		return false;
	}
	take_bundle(engine, ret_prepared->path, text, length, &ret_prepared->bundle, made, problem);
	return !problem->found && find_layers(engine, ret_prepared, &ret_prepared->bundle.host, problem);
}

bool engine_prepare_start(struct engine *engine, const struct engine_container *container,
			  struct prepared *ret_prepared, struct problem *problem)
{
	if (engine_may_start(container, problem) && engine_prepare(engine, container, ret_prepared, problem))
		joins_find(engine, &container->made, &ret_prepared->bundle.spec, problem);
	return !problem->found;
}
