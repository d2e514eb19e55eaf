/* risks_host.c - files and sockets of the host that a process has mounted. */
#include "xray/mounts.h"
#include "xray/risks.h"
#include <linux/capability.h>
#include <string.h>

/* What lies on a mount can be taken away by who may do that; to others it is out of reach. */
static enum severity severity_of(struct judging *judging, const struct xray_mount *mount, enum severity open)
{
	const uint64_t administrator = UINT64_C(1) << CAP_SYS_ADMIN;
	const bool uncovers = judging->xray->status.set[SET_EFFECTIVE] & administrator;

	return mount->covered && !uncovers && open < SEVERITY_LOW ? SEVERITY_LOW : open;
}

static const char *covered_words(const struct xray_mount *mount)
{
	return mount->covered ? _(", covered by another mount") : "";
}

/* What is behind the part of the path that the pattern describes, from a '/' on; NULL where it does not. A '*' is the
 * rest of a name. */
static const char *match(const char *pattern, const char *path)
{
	for (; *pattern; pattern++) {
		if (*pattern == '*') {
			path += strcspn(path, "/");
		} else if (*pattern != *path) {
			return NULL;
		} else {
			path++;
		}
	}
	return !*path || *path == '/' ? path : NULL;
}

/* --- sockets of those who may do all --- */

/* What may be done by one. */
static const struct may { const char *risk; enum severity severity; const char *why; } all = {
	"engine-socket", SEVERITY_CRITICAL,
	N_("who talks to it is root of the host; that it is read-only does not hinder that")
}, session = {
	"session-socket", SEVERITY_HIGH,
	N_("who talks to it may start programs as that user; that it is read-only does not hinder that")
}, bus = {
	"bus-socket", SEVERITY_HIGH,
	N_("the host's services do by it what its user may ask for: root all, as to start a unit")
};

/* A socket is known by its name, wherever it is: others put theirs in other folders. */
static const struct { const char *name, *within; const struct may *may; const char *source; } sockets[] = {
	{ "docker.sock", "", &all, "dockerd(8)" },
	{ "docker.raw.sock", "", &all, "dockerd(8)" },
	{ "podman.sock", "", &all, "podman-system-service(1)" },
	{ "containerd.sock", "", &all, "CVE-2020-15257, unix(7)" },
	{ "containerd.sock.ttrpc", "", &all, "CVE-2020-15257, unix(7)" },
	{ "nri.sock", "", &all, "unix(7)" },
	{ "crio.sock", "", &all, "crio(8)" },
	{ "cri-dockerd.sock", "", &all, "unix(7)" },
	{ "buildkitd.sock", "", &all, "unix(7)" },
	{ "unix.socket", "/lxd/", &all, "unix(7)" },
	{ "unix.socket", "/incus/", &all, "unix(7)" },
	{ "libvirt-sock", "", &all, "libvirtd(8)" },
	{ "virtqemud-sock", "", &all, "virtqemud(8)" },
	{ "snapd.socket", "", &all, "unix(7)" },
	{ "private", "/run/user/", &session, "systemd(1)" },
	{ "private", "/systemd/", &all, "systemd(1)" },
	{ "bus", "/run/user/", &session, "dbus-daemon(1)" },
	{ "system_bus_socket", "", &bus, "dbus-daemon(1)" },
};

static bool judge_socket(struct judging *judging, const struct xray_mount *mount)
{
	const char *slash = strrchr(mount->host, '/'), *name = slash ? slash + 1 : mount->host;
	const size_t count = sizeof(sockets) / sizeof(sockets[0]);
	const bool ours = xray_is_below(mount->host, "/run/taru") || xray_is_below(mount->host, "/var/run/taru");
	const struct may *may;
	size_t i = 0;

	while (i < count && (strcmp(name, sockets[i].name) != 0 || !strstr(mount->host, sockets[i].within)))
		i++;
	if (!ours && i == count)
		return false;
	may = ours ? &all : sockets[i].may;
	risk_add(judging, &(struct risk){
		severity_of(judging, mount, may->severity), may->risk,
		risk_text(judging, _("the host's '%s' is mounted at '%s'%s"), risk_name(judging, mount->host),
			  risk_name(judging, mount->target), covered_words(mount)),
		may->why, ours ? "unix(7)" : sockets[i].source, N_("no -v with that path") });
	return true;
}

/* --- folders of the host --- */

/* What counts beside the folder itself: what is in it where that is writable; or, as it is secret, also to be read. */
enum reach { FOLDER_ALONE, BELOW_IT, SECRETS };

