/* skip.h - which steps can be left out. */
#pragma once
#include "plan/plan.h"

/* Why a step of this kind cannot: another one needs it, or without it the container's process would reach the host, or
 * something would stay behind. NULL: it can, and then the container is what it is without. */
const char *skip_refused(enum step_kind kind);
