/* explain_prose.c - the plan as sentences, for somebody who sees one for the first time.
 *
 * A sentence says what a step does, what that is for, and where to read on. What for is said once
 * where several steps of a kind follow each other.
 */
#include "base/width.h"
#include "show/show.h"
#include "show/words.h"
#include <linux/sched.h>
#include <string.h>

/* What a kind of step does (after «The runtime» or «The container»), what for, and what to read. */
struct sentence { const char *does, *purpose, *page; };

#define SENTENCES(X) \
	X(STEP_OPEN_NAMESPACE, { N_("opens a namespace that is there already"), \
		N_("it is opened before any is joined, since joining one can put the paths of the others out " \
		   "of reach"), "namespaces(7)" }) \
	X(STEP_CLONE, { N_("starts the container's process in new namespaces"), \
		N_("a namespace is a view of the system of one's own: processes, mounts, network, names"), \
		"namespaces(7), clone(2)" }) \
	X(STEP_JOIN_NAMESPACE, { N_("enters a namespace that is there already"), \
		N_("it shares it with others, as the containers of a pod share their network"), "setns(2)" }) \
	X(STEP_UNSHARE, { N_("makes a new namespace for the process that is there"), \
		N_("this kind can only be made now: earlier it would have shown too much, or nothing"), \
		"unshare(2)" }) \
	X(STEP_REFORK, { N_("lets a child of its own take over"), \
		N_("only a child enters a joined PID namespace, or a time namespace with its own clocks"), \
		"pid_namespaces(7), time_namespaces(7)" }) \
	X(STEP_OPEN_GATE, { N_("opens a gate"), N_("the other lane waits at it"), "unix(7)" }) \
	X(STEP_AWAIT_GATE, { N_("waits at a gate"), N_("the other lane has something to do first"), "unix(7)" }) \
	X(STEP_MAP_IDS, { N_("lets a helper write the id map of the container"), \
		N_("an ordinary user may map more than one id only as /etc/subuid and /etc/subgid allow, and " \
		   "this helper looks there"), "newuidmap(1), subuid(5)" }) \
	X(STEP_WRITE_CHILD, { N_("writes a file of the container's process in /proc"), \
		N_("some things may only be set from outside: which ids of the host the ids in the container " \
		   "stand for, or how likely it is to be killed when memory runs out"), \
		"user_namespaces(7), proc(5)" }) \
	X(STEP_WRITE_SELF, { N_("writes a file of its own in /proc"), \
		N_("the kernel takes this setting from a file"), "proc(5)" }) \
	X(STEP_SET_DUMPABLE, { N_("shuts out whoever would look into it or trace it"), \
		N_("while it is set up it still holds descriptors of the host (CVE-2016-9962)"), "prctl(2)" }) \
	X(STEP_NEW_KEYRING, { N_("takes a new, empty session keyring"), \
		N_("else it would share the keys of whoever started it"), "session-keyring(7)" }) \
	X(STEP_RESET_SIGNALS, { N_("takes signals as a new program does"), \
		N_("what the caller ignored or blocked would be ignored in the container too"), "signal(7)" }) \
	X(STEP_OPEN_PROCESS, { N_("opens the container's first process"), \
		N_("a descriptor of it stays the same one, while its number may be another's by the time it is " \
		   "used; the time when it began tells whether it is still the one"), "pidfd_open(2)" }) \
	X(STEP_JOIN_PROCESS, { N_("enters all namespaces of the container's first process, in one call"), \
		N_("it then sees what that one sees, and there was no moment in which it was only half inside"), \
		"setns(2), nsenter(1)" }) \
	X(STEP_WRITE_RECORD, { N_("writes down what the container is"), \
		N_("the later commands find it by that: its process, and what they need of the config. It is " \
		   "written beside its place and renamed, so that nobody ever reads half of it"), "rename(2)" }) \
	X(STEP_WRITE_PID_FILE, { N_("writes the number of the process to a file"), \
		N_("so that the caller can watch it; it is renamed into place, so that it is whole when it is " \
		   "there"), "rename(2)" }) \
	X(STEP_SEND_PIDFD, { N_("hands a descriptor of the process to the caller"), \
		N_("with that it can be watched and signalled without ever meaning another process"), \
		"pidfd_open(2), unix(7)" }) \
	X(STEP_RUN_HOOK, { N_("runs a hook"), \
		N_("a program that the config asks for at this point of the container's life; it gets the " \
		   "container's state as JSON on standard input, and if it fails there is no container"), \
		"execve(2)" }) \
	X(STEP_OPEN_START, { N_("makes two pipes in the container's folder"), \
		N_("`start` writes to the one, and reads from the other why the program could not begin"), \
		"fifo(7)" }) \
	X(STEP_AWAIT_START, { N_("waits until `start` is called"), \
		N_("nothing ties it to the runtime any more, which has ended by then"), "fifo(7)" }) \
	X(STEP_AWAIT_EXEC, { N_("waits until the program runs"), \
		N_("who is told that the container runs wants it to be true"), "execve(2)" }) \
	X(STEP_MAKE_CGROUP, { N_("makes a cgroup"), \
		N_("the kernel counts and limits what the processes in it use together"), "cgroups(7), mkdir(2)" }) \
	X(STEP_ENABLE_CONTROLLERS, { N_("passes controllers on to the cgroups below"), \
		N_("a cgroup has only those that the one above it passes on"), "cgroups(7)" }) \
	X(STEP_START_SCOPE, { N_("has systemd make a unit for the process"), \
		N_("where systemd looks after the cgroups nobody else may"), "systemd.scope(5)" }) \
	X(STEP_OPEN_CGROUP, { N_("opens the cgroup"), \
		N_("the process is to begin in it"), "clone(2), CLONE_INTO_CGROUP" }) \
	X(STEP_SET_DEVICES, { N_("says which devices may be used"), \
		N_("root of the container could otherwise make a node for any device of the machine, a disk too"), \
		"bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE" }) \
	X(STEP_OWN_CGROUP, { N_("gives the cgroup to the root of the container"), \
		N_("it can make others in it, but not change its own limits"), "cgroups(7), chown(2)" }) \
	X(STEP_MAKE_DIRECTORY, { N_("makes a directory on the host"), \
		N_("a control group is a directory, and so is what is kept of a container, a volume or a " \
		   "network"), "mkdir(2)" }) \
	X(STEP_WRITE_FILE, { N_("writes a file on the host"), \
		N_("control groups and settings of the kernel are set up by files; and a container finds the " \
		   "names of hosts in files"), "write(2), hosts(5)" }) \
	X(STEP_WRITE_LINES, { N_("writes a file on the host, line by line"), \
		N_("the kernel takes one rule at a time"), "write(2)" }) \
	X(STEP_WRITE_PID, { N_("puts a process in a group on the host"), \
		N_("the limits of the group hold for it and for all its children"), "cgroups(7)" }) \
	X(STEP_NO_LINK_LOCAL, { N_("leaves a network device without an IPv6 address of its own making"), \
		N_("its network has no IPv6, and what the device would send for one reaches all others in it"), \
		"ip-link(8)" }) \
	X(STEP_LINK_UP, { N_("switches a network device on"), \
		N_("a new network namespace has the loopback device only, and that is off"), \
		"network_namespaces(7), ip-link(8)" }) \
	X(STEP_REMOVE_LINK, { N_("removes a network device of the container"), \
		N_("the other end of a pair goes with it, and all that led through it"), "ip-link(8)" }) \
	X(STEP_MOVE_LINK, { N_("moves a network device into the container"), \
		N_("it is then seen there and no longer on the host"), "ip-link(8)" }) \
	X(STEP_ADD_ADDRESS, { N_("gives a network device an address"), \
		N_("it is new in the container, or has lost those that it had when it was moved"), "ip-address(8)" }) \
	X(STEP_MAKE_BRIDGE, { N_("makes a bridge on the host, if it is not there"), \
		N_("a bridge is a switch: the containers of a network are plugged into it, and its own address " \
		   "is their way out"), "ip-link(8), bridge(8)" }) \
	X(STEP_ADD_LINK, { N_("makes a network device that is in the container from the beginning"), \
		N_("the container's packets go out through it: to the other end of a pair, which is plugged " \
		   "into a bridge, or through a device of the host that it is put on"), "veth(4), ip-link(8)" }) \
	X(STEP_ADD_ROUTE, { N_("says where packets go that are for nobody on the network"), \
		N_("the gateway passes them on"), "ip-route(8)" }) \
	X(STEP_RUN_TOOL, { N_("starts a program that serves the network, if it does not run"), \
		N_("the resolver of a network answers for the names of its containers, and asks the host's " \
		   "name servers for all others, and ends when the last container has gone; pasta and " \
		   "slirp4netns send on what comes out of one container by sockets of this user's, and end " \
		   "with it"), "resolv.conf(5), pasta(1)" }) \
	X(STEP_LOAD_RULES, { N_("makes the firewall's table"), \
		N_("its rules hold for all networks and containers: what one of them needs are elements of " \
		   "sets and maps, which a packet finds at once however many there are"), "nft(8)" }) \
	X(STEP_ADD_ELEMENTS, { N_("tells the firewall of the container's networks and ports"), \
		N_("before the container has a network device, so that nothing gets in or out that should not"), \
		"nft(8)" }) \
	X(STEP_SET_PROPAGATION, { N_("stops passing mounts to the host"), \
		N_("the mount namespace began as a copy of the host's, and what is mounted in one would " \
		   "otherwise show up in the other"), "mount_namespaces(7)" }) \
	X(STEP_OPEN_LAYERS, { N_("opens the layers of the image"), \
		N_("they are the user's, and the container's root is nobody whom the user's folders are open to"), \
		"fsconfig(2), user_namespaces(7)" }) \
	X(STEP_MOUNT_LAYERS, { N_("mounts the layers of the image as one tree"), \
		N_("they are read-only and shared by all containers; what is changed goes to a directory of " \
		   "this one's"), "mount(8), overlayfs (kernel documentation)" }) \
	X(STEP_OPEN_ROOT, { N_("makes the root file system a mount of its own"), \
		N_("only a mount can become the root"), "mount(8), open_tree(2)" }) \
	X(STEP_NEW_ID_MAPPING, { N_("makes a user namespace that only carries a map of ids"), \
		N_("a mount can show its files with other owners, and takes the map from such a namespace"), \
		"mount_setattr(2)" }) \
	X(STEP_OPEN_SOURCE, { N_("opens the source of a mount"), \
		N_("later the container's process may not reach it any more"), "open_tree(2)" }) \
	X(STEP_MOUNT, { N_("makes a file system and mounts it"), \
		N_("the container gets one of its own, and not the host's"), "mount(8), filesystems(5)" }) \
	X(STEP_BIND, { N_("mounts a file or directory of the host in the container"), \
		N_("it is then seen at both places"), "mount(8)" }) \
	X(STEP_CHANGE_MOUNT, { N_("changes what may be done in a mount"), \
		N_("read-only, for example, once all that had to be written in it is"), "mount_setattr(2)" }) \
	X(STEP_HOLD_DIRECTORY, { N_("holds a directory open that a mount is about to hide"), \
		N_("its files are to be copied into the mount"), "open(2)" }) \
	X(STEP_COPY_UP, { N_("copies the files that were hidden into the mount"), \
		N_("so the new file system begins with what the image had there"), "cp(1)" }) \
	X(STEP_MAKE_DEVICE, { N_("makes a device, or a pipe"), \
		N_("/dev of the container is new and empty, and programs expect a few devices in it"), \
		"mknod(1), null(4)" }) \
	X(STEP_MAKE_LINK, { N_("makes a symbolic link"), N_("programs expect it"), "symlink(7)" }) \
	X(STEP_OPEN_NULL, { N_("opens /dev/null of the host"), \
		N_("files are to be covered by it; one of the image's could be something else (CVE-2025-31133)"), \
		"null(4)" }) \
	X(STEP_OPEN_EMPTY, { N_("makes an empty, read-only file system"), \
		N_("directories are to be covered by it"), "tmpfs(5)" }) \
	X(STEP_MASK, { N_("covers a path"), N_("what is there tells about the host or changes it"), "proc(5)" }) \
	X(STEP_MAKE_READONLY, { N_("makes a path read-only"), \
		N_("it shows settings of the host that the container may read and not change"), "mount(8)" }) \
	X(STEP_OPEN_PROC, { N_("makes a procfs that nobody else can reach"), \
		N_("what is written to /proc must reach the kernel, and an image can put anything at /proc " \
		   "(CVE-2019-16884)"), "proc(5), fsopen(2)" }) \
	X(STEP_MAKE_PATH, { N_("makes a directory in the container, if it is not there"), \
		N_("the program is to start in it"), "mkdir(2)" }) \
	X(STEP_PIVOT_ROOT, { N_("changes the root"), \
		N_("what was built becomes «/», and the host's files are no longer there for this process"), \
		"pivot_root(2)" }) \
	X(STEP_MOVE_ROOT, { N_("moves the new root over the old one and enters it"), \
		N_("pivot_root(2) cannot leave the file system that the system was booted from in memory"), \
		"chroot(2)" }) \
	X(STEP_NEW_SESSION, { N_("begins a new session"), \
		N_("so it has no terminal of its caller's, into which it could type (CVE-2017-5226)"), "setsid(2)" }) \
	X(STEP_OPEN_TERMINAL, { N_("makes a pair of terminals"), \
		N_("one end is the container's, the other the runtime's, which copies to and fro"), "pty(7)" }) \
	X(STEP_BIND_CONSOLE, { N_("mounts the terminal at /dev/console"), \
		N_("programs look for it there"), "console(4)" }) \
	X(STEP_TAKE_TERMINAL, { N_("takes the terminal as its own"), \
		N_("standard input, output and error, and the signals that its keys send"), "tty_ioctl(4)" }) \
	X(STEP_SEND_SLOT, { N_("hands a descriptor to the runtime"), N_("it was made in the container"), "unix(7)" }) \
	X(STEP_RECEIVE_SLOT, { N_("takes a descriptor from the container"), N_("it was made in there"), "unix(7)" }) \
	X(STEP_SEND_TERMINAL, { N_("hands its end of the terminal to the caller"), \
		N_("who copies to and fro from then on: the runtime will have ended"), "unix(7), pty(7)" }) \
	X(STEP_SET_HOSTNAME, { N_("sets the name of the machine"), \
		N_("in this UTS namespace only"), "uts_namespaces(7)" }) \
	X(STEP_SET_DOMAINNAME, { N_("sets the NIS domain of the machine"), \
		N_("in this UTS namespace only"), "uts_namespaces(7)" }) \
	X(STEP_SET_SYSCTL, { N_("sets a parameter of the kernel"), \
		N_("one that each namespace has of its own"), "sysctl(8), proc(5)" }) \
	X(STEP_SET_PERSONALITY, { N_("sets what the kernel pretends to be"), \
		N_("a 32-bit program may want to see a 32-bit system"), "personality(2), setarch(8)" }) \
	X(STEP_SET_RLIMIT, { N_("sets a limit of the process"), \
		N_("the soft limit can be raised by the process, up to the hard one"), "getrlimit(2), prlimit(1)" }) \
	X(STEP_SET_SCHEDULER, { N_("sets how the process gets its share of the processor"), \
		N_("before the rights for it are given up"), "sched(7), chrt(1)" }) \
	X(STEP_SET_IO_PRIORITY, { N_("sets how the process gets its share of the disks"), \
		N_("in relation to other processes"), "ioprio_set(2), ionice(1)" }) \
	X(STEP_SET_MEMORY_POLICY, { N_("sets on which nodes the process gets its memory"), \
		N_("on large machines some memory is nearer than other"), "set_mempolicy(2), numactl(8)" }) \
	X(STEP_SET_AFFINITY, { N_("sets which processors it may run on"), \
		N_("some share theirs with nobody else"), "sched_setaffinity(2), taskset(1)" }) \
	X(STEP_SET_UMASK, { N_("sets which rights new files do not get"), \
		N_("it would have the mask of whoever started it, and its files other rights each time"), \
		"umask(2)" }) \
	X(STEP_FIND_HOME, { N_("looks up HOME in the container's own /etc/passwd"), \
		N_("the config does not say it"), "passwd(5)" }) \
	X(STEP_SET_GROUPS, { N_("sets the supplementary groups"), \
		N_("before the uid, since without its rights that is no longer allowed"), "setgroups(2)" }) \
	X(STEP_SET_GID, { N_("sets the group"), N_("before the uid, for the same reason"), "setresgid(2)" }) \
	X(STEP_SET_UID, { N_("sets the user"), \
		N_("from here on it is no longer root, unless that was asked for"), "setresuid(2)" }) \
	X(STEP_OWN_STREAMS, { N_("gives the standard streams to the user"), \
		N_("so that the program can open /dev/stdout again under its own id"), "chown(2)" }) \
	X(STEP_KEEP_CAPABILITIES, { N_("keeps its capabilities across the change of user"), \
		N_("else they would be gone before they can be set to what was asked for"), "prctl(2)" }) \
	X(STEP_DROP_BOUNDING, { N_("gives up capabilities for good"), \
		N_("what is not in the bounding set cannot be had again, not even by a setuid program"), \
		"capabilities(7)" }) \
	X(STEP_SET_CAPABILITIES, { N_("sets which parts of root's power it has"), \
		N_("root in a container has only these"), "capabilities(7)" }) \
	X(STEP_SET_AMBIENT, { N_("sets which capabilities a program without root keeps"), \
		N_("all others are lost with execve"), "capabilities(7)" }) \
	X(STEP_CHANGE_DIRECTORY, { N_("goes to the directory that the program starts in"), \
		N_("and makes sure that it is in the container (CVE-2024-21626)"), "chdir(2)" }) \
	X(STEP_SET_LABEL, { N_("sets the label that the program is to run under"), \
		N_("the host's security module then confines it"), "apparmor(7), selinux(8)" }) \
	X(STEP_NO_NEW_PRIVILEGES, { N_("gives up gaining rights by running a program"), \
		N_("setuid programs no longer work as such"), "prctl(2), setpriv(1)" }) \
	X(STEP_CLOSE_DESCRIPTORS, { N_("closes what it has open"), \
		N_("an open directory of the host would be a way out (CVE-2024-21626)"), "close_range(2)" }) \
	X(STEP_ACCEPT_TRACER, { N_("lets the runtime trace it"), \
		N_("which then sees the system calls that are refused, and can say why"), "ptrace(2)" }) \
	X(STEP_SET_SECCOMP, { N_("loads a filter for system calls"), \
		N_("the kernel asks it for each system call of the container, from here on"), "seccomp(2)" }) \
	X(STEP_SEND_LISTENER, { N_("hands the filter's listener to an agent"), \
		N_("which decides on system calls that the filter passes on"), "seccomp_unotify(2)" }) \
	X(STEP_FIND_PROGRAM, { N_("looks whether the program is there"), \
		N_("so that `create` can say that it is not, and not only `start`"), "access(2)" }) \
	X(STEP_EXEC, { N_("becomes the program"), \
		N_("it is looked for in the container; nothing of the runtime is left"), "execve(2)" })

