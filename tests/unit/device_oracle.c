/* device_oracle.c - see device_oracle.h */
#include "device_oracle.h"
#include <assert.h>

static bool bit_of(const struct device_rule *rule, unsigned bit)
{
	return bit == DEVICE_READ ? rule->read : bit == DEVICE_WRITE ? rule->write : rule->mknod;
}

/* From the first rule to the last, one bit at a time. */
bool device_expected(const struct device_rule *rule, size_t rules, char type, int major, int minor,
		     unsigned access)
{
	for (unsigned bit = 1; bit <= access; bit <<= 1) {
		bool allowed = false;

		for (size_t i = 0; i < rules; i++)
			if ((rule[i].type == 'a' || rule[i].type == type) &&
			    (!rule[i].major.set || rule[i].major.value == major) &&
			    (!rule[i].minor.set || rule[i].minor.value == minor) && bit_of(&rule[i], bit))
				allowed = rule[i].allow;
		if ((access & bit) && !allowed)
			return false;
	}
	return true;
}

bool device_filter_answer(struct device_filter filter, char type, int major, int minor, unsigned access)
{
	const struct bpf_cgroup_dev_ctx context = {
		.access_type = access << 16 |
			       (unsigned)(type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR),
		.major = (uint32_t)major,
		.minor = (uint32_t)minor,
	};
	uint64_t answer = ebpf_run(filter, &context);

	assert(answer <= 1);
	return answer;
}
