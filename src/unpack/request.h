/* request.h - what taru asks for: wire/unpack.h. */
#pragma once
#include "unpack/codec.h"
#include "unpack/failure.h"
#include "wire/message.h"

enum operation { OP_LAYER, OP_SETTLE, OP_COPY, OP_BELOW };

enum form { FORM_OVERLAY, FORM_PLAIN };

struct request {
	enum operation op;
	enum compression compression, into;
	enum form form;
	bool squash;
	uint64_t max_bytes, max_entries, max_ratio;
	int input, wake, target, tee, output;	/* -1: not there */
	int layers[UNPACK_LOWERS_MAX];		/* `layer` of settle and below, `lower` of layer */
	size_t layer_count;
};

/* Reads a request; its descriptors are the caller's. What `below` asked comes before the layers of this one. False
 * with a failure. */
bool request_read(const struct message *message, struct arena *arena, const struct request *below,
		  struct request *ret_request, struct failure *failure);
