/* run_options_host.c - options of `taru run` and `taru create` by which a container is tied to the machine that it runs
 * on: what is process 1, whose ids it has, what is left on the host for others. See run_options.h. */
#include "cli/run_options.h"

#define AT(member) offsetof(struct run_asked, member)

const struct option host_options[] = {
	{ "cgroups", 0, OPTION_TEXT, AT(cgroups), "enabled|disabled|split|no-conmon",
	  N_("whether it has a cgroup; split: below the caller's") },
	{ "cidfile", 0, OPTION_TEXT, AT(cid_file), "FILE", N_("write its ID there; the file must not be there yet") },
	{ "env-host", 0, OPTION_FLAG, AT(env_host), NULL, N_("it has all variables of the caller") },
	{ "expose", 0, OPTION_TEXTS, AT(expose), "PORT[-PORT][/PROTOCOL]",
	  N_("a port that it listens at, noted in `inspect`") },
	{ "gidmap", 0, OPTION_TEXTS, AT(gid_maps), "CONTAINER:HOST[:SIZE]", N_("as --uidmap, of groups") },
	{ "gpus", 0, OPTION_TEXT, AT(gpus), "all|N|device=NAMES", N_("GPUs of NVIDIA, by their CDI description") },
	{ "group-entry", 0, OPTION_TEXT, AT(group_entry), "LINE",
	  N_("its group's line in /etc/group: $GROUPNAME, $GID, $USERLIST") },
	{ "hostuser", 0, OPTION_TEXTS, AT(host_users), "USER", N_("its /etc/passwd has that user of this machine") },
	{ "http-proxy", 0, OPTION_FLAG, AT(http_proxy), NULL,
	  N_("it has the caller's http_proxy, https_proxy, ftp_proxy and no_proxy") },
	{ "init", 0, OPTION_FLAG, AT(init), NULL, N_("process 1 is an init, which passes signals on and reaps") },
	{ "label-file", 0, OPTION_TEXTS, AT(label_files), "FILE", N_("labels, a line each") },
	{ "passwd", 0, OPTION_MAYBE_FLAG, AT(passwd), NULL,
	  N_("its /etc/passwd has a --user that is a number; false: nobody is added, --userns keep-id or not") },
	{ "passwd-entry", 0, OPTION_TEXT, AT(passwd_entry), "LINE",
	  N_("what that line is: $USERNAME, $UID, $GID, $NAME, $HOME") },
	{ "pidfile", 0, OPTION_TEXT, AT(pid_file), "FILE", N_("write the number of its process there when it starts") },
	{ "replace", 0, OPTION_FLAG, AT(replace), NULL, N_("remove a container that has its --name before") },
	{ "sdnotify", 0, OPTION_TEXT, AT(sdnotify), "container|conmon|healthy|ignore",
	  N_("who tells the service manager that it is ready, where NOTIFY_SOCKET is set") },
	{ "subgidname", 0, OPTION_TEXT, AT(subgid_name), "NAME",
	  N_("its groups are those of that line in /etc/subgid") },
	{ "subuidname", 0, OPTION_TEXT, AT(subuid_name), "NAME", N_("its ids are those of that line in /etc/subuid") },
	{ "systemd", 0, OPTION_TEXT, AT(systemd), "true|false|always",
	  N_("prepare it for a systemd as its process 1") },
	{ "tz", 0, OPTION_TEXT, AT(timezone), "ZONE", N_("its time zone, as in Europe/Paris; local: this machine's") },
	{ "uidmap", 0, OPTION_TEXTS, AT(uid_maps), "CONTAINER:HOST[:SIZE]", N_("a user namespace with these ids") },
	{ "userns", 0, OPTION_TEXT, AT(userns), "host|keep-id[:uid=UID,gid=GID]|auto[:OPTIONS]|nomap|container:NAME",
	  N_("its ids") },
	{ NULL }
};
