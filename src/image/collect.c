/* collect.c - what no image needs is removed: see store.h */
#include "base/fd.h"
#include "base/file.h"
#include "base/proc.h"
#include "image/layers.h"
#include "spec/names.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Digests, sorted. */
struct digests {
	struct digest *at;
	size_t count, room;
};

static void add(struct arena *arena, struct digests *digests, const struct digest *digest)
{
	digests->at = arena_grow(arena, digests->at, digests->count, &digests->room, sizeof(*digests->at));
	digests->at[digests->count++] = *digest;
}

static int compare(const void *one, const void *other)
{
	return memcmp(one, other, sizeof(struct digest));
}

static bool has(const struct digests *digests, const struct digest *digest)
{
	return digests->count && bsearch(digest, digests->at, digests->count, sizeof(*digest), compare);
}

/* Each once. */
static void sort(struct digests *digests)
{
	size_t kept = 0;

	if (digests->count)
		qsort(digests->at, digests->count, sizeof(struct digest), compare);
	for (size_t i = 0; i < digests->count; i++)
		if (!kept || compare(&digests->at[kept - 1], &digests->at[i]))
			digests->at[kept++] = digests->at[i];
	digests->count = kept;
}

struct needed {
	struct arena *arena;
	struct digests blobs, layers, configs;
	struct digests documents;	/* that are to be looked at next */
};

/* What a document names. False where it cannot be read, since then nobody knows what is needed. */
static bool need_document(const struct store *store, struct needed *needed, const struct digest *digest,
			  struct problem *problem)
{
	struct document document;
	char *text;
	size_t length;

	if (!store_read_blob(store, digest, MANIFEST_MAX, "manifest", &text, &length, problem) ||
	    !document_read(store->arena, text, length, "", digest->text, &document, problem))
		return false;
	for (size_t i = 0; i < document.count; i++)
		add(needed->arena, document.kind == DOCUMENT_INDEX ? &needed->documents : &needed->blobs,
		    &document.list[i].digest);
	if (document.kind == DOCUMENT_MANIFEST)
		add(needed->arena, &needed->configs, &document.config.digest);
	return true;
}

/* An artifact has none, and no layers to unpack. */
static void need_layers(const struct store *store, struct needed *needed, const struct digest *digest)
{
	struct document manifest = { .config.digest = *digest };
	struct problem problem = { 0 };
	struct image_config config;
	struct digest chain;

	if (!store_read_config(store, &manifest, &config, &problem))
		return;
	for (size_t i = 0; i < config.diff_ids_count; i++) {
		chain = digest_chain(i ? &chain : NULL, &config.diff_ids[i]);
		add(needed->arena, &needed->layers, &chain);
	}
}

static bool is_in_store(const struct store *store, const struct digest *digest)
{
	return sys_faccessat2(store->blobs, digest_hex(digest), F_OK, 0) == 0;
}

/* An index of another tool's may stand there as well: what it names is needed if it is there. Level by level, so
 * that each document is read once, however indexes are nested. */
static bool need_documents(const struct store *store, struct needed *needed, struct problem *problem)
{
	enum { LEVELS = 5 };
	struct digests seen = { 0 }, level;
	struct store reading = *store;
	struct arena arena;

	reading.arena = &arena;
	for (int depth = 0; depth < LEVELS && needed->documents.count; depth++) {
		level = needed->documents;
		needed->documents = (struct digests){ 0 };
		sort(&level);
		for (size_t i = 0; i < level.count && !problem->found; i++) {
			if (has(&seen, &level.at[i]) || (depth && !is_in_store(store, &level.at[i])))
				continue;
			arena_init(&arena, NULL, 0);
			need_document(&reading, needed, &level.at[i], problem);
			arena_release(&arena);
		}
		for (size_t i = 0; i < level.count; i++) {
			add(needed->arena, &seen, &level.at[i]);
			add(needed->arena, &needed->blobs, &level.at[i]);
		}
		sort(&seen);
	}
	for (size_t i = 0; i < needed->documents.count; i++)
		add(needed->arena, &needed->blobs, &needed->documents.at[i]);
	return !problem->found;
}

/* opendir(3) of a folder of the store; the caller closes it. */
static DIR *open_list(const struct store *store, const char *path)
{
	int fd = sys_openat(store->fd, path, O_RDONLY | O_DIRECTORY, 0);

	return fd < 0 ? NULL : fdopendir(fd);
}

static void need_lines(struct needed *needed, const char *text)
{
	struct digest chain;

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length < sizeof(chain.text)) {
			char line[sizeof(chain.text)] = "";

			memcpy(line, text, length);
			if (digest_parse(line, &chain))
				add(needed->arena, &needed->layers, &chain);
		}
		text += length + (text[length] == '\n');
	}
}

/* The layers that containers stand on, also without the image that they were made from. False where that cannot be
 * known. */
static bool need_containers(const struct store *store, struct needed *needed, struct problem *problem)
{
	enum { LAYERS_FILE_MAX = 1 << 20 };
	DIR *list;
	int fd = sys_openat(store->fd, "containers", O_RDONLY | O_DIRECTORY, 0);

	if (fd == -ENOENT)
		return true;
	list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		problem_set(problem, "%s/containers: cannot be read, so nothing is removed: %s", store->root,
			    errno_words(fd < 0 ? -fd : errno));
	while (list && !problem->found) {
		const struct dirent *entry = (errno = 0, readdir(list));
		char *text;
		size_t length;
		int error;

		if (!entry && errno)
			problem_set(problem, "%s/containers: %s", store->root, errno_words(errno));
		if (!entry)
			break;
		if (entry->d_name[0] == '.')
			continue;
		error = file_read_kept(needed->arena, dirfd(list),
				       arena_printf(needed->arena, "%s/layers", entry->d_name), LAYERS_FILE_MAX,
				       &text, &length);
		if (!error)
			need_lines(needed, text);
		else if (error != -ENOENT && error != -ENOTDIR)
			problem_set(problem, "%s/containers/%s/layers: cannot be read, so nothing is removed: %s",
				    store->root, entry->d_name, errno_words(-error));
	}
	if (list)
		closedir(list);
	return !problem->found;
}

