/* copy.c - see copy.h: the two ends, and what is told of both. */
#include "base/fd.h"
#include "base/sys_socket.h"
#include "engine/copy_parts.h"
#include "engine/reach.h"
#include "image/stream.h"
#include "spec/reason.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct job {
	const struct copy_options *options;
	struct copy_place place;	/* in the container */
	const char *source;		/* of a copy into it */
	int socket;
};

/* --- paths --- */

int copy_open(const struct copy_place *place, const char *path, uint64_t flags)
{
	enum { TRIES = 64 };		/* -EAGAIN: something was moved on the way */
	int fd = -EAGAIN;

	if (place->root < 0)
		return sys_openat(AT_FDCWD, path, (int)flags | O_PATH, 0);
	for (int i = 0; i < TRIES && fd == -EAGAIN; i++)
		fd = sys_openat2(place->root, path[0] ? path : "/", flags | O_PATH, 0,
				 RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	return fd;
}

bool copy_ends_in_slash(const char *path)
{
	size_t length = strlen(path);

	return length && path[length - 1] == '/';
}

bool copy_is_content(const char *path)
{
	size_t length = strlen(path);

	return length && path[length - 1] == '.' && (length == 1 || path[length - 2] == '/');
}

/* --- out of the container --- */

static int send_from(void *data, int root, struct problem *problem)
{
	struct job *job = data;

	job->place.root = root;
	return copy_send(&job->place, job->options, job->socket, problem);
}

/* What the sender has to say is the cause; that the archive ends too soon an echo. */
static bool end_copy(struct reach *reach, const struct problem *ours, struct problem *problem)
{
	int error = reach_end(reach, problem);

	if (ours->found)
		problem_set(problem, "%s", ours->text);
	if (error)
		problem_set(problem, "the files were not copied: %s", reason_words(error));
	return !problem->found;
}

static bool copy_to_standard_output(struct engine *engine, struct reach_request *request, struct job *job,
				    struct problem *problem)
{
	const struct problem none = { 0 };
	struct reach reach;

	job->socket = STDOUT_FILENO;
	if (isatty(STDOUT_FILENO)) {
		problem_set(problem, "refusing to write an archive to a terminal; redirect the output");
		return false;
	}
	return reach_begin(engine, request, &reach, problem) && end_copy(&reach, &none, problem);
}

static bool make_sockets(int ret_ends[2], struct problem *problem)
{
	if (!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret_ends))
		return true;
	problem_set(problem, "no socket could be made: %s", reason_words(-errno));
	return false;
}

bool engine_copy_from(struct engine *engine, struct engine_container *container, const char *source,
		      const char *target, const struct copy_options *options, struct problem *problem)
{
	struct job job = { .options = options, .place = { -1, source } };
	struct reach_request request = { .container = container, .work = send_from, .data = &job };
	const struct copy_target to = { .place = { -1, target }, .source = source, .owners = options->archive,
					.overwrite = options->overwrite, .notes = &options->notes };
	struct problem ours = { 0 };
	struct reach reach;
	int ends[2];

	if (!target)
		return copy_to_standard_output(engine, &request, &job, problem);
	if (!make_sockets(ends, problem))
		return false;
	closes int mine = ends[0], theirs = ends[1];

	job.socket = theirs;
	if (!reach_begin(engine, &request, &reach, problem))
		return false;
	sys_close(take_fd(&theirs));
	copy_receive(&to, mine, &ours);
	sys_shutdown(mine);
	return end_copy(&reach, &ours, problem);
}

/* --- into the container --- */

static int receive_in(void *data, int root, struct problem *problem)
{
	struct job *job = data;
	const struct copy_target target = {
		.place = { root, job->place.path },
		.source = job->source,
		.owners = job->options->archive || !job->source,
		.trusted = true,
		.overwrite = job->options->overwrite,
		.notes = &job->options->notes,
	};

	return copy_receive(&target, job->socket, problem);
}

/* Standard input, with its compression undone. */
static int send_stream(struct engine *engine, int socket, struct problem *problem)
{
	struct streamed streamed;

	return stream_copy(engine->store, STDIN_FILENO, socket, "none", "standard input", &streamed, problem) ? 0 :
	       -EIO;
}

bool engine_copy_to(struct engine *engine, struct engine_container *container, const char *source,
		    const char *target, const struct copy_options *options, struct problem *problem)
{
	struct job job = { .options = options, .place = { -1, target }, .source = source };
	struct reach_request request = { .container = container, .work = receive_in, .data = &job };
	const struct copy_place from = { -1, source };
	struct problem ours = { 0 };
	struct reach reach;
	int ends[2];

	if (!make_sockets(ends, problem))
		return false;
	closes int mine = ends[0], theirs = ends[1];

	job.socket = theirs;
	if (!reach_begin(engine, &request, &reach, problem))
		return false;
	sys_close(take_fd(&theirs));
	signal(SIGPIPE, SIG_IGN);	/* the other end may have said no: that is told, and does not end us */
	if (source)
		copy_send(&from, options, mine, &ours);
	else
		send_stream(engine, mine, &ours);
	signal(SIGPIPE, SIG_DFL);
	sys_shutdown(mine);
	if (source && ours.found)	/* the cause: the other end only sees a stream that ends too soon */
		problem_set(problem, "%s", ours.text);
	return end_copy(&reach, &ours, problem);
}
