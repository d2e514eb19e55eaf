/* archive.c - see archive.h */
#include "image/archive.h"
#include "base/fd.h"
#include "base/file.h"
#include "image/compression.h"
#include "image/stream.h"
#include "spec/names.h"
#include "tar/tar_read.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 100000, LINKS_MAX = 8 };

/* --- the list of its files --- */

struct source { const unsigned char *at; size_t left; };

/* What is passed over is not even read. */
static ssize_t take_mapped(void *context, const unsigned char **ret_bytes, size_t most)
{
	struct source *source = context;
	size_t take = most < source->left ? most : source->left;

	*ret_bytes = source->at;
	source->at += take;
	source->left -= take;
	return (ssize_t)take;
}

static const char *without_dot(const char *name)
{
	while (!strncmp(name, "./", 2) || name[0] == '/')
		name += name[0] == '/' ? 1 : 2;
	return name;
}

static bool is_file(const struct tar_entry *entry)
{
	return (entry->kind == TAR_FILE && !entry->sparse) || entry->kind == TAR_HARD_LINK ||
	       entry->kind == TAR_SYMBOLIC_LINK;
}

static void add_file(struct archive *archive, size_t *room, const struct tar_entry *entry, uint64_t offset)
{
	const char *name = without_dot(entry->name);

	if (archive->count == *room) {
		size_t more = *room ? 2 * *room : 64;

		archive->file = arena_resize(archive->arena, archive->file, *room * sizeof(struct archive_file),
					     more * sizeof(struct archive_file));
		*room = more;
	}
	archive->file[archive->count++] = (struct archive_file){
		.name = arena_copy(archive->arena, name, strlen(name)),
		.link = entry->kind == TAR_FILE ? NULL : arena_copy(archive->arena, entry->link, strlen(entry->link)),
		/* A hard link names its target from the root of the archive. */
		.offset = entry->kind == TAR_HARD_LINK ? UINT64_MAX : offset, .size = entry->size };
}

static bool list_files(struct archive *archive, struct problem *problem)
{
	struct source source = { (const void *)archive->bytes, archive->length };
	static struct tar_reader reader;
	struct tar_entry entry;
	size_t room = 0;
	int got;

	tar_reader_init(&reader, (struct tar_source){ take_mapped, &source });
	while ((got = tar_read_entry(&reader, &entry, problem)) == 1 && archive->count < FILES_MAX)
		if (is_file(&entry))
			add_file(archive, &room, &entry, reader.taken);
	tar_reader_release(&reader);
	if (got == 1)
		problem_set(problem, "it has more than %d files", FILES_MAX);
	else if (got < 0)
		problem_set(problem, "%s", errno_words(-got));
	return got == 0;
}

/* --- opening --- */

/* A regular file that can be mapped, and is not compressed: this one, or a copy. */
static int open_plain(struct archive *archive, const struct store *store, int fd, struct problem *problem)
{
	struct streamed streamed;
	struct stat info;

	if (sys_fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && compression_of_file(fd) == COMPRESSION_NONE)
		return sys_fcntl(fd, F_DUPFD_CLOEXEC, 0);
	closes int copy = stream_file(store);

	if (copy < 0) {
		problem_set(problem, "cannot make a file in %s/partial: %s", store->root, errno_words(-copy));
		return copy;
	}
	return stream_copy(store, fd, copy, "none", archive->path, &streamed, problem) ? take_fd(&copy) : -EBADMSG;
}

static bool map(struct archive *archive, int fd, struct problem *problem)
{
	struct stat info;
	int error = sys_fstat(fd, &info);
	void *bytes;

	if (error || !info.st_size) {
		problem_set(problem, "%s: %s", archive->path, error ? errno_words(-error) : "it is empty");
		return false;
	}
	bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED) {
		problem_set(problem, "%s: %s", archive->path, errno_words(errno));
		return false;
	}
	archive->bytes = bytes;
	archive->length = (size_t)info.st_size;
	return true;
}

static bool read_archive(struct archive *archive, const struct store *store, int fd, struct problem *problem)
{
	closes int plain = open_plain(archive, store, fd, problem);
	struct problem why = { 0 };

	if (plain < 0 || !map(archive, plain, problem))
		return false;
	if (list_files(archive, &why))
		return true;
	problem_set(problem, "%s: is no tar archive that can be read: %s", archive->path, why.text);
	return false;
}

bool archive_open(struct archive *archive, const struct store *store, const char *path, struct problem *problem)
{
	bool standard = !strcmp(path, "-");
	closes int fd = standard ? sys_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
				   sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);
	struct stat info;

	*archive = (struct archive){ .arena = store->arena, .path = standard ? "standard input" : path, .folder = -1 };
	if (fd < 0 || sys_fstat(fd, &info)) {
		problem_set(problem, "%s: %s", archive->path, errno_words(fd < 0 ? -fd : EIO));
		return false;
	}
	if (S_ISDIR(info.st_mode)) {
		archive->folder = take_fd(&fd);
		return true;
	}
	if (read_archive(archive, store, fd, problem))
		return true;
	archive_close(archive);
	return false;
}

