/* mount.h - the layers of an image as one tree: a mount that is attached nowhere, read-only.
 *
 * Where it is made, the caller has CAP_SYS_ADMIN: root, or an ordinary user in helper_as_owner(), after
 * mount_own_namespace(). Layers have their marks in user.overlay.* (wire/unpack.h), so overlayfs is told
 * `userxattr`. A single layer is bound, so its whiteouts are seen in it as the devices they are; no layer is an
 * empty tmpfs. overlayfs wants two.
 */
#pragma once
#include "image/store.h"

enum { MOUNT_LAYERS_MAX = 500 };	/* of overlayfs: OVL_MAX_STACK */

/* Goes to a mount namespace of its own, and opens the store anew in it: what is open of another one cannot be
 * bound or layered. 0 or -errno. */
int mount_own_namespace(struct store *store);

/* The lowest of the layers that is to be mounted: overlayfs does not look at the root of one, so one that hides all
 * that is below it is the lowest itself. */
size_t mount_lowest(const struct store *store, const struct digest *chain, size_t count);

/* A descriptor of the merged tree of `count` layers by chain ID, the lowest first; or -errno: -E2BIG for too many. */
int mount_layers(const struct store *store, const struct digest *chain, size_t count);

/* The same for two layers and more by mount(2), for kernels before 6.7, which take layers as one text: a page of it,
 * so it has descriptors and no paths. mount_layers() uses it where it must. */
int mount_layers_by_text(const struct store *store, const struct digest *chain, size_t count);
