/* tar_read.c - see tar_read.h */
#include "tar/tar_read.h"
#include "tar/tar_number.h"
#include "tar/tar_sparse.h"
#include "base/sys.h"
#include <limits.h>
#include <string.h>

/* The header, POSIX.1-2001, «ustar Interchange Format». */
enum {
	NAME_AT = 0, NAME = 100,
	MODE_AT = 100, UID_AT = 108, GID_AT = 116, ID = 8,
	SIZE_AT = 124, MTIME_AT = 136, LONG = 12,
	SUM_AT = 148, SUM = 8,
	TYPE_AT = 156,
	LINK_AT = 157, LINK = 100,
	MAGIC_AT = 257,
	MAJOR_AT = 329, MINOR_AT = 337,
	PREFIX_AT = 345, PREFIX = 155,
	STAR_PREFIX = 131, STAR_MAGIC_AT = 508,
};

static const char ustar[] = "ustar", star[4] = "tar";
void tar_reader_init(struct tar_reader *reader, struct tar_source source)
{
	*reader = (struct tar_reader){ .source = source };
	arena_init(&reader->arena, reader->first, sizeof(reader->first));
}

void tar_reader_release(struct tar_reader *reader)
{
	arena_release(&reader->arena);
}

/* What comes out of an arena is zeroed, so its first block is zeroed again as far as it was used. */
static void forget_entry(struct tar_reader *reader)
{
	size_t used = sizeof(reader->first);

	if (!reader->arena.blocks)
		used = (size_t)(reader->arena.at - reader->first);
	arena_release(&reader->arena);
	memset(reader->first, 0, used);
	arena_init(&reader->arena, reader->first, sizeof(reader->first));
}

static ssize_t take(struct tar_reader *reader, const unsigned char **ret_bytes, uint64_t most)
{
	ssize_t got = reader->source.read(reader->source.context, ret_bytes,
					  most < SSIZE_MAX ? (size_t)most : (size_t)SSIZE_MAX);

	if (got > 0)
		reader->taken += (uint64_t)got;
	return got;
}

static int truncated(struct problem *problem)
{
	problem_set(problem, "the archive ends too soon");
	return -ENODATA;
}

int tar_reader_block(struct tar_reader *reader, const unsigned char **ret_block)
{
	size_t have = 0;
	ssize_t got = take(reader, ret_block, TAR_BLOCK);

	if (got == TAR_BLOCK)
		return 1;
	while (got > 0) {
		memcpy(reader->block + have, *ret_block, (size_t)got);
		have += (size_t)got;
		if (have == TAR_BLOCK)
			break;
		got = take(reader, ret_block, TAR_BLOCK - have);
	}
	*ret_block = reader->block;
	if (got < 0 || have == 0)
		return (int)got;
	return have == TAR_BLOCK ? 1 : -ENODATA;
}

static int pass_over(struct tar_reader *reader, uint64_t bytes, struct problem *problem)
{
	const unsigned char *ignored;

	if (reader->source.pass) {
		uint64_t passed = reader->source.pass(reader->source.context, bytes);

		reader->taken += passed;
		return passed == bytes ? 0 : truncated(problem);
	}
	while (bytes) {
		ssize_t got = take(reader, &ignored, bytes);

		if (got <= 0)
			return got < 0 ? (int)got : truncated(problem);
		bytes -= (uint64_t)got;
	}
	return 0;
}

static uint64_t padding_of(uint64_t size)
{
	return -size % TAR_BLOCK;
}

static bool is_zero(const unsigned char *block)
{
	return block[0] == 0 && memcmp(block, block + 1, TAR_BLOCK - 1) == 0;
}

/* Some old programs added up bytes as signed ones. */
static bool sum_fits(const unsigned char *block)
{
	uint64_t said;
	int64_t bytes = 0, signed_bytes = 0;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		unsigned char byte = i >= SUM_AT && i < SUM_AT + SUM ? ' ' : block[i];

		bytes += byte;
		signed_bytes += (signed char)byte;
	}
	return tar_number(block + SUM_AT, SUM, INT64_MAX, &said) &&
	       ((int64_t)said == bytes || (int64_t)said == signed_bytes);
}

