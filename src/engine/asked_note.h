/* asked_note.h - what container.json keeps of what was asked, for `inspect` alone: options that are another thing in
 * config.json (a list of capabilities, a file of name servers), from which they cannot be found out again. */
#pragma once
#include "base/json_decode.h"
#include "base/json_write.h"
#include "engine/asked.h"
#include "engine/container.h"

/* Of what was asked that which is kept. Its texts are those of `asked`, or in the arena. */
struct made_asked asked_note(struct arena *arena, const struct run_asked *asked);

/* Writes it as an object with what there is of it; where there is nothing, none. */
void asked_note_put(struct json_writer *json, const char *key, const struct made_asked *asked);

/* The members of the object. */
extern const struct field asked_note_fields[];
