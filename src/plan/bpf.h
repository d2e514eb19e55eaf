/* bpf.h - writes a program of classic BPF, the kind that seccomp filters are made of.
 *
 * Such a program can only jump forward, and a conditional jump at most 255 instructions. So it is
 * written from its end: what a jump leads to is there before the jump, its distance is known, and
 * where it is too far a stepping stone is put in between. Whoever writes a program says what each
 * instruction leads to and need not think of distances, or of falling through.
 */
#pragma once
#include "plan/plan.h"
#include <linux/filter.h>

/* What comes after an instruction: an answer, or an instruction that has been written. */
struct bpf_target {
	bool returns;
	uint32_t value;			/* the answer; or how many instructions there are to the end */
};

struct bpf_writer {
	struct sock_filter *at;		/* BPF_MAXINSNS of them, filled from the end */
	size_t count;
	bool full;			/* there was no room: the program is not complete */
	uint32_t returned[16];		/* answers written last, and where, to use them again */
	size_t returned_at[16], returns;
};

/* A program without an instruction yet. */
struct bpf_writer bpf_begin(struct arena *arena);

/* The answer of the filter: SECCOMP_RET_* with its data. Writes nothing yet. */
struct bpf_target bpf_return(uint32_t value);

/* Goes to `yes` where the loaded word is (JEQ, JGT, JGE k) or has a bit of (JSET k), else to `no`. */
struct bpf_target bpf_jump(struct bpf_writer *writer, uint16_t operation, uint32_t k,
			   struct bpf_target yes, struct bpf_target no);

/* Loads the word at `offset` of struct seccomp_data. */
struct bpf_target bpf_load(struct bpf_writer *writer, uint32_t offset, struct bpf_target next);

/* Keeps the bits of `mask` of the loaded word. */
struct bpf_target bpf_mask(struct bpf_writer *writer, uint32_t mask, struct bpf_target next);

/* The program that begins at `first`. Not to be used where writer->full. */
struct bpf_program bpf_end(struct bpf_writer *writer, struct bpf_target first);
