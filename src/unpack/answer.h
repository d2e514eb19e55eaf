/* answer.h - what taru is told: wire/unpack.h. Each is true when it could be sent. */
#pragma once
#include "unpack/input.h"
#include "unpack/layer.h"

/* How far it is. */
bool answer_progress(int socket, struct arena *arena, uint64_t at, uint64_t entries);

/* A layer is complete: its input ends here. */
bool answer_unpacked(int socket, struct input *input, const struct layer *layer);

/* `link` is what is a symbolic link below; "": all is settled. */
bool answer_settled(int socket, struct arena *arena, const char *link);

/* A copy is complete. */
bool answer_copied(int socket, struct input *input, struct digest *output);

/* The last message. */
bool answer_failure(int socket, struct arena *arena, const struct failure *failure);