static bool find_needed(const struct store_change *change, struct needed *needed, struct problem *problem)
{
	struct store reading = *change->store;
	struct arena arena;

	for (size_t i = 0; i < change->images.count; i++)
		add(needed->arena, &needed->documents, &change->images.at[i].manifest.digest);
	if (!need_documents(change->store, needed, problem))
		return false;
	sort(&needed->configs);
	reading.arena = &arena;
	for (size_t i = 0; i < needed->configs.count; i++) {
		add(needed->arena, &needed->blobs, &needed->configs.at[i]);
		arena_init(&arena, NULL, 0);
		need_layers(&reading, needed, &needed->configs.at[i]);
		arena_release(&arena);
	}
	if (!need_containers(change->store, needed, problem))
		return false;
	sort(&needed->blobs);
	sort(&needed->layers);
	return true;
}

/* A blob that somebody holds stays. */
static void remove_blob(int dir, const char *name, const struct digest *digest, struct arena *arena,
			struct digests *gone, uint64_t *bytes)
{
	closes int fd = file_open_kept(dir, name, O_RDONLY, 0);
	struct stat info;

	if (fd < 0 || sys_flock(fd, LOCK_EX | LOCK_NB) || sys_fstat(fd, &info) || sys_unlinkat(dir, name, 0))
		return;
	*bytes += (uint64_t)info.st_blocks * 512;
	if (digest)
		add(arena, gone, digest);
}

static bool named_digest(const char *name, struct digest *ret_digest)
{
	char text[DIGEST_PREFIX + DIGEST_HEX + 1] = "sha256:";

	if (strlen(name) != DIGEST_HEX)
		return false;
	memcpy(text + DIGEST_PREFIX, name, DIGEST_HEX + 1);
	return digest_parse(text, ret_digest);
}

/* Files without the name of a digest are what a writer that was killed left. */
static void collect_blobs(const struct store *store, const char *path, const struct digests *needed,
			  struct digests *gone, uint64_t *bytes)
{
	DIR *list = open_list(store, path);
	struct dirent *entry;
	struct digest digest;

	while (list && (entry = readdir(list))) {
		if (entry->d_name[0] == '.')
			continue;
		if (!named_digest(entry->d_name, &digest))
			remove_blob(dirfd(list), entry->d_name, NULL, store->arena, gone, bytes);
		else if (!has(needed, &digest))
			remove_blob(dirfd(list), entry->d_name, &digest, store->arena, gone, bytes);
	}
	if (list)
		closedir(list);
}

static void collect_layers(const struct store *store, const struct digests *needed, struct digests *gone,
			   uint64_t *bytes)
{
	DIR *list = open_list(store, "layers");
	struct dirent *entry;
	struct digest digest;
	struct layer_facts facts;

	while (list && (entry = readdir(list))) {
		if (!named_digest(entry->d_name, &digest) || has(needed, &digest))
			continue;
		if (!layer_read(store, &digest, &facts))
			facts.size = 0;
		if (layer_condemn(store, entry->d_name))
			continue;
		*bytes += facts.size;
		add(store->arena, gone, &digest);
	}
	if (list)
		closedir(list);
}

bool store_collect(struct store_change *change, struct removed *ret_removed, struct problem *problem)
{
	const struct store *store = change->store;
	struct needed needed = { .arena = store->arena };
	struct digests blobs = { 0 }, layers = { 0 };

	*ret_removed = (struct removed){ 0 };
	if (!find_needed(change, &needed, problem))
		return false;
	collect_layers(store, &needed.layers, &layers, &ret_removed->bytes);
	collect_blobs(store, "images/blobs/sha256", &needed.blobs, &blobs, &ret_removed->bytes);
	ret_removed->blobs = blobs.at;
	ret_removed->blobs_count = blobs.count;
	ret_removed->layers = layers.at;
	ret_removed->layers_count = layers.count;
	return true;
}

/* --- what was left behind --- */

static void sweep_layers(const struct store *store)
{
	DIR *list = open_list(store, "layers");
	struct dirent *entry;

	while (list && (entry = readdir(list)))
		if (!strncmp(entry->d_name, ".new-", 5) || !strncmp(entry->d_name, ".gone-", 6))
			layer_remove(store, entry->d_name);
	if (list)
		closedir(list);
}

/* index.json.new-PID: the PID tells whether somebody is still at it; where it is another one's by now,
 * the file stays. */
static void sweep_temporary(const struct store *store)
{
	DIR *list = open_list(store, "images");
	struct dirent *entry;
	struct proc_stat ignored;
	uint64_t pid;

	while (list && (entry = readdir(list))) {
		const char *suffix = strstr(entry->d_name, ".new-");

		if (suffix && text_to_u64(suffix + 5, &pid) && pid < INT32_MAX &&
		    proc_read_stat((pid_t)pid, &ignored) == -ESRCH)
			sys_unlinkat(dirfd(list), entry->d_name, 0);
	}
	if (list)
		closedir(list);
}

uint64_t store_sweep(const struct store *store, bool partial)
{
	struct digests none = { 0 };
	uint64_t bytes = 0;

	sweep_layers(store);
	sweep_temporary(store);
	if (partial)
		collect_blobs(store, "partial", &none, &none, &bytes);
	return bytes;
}
