/* show_sample.h - steps to tell, for the tests of show/. */
#pragma once
#include "plan/plan.h"

/* A text that ends a word of shell, a line and a comment if it is not kept from it. */
#define EVIL "e'v\"i$(touch owned)`touch owned`\ntouch owned\n\033[1m"

/* A step with EVIL in all its texts. */
struct step show_sample(enum step_kind kind);

/* A plan with one of each: nobody could do it, but everybody must be able to tell it. */
struct plan show_plan(struct arena *arena);

/* The maps of the samples. */
extern const struct id_maps show_maps;
