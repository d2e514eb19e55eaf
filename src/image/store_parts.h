/* store_parts.h - what the files of the store share among themselves. */
#pragma once
#include "image/store.h"

/* Writes a whole file beside its place, syncs it, and renames it there; the folder is synced too. 0 or -errno. */
int store_write_file(int dir, const char *path, const char *text, size_t length);

/* index.json as it is, without what rows of other tools lack. */
bool store_read_index(const struct store *store, struct images *ret_images, struct problem *problem);

/* Whether "NAME@sha256:…" means this row. */
bool store_is_name_at(const struct image *image, const char *full_name);
