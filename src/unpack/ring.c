/* ring.c - see ring.h */
#include "unpack/ring.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

bool ring_begin(struct ring *ring)
{
	void *pieces = mmap(NULL, (size_t)RING_PIECE * RING_PIECES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	memset(ring, 0, sizeof(*ring));
	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->changed, NULL);
	ring->pieces = pieces;
	return pieces != MAP_FAILED;
}

static void tell(struct ring *ring, bool *flag, bool value)
{
	pthread_mutex_lock(&ring->lock);
	*flag = value;
	pthread_cond_broadcast(&ring->changed);
	pthread_mutex_unlock(&ring->lock);
}

void ring_start(struct ring *ring)
{
	tell(ring, &ring->started, true);
}

void ring_drop(struct ring *ring)
{
	tell(ring, &ring->dropped, true);
}

bool ring_await_start(struct ring *ring)
{
	bool started;

	pthread_mutex_lock(&ring->lock);
	while (!ring->started && !ring->dropped)
		pthread_cond_wait(&ring->changed, &ring->lock);
	started = ring->started;
	pthread_mutex_unlock(&ring->lock);
	return started;
}

unsigned char *ring_room(struct ring *ring)
{
	unsigned char *room;

	pthread_mutex_lock(&ring->lock);
	while (ring->filled - ring->emptied == RING_PIECES && !ring->dropped) {
		ring->writer_waits = true;
		pthread_cond_wait(&ring->changed, &ring->lock);
	}
	ring->writer_waits = false;
	room = ring->dropped ? NULL : ring->pieces[ring->filled % RING_PIECES];
	pthread_mutex_unlock(&ring->lock);
	return room;
}

void ring_give(struct ring *ring, size_t size)
{
	pthread_mutex_lock(&ring->lock);
	ring->size[ring->filled % RING_PIECES] = size;
	ring->filled++;
	if (ring->reader_waits)
		pthread_cond_broadcast(&ring->changed);
	pthread_mutex_unlock(&ring->lock);
}

void ring_end(struct ring *ring, bool failed)
{
	ring->failed = failed;
	tell(ring, &ring->ended, true);
}

/* Gives the piece that was read back, and waits for the next one. */
static ptrdiff_t next_piece(struct ring *ring)
{
	ptrdiff_t result = 1;

	pthread_mutex_lock(&ring->lock);
	ring->emptied += ring->holds;
	ring->holds = false;
	/* When half of them are empty, so that the two do not take turns piece by piece. */
	if (ring->writer_waits && ring->filled - ring->emptied <= RING_PIECES / 2)
		pthread_cond_broadcast(&ring->changed);
	while (ring->filled == ring->emptied && !ring->ended) {
		ring->reader_waits = true;
		pthread_cond_wait(&ring->changed, &ring->lock);
	}
	ring->reader_waits = false;
	if (ring->filled == ring->emptied)
		result = ring->failed ? -ECANCELED : 0;
	ring->holds = result == 1;
	pthread_mutex_unlock(&ring->lock);
	ring->at = 0;
	return result;
}

ptrdiff_t ring_take(struct ring *ring, const unsigned char **ret_bytes, size_t most)
{
	size_t left = ring->holds ? ring->size[ring->emptied % RING_PIECES] - ring->at : 0;

	if (!left) {
		ptrdiff_t result = next_piece(ring);

		if (result != 1)
			return result;
		left = ring->size[ring->emptied % RING_PIECES];
	}
	if (left > most)
		left = most;
	*ret_bytes = ring->pieces[ring->emptied % RING_PIECES] + ring->at;
	ring->at += left;
	return (ptrdiff_t)left;
}
