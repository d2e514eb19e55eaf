/* peers.c - whom the file of names says to ask for one container: the resolvers of other networks, for containers that
 * are in these, too, and name servers of its own in place of the host's: see names.h.
 *
 * A query to a peer wants no recursion, so a peer answers by what its own network knows, and asks nobody: no query goes
 * in a circle, whatever the files say. It comes from this machine, and a container gets the answers of the networks
 * that the file has for its address alone.
 */
#include "names/names.h"
#include <string.h>

enum { PORT = 53 };

struct address peers_client(const struct peer *client)
{
	struct address address = { .length = client->any.sa_family == AF_INET ? 4 : 16 };

	memcpy(address.bytes, address.length == 4 ? (const void *)&client->v4.sin_addr : &client->v6.sin6_addr,
	       address.length);
	return address;
}

static struct peer at_port(const struct address *address)
{
	struct peer peer = { 0 };

	if (address->length == 4) {
		peer.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(PORT) };
		memcpy(&peer.v4.sin_addr, address->bytes, address->length);
		peer.size = sizeof(peer.v4);
	} else {
		peer.v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
		memcpy(&peer.v6.sin6_addr, address->bytes, address->length);
		peer.size = sizeof(peer.v6);
	}
	return peer;
}

bool peers_next(const struct names *names, const struct address *client, size_t asked, struct peer *ret_peer)
{
	const struct address *address = asked < PEERS ? table_peer(&names->table, TABLE_PEER, client, asked) : NULL;

	*ret_peer = address ? at_port(address) : (struct peer){ 0 };
	return address;
}

bool peers_server(const struct names *names, const struct address *client, size_t index, struct peer *ret_peer)
{
	const struct address *address = table_peer(&names->table, TABLE_SERVER, client, index);

	*ret_peer = address ? at_port(address) : (struct peer){ 0 };
	return address;
}
