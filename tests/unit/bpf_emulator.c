/* bpf_emulator.c - see bpf_emulator.h */
#include "bpf_emulator.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool is_jump(uint16_t code)
{
	return code == (BPF_JMP | BPF_JEQ | BPF_K) || code == (BPF_JMP | BPF_JGT | BPF_K) ||
	       code == (BPF_JMP | BPF_JGE | BPF_K) || code == (BPF_JMP | BPF_JSET | BPF_K);
}

/* Of all that the kernel lets a filter have, what compilers use. */
static const char *instruction_fault(const struct sock_filter *i)
{
	if (is_jump(i->code) || i->code == (BPF_JMP | BPF_JA) || i->code == (BPF_RET | BPF_K) ||
	    i->code == (BPF_ALU | BPF_AND | BPF_K))
		return NULL;
	if (i->code != (BPF_LD | BPF_W | BPF_ABS))
		return "unknown instruction";
	if (i->k % 4)
		return "load that is not aligned";
	return i->k < sizeof(struct seccomp_data) ? NULL : "load from outside the data";
}

/* Marks what the instruction leads to; false where that is outside the program. */
static bool follow(struct bpf_program program, size_t at, bool *reached)
{
	const struct sock_filter *i = &program.at[at];
	uint64_t next = at + 1;

	if (i->code == (BPF_RET | BPF_K))
		return true;
	if (is_jump(i->code)) {
		if (next + i->jt >= program.count || next + i->jf >= program.count)
			return false;
		reached[next + i->jt] = reached[next + i->jf] = true;
		return true;
	}
	if (i->code == (BPF_JMP | BPF_JA))
		next += i->k;
	if (next >= program.count)
		return false;
	reached[next] = true;
	return true;
}

const char *bpf_fault(struct bpf_program program)
{
	bool reached[BPF_MAXINSNS] = { true };

	if (program.count == 0 || program.count > BPF_MAXINSNS)
		return "wrong number of instructions";
	if (program.at[program.count - 1].code != (BPF_RET | BPF_K))
		return "the last instruction does not return";
	for (size_t at = 0; at < program.count; at++) {
		const char *fault = instruction_fault(&program.at[at]);

		if (fault)
			return fault;
		if (!follow(program, at, reached))
			return "jump out of the program";
		if (!reached[at])
			return "instruction that is never reached";
	}
	return NULL;
}

static bool holds(const struct sock_filter *i, uint32_t word)
{
	switch (BPF_OP(i->code)) {
	case BPF_JEQ: return word == i->k;
	case BPF_JGT: return word > i->k;
	case BPF_JGE: return word >= i->k;
	case BPF_JSET: return word & i->k;
	default: abort();
	}
}

uint32_t bpf_run(struct bpf_program program, const struct seccomp_data *data)
{
	uint32_t word = 0;

	for (size_t at = 0;; at++) {
		const struct sock_filter *i = &program.at[at];

		assert(at < program.count);
		if (i->code == (BPF_RET | BPF_K))
			return i->k;
		if (i->code == (BPF_LD | BPF_W | BPF_ABS))
			memcpy(&word, (const char *)data + i->k, sizeof(word));
		else if (i->code == (BPF_ALU | BPF_AND | BPF_K))
			word &= i->k;
		else if (i->code == (BPF_JMP | BPF_JA))
			at += i->k;
		else
			at += holds(i, word) ? i->jt : i->jf;
	}
}
