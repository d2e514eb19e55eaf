/* usual.c - see usual.h */
#include "spec/usual.h"
#include <linux/capability.h>
#include <stddef.h>

static const unsigned usual_capabilities[] = {
	CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FSETID, CAP_FOWNER, CAP_MKNOD, CAP_NET_RAW, CAP_SETGID, CAP_SETUID,
	CAP_SETFCAP, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_KILL, CAP_AUDIT_WRITE
};

uint64_t capability_usual(void)
{
	uint64_t set = 0;

	for (size_t i = 0; i < sizeof(usual_capabilities) / sizeof(usual_capabilities[0]); i++)
		set |= UINT64_C(1) << usual_capabilities[i];
	return set;
}

const char *const usual_masked_paths[] = {
	"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
	"/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
	"/sys/firmware", NULL
};

const char *const usual_readonly_paths[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", NULL
};
