/* bpf.c - see bpf.h */
#include "plan/bpf.h"

/* Near enough for a jump, even after another answer or stepping stone is put in between. */
enum { REACH = 250 };

struct bpf_writer bpf_begin(struct arena *arena)
{
	return (struct bpf_writer){ .at = ARENA_ARRAY(arena, BPF_MAXINSNS, struct sock_filter) };
}

struct bpf_target bpf_return(uint32_t value)
{
	return (struct bpf_target){ .returns = true, .value = value };
}

/* Where the program may still grow `full` is not set; else what is written does not matter. */
static struct bpf_target put(struct bpf_writer *writer, struct sock_filter instruction)
{
	if (writer->count == BPF_MAXINSNS)
		writer->full = true;
	else
		writer->at[BPF_MAXINSNS - ++writer->count] = instruction;
	return (struct bpf_target){ .value = (uint32_t)writer->count };
}

/* How many instructions lie between the next one to be written and the target. */
static uint32_t distance(const struct bpf_writer *writer, struct bpf_target target)
{
	return (uint32_t)writer->count - target.value;
}

static struct bpf_target put_return(struct bpf_writer *writer, uint32_t value)
{
	enum { KEPT = sizeof(writer->returned) / sizeof(writer->returned[0]) };
	struct bpf_target target =
		put(writer, (struct sock_filter){ .code = BPF_RET | BPF_K, .k = value });
	size_t at = writer->returns++ % KEPT;

	writer->returned[at] = value;
	writer->returned_at[at] = target.value;
	return target;
}

static struct bpf_target near_return(struct bpf_writer *writer, uint32_t value)
{
	enum { KEPT = sizeof(writer->returned) / sizeof(writer->returned[0]) };

	for (size_t i = 0; i < KEPT && i < writer->returns; i++) {
		struct bpf_target target = { .value = (uint32_t)writer->returned_at[i] };

		if (writer->returned[i] == value && distance(writer, target) <= REACH)
			return target;
	}
	return put_return(writer, value);
}

/* An instruction that a jump can reach and that leads to the target. */
static struct bpf_target near(struct bpf_writer *writer, struct bpf_target target)
{
	if (target.returns)
		return near_return(writer, target.value);
	if (distance(writer, target) <= REACH)
		return target;
	return put(writer, (struct sock_filter){ .code = BPF_JMP | BPF_JA,
						 .k = distance(writer, target) });
}

static bool same(struct bpf_target a, struct bpf_target b)
{
	return a.returns == b.returns && a.value == b.value;
}

struct bpf_target bpf_jump(struct bpf_writer *writer, uint16_t operation, uint32_t k,
			   struct bpf_target yes, struct bpf_target no)
{
	if (same(yes, no))
		return yes;
	yes = near(writer, yes);
	no = near(writer, no);
	return put(writer, (struct sock_filter){ .code = BPF_JMP | operation | BPF_K,
						 .jt = (uint8_t)distance(writer, yes),
						 .jf = (uint8_t)distance(writer, no),
						 .k = k });
}

/* Makes the target the instruction that was written last. */
static void put_next(struct bpf_writer *writer, struct bpf_target target)
{
	if (target.returns)
		put_return(writer, target.value);
	else if (distance(writer, target) != 0)
		put(writer, (struct sock_filter){ .code = BPF_JMP | BPF_JA,
						  .k = distance(writer, target) });
}

struct bpf_target bpf_load(struct bpf_writer *writer, uint32_t offset, struct bpf_target next)
{
	put_next(writer, next);
	return put(writer, (struct sock_filter){ .code = BPF_LD | BPF_W | BPF_ABS, .k = offset });
}

struct bpf_target bpf_mask(struct bpf_writer *writer, uint32_t mask, struct bpf_target next)
{
	put_next(writer, next);
	return put(writer, (struct sock_filter){ .code = BPF_ALU | BPF_AND | BPF_K, .k = mask });
}

struct bpf_program bpf_end(struct bpf_writer *writer, struct bpf_target first)
{
	put_next(writer, first);
	return (struct bpf_program){ writer->at + BPF_MAXINSNS - writer->count, writer->count };
}
