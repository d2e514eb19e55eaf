/* op.h - the operations of the helper. False with a failure, which main.c tells. */
#pragma once
#include "unpack/layer.h"
#include "unpack/request.h"

struct session {
	int socket;
	struct arena *arena;
	struct failure *failure;
};

/* Unpacks a layer, and tells of it. `layer` is filled, for op_settle. */
bool op_layer(struct session *session, struct request *request, struct layer *layer);

/* Settles it. */
bool op_settle(struct session *session, const struct request *request, struct layer *layer);

/* Copies a stream. */
bool op_copy(struct session *session, struct request *request);
