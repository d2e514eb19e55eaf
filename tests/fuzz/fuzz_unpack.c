/* fuzz_unpack.c - the whole way of a layer: any bytes, decompressed, read as tar, and written to a directory, with or
 * without layers below.
 *
 * The first byte says how: as they are; as an archive whose sums are made right, so that more than its first header is
 * read; or as a list of entries that play with few names, which makes links and directories meet. Whatever comes,
 * nothing but the directory of the layer changes: beside it lie files that links lead to.
 *
 * It writes to a folder of its own in /dev/shm (or TMPDIR), which it empties each time, and wants to be root.
 */
#include "base/sys.h"
#include "tar/tar_write.h"
#include "unpack/input.h"
#include "unpack/layer.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/xattr.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { RAW, SUMMED, LISTED, FORMS, LISTED_TOO = FORMS };
enum { COMPRESSED = 4, PLAIN = 8, SQUASH = 16, LOWERS = 32, SETTLE = 64, ZSTD = 128 };
enum { BYTES_MAX = 4 << 20, ENTRIES_MAX = 300, LOWER_COUNT = 2 };

static char folder[PATH_MAX];
static int base_fd, home, lowers[LOWER_COUNT];
static struct stat before[2];		/* of what must not change: the folder beside, and the file in it */

/* --- the folder --- */

static int open_up(const char *path, const struct stat *stat, int type, struct FTW *at)
{
	return S_ISDIR(stat->st_mode) && chmod(path, 0700) ? 0 : 0;
}

static int wipe(const char *path, const struct stat *stat, int type, struct FTW *at)
{
	return remove(path) ? -1 : 0;
}

static void empty(const char *path)
{
	nftw(path, open_up, 16, FTW_PHYS);
	nftw(path, wipe, 16, FTW_PHYS | FTW_DEPTH);
}

static void look(struct stat *ret)
{
	if (fstatat(base_fd, "beside", &ret[0], AT_SYMLINK_NOFOLLOW) ||
	    fstatat(base_fd, "beside/file", &ret[1], AT_SYMLINK_NOFOLLOW))
		abort();
}

static void put(int dir, const char *path, const char *text)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT, 0640);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
}

/* Two layers below: a link where a directory may be, an opaque directory, a whiteout, attributes. */
static void make_lowers(void)
{
	for (int i = 0; i < LOWER_COUNT; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "lower%d", i);
		if (mkdirat(base_fd, name, 0755) || (lowers[i] = openat(base_fd, name, O_RDONLY | O_DIRECTORY)) < 0)
			abort();
		mkdirat(lowers[i], "a", 0751);
		mkdirat(lowers[i], "a/b", 02770);
		put(lowers[i], i ? "a/c" : "a/b/c", "content");
	}
	(void)!symlinkat("../beside", lowers[0], "d");
	(void)!symlinkat("a", lowers[1], "c");
	mknodat(lowers[0], "a/c", S_IFCHR, 0);
	mkdirat(lowers[0], "e", 0700);
	fchdir(lowers[0]);
	setxattr("e", "user.overlay.opaque", "y", 1, 0);
	setxattr("a/b/c", "user.x", "value", 5, 0);
	fchdir(home);
}

static void leave(void)
{
	empty(folder);
}

static void prepare(void)
{
	const char *tmp = getenv("TMPDIR");

	if (*folder)
		return;
	(void)snprintf(folder, sizeof(folder), "%s/taru-fuzz.XXXXXX", tmp ? tmp : "/dev/shm");
	home = open(".", O_RDONLY | O_DIRECTORY);
	if (home < 0 || !mkdtemp(folder) || (base_fd = open(folder, O_RDONLY | O_DIRECTORY)) < 0)
		abort();
	atexit(leave);
	if (mkdirat(base_fd, "beside", 0700))
		abort();
	put(base_fd, "beside/file", "secret");
	make_lowers();
	look(before);
}

/* --- what is fed --- */

struct sink { unsigned char *at; size_t size, room; };

