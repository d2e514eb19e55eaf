/* host.c - reads the facts about this machine. */
#include "host/host.h"
#include "base/file.h"
#include "base/sys.h"
#include "host/host_parts.h"
#include <linux/capability.h>
#include <linux/prctl.h>
#include <pwd.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static unsigned number(const char **at)
{
	unsigned value = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++)
		value = value * 10 + (unsigned)(**at - '0');
	return value;
}

static void read_kernel(struct host *host)
{
	struct utsname name;
	const char *at = name.release;

	if (uname(&name) < 0)
		return;
	host->kernel_major = number(&at);
	if (*at == '.')
		at++;
	host->kernel_minor = number(&at);
}

static void read_capabilities(struct host *host)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (SYS_2(__NR_capget, &header, data) == 0)
		host->capabilities = data[0].effective | (uint64_t)data[1].effective << 32;
}

/* The kernel numbers them without gaps, and refuses one that it does not know. Linux 5.14 has all that
 * the headers name. */
static unsigned find_last_capability(void)
{
	unsigned last = CAP_LAST_CAP;

	while (last < 63 && sys_prctl(PR_CAPBSET_READ, last + 1, 0, 0, 0) >= 0)
		last++;
	return last;
}

/* The first user namespace has always had this inode number (INIT_USER_NS_INO of <linux/nsfs.h>). */
bool host_in_user_namespace(void)
{
	struct stat info;

	return stat("/proc/self/ns/user", &info) == 0 && info.st_ino != 0xEFFFFFFDU;
}

static bool file_begins(struct arena *arena, const char *path, char with)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, path, 4096, &text, &length) == 0 && text[0] == with;
}

static void read_lsm(struct arena *arena, struct host *host)
{
	host->apparmor = file_begins(arena, "/sys/module/apparmor/parameters/enabled", 'Y');
	host->selinux = access("/sys/fs/selinux/enforce", F_OK) == 0;
}

/* They carry file capabilities or are setuid: only where the system has them, not in the caller's PATH. */
static const char *find_tool(const char *const *paths)
{
	for (; *paths; paths++)
		if (access(*paths, X_OK) == 0)
			return *paths;
	return NULL;
}

static void read_tools(struct host *host)
{
	static const char *const uid[] = { "/usr/bin/newuidmap", "/bin/newuidmap",
					   "/usr/local/bin/newuidmap", NULL };
	static const char *const gid[] = { "/usr/bin/newgidmap", "/bin/newgidmap",
					   "/usr/local/bin/newgidmap", NULL };

	host->newuidmap = find_tool(uid);
	host->newgidmap = find_tool(gid);
}

static void read_nft(struct host *host)
{
	static const char *const paths[] = { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft",
					     NULL };

	host->nft = find_tool(paths);
}

/* As /etc/passwd has it: /etc/subuid has ranges by name as a rule. */
static void read_user(struct arena *arena, struct host *host)
{
	const struct passwd *entry = host->uid ? getpwuid(host->uid) : NULL;

	host->user = entry ? arena_copy(arena, entry->pw_name, strlen(entry->pw_name)) : NULL;
}

void host_read(struct arena *arena, const struct host_wants *wants, struct host *ret_host)
{
	struct host *host = ret_host;

	/* What the kernel told at exec costs no call. */
	*host = (struct host){ .uid = (uint32_t)getauxval(AT_EUID),
			       .gid = (uint32_t)getauxval(AT_EGID),
			       .last_capability = CAP_LAST_CAP };
	host->architecture = host_native_architecture();
	read_kernel(host);
	read_capabilities(host);
	host->user_namespace = host_in_user_namespace();
	if (wants->last_capability)
		host->last_capability = find_last_capability();
	if (wants->lsm)
		read_lsm(arena, host);
	if (wants->id_map_tools) {
		read_tools(host);
		read_user(arena, host);
	}
	if (wants->nft)
		read_nft(host);
	if (wants->cgroup)
		host_read_cgroup(arena, wants, host);
	if (wants->devices)
		host_read_devices(arena, wants, host);
}
