/* cmd_checkpoint.c - `taru-oci checkpoint`: saves a running container to disk. */
#include "life/criu.h"
#include "oci/snapshot.h"

static void run(struct command *command)
{
	struct criu_asked asked = *(const struct criu_asked *)command->asked;

	asked.root = command_root(command);
	asked.program = command->globals->criu;
	if (!command->problem->found)
		life_checkpoint(command->arena, &asked, command->operand[0], command->problem);
}

static const struct option options[] = {
	{ .kind = OPTION_TABLE, .table = snapshot_table },
	{ "parent-path", 0, OPTION_TEXT, offsetof(struct criu_asked, parent_path), "DIR",
	  N_("an image to continue, made with --pre-dump; relative to the image") },
	{ "leave-running", 0, OPTION_FLAG, offsetof(struct criu_asked, leave_running), NULL,
	  N_("let the container go on") },
	{ "pre-dump", 0, OPTION_FLAG, offsetof(struct criu_asked, pre_dump), NULL,
	  N_("save memory alone, and let the container go on") },
	{ "tcp-skip-in-flight", 0, OPTION_FLAG, offsetof(struct criu_asked, tcp_skip_in_flight), NULL,
	  N_("leave out TCP connections that are being made") },
	{ "link-remap", 0, OPTION_FLAG, offsetof(struct criu_asked, link_remap), NULL,
	  N_("give files that are open and deleted a name") },
	{ "status-fd", 0, OPTION_TEXT, offsetof(struct criu_asked, status_fd), "FD",
	  N_("with --lazy-pages: write a NUL byte when pages can be fetched") },
	{ "page-server", 0, OPTION_TEXT, offsetof(struct criu_asked, page_server), "ADDRESS:PORT",
	  N_("send memory to this `criu page-server`") },
	{ NULL }
};

const struct verb verb_checkpoint = {
	.name = "checkpoint",
	.operands = "ID",
	.summary = N_("save a running container to disk, with CRIU"),
	.notes = N_("The container is stopped then, unless it is left running; `restore` brings it back.\n"),
	.options = options,
	.asked_size = sizeof(struct criu_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