static int keep(void *context, const void *bytes, size_t size)
{
	struct sink *sink = context;

	if (!sink->at || size > sink->room - sink->size) {
		sink->room = 2 * sink->room + size + 4096;
		sink->at = realloc(sink->at, sink->room);
		if (!sink->at)
			abort();
	}
	memcpy(sink->at + sink->size, bytes, size);
	sink->size += size;
	return 0;
}

static void make_sums_right(struct sink *archive)
{
	for (size_t at = 0; at + TAR_BLOCK <= archive->size; at += TAR_BLOCK) {
		unsigned char *block = archive->at + at;
		unsigned sum = 0;

		if (memcmp(block + 257, "ustar", 5) != 0)
			continue;
		memset(block + 148, ' ', 8);
		for (int i = 0; i < TAR_BLOCK; i++)
			sum += block[i];
		(void)snprintf((char *)block + 148, 8, "%06o", sum);
	}
}

/* Up to three of few names. */
static void make_name(char *to, unsigned byte)
{
	static const char *const names[] = { "a", "b", "c", "d", "..", "e", ".wh.a", ".wh..wh..opq" };
	int count = 1 + (byte >> 6) % 3;

	*to = '\0';
	for (int i = 0; i < count; i++) {
		strcat(to, *to ? "/" : "");
		strcat(to, names[(byte >> (i ? 3 : 0)) + (unsigned)(i > 1) & 7]);
	}
}

/* Four bytes are an entry. */
static void list(struct sink *archive, const uint8_t *bytes, size_t size)
{
	struct tar_writer writer = tar_writer_new((struct tar_sink){ keep, archive });
	struct tar_xattr xattr = { "user.x", "y", 1 };
	struct arena arena;

	arena_init(&arena, NULL, 0);
	for (; size >= 4; bytes += 4, size -= 4) {
		char name[64], link[64] = "";
		struct tar_entry entry = {
			.kind = (enum tar_kind)(bytes[0] % (TAR_FIFO + 1)), .name = name, .link = link,
			.mode = (uint32_t)bytes[3] << 4 & TAR_MODE, .uid = bytes[3] & 1, .mtime.seconds = bytes[0],
			.xattrs = &xattr, .xattr_count = bytes[0] >= 0xf0 };

		make_name(name, bytes[1]);
		if (entry.kind == TAR_HARD_LINK || entry.kind == TAR_SYMBOLIC_LINK)
			make_name(link, bytes[2]);
		if (entry.kind == TAR_SYMBOLIC_LINK && bytes[2] & 1)
			(void)snprintf(link, sizeof(link), "%s", bytes[2] & 2 ? "../beside" : "/a");
		entry.size = entry.kind == TAR_FILE ? bytes[2] : 0;
		if (tar_write_entry(&writer, &entry, &arena) || tar_write_data(&writer, folder, entry.size % 64))
			break;
		for (uint64_t left = entry.size - entry.size % 64; left; left -= 64)
			tar_write_data(&writer, folder, 64);
	}
	tar_write_end(&writer);
	arena_release(&arena);
}

static void end(const struct codec *codec, void *state)
{
	if (codec && codec->end && state)
		codec->end(state);
}

static void compress(struct sink *archive, const struct codec *codec)
{
	struct codec_stream stream = { .in = archive->at, .in_left = archive->size };
	struct sink made = { 0 };
	struct problem problem = { 0 };
	unsigned char room[4096];
	struct arena arena;
	void *state;

	arena_init(&arena, NULL, 0);
	state = codec->begin(&arena);
	do {
		stream.out = room;
		stream.out_left = sizeof(room);
		if (!state || !codec->run(state, &stream, true, &problem))
			abort();
		keep(&made, room, sizeof(room) - stream.out_left);
	} while (stream.in_left || !codec->is_complete(state));
	end(codec, state);
	arena_release(&arena);
	free(archive->at);
	*archive = made;
}

/* --- the way --- */

struct run {
	struct input input;
	struct failure failure;
	struct arena arena;
	struct layer layer;
	unsigned char piece[4096];
};

static ssize_t give(void *context, const unsigned char **ret_bytes, size_t most)
{
	struct run *run = context;
	size_t size;

	if (!input_fill(&run->input, run->piece, most < sizeof(run->piece) ? most : sizeof(run->piece), &size))
		return -ECANCELED;
	*ret_bytes = run->piece;
	return (ssize_t)size;
}

