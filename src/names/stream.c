/* stream.c - queries by TCP, one after the other for each client: see names.h.
 *
 * An answer is passed on as it comes, so its size needs no memory. What a stage waits for is all that is watched.
 */
#include "base/sys.h"
#include "base/sys_socket.h"
#include "names/names.h"
#include <string.h>
#include <sys/epoll.h>

enum { AT_ONCE = 16, IDLE_MS = 10000 };

enum progress {
	GO_ON,
	WAIT_CLIENT_IN, WAIT_CLIENT_OUT, WAIT_SERVER_IN, WAIT_SERVER_OUT,
	OVER,
};

static size_t frame_length(const uint8_t *frame)
{
	return (size_t)frame[0] << 8 | frame[1];
}

static void end_server(struct stream *stream)
{
	if (stream->server >= 0)
		sys_close(stream->server);
	stream->server = -1;
}

static void end_stream(struct names *names, size_t index)
{
	struct stream *stream = &names->stream[index];

	end_server(stream);
	sys_close(stream->client);
	stream->client = -1;
	names->stream_place[index].client = 0;
}

static void enter(const struct names *names, struct stream *stream, enum stage stage, uint64_t ms)
{
	stream->stage = stage;
	stream->due_ms = names->now_ms + ms;
}

/* --- an answer of our own --- */

static enum progress answer(const struct names *names, struct stream *stream, size_t length)
{
	stream->out[0] = (uint8_t)(length >> 8);
	stream->out[1] = (uint8_t)length;
	stream->out_begin = 0;
	stream->out_end = STREAM_HEAD + length;
	stream->left = 0;
	enter(names, stream, STAGE_PASS, IDLE_MS);
	return GO_ON;
}

static uint64_t patience_ms(const struct names *names, const struct stream *stream)
{
	return stream->at_peer ? PEER_MS : names->servers.timeout_ms;
}

