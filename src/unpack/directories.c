/* directories.c - see directories.h */
#include "unpack/directories.h"
#include <string.h>
#include <sys/auxv.h>

enum { BUCKETS_FIRST = 256, KEY = 16 };

/* --- the hash: SipHash-1-3, since who makes the archive chooses the names --- */

struct sip { uint64_t a, b, c, d; };

static uint64_t rotate(uint64_t value, int bits)
{
	return value << bits | value >> (64 - bits);
}

static void mix(struct sip *sip)
{
	sip->a += sip->b;
	sip->c += sip->d;
	sip->b = rotate(sip->b, 13) ^ sip->a;
	sip->d = rotate(sip->d, 16) ^ sip->c;
	sip->a = rotate(sip->a, 32) + sip->d;
	sip->c += sip->b;
	sip->d = rotate(sip->d, 21) ^ sip->a;
	sip->b = rotate(sip->b, 17) ^ sip->c;
	sip->c = rotate(sip->c, 32);
}

static size_t hash(const struct directories *directories, const char *path, size_t length)
{
	const uint64_t one = directories->key[0], other = directories->key[1];
	struct sip sip = { one ^ 0x736f6d6570736575ULL, other ^ 0x646f72616e646f6dULL, one ^ 0x6c7967656e657261ULL,
			   other ^ 0x7465646279746573ULL };

	/* The last word has the length in it. */
	for (size_t at = 0; at <= length; at += sizeof(uint64_t)) {
		size_t size = length - at < sizeof(uint64_t) ? length - at : sizeof(uint64_t);
		uint64_t word = size < sizeof(uint64_t) ? (uint64_t)length << 56 : 0;

		memcpy(&word, path + at, size);
		sip.d ^= word;
		mix(&sip);
		sip.a ^= word;
	}
	sip.c ^= 0xff;
	for (int i = 0; i < 3; i++)
		mix(&sip);
	return (size_t)(sip.a ^ sip.b ^ sip.c ^ sip.d);
}

/* The kernel gives each program such bytes, without a call. */
static void make_key(struct directories *directories)
{
	const void *random = (const void *)getauxval(AT_RANDOM);

	if (random)
		memcpy(directories->key, random, KEY);
}

/* --- the table --- */

static struct directory **bucket_of(const struct directories *directories, const char *path, size_t length)
{
	return &directories->buckets[hash(directories, path, length) % directories->bucket_count];
}

static void grow(struct directories *directories)
{
	struct directory **old = directories->buckets, **bucket;
	size_t count = directories->bucket_count;

	if (!count)
		make_key(directories);
	directories->bucket_count = count ? count * 4 : BUCKETS_FIRST;
	directories->buckets = ARENA_ARRAY(directories->arena, directories->bucket_count, struct directory *);
	directories->bytes += directories->bucket_count * sizeof(void *);
	for (size_t i = 0; i < count; i++)
		for (struct directory *at = old[i], *next; at; at = next) {
			next = at->chain;
			bucket = bucket_of(directories, at->path, strlen(at->path));
			at->chain = *bucket;
			*bucket = at;
		}
}

static struct directory *find(const struct directories *directories, const char *path, size_t length)
{
	struct directory *at = directories->bucket_count ? *bucket_of(directories, path, length) : NULL;

	while (at && (strncmp(at->path, path, length) != 0 || at->path[length]))
		at = at->chain;
	return at;
}

static struct directory *make(struct directories *directories, const char *path, size_t length)
{
	size_t size = sizeof(struct directory) + length + 1;
	struct directory *directory = arena_alloc(directories->arena, size), **bucket;

	if (directories->count >= directories->bucket_count)
		grow(directories);
	bucket = bucket_of(directories, path, length);
	memcpy(directory->path, path, length);
	directory->path[length] = '\0';
	directory->chain = *bucket;
	*bucket = directory;
	directories->count++;
	directories->bytes += size;
	return directory;
}

/* --- the tree --- */

static size_t length_of_parent(const char *path, size_t length)
{
	while (length && path[--length] != '/')
		;
	return length;
}

/* Its node, in the tree. No path is deeper than LAYER_DEPTH. */
static struct directory *node(struct directories *directories, const char *path, size_t length)
{
	struct directory *directory = find(directories, path, length), **place;

	if (directory && directory->place)
		return directory;
	if (!directory)
		directory = make(directories, path, length);
	place = length ? &node(directories, path, length_of_parent(path, length))->child : &directories->root;
	directory->sibling = *place;
	if (directory->sibling)
		directory->sibling->place = &directory->sibling;
	directory->place = place;
	*place = directory;
	return directory;
}

struct directory *directories_add(struct directories *directories, const char *path, bool *ret_new)
{
	struct directory *directory = node(directories, path, strlen(path));

	*ret_new = !directory->made;
	if (directory->made)
		return directory;
	directory->next = directories->newest;
	if (directory->next)
		directory->next->made = &directory->next;
	directory->made = &directories->newest;
	directories->newest = directory;
	directory->implied = false;
	directory->acl = NULL;
	return directory;
}

static void leave_list(struct directories *directories, struct directory *directory)
{
	if (!directory->made)
		return;
	*directory->made = directory->next;
	if (directory->next)
		directory->next->made = directory->made;
	directory->made = NULL;
	directories->implied -= directory->implied;
}

void directories_forget(struct directories *directories, const char *path)
{
	struct directory *at = find(directories, path, strlen(path)), *last;

	if (!at || !at->place)
		return;
	*at->place = at->sibling;
	if (at->sibling)
		at->sibling->place = at->place;
	at->sibling = NULL;
	/* What is below each is put behind all that is still to be visited. */
	for (last = at; at; at = at->sibling) {
		for (last->sibling = at->child; last->sibling; last = last->sibling)
			;
		at->child = NULL;
		at->place = NULL;
		leave_list(directories, at);
	}
}