TABLE_IS_FULL(SENTENCES);
static const struct sentence sentences[STEP_KINDS] = { SENTENCES(TABLE_ENTRY) };

/* --- more about some kinds --- */

static const struct { uint64_t flag; const char *what; } namespaces[] = {
	{ CLONE_NEWUSER, N_("user (ids of its own, and root's power over what belongs to it: user_namespaces(7))") },
	{ CLONE_NEWNS, N_("mount (its own tree of files: mount_namespaces(7))") },
	{ CLONE_NEWPID, N_("pid (it sees its own processes only: pid_namespaces(7))") },
	{ CLONE_NEWNET, N_("net (its own network devices, addresses and ports: network_namespaces(7))") },
	{ CLONE_NEWIPC, N_("ipc (its own shared memory and message queues: ipc_namespaces(7))") },
	{ CLONE_NEWUTS, N_("uts (its own host name: uts_namespaces(7))") },
	{ CLONE_NEWCGROUP, N_("cgroup (its own control group looks like the root: cgroup_namespaces(7))") },
	{ CLONE_NEWTIME, N_("time (its own monotonic and boot clocks: time_namespaces(7))") },
};

static void add_namespaces(struct text *out, uint64_t flags)
{
	struct text list = text_new(out->arena);

	for (size_t i = 0; i < COUNT(namespaces); i++)
		if (flags & namespaces[i].flag)
			text_printf(&list, "%s%s", list.length ? _(", ") : "", _(namespaces[i].what));
	if (list.length)
		text_printf(out, _(" New: %s."), list.at);
}

