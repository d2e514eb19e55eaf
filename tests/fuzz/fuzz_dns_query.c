/* fuzz_dns_query.c - any bytes as a query of a container: what is answered is within its room, and is read as an answer
 * to what was asked. */
#include "names/answer.h"
#include <stdlib.h>
#include <string.h>

static const char hosts[] = "10.0.0.2 web www a.b\nfd00::2 web\n10.0.0.3 db all\n10.0.0.4 all\n10.0.0.5 all\n";

static void ask(struct zone *zone, const uint8_t *query, size_t length, size_t room)
{
	struct question question;
	const enum parsed parsed = message_parse(query, length, &question);
	enum answer what;
	uint8_t *to;
	size_t answer;

	if (parsed == PARSED_NOTHING)
		return;
	if (question.room > room)
		question.room = room;
	to = malloc(question.room);
	if (!to)
		abort();
	what = answer_make(zone, query, parsed, &question, to, &answer);
	/* What wants no recursion is sent on to nobody. */
	if (what != ANSWER_READY && !question.recursion)
		abort();
	if (what != ANSWER_FORWARD) {
		if (answer > question.room || !message_is_reply(to, answer, question.id))
			if (parsed != PARSED_UNKNOWN)
				abort();
		if (parsed == PARSED && !message_answers(to, answer, &question, question.id))
			abort();
	}
	free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct table table;
	struct zone zone = { .table = &table, .domain = "dns.taru" };
	/* So that a byte behind its end is seen. */
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (!table.names) {
		memcpy(table.text, hosts, sizeof(hosts));
		table_read(&table, sizeof(hosts) - 1);
	}
	memcpy(copy, data, size);
	ask(&zone, copy, size, MESSAGE_UDP);
	ask(&zone, copy, size, MESSAGE_UDP_MOST);
	zone.alone = true;
	ask(&zone, copy, size, MESSAGE_UDP_MOST);
	free(copy);
	return 0;
}
