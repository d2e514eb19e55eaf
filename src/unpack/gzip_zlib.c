/* gzip_zlib.c - the codecs of gzip by zlib, where ISA-L is not installed: see codec.h and gzip_isal.c. */
#include "unpack/codec.h"
#include <stdint.h>
#include <zlib.h>

enum { LEVEL = 6, GZIP_WINDOW = 15 + 16, MEMORY = 8 };

struct state { z_stream stream; bool complete, padding; };

static void *gunzip_begin(struct arena *arena)
{
	struct state *state = ARENA_NEW(arena, struct state);

	return inflateInit2(&state->stream, GZIP_WINDOW) == Z_OK ? state : NULL;
}

static bool next_member(struct state *state, struct codec_stream *stream, struct problem *problem)
{
	state->padding |= *stream->in == 0;
	if (!state->padding) {
		state->complete = false;
		return inflateReset(&state->stream) == Z_OK;
	}
	for (; stream->in_left; stream->in++, stream->in_left--) {
		if (*stream->in != 0) {
			problem_set(problem, "gzip: something stands behind the end");
			return false;
		}
	}
	return true;
}

static void give(z_stream *to, const struct codec_stream *stream)
{
	to->next_in = (Bytef *)(uintptr_t)stream->in;
	to->avail_in = (uInt)stream->in_left;
	to->next_out = stream->out;
	to->avail_out = (uInt)stream->out_left;
}

static void take(struct codec_stream *stream, const z_stream *from)
{
	*stream = (struct codec_stream){ from->next_in, from->avail_in, from->next_out, from->avail_out };
}

static bool gunzip_run(void *at, struct codec_stream *stream, bool last, struct problem *problem)
{
	struct state *state = at;

	while (stream->out_left) {
		int result;

		if (state->complete && !stream->in_left)
			break;
		if (state->complete && !next_member(state, stream, problem))
			return false;
		if (state->complete)
			break;
		give(&state->stream, stream);
		result = inflate(&state->stream, Z_NO_FLUSH);
		take(stream, &state->stream);
		if (result == Z_BUF_ERROR)
			break;
		if (result != Z_OK && result != Z_STREAM_END) {
			problem_set(problem, "gzip: %s", state->stream.msg ? state->stream.msg :
					"the stream is damaged");
			return false;
		}
		state->complete = result == Z_STREAM_END;
	}
	return true;
}

static bool is_complete(const void *at)
{
	return ((const struct state *)at)->complete;
}

static void *gzip_begin(struct arena *arena)
{
	struct state *state = ARENA_NEW(arena, struct state);

	int result = deflateInit2(&state->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY);

	return result == Z_OK ? state : NULL;
}

static bool gzip_run(void *at, struct codec_stream *stream, bool last, struct problem *problem)
{
	struct state *state = at;
	int result;

	give(&state->stream, stream);
	result = deflate(&state->stream, last ? Z_FINISH : Z_NO_FLUSH);
	take(stream, &state->stream);
	if (result == Z_STREAM_ERROR) {
		problem_set(problem, "gzip: cannot compress");
		return false;
	}
	state->complete = result == Z_STREAM_END;
	return true;
}

static void gunzip_end(void *at)
{
	inflateEnd(&((struct state *)at)->stream);
}

static void gzip_end(void *at)
{
	deflateEnd(&((struct state *)at)->stream);
}

const struct codec codec_gunzip = { gunzip_begin, gunzip_run, is_complete, gunzip_end };
const struct codec codec_gzip = { gzip_begin, gzip_run, is_complete, gzip_end };