static const struct { const char *type, *what; } file_systems[] = {
	{ "proc", N_("it shows the processes of the PID namespace, and settings of the kernel (proc(5))") },
	{ "sysfs", N_("it shows devices and the network of the network namespace (sysfs(5))") },
	{ "tmpfs", N_("it is in memory and empty at first (tmpfs(5))") },
	{ "devpts", N_("it holds the container's terminals (pts(4))") },
	{ "mqueue", N_("it shows the message queues of the IPC namespace (mq_overview(7))") },
	{ "cgroup", N_("it shows control groups and their limits (cgroups(7))") },
	{ "cgroup2", N_("it shows control groups and their limits (cgroups(7))") },
	{ "overlay", N_("it puts one directory over others, so that changes go to the upper one only") },
};

static void add_file_system(struct text *out, const char *type)
{
	for (size_t i = 0; i < COUNT(file_systems); i++)
		if (strcmp(type, file_systems[i].type) == 0)
			text_printf(out, _(" Its type is %s: %s."), type, _(file_systems[i].what));
}

static void add_hook(struct text *out, const struct step *step)
{
	const struct hook *hook = step->run_hook.hook;

	if (hook->timeout.set)
		text_printf(out, _(" It has %lld s, and is killed then."), (long long)hook->timeout.value);
	if (step->run_hook.kind == HOOK_CREATE_CONTAINER)
		text_add(out, _(" It is a program of the host, run in the container's namespaces."));
	else if (step->run_hook.kind == HOOK_START_CONTAINER)
		text_add(out, _(" It is a program of the container, run in there."));
}

