/* read_kernel.c - see read_parts.h */
#include "base/sys_process.h"
#include "base/text.h"
#include "doctor/read_parts.h"
#include "spec/names.h"
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>

/* "net.ipv4.ip_forward" → /proc/sys/net/ipv4/ip_forward */
static int64_t read_sysctl(struct arena *arena, const char *name)
{
	char *path = arena_printf(arena, "/proc/sys/%s", name), *text;

	for (char *at = path; *at; at++)
		if (*at == '.')
			*at = '/';
	text = read_line(arena, path);
	return text ? strtoll(text, NULL, 10) : -1;
}

static void read_namespaces(struct arena *arena, struct machine *machine)
{
	for (int kind = 0; kind < NAMESPACES; kind++) {
		const char *path = arena_printf(arena, "/proc/self/ns/%s", namespace_file((enum namespace_kind)kind));

		machine->namespace[kind] = sys_faccessat2(AT_FDCWD, path, F_OK, 0) == 0;
	}
}

static bool has_action(uint32_t action)
{
	return sys_seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; text && *text; text = strchr(text, '\n'), text += text != NULL)
		count++;
	return count;
}

/* Lines of /proc/cgroups are "memory 0 1 0": the last is whether it is enabled (cgroup_disable=). */
static const char *disabled_controllers(struct arena *arena)
{
	struct text found = text_new(arena);
	char *rest = read_line(arena, "/proc/cgroups"), *line;

	while (rest && (line = strsep(&rest, "\n"))) {
		size_t length = strlen(line);

		if (line[0] != '#' && length > 2 && strcmp(line + length - 2, "\t0") == 0)
			text_printf(&found, "%.*s,", (int)strcspn(line, "\t"), line);
	}
	return found.at;
}

static void read_clock(struct machine *machine)
{
	struct timex asked = { .modes = 0 };

	machine->now = time(NULL);
	machine->synchronised = adjtimex(&asked) >= 0 && !(asked.status & STA_UNSYNC);
}

void read_kernel(struct arena *arena, struct machine *machine)
{
	struct utsname name;

	uname(&name);
	machine->release = arena_copy(arena, name.release, strlen(name.release));
	machine->processor = arena_copy(arena, name.machine, strlen(name.machine));
	machine->no_new_privileges = sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
	read_namespaces(arena, machine);
	for (int lock = 0; lock < HOST_LOCKS; lock++)
		machine->lock[lock] = host_lock_holds(arena, &machine->host, (enum host_lock)lock);
	machine->seccomp = has_action(SECCOMP_RET_ERRNO);
	machine->seccomp_notify = has_action(SECCOMP_RET_USER_NOTIF);
	machine->lsm = read_line(arena, "/sys/kernel/security/lsm");
	machine->profiles = count_lines(read_line(arena, "/sys/kernel/security/apparmor/profiles"));
	for (int i = 0; i < MACHINE_SYSCTLS; i++)
		machine->sysctl[i] = read_sysctl(arena, machine_sysctls[i]);
	machine->disabled_controllers = disabled_controllers(arena);
	machine->systemd = sys_faccessat2(AT_FDCWD, "/run/systemd/system", F_OK, 0) == 0;
	read_clock(machine);
}
