/* table.h - the names of one network, as its file has them, and who is asked, too, for whom. Pure.
 *
 *	ADDRESS NAME [ALIAS…]		a container's
 *	@peers ADDRESS RESOLVER…	the resolvers of the other networks that the container of that address is in
 *	@servers ADDRESS SERVER…	the name servers that the container of that address is to have in place of the
 *					host's (--dns)
 *	@links ADDRESS ALIAS NAME…	what the container of that address alone calls others (--link), by twos
 *	# …				nothing
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bridge takes 1023 ports; each may have two addresses. What is not used is never touched. */
enum { TABLE_TEXT = 384 * 1024, TABLE_ADDRESSES = 4096, TABLE_NAMES = 16384,
       TABLE_PEERS = 8192, TABLE_LINKS = 4096 };

struct address {
	uint8_t bytes[16];
	uint8_t length;			/* 4 or 16 */
};

struct table_name {
	uint32_t hash;
	uint32_t at;			/* in the text, in lower case */
	uint16_t address;		/* its index */
	bool first;			/* in its line: what an address is called */
};

enum table_kind { TABLE_PEER, TABLE_SERVER };

struct table_peer {
	enum table_kind kind;
	struct address client, resolver;
};

struct table_link {
	struct address client;
	uint32_t alias, name;		/* in the text, in lower case */
};

struct table {
	size_t addresses, names, peers, links;
	struct address address[TABLE_ADDRESSES];
	struct table_name name[TABLE_NAMES];
	struct table_peer peer[TABLE_PEERS];
	struct table_link link[TABLE_LINKS];
	char text[TABLE_TEXT];
};

/* Reads what was put into text: `length` bytes, less than TABLE_TEXT. A line that is none is left out. */
void table_read(struct table *table, size_t length);

/* The next entry of that name (in lower case) at or behind `from`, or NULL. */
const struct table_name *table_find(const struct table *table, const char *name, size_t from);

/* The next entry at or behind `from` which is the name of that address, or NULL. */
const struct table_name *table_find_address(const struct table *table, const struct address *address, size_t from);

/* What that client means by the name (in lower case): of a container that it alone calls so that one's, else the
 * same. */
const char *table_meant(const struct table *table, const struct address *client, const char *name);

/* The one at `index` of those of that kind that are asked for that client, or NULL; and how many there are. */
const struct address *table_peer(const struct table *table, enum table_kind kind, const struct address *client,
				 size_t index);
size_t table_count_peers(const struct table *table, enum table_kind kind, const struct address *client);

/* Whether both are the same. */
bool address_is(const struct address *address, const struct address *other);

/* What is asked for by a name below in-addr.arpa or ip6.arpa (in lower case). False where it is none, or not whole. */
bool address_of_reverse(const char *name, struct address *ret_address);
