/* do_life.c - what stays when the runtime has gone: the record, the wait for `start`, what callers read.
 *
 * The wait is a read(2) of a FIFO that was opened before the container's root was entered, by reading and
 * writing: so opening it waits for nobody, and a caller who comes and goes does not end it. A second FIFO
 * goes the other way. It is closed by execve: whoever reads its end knows that the program runs; and if
 * it cannot be run the process writes its last words there before it ends.
 */
#include "base/proc.h"
#include "exec/do.h"
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

/* --- forms --- */

static void put_digits(char *last, uint64_t number)
{
	for (; last && number; number /= 10)
		*last-- = (char)('0' + number % 10);
}

void form_fill(struct form *form, pid_t pid, uint64_t start_time)
{
	put_digits(form->pid[0], (uint64_t)pid);
	put_digits(form->pid[1], (uint64_t)pid);
	put_digits(form->start_time, start_time);
}

/* --- files that are there whole or not at all --- */

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = sys_write(fd, text, length);

		if (written < 0)
			return (int)written;
		text += written;
		length -= (size_t)written;
	}
	return 0;
}

static int replace_file(struct run *run, const char *path, const char *text, size_t length, mode_t mode)
{
	char beside[PATH_MAX];
	int error, fd;

	trying(run, __NR_openat, SUBJECT_TARGET);
	if (strlen(path) + sizeof(".new") > sizeof(beside))
		return -ENAMETOOLONG;
	put_text(put_text(beside, path), ".new");
	fd = sys_openat(AT_FDCWD, beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NOCTTY, mode);
	if (fd < 0)
		return fd;
	trying(run, __NR_write, SUBJECT_TARGET);
	error = write_all(fd, text, length);
	sys_close(fd);
	if (!error) {
		trying(run, __NR_renameat2, SUBJECT_TARGET);
		error = sys_renameat(AT_FDCWD, beside, AT_FDCWD, path);
	}
	if (error)
		sys_unlinkat(AT_FDCWD, beside, 0);
	return error;
}

/* "4711 1234567": pid and start time, in a link, which is made whole or not at all. */
static int link_process(struct run *run, const char *path, uint64_t start_time)
{
	char text[64];

	put_number(put_text(put_number(text, (uint64_t)run->child), " "), start_time);
	trying(run, __NR_symlinkat, SUBJECT_TARGET);
	return sys_symlinkat(text, AT_FDCWD, path);
}

int do_write_record(struct run *run, const struct step *step)
{
	struct proc_stat stat;
	int error;

	trying(run, __NR_openat, SUBJECT_SOURCE);
	error = proc_read_stat(run->child, &stat);
	if (error)
		return error;
	form_fill(&run->record, run->child, stat.start_time);
	error = link_process(run, step->write_record.process, stat.start_time);
	if (error)
		return error;
	return replace_file(run, step->write_record.path, run->record.text, run->record.length, 0600);
}

int do_write_pid_file(struct run *run, const struct step *step)
{
	char pid[24];
	const char *end = put_number(pid, (uint64_t)run->child);

	return replace_file(run, step->pid_file.path, pid, (size_t)(end - pid), 0644);
}

/* --- the wait --- */

static int open_fifo(struct run *run, int slot, const char *path)
{
	int error;

	trying(run, __NR_mknodat, SUBJECT_TARGET);
	error = sys_mknodat(AT_FDCWD, path, S_IFIFO | 0600, 0);
	if (error)
		return error;
	trying(run, __NR_openat, SUBJECT_TARGET);
	return slot_fill(run, slot, sys_openat(AT_FDCWD, path, O_RDWR | O_NOFOLLOW, 0));
}

int do_open_start(struct run *run, const struct step *step)
{
	int error = open_fifo(run, SLOT_START, step->open_start.start);

	return error ? error : open_fifo(run, SLOT_ANSWER, step->open_start.answer);
}

int do_await_start(struct run *run, const struct step *step)
{
	ssize_t result;
	char byte;

	trying(run, __NR_read, SUBJECT_STEP);
	do
		result = sys_read(run->slot[SLOT_START], &byte, 1);
	while (result == -EINTR);
	if (result != 1)
		return result < 0 ? (int)result : -EPROTO;
	scratch_add(run, run->slot[SLOT_START]);
	run->slot[SLOT_START] = -1;
	return 0;
}

static uint32_t steps_after_start(const struct run *run, size_t index)
{
	uint32_t count = 0;

	while (index && run->plan->step[index].kind != STEP_AWAIT_START)
		count += run->plan->step[index--].lane == LANE_CONTAINER;
	return count;
}

/* No larger than PIPE_BUF, so it is written whole. */
void say_last_words(struct run *run)
{
	size_t index = (size_t)(run->mark - run->tape->mark);
	struct last_words words = {
		.after = steps_after_start(run, index),
		.kind = run->plan->step[index].kind,
		.mark = *run->mark,
	};

	if (run->slot[SLOT_ANSWER] < 0 || run->slot[SLOT_START] >= 0)
		return;
	memcpy(words.note, run->tape->note, sizeof(words.note));
	sys_write(run->slot[SLOT_ANSWER], &words, sizeof(words));
}

static bool has_begun(const struct run *run)
{
	for (size_t i = run->plan->count; i-- > 0;)
		if (run->plan->step[i].kind == STEP_EXEC)
			return run->tape->mark[i].began && !run->tape->mark[i].error;
	return false;
}

/* The container's process has the other end open until execve. Then it is made, and others may change it. */
int do_await_exec(struct run *run, const struct step *step)
{
	unsigned char byte;
	ssize_t result;

	trying(run, __NR_read, SUBJECT_STEP);
	do
		result = sys_read(run->lane_socket, &byte, 1);
	while (result == -EINTR);
	if (result > 0)
		return -EPROTO;
	if (!has_begun(run))
		return -ECONNRESET;
	if (run->lock >= 0)
		sys_flock(run->lock, LOCK_UN);
	return 0;
}
