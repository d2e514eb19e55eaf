/* volume_glob.c - see volume_glob.h */
#include "engine/volume_glob.h"
#include "engine/volume_long.h"
#include "spec/reason.h"
#include <errno.h>
#include <glob.h>
#include <string.h>

static void add(struct arena *arena, struct volumes_asked *volumes, const struct volume_asked *pattern,
		const char *match, struct problem *problem)
{
	struct volume_asked volume = *pattern;
	const char *clean = volume_clean_path(arena, match), *place = clean;

	if (pattern->destination)
		place = arena_printf(arena, "%s%s", pattern->destination, strrchr(clean, '/'));
	volume.pattern = false;
	volume.source = arena_copy(arena, match, strlen(match));
	if (volume_set_place(arena, &volume, place, problem))
		volumes_add(arena, volumes, &volume);
}

bool volumes_add_matches(struct arena *arena, struct volumes_asked *volumes, const struct volume_asked *pattern,
			 struct problem *problem)
{
	glob_t found;
	int error = glob(pattern->source, 0, NULL, &found);

	if (error == GLOB_NOMATCH)
		problem_set(problem, "option '%s': nothing on this machine matches '%s'", pattern->option,
			    pattern->source);
	else if (error)
		problem_set(problem, "option '%s': '%s' cannot be looked up: %s", pattern->option, pattern->source,
			    reason_words(error == GLOB_NOSPACE ? -ENOMEM : -EIO));
	for (size_t i = 0; !error && i < found.gl_pathc && !problem->found; i++)
		add(arena, volumes, pattern, found.gl_pathv[i], problem);
	if (!error)
		globfree(&found);
	return !problem->found;
}
