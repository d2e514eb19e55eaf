/* transfer_parts.h - what the files of a transfer share. */
#pragma once
#include "image/transfer.h"

/* Changes the line of a layer. */
void transfer_say(struct transfer *transfer, size_t index, const char *phase, uint64_t at, bool done);

/* Looks what of the layer is there. */
void transfer_begin_layer(struct transfer *transfer, size_t index);

/* In FETCHING_LOCKED: begins to fetch it, or to copy it, unless another process does. */
bool transfer_fetch(struct transfer *transfer, size_t index, struct problem *problem);

/* Takes one answer of the registry's. */
bool transfer_receive(struct transfer *transfer, struct problem *problem);

/* Makes the layer's file a blob of the store, if it is none; and waits until that is done. */
void transfer_keep(struct transfer *transfer, struct layer_transfer *layer, struct problem *problem);
void transfer_end_keeping(struct transfer *transfer, struct layer_transfer *layer, struct problem *problem);
