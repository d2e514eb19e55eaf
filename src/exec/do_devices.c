/* do_devices.c - the program that decides about devices in a cgroup v2.
 *
 * Several programs can be attached to a cgroup, and an access needs a yes from each. So whatever others attached
 * there (the service manager does) stays; ours are known by their name. The kernel replaces one program
 * by another in one step (BPF_F_REPLACE, Linux 5.6). If there are more, they go after the new one is there: in
 * between both decide, which denies nothing that both allow.
 *
 * A program lives as long as it is attached to something, so no descriptor is kept.
 */
#include "exec/do.h"
#include <linux/bpf.h>
#include <string.h>

/* As many as the kernel attaches to one cgroup. */
enum { PROGRAMS_MAX = 64 };

static const char name[BPF_OBJ_NAME_LEN] = "taru_devices";

/* The whole union is cleared, not just the part that is used: the kernel refuses bits that it does not know. */
static void clear(union bpf_attr *attr)
{
	memset(attr, 0, sizeof(*attr));
}

static int bpf(int command, union bpf_attr *attr)
{
	return sys_bpf(command, attr, sizeof(*attr));
}

/* The verifier gives up with EAGAIN where a signal has arrived. */
static int load(const struct bpf_insn *program, size_t count)
{
	int result = -EAGAIN;

	for (int try = 0; try < 5 && result == -EAGAIN; try++) {
		union bpf_attr attr;

		clear(&attr);
		attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
		attr.insns = (uintptr_t)program;
		attr.insn_cnt = (uint32_t)count;
		attr.license = (uintptr_t) "Apache-2.0";
		memcpy(attr.prog_name, name, sizeof(name));
		result = bpf(BPF_PROG_LOAD, &attr);
	}
	return result;
}

/* In the place of `old`; -1: beside those that there are. */
static int attach(int cgroup, int program, int old)
{
	union bpf_attr attr;

	clear(&attr);
	attr.target_fd = (uint32_t)cgroup;
	attr.attach_bpf_fd = (uint32_t)program;
	attr.attach_type = BPF_CGROUP_DEVICE;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	if (old >= 0) {
		attr.attach_flags |= BPF_F_REPLACE;
		attr.replace_bpf_fd = (uint32_t)old;
	}
	return bpf(BPF_PROG_ATTACH, &attr);
}

static int detach(int cgroup, int program)
{
	union bpf_attr attr;

	clear(&attr);
	attr.target_fd = (uint32_t)cgroup;
	attr.attach_bpf_fd = (uint32_t)program;
	attr.attach_type = BPF_CGROUP_DEVICE;
	return bpf(BPF_PROG_DETACH, &attr);
}

/* The ids of what is attached to this cgroup itself. Returns how many, or -errno. */
static int query(int cgroup, uint32_t *ret_ids)
{
	union bpf_attr attr;
	int result;

	clear(&attr);
	attr.query.target_fd = (uint32_t)cgroup;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.prog_ids = (uintptr_t)ret_ids;
	attr.query.prog_cnt = PROGRAMS_MAX;
	result = bpf(BPF_PROG_QUERY, &attr);
	return result < 0 ? result : (int)attr.query.prog_cnt;
}

static int open_id(uint32_t id)
{
	union bpf_attr attr;

	clear(&attr);
	attr.prog_id = id;
	return bpf(BPF_PROG_GET_FD_BY_ID, &attr);
}

static bool is_ours(int program)
{
	struct bpf_prog_info info;
	union bpf_attr attr;

	memset(&info, 0, sizeof(info));
	clear(&attr);
	attr.info.bpf_fd = (uint32_t)program;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) >= 0 && memcmp(info.name, name, sizeof(name)) == 0;
}

/* Attaches the program and takes away those with the ids, as far as they are ours. One that has gone
 * meanwhile (ENOENT) needs nothing. */
static int replace_ids(int cgroup, int program, const uint32_t *ids, int count)
{
	bool attached = false;
	int result = 0;

	for (int i = 0; i < count && result == 0; i++) {
		closes int old = open_id(ids[i]);

		if (old == -ENOENT)
			continue;
		if (old < 0)
			return old;
		if (!is_ours(old))
			continue;
		if (!attached)
			result = attach(cgroup, program, old);
		else
			result = detach(cgroup, old);
		if (result == -ENOENT)
			result = 0;
		else
			attached = attached || result == 0;
	}
	if (result == 0 && !attached)
		result = attach(cgroup, program, -1);
	return result;
}

int set_devices(int cgroup, const struct bpf_insn *program, size_t count, bool replace)
{
	closes int loaded = load(program, count);
	uint32_t ids[PROGRAMS_MAX];
	int attached = 0;

	if (loaded < 0)
		return loaded;
	if (!replace)
		return attach(cgroup, loaded, -1);
	attached = query(cgroup, ids);
	if (attached < 0)
		return attached;
	return replace_ids(cgroup, loaded, ids, attached);
}