void archive_close(struct archive *archive)
{
	if (archive->bytes)
		munmap((void *)(uintptr_t)archive->bytes, archive->length);
	fd_close_at(&archive->folder);
	archive->bytes = NULL;
	archive->folder = -1;
}

/* --- its files --- */

static const struct archive_file *named(const struct archive *archive, const char *name)
{
	for (size_t i = archive->count; i-- > 0;)
		if (!strcmp(archive->file[i].name, name))
			return &archive->file[i];
	return NULL;
}

/* "a/b" and "../c/d" make "c/d"; NULL where it leaves the archive. */
static const char *link_target(struct arena *arena, const struct archive_file *file)
{
	const char *link = file->link, *slash = strrchr(file->name, '/');
	size_t length = slash ? (size_t)(slash - file->name) : 0;

	if (file->offset == UINT64_MAX)
		return without_dot(link);
	if (link[0] == '/')
		return NULL;
	while (!strncmp(link, "../", 3)) {
		if (!length)
			return NULL;
		while (length && file->name[length - 1] != '/')
			length--;
		length -= length > 0;
		link += 3;
	}
	return length ? arena_printf(arena, "%.*s/%s", (int)length, file->name, link) : link;
}

static const struct archive_file *find(const struct archive *archive, const char *name)
{
	const struct archive_file *file = named(archive, without_dot(name));

	for (int i = 0; file && file->link; i++) {
		const char *target = i < LINKS_MAX ? link_target(archive->arena, file) : NULL;

		file = target ? named(archive, target) : NULL;
	}
	if (file && (file->offset > archive->length || file->size > archive->length - file->offset))
		return NULL;
	return file;
}

static int open_in_folder(const struct archive *archive, const char *name)
{
	return sys_openat2(archive->folder, name, O_RDONLY | O_NOCTTY, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
}

bool archive_has(const struct archive *archive, const char *name)
{
	if (archive->folder < 0)
		return find(archive, name) != NULL;
	closes int fd = open_in_folder(archive, name);

	return fd >= 0;
}

bool archive_read(const struct archive *archive, const char *name, size_t limit, char **ret_text,
		  size_t *ret_length, struct problem *problem)
{
	const struct archive_file *file = archive->folder < 0 ? find(archive, name) : NULL;
	int error = archive->folder < 0 ? -ENOENT : 0;

	if (file && file->size > limit) {
		error = -EFBIG;
	} else if (file) {
		*ret_text = arena_copy(archive->arena, archive->bytes + file->offset, (size_t)file->size);
		*ret_length = (size_t)file->size;
		return true;
	}
	closes int fd = error ? error : open_in_folder(archive, name);

	error = fd < 0 ? fd : file_read_fd(archive->arena, fd, limit, ret_text, ret_length);
	if (error)
		problem_set(problem, "%s: %s: %s", archive->path, name, errno_words(-error));
	return !error;
}

int archive_look(const struct archive *archive, const char *name, uint64_t *ret_size,
		 unsigned char ret_begin[COMPRESSION_BEGIN])
{
	const struct archive_file *file = archive->folder < 0 ? find(archive, name) : NULL;
	struct stat info;
	int error;

	memset(ret_begin, 0, COMPRESSION_BEGIN);
	if (file) {
		*ret_size = file->size;
		memcpy(ret_begin, archive->bytes + file->offset,
		       file->size < COMPRESSION_BEGIN ? (size_t)file->size : COMPRESSION_BEGIN);
		return 0;
	}
	closes int fd = archive->folder < 0 ? -ENOENT : open_in_folder(archive, name);

	error = fd < 0 ? fd : sys_fstat(fd, &info);
	if (error)
		return error;
	*ret_size = (uint64_t)info.st_size;
	error = (int)sys_pread(fd, ret_begin, COMPRESSION_BEGIN, 0);
	return error < 0 ? error : 0;
}

int archive_copy(const struct archive *archive, const char *name, int file)
{
	const struct archive_file *found = archive->folder < 0 ? find(archive, name) : NULL;
	ssize_t got;

	if (found)
		return file_write_all(file, archive->bytes + found->offset, (size_t)found->size);
	closes int fd = archive->folder < 0 ? -ENOENT : open_in_folder(archive, name);

	if (fd < 0)
		return fd;
	while ((got = sys_sendfile(file, fd, 1 << 20)) > 0)
		;
	return (int)got;
}
