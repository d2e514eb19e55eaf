/* archive.c - see archive.h */
#include "image/archive.h"
#include "base/fd.h"
#include "image/compression.h"
#include "image/stream.h"
#include "spec/names.h"
#include "tar/tar_read.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 100000, LINKS_MAX = 8, COPIED_AT_ONCE = 1 << 30 };

/* --- the list of its files --- */

struct source {
	int file;
	uint64_t at, length;
	size_t filled, taken;		/* of the buffer, which ends at `at` */
	unsigned char buffer[16 * 1024];
};

static ssize_t take(void *context, const unsigned char **ret_bytes, size_t most)
{
	struct source *source = context;

	if (source->taken == source->filled) {
		ssize_t got = sys_pread(source->file, source->buffer, sizeof(source->buffer), source->at);

		if (got <= 0)
			return got;
		source->filled = (size_t)got;
		source->at += source->filled;
		source->taken = 0;
	}
	if (most > source->filled - source->taken)
		most = source->filled - source->taken;
	*ret_bytes = source->buffer + source->taken;
	source->taken += most;
	return (ssize_t)most;
}

static uint64_t pass(void *context, uint64_t bytes)
{
	struct source *source = context;
	uint64_t left = source->filled - source->taken, most;

	if (bytes <= left) {
		source->taken += (size_t)bytes;
		return bytes;
	}
	source->taken = source->filled;
	most = source->at < source->length ? source->length - source->at : 0;
	most = bytes - left < most ? bytes - left : most;
	source->at += most;
	return left + most;
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

	archive->list = arena_grow(archive->arena, archive->list, archive->count, room, sizeof(*archive->list));
	archive->list[archive->count++] = (struct archive_file){
		.name = arena_copy(archive->arena, name, strlen(name)),
		.link = entry->kind == TAR_FILE ? NULL : arena_copy(archive->arena, entry->link, strlen(entry->link)),
		/* A hard link names its target from the root of the archive. */
		.offset = entry->kind == TAR_HARD_LINK ? UINT64_MAX : offset, .size = entry->size };
}

static bool list_files(struct archive *archive, struct problem *problem)
{
	static struct source source;
	static struct tar_reader reader;
	struct tar_entry entry;
	size_t room = 0;
	int got;

	source = (struct source){ .file = archive->file, .length = archive->length };
	tar_reader_init(&reader, (struct tar_source){ .read = take, .context = &source, .pass = pass });
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

/* A regular file, which is not compressed: this one, or a copy. */
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

static bool measure(struct archive *archive, struct problem *problem)
{
	struct stat info;
	int error = sys_fstat(archive->file, &info);

	if (error || !info.st_size) {
		problem_set(problem, "%s: %s", archive->path, error ? errno_words(-error) : "it is empty");
		return false;
	}
	archive->length = (uint64_t)info.st_size;
	return true;
}

static bool read_archive(struct archive *archive, const struct store *store, int fd, struct problem *problem)
{
	struct problem why = { 0 };

	archive->file = open_plain(archive, store, fd, problem);
	if (archive->file < 0 || !measure(archive, problem))
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

	*archive = (struct archive){ .arena = store->arena, .path = standard ? "standard input" : path,
				     .folder = -1, .file = -1 };
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
	fd_close_at(&archive->folder);
	fd_close_at(&archive->file);
	archive->folder = archive->file = -1;
}

/* --- its files --- */

static const struct archive_file *named(const struct archive *archive, const char *name)
{
	for (size_t i = archive->count; i-- > 0;)
		if (!strcmp(archive->list[i].name, name))
			return &archive->list[i];
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

/* --- what they hold --- */

const char *archive_words(int error)
{
	if (error == -ENODATA)
		return "it has become shorter while it was read";
	return error == -ESPIPE ? "is no file that can be read" : errno_words(-error);
}

/* Something else than a file (a FIFO) is not waited for. */
static int open_in_folder(const struct archive *archive, const char *name)
{
	closes int fd = sys_openat2(archive->folder, name, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0,
				    RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
	struct stat info;
	int error = fd < 0 ? fd : sys_fstat(fd, &info);

	if (!error && S_ISDIR(info.st_mode))
		error = -EISDIR;
	else if (!error && !S_ISREG(info.st_mode))
		error = -ESPIPE;
	return error ? error : take_fd(&fd);
}

bool archive_has(const struct archive *archive, const char *name)
{
	if (archive->folder < 0)
		return find(archive, name) != NULL;
	closes int fd = sys_openat2(archive->folder, name, O_PATH, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);

	return fd >= 0;
}

/* A file of the archive or of the folder: a descriptor, which is the caller's, and where in it that is; or -errno. */
static int open_file(const struct archive *archive, const char *name, uint64_t *ret_offset, uint64_t *ret_size)
{
	const struct archive_file *found = archive->folder < 0 ? find(archive, name) : NULL;
	struct stat info;
	int error;

	if (archive->folder < 0) {
		*ret_offset = found ? found->offset : 0;
		*ret_size = found ? found->size : 0;
		return found ? sys_fcntl(archive->file, F_DUPFD_CLOEXEC, 0) : -ENOENT;
	}
	closes int fd = open_in_folder(archive, name);

	error = fd < 0 ? fd : sys_fstat(fd, &info);
	if (error)
		return error;
	*ret_offset = 0;
	*ret_size = (uint64_t)info.st_size;
	return take_fd(&fd);
}

static int read_at(int fd, uint64_t offset, void *to, size_t size)
{
	for (size_t have = 0; have < size;) {
		ssize_t got = sys_pread(fd, (char *)to + have, size - have, offset + have);

		if (got <= 0 && got != -EINTR)
			return got < 0 ? (int)got : -ENODATA;
		have += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

bool archive_read(const struct archive *archive, const char *name, size_t limit, char **ret_text,
		  size_t *ret_length, struct problem *problem)
{
	uint64_t offset = 0, size = 0;
	closes int fd = open_file(archive, name, &offset, &size);
	int error = fd < 0 ? fd : size > limit ? -EFBIG : 0;

	if (!error) {
		*ret_length = (size_t)size;
		*ret_text = arena_alloc(archive->arena, (size_t)size + 1);
		error = read_at(fd, offset, *ret_text, (size_t)size);
	}
	if (error)
		problem_set(problem, "%s: %s: %s", archive->path, name, archive_words(error));
	return !error;
}

int archive_look(const struct archive *archive, const char *name, uint64_t *ret_size,
		 unsigned char ret_begin[COMPRESSION_BEGIN])
{
	uint64_t offset = 0;

	*ret_size = 0;
	closes int fd = open_file(archive, name, &offset, ret_size);

	memset(ret_begin, 0, COMPRESSION_BEGIN);
	if (fd < 0)
		return fd;
	return read_at(fd, offset, ret_begin, *ret_size < COMPRESSION_BEGIN ? (size_t)*ret_size : COMPRESSION_BEGIN);
}

int archive_copy(const struct archive *archive, const char *name, int file)
{
	uint64_t offset = 0, size = 0;
	closes int fd = open_file(archive, name, &offset, &size);

	if (fd < 0)
		return fd;
	while (size) {
		size_t most = size < COPIED_AT_ONCE ? (size_t)size : COPIED_AT_ONCE;
		ssize_t sent = sys_sendfile_at(file, fd, &offset, most);

		if (sent <= 0 && sent != -EINTR)
			return sent < 0 ? (int)sent : -ENODATA;
		size -= sent > 0 ? (uint64_t)sent : 0;
	}
	return 0;
}
