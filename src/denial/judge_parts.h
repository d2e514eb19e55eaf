/* judge_parts.h - what the files of the judge share. Each adds its sentences and returns true where it knows why. */
#pragma once
#include "denial/denial.h"

struct judging {
	struct text *out;
	const struct ground *ground;
	const struct attempt *attempt;
	const char *call;		/* its name */
};

/* Says whether the process has the capability, and the way to it. */
void judge_capability(const struct judging *judging, int capability, bool hosts);

/* --- judge_files.c --- */

/* Whether the id of the host is one of the container's; without maps all are. */
bool judge_is_mapped(const struct id_maps *maps, uint32_t id);

/* The entry of linux.maskedPaths that covers the path; NULL: none. */
const char *judge_mask_of(const struct ground *ground, const char *path);

/* Whether the path is below such an entry, where all that the host has is out of sight. */
bool judge_mask_hides(const struct ground *ground, const char *path);

/* It is in a masked path. */
bool judge_mask(const struct judging *judging);

/* It is in a read-only mount or path. */
bool judge_read_only(const struct judging *judging);

/* The mode of a file or directory is against it, or noexec. */
bool judge_wall(const struct judging *judging);

/* The file belongs to an id that is not the container's. */
bool judge_owner(const struct judging *judging);

/* A device that is not allowed; or a file that nobody may change. */
bool judge_device(const struct judging *judging);

/* A program that has the bit and did not become its owner. */
bool judge_set_user_id(const struct judging *judging);
