/* difference.h - in which steps two plans differ. */
#pragma once
#include "base/text.h"
#include "plan/plan.h"

struct told_plan {
	const char *name;		/* of the container, as a person calls it */
	const struct plan *plan;
	/* Texts that differ in any case, such as IDs, and what is taken for them; one that holds another comes first */
	const struct pairs *same;
	/* What no step of the start does: a name and its value; a name may be there several times */
	struct pairs settings;
};

/* A step that only one has, or that both have with other words. */
struct step_difference { const struct step *left, *right; };	/* NULL: it has none */

/* The same of a setting. */
struct setting_difference { const char *name, *left, *right; };

struct differences {
	struct step_difference *at;
	size_t count;
	struct setting_difference *setting;
	size_t settings;
};

/* Steps are the same that do the same, wherever their key stands in the config ("mounts[3]"). What is made for a
 * machine and not for a container (its settings, the resolver of a network) is passed over. Pure. */
void plan_differences(struct arena *arena, const struct told_plan *left, const struct told_plan *right,
		      struct differences *ret_differences);

/* difference_settings.c: adds those of the settings. */
void setting_differences(struct arena *arena, const struct told_plan *left, const struct told_plan *right,
			 struct differences *differences);

/* The text with what is taken for these. */
const char *difference_text(struct arena *arena, const char *text, const struct pairs *same);

/* As sentences, and as data. */
void tell_differences(struct text *out, const struct told_plan *left, const struct told_plan *right,
		      const struct differences *differences);
void put_differences(struct text *out, const struct told_plan *left, const struct told_plan *right,
		     const struct differences *differences);
