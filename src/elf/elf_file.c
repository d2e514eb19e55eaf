/* elf_file.c - see elf_file.h */
#include "elf/elf_file.h"
#include "base/sys.h"
#include "base/text.h"
#include <elf.h>
#include <string.h>

enum { SEGMENTS_MAX = 256, ENTRIES_MAX = 4096 };

struct segment { uint64_t type, offset, address, size; };

struct reading {
	struct arena *arena;
	const struct elf_source *source;
	struct elf *elf;
	struct segment segment[SEGMENTS_MAX];
	size_t segments;
};

static ssize_t read_file(void *context, void *to, size_t size, uint64_t offset)
{
	return sys_pread(*(const int *)context, to, size, offset);
}

struct elf_source elf_source_of(const int *fd)
{
	return (struct elf_source){ read_file, (void *)(uintptr_t)fd };
}

/* --- bytes --- */

/* All of it, or -EBADMSG. */
static int take(const struct reading *reading, void *to, size_t size, uint64_t offset)
{
	size_t done = 0;

	if (offset > INT64_MAX - size)
		return -EBADMSG;
	while (done < size) {
		ssize_t got = reading->source->read(reading->source->context, (char *)to + done, size - done,
						    offset + done);

		if (got <= 0)
			return got < 0 ? (int)got : -EBADMSG;
		done += (size_t)got;
	}
	return 0;
}

/* A text that ends within ELF_TEXT_MAX bytes. */
static int take_text(const struct reading *reading, uint64_t offset, const char **ret_text)
{
	char text[ELF_TEXT_MAX];
	ssize_t got = offset > INT64_MAX - sizeof(text) ? -EBADMSG :
		      reading->source->read(reading->source->context, text, sizeof(text), offset);
	const char *end = got > 0 ? memchr(text, '\0', (size_t)got) : NULL;

	if (!end)
		return got < 0 ? (int)got : -EBADMSG;
	*ret_text = arena_copy(reading->arena, text, (size_t)(end - text));
	return 0;
}

/* A text of any length, of which no more than ELF_FOLDERS_MAX - 1 bytes are kept. */
static int take_folders(const struct reading *reading, uint64_t offset, const char **ret_text)
{
	struct text text = text_new(reading->arena);
	char part[ELF_TEXT_MAX];
	size_t length = 0;

	while (text.length < ELF_FOLDERS_MAX - 1) {
		const size_t rest = ELF_FOLDERS_MAX - 1 - text.length, want = rest < sizeof(part) ? rest : sizeof(part);
		ssize_t got = offset > INT64_MAX - want ? -EBADMSG :
			      reading->source->read(reading->source->context, part, want, offset);

		if (got <= 0)
			return got < 0 ? (int)got : -EBADMSG;
		length = strnlen(part, (size_t)got);
		text_add_bytes(&text, part, length);
		if (length < (size_t)got)
			break;
		offset += length;
	}
	*ret_text = text.at;
	return 0;
}

/* --- headers --- */

struct table { uint64_t offset; size_t size, count; };

static int read_header(struct reading *reading, struct table *ret_table)
{
	union { unsigned char ident[EI_NIDENT]; Elf64_Ehdr wide; Elf32_Ehdr narrow; } head;
	int error = take(reading, &head, sizeof(head.narrow), 0);

	if (error || memcmp(head.ident, ELFMAG, SELFMAG) != 0 || head.ident[EI_DATA] != ELFDATA2LSB)
		return error && error != -EBADMSG ? error : -ENOEXEC;
	reading->elf->wide = head.ident[EI_CLASS] == ELFCLASS64;
	if (reading->elf->wide)
		error = take(reading, &head, sizeof(head.wide), 0);
	reading->elf->machine = head.wide.e_machine;	/* at the same place in both */
	*ret_table = reading->elf->wide ?
		(struct table){ head.wide.e_phoff, head.wide.e_phentsize, head.wide.e_phnum } :
		(struct table){ head.narrow.e_phoff, head.narrow.e_phentsize, head.narrow.e_phnum };
	return error;
}

static int read_segments(struct reading *reading, const struct table *table)
{
	const size_t size = reading->elf->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	int error = table->count && table->size != size ? -EBADMSG : 0;

	for (size_t i = 0; i < table->count && i < SEGMENTS_MAX && !error; i++) {
		union { Elf64_Phdr wide; Elf32_Phdr narrow; } row;

		if (table->offset > INT64_MAX)
			return -EBADMSG;
		error = take(reading, &row, size, table->offset + i * size);
		if (error)
			return error;
		reading->segment[reading->segments++] = reading->elf->wide ?
			(struct segment){ row.wide.p_type, row.wide.p_offset, row.wide.p_vaddr, row.wide.p_filesz } :
			(struct segment){ row.narrow.p_type, row.narrow.p_offset, row.narrow.p_vaddr,
					  row.narrow.p_filesz };
	}
	return error;
}

