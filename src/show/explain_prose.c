/* explain_prose.c - the plan as sentences, for somebody who sees one for the first time.
 *
 * A sentence says what a step does, what that is for, and where to read on. What for is said once
 * where several steps of a kind follow each other.
 */
#include "show/show.h"
#include "show/words.h"
#include <linux/sched.h>
#include <string.h>

/* What a kind of step does (after «The runtime» or «The container»), what for, and what to read. */
struct sentence { const char *does, *purpose, *page; };

#define SENTENCES(X) \
	X(STEP_OPEN_NAMESPACE, { "opens a namespace that is there already", \
		"it is opened before any is joined, since joining one can put the paths of the others out of reach", \
		"namespaces(7)" }) \
	X(STEP_CLONE, { "starts the container's process in new namespaces", \
		"a namespace is a view of the system of one's own: processes, mounts, network, names", \
		"namespaces(7), clone(2)" }) \
	X(STEP_JOIN_NAMESPACE, { "enters a namespace that is there already", \
		"it shares it with others, as the containers of a pod share their network", "setns(2)" }) \
	X(STEP_UNSHARE, { "makes a new namespace for the process that is there", \
		"this kind can only be made now: earlier it would have shown too much, or nothing", \
		"unshare(2)" }) \
	X(STEP_REFORK, { "lets a child of its own take over", \
		"only a child enters a joined PID namespace, or a time namespace with its own clocks", \
		"pid_namespaces(7), time_namespaces(7)" }) \
	X(STEP_OPEN_GATE, { "opens a gate", "the other lane waits at it", "unix(7)" }) \
	X(STEP_AWAIT_GATE, { "waits at a gate", "the other lane has something to do first", "unix(7)" }) \
	X(STEP_MAP_IDS, { "lets a helper write the id map of the container", \
		"an ordinary user may map more than one id only as /etc/subuid and /etc/subgid allow, and this " \
		"helper looks there", "newuidmap(1), subuid(5)" }) \
	X(STEP_WRITE_CHILD, { "writes a file of the container's process in /proc", \
		"some things may only be set from outside: which ids of the host the ids in the container stand " \
		"for, or how likely it is to be killed when memory runs out", "user_namespaces(7), proc(5)" }) \
	X(STEP_WRITE_SELF, { "writes a file of its own in /proc", \
		"the kernel takes this setting from a file", "proc(5)" }) \
	X(STEP_SET_DUMPABLE, { "shuts out whoever would look into it or trace it", \
		"while it is set up it still holds descriptors of the host (CVE-2016-9962)", "prctl(2)" }) \
	X(STEP_NEW_KEYRING, { "takes a new, empty session keyring", \
		"else it would share the keys of whoever started it", "session-keyring(7)" }) \
	X(STEP_RESET_SIGNALS, { "takes signals as a new program does", \
		"what the caller ignored or blocked would be ignored in the container too", "signal(7)" }) \
	X(STEP_OPEN_PROCESS, { "opens the container's first process", \
		"a descriptor of it stays the same one, while its number may be another's by the time it is used; " \
		"the time when it began tells whether it is still the one", "pidfd_open(2)" }) \
	X(STEP_JOIN_PROCESS, { "enters all namespaces of the container's first process, in one call", \
		"it then sees what that one sees, and there was no moment in which it was only half inside", \
		"setns(2), nsenter(1)" }) \
	X(STEP_WRITE_RECORD, { "writes down what the container is", \
		"the later commands find it by that: its process, and what they need of the config. It is written " \
		"beside its place and renamed, so that nobody ever reads half of it", "rename(2)" }) \
	X(STEP_WRITE_PID_FILE, { "writes the number of the process to a file", \
		"so that the caller can watch it; it is renamed into place, so that it is whole when it is there", \
		"rename(2)" }) \
	X(STEP_SEND_PIDFD, { "hands a descriptor of the process to the caller", \
		"with that it can be watched and signalled without ever meaning another process", \
		"pidfd_open(2), unix(7)" }) \
	X(STEP_RUN_HOOK, { "runs a hook", \
		"a program that the config asks for at this point of the container's life; it gets the container's " \
		"state as JSON on standard input, and if it fails there is no container", "execve(2)" }) \
	X(STEP_OPEN_START, { "makes two pipes in the container's folder", \
		"`start` writes to the one, and reads from the other why the program could not begin", "fifo(7)" }) \
	X(STEP_AWAIT_START, { "waits until `start` is called", \
		"nothing ties it to the runtime any more, which has ended by then", "fifo(7)" }) \
	X(STEP_AWAIT_EXEC, { "waits until the program runs", \
		"who is told that the container runs wants it to be true", "execve(2)" }) \
	X(STEP_MAKE_CGROUP, { "makes a cgroup", \
		"the kernel counts and limits what the processes in it use together", "cgroups(7), mkdir(2)" }) \
	X(STEP_ENABLE_CONTROLLERS, { "passes controllers on to the cgroups below", \
		"a cgroup has only those that the one above it passes on", "cgroups(7)" }) \
	X(STEP_START_SCOPE, { "has systemd make a unit for the process", \
		"where systemd looks after the cgroups nobody else may", "systemd.scope(5)" }) \
	X(STEP_OPEN_CGROUP, { "opens the cgroup", "the process is to begin in it", "clone(2), CLONE_INTO_CGROUP" }) \
	X(STEP_SET_DEVICES, { "says which devices may be used", \
		"root of the container could otherwise make a node for any device of the machine, a disk too", \
		"bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE" }) \
	X(STEP_OWN_CGROUP, { "gives the cgroup to the root of the container", \
		"it can make others in it, but not change its own limits", "cgroups(7), chown(2)" }) \
	X(STEP_MAKE_DIRECTORY, { "makes a directory on the host", \
		"a control group is a directory, and so is what is kept of a network", "mkdir(2)" }) \
	X(STEP_WRITE_FILE, { "writes a file on the host", \
		"control groups and settings of the kernel are set up by files", "write(2)" }) \
	X(STEP_WRITE_LINES, { "writes a file on the host, line by line", \
		"the kernel takes one rule at a time", "write(2)" }) \
	X(STEP_WRITE_PID, { "puts a process in a group on the host", \
		"the limits of the group hold for it and for all its children", "cgroups(7)" }) \
	X(STEP_LINK_UP, { "switches a network device on", \
		"a new network namespace has the loopback device only, and that is off", \
		"network_namespaces(7), ip-link(8)" }) \
	X(STEP_REMOVE_LINK, { "removes a network device of the container", \
		"the other end of a pair goes with it, and all that led through it", "ip-link(8)" }) \
	X(STEP_MOVE_LINK, { "moves a network device into the container", \
		"it is then seen there and no longer on the host", "ip-link(8)" }) \
	X(STEP_ADD_ADDRESS, { "gives a network device an address", \
		"it is new in the container, or has lost those that it had when it was moved", "ip-address(8)" }) \
	X(STEP_MAKE_BRIDGE, { "makes a bridge on the host, if it is not there", \
		"a bridge is a switch: the containers of a network are plugged into it, and its own address is " \
		"their way out", "ip-link(8), bridge(8)" }) \
	X(STEP_ADD_LINK, { "makes a network device that is in the container from the beginning", \
		"the container's packets go out through it: to the other end of a pair, which is plugged into a " \
		"bridge, or through a device of the host that it is put on", "veth(4), ip-link(8)" }) \
	X(STEP_ADD_ROUTE, { "says where packets go that are for nobody on the network", \
		"the gateway passes them on", "ip-route(8)" }) \
	X(STEP_RUN_TOOL, { "starts a program that serves the network, if it does not run", \
		"the resolver of a network answers for the names of its containers, and asks the host's name servers " \
		"for all others, and ends when the last container has gone; pasta and slirp4netns send on what comes " \
		"out of one container by sockets of this user's, and end with it", "resolv.conf(5), pasta(1)" }) \
	X(STEP_LOAD_RULES, { "makes the firewall's table", \
		"its rules hold for all networks and containers: what one of them needs are elements of sets and " \
		"maps, which a packet finds at once however many there are", "nft(8)" }) \
	X(STEP_ADD_ELEMENTS, { "tells the firewall of the container's networks and ports", \
		"before the container has a network device, so that nothing gets in or out that should not", \
		"nft(8)" }) \
	X(STEP_SET_PROPAGATION, { "stops passing mounts to the host", \
		"the mount namespace began as a copy of the host's, and what is mounted in one would otherwise " \
		"show up in the other", "mount_namespaces(7)" }) \
	X(STEP_MOUNT_LAYERS, { "mounts the layers of the image as one tree", \
		"they are read-only and shared by all containers; what is changed goes to a directory of this one's", \
		"mount(8), overlayfs (kernel documentation)" }) \
	X(STEP_OPEN_ROOT, { "makes the root file system a mount of its own", \
		"only a mount can become the root", "mount(8), open_tree(2)" }) \
	X(STEP_NEW_ID_MAPPING, { "makes a user namespace that only carries a map of ids", \
		"a mount can show its files with other owners, and takes the map from such a namespace", \
		"mount_setattr(2)" }) \
	X(STEP_OPEN_SOURCE, { "opens the source of a mount", \
		"later the container's process may not reach it any more", "open_tree(2)" }) \
	X(STEP_MOUNT, { "makes a file system and mounts it", \
		"the container gets one of its own, and not the host's", "mount(8), filesystems(5)" }) \
	X(STEP_BIND, { "mounts a file or directory of the host in the container", \
		"it is then seen at both places", "mount(8)" }) \
	X(STEP_CHANGE_MOUNT, { "changes what may be done in a mount", \
		"read-only, for example, once all that had to be written in it is", "mount_setattr(2)" }) \
	X(STEP_HOLD_DIRECTORY, { "holds a directory open that a mount is about to hide", \
		"its files are to be copied into the mount", "open(2)" }) \
	X(STEP_COPY_UP, { "copies the files that were hidden into the mount", \
		"so the new file system begins with what the image had there", "cp(1)" }) \
	X(STEP_MAKE_DEVICE, { "makes a device, or a pipe", \
		"/dev of the container is new and empty, and programs expect a few devices in it", \
		"mknod(1), null(4)" }) \
	X(STEP_MAKE_LINK, { "makes a symbolic link", "programs expect it", "symlink(7)" }) \
	X(STEP_OPEN_NULL, { "opens /dev/null of the host", \
		"files are to be covered by it; one of the image's could be something else (CVE-2025-31133)", \
		"null(4)" }) \
	X(STEP_OPEN_EMPTY, { "makes an empty, read-only file system", \
		"directories are to be covered by it", "tmpfs(5)" }) \
	X(STEP_MASK, { "covers a path", "what is there tells about the host or changes it", "proc(5)" }) \
	X(STEP_MAKE_READONLY, { "makes a path read-only", \
		"it shows settings of the host that the container may read and not change", "mount(8)" }) \
	X(STEP_OPEN_PROC, { "makes a procfs that nobody else can reach", \
		"what is written to /proc must reach the kernel, and an image can put anything at /proc " \
		"(CVE-2019-16884)", "proc(5), fsopen(2)" }) \
	X(STEP_MAKE_PATH, { "makes a directory in the container, if it is not there", \
		"the program is to start in it", "mkdir(2)" }) \
	X(STEP_PIVOT_ROOT, { "changes the root", \
		"what was built becomes «/», and the host's files are no longer there for this process", \
		"pivot_root(2)" }) \
	X(STEP_MOVE_ROOT, { "moves the new root over the old one and enters it", \
		"pivot_root(2) cannot leave the file system that the system was booted from in memory", \
		"chroot(2)" }) \
	X(STEP_NEW_SESSION, { "begins a new session", \
		"so it has no terminal of its caller's, into which it could type (CVE-2017-5226)", "setsid(2)" }) \
	X(STEP_OPEN_TERMINAL, { "makes a pair of terminals", \
		"one end is the container's, the other the runtime's, which copies to and fro", "pty(7)" }) \
	X(STEP_BIND_CONSOLE, { "mounts the terminal at /dev/console", "programs look for it there", \
		"console(4)" }) \
	X(STEP_TAKE_TERMINAL, { "takes the terminal as its own", \
		"standard input, output and error, and the signals that its keys send", "tty_ioctl(4)" }) \
	X(STEP_SEND_SLOT, { "hands a descriptor to the runtime", "it was made in the container", "unix(7)" }) \
	X(STEP_RECEIVE_SLOT, { "takes a descriptor from the container", "it was made in there", "unix(7)" }) \
	X(STEP_SEND_TERMINAL, { "hands its end of the terminal to the caller", \
		"who copies to and fro from then on: the runtime will have ended", "unix(7), pty(7)" }) \
	X(STEP_SET_HOSTNAME, { "sets the name of the machine", \
		"in this UTS namespace only", "uts_namespaces(7)" }) \
	X(STEP_SET_DOMAINNAME, { "sets the NIS domain of the machine", \
		"in this UTS namespace only", "uts_namespaces(7)" }) \
	X(STEP_SET_SYSCTL, { "sets a parameter of the kernel", \
		"one that each namespace has of its own", "sysctl(8), proc(5)" }) \
	X(STEP_SET_PERSONALITY, { "sets what the kernel pretends to be", \
		"a 32-bit program may want to see a 32-bit system", "personality(2), setarch(8)" }) \
	X(STEP_SET_RLIMIT, { "sets a limit of the process", \
		"the soft limit can be raised by the process, up to the hard one", "getrlimit(2), prlimit(1)" }) \
	X(STEP_SET_SCHEDULER, { "sets how the process gets its share of the processor", \
		"before the rights for it are given up", "sched(7), chrt(1)" }) \
	X(STEP_SET_IO_PRIORITY, { "sets how the process gets its share of the disks", \
		"in relation to other processes", "ioprio_set(2), ionice(1)" }) \
	X(STEP_SET_MEMORY_POLICY, { "sets on which nodes the process gets its memory", \
		"on large machines some memory is nearer than other", "set_mempolicy(2), numactl(8)" }) \
	X(STEP_SET_AFFINITY, { "sets which processors it may run on", "some share theirs with nobody else", \
		"sched_setaffinity(2), taskset(1)" }) \
	X(STEP_SET_UMASK, { "sets which rights new files do not get", "", "umask(2)" }) \
	X(STEP_FIND_HOME, { "looks up HOME in the container's own /etc/passwd", \
		"the config does not say it", "passwd(5)" }) \
	X(STEP_SET_GROUPS, { "sets the supplementary groups", \
		"before the uid, since without its rights that is no longer allowed", "setgroups(2)" }) \
	X(STEP_SET_GID, { "sets the group", "before the uid, for the same reason", "setresgid(2)" }) \
	X(STEP_SET_UID, { "sets the user", "from here on it is no longer root, unless that was asked for", \
		"setresuid(2)" }) \
	X(STEP_OWN_STREAMS, { "gives the standard streams to the user", \
		"so that the program can open /dev/stdout again under its own id", "chown(2)" }) \
	X(STEP_KEEP_CAPABILITIES, { "keeps its capabilities across the change of user", \
		"else they would be gone before they can be set to what was asked for", "prctl(2)" }) \
	X(STEP_DROP_BOUNDING, { "gives up capabilities for good", \
		"what is not in the bounding set cannot be had again, not even by a setuid program", \
		"capabilities(7)" }) \
	X(STEP_SET_CAPABILITIES, { "sets which parts of root's power it has", \
		"root in a container has only these", "capabilities(7)" }) \
	X(STEP_SET_AMBIENT, { "sets which capabilities a program without root keeps", \
		"all others are lost with execve", "capabilities(7)" }) \
	X(STEP_CHANGE_DIRECTORY, { "goes to the directory that the program starts in", \
		"and makes sure that it is in the container (CVE-2024-21626)", "chdir(2)" }) \
	X(STEP_SET_LABEL, { "sets the label that the program is to run under", \
		"the host's security module then confines it", "apparmor(7), selinux(8)" }) \
	X(STEP_NO_NEW_PRIVILEGES, { "gives up gaining rights by running a program", \
		"setuid programs no longer work as such", "prctl(2), setpriv(1)" }) \
	X(STEP_CLOSE_DESCRIPTORS, { "closes what it has open", \
		"an open directory of the host would be a way out (CVE-2024-21626)", "close_range(2)" }) \
	X(STEP_ACCEPT_TRACER, { "lets the runtime trace it", \
		"which then sees the system calls that are refused, and can say why", "ptrace(2)" }) \
	X(STEP_SET_SECCOMP, { "loads a filter for system calls", \
		"the kernel asks it for each system call of the container, from here on", "seccomp(2)" }) \
	X(STEP_SEND_LISTENER, { "hands the filter's listener to an agent", \
		"which decides on system calls that the filter passes on", "seccomp_unotify(2)" }) \
	X(STEP_FIND_PROGRAM, { "looks whether the program is there", \
		"so that `create` can say that it is not, and not only `start`", "access(2)" }) \
	X(STEP_EXEC, { "becomes the program", \
		"it is looked for in the container; nothing of the runtime is left", "execve(2)" })

