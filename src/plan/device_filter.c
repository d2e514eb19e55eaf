/* device_filter.c - rights to devices as a program for cgroup v2.
 *
 * The kernel calls it for each open(2) of a device and each mknod(2), with the type and what is asked for in one
 * word, and the numbers. It goes to the part for the type, compares the major numbers, within one the minor
 * numbers, and ends in one of at most eight answers: what is allowed. What is asked for needs
 * no shift and no mask: it must not have a bit that is not allowed, which is one instruction (JSET).
 *
 * It is written from its end, so that the target of each jump is known; a target is how many instructions
 * there are from it to the end. The verifier refuses what nothing leads to, so an answer that is not
 * given is not written, and a number that is not compared is not loaded.
 */
#include "plan/device_rules.h"
#include <assert.h>
#include <linux/bpf.h>
#include <stddef.h>

enum { RESULT = BPF_REG_0, CONTEXT = BPF_REG_1, ASKED = BPF_REG_2, MAJOR = BPF_REG_3, MINOR = BPF_REG_4,
       REGISTERS };

struct writer {
	struct bpf_insn *at;
	size_t room, count;
	size_t answer[DEVICE_ACCESS + 1];	/* the target for each set of allowed accesses */
	bool used[REGISTERS];
};

/* --- instructions --- */

static size_t put(struct writer *writer, struct bpf_insn instruction)
{
	assert(writer->count < writer->room);
	writer->at[writer->room - ++writer->count] = instruction;
	return writer->count;
}

/* How many instructions lie between the next one to be written and the target. */
static int16_t distance(const struct writer *writer, size_t target)
{
	assert(writer->count - target <= INT16_MAX);
	return (int16_t)(writer->count - target);
}

/* Makes the target what comes next. */
static void follow(struct writer *writer, size_t target)
{
	if (distance(writer, target) != 0)
		put(writer, (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = distance(writer, target) });
}

/* Goes to `yes` where the register compares to k, else to `no`. */
static size_t jump(struct writer *writer, unsigned operation, unsigned reg, int k, size_t yes, size_t no)
{
	if (yes == no)
		return yes;
	follow(writer, no);
	writer->used[reg] = true;
	return put(writer, (struct bpf_insn){ .code = (uint8_t)(BPF_JMP | operation | BPF_K),
					      .dst_reg = reg & 15,
					      .off = distance(writer, yes),
					      .imm = k });
}

static void load(struct writer *writer, unsigned reg, size_t offset)
{
	if (writer->used[reg])
		put(writer, (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_W,
					       .dst_reg = reg & 15,
					       .src_reg = CONTEXT,
					       .off = (int16_t)offset });
}

static size_t put_result(struct writer *writer, int result)
{
	return put(writer, (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K,
					      .dst_reg = RESULT,
					      .imm = result });
}

/* --- answers --- */

/* A bit for each answer that is given. */
static unsigned answers_of(const struct device_set *set)
{
	unsigned answers = 1U << set->rest;

	for (size_t i = 0; i < set->count; i++)
		answers |= 1U << set->at[i].access;
	return answers;
}

/* The end of the program. The result is 0 already. */
static void write_answers(struct writer *writer, unsigned answers)
{
	size_t deny = put(writer, (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT }), allow = 0;

	if (answers & ~1U)
		allow = put_result(writer, 1);
	writer->answer[0] = deny;
	writer->answer[DEVICE_ACCESS] = allow;
	for (int access = 1; access < DEVICE_ACCESS; access++)
		if (answers & (1U << access))
			writer->answer[access] = jump(writer, BPF_JSET, ASKED,
						      (DEVICE_ACCESS & ~access) << 16, deny, allow);
}

/* --- numbers --- */

/* Compares with the minor numbers of entries that are alike but for those. A run of three or more with
 * the same answer is compared with its ends. */
static size_t write_minors(struct writer *writer, const struct device_entry *entry, size_t count,
			   size_t otherwise)
{
	size_t next = otherwise;

	while (count > 0) {
		const struct device_entry *last = &entry[count - 1], *first = last;
		size_t answer = writer->answer[last->access];

		while (first > entry && first[-1].access == last->access &&
		       first[-1].minor == first->minor - 1)
			first--;
		if (last - first >= 2) {
			size_t above = next;

			next = jump(writer, BPF_JGE, MINOR, first->minor, answer, next);
			next = jump(writer, BPF_JGT, MINOR, last->minor, above, next);
		} else {
			first = last;
			next = jump(writer, BPF_JEQ, MINOR, last->minor, answer, next);
		}
		count = (size_t)(first - entry);
	}
	return next;
}

/* The entries of one major number. `next` is where other numbers go, `otherwise` where a minor number goes
 * that is not among them. */
static size_t write_major(struct writer *writer, const struct device_entry *entry, size_t count,
			  size_t next, size_t otherwise)
{
	size_t inside;

	if (entry[count - 1].minor == DEVICE_ANY)
		otherwise = writer->answer[entry[--count].access];
	inside = write_minors(writer, entry, count, otherwise);
	if (inside == writer->count)
		return jump(writer, BPF_JNE, MAJOR, entry[0].major, next, inside);
	return jump(writer, BPF_JEQ, MAJOR, entry[0].major, inside, next);
}

static size_t write_set(struct writer *writer, const struct device_set *set)
{
	size_t end = set->count, first, rest, next;

	for (first = end; first > 0 && set->at[first - 1].major == DEVICE_ANY;)
		first--;
	rest = next = write_minors(writer, set->at + first, end - first, writer->answer[set->rest]);
	for (end = first; end > 0; end = first) {
		while (first > 0 && set->at[first - 1].major == set->at[end - 1].major)
			first--;
		next = write_major(writer, set->at + first, end - first, next, rest);
	}
	return next;
}

/* --- all --- */

static bool is_same(const struct device_set *a, const struct device_set *b)
{
	if (a->rest != b->rest || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->at[i].major != b->at[i].major || a->at[i].minor != b->at[i].minor ||
		    a->at[i].access != b->at[i].access)
			return false;
	return true;
}

static size_t write_types(struct writer *writer, const struct device_rules *rules)
{
	size_t block = write_set(writer, &rules->block), character;

	if (is_same(&rules->block, &rules->character))
		return block;
	character = write_set(writer, &rules->character);
	if (character == writer->count)
		return jump(writer, BPF_JSET, ASKED, BPF_DEVCG_DEV_BLOCK, block, character);
	return jump(writer, BPF_JSET, ASKED, BPF_DEVCG_DEV_CHAR, character, block);
}

struct device_filter device_filter_compile(struct arena *arena, const struct device_rules *rules)
{
	/* An entry takes at most three: two to find it and one to leave. */
	struct writer writer = { .room = 3 * (rules->block.count + rules->character.count) + 32 };
	unsigned answers = answers_of(&rules->block) | answers_of(&rules->character);

	writer.at = ARENA_ARRAY(arena, writer.room, struct bpf_insn);
	write_answers(&writer, answers);
	follow(&writer, write_types(&writer, rules));
	load(&writer, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
	load(&writer, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
	load(&writer, ASKED, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	if (answers & ~(1U << DEVICE_ACCESS))
		put_result(&writer, 0);
	return (struct device_filter){ writer.at + writer.room - writer.count, writer.count };
}