/* The next header: 1, 0 at the end of the archive, or -errno. */
static int next_header(struct tar_reader *reader, unsigned char *ret_header, struct problem *problem)
{
	const unsigned char *block;
	int result = tar_reader_block(reader, &block);
	bool zero = result == 1 && is_zero(block);

	if (zero)
		result = tar_reader_block(reader, &block);
	if (result == -ENODATA)
		return truncated(problem);
	if (result != 1)
		return result;
	if (zero && is_zero(block))
		return 0;
	if (zero || !sum_fits(block)) {
		problem_set(problem, reader->taken == TAR_BLOCK ?
			    "this is no tar archive: the sum of its first header is wrong" :
			    "the archive is damaged: the sum of a header is wrong");
		return -EBADMSG;
	}
	memcpy(ret_header, block, TAR_BLOCK);
	return 1;
}

/* What an extension header holds, with a NUL after it. */
static int read_extension(struct tar_reader *reader, const unsigned char *header, char **ret_text, size_t *ret_length,
			  struct problem *problem)
{
	uint64_t size;
	char *text;

	if (!tar_number(header + SIZE_AT, LONG, INT64_MAX - TAR_BLOCK, &size)) {
		problem_set(problem, "the size of an extension header is no number");
		return -EBADMSG;
	}
	if (size > TAR_HEADER_MAX) {
		problem_set(problem, "an extension header has %llu bytes; %d are allowed", (unsigned long long)size,
			    TAR_HEADER_MAX);
		return -E2BIG;
	}
	text = arena_alloc(&reader->arena, (size_t)size + 1);
	*ret_text = text;
	*ret_length = (size_t)size;
	while (size) {
		const unsigned char *bytes;
		ssize_t got = take(reader, &bytes, size);

		if (got <= 0)
			return got < 0 ? (int)got : truncated(problem);
		memcpy(text, bytes, (size_t)got);
		text += got;
		size -= (uint64_t)got;
	}
	return pass_over(reader, padding_of(*ret_length), problem);
}

/* GNU's long name: NULs may follow it, nothing else. */
static int read_long_name(struct tar_reader *reader, const unsigned char *header, const char **ret_name,
			  struct problem *problem)
{
	size_t length;
	char *text;
	int error = read_extension(reader, header, &text, &length, problem);

	if (error)
		return error;
	while (length && text[length - 1] == '\0')
		length--;
	if (memchr(text, '\0', length)) {
		problem_set(problem, "a name has a NUL in it");
		return -EILSEQ;
	}
	*ret_name = text;
	return 0;
}

/* A global header holds for all entries that follow: its records are kept without their memory, so only numbers may
 * be in it. */
static int read_global(struct tar_reader *reader, const unsigned char *header, struct problem *problem)
{
	size_t length;
	char *text;
	int error = read_extension(reader, header, &text, &length, problem);

	if (!error)
		error = pax_read(&reader->global, &reader->arena, text, length, problem);
	if (error || !pax_is_of_one_file(&reader->global))
		return error;
	problem_set(problem, "a global pax header speaks of what can hold for one file only");
	return -EBADMSG;
}

static int read_pax(struct tar_reader *reader, const unsigned char *header, struct pax *pax, struct problem *problem)
{
	size_t length;
	char *text;
	int error = read_extension(reader, header, &text, &length, problem);

	return error ? error : pax_read(pax, &reader->arena, text, length, problem);
}

/* A volume label says nothing of files. */
static int read_label(struct tar_reader *reader, const unsigned char *header, struct problem *problem)
{
	const char *ignored;

	return read_long_name(reader, header, &ignored, problem);
}

/* Reads headers up to one of a file. What they add is in `pax`. */
static int read_headers(struct tar_reader *reader, unsigned char *ret_header, struct pax *pax, struct problem *problem)
{
	const char *long_name = NULL, *long_link = NULL;
	int error;

	for (int count = 0; count <= TAR_EXTENSIONS_MAX; count++) {
		int result = next_header(reader, ret_header, problem);

		if (result != 1)
			return result == 0 && count ? truncated(problem) : result;
		switch (ret_header[TYPE_AT]) {
		case 'x':
		case 'X':
			error = read_pax(reader, ret_header, pax, problem);
			break;
		case 'g':
			error = read_global(reader, ret_header, problem);
			break;
		case 'L':
			error = read_long_name(reader, ret_header, &long_name, problem);
			break;
		case 'K':
			error = read_long_name(reader, ret_header, &long_link, problem);
			break;
		case 'V':
			error = read_label(reader, ret_header, problem);
			break;
		default:
			pax->path = pax->path ? pax->path : long_name;
			pax->link = pax->link ? pax->link : long_link;
			pax_add_global(pax, &reader->global);
			return 1;
		}
		if (error)
			return error;
	}
	problem_set(problem, "more than %d extension headers follow each other", TAR_EXTENSIONS_MAX);
	return -E2BIG;
}