/* The first one that describes a path counts: those in a folder stand before it. */
static const struct folder {
	const char *pattern;
	enum reach reach;
	enum severity writable, readonly;
	const char *why;
} folders[] = {
	{ "/etc/shadow*", SECRETS, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("the passwords of the host are in it") },
	{ "/etc/gshadow*", SECRETS, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("the passwords of the host are in it") },
	{ "/etc/ssl/private", SECRETS, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("keys of the host's services are in it") },
	{ "/etc/kubernetes", SECRETS, SEVERITY_CRITICAL, SEVERITY_CRITICAL,
	  N_("keys of the cluster are in it, and what the kubelet starts") },
	{ "/etc", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_MEDIUM,
	  N_("what the host runs, and who is who on it, is written there") },
	{ "/root/.ssh", SECRETS, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("keys of root are in it") },
	{ "/root", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("keys of root are in it") },
	{ "/boot", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the kernel of the next start is in it") },
	{ "/dev", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_HIGH, N_("the devices of the host are in it") },
	{ "/usr/bin", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's programs are in it") },
	{ "/usr/sbin", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's programs are in it") },
	{ "/usr/lib", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's libraries are in it") },
	{ "/usr", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's programs are in it") },
	{ "/bin", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's programs are in it") },
	{ "/sbin", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's programs are in it") },
	{ "/lib", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's libraries are in it") },
	{ "/lib64", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("the host's libraries are in it") },
	{ "/opt", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_LOW, N_("programs that the host runs are in it") },
	{ "/proc", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_MEDIUM, N_("the processes of the host are in it") },
	{ "/sys", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_LOW,
	  N_("the devices and the kernel of the host are set there") },
	{ "/tmp/.X11-unix", BELOW_IT, SEVERITY_HIGH, SEVERITY_HIGH, N_("who talks to the screen reads what is typed") },
	{ "/tmp", FOLDER_ALONE, SEVERITY_MEDIUM, SEVERITY_MEDIUM, N_("sockets and files of all users are in it") },
	{ "/var/lib/docker", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH,
	  N_("the files of all of Docker's containers are in it") },
	{ "/var/lib/containerd", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH,
	  N_("the files of other containers are in it") },
	{ "/var/lib/containers", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH,
	  N_("the files of all of Podman's and CRI-O's containers are in it") },
	{ "/var/lib/taru", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("the files of all containers are in it") },
	{ "/var/lib/lxc", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("the files of other containers are in it") },
	{ "/var/lib/lxd", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_CRITICAL,
	  N_("the files of other containers are in it, and the socket of their engine") },
	{ "/var/lib/incus", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_CRITICAL,
	  N_("the files of other containers are in it, and the socket of their engine") },
	{ "/var/lib/machines", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH,
	N_("the files of other containers are in it") },
	{ "/var/lib/libvirt", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("disks of virtual machines are in it") },
	{ "/var/lib/kubelet", SECRETS, SEVERITY_CRITICAL, SEVERITY_CRITICAL,
	  N_("secrets of all pods, and the key of the node, are in it") },
	{ "/var/lib/etcd", SECRETS, SEVERITY_CRITICAL, SEVERITY_CRITICAL, N_("all secrets of the cluster are in it") },
	{ "/var/lib/rancher", SECRETS, SEVERITY_CRITICAL, SEVERITY_CRITICAL, N_("keys of the cluster are in it") },
	{ "/var/lib/cloud", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_MEDIUM,
	  N_("scripts that root runs at the next start are in it") },
	{ "/var/lib/dpkg", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW,
	  N_("scripts that root runs when a package changes are in it") },
	{ "/var/lib/systemd", BELOW_IT, SEVERITY_HIGH, SEVERITY_HIGH,
	  N_("the key of the host's credentials is in it, and whose services start with the machine") },
	{ "/var/lib", FOLDER_ALONE, SEVERITY_CRITICAL, SEVERITY_HIGH,
	  N_("the files of other containers are in it, and the state of the host's services") },
	{ "/var/spool/cron", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("what root runs at a time is written "
									   "there") },
	{ "/var/spool/at", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW, N_("what root runs at a time is written there") },
	{ "/var/spool", FOLDER_ALONE, SEVERITY_CRITICAL, SEVERITY_LOW, N_("what root runs at a time is written "
									  "there") },
	{ "/var/backups", BELOW_IT, SEVERITY_HIGH, SEVERITY_HIGH, N_("copies of the host's passwords are in it") },
	{ "/var/log", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_LOW, N_("the host's logs are in it") },
	{ "/var", FOLDER_ALONE, SEVERITY_CRITICAL, SEVERITY_HIGH,
	  N_("what root runs at a time is in it, and the state of the host's services") },
	{ "/run/docker", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_CRITICAL, N_("sockets of an engine are in it") },
	{ "/run/containerd", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_CRITICAL, N_("sockets of an engine are in it") },
	{ "/run/podman", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_CRITICAL, N_("the socket of an engine is in it") },
	{ "/run/crio", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_CRITICAL, N_("the socket of an engine is in it") },
	{ "/run/containers", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH,
	  N_("the state of all of Podman's and CRI-O's containers is in it") },
	{ "/run/dbus", BELOW_IT, SEVERITY_HIGH, SEVERITY_HIGH,
	  N_("by the socket in it the host's services do what a user may ask for") },
	{ "/run/credentials", SECRETS, SEVERITY_HIGH, SEVERITY_HIGH, N_("secrets of the host's services are in it") },
	{ "/run/systemd", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_HIGH,
	  N_("units that the host starts are in it, and the sockets of systemd") },
	{ "/run/udev", BELOW_IT, SEVERITY_CRITICAL, SEVERITY_LOW,
	  N_("rules are in it, by which root runs a program for a device") },
	{ "/run/user/*", SECRETS, SEVERITY_HIGH, SEVERITY_HIGH, N_("the sockets of a user's session are in it") },
	{ "/run/user", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_HIGH, N_("the sockets of users' sessions are in it") },
	{ "/run", FOLDER_ALONE, SEVERITY_CRITICAL, SEVERITY_CRITICAL,
	  N_("the sockets of the host's services are in it") },
	{ "/home/*/.ssh", SECRETS, SEVERITY_HIGH, SEVERITY_HIGH,
	  N_("keys of a user are in it, and who may log in as that user") },
	{ "/home/*/.gnupg", SECRETS, SEVERITY_HIGH, SEVERITY_HIGH, N_("keys of a user are in it") },
	{ "/home/*/.aws", SECRETS, SEVERITY_HIGH, SEVERITY_HIGH, N_("keys of a user are in it") },
	{ "/home/*/.kube", SECRETS, SEVERITY_HIGH, SEVERITY_HIGH, N_("keys of a user are in it") },
	{ "/home/*/.docker", SECRETS, SEVERITY_HIGH, SEVERITY_HIGH, N_("a user's passwords of registries are in it") },
	{ "/home/*/.cache", FOLDER_ALONE, SEVERITY_MEDIUM, SEVERITY_NOTE, N_("files of a user's programs are in it") },
	{ "/home/*/.*", BELOW_IT, SEVERITY_HIGH, SEVERITY_NOTE, N_("what is run for a user is set there") },
	{ "/home/*", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_HIGH, N_("keys and files of a user are in it") },
	{ "/home", FOLDER_ALONE, SEVERITY_HIGH, SEVERITY_HIGH, N_("keys and files of users are in it") },
	{ "/", FOLDER_ALONE, SEVERITY_CRITICAL, SEVERITY_HIGH, N_("all files of the host are in it") },
};

/* What an engine bind-mounts of its own, wherever its store is: names and addresses of a container, a volume, what a
 * pod is given. The folder has an ID for its name; or it is one of a volume. */
static bool is_id(const char *name, size_t digits, const char *characters)
{
	return strspn(name, characters) == digits && name[digits] == '/';
}

static bool is_engines(const char *path)
{
	static const struct { const char *before; size_t digits; const char *characters; } owned[] = {
		{ "/containers/", 64, "0123456789abcdef" },		/* taru, Docker */
		{ "/overlay-containers/", 64, "0123456789abcdef" },	/* Podman, CRI-O */
		{ "/sandboxes/", 64, "0123456789abcdef" },		/* containerd */
		{ "/kubelet/pods/", 36, "0123456789abcdef-" },
	};
	const char *volume = strstr(path, "/volumes/");
	const char *data = volume ? strchr(volume + strlen("/volumes/"), '/') : NULL;

	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++) {
		const char *found = strstr(path, owned[i].before);

		if (found && is_id(found + strlen(owned[i].before), owned[i].digits, owned[i].characters))
			return true;
	}
	return data && (xray_is_below(data, "/data") || xray_is_below(data, "/_data"));
}

/* NULL: there is none that counts. What is only below a folder, and read-only, is usual where there are no secrets: a
 * certificate, a time zone. */
static const struct folder *find_folder(const char *path, bool writable)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const struct folder *folder = &folders[i];
		const char *below = match(folder->pattern, path);

		if (!below || (*below && (folder->reach == FOLDER_ALONE || is_engines(path))))
			continue;
		return *below && !writable && folder->reach != SECRETS ? NULL : folder;
	}
	return NULL;
}

static const char *name_up_to(struct judging *judging, const char *path, const char *end)
{
	return risk_name(judging, arena_copy(judging->xray->arena, path, (size_t)(end - path)));
}

/* A sysfs shows what its network namespace has, and a proc its PID namespace: those are told elsewhere. */
void risk_of_host_file(struct judging *judging, const struct xray_mount *mount)
{
	const bool writable = risk_writable(mount);
	const struct folder *folder = find_folder(mount->host, writable);
	const char *below;

	if (judge_socket(judging, mount) || !folder || risk_type(mount, "sysfs") ||
	    (risk_type(mount, "proc") && !strcmp(mount->host, mount->target)))
		return;
	below = match(folder->pattern, mount->host);
	risk_add(judging, &(struct risk){
		severity_of(judging, mount, writable ? folder->writable : folder->readonly),
		strcmp(mount->host, "/") ? "host-folder" : "host-files",
		risk_text(judging, _("the host's '%s' is mounted at '%s', %s%s"), risk_name(judging, mount->host),
			  risk_name(judging, mount->target), writable ? _("writable") : _("read-only"),
			  covered_words(mount)),
		*below ? risk_text(judging, _("of '%s': %s"), name_up_to(judging, mount->host, below), _(folder->why))
		       : folder->why,
		"mount_namespaces(7)",
		writable && folder->readonly > folder->writable ? N_("no -v with that path, or -v …:ro")
								: N_("no -v with that path") });
}
