/* ring.h - hands pieces of a stream from one thread to another, in the memory of a few of them. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RING_PIECE = 64 * 1024, RING_PIECES = 16 };

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned filled, emptied;	/* pieces, in all */
	bool writer_waits, reader_waits;
	bool started;			/* nothing is read before the rights are given up */
	bool ended, failed;		/* the writer will give nothing more */
	bool dropped;			/* the reader will take nothing more */
	size_t size[RING_PIECES];
	unsigned char (*pieces)[RING_PIECE];
	/* The reader's own. */
	size_t at;
	bool holds;
};

/* The first call. False without memory. */
bool ring_begin(struct ring *ring);

/* The writer: waits for ring_start(). False: ring_drop() came instead. */
bool ring_await_start(struct ring *ring);

/* The reader: lets the writer begin. */
void ring_start(struct ring *ring);

/* The writer: where the next piece goes, when there is room; NULL when the reader has dropped the ring. */
unsigned char *ring_room(struct ring *ring);

/* The writer: hands that piece on. */
void ring_give(struct ring *ring, size_t size);

/* The writer: there is no more. */
void ring_end(struct ring *ring, bool failed);

/* The reader: shows at most `most` of the next bytes, which stay until the next call. How many; 0 at the end;
 * -ECANCELED: the writer has failed. */
ptrdiff_t ring_take(struct ring *ring, const unsigned char **ret_bytes, size_t most);

/* The reader: it wants nothing more. */
void ring_drop(struct ring *ring);
