/* ebpf_emulator.c - see ebpf_emulator.h */
#include "ebpf_emulator.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT = BPF_JMP | BPF_EXIT, JUMP = BPF_JMP | BPF_JA, MOVE = BPF_ALU64 | BPF_MOV | BPF_K,
       LOAD = BPF_LDX | BPF_MEM | BPF_W };

static bool is_comparison(const struct bpf_insn *i)
{
	return i->code == (BPF_JMP | BPF_JEQ | BPF_K) || i->code == (BPF_JMP | BPF_JNE | BPF_K) ||
	       i->code == (BPF_JMP | BPF_JGT | BPF_K) || i->code == (BPF_JMP | BPF_JGE | BPF_K) ||
	       i->code == (BPF_JMP | BPF_JSET | BPF_K);
}

static const char *instruction_fault(const struct bpf_insn *i, unsigned set)
{
	if (i->dst_reg >= MAX_BPF_REG - 1 || i->src_reg >= MAX_BPF_REG - 1)
		return "no such register, or the frame's";
	if (i->code == EXIT)
		return set & 1 ? NULL : "the result may not be set";
	if (i->code == JUMP || i->code == MOVE)
		return NULL;
	if (is_comparison(i))
		return set & (1U << i->dst_reg) ? NULL : "a register that may not be set is compared";
	if (i->code != LOAD)
		return "unknown instruction";
	if (i->src_reg != BPF_REG_1)
		return "load from elsewhere than the context";
	return i->off == 0 || i->off == 4 || i->off == 8 ? NULL : "load from outside the context";
}

/* All jumps go forward, so one walk sees each way. `set` has the registers that are set however one comes there;
 * an instruction that was not come to yet has all, and more. */
static const char *follow(struct device_filter filter, size_t at, uint16_t *set)
{
	const struct bpf_insn *i = &filter.at[at];
	size_t next = at + 1, other = next;
	uint16_t now = set[at];

	if (i->code == EXIT)
		return NULL;
	if (i->code == MOVE || i->code == LOAD)
		now |= (uint16_t)(1U << i->dst_reg);
	if (i->off < 0)
		return "jump back";
	if (i->code == JUMP)
		next = other = next + (size_t)i->off;
	else if (is_comparison(i))
		other = next + (size_t)i->off;
	if (next >= filter.count || other >= filter.count)
		return "way out of the program";
	set[next] &= now;
	set[other] &= now;
	return NULL;
}

const char *ebpf_fault(struct device_filter filter)
{
	enum { NOT_REACHED = UINT16_MAX };
	const char *fault = filter.count ? NULL : "no instruction";
	uint16_t *set = calloc(filter.count + 1, sizeof(*set));

	assert(set);
	memset(set, 0xff, filter.count * sizeof(*set));
	set[0] = 1U << BPF_REG_1;
	for (size_t at = 0; at < filter.count && !fault; at++) {
		if (set[at] == NOT_REACHED)
			fault = "instruction that is never reached";
		if (!fault)
			fault = instruction_fault(&filter.at[at], set[at]);
		if (!fault)
			fault = follow(filter, at, set);
	}
	free(set);
	return fault;
}

static bool holds(const struct bpf_insn *i, uint64_t value)
{
	uint64_t k = (uint64_t)(int64_t)i->imm;

	switch (BPF_OP(i->code)) {
	case BPF_JEQ: return value == k;
	case BPF_JNE: return value != k;
	case BPF_JGT: return value > k;
	case BPF_JGE: return value >= k;
	case BPF_JSET: return value & k;
	default: abort();
	}
}

uint64_t ebpf_run(struct device_filter filter, const struct bpf_cgroup_dev_ctx *context)
{
	uint64_t reg[MAX_BPF_REG] = { 0 };

	for (size_t at = 0;; at++) {
		const struct bpf_insn *i = &filter.at[at];
		uint32_t word;

		assert(at < filter.count);
		if (i->code == EXIT)
			return reg[0];
		if (i->code == MOVE) {
			reg[i->dst_reg] = (uint64_t)(int64_t)i->imm;
		} else if (i->code == LOAD) {
			memcpy(&word, (const char *)context + i->off, sizeof(word));
			reg[i->dst_reg] = word;
		} else if (i->code == JUMP || holds(i, reg[i->dst_reg])) {
			at += (size_t)i->off;
		}
	}
}
