/* ambient.h - rights that are to stay over execve(2). */
#pragma once
#include "base/sys_process.h"
#include <linux/capability.h>
#include <sys/prctl.h>

/* All capabilities that this process has are ambient ones from now on: who has them in a user namespace in which its
 * user is not root would lose them with the next program (capabilities(7)). 0 or -errno. */
static inline int ambient_keep(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];
	int error = sys_capget(&header, data);

	for (int i = 0; i < 2; i++)
		data[i].inheritable = data[i].permitted;
	if (!error)
		error = sys_capset(&header, data);
	for (int i = 0; i <= CAP_LAST_CAP && !error; i++)
		if (data[CAP_TO_INDEX(i)].permitted & CAP_TO_MASK(i))
			error = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (unsigned long)i, 0, 0);
	return error;
}
