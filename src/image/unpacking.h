/* unpacking.h - one layer on its way from bytes to a directory, by libexec/taru/unpack (wire/unpack.h). */
#pragma once
#include "image/helper.h"
#include "image/layers.h"
#include "wire/unpack.h"

enum unpacking_state {
	UNPACKING_NONE,			/* not begun */
	UNPACKING_READS,		/* the helper reads the input */
	UNPACKING_READ,			/* all is read and written; what of the layers below it needs is open */
	UNPACKING_SETTLES,		/* the layers below were given to it */
	UNPACKING_WHOLE,		/* the directory is as it must be */
	UNPACKING_MISPLACED,		/* it must be read again, with the layers below: unpacking_begin() with them */
	UNPACKING_FAILED,		/* `failure` says why */
};

struct unpacking {
	enum unpacking_state state;
	struct helper helper;
	struct layer_making making;
	uint64_t at, entries;		/* how far it is: bytes of the input */
	struct digest digest, diff_id;	/* of the input, and of what it decompresses to; from UNPACKING_READ on */
	uint64_t size, content;		/* of the input; of the files */
	uint64_t left_out;		/* device nodes that a user cannot make */
	bool lowers_given;		/* it was read with the layers below at hand */
	bool needs_lowers;		/* it speaks of files below */
	enum unpack_error error;
	struct problem failure;
};

struct unpacking_input {
	int file;			/* from where it stands */
	int wake;			/* a pipe that tells when the file has grown; -1: it is whole */
	int tee;			/* gets each byte as it is; -1: nobody does */
	bool squash;			/* ids without a place become root */
	const int *lowers;		/* diff/ of the layers below, the nearest first; NULL: they are not ready */
	size_t lowers_count;
};

/* Begins, or begins again, in a directory of its own. False after a problem. */
bool unpacking_begin(const struct store *store, struct unpacking *unpacking, const struct unpacking_input *input,
		     struct problem *problem);

/* Takes one message of the helper's; its socket has something to read. What fails is a state. */
void unpacking_receive(const struct store *store, struct unpacking *unpacking);

/* In UNPACKING_READ: gives it the layers below, which are whole. */
void unpacking_settle(const struct store *store, struct unpacking *unpacking, const int *lowers, size_t count);

/* Ends its helper, and removes what it made. */
void unpacking_abandon(const struct store *store, struct unpacking *unpacking);
