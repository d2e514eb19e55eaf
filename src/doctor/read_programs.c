/* read_programs.c - see read_parts.h */
#include "base/sys.h"
#include "base/text.h"
#include "doctor/read_parts.h"
#include "engine/cdi.h"
#include "image/helper.h"
#include "life/criu.h"
#include "spec/lists.h"
#include <dirent.h>
#include <string.h>

#define BINFMT "/proc/sys/fs/binfmt_misc"

/* Those of qemu-user are called "qemu-aarch64", by Debian's package and others'. */
static void read_binfmt(struct arena *arena, struct machine *machine)
{
	DIR *folder = opendir(BINFMT);
	struct dirent *entry;

	machine->binfmt = sys_faccessat2(AT_FDCWD, BINFMT "/register", F_OK, 0) == 0;
	while (folder && (entry = readdir(folder))) {
		const char *text;

		if (strncmp(entry->d_name, "qemu-", 5) != 0)
			continue;
		text = read_line(arena, arena_printf(arena, BINFMT "/%s", entry->d_name));
		if (text && !strncmp(text, "enabled", 7))
			texts_add(arena, &machine->emulated, arena_copy(arena, entry->d_name + 5,
									strlen(entry->d_name + 5)));
	}
	if (folder)
		closedir(folder);
}

static size_t count_descriptions(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	size_t count = 0;

	while (folder && (entry = readdir(folder))) {
		const char *dot = strrchr(entry->d_name, '.');

		count += dot && !strcmp(dot, ".json");
	}
	if (folder)
		closedir(folder);
	return count;
}

static void read_cdi(struct arena *arena, struct machine *machine)
{
	struct texts folders = cdi_folders(arena);
	struct text names = text_new(arena);

	for (size_t i = 0; i < folders.count; i++) {
		text_printf(&names, "%s%s", i ? ", " : "", folders.at[i]);
		machine->cdi_files += count_descriptions(folders.at[i]);
	}
	machine->cdi_folders = names.at;
}

void read_programs(struct arena *arena, struct machine *machine)
{
	for (int i = 0; i < MACHINE_HELPERS; i++)
		machine->helper[i] = helper_path(arena, machine_helpers[i]);
	machine->criu = criu_find_program(arena, NULL);
	read_binfmt(arena, machine);
	read_cdi(arena, machine);
}
