/* answer.c - see answer.h */
#include "names/answer.h"
#include <string.h>

size_t answer_code(const uint8_t *query, const struct question *question, unsigned code, uint8_t *to)
{
	struct reply reply;

	reply_begin(&reply, query, question, to, MESSAGE_UDP);
	reply.code = code;
	return reply_end(&reply);
}

size_t answer_truncated(const uint8_t *query, const struct question *question, uint8_t *to)
{
	struct reply reply;

	reply_begin(&reply, query, question, to, MESSAGE_UDP);
	reply.truncated = true;
	return reply_end(&reply);
}

/* Puts the name into `host` as the table has it. Whether it is below the domain, so that nobody else knows it. */
static bool without_domain(const struct zone *zone, const char *name, char *host)
{
	const size_t length = strlen(name), domain = strlen(zone->domain);

	memcpy(host, name, length + 1);
	if (!domain || length < domain || strcmp(name + length - domain, zone->domain) != 0)
		return false;
	if (length == domain)
		host[0] = '\0';
	else if (name[length - domain - 1] == '.')
		host[length - domain - 1] = '\0';
	else
		return false;
	return true;
}

static bool is_asked_for(const struct question *question, const struct address *address)
{
	return question->type == TYPE_ANY || question->type == (address->length == 4 ? TYPE_A : TYPE_AAAA);
}

/* From the entry `from` on, up to the one before `to`. */
static void add_addresses(const struct zone *zone, const char *host, size_t from, size_t to, struct reply *reply)
{
	const struct table *table = zone->table;
	const struct table_name *name = table_find(table, host, from);

	for (; name && name < &table->name[to]; name = table_find(table, host, (size_t)(name - table->name) + 1)) {
		const struct address *address = &table->address[name->address];

		if (!is_asked_for(reply->question, address))
			continue;
		if (!reply_add_address(reply, address->bytes, address->length))
			return;
	}
}

/* The entry of the address whose turn it is. */
static size_t first_entry(struct zone *zone, const char *host, const struct question *question)
{
	const struct table *table = zone->table;
	size_t count = 0, at = 0;

	for (const struct table_name *name = table_find(table, host, 0); name;
	     name = table_find(table, host, (size_t)(name - table->name) + 1))
		count += is_asked_for(question, &table->address[name->address]);
	if (count < 2)
		return 0;
	count = zone->turn++ % count;
	for (const struct table_name *name = table_find(table, host, 0); name;
	     name = table_find(table, host, (size_t)(name - table->name) + 1)) {
		at = (size_t)(name - table->name);
		if (is_asked_for(question, &table->address[name->address]) && count-- == 0)
			break;
	}
	return at;
}

/* Whether the name is known, whatever is asked about it; a known name has no other records than addresses. */
static bool answer_host(struct zone *zone, const char *host, struct reply *reply)
{
	size_t first;

	host = table_meant(zone->table, &zone->asker, host);
	if (!*host || !table_find(zone->table, host, 0))
		return false;
	first = first_entry(zone, host, reply->question);
	add_addresses(zone, host, first, zone->table->names, reply);
	if (!reply->truncated)
		add_addresses(zone, host, 0, first, reply);
	return true;
}

static bool answer_address(const struct zone *zone, const struct address *address, struct reply *reply)
{
	const struct table *table = zone->table;
	const struct table_name *name = table_find_address(table, address, 0);
	const bool known = name;

	if (reply->question->type != TYPE_PTR && reply->question->type != TYPE_ANY)
		return known;
	for (; name; name = table_find_address(table, address, (size_t)(name - table->name) + 1)) {
		const char *text = table->text + name->at;

		if (!reply_add_name(reply, text, strchr(text, '.') ? "" : zone->domain))
			break;
	}
	return known;
}

/* Whether this network has the answer. */
static bool answer_known(struct zone *zone, const struct question *question, struct reply *reply)
{
	char host[MESSAGE_NAME + 1];
	struct address address;
	bool ours;

	if (!*question->text)
		return false;
	if (address_of_reverse(question->text, &address))
		return answer_address(zone, &address, reply);
	if (answer_host(zone, question->text, reply))
		return true;
	ours = without_domain(zone, question->text, host);
	/* The domain itself is there, without records. */
	if (ours && *host && !answer_host(zone, host, reply))
		reply->code = CODE_NO_NAME;
	return ours;
}

static enum answer end(struct reply *reply, size_t *ret_length)
{
	*ret_length = reply_end(reply);
	return ANSWER_READY;
}

enum answer answer_make(struct zone *zone, const uint8_t *query, enum parsed parsed, const struct question *question,
			uint8_t *to, size_t *ret_length)
{
	struct reply reply;
	bool unknown;

	if (parsed == PARSED_NOTHING)
		return ANSWER_NONE;
	reply_begin(&reply, query, question, to, question->room);
	if (parsed == PARSED_BAD)
		reply.code = CODE_FORMAT;
	else if (parsed == PARSED_UNKNOWN)
		reply.code = CODE_NOT_IMPLEMENTED;
	else if (question->edns_version && question->edns)
		reply.code = CODE_VERSION;
	else if (question->class != CLASS_IN)
		reply.code = CODE_REFUSED;
	if (reply.code)
		return end(&reply, ret_length);
	if (!answer_known(zone, question, &reply)) {
		if (!zone->alone && question->recursion)
			return ANSWER_FORWARD;
		/* It may be there elsewhere. */
		reply.code = zone->alone ? CODE_NO_NAME : CODE_REFUSED;
	}
	unknown = reply.code && question->recursion;
	end(&reply, ret_length);
	return unknown ? ANSWER_UNKNOWN : ANSWER_READY;
}
