/* read_parts.h - the parts of machine_read(), each of a file of its own. */
#pragma once
#include "doctor/machine.h"

/* trial.c: what only an attempt tells, in processes that end at once. */
void read_trials(struct arena *arena, struct machine *machine);

/* read_kernel.c: what the kernel has, and what it was told. */
void read_kernel(struct arena *arena, struct machine *machine);

/* read_modules.c: parts of the kernel that may have to be loaded. Loads none. */
void read_modules(struct arena *arena, struct machine *machine);

/* modules.builtin, modules.dep and kallsyms as they are; NULL: not there. */
struct module_lists { const char *builtin, *loadable, *symbols; };

/* What these say of a module. Pure. */
enum module_state module_in_lists(struct arena *arena, const struct module_lists *lists, enum machine_module module);

/* read_user.c: what an ordinary user was given, and how much of it there may be. */
void read_user(struct arena *arena, struct machine *machine);

/* read_network.c */
void read_network(struct arena *arena, struct machine *machine);

/* read_folder.c: of a folder that need not be there yet. */
void read_folder(struct arena *arena, const char *path, const char *problem, struct machine_folder *ret_folder);

/* read_programs.c: programs that taru starts, and files of others that it reads. */
void read_programs(struct arena *arena, struct machine *machine);

/* A small file without the newline at its end; NULL where it cannot be read. */
char *read_line(struct arena *arena, const char *path);
