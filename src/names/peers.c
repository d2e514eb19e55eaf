/* peers.c - the resolvers of other networks, which are asked for containers that are in these, too: see names.h.
 *
 * Such a query wants no recursion, so a peer answers by what its own network knows, and asks nobody: no query goes in a
 * circle, whatever the files say. It comes from this machine, and a container gets the answers of the networks that the
 * file has for its address alone.
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

bool peers_next(const struct names *names, const struct address *client, size_t asked, struct peer *ret_peer)
{
	const struct address *address = asked < PEERS ? table_peer(&names->table, client, asked) : NULL;

	*ret_peer = (struct peer){ 0 };
	if (!address)
		return false;
	if (address->length == 4) {
		ret_peer->v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(PORT) };
		memcpy(&ret_peer->v4.sin_addr, address->bytes, address->length);
		ret_peer->size = sizeof(ret_peer->v4);
	} else {
		ret_peer->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
		memcpy(&ret_peer->v6.sin6_addr, address->bytes, address->length);
		ret_peer->size = sizeof(ret_peer->v6);
	}
	return true;
}
