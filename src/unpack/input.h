/* input.h - what is unpacked: read, given on as it is, hashed, decompressed, hashed again, and kept within limits. */
#pragma once
#include "unpack/codec.h"
#include "unpack/digest.h"
#include "unpack/failure.h"
#include <stdatomic.h>

enum { INPUT_BUFFER = 128 * 1024 };

struct input {
	int fd, wake, tee;		/* wake, tee: -1 where there is none */
	enum compression compression;	/* found out where it was AUTO */
	uint64_t max_bytes, max_ratio;
	struct digest raw, plain;	/* as it was read; decompressed */
	_Atomic uint64_t at;		/* bytes read, for who tells of it */
	struct arena *arena;
	struct failure *failure;
	const struct codec *codec;
	void *state;
	const unsigned char *next;
	size_t left;			/* of the buffer, not decompressed yet */
	bool ended, complete;
	unsigned char buffer[INPUT_BUFFER];
};

/* Loads what libcrypto needs; before the rights are given up. */
bool input_prepare(struct input *input);

/* Fills the room with decompressed bytes. *ret_size is less only at the end. False after a failure. */
bool input_fill(struct input *input, unsigned char *room, size_t size, size_t *ret_size);