TABLE_IS_FULL(SENTENCES);
static const struct sentence sentences[STEP_KINDS] = { SENTENCES(TABLE_ENTRY) };

/* --- more about some kinds --- */

static const struct { uint64_t flag; const char *what; } namespaces[] = {
	{ CLONE_NEWUSER, "user (ids of its own, and root's power over what belongs to it: user_namespaces(7))" },
	{ CLONE_NEWNS, "mount (its own tree of files: mount_namespaces(7))" },
	{ CLONE_NEWPID, "pid (it sees its own processes only: pid_namespaces(7))" },
	{ CLONE_NEWNET, "net (its own network devices, addresses and ports: network_namespaces(7))" },
	{ CLONE_NEWIPC, "ipc (its own shared memory and message queues: ipc_namespaces(7))" },
	{ CLONE_NEWUTS, "uts (its own host name: uts_namespaces(7))" },
	{ CLONE_NEWCGROUP, "cgroup (its own control group looks like the root: cgroup_namespaces(7))" },
	{ CLONE_NEWTIME, "time (its own monotonic and boot clocks: time_namespaces(7))" },
};

static void add_namespaces(struct text *out, uint64_t flags)
{
	const char *before = " New: ";

	for (size_t i = 0; i < COUNT(namespaces); i++)
		if (flags & namespaces[i].flag) {
			text_printf(out, "%s%s", before, namespaces[i].what);
			before = ", ";
		}
	if (*before == ',')
		text_add(out, ".");
}

