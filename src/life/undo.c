/* undo.c - see undo.h */
#include "life/undo.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include <string.h>

enum { FILE_LIMIT = 1024 * 1024, ROUNDS = 3 };

/* --- what to write --- */

/* Files of lines "KEY VALUE", each of which is changed by itself; and the value of a key that is not shown. */
static const struct { const char *file, *none; } keyed[] = {
	{ "io.max", "rbps=max wbps=max riops=max wiops=max" },
	{ "io.latency", "target=max" },
	{ "io.weight", "default" },
	{ "io.bfq.weight", "default" },
	{ "blkio.weight_device", "0" },
	{ "blkio.leaf_weight_device", "0" },
	{ "blkio.bfq.weight_device", "0" },
	{ "blkio.throttle.read_bps_device", "0" },
	{ "blkio.throttle.write_bps_device", "0" },
	{ "blkio.throttle.read_iops_device", "0" },
	{ "blkio.throttle.write_iops_device", "0" },
	{ "rdma.max", "hca_handle=max hca_object=max" },
	{ "net_prio.ifpriomap", "0" },
	{ "misc.max", "max" },
	{ NULL, NULL }
};

static const char *none_of(const char *file)
{
	for (size_t i = 0; keyed[i].file; i++)
		if (strcmp(file, keyed[i].file) == 0)
			return keyed[i].none;
	return NULL;
}

static const char *find_line(struct arena *arena, const char *text, const char *key, size_t length)
{
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, length) == 0 && text[length] == ' ')
			return arena_copy(arena, text, strcspn(text, "\n"));
	}
	return NULL;
}

/* A bare number is what holds for all. */
static const char *line_of(struct arena *arena, const char *written, const char *old, const char *none)
{
	size_t length = strcspn(written, " ");
	const char *key = written[length] ? written : "default", *line;

	if (!written[length])
		length = strlen(key);
	line = find_line(arena, old, key, length);
	if (!line && key != written)
		return old;
	return line ? line : arena_printf(arena, "%.*s %s", (int)length, key, none);
}

/* "oom_kill_disable 0\nunder_oom 0\n…" */
static const char *second_word(struct arena *arena, const char *text)
{
	text += strcspn(text, " ");
	text += *text == ' ';
	return arena_copy(arena, text, strcspn(text, "\n"));
}

static void add(struct arena *arena, struct texts *list, const char *text)
{
	list->at[list->count++] = arena_copy(arena, text, strlen(text));
}

/* devices.list as lines for devices.allow, after all has been denied. */
static void add_lines(struct arena *arena, struct texts *list, const char *old)
{
	while (*old) {
		size_t length = strcspn(old, "\n");

		if (length)
			list->at[list->count++] = arena_copy(arena, old, length);
		old += length + (old[length] == '\n');
	}
}

struct texts undo_texts(struct arena *arena, const char *file, const char *written, const char *old)
{
	struct texts list = { ARENA_ARRAY(arena, strlen(old) / 2 + 2, char *), 0 };
	const char *none = none_of(file);

	if (none)
		add(arena, &list, line_of(arena, written, old, none));
	else if (strcmp(file, "devices.allow") == 0)
		add_lines(arena, &list, old);
	else if (strcmp(file, "memory.oom_control") == 0)
		add(arena, &list, second_word(arena, old));
	else
		/* Without an end of line resctrl takes nothing, and an empty list is no write at all. */
		add(arena, &list, arena_printf(arena, "%s\n", old));
	return list;
}

/* --- reading --- */

struct undo_file {
	size_t step;			/* of the plan */
	const char *path;
	struct texts texts;
	bool deny_all;			/* before: the file is devices.allow */
	bool unread;			/* so what it held is not known: memory.reclaim is for writing only */
};

struct undo {
	struct arena *arena;
	struct undo_file *at;
	size_t count;
};

static const char *read_text(struct arena *arena, const char *path)
{
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, path, FILE_LIMIT, &text, &length))
		return NULL;
	while (length && text[length - 1] == '\n')
		text[--length] = '\0';
	return text;
}

static void keep(struct undo *undo, size_t step, const char *path, const char *written)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *old;
	struct undo_file *file = &undo->at[undo->count];
	struct arena *arena = undo->arena;

	*file = (struct undo_file){ .step = step, .path = path };
	/* What these two do together can be read in a third. */
	if (strcmp(name, "devices.allow") == 0 || strcmp(name, "devices.deny") == 0) {
		const char *folder = arena_copy(arena, path, (size_t)(name - path));

		file->path = arena_printf(arena, "%sdevices.allow", folder);
		file->deny_all = true;
		old = read_text(arena, arena_printf(arena, "%sdevices.list", folder));
		name = "devices.allow";
	} else {
		old = read_text(arena, path);
	}
	if (old)
		file->texts = undo_texts(arena, name, written, old);
	file->unread = !old;
	undo->count++;
}

struct undo *undo_open(struct arena *arena, const struct plan *plan)
{
	struct undo *undo = ARENA_NEW(arena, struct undo);

	*undo = (struct undo){ arena, ARENA_ARRAY(arena, plan->count + 1, struct undo_file), 0 };
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (step->kind == STEP_WRITE_FILE)
			keep(undo, i, step->write_file.path, step->write_file.text);
		else if (step->kind == STEP_WRITE_LINES && step->write_lines.lines->count)
			keep(undo, i, step->write_lines.path, step->write_lines.lines->at[0]);
	}
	return undo;
}

/* --- writing --- */

static int write_to(const char *path, const char *text)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);
	ssize_t written = fd < 0 ? fd : sys_write(fd, text, strlen(text));

	return written < 0 ? (int)written : 0;
}

static int put_back(const struct undo *undo, const struct undo_file *file)
{
	int error = file->unread ? -ENODATA : 0;

	if (file->deny_all && !error) {
		size_t length = strlen(file->path) - strlen("allow");

		error = write_to(arena_printf(undo->arena, "%.*sdeny", (int)length, file->path), "a");
	}
	for (size_t i = 0; i < file->texts.count && !error; i++)
		error = write_to(file->path, file->texts.at[i]);
	return error;
}

/* Lines are written one by one, and some may have been when one is refused. */
static bool was_changed(const struct plan *plan, const struct tape *tape, size_t step)
{
	const struct mark *mark = &tape->mark[step];

	return mark->began && (!mark->error || plan->step[step].kind == STEP_WRITE_LINES);
}

/* Values hang together (memory alone, memory with swap), so that one may only be taken back after another. */
const char *undo_all(const struct undo *undo, const struct plan *plan, const struct tape *tape)
{
	const char *failed = NULL;

	for (int round = 0; round < ROUNDS; round++) {
		failed = NULL;
		for (size_t i = undo->count; i-- > 0;)
			if (was_changed(plan, tape, undo->at[i].step) && put_back(undo, &undo->at[i]))
				failed = undo->at[i].path;
		if (!failed)
			break;
	}
	return failed;
}
