/* read.c - see machine.h: reads the facts. */
#include "base/file.h"
#include "base/sys.h"
#include "doctor/read_parts.h"

enum { FILE_MAX = 1 << 20 };

char *read_line(struct arena *arena, const char *path)
{
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, path, FILE_MAX, &text, &length))
		return NULL;
	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return text;
}

void machine_read(struct arena *arena, const struct machine_places *places, struct machine *ret_machine)
{
	const struct host_wants wants = { .cgroup = true, .cgroup_self = true, .lsm = true, .id_map_tools = true,
					  .nft = true };

	*ret_machine = (struct machine){ .others = "" };
	host_read(arena, &wants, &ret_machine->host);
	read_kernel(arena, ret_machine);
	read_trials(arena, ret_machine);
	read_modules(arena, ret_machine);
	read_user(arena, ret_machine);
	read_network(arena, ret_machine);
	read_folder(arena, places->store, places->store_problem, &ret_machine->store);
	read_folder(arena, places->run, places->run_problem, &ret_machine->run);
	read_programs(arena, ret_machine);
}
