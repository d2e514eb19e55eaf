/* sound_machine.h - facts about a machine that nothing is wrong with, for tests that change some of them. */
#pragma once
#include "doctor/machine.h"

#define EXT4 0xEF53UL
#define TMPFS 0x01021994UL

/* A folder on a file system of that type, with room. */
struct machine_folder sound_folder(const char *path, unsigned long type);

/* Debian 12 with cgroups of v2, on x86-64, as that user sees it. */
struct machine sound_machine(struct arena *arena, uint32_t uid);