static void add_details(struct text *out, const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_CLONE: add_namespaces(out, step->clone.flags); break;
	case STEP_UNSHARE: add_namespaces(out, (unsigned)step->unshare.flags); break;
	case STEP_REFORK: add_namespaces(out, step->refork.flags); break;
	case STEP_RUN_HOOK: add_hook(out, step); break;
	case STEP_MOUNT: add_file_system(out, step->mount.type); break;
	}
	if (step->fallback_of)
		text_printf(out, _(" Only if step %u failed."), step->fallback_of);
}

/* --- the page --- */

/* Adds text, broken into lines, each behind so many blanks but for the first. */
static void add_block(struct text *out, const char *words, unsigned indent)
{
	enum { WIDTH = 92 };

	while (*words) {
		size_t length = width_line(words, WIDTH);

		text_add_bytes(out, words, length);
		words += length + strspn(words + length, " ");
		if (*words)
			text_printf(out, "\n%*s", (int)indent, "");
	}
	text_add(out, "\n");
}

/* Who joins a container gets nothing new. */
static const struct sentence joining = { N_("starts a second process"),
	N_("it is to become the container's, while the runtime stays outside"), "clone(2)" };

static const struct sentence *sentence_of(const struct step *step)
{
	return step->kind == STEP_CLONE && !step->clone.flags ? &joining : &sentences[step->kind];
}

