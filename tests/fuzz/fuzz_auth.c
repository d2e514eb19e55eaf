/* fuzz_auth.c - any bytes as a file of passwords and as the answer of a helper: what is found is text that can be sent,
 * and what is logged in is found again, and after the logout nothing is. */
#include "image/auth.h"
#include "image/base64.h"
#include "image/credential_helper.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct auth_answer look(struct arena *arena, const struct auth_file *file)
{
	struct auth_answer answer;
	struct problem problem = { 0 };

	if (auth_look(file, arena, "docker.io", "library/x", &answer, &problem) == problem.found)
		abort();
	if (answer.kind == AUTH_HELPER && !credential_helper_is_name(answer.helper))
		abort();
	return answer;
}

static struct auth_file edit(struct arena *arena, const struct auth_file *file, const struct credentials *credentials)
{
	struct problem problem = { 0 };
	struct auth_file edited;
	bool changed;
	const char *text = auth_edit(file, arena, "docker.io", credentials, &changed);

	if (!auth_read(arena, arena_copy(arena, text, strlen(text)), strlen(text), "e", &edited, &problem))
		abort();
	return edited;
}

static void check_edits(struct arena *arena, const struct auth_file *file)
{
	static const struct credentials credentials = { "u", "p", "", "", "" };
	struct auth_file in = edit(arena, file, &credentials), out = edit(arena, &in, NULL);
	const struct json *entries = json_get(in.root, "auths");
	size_t found = 0;

	for (const struct json *entry = entries ? entries->first : NULL; entry; entry = entry->next) {
		const struct json *auth = json_get(entry, "auth");

		found += auth_key_means(arena, entry->key, "docker.io") && strcmp(auth->text, "dTpw") == 0;
	}
	if (found != 1)
		abort();
	entries = json_get(out.root, "auths");
	for (const struct json *entry = entries ? entries->first : NULL; entry; entry = entry->next)
		if (auth_key_means(arena, entry->key, "docker.io"))
			abort();
}

static void check_base64(struct arena *arena, const char *text)
{
	size_t length;
	char *decoded;

	if (base64_decode(arena, text, &decoded, &length) && strcmp(base64_encode(arena, decoded, length), text) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct problem problem = { 0 }, other = { 0 };
	struct auth_file file;
	struct arena arena;
	struct kept kept;

	arena_init(&arena, NULL, 0);
	check_base64(&arena, arena_copy(&arena, text, size));
	if (auth_read(&arena, arena_copy(&arena, text, size), size, "a", &file, &problem)) {
		look(&arena, &file);
		check_edits(&arena, &file);
	}
	if (credential_helper_read(&arena, arena_copy(&arena, text, size), size, "h", &kept, &other) &&
	    (!kept.user || !kept.secret || !*kept.secret))
		abort();
	arena_release(&arena);
	return 0;
}
