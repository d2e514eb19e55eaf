/* commit.c - see commit.h */
#include "engine/commit.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/changes.h"
#include "engine/commit_run.h"
#include "engine/event.h"
#include "engine/rootfs.h"
#include "image/commit.h"
#include "image/event.h"
#include "image/export.h"
#include "life/life.h"
#include "spec/reason.h"
#include <string.h>

struct committing {
	const struct commit_asked *asked;
	int pipe;
};

/* --- the layer, in the child --- */

static int take(void *context, const void *bytes, size_t size)
{
	const struct committing *committing = context;

	return file_write_all(committing->pipe, bytes, size);
}

static int write_layer(void *data, const struct changes_part *part, struct problem *problem)
{
	struct committing *committing = data;

	return export_layer(part->upper, part->lower, part->mounts, (struct tar_sink){ take, committing },
			    &committing->asked->notes, problem);
}

static int write_tree(void *data, int root, struct problem *problem)
{
	struct committing *committing = data;

	return export_tree(root, (struct tar_sink){ take, committing }, &committing->asked->notes, problem);
}

/* Begins the child that writes it. */
static bool begin(struct engine *engine, struct engine_container *container, struct committing *committing,
		  struct reach *ret_reach, struct problem *problem)
{
	const struct changes_request changes = { container, write_layer, committing };
	const struct reach_request all = { container, true, write_tree, committing };

	return committing->asked->squash ? reach_begin(engine, &all, ret_reach, problem) :
					   changes_begin(engine, &changes, ret_reach, problem);
}

/* --- the image --- */

static const struct image *find_parent(struct engine *engine, const struct engine_container *container,
				       struct problem *problem)
{
	struct images *images = ARENA_NEW(engine->arena, struct images);
	const struct made *made = &container->made;

	if (!made->image_id[0]) {
		problem_set(problem, "container %s stands on %s, which is no image; 'taru export %s | taru import -' "
			    "makes one of all of its files", made->name,
			    rootfs_is(made) ? made->rootfs : "this machine's own files", made->name);
		return NULL;
	}
	if (!store_images(engine->store, images, problem))
		return NULL;
	for (size_t i = 0; i < images->count; i++)
		if (!strcmp(images->at[i].id.text, made->image_id))
			return &images->at[i];
	problem_set(problem, "container %s: its image %.19s is not in the store any more; pull '%s' again", made->name,
		    made->image_id, made->image);
	return NULL;
}

/* The layer is read while it is written. */
static bool make_image(struct engine *engine, struct engine_container *container, const struct image *parent,
		       const struct commit_asked *asked, const struct commit_options *options,
		       struct image *ret_image, struct problem *problem)
{
	int ends[2], error = sys_pipe2(ends, 0);
	struct committing committing = { asked, ends[1] };
	struct problem ours = { 0 };
	struct reach reach;
	bool begun;

	if (error) {
		problem_set(problem, "no pipe could be made: %s", reason_words(error));
		return false;
	}
	begun = begin(engine, container, &committing, &reach, problem);
	sys_close(ends[1]);
	if (begun)
		commit_image(engine->store, parent, ends[0], options, ret_image, &ours);
	sys_close(ends[0]);
	error = begun ? reach_end(&reach, problem) : 0;
	if (ours.found)
		problem_set(problem, "%s", ours.text);
	if (error)
		problem_set(problem, "container %s: what it has changed cannot be read: %s", container->made.name,
			    reason_words(error));
	return !problem->found;
}

/* Where nobody has said that it must be, one that cannot be paused (it has no cgroup) goes on. */
static bool hold_still(struct engine *engine, const struct engine_container *container,
		       const struct commit_asked *asked, bool *ret_paused, struct problem *problem)
{
	struct problem failed = { 0 };

	if (container->status != CONTAINER_RUNNING || (asked->pause.set && !asked->pause.value))
		return true;
	life_pause(engine->arena, engine->run, container->made.id, &failed);
	*ret_paused = !failed.found;
	if (*ret_paused)
		event_container(engine, &container->made, "pause", NULL);
	if (failed.found && asked->pause.set)
		problem_set(problem, "%s", failed.text);
	return !problem->found;
}

static void note_commit(struct engine *engine, const struct engine_container *container,
			const struct commit_asked *asked, const struct image *image)
{
	const struct pair more[] = { { "comment", asked->message ? asked->message : "" },
				     { "imageID", image->id.text },
				     { "imageRef", asked->name ? asked->name : "" }, { NULL, NULL } };

	if (asked->name)
		event_image(engine->store, image, "tag");
	event_container(engine, &container->made, "commit", more);
}

bool engine_commit_image(struct engine *engine, struct engine_container *container,
			 const struct commit_asked *asked, struct image *ret_image, struct problem *problem)
{
	const struct image *parent = find_parent(engine, container, problem);
	struct commit_options options = { asked->name, asked->author, asked->message, NULL, NULL, asked->squash };
	struct problem after = { 0 };	/* who has gone on or ended meanwhile need not be told to */
	struct image_run run;
	bool paused = false;

	if (!parent || !commit_run(engine, container, parent, &run, &options.created_by, problem))
		return false;
	options.run = &run;
	for (size_t i = 0; i < asked->changes.count && !problem->found; i++)
		change_apply(engine->arena, &run, asked->changes.at[i], problem);
	if (problem->found)
		return false;
	if (!hold_still(engine, container, asked, &paused, problem))
		return false;
	if (make_image(engine, container, parent, asked, &options, ret_image, problem))
		note_commit(engine, container, asked, ret_image);
	if (paused) {
		life_resume(engine->arena, engine->run, container->made.id, &after);
		event_container(engine, &container->made, "unpause", NULL);
	}
	return !problem->found;
}
