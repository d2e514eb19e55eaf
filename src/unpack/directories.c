/* directories.c - see directories.h */
#include "unpack/directories.h"
#include <string.h>

enum { BUCKETS_FIRST = 256 };

static size_t hash(const char *path)
{
	uint64_t value = 14695981039346656037ULL;	/* FNV-1a */

	for (; *path; path++)
		value = (value ^ (unsigned char)*path) * 1099511628211ULL;
	return (size_t)(value ^ value >> 32);
}

static void grow(struct directories *directories)
{
	size_t count = directories->bucket_count ? directories->bucket_count * 4 : BUCKETS_FIRST;
	struct directory **buckets = ARENA_ARRAY(directories->arena, count, struct directory *);

	for (struct directory *at = directories->newest; at; at = at->next) {
		struct directory **bucket = &buckets[hash(at->path) % count];

		at->chain = *bucket;
		*bucket = at;
	}
	directories->buckets = buckets;
	directories->bucket_count = count;
	directories->bytes += count * sizeof(void *);
}

struct directory *directories_add(struct directories *directories, const char *path, bool *ret_new)
{
	size_t length = strlen(path) + 1, size = sizeof(struct directory) + length;
	struct directory *directory, **bucket;

	if (directories->count >= directories->bucket_count)
		grow(directories);
	bucket = &directories->buckets[hash(path) % directories->bucket_count];
	*ret_new = false;
	for (directory = *bucket; directory; directory = directory->chain)
		if (!directory->gone && strcmp(directory->path, path) == 0)
			return directory;
	directory = arena_alloc(directories->arena, size);
	memcpy(directory->path, path, length);
	directory->next = directories->newest;
	directory->chain = *bucket;
	directories->newest = *bucket = directory;
	directories->count++;
	directories->bytes += size;
	*ret_new = true;
	return directory;
}

void directories_forget(struct directories *directories, const char *path)
{
	size_t length = strlen(path);

	for (struct directory *at = directories->newest; at; at = at->next) {
		if (at->gone || strncmp(at->path, path, length) != 0 ||
		    (at->path[length] != '/' && at->path[length] != '\0'))
			continue;
		at->gone = true;
		directories->implied -= at->implied;
	}
}