static const struct { const char *type, *what; } file_systems[] = {
	{ "proc", "it shows the processes of the PID namespace, and settings of the kernel (proc(5))" },
	{ "sysfs", "it shows devices and the network of the network namespace (sysfs(5))" },
	{ "tmpfs", "it is in memory and empty at first (tmpfs(5))" },
	{ "devpts", "it holds the container's terminals (pts(4))" },
	{ "mqueue", "it shows the message queues of the IPC namespace (mq_overview(7))" },
	{ "cgroup", "it shows control groups and their limits (cgroups(7))" },
	{ "cgroup2", "it shows control groups and their limits (cgroups(7))" },
	{ "overlay", "it puts one directory over others, so that changes go to the upper one only" },
};

static void add_file_system(struct text *out, const char *type)
{
	for (size_t i = 0; i < COUNT(file_systems); i++)
		if (strcmp(type, file_systems[i].type) == 0)
			text_printf(out, " Its type is %s: %s.", type, file_systems[i].what);
}

static void add_hook(struct text *out, const struct step *step)
{
	const struct hook *hook = step->run_hook.hook;

	if (hook->timeout.set)
		text_printf(out, " It has %lld s, and is killed then.", (long long)hook->timeout.value);
	if (step->run_hook.kind == HOOK_CREATE_CONTAINER)
		text_add(out, " It is a program of the host, run in the container's namespaces.");
	else if (step->run_hook.kind == HOOK_START_CONTAINER)
		text_add(out, " It is a program of the container, run in there.");
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
		text_printf(out, " Only if step %u failed.", step->fallback_of);
}

