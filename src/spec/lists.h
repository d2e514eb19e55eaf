/* lists.h - lists of texts, of pairs and of id maps (spec/spec.h): what is asked of them everywhere, and how they
 * stand in JSON. */
#pragma once
#include "base/json_write.h"
#include "spec/spec.h"

/* Adds the text, not a copy, at the end of a list that is in the arena or empty. */
void texts_add(struct arena *arena, struct texts *texts, const char *text);

/* Whether the text is in the list. */
bool texts_have(const struct texts *texts, const char *text);

/* The texts one after the other, with `between` in between; "" where there is none. In the arena. */
const char *texts_join(struct arena *arena, const struct texts *texts, const char *between);

/* "a=b,c=d": as docker's tables have labels. In the arena. */
const char *pairs_join(struct arena *arena, const struct pairs *pairs);

/* An array of texts. */
void texts_put(struct json_writer *json, const char *key, const struct texts *texts);

/* An object of texts; where a key stands twice, both. */
void pairs_put(struct json_writer *json, const char *key, const struct pairs *pairs);

/* The maps of a user namespace as config.json has them: an array of containerID, hostID, size. NULL: an empty one. */
void id_maps_put(struct json_writer *json, const char *key, const struct id_maps *maps);
