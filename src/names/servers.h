/* servers.h - the name servers of the host, as resolv.conf(5) has them. Pure, but for what interfaces are called. */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERVERS = 8, SERVERS_TEXT = 16 * 1024 };

struct peer {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;			/* 0: none */
};

struct servers {
	struct peer at[SERVERS];
	size_t count;
	unsigned timeout_ms;		/* for each server */
	unsigned attempts;		/* how often each is asked */
	bool rotate;
};

/* Reads the text, which it changes. Without a word of `timeout` a server has 2 s and not 5: who asks us waits for 5 s,
 * and by then the next server should have been asked. */
void servers_read(struct servers *servers, char *text);

/* An address with a port; behind a % the name or the number of an interface. False where it is none. */
bool peer_read(struct peer *peer, const char *text, uint16_t port);

/* Whether both are the same address. */
bool peer_is(const struct peer *peer, const struct peer *other);
