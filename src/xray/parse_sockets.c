/* parse_sockets.c - /proc/PID/net/tcp and its like: see parse.h
 *
 *	sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *	 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1215 1 …
 *
 * Each four bytes of an address are a number as this machine has it in memory.
 */
#include "xray/parse.h"
#include <arpa/inet.h>
#include <string.h>

static const struct { const char *name; bool six, stream; } protocols[] = {
	[PROTOCOL_TCP] = { "tcp", false, true },
	[PROTOCOL_TCP6] = { "tcp6", true, true },
	[PROTOCOL_UDP] = { "udp", false, false },
	[PROTOCOL_UDP6] = { "udp6", true, false },
};

_Static_assert(sizeof(protocols) / sizeof(protocols[0]) == PROTOCOLS, "a protocol has no name");

const char *xray_protocol_name(enum xray_protocol protocol)
{
	return protocols[protocol].name;
}

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " ");
}

/* Eight digits of base 16, and no more are looked at. */
static bool take_word(const char **at, uint32_t *ret_word)
{
	char digits[9] = { 0 };
	const char *from = digits;
	uint64_t value;

	strncpy(digits, *at, sizeof(digits) - 1);
	if (strlen(digits) != 8 || !xray_number(&from, 16, &value) || *from)
		return false;
	*at += 8;
	*ret_word = (uint32_t)value;
	return true;
}

/* "0100007F:1F90" */
static bool take_address(struct arena *arena, const char **at, bool six, const char **ret_address, uint32_t *ret_port)
{
	char text[INET6_ADDRSTRLEN];
	uint32_t word[4] = { 0 };
	uint64_t port;

	skip_blanks(at);
	for (int i = 0; i < (six ? 4 : 1); i++)
		if (!take_word(at, &word[i]))
			return false;
	if (*(*at)++ != ':' || !xray_number(at, 16, &port) || port > UINT16_MAX ||
	    !inet_ntop(six ? AF_INET6 : AF_INET, word, text, sizeof(text)))
		return false;
	*ret_address = arena_copy(arena, text, strlen(text));
	*ret_port = (uint32_t)port;
	return true;
}

static bool take_line(struct arena *arena, const char *line, struct xray_socket *socket)
{
	enum { LISTEN = 0x0A, UNCONNECTED = 0x07, WORDS_BEFORE_INODE = 5 };
	const bool six = protocols[socket->protocol].six, stream = protocols[socket->protocol].stream;
	const char *at = strchr(line, ':'), *ignored;
	uint32_t ignored_port;
	uint64_t state;

	if (!at)
		return false;
	at++;
	if (!take_address(arena, &at, six, &socket->address, &socket->port) ||
	    !take_address(arena, &at, six, &ignored, &ignored_port))
		return false;
	skip_blanks(&at);
	if (!xray_number(&at, 16, &state))
		return false;
	socket->listening = state == (stream ? LISTEN : UNCONNECTED);
	for (int i = 0; i < WORDS_BEFORE_INODE; i++) {
		skip_blanks(&at);
		at += strcspn(at, " ");
	}
	skip_blanks(&at);
	return xray_number(&at, 10, &socket->inode);
}

void xray_parse_sockets(struct arena *arena, const char *text, enum xray_protocol protocol,
			struct xray_sockets *sockets)
{
	const size_t room = sockets->count + xray_count_lines(text);
	const char *line;

	sockets->at = arena_resize(arena, sockets->at, sockets->count * sizeof(*sockets->at),
				   room * sizeof(*sockets->at));
	while ((line = xray_line(arena, &text))) {
		struct xray_socket socket = { .protocol = protocol };

		if (take_line(arena, line, &socket))
			sockets->at[sockets->count++] = socket;
	}
}
