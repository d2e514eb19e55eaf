/* pull_explain.c - see pull_explain.h. The requests are those of the OCI distribution specification («Pulling»). What
 * stands in a manifest is known only where an image of the name is here already. */
#include "cli/pull_explain.h"
#include "base/json_write.h"
#include "engine/host_image.h"
#include "image/manifest.h"
#include <string.h>

struct explaining {
	struct arena *arena;
	struct text *out;
	struct json_writer json;
	const struct image *here;	/* NULL: none of the name */
	struct document manifest;	/* of that one */
};

/* How a reference is told: in the order of what would be done. */
struct form {
	const char *name;
	void (*begin)(struct explaining *explaining, const char *image);
	void (*request)(struct explaining *explaining, const struct endpoint *endpoint, const char *path);
	void (*end)(struct explaining *explaining);
	bool list;			/* all are in one JSON array */
};

static const char *url_of(const struct explaining *explaining, const struct endpoint *endpoint, const char *path)
{
	return arena_printf(explaining->arena, "%s://%s/v2/%s/%s", endpoint->plain ? "http" : "https", endpoint->host,
			    endpoint->repository, path);
}

/* --- sh --- */

static void script_begin(struct explaining *explaining, const char *image)
{
	struct text line = text_new(explaining->arena);

	text_add(&line, image);
	text_clean(line.at, '?');
	text_printf(explaining->out, _("# %s: the first of these that has it is taken;\n"
				       "# a registry that wants a token says where to get it\n"), line.at);
}

static void script_request(struct explaining *explaining, const struct endpoint *endpoint, const char *path)
{
	text_add(explaining->out, "curl --fail --location");
	for (size_t i = 0; !strncmp(path, "manifests/", strlen("manifests/")) && media_accepted[i]; i++)
		text_printf(explaining->out, " --header 'Accept: %s'", media_accepted[i]);
	text_add(explaining->out, " ");
	text_add_word(explaining->out, url_of(explaining, endpoint, path));
	text_add(explaining->out, "\n");
}

static void script_end(struct explaining *explaining)
{
	if (!explaining->here)
		text_add(explaining->out, _("# and then what the manifest names: that of this platform, the config and "
					    "the layers,\n# as …/manifests/DIGEST and …/blobs/DIGEST\n"));
}

/* --- text --- */

static void prose_begin(struct explaining *explaining, const char *image)
{
	struct text line = text_new(explaining->arena);

	text_add(&line, image);
	text_clean(line.at, '?');
	text_printf(explaining->out, _("%s is fetched by these requests;\nthe first server that has it is taken.\n"),
		    line.at);
}

static void prose_request(struct explaining *explaining, const struct endpoint *endpoint, const char *path)
{
	struct text line = text_new(explaining->arena);

	text_add(&line, url_of(explaining, endpoint, path));
	text_clean(line.at, '?');
	text_printf(explaining->out, "  GET %s%s\n", line.at,
		    endpoint->mirror ? _(" (a mirror)") : endpoint->plain ? _(" (only if it does not speak TLS)") :
		    endpoint->unverified ? _(" (whoever answers is believed)") : "");
}

static void prose_end(struct explaining *explaining)
{
	const struct image *here = explaining->here;

	if (!here) {
		text_add(explaining->out,
			_("No image of that name is here. Which manifest is the one of this platform, and which\n"
			  "config and layers it has, is known when the first request is answered; each is then\n"
			  "fetched by its digest, and checked.\n"));
		return;
	}
	text_printf(explaining->out, _("An image of that name is here. If the registry's digest is still\n%s, nothing "
				       "more is fetched. Its manifest %s names:\n"),
		    here->repo_digest.text, here->manifest.digest.text);
	for (size_t i = 0; i < explaining->manifest.count; i++)
		text_printf(explaining->out, _("  layer %zu: %s, %llu bytes\n"), i + 1,
			    explaining->manifest.list[i].digest.text,
			    (unsigned long long)explaining->manifest.list[i].size);
}

/* --- json --- */

