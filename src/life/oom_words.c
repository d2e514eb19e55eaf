/* oom_words.c - that memory has run out, in a line: see oom.h. */
#include "life/oom.h"

/* "512 MiB", or in bytes what is not so round. */
static const char *size_words(struct arena *arena, uint64_t bytes)
{
	const uint64_t mib = 1 << 20;

	return bytes >= mib ? arena_printf(arena, "%llu.%llu MiB", (unsigned long long)(bytes / mib),
					   (unsigned long long)(bytes % mib * 10 / mib)) :
			      arena_printf(arena, "%llu bytes", (unsigned long long)bytes);
}

static void tell_limit(struct text *out, const struct memory_end *memory)
{
	if (memory->limit)
		text_printf(out, "; linux.resources.memory.limit is %s", size_words(out->arena, memory->limit));
	if (memory->peak)
		text_printf(out, "%s %s were in use at most", memory->limit ? " and" : ";",
			    size_words(out->arena, memory->peak));
}

void oom_tell(struct text *out, const char *id, const char *when, const struct memory_end *memory)
{
	const struct oom_victim *last = &memory->last;

	text_printf(out, "container '%s': it ran out of memory%s, and the kernel killed %llu of its processes", id,
		    when, (unsigned long long)memory->kills);
	tell_limit(out, memory);
	if (last->pid)
		text_printf(out, "; %s was '%s' (process %llu on the host)", memory->kills > 1 ? "the last one" : "it",
			    last->name, (unsigned long long)last->pid);
	if (last->memory)
		text_printf(out, ", which held %s", size_words(out->arena, last->memory));
	text_add(out, "\n");
}
