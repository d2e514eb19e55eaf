/* network_picture.h - what networks are at the moment, as `network inspect --format text|svg` draws it. */
#pragma once
#include "cli/place.h"
#include "net/picture.h"

/* This machine; room for so many networks. */
void network_picture_begin(struct command *command, size_t networks, struct picture *ret_picture);

/* Adds one, whose folder is open, with the containers that run in it. */
bool network_picture_add(struct place *place, const struct network *network, struct picture *picture,
			 struct problem *problem);

/* Draws it: `format` is "text" or "svg". */
void network_picture_draw(struct text *out, const char *format, const struct picture *picture);