static bool unpack(struct run *run, struct tar_reader *reader, bool settles)
{
	struct layer *layer = &run->layer;
	struct problem problem = { 0 };
	struct tar_entry entry;
	char link[PATH_MAX];
	int result;

	walk_begin(layer);
	if (layer->overlay && !walk_imply(layer))
		return false;
	while ((result = tar_read_entry(reader, &entry, &problem)) == 1)
		if (layer->entries > ENTRIES_MAX ? !fail(&run->failure, UNPACK_LIMIT, NULL, "enough") :
				!layer_add(layer, reader, &entry))
			return false;
	layer->entry = NULL;
	if (result != 0)
		return layer_fail_reading(layer, result, &problem);
	if (!settles)
		return layer_finish(layer);
	layer->lowers = lowers;
	layer->lower_count = LOWER_COUNT;
	return settle(layer, link);
}

static void check_beside(void)
{
	struct stat now[2];

	look(now);
	for (int i = 0; i < 2; i++)
		if (now[i].st_mode != before[i].st_mode || now[i].st_size != before[i].st_size ||
		    now[i].st_nlink != before[i].st_nlink || now[i].st_uid != before[i].st_uid ||
		    memcmp(&now[i].st_mtim, &before[i].st_mtim, sizeof(now[i].st_mtim)) != 0)
			abort();
}

static void close_walk(struct layer *layer)
{
	for (; layer->depth; layer->depth--)
		sys_close(walk_fd(layer));
}

static void feed(int file, uint8_t how)
{
	static struct run run;
	static struct tar_reader reader;
	char digest[DIGEST_TEXT];
	bool good;

	memset(&run, 0, sizeof(run));
	arena_init(&run.arena, NULL, 0);
	run.input = (struct input){ .fd = file, .wake = -1, .tee = -1, .max_bytes = BYTES_MAX,
		.max_ratio = UNPACK_MAX_RATIO, .arena = &run.arena, .failure = &run.failure };
	mkdirat(base_fd, "root", 0755);
	run.layer = (struct layer){ .root = openat(base_fd, "root", O_RDONLY | O_DIRECTORY), .overlay = !(how & PLAIN),
		.squash = how & SQUASH, .max_bytes = BYTES_MAX, .uid = geteuid(), .gid = getegid(), .arena = &run.arena,
		.failure = &run.failure, .lowers = lowers, .lower_count = how & LOWERS ? LOWER_COUNT : 0,
		.directories.arena = &run.arena, .copied.arena = &run.arena };
	if (run.layer.root < 0 || !input_prepare(&run.input))
		abort();
	tar_reader_init(&reader, (struct tar_source){ .read = give, .context = &run });
	good = unpack(&run, &reader, (how & (SETTLE | LOWERS | PLAIN)) == SETTLE);
	if (!good && !run.failure.problem.found)
		abort();
	tar_reader_release(&reader);
	close_walk(&run.layer);
	close(run.layer.root);
	end(run.input.codec, run.input.state);
	digest_end(&run.input.raw, digest);
	digest_end(&run.input.plain, digest);
	arena_release(&run.arena);
	if (fchdir(home))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct sink archive = { 0 };
	char root[PATH_MAX + 8];
	int file;

	prepare();
	if (!size)
		return 0;
	if (bytes[0] % COMPRESSED >= LISTED)
		list(&archive, bytes + 1, size - 1);
	else
		keep(&archive, bytes + 1, size - 1);
	if (bytes[0] % COMPRESSED == SUMMED)
		make_sums_right(&archive);
	if (bytes[0] & COMPRESSED)
		compress(&archive, bytes[0] & ZSTD ? &codec_zstd : &codec_gzip);
	file = memfd_create("layer", MFD_CLOEXEC);
	if (file < 0 || write(file, archive.at, archive.size) != (ssize_t)archive.size || lseek(file, 0, SEEK_SET))
		abort();
	free(archive.at);
	umask(0);
	feed(file, bytes[0]);
	close(file);
	check_beside();
	(void)snprintf(root, sizeof(root), "%s/root", folder);
	empty(root);
	return 0;
}
