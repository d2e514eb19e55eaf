/* fuzz_tar.c - any bytes as a tar archive: what comes out keeps to tar.h, however the bytes are cut; and an entry
 * that was
 * read, written and read again is the same. */
#include "base/sys.h"
#include "tar/tar_read.h"
#include "tar/tar_write.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { WRITTEN_MAX = 64 * 1024 };

struct bytes { const unsigned char *at; size_t left, cut; };

static ssize_t give(void *context, const unsigned char **ret_bytes, size_t most)
{
	struct bytes *bytes = context;
	size_t size = bytes->left < most ? bytes->left : most;

	if (!most)
		abort();
	if (size > bytes->cut)
		size = bytes->cut;
	*ret_bytes = bytes->at;
	bytes->at += size;
	bytes->left -= size;
	return (ssize_t)size;
}

struct sink { unsigned char *at; size_t size; };

static int keep(void *context, const void *bytes, size_t size)
{
	struct sink *sink = context;

	sink->at = realloc(sink->at, sink->size + size + 1);
	if (!sink->at)
		abort();
	memcpy(sink->at + sink->size, bytes, size);
	sink->size += size;
	return 0;
}

static bool same_time(struct tar_time a, struct tar_time b)
{
	return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds;
}

/* Directories get a slash. */
static bool same_name(const struct tar_entry *a, const struct tar_entry *b)
{
	size_t length = strlen(a->name);

	return strncmp(a->name, b->name, length) == 0 &&
	       (!b->name[length] || (a->kind == TAR_DIRECTORY && strcmp(b->name + length, "/") == 0));
}

static bool same_xattrs(const struct tar_entry *a, const struct tar_entry *b)
{
	if (a->xattr_count != b->xattr_count)
		return false;
	for (size_t i = 0; i < a->xattr_count; i++)
		if (strcmp(a->xattrs[i].name, b->xattrs[i].name) != 0 || a->xattrs[i].size != b->xattrs[i].size ||
		    memcmp(a->xattrs[i].value, b->xattrs[i].value, a->xattrs[i].size) != 0)
			return false;
	return true;
}

static void check_same(const struct tar_entry *a, const struct tar_entry *b)
{
	if (a->kind != b->kind || !same_name(a, b) || strcmp(a->link, b->link) != 0 || a->mode != b->mode ||
	    a->uid != b->uid || a->gid != b->gid || a->size != b->size || !same_time(a->mtime, b->mtime) ||
	    a->has_atime != b->has_atime || !same_time(a->atime, b->atime) || a->major != b->major ||
	    a->minor != b->minor || !same_xattrs(a, b))
		abort();
}

/* Writes the entry, with zeros in it, and reads it again. */
static void check_written(const struct tar_entry *entry, size_t cut)
{
	static const unsigned char zeros[WRITTEN_MAX];
	struct sink sink = { 0 };
	struct tar_writer writer = tar_writer_new((struct tar_sink){ keep, &sink });
	struct problem problem = { 0 };
	static struct tar_reader reader;
	struct tar_entry again;
	struct bytes source;
	struct arena arena;
	int error;

	arena_init(&arena, NULL, 0);
	error = tar_write_entry(&writer, entry, &arena);
	if (!error && (tar_write_data(&writer, zeros, (size_t)entry->size) || tar_write_end(&writer)))
		abort();
	source = (struct bytes){ sink.at, sink.size, cut };
	tar_reader_init(&reader, (struct tar_source){ .read = give, .context = &source });
	if (!error) {
		if (tar_read_entry(&reader, &again, &problem) != 1)
			abort();
		check_same(entry, &again);
		if (tar_read_entry(&reader, &again, &problem) != 0 || source.left)
			abort();
	}
	tar_reader_release(&reader);
	arena_release(&arena);
	free(sink.at);
}

static void check_entry(const struct tar_entry *entry)
{
	bool links = entry->kind == TAR_HARD_LINK || entry->kind == TAR_SYMBOLIC_LINK;

	if (!*entry->name || links != (*entry->link != '\0') || entry->mode > TAR_MODE || entry->uid == UINT32_MAX ||
	    entry->gid == UINT32_MAX || entry->mtime.nanoseconds >= 1000000000 || (entry->kind != TAR_FILE &&
			entry->size) ||
	    entry->size > INT64_MAX || entry->xattr_count > TAR_XATTRS_MAX || entry->piece_count > TAR_PIECES_MAX)
		abort();
}

static ssize_t check_data(struct tar_reader *reader, const struct tar_entry *entry, struct problem *problem)
{
	const unsigned char *bytes;
	uint64_t offset, end = 0;
	ssize_t got;

	while ((got = tar_read_data(reader, &bytes, &offset, problem)) > 0) {
		if (offset < end || offset > entry->size || (uint64_t)got > entry->size - offset)
			abort();
		if (!entry->sparse && offset != end)
			abort();
		end = offset + (uint64_t)got;
	}
	if (got == 0 && !entry->sparse && end != entry->size)
		abort();
	return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tar_reader reader;
	struct problem problem = { 0 };
	struct tar_entry entry;
	struct bytes bytes;
	size_t cut;
	int result;

	if (!size)
		return 0;
	/* The first byte says in which pieces the others come. */
	cut = data[0] ? data[0] * 16U : 1;
	bytes = (struct bytes){ data + 1, size - 1, cut };
	tar_reader_init(&reader, (struct tar_source){ .read = give, .context = &bytes });
	while ((result = tar_read_entry(&reader, &entry, &problem)) == 1) {
		check_entry(&entry);
		if (entry.size <= WRITTEN_MAX)
			check_written(&entry, cut);
		if (check_data(&reader, &entry, &problem) < 0)
			break;
	}
	if (result < 0 && !problem.found)
		abort();
	tar_reader_release(&reader);
	return 0;
}
