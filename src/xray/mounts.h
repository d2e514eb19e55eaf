/* mounts.h - what the mounts of a process hide, and what of the host they show. */
#pragma once
#include "xray/xray.h"

/* Whether `path` is `folder` or below it; both absolute. */
bool xray_is_below(const char *path, const char *folder);

/* The mount that an absolute path without links is on: the topmost one. NULL where there is none. */
const struct xray_mount *xray_mount_of(const struct xray_mounts *mounts, const char *path);

/* Whether something is mounted below it. */
bool xray_mount_has_below(const struct xray_mounts *mounts, const struct xray_mount *mount);

/* Whether a mount of that id is among them. */
bool xray_mounts_have(const struct xray_mounts *mounts, uint64_t id);

/* Finds out of each what it masks and keeps, whether it is covered, and what it shows of the host, whose mounts are
 * `host`. */
void xray_judge_mounts(struct arena *arena, struct xray_mounts *mounts, const struct xray_mounts *host);
