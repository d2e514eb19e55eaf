/* transfer.h - the layers of an image on their way from a registry to the store, several at once.
 *
 * Each blob goes to a partial file while its digest is made (fetch), and is read from there at the same time,
 * decompressed and written out (unpack). A layer is given its name when its blob has the digest of the manifest,
 * its content the one of the config, and the layers below are whole. So the order of layers does not order the
 * work, only its end.
 *
 * A blob is made one of the store as soon as it is whole, and then its lock is shared: two processes that fetch the
 * same image each have blobs that the other waits for. Syncing waits for the disk, so a child does that.
 */
#pragma once
#include "image/partial.h"
#include "image/progress.h"
#include "image/remote.h"
#include "image/unpacking.h"

enum fetching {
	FETCHING_LOCKED,		/* somebody else fetches it; we look again */
	FETCHING_RUNS,
	FETCHING_TWIN,			/* a layer before has the same blob */
	FETCHING_WHOLE,			/* it is in its file, and checked */
};

struct layer_transfer {
	const struct descriptor *blob;
	struct digest diff_id, chain;
	enum fetching fetching;
	int file;			/* the partial file, or the blob, -1: not open */
	int wake;			/* the end of the pipe that unpack reads; -1: none */
	bool kept;			/* the file is a blob of the store */
	struct keeping keeping;		/* the child that makes it one */
	uint64_t request;		/* its id */
	uint64_t at;			/* bytes fetched */
	size_t twin;
	struct unpacking unpacking;
	bool again;			/* it was unpacked once more, since the bytes had been bad at first */
	bool there;			/* the layer is in the store, and held */
};

struct transfer {
	struct store *store;
	struct remote *remote;		/* NULL: blobs are copied from an archive */
	/* 0 or -errno; what it wrote is checked. */
	int (*copy)(void *data, const struct descriptor *blob, int file);
	void *copy_data;
	struct store_holds *holds;
	struct progress *progress;
	bool squash;
	struct layer_transfer *layer;	/* the lowest first */
	size_t count, whole;		/* whole: so many of the lowest are there */
	bool fetched_any;
	uint64_t content;		/* of all layers' files, when all is done */
	uint64_t left_out;		/* device nodes */
};

/* Fetches and unpacks what is not there, and makes it part of the store; all is held. False after a problem: what was
 * fetched stays in partial files for the next time, what was unpacked is removed. */
bool transfer_run(struct transfer *transfer, struct problem *problem);

/* Asks for a blob; the answers come with *ret_request. `wake` is the end of a pipe that is written to, or -1. */
bool transfer_ask(struct remote *remote, const struct descriptor *blob, int file, int wake, uint64_t *ret_request,
		  struct problem *problem);

/* Fetches one blob alone: the config. */
bool transfer_blob(struct store *store, struct remote *remote, struct store_holds *holds,
		   const struct descriptor *blob, struct problem *problem);