static const char *field_text(struct tar_reader *reader, const unsigned char *field, size_t size)
{
	return arena_copy(&reader->arena, (const char *)field, strnlen((const char *)field, size));
}

/* The prefix is POSIX's: GNU tar has other things there. */
static const char *header_name(struct tar_reader *reader, const unsigned char *header)
{
	const char *prefix = (const char *)header + PREFIX_AT;
	size_t room = memcmp(header + STAR_MAGIC_AT, star, sizeof(star)) == 0 ? STAR_PREFIX : PREFIX;
	size_t length = strnlen(prefix, room), name = strnlen((const char *)header, NAME);
	char *text;

	if (memcmp(header + MAGIC_AT, ustar, sizeof(ustar)) != 0 || !length)
		return field_text(reader, header + NAME_AT, NAME);
	text = arena_alloc(&reader->arena, length + 1 + name + 1);
	memcpy(text, prefix, length);
	text[length] = '/';
	memcpy(text + length + 1, header + NAME_AT, name);
	return text;
}

static int read_kind(const unsigned char *header, const char *name, enum tar_kind *ret_kind, struct problem *problem)
{
	unsigned char type = header[TYPE_AT];

	switch (type) {
	case '0':
	case '\0':
	case '7':
	case 'S':
		*ret_kind = name[strlen(name) - 1] == '/' ? TAR_DIRECTORY : TAR_FILE;
		return 0;
	case 'D':
		*ret_kind = TAR_DIRECTORY;
		return 0;
	default:
		if (type >= '1' && type <= '6') {
			*ret_kind = (enum tar_kind)(TAR_FILE + (type - '0'));
			return 0;
		}
	}
	problem_set(problem, type > ' ' && type < 0x7f ? "an entry of type '%c'" : "an entry of type 0x%02x", type);
	return -ENOTSUP;
}

static int bad_number(struct problem *problem, const char *what)
{
	problem_set(problem, "the %s in a header is no number, or out of range", what);
	return -EBADMSG;
}

static int read_owner(struct tar_entry *entry, const unsigned char *header, const struct pax *pax,
		      struct problem *problem)
{
	uint64_t mode, uid = pax->uid, gid = pax->gid;

	if (!tar_number(header + MODE_AT, ID, UINT32_MAX, &mode))
		return bad_number(problem, "mode");
	if (!pax->has_uid && !tar_number(header + UID_AT, ID, UINT32_MAX - 1, &uid))
		return bad_number(problem, "uid");
	if (!pax->has_gid && !tar_number(header + GID_AT, ID, UINT32_MAX - 1, &gid))
		return bad_number(problem, "gid");
	entry->mode = mode & TAR_MODE;
	entry->uid = (uint32_t)uid;
	entry->gid = (uint32_t)gid;
	entry->mtime = pax->mtime;
	entry->atime = pax->atime;
	entry->has_atime = pax->has_atime;
	if (!pax->has_mtime && !tar_seconds(header + MTIME_AT, LONG, &entry->mtime.seconds))
		return bad_number(problem, "time");
	return 0;
}

static int read_device(struct tar_entry *entry, const unsigned char *header, struct problem *problem)
{
	uint64_t major, minor;

	if (entry->kind != TAR_CHARACTER && entry->kind != TAR_BLOCK_DEVICE)
		return 0;
	if (!tar_number(header + MAJOR_AT, ID, UINT32_MAX, &major) ||
	    !tar_number(header + MINOR_AT, ID, UINT32_MAX, &minor))
		return bad_number(problem, "device");
	entry->major = (uint32_t)major;
	entry->minor = (uint32_t)minor;
	return 0;
}

