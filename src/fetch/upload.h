/* upload.h - sends a blob: OCI distribution specification, «Pushing blobs». */
#pragma once
#include "fetch/call.h"
#include "fetch/request.h"

struct upload {
	struct task *task;
	struct request *request;
	struct endpoint *endpoint;
	const char *location;		/* where it goes next: it changes with each answer */
	uint64_t chunk_least;		/* the registry wants chunks, and not less than this; 0: it doesn't */
	uint64_t told_ms;
};

/* Begins an upload, with more in the query of the first call: names and values, until a NULL. True with an answer:
 * 201, when there is nothing to send (a mount); else a location. `scope` as in struct call. */
bool upload_begin(struct upload *upload, const char *scope, const char *const *query, long *ret_status);

/* Sends the whole in one call. Who wants chunks without having said so answers 413, which is a failure here. */
bool upload_whole(struct upload *upload);

/* Sends it in chunks. */
bool upload_chunks(struct upload *upload);

/* Gives up what was begun. Failures don't matter. */
void upload_cancel(struct upload *upload);
