/* store.c - see store.h */
#include "image/store.h"
#include "base/fd.h"
#include "base/file.h"
#include "image/store_parts.h"
#include "spec/names.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char layout[] = "{\"imageLayoutVersion\": \"1.0.0\"}\n";

const char *store_root(struct arena *arena, const char *given, struct problem *problem)
{
	const char *root = given && given[0] ? given : getenv("TARU_ROOT");
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (root && root[0] && root[0] != '/') {
		char here[4096];

		if (!getcwd(here, sizeof(here))) {
			problem_set(problem, "the store's folder '%s': there is no working directory", root);
			return NULL;
		}
		return arena_printf(arena, "%s/%s", here, root);
	}
	/* A copy: the memory of the environment is overwritten in a process that becomes a container's. */
	if (root && root[0])
		return arena_copy(arena, root, strlen(root));
	if (geteuid() == 0)
		return "/var/lib/taru";
	if (data && data[0] == '/')
		return arena_printf(arena, "%s/taru", data);
	if (home && home[0] == '/')
		return arena_printf(arena, "%s/.local/share/taru", home);
	problem_set(problem, "nobody says where images are: set HOME, TARU_ROOT, or give --root");
	return NULL;
}

/* Makes each folder of the path that is missing. */
static int make_path(struct arena *arena, const char *path)
{
	char *part = arena_copy(arena, path, strlen(path));
	int error = 0;

	for (char *slash = strchr(part + 1, '/'); slash && !error; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		error = sys_mkdirat(AT_FDCWD, part, 0755);
		if (error == -EEXIST || error == -EROFS || error == -EACCES)
			error = 0;
		*slash = '/';
	}
	return error;
}

static int make_folder(int dir, const char *path, mode_t mode)
{
	int error = sys_mkdirat(dir, path, mode);

	return error == -EEXIST ? 0 : error;
}

static int make_folders(int root)
{
	static const char *const folders[] = { "images", "images/blobs", "images/blobs/sha256" };
	/* What is in layers belongs to containers: setuid programs, devices; nobody else is to reach it
	 * (CVE-2021-41091). */
	int error = make_folder(root, "layers", 0700);

	if (!error)
		error = make_folder(root, "partial", 0700);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !error; i++)
		error = make_folder(root, folders[i], 0755);
	if (!error && sys_faccessat2(root, "images/oci-layout", F_OK, 0) == -ENOENT)
		error = store_write_file(root, "images/oci-layout", layout, strlen(layout));
	return error;
}

static int make_root(struct store *store)
{
	int error = make_path(store->arena, store->root);

	if (!error)
		error = make_folder(AT_FDCWD, store->root, 0700);
	return error;
}

bool store_open(struct store *store, struct arena *arena, const char *root, bool make, struct problem *problem)
{
	int error = 0;

	*store = (struct store){ .arena = arena, .root = root, .fd = -1, .blobs = -1 };
	if (make)
		error = make_root(store);
	if (!error)
		store->fd = sys_openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0);
	if (store->fd == -ENOENT && !make)
		return true;
	if (store->fd < 0 && !error)
		error = store->fd;
	if (!error && make)
		error = make_folders(store->fd);
	if (!error)
		store->blobs = sys_openat(store->fd, "images/blobs/sha256", O_RDONLY | O_DIRECTORY, 0);
	if (!error && store->blobs < 0 && store->blobs != -ENOENT)
		error = store->blobs;
	if (error) {
		problem_set(problem, "the store %s: %s", root, errno_words(-error));
		store_close(store);
	}
	return !error;
}

void store_close(struct store *store)
{
	fd_close_at(&store->fd);
	fd_close_at(&store->blobs);
	store->fd = store->blobs = -1;
}

void store_allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

bool store_read_index(const struct store *store, struct images *ret_images, struct problem *problem)
{
	char *text;
	size_t length;
	int error = -ENOENT;

	*ret_images = (struct images){ 0 };
	if (store->fd >= 0)
		error = file_read_kept(store->arena, store->fd, "images/index.json", MANIFEST_MAX, &text, &length);
	if (error == -ENOENT)
		return true;
	if (error) {
		problem_set(problem, "%s/images/index.json: %s", store->root, errno_words(-error));
		return false;
	}
	return images_read(store->arena, text, length, ret_images, problem);
}

/* Of an image that another tool put there. What cannot be read is left out: `images` shows the rest. */
static void complete(const struct store *store, struct image *image)
{
	struct problem problem = { 0 };
	struct document manifest;
	struct image_config config;

	if (!store_read_manifest(store, &image->manifest.digest, &manifest, &problem) ||
	    !store_read_config(store, &manifest, &config, &problem))
		return;
	image->id = manifest.config.digest;
	image->created = image_time(config.created);
	for (size_t i = 0; i < manifest.count; i++)
		image->size += manifest.list[i].size;
	image->complete = true;
}

bool store_images(const struct store *store, struct images *ret_images, struct problem *problem)
{
	if (!store_read_index(store, ret_images, problem))
		return false;
	for (size_t i = 0; i < ret_images->count; i++)
		if (!ret_images->at[i].complete)
			complete(store, &ret_images->at[i]);
	return true;
}

static bool is_prefix_of(const char *prefix, const struct digest *digest)
{
	return prefix[0] && !strncmp(digest_hex(digest), prefix, strlen(prefix));
}

const struct image *store_find(const struct images *images, const char *full_name, const char *given,
			       struct problem *problem)
{
	const char *prefix = !strncmp(given, "sha256:", DIGEST_PREFIX) ? given + DIGEST_PREFIX : given;
	const struct image *found = full_name ? images_named(images, full_name) : NULL;

	for (size_t i = 0; i < images->count && !found; i++)
		if (full_name && images->at[i].repo_digest.text[0] && store_is_name_at(&images->at[i], full_name))
			found = &images->at[i];
	if (found)
		return found;
	for (size_t i = 0; i < images->count; i++) {
		const struct image *image = &images->at[i];

		if (!is_prefix_of(prefix, &image->id) && !is_prefix_of(prefix, &image->manifest.digest))
			continue;
		if (found && !digest_equal(&found->id, &image->id)) {
			problem_set(problem, "%s: several images begin so; give more digits", given);
			return NULL;
		}
		found = image;
	}
	if (!found)
		problem_set(problem, "no such image: %s", given);
	return found;
}

/* "NAME@sha256:…" means a row whose name is NAME with any tag, and for which the registry gave this digest. */
bool store_is_name_at(const struct image *image, const char *full_name)
{
	const char *at = strchr(full_name, '@'), *tag;
	size_t length;

	if (!at || !image->name[0])
		return false;
	if (strcmp(at + 1, image->repo_digest.text) && strcmp(at + 1, image->manifest.digest.text))
		return false;
	tag = strrchr(image->name, ':');
	length = tag && !strchr(tag, '/') ? (size_t)(tag - image->name) : strlen(image->name);
	return length == (size_t)(at - full_name) && !strncmp(image->name, full_name, length);
}
