/* tar_sparse.c - see tar_sparse.h */
#include "tar/tar_sparse.h"
#include "tar/tar_number.h"
#include "base/sys.h"

enum {
	OLD_PIECES_AT = 386, OLD_PIECES = 4, OLD_MORE_AT = 482, OLD_SIZE_AT = 483,	/* in the header */
	MORE_PIECES = 21, MORE_MORE_AT = 504,						/* in the blocks behind it */
	NUMBER = 12, PIECE = 2 * NUMBER,
	LINE_DIGITS = 20,
};

static int damaged(struct problem *problem)
{
	problem_set(problem, "the map of a sparse file is damaged");
	return -EBADMSG;
}

static int ended(int result, struct problem *problem)
{
	if (result < 0 && result != -ENODATA)
		return result;
	problem_set(problem, "the archive ends in the map of a sparse file");
	return -ENODATA;
}

/* Up to the first one that is empty. */
static int read_old(struct tar_reader *reader, const unsigned char *at, size_t count, struct pax *pax,
		    struct problem *problem)
{
	for (; count && at[0]; count--, at += PIECE) {
		struct tar_piece piece;
		int error;

		if (!tar_number(at, NUMBER, INT64_MAX, &piece.offset) ||
		    !tar_number(at + NUMBER, NUMBER, INT64_MAX, &piece.size))
			return damaged(problem);
		error = pax_add_piece(pax, &reader->arena, piece, problem);
		if (error)
			return error;
	}
	return 0;
}

int tar_sparse_old(struct tar_reader *reader, const unsigned char *header, struct pax *pax, struct problem *problem)
{
	bool more = header[OLD_MORE_AT] != 0;
	const unsigned char *block;
	int error;

	pax->piece_count = 0;
	if (!tar_number(header + OLD_SIZE_AT, NUMBER, INT64_MAX - TAR_BLOCK, &pax->real_size))
		return damaged(problem);
	pax->has_real_size = true;
	error = read_old(reader, header + OLD_PIECES_AT, OLD_PIECES, pax, problem);
	while (!error && more) {
		int result = tar_reader_block(reader, &block);

		if (result != 1)
			return ended(result, problem);
		more = block[MORE_MORE_AT] != 0;
		error = read_old(reader, block, MORE_PIECES, pax, problem);
	}
	return error;
}

/* The bytes of the map, one by one. */
struct lines { struct tar_reader *reader; const unsigned char *block; size_t at; uint64_t *left; };

static int next_byte(struct lines *lines, struct problem *problem)
{
	if (!lines->block || lines->at == TAR_BLOCK) {
		int result;

		if (*lines->left < TAR_BLOCK)
			return damaged(problem);
		result = tar_reader_block(lines->reader, &lines->block);
		if (result != 1)
			return ended(result, problem);
		*lines->left -= TAR_BLOCK;
		lines->at = 0;
	}
	return lines->block[lines->at++];
}

static int next_line(struct lines *lines, uint64_t *ret_value, struct problem *problem)
{
	char text[LINE_DIGITS + 1];
	size_t length = 0;
	int byte;

	while ((byte = next_byte(lines, problem)) >= 0 && byte != '\n' && length < LINE_DIGITS)
		text[length++] = (char)byte;
	text[length] = '\0';
	if (byte < 0)
		return byte;
	return byte == '\n' && tar_decimal(text, INT64_MAX, ret_value) ? 0 : damaged(problem);
}

int tar_sparse_lines(struct tar_reader *reader, struct pax *pax, uint64_t *left, struct problem *problem)
{
	struct lines lines = { .reader = reader, .left = left };
	uint64_t count = 0;
	int error = next_line(&lines, &count, problem);

	pax->piece_count = 0;
	while (!error && count--) {
		struct tar_piece piece = { 0 };

		error = next_line(&lines, &piece.offset, problem);
		if (!error)
			error = next_line(&lines, &piece.size, problem);
		if (!error)
			error = pax_add_piece(pax, &reader->arena, piece, problem);
	}
	return error;
}

int tar_sparse_check(const struct pax *pax, uint64_t size, uint64_t left, struct problem *problem)
{
	uint64_t end = 0, sum = 0;

	for (size_t i = 0; i < pax->piece_count; i++) {
		const struct tar_piece *piece = &pax->pieces[i];

		if (piece->offset < end || piece->offset > size || piece->size > size - piece->offset)
			return damaged(problem);
		end = piece->offset + piece->size;
		sum += piece->size;
	}
	return sum == left ? 0 : damaged(problem);
}
