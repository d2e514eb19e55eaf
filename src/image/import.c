/* import.c - see import.h */
#include "image/import.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "image/changes.h"
#include "image/event.h"
#include "image/new_image.h"
#include "image/platform.h"
#include "spec/names.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

struct importing {
	struct new_image new;
	const struct import_options *options;
	struct platform platform;
};

static void write_history(struct importing *importing, struct json_writer *json, const char *created)
{
	const struct import_options *options = importing->options;

	json_open_array(json, "history");
	json_open_object(json, NULL);
	json_put_text(json, "created", created);
	json_put_text(json, "comment", options->message ? options->message :
		      arena_printf(importing->new.store->arena, "Imported from %s", importing->new.what));
	json_close(json);
	json_close(json);
}

static bool write_config(struct importing *importing, struct text *out, struct problem *problem)
{
	struct arena *arena = importing->new.store->arena;
	const struct platform *platform = &importing->platform;
	const char *created = new_image_time(arena, importing->new.now);
	struct json_writer json = json_writer_new(out, NULL);
	struct image_run run = { 0 };

	for (size_t i = 0; i < importing->options->changes.count; i++)
		change_apply(arena, &run, importing->options->changes.at[i], problem);
	json_open_object(&json, NULL);
	json_put_text(&json, "created", created);
	json_put_text(&json, "architecture", platform->architecture);
	if (platform->variant[0])
		json_put_text(&json, "variant", platform->variant);
	json_put_text(&json, "os", platform->os);
	image_run_write(&json, &run);
	json_open_object(&json, "rootfs");
	json_put_text(&json, "type", "layers");
	json_put_texts(&json, "diff_ids", (const char *const[]){ importing->new.unpacking.diff_id.text, NULL });
	json_close(&json);
	write_history(importing, &json, created);
	json_close(&json);
	return !problem->found;
}

static bool run(struct importing *importing, int input, struct image *ret_image, struct problem *problem)
{
	const struct import_options *options = importing->options;
	struct new_image *new = &importing->new;
	struct text config = text_new(new->store->arena);

	return new_image_read_layer(new, input, NULL, options->squash, problem) &&
	       write_config(importing, &config, problem) &&
	       new_image_put(new, &config, &new->layer, 1, 0, options->name ? options->name : "", ret_image, problem);
}

/* What was asked for is checked before anything is read. */
static bool check(struct importing *importing, struct problem *problem)
{
	const struct import_options *options = importing->options;
	struct arena *arena = importing->new.store->arena;
	struct platform here = platform_here(arena);
	struct image_run run = { 0 };

	importing->platform = here;
	if (options->platform && !platform_parse(arena, options->platform, &here, &importing->platform, problem))
		return false;
	for (size_t i = 0; i < options->changes.count; i++)
		if (!change_apply(arena, &run, options->changes.at[i], problem))
			return false;
	return true;
}

bool import(struct store *store, const char *path, const struct import_options *options, struct image *ret_image,
	    struct problem *problem)
{
	bool standard = !strcmp(path, "-");
	struct importing importing = { .new = { .store = store, .what = path, .now = time(NULL) },
				       .options = options };
	bool done;

	if (!check(&importing, problem))
		return false;
	closes int input = standard ? sys_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
				      sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);

	if (input < 0) {
		problem_set(problem, "%s: %s", path, errno_words(-input));
		return false;
	}
	done = run(&importing, input, ret_image, problem);
	new_image_end(&importing.new);
	if (done && options->name)
		event_image(store, ret_image, "tag");
	if (done)
		event_image(store, ret_image, "import");
	return done;
}
