/* search.c - see search.h
 *
 * $ORIGIN is the folder of a library by the path by which it was found, and of the program by the one that the kernel
 * has: links are followed for that alone (both loaders do so).
 *
 * glibc, ld.so(8): a name with a slash is a path. Else DT_RPATH of who needs it, of who needed that, and so on, where
 * the first has no DT_RUNPATH; LD_LIBRARY_PATH; DT_RUNPATH of who needs it; the cache; the usual folders.
 *
 * musl, ldso/dynlink.c: LD_LIBRARY_PATH; DT_RUNPATH, else DT_RPATH, of who needs it, of who needed that, and so on; the
 * folders in /etc/ld-musl-ARCH.path, else /lib, /usr/local/lib and /usr/lib.
 */
#include "elf/search.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "elf/cache.h"
#include <elf.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

enum { CACHE_MAX = 16 << 20, PATHS_MAX = 64 * 1024, CHAIN_MAX = 64, LINKS_MAX = 40 };

/* What folders of a machine are called: $PLATFORM, musl's ARCH, Debian's triplet. */
static const struct kind { unsigned machine; const char *platform, *musl, *triplet; } kinds[] = {
	{ EM_X86_64, "x86_64", "x86_64", "x86_64-linux-gnu" },
	{ EM_AARCH64, "aarch64", "aarch64", "aarch64-linux-gnu" },
	{ EM_386, "i686", "i386", "i386-linux-gnu" },
	{ EM_ARM, "v7l", "armhf", "arm-linux-gnueabihf" },
	{ EM_RISCV, "riscv64", "riscv64", "riscv64-linux-gnu" },
};

static const struct kind *kind_of(const struct search *search)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].machine == search->program->elf.machine)
			return &kinds[i];
	return &kinds[0];
}

