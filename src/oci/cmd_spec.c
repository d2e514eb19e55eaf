/* cmd_spec.c - `taru-oci spec`: writes a config.json to begin with.
 *
 * It is what `runc spec` writes, since scripts edit that by jq, but for the ambient
 * capabilities: without inheritable ones beside them the kernel grants none.
 */
#include "base/fd.h"
#include "base/file.h"
#include "command/json_pretty.h"
#include "host/host.h"
#include "oci/globals.h"
#include "spec/reason.h"

struct spec_asked {
	const char *bundle, *file;
	bool rootless;
};

/* JSON with ' for ", so that it can be read here. */
static const char process_part[] =
	"{'ociVersion':'1.3.0','process':{'terminal':true,'user':{'uid':0,'gid':0},'args':['sh'],"
	"'env':['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin','TERM=xterm'],"
	"'cwd':'/','capabilities':{"
	"'bounding':['CAP_AUDIT_WRITE','CAP_KILL','CAP_NET_BIND_SERVICE'],"
	"'effective':['CAP_AUDIT_WRITE','CAP_KILL','CAP_NET_BIND_SERVICE'],"
	"'permitted':['CAP_AUDIT_WRITE','CAP_KILL','CAP_NET_BIND_SERVICE']},"
	"'rlimits':[{'type':'RLIMIT_NOFILE','hard':1024,'soft':1024}],'noNewPrivileges':true},"
	"'root':{'path':'rootfs','readonly':true},'hostname':'taru',";

static const char mounts_part[] =
	"'mounts':[{'destination':'/proc','type':'proc','source':'proc'},"
	"{'destination':'/dev','type':'tmpfs','source':'tmpfs',"
	"'options':['nosuid','strictatime','mode=755','size=65536k']},"
	"{'destination':'/dev/pts','type':'devpts','source':'devpts',"
	"'options':['nosuid','noexec','newinstance','ptmxmode=0666','mode=0620'%s]},"
	"{'destination':'/dev/shm','type':'tmpfs','source':'shm',"
	"'options':['nosuid','noexec','nodev','mode=1777','size=65536k']},"
	"{'destination':'/dev/mqueue','type':'mqueue','source':'mqueue',"
	"'options':['nosuid','noexec','nodev']},"
	"%s"
	"{'destination':'/sys/fs/cgroup','type':'cgroup','source':'cgroup',"
	"'options':['nosuid','noexec','nodev','relatime','ro']}],";

/* An ordinary user may not mount a sysfs without owning a network namespace: bind the host's. */
static const char sysfs_new[] = "{'destination':'/sys','type':'sysfs','source':'sysfs',"
				"'options':['nosuid','noexec','nodev','ro']},";
static const char sysfs_bound[] = "{'destination':'/sys','type':'none','source':'/sys',"
				  "'options':['rbind','nosuid','noexec','nodev','ro']},";

static const char root_part[] =
	"'linux':{'resources':{'devices':[{'allow':false,'access':'rwm'}]},"
	"'namespaces':[{'type':'pid'},{'type':'network'},{'type':'ipc'},{'type':'uts'},"
	"{'type':'mount'}%s],";

static const char rootless_part[] =
	"'linux':{'uidMappings':[{'containerID':0,'hostID':%u,'size':1}],"
	"'gidMappings':[{'containerID':0,'hostID':%u,'size':1}],"
	"'namespaces':[{'type':'pid'},{'type':'ipc'},{'type':'uts'},{'type':'mount'}%s,"
	"{'type':'user'}],";

static const char paths_part[] =
	"'maskedPaths':['/proc/acpi','/proc/asound','/proc/kcore','/proc/keys',"
	"'/proc/latency_stats','/proc/timer_list','/proc/timer_stats','/proc/sched_debug',"
	"'/sys/firmware','/proc/scsi'],"
	"'readonlyPaths':['/proc/bus','/proc/fs','/proc/irq','/proc/sys','/proc/sysrq-trigger']}}";

static void add_config(struct text *out, const struct host *host, bool rootless)
{
	/* With cgroup v1 the namespace would hide what a bound /sys/fs/cgroup shows. */
	const char *cgroup = host->cgroup == CGROUP_V2 ? ",{'type':'cgroup'}" : "";

	text_add(out, process_part);
	text_printf(out, mounts_part, rootless ? "" : ",'gid=5'", rootless ? sysfs_bound : sysfs_new);
	if (rootless)
		text_printf(out, rootless_part, host->uid, host->gid, cgroup);
	else
		text_printf(out, root_part, cgroup);
	text_add(out, paths_part);
	for (char *at = out->at; *at; at++)
		if (*at == '\'')
			*at = '"';
}

/* Never over a file that is there. */
static void write_new(const char *path, const struct text *out, struct problem *problem)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	int error;

	if (fd == -EEXIST)
		problem_set(problem, "file '%s' exists: remove it first", path);
	else if (fd < 0)
		problem_set(problem, "cannot make '%s': %s", path, reason_words(fd));
	if (fd < 0)
		return;
	error = file_write_all(fd, out->at, out->length);
	if (error) {
		problem_set(problem, "cannot write '%s': %s", path, reason_words(error));
		sys_unlinkat(AT_FDCWD, path, 0);
	}
}

static void run(struct command *command)
{
	const struct spec_asked *asked = command->asked;
	struct text compact = text_new(command->arena), out = text_new(command->arena);
	const char *file = asked->file ? asked->file : "config.json";
	struct host_wants wants = { .cgroup = true };
	struct host host = { 0 };

	host_read(command->arena, &wants, &host);
	if (command->problem->found)
		return;
	add_config(&compact, &host, asked->rootless);
	json_pretty(&out, compact.at);
	if (asked->bundle && file[0] != '/')
		file = arena_printf(command->arena, "%s/%s", asked->bundle, file);
	write_new(file, &out, command->problem);
}

static const struct option options[] = {
	{ "bundle", 'b', OPTION_TEXT, offsetof(struct spec_asked, bundle), "DIR",
	  N_("write there (default: the current directory)") },
	{ "file", 'f', OPTION_TEXT, offsetof(struct spec_asked, file), "FILE",
	  N_("write this file (default: config.json)") },
	{ "rootless", 0, OPTION_FLAG, offsetof(struct spec_asked, rootless), NULL,
	  N_("for the calling user, with a user namespace") },
	{ NULL }
};

const struct verb verb_spec = {
	.name = "spec",
	.operands = "",
	.summary = N_("write a config.json to begin with"),
	.notes = N_("A file that is there is not overwritten.\n"),
	.options = options,
	.asked_size = sizeof(struct spec_asked),
	.run = run,
};