void prose_title(struct text *out, const struct step *step)
{
	text_printf(out, _("The %s %s."), _(words_lane(step->lane)), _(sentence_of(step)->does));
}

void prose_sentence(struct text *out, const struct step *step, bool again)
{
	const struct sentence *sentence = sentence_of(step);

	if (again)
		prose_title(out, step);
	else
		text_printf(out, _("The %s %s: %s."), _(words_lane(step->lane)), _(sentence->does),
			    _(sentence->purpose));
	if (!again)
		text_printf(out, _(" See %s."), sentence->page);
	add_details(out, step);
}

static void add_sentence(struct text *out, size_t number, const struct step *step, bool again)
{
	struct text words = text_new(out->arena);

	prose_sentence(&words, step, again);
	text_printf(out, "%4zu. ", number);
	add_block(out, words.at, 6);
	text_add(out, "      ");
	explain_step(out, step);
	text_printf(out, "\n      %s ", _("asked for by:"));
	words_plain(out, step->why ? _(step->why) : _("every container"));
	text_add(out, "\n\n");
}

void explain_sentence(struct text *out, const struct plan *plan, size_t index)
{
	add_sentence(out, index + 1, &plan->step[index], false);
}

static bool has(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == kind)
			return true;
	return false;
}

static void add_sentences(struct text *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		add_sentence(out, i + 1, &plan->step[i],
			     i && plan->step[i - 1].kind == plan->step[i].kind);
}

