/* criu.h - `checkpoint` and `restore`: a container is saved to disk, and goes on where it was.
 *
 * The work is CRIU's (criu.org), a program of its own, which is told what to do over a socket. What is
 * ours is what CRIU cannot know: which mounts of the container are the host's, which namespaces were there
 * before, what its streams are, who gets the terminal, and the record and hooks of a container.
 *
 * A checkpoint may come from somewhere else and is not trusted. What is restored is described by the
 * bundle's config.json alone: which files of the host are mounted, which namespaces are joined, which hooks
 * are run. Of the image only CRIU's own files are read, by CRIU, and they have to be plain files: a
 * symbolic link could lead it anywhere.
 */
#pragma once
#include "life/life.h"

/* What both are asked, as on the command line; NULL and false: not asked. */
struct criu_asked {
	const char *root;		/* of all containers */
	const char *program;		/* CRIU; NULL: "criu" */
	const char *image_path;		/* NULL: "checkpoint" */
	const char *work_path;		/* logs and statistics; NULL: with the image */
	const char *cgroups_mode;	/* "soft", "full", "strict", "ignore" */
	const char *empty_namespaces;	/* "network" */
	const char *network_lock;	/* "iptables", "nftables", "skip" */
	bool tcp_established, ext_unix_sk, shell_job, file_locks, auto_dedup, lazy_pages;
	/* checkpoint */
	const char *parent_path;	/* relative to the image */
	const char *page_server;	/* "ADDRESS:PORT" */
	const char *status_fd;		/* a number */
	bool leave_running, pre_dump, tcp_skip_in_flight, link_remap;
	/* restore */
	const char *lsm_profile, *lsm_mount_context;
	bool tcp_close, no_subreaper;
};

/* Saves a running container. Unless it is left running it is stopped then, and can be deleted, or restored
 * under its id. If that fails, it goes on. */
void life_checkpoint(struct arena *arena, const struct criu_asked *asked, const char *id,
		     struct problem *problem);

/* Brings a container back. bundle->request says how, as for life_run(): its id, end, console socket, pid
 * file. In the foreground: waits for its end as life_run() does, and gives its status. What goes wrong with poststop
 * hooks is a line of `warnings`. */
void life_restore(struct arena *arena, struct bundle *bundle, const struct criu_asked *asked,
		  int *ret_status, struct text *warnings, struct problem *problem);

/* CRIU, by absolute path; NULL where it is not there. `program`: a path, or a name to look for; NULL: "criu". */
const char *criu_find_program(struct arena *arena, const char *program);
