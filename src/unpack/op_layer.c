/* op_layer.c - unpacks a layer: one thread reads, hashes and decompresses; this one parses and writes. */
#include "base/clock.h"
#include "base/fd.h"
#include "unpack/answer.h"
#include "unpack/confine.h"
#include "unpack/op.h"
#include "unpack/ring.h"
#include <unistd.h>

enum { TELL_MS = 200, TELL_ENTRIES = 64, STACK = 256 * 1024 };

struct work {
	struct input input;
	struct failure input_failure;	/* the other thread's */
	struct arena input_arena;
	struct ring ring;
	struct tar_reader reader;
	uint64_t told_ms;
};

static void *feed(void *context)
{
	struct work *work = context;
	size_t size = RING_PIECE;
	unsigned char *room;
	bool good = true;

	if (!ring_await_start(&work->ring))
		return NULL;
	while (good && size == RING_PIECE && (room = ring_room(&work->ring))) {
		good = input_fill(&work->input, room, RING_PIECE, &size);
		if (good && size)
			ring_give(&work->ring, size);
	}
	ring_end(&work->ring, !good);
	return NULL;
}

static ssize_t give(void *context, const unsigned char **ret_bytes, size_t most)
{
	return ring_take(context, ret_bytes, most);
}

/* Now and then. */
static void tell(struct session *session, struct work *work, const struct layer *layer)
{
	_Alignas(16) char room[512] = { 0 };
	struct arena arena;
	uint64_t now;

	if (layer->entries % TELL_ENTRIES)
		return;
	now = clock_ms();
	if (now - work->told_ms < TELL_MS)
		return;
	work->told_ms = now;
	arena_init(&arena, room, sizeof(room));
	answer_progress(session->socket, &arena, work->input.at, layer->entries);
	arena_release(&arena);
}

static bool read_entries(struct session *session, struct request *request, struct work *work, struct layer *layer)
{
	struct problem problem = { 0 };
	struct tar_entry entry;
	int result;

	while ((result = tar_read_entry(&work->reader, &entry, &problem)) == 1) {
		if (layer->entries >= request->max_entries)
			return fail(session->failure, UNPACK_LIMIT, entry.name,
					"more than the %llu entries that are allowed",
				    (unsigned long long)request->max_entries);
		if (!layer_add(layer, &work->reader, &entry))
			return false;
		tell(session, work, layer);
	}
	layer->entry = NULL;
	return result == 0 || layer_fail_reading(layer, result, &problem);
}

/* What stands behind the archive is part of its digest. */
static bool drain(struct session *session, struct work *work, struct layer *layer)
{
	const unsigned char *bytes;
	ssize_t got;

	while ((got = ring_take(&work->ring, &bytes, RING_PIECE)) > 0)
		tell(session, work, layer);
	return got == 0;
}

static bool unpack(struct session *session, struct request *request, struct work *work, struct layer *layer)
{
	struct stat stat;
	int error = sys_fstat(layer->root, &stat);

	/* What is made in it would have its group. */
	if (!error && stat.st_mode & S_ISGID)
		error = sys_fchmod(layer->root, stat.st_mode & 0777);
	if (error)
		return fail_call(session->failure, error, NULL, "look at the target");
	walk_begin(layer);
	tar_reader_init(&work->reader, (struct tar_source){ .read = give, .context = &work->ring });
	ring_start(&work->ring);
	/* Most layers have no entry for their root, which is that of the layers below then. */
	if (layer->overlay && !walk_imply(layer))
		return false;
	if (!read_entries(session, request, work, layer) || !drain(session, work, layer))
		return false;
	/* Files that are made later would get the group and the rights of their directory. */
	return layer->link_count || layer_finish(layer);
}

static void fill_layer(struct session *session, struct request *request, struct layer *layer)
{
	*layer = (struct layer){ .root = request->target, .overlay = request->form == FORM_OVERLAY,
		.squash = request->squash,
		.max_bytes = request->max_bytes, .uid = geteuid(), .gid = getegid(), .arena = session->arena,
		.failure = session->failure, .lowers = request->layers, .lower_count = request->layer_count,
		.directories.arena = session->arena, .copied.arena = session->arena };
}

static void fill_input(struct session *session, struct request *request, struct work *work)
{
	arena_init(&work->input_arena, NULL, 0);
	work->input = (struct input){ .fd = request->input, .wake = request->wake, .tee = request->tee,
		.compression = request->compression, .max_bytes = request->max_bytes, .max_ratio = request->max_ratio,
		.arena = &work->input_arena, .failure = &work->input_failure };
	if (request->compression != COMPRESSION_AUTO)
		work->input.codec = NULL;
}

bool op_layer(struct session *session, struct request *request, struct layer *layer)
{
	struct work *work = ARENA_NEW(session->arena, struct work);
	struct failure *failure = session->failure;
	pthread_attr_t attributes;
	pthread_t thread;
	bool good;

	fill_input(session, request, work);
	if (!input_prepare(&work->input)) {
		*failure = work->input_failure;
		return false;
	}
	if (!confine_files(&request->target, request->layers, request->layer_count, failure) ||
	    !confine_rights(request->target, failure))
		return false;
	sys_umask(0);
	fill_layer(session, request, layer);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	if (!ring_begin(&work->ring) || pthread_create(&thread, &attributes, feed, work))
		return fail(failure, UNPACK_FILE, NULL, "cannot make a thread");
	good = confine_calls(failure) && unpack(session, request, work, layer);
	if (!good && !failure->problem.found && !work->ring.failed)
		fail(failure, UNPACK_FILE, NULL, "unpacking has ended without a reason");
	ring_drop(&work->ring);
	/* The other thread may wait for input that never comes: then the end of the process ends it. */
	if (!good && !work->ring.ended)
		return false;
	pthread_join(thread, NULL);
	/* What the other thread found came first. */
	if (work->input_failure.problem.found)
		*failure = work->input_failure;
	tar_reader_release(&work->reader);
	if (!good)
		return false;
	return answer_unpacked(session->socket, &work->input, layer) ||
	       fail(failure, UNPACK_REQUEST, NULL, "cannot answer");
}

bool op_settle(struct session *session, const struct request *request, struct layer *layer)
{
	char link[PATH_MAX];

	layer->lowers = request->layers;
	layer->lower_count = request->layer_count;
	if (!settle(layer, link))
		return false;
	return answer_settled(session->socket, session->arena, link) ||
	       fail(session->failure, UNPACK_REQUEST, NULL, "cannot answer");
}
