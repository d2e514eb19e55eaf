/* elements.h - elements of the sets and maps of the firewall's table `inet taru`, by messages to the kernel.
 *
 * A batch is done as a whole or not at all (nfnetlink). All elements of one set go in one message. The rules are
 * not made here but by nft(8), once for all containers.
 */
#pragma once
#include "exec/netlink.h"

/* Adds all of them; those that are there already are no failure. -EADDRINUSE: a map has another value for a key, and
 * *ret_at says for which. More than a batch holds, about 700, are added in several. */
int elements_add(struct run *run, const struct plan_element *element, size_t count, size_t *ret_at);

/* Removes those that are there. A key of a map that has another value by now is somebody else's, and stays. */
int elements_remove(struct run *run, const struct plan_element *element, size_t count);

/* How many of them are not there, or have another value in their map. 0 or -errno. */
int elements_missing(struct run *run, const struct plan_element *element, size_t count, size_t *ret_missing);

/* The comment of the table, a text of `room` bytes at most. -ENOENT: there is no such table; -EOPNOTSUPP: the kernel
 * has no nf_tables. */
int elements_table(struct run *run, char *ret_comment, size_t room);

/* The same, and *ret_taken: the first of these elements whose key has another value in its map; else of those of a
 * map for all addresses (publish_any4 …) the first that one for a single address stands in front of (publish4 …);
 * `count` for none. The latter is one question however many addresses this machine has: the answer has what is
 * published at single ones alone. */
int elements_look(struct run *run, const struct plan_element *element, size_t count, char *ret_comment, size_t room,
		  size_t *ret_taken);

/* Whether there is another table of this name (of 40 bytes at most), of this family (NFPROTO_IPV4 …). 0; -ENOENT: no;
 * or another -errno. */
int elements_other_table(struct run *run, unsigned char family, const char *name);