static bool begin_asking(const struct names *names, struct stream *stream, const struct peer *server)
{
	int error;

	stream->server = sys_socket(server->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	error = stream->server < 0 ? stream->server : sys_connect(stream->server, &server->any, server->size);
	if (!error || error == -EINPROGRESS) {
		enter(names, stream, STAGE_ASK, patience_ms(names, stream));
		return true;
	}
	end_server(stream);
	return false;
}

static bool ask_peer(const struct names *names, struct stream *stream)
{
	struct peer peer;

	stream->at_peer = true;
	while (peers_next(names, &stream->asker, stream->peers, &peer)) {
		stream->peers++;
		if (begin_asking(names, stream, &peer))
			return true;
	}
	stream->at_peer = false;
	return false;
}

/* What is said where no peer has known it; false: the host's servers may know. */
static bool answer_alone(struct names *names, struct stream *stream, const struct question *question,
			 enum parsed parsed)
{
	size_t length;

	names->zone.asker = stream->asker;
	if (answer_make(&names->zone, stream->query + STREAM_HEAD, parsed, question, stream->out + STREAM_HEAD,
			&length) == ANSWER_FORWARD)
		return false;
	answer(names, stream, length);
	return true;
}

static enum progress ask_next(struct names *names, size_t index)
{
	struct stream *stream = &names->stream[index];
	uint8_t *query = stream->query + STREAM_HEAD;
	struct peer server;
	struct question question;
	enum parsed parsed;

	end_server(stream);
	stream->sent = 0;
	if (stream->at_peer && ask_peer(names, stream))
		return GO_ON;
	/* As it came. */
	message_set_id(query, stream->id);
	message_set_recursion(query, true);
	parsed = message_parse(query, frame_length(stream->query), &question);
	question.room = STREAM_ROOM;
	if (!stream->tries) {
		if (answer_alone(names, stream, &question, parsed))
			return GO_ON;
		upstream_look(names);
		stream->first = (uint8_t)upstream_first(names, &stream->asker);
	}
	while (upstream_next(names, &stream->asker, stream->first, stream->tries, &server)) {
		stream->tries++;
		if (begin_asking(names, stream, &server))
			return GO_ON;
	}
	return answer(names, stream, answer_code(query, &question, CODE_FAILED, stream->out + STREAM_HEAD));
}

static enum progress server_failed(struct names *names, size_t index)
{
	struct stream *stream = &names->stream[index];

	if (!stream->at_peer)
		upstream_failed(names, &stream->asker, stream->first, stream->tries - 1U);
	return ask_next(names, index);
}

/* --- the stages --- */

static enum progress take_query(struct names *names, size_t index)
{
	struct stream *stream = &names->stream[index];
	const uint8_t *query = stream->query + STREAM_HEAD;
	struct question question;
	const enum parsed parsed = message_parse(query, frame_length(stream->query), &question);
	size_t length;

	question.room = STREAM_ROOM;
	names->zone.asker = stream->asker;
	switch (answer_make(&names->zone, query, parsed, &question, stream->out + STREAM_HEAD, &length)) {
	case ANSWER_READY:
		return answer(names, stream, length);
	case ANSWER_UNKNOWN:
	case ANSWER_FORWARD:
		break;
	case ANSWER_NONE:
		return OVER;
	}
	stream->first = stream->tries = stream->peers = 0;
	stream->at_peer = true;
	stream->id = question.id;
	return ask_next(names, index);
}

static bool has_query(const struct stream *stream)
{
	return stream->have >= STREAM_HEAD && stream->have >= STREAM_HEAD + frame_length(stream->query);
}

static enum progress do_read(struct names *names, size_t index)
{
	struct stream *stream = &names->stream[index];
	ssize_t count;

	if (has_query(stream))
		return take_query(names, index);
	if (stream->have == sizeof(stream->query))	/* a query that is none */
		return OVER;
	count = sys_recvfrom(stream->client, stream->query + stream->have, sizeof(stream->query) - stream->have, 0,
			     NULL, NULL);
	if (count == -EAGAIN)
		return WAIT_CLIENT_IN;
	if (count <= 0)
		return OVER;
	stream->have += (size_t)count;
	return GO_ON;
}

static enum progress do_ask(struct names *names, size_t index)
{
	struct stream *stream = &names->stream[index];
	const size_t length = STREAM_HEAD + frame_length(stream->query);
	ssize_t count;

	if (!stream->sent) {
		message_set_id(stream->query + STREAM_HEAD, random_id());
		message_set_recursion(stream->query + STREAM_HEAD, !stream->at_peer);
	}
	count = sys_send(stream->server, stream->query + stream->sent, length - stream->sent);
	if (count == -EAGAIN)
		return WAIT_SERVER_OUT;
	if (count <= 0)
		return server_failed(names, index);
	stream->sent += (size_t)count;
	if (stream->sent < length)
		return GO_ON;
	stream->out_begin = stream->out_end = 0;
	enter(names, stream, STAGE_HEAD, patience_ms(names, stream));
	return GO_ON;
}

static enum progress do_head(struct names *names, size_t index)
{
	enum { ALL = STREAM_HEAD + MESSAGE_HEAD };
	struct stream *stream = &names->stream[index];
	const uint16_t id = (uint16_t)frame_length(stream->query + STREAM_HEAD);
	ssize_t count;

	count = sys_recvfrom(stream->server, stream->out + stream->out_end, ALL - stream->out_end, 0, NULL, NULL);
	if (count == -EAGAIN)
		return WAIT_SERVER_IN;
	if (count <= 0)
		return server_failed(names, index);
	stream->out_end += (size_t)count;
	if (stream->out_end < ALL)
		return GO_ON;
	if (frame_length(stream->out) < MESSAGE_HEAD || !message_is_reply(stream->out + STREAM_HEAD, MESSAGE_HEAD, id))
		return server_failed(names, index);
	if (stream->at_peer && message_code(stream->out + STREAM_HEAD) != CODE_OK)
		return ask_next(names, index);
	message_set_id(stream->out + STREAM_HEAD, stream->id);
	message_set_recursion(stream->out + STREAM_HEAD, true);
	stream->left = frame_length(stream->out) - MESSAGE_HEAD;
	enter(names, stream, STAGE_PASS, IDLE_MS);
	return GO_ON;
}

static enum progress end_answer(const struct names *names, struct stream *stream)
{
	const size_t length = STREAM_HEAD + frame_length(stream->query);

	end_server(stream);
	stream->have -= length;
	memmove(stream->query, stream->query + length, stream->have);
	enter(names, stream, STAGE_READ, IDLE_MS);
	return GO_ON;
}

static enum progress do_pass(struct names *names, size_t index)
{
	struct stream *stream = &names->stream[index];
	ssize_t count;

	if (stream->out_begin < stream->out_end) {
		count = sys_send(stream->client, stream->out + stream->out_begin, stream->out_end - stream->out_begin);
		if (count == -EAGAIN)
			return WAIT_CLIENT_OUT;
		if (count <= 0)
			return OVER;
		stream->out_begin += (size_t)count;
		return GO_ON;
	}
	if (!stream->left)
		return end_answer(names, stream);
	count = sys_recvfrom(stream->server, stream->out,
			     stream->left < sizeof(stream->out) ? stream->left : sizeof(stream->out), 0, NULL, NULL);
	if (count == -EAGAIN)
		return WAIT_SERVER_IN;
	if (count <= 0)
		return OVER;
	stream->out_begin = 0;
	stream->out_end = (size_t)count;
	stream->left -= (size_t)count;
	return GO_ON;
}

static enum progress do_stage(struct names *names, size_t index)
{
	switch (names->stream[index].stage) {
	case STAGE_READ:
		return do_read(names, index);
	case STAGE_ASK:
		return do_ask(names, index);
	case STAGE_HEAD:
		return do_head(names, index);
	case STAGE_PASS:
		return do_pass(names, index);
	}
	return OVER;
}

/* A client that is gone is always heard of. Who has something left to do comes back as soon as others had a turn. */
static void wait_for(const struct names *names, size_t index, enum progress what)
{
	const struct stream *stream = &names->stream[index];
	const uint32_t client = what == WAIT_CLIENT_IN ? EPOLLIN :
				what == WAIT_CLIENT_OUT || what == GO_ON ? EPOLLOUT : 0;
	const uint32_t server = what == WAIT_SERVER_IN ? EPOLLIN : what == WAIT_SERVER_OUT ? EPOLLOUT : 0;

	watch_set(names, stream->client, client, WATCH_CLIENT, index);
	if (stream->server < 0)
		return;
	if (server)
		watch_set(names, stream->server, server, WATCH_SERVER, index);
	else
		watch_end(names, stream->server);
}

/* --- events --- */

/* Who sends without end is left for a while: what is watched tells of the rest. */
static void work(struct names *names, size_t index)
{
	enum { STEPS = 256 };
	enum progress progress = GO_ON;

	for (int i = 0; i < STEPS && progress == GO_ON; i++)
		progress = do_stage(names, index);
	if (progress == OVER)
		end_stream(names, index);
	else
		wait_for(names, index, progress);
}

void stream_event(struct names *names, size_t index)
{
	if (names->stream_place[index].client)
		work(names, index);
}

void stream_client_gone(struct names *names, size_t index)
{
	if (names->stream_place[index].client)
		end_stream(names, index);
}

void stream_late(struct names *names, size_t index)
{
	const enum stage stage = names->stream[index].stage;

	if (stage != STAGE_ASK && stage != STAGE_HEAD)
		end_stream(names, index);
	else if (server_failed(names, index) == GO_ON)
		work(names, index);
}

static void begin_stream(struct names *names, int fd, const struct peer *client)
{
	const uint64_t hash = client_hash(names, client);
	const size_t index = place_choose(names->stream_place, STREAMS, hash);
	struct stream *stream;

	if (index == STREAMS) {
		sys_close(fd);
		return;
	}
	if (names->stream_place[index].client)
		end_stream(names, index);
	names->stream_place[index] = (struct place){ hash, names->now_ms };
	stream = &names->stream[index];
	stream->client = fd;
	stream->server = -1;
	stream->asker = peers_client(client);
	stream->have = 0;
	enter(names, stream, STAGE_READ, IDLE_MS);
	watch_set(names, fd, EPOLLIN, WATCH_CLIENT, index);
}

void stream_accept(struct names *names, size_t listener)
{
	for (int i = 0; i < AT_ONCE; i++) {
		struct peer client = { .size = sizeof(client.v6) };
		int fd = sys_accept(names->listener[listener].tcp, &client.any, &client.size);

		if (fd < 0)
			return;
		begin_stream(names, fd, &client);
	}
}
