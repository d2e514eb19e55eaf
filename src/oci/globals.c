/* globals.c - see globals.h */
#include "oci/globals.h"
#include "life/record.h"
#include <string.h>

const char *command_root(struct command *command)
{
	return record_root(command->arena, command->globals->root, command->problem);
}

enum cgroup_manager command_cgroup_manager(const struct command *command)
{
	const char *word = command->globals->cgroup_manager;

	if (command->globals->systemd_cgroup || (word && strcmp(word, "systemd") == 0))
		return MANAGER_SYSTEMD;
	return word && strcmp(word, "disabled") == 0 ? MANAGER_DISABLED : MANAGER_CGROUPFS;
}
