/* note_program.c - why a program that is there cannot be run.
 *
 * execve says "no such file" of a script or a program whose interpreter is missing,
 * and "exec format error" of one for another machine. Here, inside the container, is the
 * last chance to see which it was.
 */
#include "exec/do.h"
#include <elf.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>

#if defined(__x86_64__)
enum { OWN_MACHINE = EM_X86_64, OWN_MACHINE_32 = EM_386 };
#else
enum { OWN_MACHINE = EM_AARCH64, OWN_MACHINE_32 = EM_ARM };
#endif

/* A note that is put together from pieces; what does not fit is left out. */
struct writer {
	struct tape *tape;
	size_t used;
};

static void add(struct writer *writer, const char *text)
{
	size_t room = sizeof(writer->tape->note) - 1 - writer->used, length = strlen(text);

	if (length > room)
		length = room;
	memcpy(writer->tape->note + writer->used, text, length);
	writer->used += length;
	writer->tape->note[writer->used] = '\0';
}

static void add_quoted(struct writer *writer, const char *text)
{
	add(writer, "'");
	add(writer, text);
	add(writer, "'");
}

/* --- interpreters --- */

static bool is_there(const char *path)
{
	struct stat stat;

	return sys_fstatat(AT_FDCWD, path, &stat, 0) == 0;
}

/* "#!/bin/sh -e" → "/bin/sh". A file that was edited elsewhere can have "\r" before its "\n", and then
 * that is a part of the name. */
static void read_script(char *head, char *to, size_t size)
{
	char *name = head + 2 + strspn(head + 2, " \t");
	size_t length = strcspn(name, " \t\n");

	if (length >= size)
		length = size - 1;
	memcpy(to, name, length);
	to[length] = '\0';
}

static uint64_t number(const char *at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, at, size);	/* both machines that taru runs on begin with the low byte */
	return value;
}

/* A field that both sizes of ELF have, by the names of <elf.h>. */
#define FIELD(wide, at, part, name) \
	((wide) ? number((at) + offsetof(Elf64_##part, name), sizeof(((Elf64_##part *)0)->name)) \
		: number((at) + offsetof(Elf32_##part, name), sizeof(((Elf32_##part *)0)->name)))

/* The name of the dynamic linker. */
static void read_elf(int fd, const char *head, char *to, size_t size)
{
	bool wide = head[EI_CLASS] == ELFCLASS64;
	uint64_t at = FIELD(wide, head, Ehdr, e_phoff), length;
	char segment[sizeof(Elf64_Phdr)] = "";

	for (uint64_t i = FIELD(wide, head, Ehdr, e_phnum); i > 0; i--) {
		if (sys_pread(fd, segment, sizeof(segment), at) != sizeof(segment))
			return;
		if (FIELD(wide, segment, Phdr, p_type) == PT_INTERP)
			break;
		at += FIELD(wide, head, Ehdr, e_phentsize);
	}
	length = FIELD(wide, segment, Phdr, p_filesz);
	if (FIELD(wide, segment, Phdr, p_type) != PT_INTERP || length >= size)
		return;
	if (sys_pread(fd, to, length, FIELD(wide, segment, Phdr, p_offset)) > 0)
		to[length] = '\0';
}

static bool is_elf(const char *head)
{
	return memcmp(head, ELFMAG, SELFMAG) == 0;
}

static bool is_script(const char *head)
{
	return head[0] == '#' && head[1] == '!';
}

static void note_interpreter(struct writer *writer, int fd, char *head)
{
	char name[PATH_MAX] = "";

	if (is_script(head))
		read_script(head, name, sizeof(name));
	else if (is_elf(head))
		read_elf(fd, head, name, sizeof(name));
	if (!name[0] || is_there(name))
		return;
	add(writer, " is there, but not the interpreter that it asks for, ");
	if (strchr(name, '\r'))
		add(writer, "whose name ends in a carriage return (the script has the line ends of Windows)");
	else
		add_quoted(writer, name);
}

/* --- other machines --- */

static const struct { unsigned machine; const char *name; } machines[] = {
	{ EM_386, "x86 (32 bits)" },	{ EM_X86_64, "x86-64" },	{ EM_ARM, "ARM (32 bits)" },
	{ EM_AARCH64, "arm64" },	{ EM_RISCV, "RISC-V" },		{ EM_PPC64, "POWER" },
	{ EM_S390, "s390" },		{ EM_MIPS, "MIPS" },
};

static void note_format(struct writer *writer, const char *head)
{
	unsigned machine = (unsigned char)head[18] | (unsigned)(unsigned char)head[19] << 8;
	const char *name = "another kind of machine";

	if (!is_elf(head)) {
		add(writer, is_script(head) ? " is a script whose first line cannot be used" :
				    " is neither a program nor a script that begins with '#!'");
		return;
	}
	if (machine == OWN_MACHINE || machine == OWN_MACHINE_32) {
		add(writer, " is a damaged program, or of a kind that this kernel is not built for");
		return;
	}
	if (head[EI_DATA] == ELFDATA2MSB)
		machine = machine >> 8 | (machine & 0xff) << 8;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i].machine == machine)
			name = machines[i].name;
	add(writer, " is a program for ");
	add(writer, name);
}

/* --- */

static void note_access(struct writer *writer, const struct stat *stat)
{
	if (S_ISDIR(stat->st_mode))
		add(writer, " is a directory");
	else if (!S_ISREG(stat->st_mode))
		add(writer, " is not a regular file");
	else if (!(stat->st_mode & 0111))
		add(writer, " has no execute permission");
	else
		add(writer, " may not be executed by this user, or is on a mount with noexec");
}

static void note_content(struct writer *writer, const char *path, int error)
{
	char head[256] = "";
	closes int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd < 0 || sys_read(fd, head, sizeof(head) - 1) < 0)
		return;
	if (error == -ENOENT)
		note_interpreter(writer, fd, head);
	else
		note_format(writer, head);
}

bool note_program(struct tape *tape, const char *path, int error)
{
	struct writer writer = { .tape = tape };
	struct stat stat;
	size_t named;

	if (sys_fstatat(AT_FDCWD, path, &stat, 0))
		return false;
	add_quoted(&writer, path);
	named = writer.used;
	if (error == -EACCES)
		note_access(&writer, &stat);
	else if (S_ISREG(stat.st_mode) && (error == -ENOENT || error == -ENOEXEC))
		note_content(&writer, path, error);
	/* Nothing but the name is no reason. */
	if (writer.used == named)
		tape->note[0] = '\0';
	return true;
}
