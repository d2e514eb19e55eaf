/* fuzz_log.c - any bytes as a line of a container's log: what is none is refused, and nothing is read beyond it. */
#include "engine/log.h"
#include <stdlib.h>
#include <string.h>

static void read_line(const uint8_t *data, size_t size,
		      bool (*parse)(char *line, size_t length, struct log_line *ret_line))
{
	char *copy = malloc(size + 1);
	struct log_line line;

	if (!copy)
		abort();
	memcpy(copy, data, size);
	if (parse(copy, size, &line) && line.length) {
		volatile char last = line.bytes[line.length - 1];

		(void)last;
		if (line.bytes < copy || line.bytes + line.length > copy + size + 1 || strlen(line.time) > size)
			abort();
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_line(data, size, log_parse_json);
	read_line(data, size, log_parse_k8s);
	return 0;
}
