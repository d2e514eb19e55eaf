/* content.c - what files hold: see layer.h */
#include "unpack/layer.h"
#include "base/sys_file.h"
#include "base/file.h"
#include "base/sys.h"

static bool write_piece(struct layer *layer, int fd, const unsigned char *bytes, size_t size, uint64_t skip)
{
	int error = 0;

	if (skip && sys_lseek(fd, (off_t)skip, SEEK_CUR) < 0)
		error = -EFBIG;
	if (!error)
		error = file_write_all(fd, bytes, size);
	return !error || fail_call(layer->failure, error, layer->entry, "write");
}

bool layer_fail_reading(struct layer *layer, int error, const struct problem *problem)
{
	enum unpack_error kind = UNPACK_ARCHIVE;

	if (error == -ENODATA)
		kind = UNPACK_TRUNCATED;
	else if (error == -E2BIG)
		kind = UNPACK_LIMIT;
	else if (error == -EILSEQ)
		kind = UNPACK_PATH;
	else if (error == -ENOTSUP)
		kind = UNPACK_TYPE;
	/* -ECANCELED comes from the other thread, which has told why. */
	if (error == -ECANCELED)
		return false;
	return fail(layer->failure, kind, layer->entry, "%s", problem->text);
}

bool content_write(struct layer *layer, int fd, struct tar_reader *reader, const struct tar_entry *entry)
{
	struct problem problem = { 0 };
	const unsigned char *bytes;
	uint64_t offset = 0, end = 0;
	ssize_t got;
	int error;

	while ((got = tar_read_data(reader, &bytes, &offset, &problem)) > 0) {
		if (!write_piece(layer, fd, bytes, (size_t)got, offset - end))
			return false;
		end = offset + (uint64_t)got;
	}
	if (got < 0)
		return layer_fail_reading(layer, (int)got, &problem);
	layer->content += entry->size;
	error = end < entry->size ? sys_ftruncate(fd, entry->size) : 0;
	return !error || fail_call(layer->failure, error, layer->entry, "make a hole");
}
