/* made_elf.c - see made_elf.h */
#include "made_elf.h"
#include <assert.h>
#include <elf.h>
#include <string.h>

enum { BASE = 0x400000, SEGMENTS = 3, DYNAMIC_MAX = 300 };

struct making {
	unsigned char *bytes;
	size_t length;
	bool narrow;
	Elf64_Dyn dynamic[DYNAMIC_MAX];
	size_t entries, strings;
};

static size_t add(struct making *making, const void *from, size_t size)
{
	size_t at = making->length;

	assert(size <= MADE_SIZE - at);
	memcpy(making->bytes + at, from, size);
	making->length += size;
	return at;
}

static void add_entry(struct making *making, int64_t tag, uint64_t value)
{
	assert(making->entries < DYNAMIC_MAX);
	making->dynamic[making->entries++] = (Elf64_Dyn){ tag, { value } };
}

static void add_name(struct making *making, int64_t tag, const char *text)
{
	if (text)
		add_entry(making, tag, add(making, text, strlen(text) + 1) - making->strings);
}

static size_t add_dynamic(struct making *making)
{
	size_t at = making->length;

	for (size_t i = 0; i < making->entries; i++) {
		const Elf64_Dyn *entry = &making->dynamic[i];
		Elf32_Dyn narrow = { (Elf32_Sword)entry->d_tag, { (Elf32_Word)entry->d_un.d_val } };

		if (making->narrow)
			add(making, &narrow, sizeof(narrow));
		else
			add(making, entry, sizeof(*entry));
	}
	return at;
}

static void put_segment(struct making *making, size_t index, Elf64_Phdr segment)
{
	Elf32_Phdr narrow = { segment.p_type, (Elf32_Off)segment.p_offset, (Elf32_Addr)segment.p_vaddr, 0,
			      (Elf32_Word)segment.p_filesz, (Elf32_Word)segment.p_filesz, 0, 0 };

	if (making->narrow)
		memcpy(making->bytes + sizeof(Elf32_Ehdr) + index * sizeof(narrow), &narrow, sizeof(narrow));
	else
		memcpy(making->bytes + sizeof(Elf64_Ehdr) + index * sizeof(segment), &segment, sizeof(segment));
}

static void put_header(struct making *making, unsigned machine, unsigned short segments)
{
	Elf64_Ehdr wide = { .e_ident = ELFMAG, .e_type = ET_DYN, .e_machine = (Elf64_Half)machine,
			    .e_phoff = sizeof(wide), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = segments };
	Elf32_Ehdr narrow = { .e_ident = ELFMAG, .e_type = ET_DYN, .e_machine = (Elf32_Half)machine,
			      .e_phoff = sizeof(narrow), .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = segments };

	wide.e_ident[EI_CLASS] = ELFCLASS64;
	narrow.e_ident[EI_CLASS] = ELFCLASS32;
	wide.e_ident[EI_DATA] = narrow.e_ident[EI_DATA] = ELFDATA2LSB;
	if (making->narrow)
		memcpy(making->bytes, &narrow, sizeof(narrow));
	else
		memcpy(making->bytes, &wide, sizeof(wide));
}

size_t made_elf(const struct made_elf *elf, unsigned char bytes[MADE_SIZE])
{
	struct making making = { .bytes = bytes, .narrow = elf->narrow };
	size_t interpreter, dynamic;

	memset(bytes, 0, MADE_SIZE);
	making.length = elf->narrow ? sizeof(Elf32_Ehdr) + SEGMENTS * sizeof(Elf32_Phdr) :
				      sizeof(Elf64_Ehdr) + SEGMENTS * sizeof(Elf64_Phdr);
	interpreter = elf->interpreter ? add(&making, elf->interpreter, strlen(elf->interpreter) + 1) : 0;
	making.strings = add(&making, "", 1);
	for (size_t i = 0; elf->needed && elf->needed[i]; i++)
		add_name(&making, DT_NEEDED, elf->needed[i]);
	add_name(&making, DT_SONAME, elf->name);
	add_name(&making, DT_RPATH, elf->rpath);
	add_name(&making, DT_RUNPATH, elf->runpath);
	add_entry(&making, DT_STRTAB, BASE + making.strings);
	add_entry(&making, DT_STRSZ, making.length - making.strings);
	add_entry(&making, DT_NULL, 0);
	dynamic = add_dynamic(&making);
	put_header(&making, elf->machine ? elf->machine : EM_X86_64, elf->interpreter ? 3 : 2);
	put_segment(&making, 0, (Elf64_Phdr){ .p_type = PT_LOAD, .p_vaddr = BASE, .p_filesz = making.length });
	put_segment(&making, 1, (Elf64_Phdr){ .p_type = PT_DYNAMIC, .p_offset = dynamic, .p_vaddr = BASE + dynamic,
					      .p_filesz = making.length - dynamic });
	put_segment(&making, 2, (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = interpreter,
					      .p_filesz = elf->interpreter ? strlen(elf->interpreter) + 1 : 0 });
	return making.length;
}

size_t made_cache(const char *const *pairs, bool old, unsigned char bytes[MADE_SIZE])
{
	enum { HEAD = 48, ROW = 24 };
	struct making making = { .bytes = bytes };
	size_t begin = old ? 16 : 0, names = 0;
	uint32_t count;

	memset(bytes, 0, MADE_SIZE);
	if (old)
		memcpy(bytes, "ld.so-1.7.0", 11);
	while (pairs[names])
		names++;
	count = (uint32_t)(names / 2);
	memcpy(bytes + begin, "glibc-ld.so.cache1.1", 20);
	memcpy(bytes + begin + 20, &count, sizeof(count));
	making.length = begin + HEAD + count * ROW;
	for (size_t i = 0; i < names; i++) {
		uint32_t place = (uint32_t)(add(&making, pairs[i], strlen(pairs[i]) + 1) - begin);

		memcpy(bytes + begin + HEAD + i / 2 * ROW + 4 + i % 2 * 4, &place, sizeof(place));
	}
	return making.length;
}