static const struct segment *find_segment(const struct reading *reading, uint64_t type)
{
	for (size_t i = 0; i < reading->segments; i++)
		if (reading->segment[i].type == type)
			return &reading->segment[i];
	return NULL;
}

/* Where in the file an address is. */
static int offset_of(const struct reading *reading, uint64_t address, uint64_t *ret_offset)
{
	for (size_t i = 0; i < reading->segments; i++) {
		const struct segment *segment = &reading->segment[i];

		if (segment->type != PT_LOAD || address < segment->address ||
		    address - segment->address >= segment->size || segment->offset > INT64_MAX)
			continue;
		*ret_offset = segment->offset + (address - segment->address);
		return 0;
	}
	return -EBADMSG;
}

/* --- the dynamic section --- */

struct entries {
	uint64_t strings, strings_size;
	uint64_t name, rpath, runpath;	/* places in the strings, and one more; 0: none */
	uint64_t needed[ELF_NEEDED_MAX];
	size_t count;
};

static void take_entry(struct entries *entries, int64_t tag, uint64_t value)
{
	switch (tag) {
	case DT_STRTAB: entries->strings = value; break;
	case DT_STRSZ: entries->strings_size = value; break;
	case DT_SONAME: entries->name = value + 1; break;
	case DT_RPATH: entries->rpath = value + 1; break;
	case DT_RUNPATH: entries->runpath = value + 1; break;
	case DT_NEEDED:
		if (entries->count < ELF_NEEDED_MAX)
			entries->needed[entries->count++] = value + 1;
		break;
	}
}

static int read_entries(const struct reading *reading, const struct segment *dynamic, struct entries *entries)
{
	const size_t size = reading->elf->wide ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);

	if (dynamic->offset > INT64_MAX)
		return -EBADMSG;
	for (uint64_t i = 0; i < ENTRIES_MAX && i < dynamic->size / size; i++) {
		union { Elf64_Dyn wide; Elf32_Dyn narrow; } row;
		int error = take(reading, &row, size, dynamic->offset + i * size);
		int64_t tag = error ? DT_NULL : reading->elf->wide ? row.wide.d_tag : row.narrow.d_tag;

		if (tag == DT_NULL)
			return error;
		take_entry(entries, tag, reading->elf->wide ? row.wide.d_un.d_val : row.narrow.d_un.d_val);
	}
	return 0;
}

typedef int take_some(const struct reading *reading, uint64_t offset, const char **ret_text);

/* `place` is one more than its place in the strings; 0 is none. */
static int take_string(const struct reading *reading, const struct entries *entries, uint64_t base, uint64_t place,
		       take_some *take_it, const char **ret_text)
{
	if (!place)
		return 0;
	if (place > entries->strings_size)
		return -EBADMSG;
	return take_it(reading, base + place - 1, ret_text);
}

static int read_strings(struct reading *reading, const struct entries *entries)
{
	struct elf *elf = reading->elf;
	uint64_t base = 0;
	int error = offset_of(reading, entries->strings, &base);

	if (!error)
		error = take_string(reading, entries, base, entries->name, take_text, &elf->name);
	if (!error)
		error = take_string(reading, entries, base, entries->rpath, take_folders, &elf->rpath);
	if (!error)
		error = take_string(reading, entries, base, entries->runpath, take_folders, &elf->runpath);
	elf->needed.at = ARENA_ARRAY(reading->arena, entries->count + 1, char *);
	for (size_t i = 0; i < entries->count && !error; i++) {
		const char *name = NULL;

		error = take_string(reading, entries, base, entries->needed[i], take_text, &name);
		elf->needed.at[elf->needed.count] = (char *)(uintptr_t)name;
		elf->needed.count += name && *name;
	}
	return error;
}

bool elf_is_of(const struct elf_source *source, unsigned machine, bool wide)
{
	struct elf elf = { 0 };
	struct reading reading = { .source = source, .elf = &elf };
	struct table table;

	return read_header(&reading, &table) == 0 && elf.machine == machine && elf.wide == wide;
}

int elf_read(struct arena *arena, const struct elf_source *source, struct elf *ret_elf)
{
	struct reading *reading = ARENA_NEW(arena, struct reading);
	struct entries *entries = ARENA_NEW(arena, struct entries);
	const struct segment *segment;
	struct table table;
	int error;

	*ret_elf = (struct elf){ 0 };
	*reading = (struct reading){ .arena = arena, .source = source, .elf = ret_elf };
	error = read_header(reading, &table);
	if (!error)
		error = read_segments(reading, &table);
	segment = error ? NULL : find_segment(reading, PT_INTERP);
	if (segment)
		error = take_text(reading, segment->offset, &ret_elf->interpreter);
	segment = error ? NULL : find_segment(reading, PT_DYNAMIC);
	if (segment)
		error = read_entries(reading, segment, entries);
	if (!error && (entries->count || entries->name))
		error = read_strings(reading, entries);
	return error;
}
