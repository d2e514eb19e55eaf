/* note_program.c - why a program cannot be run, as far as its file tells.
 *
 * execve says "no such file" of a script or a program whose interpreter is missing, "permission denied" of
 * four things, and "exec format error" of one for another machine. Here, inside the container, is the last chance to
 * see which it was. What is noted begins with the file's name in quotes and has the words of a row in show/why_words.c.
 */
#include "exec/do.h"
#include <elf.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#if defined(__x86_64__)
enum { OWN_MACHINE = EM_X86_64, OWN_MACHINE_32 = EM_386 };
static const char glibc_loader[] = "/lib64/ld-linux-x86-64.so.2", musl_loader[] = "/lib/ld-musl-x86_64.so.1";
#else
enum { OWN_MACHINE = EM_AARCH64, OWN_MACHINE_32 = EM_ARM };
static const char glibc_loader[] = "/lib/ld-linux-aarch64.so.1", musl_loader[] = "/lib/ld-musl-aarch64.so.1";
#endif

enum { MOUNT_NOEXEC = 8 };		/* ST_NOEXEC of statfs(2) */

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

	if (!head[0]) {
		add(writer, " is an empty file");
		return;
	}
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

/* --- what may not be executed --- */

static bool is_noexec(const char *path)
{
	closes int file = sys_openat(AT_FDCWD, path, O_PATH, 0);
	struct statfs statfs;

	return file >= 0 && sys_fstatfs(file, &statfs) == 0 && statfs.f_flags & MOUNT_NOEXEC;
}

static bool may_execute(const char *path)
{
	return sys_faccessat2(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

/* --- what a file is run by --- */

static void note_absent_runner(struct writer *writer, const char *runner, bool script)
{
	if (script)
		add(writer, " is there, but not the interpreter that it asks for, ");
	else if (strcmp(runner, musl_loader) == 0 && is_there(glibc_loader))
		add(writer, " is for the C library musl, and the image has glibc, so its dynamic loader is "
			    "not there, ");
	else if (strcmp(runner, glibc_loader) == 0 && is_there(musl_loader))
		add(writer, " is for the C library glibc, and the image has musl, so its dynamic loader is "
			    "not there, ");
	else
		add(writer, " is there, but not the dynamic loader that it asks for, ");
	if (script && strchr(runner, '\r'))
		add(writer, "whose name ends in a carriage return (the script has the line ends of Windows)");
	else
		add_quoted(writer, runner);
}

/* It has the right to execute the file itself. */
static void note_closed_runner(struct writer *writer, const char *runner)
{
	struct stat stat;

	if (sys_fstatat(AT_FDCWD, runner, &stat, 0))
		add(writer, " is run by what is out of reach for this user, ");
	else if (S_ISDIR(stat.st_mode))
		add(writer, " names a directory as what it is run by, ");
	else if (is_noexec(runner))
		add(writer, " is run by what is on a mount with noexec, ");
	else if (!may_execute(runner))
		add(writer, " is run by what may not be executed by this user, ");
	else
		return;
	add_quoted(writer, runner);
}

static void note_runner(struct writer *writer, const char *runner, bool script, int error)
{
	switch (error) {
	case -ENOENT:
		if (!is_there(runner))
			note_absent_runner(writer, runner, script);
		break;
	case -EACCES:
		note_closed_runner(writer, runner);
		break;
	case -ELOOP:
		add(writer, script && is_there(runner) ? " is a script that is run by a script, and so on, " :
							 " is run by a symbolic link without an end, ");
		add_quoted(writer, runner);
		break;
	case -ELIBBAD:
		add(writer, " names as its dynamic loader what is damaged or for another machine, ");
		add_quoted(writer, runner);
		break;
	}
}

/* --- the file --- */

static void note_content(struct writer *writer, const char *path, int error)
{
	char head[256] = "", runner[PATH_MAX] = "";
	closes int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd < 0 || sys_read(fd, head, sizeof(head) - 1) < 0)
		return;
	if (error == -ENOEXEC) {
		note_format(writer, head);
		return;
	}
	if (is_script(head))
		read_script(head, runner, sizeof(runner));
	else if (is_elf(head))
		read_elf(fd, head, runner, sizeof(runner));
	if (runner[0])
		note_runner(writer, runner, is_script(head), error);
}

static void note_file(struct writer *writer, const char *path, const struct stat *stat, int error)
{
	if (error != -EACCES)
		note_content(writer, path, error);
	else if (S_ISDIR(stat->st_mode))
		add(writer, " is a directory");
	else if (!S_ISREG(stat->st_mode))
		add(writer, " is not a regular file");
	else if (!(stat->st_mode & 0111))
		add(writer, " has no execute permission");
	else if (is_noexec(path))
		add(writer, " is on a mount with noexec");
	else if (!may_execute(path))
		add(writer, " may not be executed by this user");
	else
		note_content(writer, path, error);
}

/* Where it cannot even be looked at. */
static void note_way(struct writer *writer, const char *path, int error)
{
	char to[PATH_MAX];
	ssize_t length;

	switch (error) {
	case -EACCES:
		add(writer, " is in a directory that is closed to this user");
		break;
	case -ELOOP:
		add(writer, " leads through symbolic links without an end");
		break;
	case -ENOENT:
		length = sys_readlinkat(AT_FDCWD, path, to, sizeof(to) - 1);
		if (length <= 0)
			break;
		to[length] = '\0';
		add(writer, " is a symbolic link to what is not there, ");
		add_quoted(writer, to);
		break;
	}
}

bool note_program(struct tape *tape, const char *path, int error)
{
	struct writer writer = { .tape = tape };
	struct stat stat;
	const int absent = sys_fstatat(AT_FDCWD, path, &stat, 0);
	size_t named;

	/* In a search another place may have failed in another way. */
	if (absent && absent != error && (absent != -ELOOP || error != -ENOENT))
		return false;
	add_quoted(&writer, path);
	named = writer.used;
	if (absent)
		note_way(&writer, path, absent);
	else
		note_file(&writer, path, &stat, error);
	/* Nothing but the name is no reason. */
	if (writer.used == named)
		tape->note[0] = '\0';
	return !absent || writer.used != named;
}

void note_elsewhere(struct tape *tape, const char *path, const char *other)
{
	struct writer writer = { .tape = tape };

	add_quoted(&writer, path);
	add(&writer, other ? " is not there, but there is " : " is not in the container");
	if (other)
		add_quoted(&writer, other);
}
