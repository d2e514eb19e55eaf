/* cmd_restore.c - `taru-oci restore`: a container goes on where it was when it was saved. */
#include "life/criu.h"
#include "oci/snapshot.h"
#include "oci/start.h"

struct restore_asked {
	struct start_asked start;
	struct criu_asked criu;
	bool detach;
};

static void run(struct command *command)
{
	const struct restore_asked *asked = command->asked;
	struct bundle *bundle = ARENA_NEW(command->arena, struct bundle);
	struct criu_asked criu = asked->criu;
	struct text warnings = text_new(command->arena);

	criu.root = command_root(command);
	criu.program = command->globals->criu;
	criu.no_subreaper = asked->start.no_subreaper;
	if (command->problem->found ||
	    !start_read(command, &asked->start, asked->detach ? END_DETACHED : END_FOREGROUND, bundle))
		return;
	life_restore(command->arena, bundle, &criu, &command->status, &warnings, command->problem);
	command_warn(command, &warnings);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .offset = offsetof(struct restore_asked, criu), .table = snapshot_table },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct restore_asked, start.bundle),
	  .table = start_bundle_table },
	{ "detach", 'd', OPTION_FLAG, offsetof(struct restore_asked, detach), NULL,
	  N_("end as soon as the container runs") },
	{ "pid-file", 0, OPTION_TEXT, offsetof(struct restore_asked, start.pid_file), "FILE",
	  N_("write the pid of the container's process there") },
	{ "console-socket", 0, OPTION_TEXT, offsetof(struct restore_asked, start.console_socket), "SOCKET",
	  N_("send the terminal's master side there") },
	{ "tcp-close", 0, OPTION_FLAG, offsetof(struct restore_asked, criu.tcp_close), NULL,
	  N_("restore TCP connections as closed") },
	{ "lsm-profile", 0, OPTION_TEXT, offsetof(struct restore_asked, criu.lsm_profile), "TYPE:NAME",
	  N_("another security label: apparmor:NAME or selinux:LABEL") },
	{ "lsm-mount-context", 0, OPTION_TEXT, offsetof(struct restore_asked, criu.lsm_mount_context), "CONTEXT",
	  N_("another context= of the mounts (SELinux)") },
	{ "no-subreaper", 0, OPTION_FLAG, offsetof(struct restore_asked, start.no_subreaper), NULL,
	  N_("do not adopt processes that lose their parent") },
	{ "no-pivot", 0, OPTION_FLAG, offsetof(struct restore_asked, start.no_pivot), NULL,
	  N_("accepted; CRIU makes the root in its own way") },
	{ NULL }
};

const struct verb verb_restore = {
	.name = "restore",
	.operands = "ID",
	.summary = N_("bring a container back that was saved, with CRIU"),
	.notes = N_("What is mounted from the host and which namespaces are joined is taken from the bundle's\n"
		    "config.json, not from the image.\n"),
	.options = options,
	.asked_size = sizeof(struct restore_asked),
	.operands_min = 1,
	.operands_max = 1,
	.starts_container = true,
	.run = run,
};
