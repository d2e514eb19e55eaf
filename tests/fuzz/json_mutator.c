/* json_mutator.c - changes JSON so that it mostly stays JSON, for the fuzzers whose input is JSON.
 *
 * libFuzzer's own mutations break a text almost always, and then only the reader is tested. Here whole
 * values are taken: one is put in the place of another, or repeated, or removed, or replaced by one of the
 * words below. One time in four libFuzzer may do as it likes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

enum { VALUES = 4096, DEPTH = 64 };

struct span { size_t begin, end; };

static struct span values[VALUES];
static size_t count;

static const char *const words[] = {
	"null", "true", "false", "0", "1", "-1", "4294967295", "4294967296", "9223372036854775807",
	"18446744073709551615", "1.5", "\"\"", "\"/\"", "\"/proc\"", "\"/dev/null\"", "\"..\"", "\"a b'c\"",
	"[]", "{}", "[\"bind\"]", "[\"rbind\",\"ro\"]", "[\"remount\"]", "[\"idmap\"]", "[\"tmpcopyup\"]",
	"[\"rro\",\"rbind\"]", "{\"type\":\"user\"}", "{\"type\":\"time\"}", "{\"type\":\"cgroup\"}",
	"{\"type\":\"network\",\"path\":\"/proc/1/ns/net\"}", "{\"type\":\"pid\",\"path\":\"/p\"}",
	"{\"containerID\":0,\"hostID\":1000,\"size\":1}", "{\"containerID\":1,\"hostID\":9,\"size\":9}",
	"{\"destination\":\"/m\",\"type\":\"tmpfs\",\"source\":\"t\"}",
	"{\"destination\":\"/c\",\"type\":\"cgroup\",\"source\":\"c\"}",
};

static size_t string_end(const uint8_t *data, size_t size, size_t at)
{
	for (at++; at < size && data[at] != '"'; at++)
		at += data[at] == '\\';
	return at < size ? at + 1 : size;
}

static bool is_key(const uint8_t *data, size_t size, size_t end)
{
	while (end < size && data[end] <= ' ')
		end++;
	return end < size && data[end] == ':';
}

static void add_value(size_t begin, size_t end)
{
	if (count < VALUES)
		values[count++] = (struct span){ begin, end };
}

/* Where each value begins and ends. Keys are none; what is no JSON gives some spans or other. */
static void find_values(const uint8_t *data, size_t size)
{
	size_t open[DEPTH], depth = 0;

	count = 0;
	for (size_t at = 0, end; at < size; at = end) {
		end = at + 1;
		if (data[at] == '"') {
			end = string_end(data, size, at);
			if (!is_key(data, size, end))
				add_value(at, end);
		} else if (data[at] == '{' || data[at] == '[') {
			if (depth < DEPTH)
				open[depth++] = at;
		} else if (data[at] == '}' || data[at] == ']') {
			if (depth)
				add_value(open[--depth], end);
		} else if (strchr("-0123456789tfn", data[at]) && data[at]) {
			while (end < size && !strchr(" \t\n,:]}", data[end]))
				end++;
			add_value(at, end);
		}
	}
}

/* Puts `with` in the place of a span; returns the new size, or 0 where there is no room. */
static size_t splice(uint8_t *data, size_t size, size_t max_size, struct span place, const void *with,
		     size_t length)
{
	size_t result = size - (place.end - place.begin) + length;

	if (result > max_size)
		return 0;
	memmove(data + place.begin + length, data + place.end, size - place.end);
	memcpy(data + place.begin, with, length);
	return result;
}

/* The span with the key before it and a comma on one side. */
static struct span with_comma(const uint8_t *data, size_t size, struct span span)
{
	while (span.begin > 0 && !strchr("{[,", data[span.begin - 1]))
		span.begin--;
	if (span.begin > 0 && data[span.begin - 1] == ',') {
		span.begin--;
		return span;
	}
	while (span.end < size && data[span.end] != ',' && data[span.end] != '}' && data[span.end] != ']')
		span.end++;
	span.end += span.end < size && data[span.end] == ',';
	return span;
}

static size_t mutate_value(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	struct span place = values[(seed >> 4) % count], other = values[(seed >> 16) % count];
	const char *word = words[(seed >> 16) % (sizeof(words) / sizeof(words[0]))];
	size_t length = other.end - other.begin, result;
	uint8_t *copy = malloc(length + 1);

	if (!copy)
		return 0;
	memcpy(copy + 1, data + other.begin, length);
	copy[0] = ',';
	switch (seed % 4) {
	case 0:
		result = splice(data, size, max_size, place, copy + 1, length);
		break;
	case 1:
		place.begin = place.end;
		result = splice(data, size, max_size, place, copy, length + 1);
		break;
	case 2:
		result = splice(data, size, max_size, with_comma(data, size, place), "", 0);
		break;
	default:
		result = splice(data, size, max_size, place, word, strlen(word));
		break;
	}
	free(copy);
	return result;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	size_t result = 0;

	if (seed & 3) {
		find_values(data, size);
		result = count ? mutate_value(data, size, max_size, seed >> 2) : 0;
	}
	return result ? result : LLVMFuzzerMutate(data, size, max_size);
}
