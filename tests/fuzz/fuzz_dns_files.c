/* fuzz_dns_files.c - any bytes as the file of a network's names, and as a resolv.conf. */
#include "names/servers.h"
#include "names/table.h"
#include <stdlib.h>
#include <string.h>

static void read_names(const uint8_t *data, size_t size)
{
	static struct table table;

	memcpy(table.text, data, size);
	table_read(&table, size);
	for (size_t i = 0; i < table.names; i++) {
		const struct table_name *name = &table.name[i];

		if (name->address >= table.addresses || name->at + strlen(table.text + name->at) > size)
			abort();
		if (!table_find(&table, table.text + name->at, 0) ||
		    (name->first && !table_find_address(&table, &table.address[name->address], 0)))
			abort();
	}
	if (table.peers > TABLE_PEERS || table.addresses > TABLE_ADDRESSES)
		abort();
	for (size_t i = 0; i < table.peers; i++) {
		const struct address *client = &table.peer[i].client, *resolver = &table.peer[i].resolver;

		if ((client->length != 4 && client->length != 16) ||
		    (resolver->length != 4 && resolver->length != 16) ||
		    !table_peer(&table, table.peer[i].kind, client, 0) ||
		    !table_count_peers(&table, table.peer[i].kind, client))
			abort();
	}
}

static void read_servers(const uint8_t *data, size_t size)
{
	struct servers servers;
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	servers_read(&servers, text);
	if (servers.count > SERVERS || !servers.timeout_ms || !servers.attempts)
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= TABLE_TEXT)
		return 0;
	read_names(data, size);
	read_servers(data, size);
	return 0;
}
