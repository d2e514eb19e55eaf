/* flight.c - queries by UDP: see names.h. */
#include "base/sys.h"
#include "base/sys_socket.h"
#include "names/names.h"
#include <string.h>
#include <sys/epoll.h>

static void send_answer(const struct names *names, size_t listener, const struct peer *client, const uint8_t *bytes,
			size_t length)
{
	if (names->listener[listener].udp >= 0)
		sys_sendto(names->listener[listener].udp, bytes, length, &client->any, client->size);
}

static void end_socket(struct flight *flight)
{
	if (flight->fd >= 0)
		sys_close(flight->fd);
	flight->fd = -1;
}

static void end_flight(struct names *names, size_t index)
{
	end_socket(&names->flight[index]);
	names->flight_place[index].client = 0;
}

static void give_up(struct names *names, size_t index)
{
	struct flight *flight = &names->flight[index];
	struct question question;
	uint8_t answer[MESSAGE_UDP];

	message_parse(flight->query, flight->length, &question);
	send_answer(names, flight->listener, &flight->client, answer,
		    answer_code(flight->query, &question, CODE_FAILED, answer));
	end_flight(names, index);
}

/* A connected socket hears its server alone, and that there is none. The kernel gives it a random port. */
static bool send_to(struct names *names, size_t index, const struct peer *server)
{
	struct flight *flight = &names->flight[index];
	uint8_t query[FLIGHT_QUERY];

	flight->fd = sys_socket(server->any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (flight->fd < 0)
		return false;
	flight->id = random_id();
	memcpy(query, flight->query, flight->length);
	message_set_id(query, flight->id);
	if (flight->at_peer)
		message_set_recursion(query, false);
	if (sys_connect(flight->fd, &server->any, server->size) || sys_send(flight->fd, query, flight->length) < 0) {
		end_socket(flight);
		return false;
	}
	watch_set(names, flight->fd, EPOLLIN, WATCH_FLIGHT, index);
	flight->due_ms = names->now_ms + (flight->at_peer ? PEER_MS : names->servers.timeout_ms);
	return true;
}

/* What is said where no peer has known it; false: the host's servers may know. */
static bool answer_alone(struct names *names, size_t index)
{
	static uint8_t answer[MESSAGE_UDP_MOST];
	struct flight *flight = &names->flight[index];
	struct question question;
	const enum parsed parsed = message_parse(flight->query, flight->length, &question);
	size_t length;

	if (question.room > sizeof(answer))
		question.room = sizeof(answer);
	names->zone.asker = peers_client(&flight->client);
	if (answer_make(&names->zone, flight->query, parsed, &question, answer, &length) == ANSWER_FORWARD)
		return false;
	send_answer(names, flight->listener, &flight->client, answer, length);
	end_flight(names, index);
	return true;
}

static bool ask_peer(struct names *names, size_t index)
{
	struct flight *flight = &names->flight[index];
	const struct address client = peers_client(&flight->client);
	struct peer peer;

	flight->at_peer = true;
	while (peers_next(names, &client, flight->peers, &peer)) {
		flight->peers++;
		if (send_to(names, index, &peer))
			return true;
	}
	flight->at_peer = false;
	return false;
}

static void ask_next(struct names *names, size_t index)
{
	struct flight *flight = &names->flight[index];
	const struct address client = peers_client(&flight->client);
	struct peer server;

	end_socket(flight);
	if (flight->at_peer && (ask_peer(names, index) || answer_alone(names, index)))
		return;
	if (!flight->tries) {
		upstream_look(names);
		flight->first = (uint8_t)upstream_first(names, &client);
	}
	while (upstream_next(names, &client, flight->first, flight->tries, &server)) {
		flight->tries++;
		if (send_to(names, index, &server))
			return;
	}
	give_up(names, index);
}

static void server_failed(struct names *names, size_t index)
{
	struct flight *flight = &names->flight[index];
	const struct address client = peers_client(&flight->client);

	if (!flight->at_peer)
		upstream_failed(names, &client, flight->first, flight->tries - 1U);
	ask_next(names, index);
}

void flight_late(struct names *names, size_t index)
{
	server_failed(names, index);
}

/* --- from containers --- */

static bool is_on_its_way(const struct names *names, uint64_t client, const struct peer *from, const uint8_t *query,
			  size_t length)
{
	for (size_t i = 0; i < FLIGHTS; i++) {
		const struct flight *flight = &names->flight[i];

		if (names->flight_place[i].client == client && flight->client.v4.sin_port == from->v4.sin_port &&
		    flight->length == length && !memcmp(flight->query, query, length))
			return true;
	}
	return false;
}

static void begin_flight(struct names *names, size_t listener, const struct peer *client, const uint8_t *query,
			 size_t length)
{
	const uint64_t hash = client_hash(names, client);
	struct flight *flight;
	size_t index;

	/* It was asked again; the answer will be for both. */
	if (is_on_its_way(names, hash, client, query, length))
		return;
	index = place_choose(names->flight_place, FLIGHTS, hash);
	if (index == FLIGHTS)
		return;
	if (names->flight_place[index].client)
		end_flight(names, index);
	names->flight_place[index] = (struct place){ hash, names->now_ms };
	flight = &names->flight[index];
	flight->fd = -1;
	flight->listener = (uint16_t)listener;
	flight->length = (uint16_t)length;
	flight->first = flight->tries = flight->peers = 0;
	flight->at_peer = true;
	flight->client = *client;
	memcpy(flight->query, query, length);
	ask_next(names, index);
}

static void take_query(struct names *names, size_t listener, const struct peer *client, const uint8_t *query,
		       size_t length)
{
	static uint8_t answer[MESSAGE_UDP_MOST];
	const struct address address = peers_client(client);
	struct question question;
	const enum parsed parsed = message_parse(query, length, &question);
	size_t answer_length;
	enum answer what;

	if (question.room > sizeof(answer))
		question.room = sizeof(answer);
	names->zone.asker = address;
	what = answer_make(&names->zone, query, parsed, &question, answer, &answer_length);
	if (what == ANSWER_UNKNOWN)
		what = table_peer(&names->table, TABLE_PEER, &address, 0) ? ANSWER_FORWARD : ANSWER_READY;
	switch (what) {
	case ANSWER_READY:
	case ANSWER_UNKNOWN:
		send_answer(names, listener, client, answer, answer_length);
		break;
	case ANSWER_FORWARD:
		if (length <= FLIGHT_QUERY)
			begin_flight(names, listener, client, query, length);
		else
			send_answer(names, listener, client, answer, answer_truncated(query, &question, answer));
		break;
	case ANSWER_NONE:
		break;
	}
}

/* One for each event: to ask for a second one that usually is not there is a tenth of an answer's time. */
void flight_read(struct names *names, size_t listener)
{
	static uint8_t query[UDP_ROOM];
	struct peer client = { .size = sizeof(client.v6) };
	ssize_t length;

	length = sys_recvfrom(names->listener[listener].udp, query, sizeof(query), 0, &client.any, &client.size);
	/* Whoever sends from port 0 wants no answer. */
	if (length >= 0 && client.v4.sin_port)
		take_query(names, listener, &client, query, (size_t)length);
}

/* --- from servers --- */

static bool is_refusal(unsigned code)
{
	return code == CODE_FAILED || code == CODE_REFUSED || code == CODE_NOT_IMPLEMENTED;
}

static void pass_on(struct names *names, size_t index, const struct question *question, uint8_t *bytes, size_t length)
{
	const struct flight *flight = &names->flight[index];
	uint8_t truncated[MESSAGE_UDP];

	message_set_id(bytes, question->id);
	message_set_recursion(bytes, question->recursion);
	if (length > UDP_ROOM || length > question->room)
		send_answer(names, flight->listener, &flight->client, truncated,
			    answer_truncated(flight->query, question, truncated));
	else
		send_answer(names, flight->listener, &flight->client, bytes, length);
	end_flight(names, index);
}

/* What is not the answer changes nothing. */
static void take_answer(struct names *names, size_t index, uint8_t *bytes, size_t length)
{
	struct flight *flight = &names->flight[index];
	const struct address client = peers_client(&flight->client);
	struct question question;

	message_parse(flight->query, flight->length, &question);
	if (!message_answers(bytes, length < UDP_ROOM ? length : UDP_ROOM, &question, flight->id))
		return;
	/* Each server is asked before one is believed that has none; a peer without the name says nothing of others. */
	if (flight->at_peer && message_code(bytes) != CODE_OK)
		ask_next(names, index);
	else if (is_refusal(message_code(bytes)) && flight->tries < upstream_count(names, &client))
		ask_next(names, index);
	else
		pass_on(names, index, &question, bytes, length);
}

void flight_event(struct names *names, size_t index)
{
	static uint8_t bytes[UDP_ROOM];
	ssize_t length;

	if (!names->flight_place[index].client)
		return;
	length = sys_recvfrom(names->flight[index].fd, bytes, sizeof(bytes), MSG_TRUNC, NULL, NULL);
	if (length == -EAGAIN || length == -EINTR)
		return;
	if (length < 0)
		server_failed(names, index);
	else
		take_answer(names, index, bytes, (size_t)length);
}
