/* fuzz_xray.c - any bytes as the texts that /proc has of a process, the first of which says which one; and what is made
 * of them: judged, and told in every form. What is told to people has nothing in it that a terminal obeys, and what is
 * told to programs is JSON. */
#include "xray/mounts.h"
#include "xray/parse.h"
#include "xray/tell.h"
#include <stdlib.h>
#include <string.h>

static char *no_arguments[] = { NULL };

/* --- one of its texts --- */

static void take(struct xray *xray, unsigned kind, const char *text, size_t size)
{
	struct xray_mounts host;

	switch (kind % 8) {
	case 0: xray_parse_status(xray->arena, text, &xray->status); break;
	case 1: xray_parse_stat(text, &xray->stat); break;
	case 2: xray->rlimits = xray_parse_limits(xray->arena, text, xray->rlimit); break;
	case 3: xray->arguments = xray_parse_arguments(xray->arena, text, size); break;
	case 4: xray->uids = xray->gids = xray_parse_id_map(xray->arena, text); break;
	case 5: xray->cgroups = xray_parse_cgroups(xray->arena, text); break;
	case 6: xray_parse_sockets(xray->arena, text, PROTOCOL_TCP + kind / 8 % PROTOCOLS, &xray->sockets); break;
	default:
		xray->mounts = xray_parse_mounts(xray->arena, text);
		xray->mounts_known = true;
		host = xray_parse_mounts(xray->arena, text);
		xray_judge_mounts(xray->arena, &xray->mounts, &host);
	}
	xray_parse_fdinfo(xray->arena, text);
}

/* --- what is told --- */

static void check_text(const struct text *out)
{
	for (size_t at = 0, size; at < out->length; at += size) {
		const size_t left = out->length - at;

		size = text_utf8(out->at + at, left);
		if (!size || (out->at[at] != '\n' && text_control(out->at + at, left)))
			abort();
	}
}

static void check_json(struct arena *arena, struct text *out)
{
	struct problem problem = { 0 };

	if (!json_read(arena, out->at, out->length, "x", &problem) || problem.found)
		abort();
}

static void tell(const struct xray *xray)
{
	const struct risks risks = xray_judge(xray);
	struct text text = text_new(xray->arena), object = text_new(xray->arena), config = text_new(xray->arena);
	struct text warnings = text_new(xray->arena), page = text_new(xray->arena);
	struct json_writer json = json_writer_new(&object, NULL);

	xray_tell_text(xray, &risks, &text);
	xray_tell_risks(&risks, &text);
	check_text(&text);
	xray_tell_html(xray, &risks, &page);
	check_text(&page);
	xray_tell_json(xray, &risks, &json);
	check_json(xray->arena, &object);
	json = json_writer_new(&config, NULL);
	xray_tell_spec(xray, &json, &warnings);
	check_text(&warnings);
	check_json(xray->arena, &config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct xray *xray;

	if (!size)
		return 0;
	arena_init(&arena, NULL, 0);
	xray = ARENA_NEW(&arena, struct xray);
	*xray = (struct xray){ .arena = &arena, .pid = 1, .name = "", .arguments = no_arguments, .root = "/",
			       .directory = "/" };
	for (int i = 0; i < NAMESPACES; i++)
		xray->namespace[i].inode = 1;
	take(xray, data[0], arena_copy(&arena, (const char *)data + 1, size - 1), size - 1);
	tell(xray);
	arena_release(&arena);
	return 0;
}