static void json_begin(struct explaining *explaining, const char *image)
{
	json_open_object(&explaining->json, NULL);
	json_put_text(&explaining->json, "image", image);
	json_open_array(&explaining->json, "requests");
}

static void json_request(struct explaining *explaining, const struct endpoint *endpoint, const char *path)
{
	json_open_object(&explaining->json, NULL);
	json_put_text(&explaining->json, "method", "GET");
	json_put_text(&explaining->json, "url", url_of(explaining, endpoint, path));
	json_put_bool(&explaining->json, "mirror", endpoint->mirror);
	json_put_bool(&explaining->json, "verified", !endpoint->plain && !endpoint->unverified);
	json_close(&explaining->json);
}

static void json_end(struct explaining *explaining)
{
	const struct image *here = explaining->here;

	json_close(&explaining->json);
	if (here) {
		json_open_object(&explaining->json, "here");
		json_put_text(&explaining->json, "digest", here->repo_digest.text);
		json_put_text(&explaining->json, "manifest", here->manifest.digest.text);
		json_open_array(&explaining->json, "layers");
		for (size_t i = 0; i < explaining->manifest.count; i++)
			json_put_text(&explaining->json, NULL, explaining->manifest.list[i].digest.text);
		json_close(&explaining->json);
		json_close(&explaining->json);
	}
	json_close(&explaining->json);
}

/* --- */

static const struct form forms[] = {
	{ "sh", script_begin, script_request, script_end, false },
	{ "text", prose_begin, prose_request, prose_end, false },
	{ "json", json_begin, json_request, json_end, true },
};

static const struct form *find_form(const char *name, struct problem *problem)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(forms[i].name, name))
			return &forms[i];
	problem_set(problem, "a pull is explained as sh, text or json, not '%s'", name);
	return NULL;
}

static bool explain_one(struct explaining *explaining, const struct form *form, const struct remotes *remotes,
			const struct reference *reference, struct problem *problem)
{
	const char *which = reference->digest ? reference->digest : reference->tag;
	struct endpoint *endpoint;
	size_t count;

	if (!registries_pull_endpoints(&remotes->registries, explaining->arena, reference, &endpoint, &count, problem))
		return false;
	form->begin(explaining, reference_text(explaining->arena, reference));
	for (size_t i = 0; i < count; i++)
		form->request(explaining, &endpoint[i], arena_printf(explaining->arena, "manifests/%s", which));
	form->end(explaining);
	return true;
}

/* A short name may mean several images. */
static bool explain_name(struct command *command, struct explaining *explaining, const struct form *form,
			 const struct store *store, const struct images *images, const struct remotes *remotes,
			 const char *name)
{
	struct reference *reference;
	size_t count;

	if (!strcmp(name, host_image_name)) {
		problem_set(command->problem, "image 'host' is this machine's own root file system: there is nothing "
			    "to bring");
		return false;
	}
	if (!registries_candidates(&remotes->registries, command->arena, name, &reference, &count, command->problem))
		return false;
	for (size_t i = 0; i < count && !command->problem->found; i++) {
		explaining->here = images_named(images, reference_text(command->arena, &reference[i]));
		if (explaining->here && !store_read_manifest(store, &explaining->here->manifest.digest,
							     &explaining->manifest, command->problem))
			return false;
		explain_one(explaining, form, remotes, &reference[i], command->problem);
	}
	return !command->problem->found;
}

bool pull_explain(struct command *command, const struct store *store, const struct remotes *remotes,
		  char *const *names, const char *form_name, struct text *out)
{
	const struct form *form = find_form(form_name, command->problem);
	struct explaining explaining = { .arena = command->arena, .out = out, .json = json_writer_new(out, "\t") };
	struct images *images = ARENA_NEW(command->arena, struct images);

	if (!form || !store_images(store, images, command->problem))
		return false;
	if (form->list)
		json_open_array(&explaining.json, NULL);
	else
		translate_begin();
	for (; *names; names++)
		if (!explain_name(command, &explaining, form, store, images, remotes, *names))
			return false;
	if (form->list)
		json_close(&explaining.json);
	return true;
}
