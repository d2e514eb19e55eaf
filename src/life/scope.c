/* scope.c - see scope.h */
#include "life/scope.h"

void scope_stop(struct arena *arena, const struct cgroups *cgroups)
{
}