static int read_sparse(struct tar_reader *reader, const unsigned char *header, struct pax *pax, struct problem *problem)
{
	struct tar_entry *entry = &reader->entry;
	int error = 0;

	entry->sparse = header[TYPE_AT] == 'S' || pax->has_sparse || pax->piece_count;
	if (!entry->sparse)
		return 0;
	if (header[TYPE_AT] == 'S')
		error = tar_sparse_old(reader, header, pax, problem);
	else if (pax->sparse_major == 1)
		error = tar_sparse_lines(reader, pax, &reader->left, problem);
	if (error)
		return error;
	entry->size = pax->has_real_size ? pax->real_size : reader->left;
	entry->pieces = pax->pieces;
	entry->piece_count = pax->piece_count;
	return tar_sparse_check(pax, entry->size, reader->left, problem);
}

/* Only files hold something. For the others some programs wrote a size all the same, and no bytes. */
static int read_size(struct tar_reader *reader, const unsigned char *header, struct pax *pax, struct problem *problem)
{
	struct tar_entry *entry = &reader->entry;
	uint64_t size = pax->size;

	if (!pax->has_size && !tar_number(header + SIZE_AT, LONG, INT64_MAX - TAR_BLOCK, &size))
		return bad_number(problem, "size");
	if (header[TYPE_AT] >= '1' && header[TYPE_AT] <= '6')
		size = 0;
	reader->left = size;
	reader->padding = padding_of(size);
	if (entry->kind != TAR_FILE)
		return 0;
	entry->size = size;
	return read_sparse(reader, header, pax, problem);
}

static int read_names(struct tar_reader *reader, const unsigned char *header, const struct pax *pax,
		      struct problem *problem)
{
	struct tar_entry *entry = &reader->entry;
	int error;

	entry->name = pax->sparse_name ? pax->sparse_name : pax->path;
	if (!entry->name)
		entry->name = header_name(reader, header);
	entry->link = "";
	if (!*entry->name) {
		problem_set(problem, "an entry without a name");
		return -EILSEQ;
	}
	error = read_kind(header, entry->name, &entry->kind, problem);
	if (error || (entry->kind != TAR_HARD_LINK && entry->kind != TAR_SYMBOLIC_LINK))
		return error;
	entry->link = pax->link ? pax->link : field_text(reader, header + LINK_AT, LINK);
	if (*entry->link)
		return 0;
	problem_set(problem, "a link to nothing");
	return -EILSEQ;
}

int tar_read_entry(struct tar_reader *reader, struct tar_entry *ret_entry, struct problem *problem)
{
	unsigned char header[TAR_BLOCK];
	struct pax pax;
	int result;

	if (reader->ended)
		return 0;
	result = pass_over(reader, reader->left, problem);
	if (!result)
		result = pass_over(reader, reader->padding, problem);
	if (result)
		return result;
	reader->left = reader->padding = reader->in_piece = reader->piece = 0;
	reader->entry = (struct tar_entry){ 0 };
	forget_entry(reader);
	pax = (struct pax){ 0 };
	result = read_headers(reader, header, &pax, problem);
	reader->ended = result == 0;
	if (result != 1)
		return result;
	result = read_names(reader, header, &pax, problem);
	if (!result)
		result = read_owner(&reader->entry, header, &pax, problem);
	if (!result)
		result = read_device(&reader->entry, header, problem);
	if (!result)
		result = read_size(reader, header, &pax, problem);
	reader->entry.xattrs = pax.xattrs;
	reader->entry.xattr_count = pax.xattr_count;
	*ret_entry = reader->entry;
	return result ? result : 1;
}

ssize_t tar_read_data(struct tar_reader *reader, const unsigned char **ret_bytes, uint64_t *ret_offset,
		      struct problem *problem)
{
	const struct tar_entry *entry = &reader->entry;
	uint64_t most = reader->left;
	ssize_t got;

	if (!most || entry->kind != TAR_FILE)
		return 0;
	while (entry->sparse && reader->in_piece == entry->pieces[reader->piece].size) {
		reader->piece++;
		reader->in_piece = 0;
	}
	*ret_offset = entry->size - reader->left;
	if (entry->sparse) {
		*ret_offset = entry->pieces[reader->piece].offset + reader->in_piece;
		most = entry->pieces[reader->piece].size - reader->in_piece;
	}
	got = take(reader, ret_bytes, most);
	if (got == 0)
		return truncated(problem);
	if (got < 0)
		return got;
	reader->left -= (uint64_t)got;
	reader->in_piece += (uint64_t)got;
	return got;
}
