/* servers.c - see servers.h */
#include "names/servers.h"
#include "names/device.h"
#include <arpa/inet.h>
#include <string.h>

enum { PORT = 53, TIMEOUT_MS = 2000, TIMEOUT_S_MOST = 30, ATTEMPTS = 2, ATTEMPTS_MOST = 5 };

/* False for what is no number; what is too large is the largest. */
static bool number_of(const char *text, unsigned *ret_number)
{
	unsigned number = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number < 100000000 ? number * 10 + (unsigned)(*text - '0') : number;
	}
	*ret_number = number;
	return true;
}

bool peer_read(struct peer *peer, const char *text, uint16_t port)
{
	char address[INET6_ADDRSTRLEN];
	const size_t length = strcspn(text, "%");
	unsigned scope = 0;

	*peer = (struct peer){ 0 };
	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (text[length] && !number_of(text + length + 1, &scope))
		scope = device_index(text + length + 1);
	if (inet_pton(AF_INET, address, &peer->v4.sin_addr) == 1) {
		peer->v4.sin_family = AF_INET;
		peer->v4.sin_port = htons(port);
		peer->size = sizeof(peer->v4);
	} else if (inet_pton(AF_INET6, address, &peer->v6.sin6_addr) == 1) {
		peer->v6.sin6_family = AF_INET6;
		peer->v6.sin6_port = htons(port);
		if (IN6_IS_ADDR_LINKLOCAL(&peer->v6.sin6_addr))
			peer->v6.sin6_scope_id = scope;
		peer->size = sizeof(peer->v6);
	}
	return peer->size;
}

bool peer_is(const struct peer *peer, const struct peer *other)
{
	if (peer->any.sa_family != other->any.sa_family)
		return false;
	if (peer->any.sa_family == AF_INET)
		return peer->v4.sin_addr.s_addr == other->v4.sin_addr.s_addr;
	return !memcmp(&peer->v6.sin6_addr, &other->v6.sin6_addr, sizeof(peer->v6.sin6_addr));
}

/* The number behind NAME: in a word, between 1 and `most`. */
static void read_option(const char *word, const char *name, unsigned most, unsigned *value)
{
	const size_t length = strlen(name);
	unsigned number;

	if (strncmp(word, name, length) != 0 || !number_of(word + length, &number) || !number)
		return;
	*value = number < most ? number : most;
}

static void read_options(struct servers *servers, char *rest)
{
	unsigned seconds = 0;

	for (char *word; (word = strtok_r(NULL, " \t\r", &rest));) {
		read_option(word, "timeout:", TIMEOUT_S_MOST, &seconds);
		read_option(word, "attempts:", ATTEMPTS_MOST, &servers->attempts);
		if (!strcmp(word, "rotate"))
			servers->rotate = true;
	}
	if (seconds)
		servers->timeout_ms = seconds * 1000;
}

static void read_line(struct servers *servers, char *line)
{
	char *rest = line, *word;

	line[strcspn(line, "#;")] = '\0';
	word = strtok_r(rest, " \t\r", &rest);
	if (!word)
		return;
	if (!strcmp(word, "options"))
		read_options(servers, rest);
	if (strcmp(word, "nameserver") != 0 || servers->count == SERVERS)
		return;
	word = strtok_r(NULL, " \t\r", &rest);
	if (word && peer_read(&servers->at[servers->count], word, PORT))
		servers->count++;
}

void servers_read(struct servers *servers, char *text)
{
	*servers = (struct servers){ .timeout_ms = TIMEOUT_MS, .attempts = ATTEMPTS };
	for (char *line = text; line;) {
		char *newline = strchr(line, '\n');

		if (newline)
			*newline++ = '\0';
		read_line(servers, line);
		line = newline;
	}
}