/* --- the page --- */

/* Adds text, broken into lines, below and behind the number. */
static void add_block(struct text *out, const char *words)
{
	enum { INDENT = 6, WIDTH = 92 };
	size_t column = 0;

	for (; *words; words += strspn(words, " ")) {
		size_t length = strcspn(words, " ");

		if (column && column + 1 + length > WIDTH) {
			text_printf(out, "\n%*s", INDENT, "");
			column = 0;
		}
		if (column)
			text_add(out, " ");
		text_add_bytes(out, words, length);
		column += length + (column > 0);
		words += length;
	}
	text_add(out, "\n");
}

void prose_sentence(struct text *out, const struct step *step, bool again)
{
	const struct sentence *sentence = &sentences[step->kind];

	text_printf(out, "The %s %s", words_lane(step->lane), sentence->does);
	if (*sentence->purpose && !again)
		text_printf(out, ": %s", sentence->purpose);
	text_add(out, ".");
	if (!again)
		text_printf(out, " See %s.", sentence->page);
	add_details(out, step);
}

static void add_sentence(struct text *out, size_t number, const struct step *step, bool again)
{
	struct text words = text_new(out->arena);

	prose_sentence(&words, step, again);
	text_printf(out, "%4zu. ", number);
	add_block(out, words.at);
	text_add(out, "      ");
	explain_step(out, step);
	text_add(out, "\n      asked for by: ");
	words_plain(out, step->why ? step->why : "every container");
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

void explain_prose(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	bool joins = has(plan, STEP_JOIN_PROCESS), created = request->end == END_CREATED;

	bool runs = has(plan, STEP_EXEC);

	if (!has(plan, STEP_CLONE)) {
		text_add(out, "How the network '");
		words_plain(out, request->id);
		text_printf(out, "' is made, in %zu steps. The runtime takes them, on the host.\n\n", plan->count);
		add_sentences(out, plan);
		return;
	}
	text_add(out, !runs ? "How the networks of the container '" :
		      joins ? "How one more process starts in the container '" : "How the container '");
	words_plain(out, request->id ? request->id : "");
	text_printf(out, "'%s, in %zu steps. Two processes take them, each its own, in this order: the\n"
			 "runtime, which stays on the host, and %s, which the runtime starts.\n\n",
		    !runs ? " change" : joins ? "" : created ? " is made" : " starts", plan->count,
		    runs ? "the container's process" : "one that enters the container's network");
	add_sentences(out, plan);
}
