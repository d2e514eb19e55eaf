/* fuzz_dns_answer.c - any bytes as the answer of a server: one is only what has the query's id and question. */
#include "names/message.h"
#include <stdlib.h>
#include <string.h>

static const uint8_t query[] = "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\7example\3org\0\0\x01\0\x01";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct question question, echo;
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy || message_parse(query, sizeof(query) - 1, &question) != PARSED)
		abort();
	memcpy(copy, data, size);
	if (message_answers(copy, size, &question, 0x1234)) {
		if (size < MESSAGE_HEAD || copy[0] != 0x12 || copy[1] != 0x34 || !(copy[2] & 0x80))
			abort();
		/* As a query it has the same question. */
		copy[2] &= 0x7f;
		if (copy[5] == 1 && message_parse(copy, size, &echo) == PARSED && strcmp(echo.text, "example.org") != 0)
			abort();
	}
	free(copy);
	return 0;
}
