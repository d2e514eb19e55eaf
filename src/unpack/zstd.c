/* zstd.c - the codecs of zstd: see codec.h. Frames may follow each other, and some of them may be there to be
 * skipped. */
#include "unpack/codec.h"
#include <zstd.h>

enum { LEVEL = 3, WINDOW_LOG_MAX = 27 };	/* 128 MiB, which is what `zstd` itself takes */

struct state { ZSTD_DCtx *decompress; ZSTD_CCtx *compress; bool complete; };

static void *unzstd_begin(struct arena *arena)
{
	struct state *state = ARENA_NEW(arena, struct state);

	state->decompress = ZSTD_createDCtx();
	state->complete = true;
	if (!state->decompress ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(state->decompress, ZSTD_d_windowLogMax, WINDOW_LOG_MAX)))
		return NULL;
	return state;
}

static bool unzstd_run(void *at, struct codec_stream *stream, bool last, struct problem *problem)
{
	struct state *state = at;
	ZSTD_inBuffer in = { stream->in, stream->in_left, 0 };
	ZSTD_outBuffer out = { stream->out, stream->out_left, 0 };
	size_t result = 1;

	while (out.pos < out.size) {
		size_t in_before = in.pos, out_before = out.pos;

		if (state->complete && in.pos == in.size)
			break;
		result = ZSTD_decompressStream(state->decompress, &out, &in);
		if (ZSTD_isError(result)) {
			problem_set(problem, "zstd: %s", ZSTD_getErrorName(result));
			return false;
		}
		state->complete = result == 0;
		if (in.pos == in_before && out.pos == out_before)
			break;
	}
	*stream = (struct codec_stream){ stream->in + in.pos, in.size - in.pos, stream->out + out.pos,
			out.size - out.pos };
	return true;
}

static bool is_complete(const void *at)
{
	return ((const struct state *)at)->complete;
}

static void *zstd_begin(struct arena *arena)
{
	struct state *state = ARENA_NEW(arena, struct state);

	state->compress = ZSTD_createCCtx();
	if (!state->compress ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(state->compress, ZSTD_c_compressionLevel, LEVEL)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(state->compress, ZSTD_c_checksumFlag, 1)))
		return NULL;
	return state;
}

static bool zstd_run(void *at, struct codec_stream *stream, bool last, struct problem *problem)
{
	struct state *state = at;
	ZSTD_inBuffer in = { stream->in, stream->in_left, 0 };
	ZSTD_outBuffer out = { stream->out, stream->out_left, 0 };
	size_t result = ZSTD_compressStream2(state->compress, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);

	if (ZSTD_isError(result)) {
		problem_set(problem, "zstd: %s", ZSTD_getErrorName(result));
		return false;
	}
	state->complete = last && result == 0;
	*stream = (struct codec_stream){ stream->in + in.pos, in.size - in.pos, stream->out + out.pos,
			out.size - out.pos };
	return true;
}

static void end(void *at)
{
	struct state *state = at;

	ZSTD_freeDCtx(state->decompress);
	ZSTD_freeCCtx(state->compress);
}

const struct codec codec_unzstd = { unzstd_begin, unzstd_run, is_complete, end };
const struct codec codec_zstd = { zstd_begin, zstd_run, is_complete, end };
