/* certificates.c - see certificates.h */
#include "image/certificates.h"
#include "base/text.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int read_pem(struct arena *arena, const char *path, const char **ret_text, struct problem *problem)
{
	size_t length = 0;
	char *text = NULL;
	int got = places_read(arena, path, &text, &length, problem);

	if (!got)
		problem_set(problem, "%s: the file is not there", path);
	if (got <= 0)
		return got ? got : -ENOENT;
	*ret_text = text;
	if (length == strlen(text) && strstr(text, "-----BEGIN "))
		return 0;
	problem_set(problem, "%s: the file is not PEM ('-----BEGIN …')", path);
	return -EINVAL;
}

/* All authorities, one text. */
static int read_authorities(struct arena *arena, const char *folder, const char **ret_ca, struct problem *problem)
{
	struct text all = text_new(arena);
	const char **name = NULL;
	int error = places_list(arena, folder, ".crt", &name, problem);

	for (; !error && *name; name++) {
		const char *one = NULL;

		error = read_pem(arena, arena_printf(arena, "%s/%s", folder, *name), &one, problem);
		if (!error)
			text_printf(&all, "%s\n", one);
	}
	*ret_ca = all.at;
	return error;
}

/* A key without its certificate is a mistake as well. */
static int check_keys(struct arena *arena, const char *folder, struct problem *problem)
{
	const char **name = NULL;
	int error = places_list(arena, folder, ".key", &name, problem);
	struct stat info;

	for (; !error && *name; name++) {
		const char *path = arena_printf(arena, "%s/%.*s.cert", folder, (int)(strlen(*name) - strlen(".key")),
						*name);

		if (stat(path, &info) == 0)
			continue;
		problem_set(problem, "%s/%s: the certificate of this key, %s, is not there", folder, *name, path);
		error = -ENOENT;
	}
	return error;
}

static int read_pair(struct arena *arena, const char *folder, struct certificates *to, struct problem *problem)
{
	const char **name = NULL;
	int error = places_list(arena, folder, ".cert", &name, problem);

	if (!error)
		error = check_keys(arena, folder, problem);
	if (error || !*name)
		return error;
	error = read_pem(arena, arena_printf(arena, "%s/%s", folder, *name), &to->certificate, problem);
	if (error)
		return error;
	return read_pem(arena, arena_printf(arena, "%s/%.*s.key", folder, (int)(strlen(*name) - strlen(".cert")),
					    *name), &to->key, problem);
}

int certificates_find(struct arena *arena, const struct places *places, const char *domain,
		      struct certificates *ret_certificates, struct problem *problem)
{
	const char *const folders[] = {
		places->cert_dir,
		places->config ? arena_printf(arena, "%s/certs.d/%s", places->config, domain) : NULL,
		arena_printf(arena, "%s/containers/certs.d/%s", places->etc, domain),
		arena_printf(arena, "%s/docker/certs.d/%s", places->etc, domain),
	};
	struct stat info;
	int error;

	*ret_certificates = (struct certificates){ "", "", "" };
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (!folders[i] || stat(folders[i], &info) != 0 || !S_ISDIR(info.st_mode))
			continue;
		error = read_authorities(arena, folders[i], &ret_certificates->ca, problem);
		return error ? error : read_pair(arena, folders[i], ret_certificates, problem);
	}
	return 0;
}
