/* seccomp_search.c - finds the number of a system call among intervals, with few comparisons.
 *
 * Most calls of a profile are allowed, and those that are not stand alone among them. So spans are
 * grouped: a group has one answer for all its numbers except a few single ones, which are tried one
 * after the other. The groups are searched by halves.
 */
#include "plan/seccomp_parts.h"
#include <linux/seccomp.h>
#include <stddef.h>

/* So many single numbers are tried in a row: a longer row is shorter code, but slower. */
enum { SINGLES = 4 };

struct group {
	size_t begin, end;		/* of the spans */
	uint32_t answer;		/* for what is not single */
};

struct search {
	struct arena *arena;
	struct bpf_writer *writer;
	const struct seccomp_spans *spans;
	struct group *group;
	size_t groups;
};

static bool says_same(const struct seccomp_span *a, const struct seccomp_span *b)
{
	return !a->clause && !b->clause && a->answer == b->answer;
}

void seccomp_add_span(struct seccomp_spans *spans, const struct seccomp_span *span)
{
	if (spans->count == 0 || !says_same(&spans->at[spans->count - 1], span))
		spans->at[spans->count++] = *span;
}

static bool is_single(const struct seccomp_spans *spans, size_t i)
{
	return i + 1 < spans->count && spans->at[i + 1].first == spans->at[i].first + 1;
}

/* As many spans from `begin` on as fit in a group with this answer. */
static struct group fill_group(const struct seccomp_spans *spans, size_t begin, uint32_t answer)
{
	struct group group = { .begin = begin, .end = begin, .answer = answer };
	unsigned singles = 0;

	for (; group.end < spans->count; group.end++) {
		const struct seccomp_span *span = &spans->at[group.end];

		if (!span->clause && span->answer == answer)
			continue;
		if (!is_single(spans, group.end) || ++singles > SINGLES)
			break;
	}
	return group;
}

/* The first span is what is single in the group, or what is not: which makes the longer group? */
static struct group take_group(const struct seccomp_spans *spans, size_t begin)
{
	struct group group = fill_group(spans, begin, spans->at[begin].answer), other;

	if (begin + 1 == spans->count)
		return group;
	other = fill_group(spans, begin, spans->at[begin + 1].answer);
	return other.end > group.end ? other : group;
}

static struct bpf_target write_answer(const struct search *s, const struct seccomp_span *span)
{
	if (!span->clause)
		return bpf_return(span->answer);
	return seccomp_write_clauses(s->arena, s->writer, span->clause, span->answer, span->wide);
}

static struct bpf_target write_group(const struct search *s, const struct group *group)
{
	struct bpf_target next = bpf_return(group->answer);

	for (size_t i = group->end; i > group->begin && !s->writer->full; i--) {
		const struct seccomp_span *span = &s->spans->at[i - 1];

		if (span->clause || span->answer != group->answer)
			next = bpf_jump(s->writer, BPF_JEQ, span->first, write_answer(s, span), next);
	}
	return next;
}

/* The groups from `begin` to before `end`. */
static struct bpf_target write_groups(const struct search *s, size_t begin, size_t end)
{
	size_t middle = begin + (end - begin) / 2;
	struct bpf_target above, below;

	if (end - begin == 1)
		return write_group(s, &s->group[begin]);
	above = write_groups(s, middle, end);
	below = write_groups(s, begin, middle);
	return bpf_jump(s->writer, BPF_JGE, s->spans->at[s->group[middle].begin].first, above, below);
}

struct bpf_target seccomp_write_search(struct arena *arena, struct bpf_writer *writer,
				       const struct seccomp_spans *spans)
{
	struct search search = {
		.arena = arena,
		.writer = writer,
		.spans = spans,
		.group = ARENA_ARRAY(arena, spans->count, struct group),
	};

	for (size_t begin = 0; begin < spans->count; begin = search.group[search.groups++].end)
		search.group[search.groups] = take_group(spans, begin);
	return bpf_load(writer, offsetof(struct seccomp_data, nr),
			write_groups(&search, 0, search.groups));
}
