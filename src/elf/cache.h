/* cache.h - /etc/ld.so.cache of glibc: which file a library's name stands for. Written by ldconfig(8).
 *
 * The form is that of glibc since 2.2 ("glibc-ld.so.cache1.1", elf/cache.c there), which is also the only one since
 * 2.32; before that it stood behind an older one ("ld.so-1.7.0"). The image's maker wrote it: nothing of it is
 * believed.
 */
#pragma once
#include <stddef.h>

/* The next file that stands for `name`, from place *at on, which begins with 0 and moves on. A text within `bytes`;
 * NULL where there is no more, or the rest is damaged. Several may be of other kinds of processors. */
const char *cache_find(const void *bytes, size_t length, const char *name, size_t *at);
