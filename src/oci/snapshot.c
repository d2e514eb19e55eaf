/* snapshot.c - see snapshot.h */
#include "oci/snapshot.h"
#include "life/criu.h"

const struct option snapshot_table[] = {
	{ "image-path", 0, OPTION_TEXT, offsetof(struct criu_asked, image_path), "DIR",
	  N_("where the image is (default: checkpoint)") },
	{ "work-path", 0, OPTION_TEXT, offsetof(struct criu_asked, work_path), "DIR",
	  N_("where CRIU's log and statistics go (default: with the image)") },
	{ "tcp-established", 0, OPTION_FLAG, offsetof(struct criu_asked, tcp_established), NULL,
	  N_("allow open TCP connections") },
	{ "ext-unix-sk", 0, OPTION_FLAG, offsetof(struct criu_asked, ext_unix_sk), NULL,
	  N_("allow Unix sockets whose other end is outside") },
	{ "shell-job", 0, OPTION_FLAG, offsetof(struct criu_asked, shell_job), NULL,
	  N_("allow a session and a terminal that are the caller's") },
	{ "file-locks", 0, OPTION_FLAG, offsetof(struct criu_asked, file_locks), NULL,
	  N_("allow file locks") },
	{ "manage-cgroups-mode", 0, OPTION_TEXT, offsetof(struct criu_asked, cgroups_mode), "MODE",
	  N_("what CRIU does with cgroups: soft, full, strict or ignore (default)") },
	{ "empty-ns", 0, OPTION_TEXT, offsetof(struct criu_asked, empty_namespaces), "NAMESPACE",
	  N_("network: make it, but leave it empty for a hook to fill") },
	{ "auto-dedup", 0, OPTION_FLAG, offsetof(struct criu_asked, auto_dedup), NULL,
	  N_("remove from a parent image what this one replaces") },
	{ "lazy-pages", 0, OPTION_FLAG, offsetof(struct criu_asked, lazy_pages), NULL,
	  N_("bring memory when it is used, by `criu lazy-pages`") },
	{ "network-lock", 0, OPTION_TEXT, offsetof(struct criu_asked, network_lock), "METHOD",
	  N_("how connections are held: iptables (default), nftables or skip") },
	{ NULL }
};