int search_open(const struct search *search, const char *path)
{
	closes int found = sys_openat2(search->root, path, O_PATH, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	closes int file = -1;
	struct stat info;

	/* What is no plain file must not be opened: a FIFO waits, a device may do anything. */
	if (found < 0 || sys_fstat(found, &info) || !S_ISREG(info.st_mode))
		return found < 0 ? found : -EINVAL;
	file = sys_openat2(search->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
			   RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	if (file < 0 || !file_is_same(found, file))
		return file < 0 ? file : -ESTALE;
	return take_fd(&file);
}

const char *search_absolute(const struct search *search, const char *path)
{
	return path[0] == '/' ? path : arena_printf(search->arena, "%s/%s", search->folder, path);
}

/* The folder of a file. */
static const char *folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path ? arena_copy(arena, path, (size_t)(slash - path)) : "";
}

const char *search_real(const struct search *search, const char *path)
{
	char to[PATH_MAX];

	for (int i = 0; i < LINKS_MAX; i++) {
		closes int link = sys_openat2(search->root, path, O_PATH | O_NOFOLLOW, 0,
					      RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
		const ssize_t length = link < 0 ? link : sys_readlinkat(link, "", to, sizeof(to) - 1);

		if (length <= 0)
			break;
		to[length] = '\0';
		path = to[0] == '/' ? arena_copy(search->arena, to, (size_t)length) :
				      arena_printf(search->arena, "%s/%s", folder_of(search->arena, path), to);
	}
	return path;
}

struct object *search_read(const struct search *search, const char *path, const char *name, const struct object *by)
{
	closes int file = search_open(search, path);
	const struct elf_source source = elf_source_of(&file);
	struct object *object;

	if (file < 0)
		return NULL;
	object = ARENA_NEW(search->arena, struct object);
	*object = (struct object){ .path = path, .name = name, .origin = path, .by = by };
	return elf_read(search->arena, &source, &object->elf) ? NULL : object;
}

/* --- what the loader goes by --- */

static char *read_all(const struct search *search, const char *path, size_t limit, size_t *ret_length)
{
	closes int file = search_open(search, path);
	char *text;

	return file < 0 || file_read_fd(search->arena, file, limit, &text, ret_length) ? NULL : text;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void begin_musl(struct search *search)
{
	const char *file = arena_printf(search->arena, "/etc/ld-musl-%s.path", kind_of(search)->musl);
	size_t length;
	char *text = read_all(search, file, PATHS_MAX, &length);

	for (char *at = text; at && *at; at++)
		if (*at == '\n')
			*at = ':';
	search->usual = text ? text : "/lib:/usr/local/lib:/usr/lib";
}

static void begin_glibc(struct search *search)
{
	const char *triplet = kind_of(search)->triplet;

	search->cache = read_all(search, "/etc/ld.so.cache", CACHE_MAX, &search->cache_length);
	search->usual = arena_printf(search->arena, "/lib/%s:/usr/lib/%s:/lib64:/usr/lib64:/lib:/usr/lib", triplet,
				     triplet);
}

void search_begin(struct search *search, const struct object *program)
{
	search->program = program;
	search->musl = strncmp(last_part(program->elf.interpreter), "ld-musl-", 8) == 0;
	if (search->musl)
		begin_musl(search);
	else
		begin_glibc(search);
}

bool search_is_loader(const struct search *search, const char *name)
{
	static const char *const of_musl[] = { "libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.",
					       "libxnet.", NULL };

	if (strcmp(last_part(search->program->elf.interpreter), name) == 0)
		return true;
	for (size_t i = 0; search->musl && of_musl[i]; i++)
		if (strncmp(name, of_musl[i], strlen(of_musl[i])) == 0)
			return true;
	return false;
}

/* --- one name --- */

struct wanted {
	const struct search *search;
	const char *name;
	const struct object *by;
	struct object *found;
	bool other;
};

static bool try_path(struct wanted *wanted, const char *path)
{
	const struct elf *program = &wanted->search->program->elf;
	closes int there = *wanted->search->tries < TRIES_MAX ? search_open(wanted->search, path) : -E2BIG;
	const struct elf_source source = elf_source_of(&there);

	/* Of what does not fit nothing is kept: there may be many of them. */
	if (there >= 0 && elf_is_of(&source, program->machine, program->wide))
		wanted->found = search_read(wanted->search, path, wanted->name, wanted->by);
	wanted->other |= there >= 0 && !wanted->found;
	++*wanted->search->tries;
	return wanted->found;
}

/* Adds a folder of DT_RUNPATH and the like, with what stands for others in it: ld.so(8), «Dynamic string tokens». */
static void add_folder(struct text *out, const struct wanted *wanted, const char *at, size_t length,
		       const struct object *origin, const char *library)
{
	const struct { const char *name, *value; } tokens[] = {
		{ "$ORIGIN", folder_of(out->arena, origin->origin) },
		{ "${ORIGIN}", folder_of(out->arena, origin->origin) },
		{ "$LIB", library }, { "${LIB}", library },
		{ "$PLATFORM", kind_of(wanted->search)->platform },
		{ "${PLATFORM}", kind_of(wanted->search)->platform },
	};

	for (size_t i = 0; i < length;) {
		size_t taken = 0;

		for (size_t t = 0; t < sizeof(tokens) / sizeof(tokens[0]) && at[i] == '$' && !taken; t++) {
			size_t size = strlen(tokens[t].name);

			if (length - i < size || strncmp(at + i, tokens[t].name, size) != 0)
				continue;
			text_add(out, tokens[t].value);
			taken = size;
		}
		if (!taken)
			text_add_bytes(out, at + i, 1);
		i += taken ? taken : 1;
	}
}

/* A list of folders: of a file that asks for them, or of nobody in particular. */
static bool try_folders(struct wanted *wanted, const char *folders, const struct object *origin)
{
	const char *const libraries[] = { "lib64", "lib",
					  arena_printf(wanted->search->arena, "lib/%s",
						       kind_of(wanted->search)->triplet) };

	for (const char *at = folders ? folders : ""; *at && *wanted->search->tries < TRIES_MAX;) {
		const size_t length = strcspn(at, ":;");
		const bool several = memmem(at, length, "LIB", 3);

		for (size_t i = 0; i < (several ? 3 : 1); i++) {
			struct text path = text_new(wanted->search->arena);

			add_folder(&path, wanted, at, length, origin ? origin : wanted->search->program, libraries[i]);
			text_printf(&path, "/%s", wanted->name);
			if (length && path.length < PATH_MAX &&
			    try_path(wanted, search_absolute(wanted->search, path.at)))
				return true;
		}
		at += length;
		at += *at != '\0';
	}
	return false;
}

static bool try_cache(struct wanted *wanted)
{
	const struct search *search = wanted->search;
	size_t at = 0;
	const char *path;

	while (search->cache && *search->tries < TRIES_MAX) {
		path = cache_find(search->cache, search->cache_length, wanted->name, &at);
		if (!path)
			return false;
		if (try_path(wanted, search_absolute(search, path)))
			return true;
	}
	return false;
}

/* glibc's DT_RPATH: of each that has no DT_RUNPATH. */
static bool try_rpaths(struct wanted *wanted)
{
	const struct object *object = wanted->by->elf.runpath ? NULL : wanted->by;

	for (int i = 0; object && i < CHAIN_MAX; i++, object = object->by)
		if (!object->elf.runpath && try_folders(wanted, object->elf.rpath, object))
			return true;
	return false;
}

static bool find_glibc(struct wanted *wanted)
{
	return try_rpaths(wanted) || try_folders(wanted, wanted->search->library_path, NULL) ||
	       try_folders(wanted, wanted->by->elf.runpath, wanted->by) || try_cache(wanted) ||
	       try_folders(wanted, wanted->search->usual, NULL);
}

static bool find_musl(struct wanted *wanted)
{
	const struct object *object = wanted->by;

	if (try_folders(wanted, wanted->search->library_path, NULL))
		return true;
	for (int i = 0; object && i < CHAIN_MAX; i++, object = object->by)
		if (try_folders(wanted, object->elf.runpath ? object->elf.runpath : object->elf.rpath, object))
			return true;
	return try_folders(wanted, wanted->search->usual, NULL);
}

struct object *search_find(const struct search *search, const char *name, const struct object *by, bool *ret_other)
{
	struct wanted wanted = { search, name, by, NULL, false };

	if (strchr(name, '/'))
		try_path(&wanted, search_absolute(search, name));
	else if (search->musl)
		find_musl(&wanted);
	else
		find_glibc(&wanted);
	*ret_other = wanted.other;
	return wanted.found;
}