/* An ordinary user's networks are not this machine's. */
static void add_shared(struct text *out, const struct plan_request *request)
{
	const struct plan_network *network = request->network;
	struct text words = text_new(out->arena), file = text_new(out->arena);

	if (!network || !network->holder)
		return;
	words_plain(&file, network->holder);
	text_printf(&words,
		    _("Its networks are those of an ordinary user: their bridges, their firewall and their resolvers "
		      "are in a network namespace that all containers of this user share, with a user namespace of the "
		      "same ids. One process keeps it as long as a container is in one of them; its number is in %s. "
		      "The steps are taken in there. See network_namespaces(7), user_namespaces(7)."), file.at);
	if (network->ports) {
		text_clear(&file);
		words_plain(&file, network->ports);
		text_printf(&words, _(" Outside of it, a program serves the ports that are published: %s"), file.at);
	}
	text_printf(out, "%6s", "");
	add_block(out, words.at, 6);
	text_add(out, "\n");
}

/* What the page is about, and who takes the steps. */
static void add_title(struct text *out, const struct plan *plan, const struct plan_request *request, const char *name)
{
	const size_t count = plan->count;

	if (!has(plan, STEP_CLONE))
		text_printf(out, _("How the network '%s' is made, in %zu steps. The runtime takes them, on the "
				   "host."),
			    name, count);
	else if (!has(plan, STEP_EXEC))
		text_printf(out, _("How the networks of the container '%s' change, in %zu steps. Two processes "
				   "take them, each its own, in this order: the runtime, which stays on the "
				   "host, and one that enters the container's network, which the runtime "
				   "starts."),
			    name, count);
	else if (has(plan, STEP_JOIN_PROCESS))
		text_printf(out, _("How one more process starts in the container '%s', in %zu steps. Two "
				   "processes take them, each its own, in this order: the runtime, which stays "
				   "on the host, and the container's process, which the runtime starts."),
			    name, count);
	else if (request->end == END_CREATED)
		text_printf(out, _("How the container '%s' is made, in %zu steps. Two processes take them, "
				   "each its own, in this order: the runtime, which stays on the host, and the "
				   "container's process, which the runtime starts."),
			    name, count);
	else
		text_printf(out, _("How the container '%s' starts, in %zu steps. Two processes take them, each "
				   "its own, in this order: the runtime, which stays on the host, and the "
				   "container's process, which the runtime starts."),
			    name, count);
}

void explain_prose(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	struct text name = text_new(out->arena), title = text_new(out->arena);

	translate_begin();
	words_plain(&name, request->id ? request->id : "");
	add_title(&title, plan, request, name.at);
	add_block(out, title.at, 0);
	text_add(out, "\n");
	add_shared(out, request);
	add_sentences(out, plan);
}
