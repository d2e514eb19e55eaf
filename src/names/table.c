/* table.c - see table.h */
#include "names/table.h"
#include <arpa/inet.h>
#include <string.h>

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619U;
	return hash;
}

static bool parse_address(const char *text, struct address *address)
{
	*address = (struct address){ .length = strchr(text, ':') ? 16 : 4 };
	return inet_pton(address->length == 4 ? AF_INET : AF_INET6, text, address->bytes) == 1;
}

/* A final dot says what is so anyway. */
static void normalize(char *name)
{
	size_t length = strlen(name);

	if (length && name[length - 1] == '.')
		name[length - 1] = '\0';
	for (; *name; name++)
		if (*name >= 'A' && *name <= 'Z')
			*name = (char)(*name + ('a' - 'A'));
}

static void add_name(struct table *table, char *name, bool first)
{
	normalize(name);
	if (!*name || table->names == TABLE_NAMES)
		return;
	table->name[table->names++] = (struct table_name){ hash_of(name), (uint32_t)(name - table->text),
							   (uint16_t)(table->addresses - 1), first };
}

static const char blanks[] = " \t\r";

/* What is behind the first word that is no address (the begin of an ID) tells who wrote the line. */
static void read_peers(struct table *table, enum table_kind kind, char *rest)
{
	struct table_peer peer = { .kind = kind };
	char *word = strtok_r(NULL, blanks, &rest);

	if (!word || !parse_address(word, &peer.client))
		return;
	while (table->peers < TABLE_PEERS && (word = strtok_r(NULL, blanks, &rest)) &&
	       parse_address(word, &peer.resolver))
		table->peer[table->peers++] = peer;
}

/* By twos; a word alone is the begin of an ID. */
static void read_links(struct table *table, char *rest)
{
	struct address client;
	char *alias, *name, *word = strtok_r(NULL, blanks, &rest);

	if (!word || !parse_address(word, &client))
		return;
	while (table->links < TABLE_LINKS && (alias = strtok_r(NULL, blanks, &rest)) &&
	       (name = strtok_r(NULL, blanks, &rest))) {
		normalize(alias);
		normalize(name);
		table->link[table->links++] = (struct table_link){ client, (uint32_t)(alias - table->text),
								   (uint32_t)(name - table->text) };
	}
}

static void read_line(struct table *table, char *line)
{
	char *word, *rest = line;
	bool first = true;

	line[strcspn(line, "#")] = '\0';
	word = strtok_r(rest, blanks, &rest);
	if (word && !strcmp(word, "@peers"))
		read_peers(table, TABLE_PEER, rest);
	if (word && !strcmp(word, "@servers"))
		read_peers(table, TABLE_SERVER, rest);
	if (word && !strcmp(word, "@links"))
		read_links(table, rest);
	if (!word || table->addresses == TABLE_ADDRESSES || !parse_address(word, &table->address[table->addresses]))
		return;
	table->addresses++;
	while ((word = strtok_r(NULL, blanks, &rest))) {
		add_name(table, word, first);
		first = false;
	}
}

void table_read(struct table *table, size_t length)
{
	char *line = table->text;

	table->addresses = table->names = table->peers = table->links = 0;
	table->text[length] = '\0';
	/* A NUL would hide what stands behind it. */
	for (char *nul = line; (nul = memchr(nul, '\0', length - (size_t)(nul - table->text)));)
		*nul = '\n';
	while (line) {
		char *newline = strchr(line, '\n');

		if (newline)
			*newline++ = '\0';
		read_line(table, line);
		line = newline;
	}
}

const struct table_name *table_find(const struct table *table, const char *name, size_t from)
{
	const uint32_t hash = hash_of(name);

	for (size_t i = from; i < table->names; i++)
		if (table->name[i].hash == hash && !strcmp(table->text + table->name[i].at, name))
			return &table->name[i];
	return NULL;
}

bool address_is(const struct address *address, const struct address *other)
{
	return address->length == other->length && !memcmp(address->bytes, other->bytes, address->length);
}

const struct table_name *table_find_address(const struct table *table, const struct address *address, size_t from)
{
	for (size_t i = from; i < table->names; i++)
		if (table->name[i].first && address_is(&table->address[table->name[i].address], address))
			return &table->name[i];
	return NULL;
}

const char *table_meant(const struct table *table, const struct address *client, const char *name)
{
	for (size_t i = 0; i < table->links; i++)
		if (address_is(&table->link[i].client, client) && !strcmp(table->text + table->link[i].alias, name))
			return table->text + table->link[i].name;
	return name;
}

static bool is_for(const struct table_peer *peer, enum table_kind kind, const struct address *client)
{
	return peer->kind == kind && address_is(&peer->client, client);
}

const struct address *table_peer(const struct table *table, enum table_kind kind, const struct address *client,
				 size_t index)
{
	for (size_t i = 0; i < table->peers; i++)
		if (is_for(&table->peer[i], kind, client) && index-- == 0)
			return &table->peer[i].resolver;
	return NULL;
}

size_t table_count_peers(const struct table *table, enum table_kind kind, const struct address *client)
{
	size_t count = 0;

	for (size_t i = 0; i < table->peers; i++)
		count += is_for(&table->peer[i], kind, client);
	return count;
}

/* --- names of addresses --- */

/* 4.3.2.1.in-addr.arpa */
static bool reverse_v4(const char *name, struct address *address)
{
	for (unsigned i = 4; i-- > 0;) {
		unsigned value = 0, digits = 0;

		for (; *name >= '0' && *name <= '9' && digits < 3; name++, digits++)
			value = value * 10 + (unsigned)(*name - '0');
		if (!digits || value > UINT8_MAX || *name++ != '.')
			return false;
		address->bytes[i] = (uint8_t)value;
	}
	address->length = 4;
	return !strcmp(name, "in-addr.arpa");
}

static int nibble_of(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = digit ? strchr(digits, digit) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* 32 digits, the last one first */
static bool reverse_v6(const char *name, struct address *address)
{
	for (unsigned i = 32; i-- > 0; name += 2) {
		const int nibble = nibble_of(name[0]);

		if (nibble < 0 || name[1] != '.')
			return false;
		address->bytes[i / 2] |= (uint8_t)(i % 2 ? nibble : nibble << 4);
	}
	address->length = 16;
	return !strcmp(name, "ip6.arpa");
}

bool address_of_reverse(const char *name, struct address *ret_address)
{
	*ret_address = (struct address){ 0 };
	if (reverse_v4(name, ret_address))
		return true;
	*ret_address = (struct address){ 0 };
	return reverse_v6(name, ret_address);
}
