/* gzip_isal.c - the codecs of gzip by ISA-L, twice as fast as zlib: see codec.h.
 *
 * A file of gzip is members that follow each other; zeros may fill up the end.
 */
#include "unpack/codec.h"
#include <isa-l/igzip_lib.h>

enum { LEVEL = 3 };

struct gunzip { struct inflate_state inflate; bool complete, padding; };

static void *gunzip_begin(struct arena *arena)
{
	struct gunzip *state = ARENA_NEW(arena, struct gunzip);

	isal_inflate_init(&state->inflate);
	state->inflate.crc_flag = ISAL_GZIP;
	return state;
}

/* Between members: the next one, or zeros up to the end. */
static bool next_member(struct gunzip *state, struct codec_stream *stream, struct problem *problem)
{
	state->padding |= *stream->in == 0;
	if (!state->padding) {
		state->complete = false;
		isal_inflate_reset(&state->inflate);
		state->inflate.crc_flag = ISAL_GZIP;
		return true;
	}
	for (; stream->in_left; stream->in++, stream->in_left--) {
		if (*stream->in != 0) {
			problem_set(problem, "gzip: something stands behind the end");
			return false;
		}
	}
	return true;
}

static bool gunzip_run(void *at, struct codec_stream *stream, bool last, struct problem *problem)
{
	struct gunzip *state = at;
	struct inflate_state *inflate = &state->inflate;

	while (stream->out_left) {
		size_t in_before = stream->in_left, out_before = stream->out_left;
		int result;

		if (state->complete && !stream->in_left)
			break;
		if (state->complete && !next_member(state, stream, problem))
			return false;
		if (state->complete)
			break;
		inflate->next_in = (uint8_t *)(uintptr_t)stream->in;
		inflate->avail_in = (uint32_t)stream->in_left;
		inflate->next_out = stream->out;
		inflate->avail_out = (uint32_t)stream->out_left;
		result = isal_inflate(inflate);
		*stream = (struct codec_stream){ inflate->next_in, inflate->avail_in, inflate->next_out,
						 inflate->avail_out };
		if (result < 0) {
			problem_set(problem, result == ISAL_INCORRECT_CHECKSUM ? "gzip: the checksum is wrong" :
				    "gzip: the stream is damaged (%d)", result);
			return false;
		}
		state->complete = inflate->block_state == ISAL_BLOCK_FINISH;
		if (!state->complete && stream->in_left == in_before && stream->out_left == out_before)
			break;
	}
	return true;
}

static bool gunzip_is_complete(const void *at)
{
	return ((const struct gunzip *)at)->complete;
}

struct gzip { struct isal_zstream stream; struct isal_gzip_header header; bool complete; };

static void *gzip_begin(struct arena *arena)
{
	struct gzip *state = ARENA_NEW(arena, struct gzip);

	isal_deflate_init(&state->stream);
	isal_gzip_header_init(&state->header);
	state->stream.level = LEVEL;
	state->stream.level_buf_size = ISAL_DEF_LVL3_DEFAULT;
	state->stream.level_buf = arena_alloc(arena, ISAL_DEF_LVL3_DEFAULT);
	state->stream.gzip_flag = IGZIP_GZIP;
	return state;
}

static bool gzip_run(void *at, struct codec_stream *stream, bool last, struct problem *problem)
{
	struct gzip *state = at;
	struct isal_zstream *deflate = &state->stream;

	deflate->next_in = (uint8_t *)(uintptr_t)stream->in;
	deflate->avail_in = (uint32_t)stream->in_left;
	deflate->next_out = stream->out;
	deflate->avail_out = (uint32_t)stream->out_left;
	deflate->end_of_stream = last;
	if (isal_deflate(deflate) != COMP_OK) {
		problem_set(problem, "gzip: cannot compress");
		return false;
	}
	*stream = (struct codec_stream){ deflate->next_in, deflate->avail_in, deflate->next_out, deflate->avail_out };
	state->complete = deflate->internal_state.state == ZSTATE_END;
	return true;
}

static bool gzip_is_complete(const void *at)
{
	return ((const struct gzip *)at)->complete;
}

const struct codec codec_gunzip = { gunzip_begin, gunzip_run, gunzip_is_complete, NULL };
const struct codec codec_gzip = { gzip_begin, gzip_run, gzip_is_complete, NULL };
