/* reference.c - see reference.h */
#include "image/reference.h"
#include "base/text.h"
#include <string.h>

static const char hub[] = "docker.io", old_hub[] = "index.docker.io", official[] = "library/";

enum { SHA256_DIGITS = 64 };

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
	return is_lower(c) || is_upper(c) || is_digit(c);
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static size_t hex_digits(const char *text)
{
	size_t count = 0;

	while (is_hex(text[count]))
		count++;
	return count;
}

/* --- digests --- */

bool reference_check_digest(const char *digest, struct problem *problem)
{
	static const char known[] = "sha256:";
	const char *hex = digest + strlen(known);
	size_t length = strlen(digest);

	if (strncmp(digest, "sha512:", strlen("sha512:")) == 0)
		problem_set(problem, "digest '%.300s': sha512 is not supported; name the image by its sha256 digest",
			    digest);
	else if (strncmp(digest, known, strlen(known)) != 0)
		problem_set(problem, "digest '%.300s': it must be 'sha256:' and 64 hexadecimal digits", digest);
	else if (length - strlen(known) != SHA256_DIGITS)
		problem_set(problem, "digest '%.300s': sha256 has 64 hexadecimal digits, not %zu", digest,
			    length - strlen(known));
	else if (hex_digits(hex) != SHA256_DIGITS)
		problem_set(problem, "digest '%.300s': '%c' is no hexadecimal digit in lower case", digest,
			    hex[hex_digits(hex)]);
	else
		return true;
	return false;
}

/* --- the registry --- */

/* host.example: letters, digits and hyphens between dots, no hyphen at an end. Returns where it ends. */
static const char *skip_host_name(const char *at)
{
	for (;;) {
		const char *begin = at;

		while (is_letter_or_digit(*at) || *at == '-')
			at++;
		if (at == begin || *begin == '-' || at[-1] == '-')
			return NULL;
		if (*at != '.')
			return at;
		at++;
	}
}

/* [::1] */
static const char *skip_ipv6(const char *at)
{
	const char *begin = ++at;

	while (is_hex(*at) || (*at >= 'A' && *at <= 'F') || *at == ':')
		at++;
	return at > begin && *at == ']' ? at + 1 : NULL;
}

bool reference_is_domain(const char *text)
{
	const char *at = *text == '[' ? skip_ipv6(text) : skip_host_name(text);

	if (at && *at == ':') {
		if (!is_digit(*++at))
			return false;
		while (is_digit(*at))
			at++;
	}
	return at && !*at;
}

/* The length of the part before the first '/' where that is a registry; else 0. */
static size_t domain_length(const char *name)
{
	static const char local[] = "localhost";
	size_t length = strcspn(name, "/");

	if (name[length] != '/')
		return 0;
	for (size_t i = 0; i < length; i++)
		if (name[i] == '.' || name[i] == ':' || is_upper(name[i]))
			return length;
	return length == strlen(local) && memcmp(name, local, length) == 0 ? length : 0;
}

/* --- the path --- */

/* What may stand between letters and digits: '.', '_', "__" or hyphens. Returns its length. */
static size_t separator_length(const char *at)
{
	size_t length = 0;

	if (*at == '.')
		return 1;
	if (*at == '_')
		return at[1] == '_' ? 2 : 1;
	while (at[length] == '-')
		length++;
	return length;
}

/* Returns the place of the fault, or NULL. */
static const char *path_fault(const char *at)
{
	for (;;) {
		const char *begin = at;

		while (is_lower(*at) || is_digit(*at))
			at++;
		if (at == begin)
			return at;
		if (!*at)
			return NULL;
		if (*at == '/')
			at++;
		else if (separator_length(at))
			at += separator_length(at);
		else
			return at;
	}
}

static char *lower_case(struct arena *arena, const char *text)
{
	char *lower = arena_copy(arena, text, strlen(text));

	for (char *c = lower; *c; c++)
		if (is_upper(*c))
			*c = (char)(*c - 'A' + 'a');
	return lower;
}

/* `path` is the end of `name`. */
static bool check_path(struct arena *arena, const char *name, const char *path, struct problem *problem)
{
	const char *lower = lower_case(arena, path), *fault = path_fault(path);

	if (!fault)
		return true;
	if (strcmp(lower, path) != 0 && !path_fault(lower))
		problem_set(problem, "repository name must be lower case: '%.300s'; did you mean '%.*s%.300s'?", name,
			    (int)(path - name), name, lower);
	else if (!*path)
		problem_set(problem, "repository name is missing after the registry in '%.300s'", name);
	else if (!*fault || *fault == '/')
		problem_set(problem, "repository name '%.300s': %s", name,
			    fault == path || fault[-1] == '/' ? "a part of the path is empty" :
			    "a part of the path ends in a separator; a letter or a digit must follow");
	else if (separator_length(fault))
		problem_set(problem, "repository name '%.300s': '%c' must stand between letters or digits, and only "
			    "'-' and '_' may be doubled", name, *fault);
	else
		problem_set(problem, "repository name '%.300s': '%c' must not be in it; a-z, 0-9, and between "
			    "them '.', '_', '-' and '/' may", name, *fault);
	return false;
}

static bool check_tag(const char *tag, struct problem *problem)
{
	size_t length = strlen(tag);

	if (!length) {
		problem_set(problem, "the tag after ':' is empty");
		return false;
	}
	for (const char *c = tag; *c; c++) {
		if (is_letter_or_digit(*c) || *c == '_' || (c > tag && (*c == '.' || *c == '-')))
			continue;
		problem_set(problem, "tag '%.300s': '%c' must not %s; a-z, A-Z, 0-9, '_', and later '.' and '-' may",
			    tag, *c, c == tag ? "begin it" : "be in it");
		return false;
	}
	if (length > REFERENCE_TAG_MAX) {
		problem_set(problem, "tag '%.40s…' has %zu characters; %d are allowed", tag, length, REFERENCE_TAG_MAX);
		return false;
	}
	return true;
}

/* --- all of it --- */

/* Splits a name without tag and digest; `length` is that of the registry, 0 where there is none. */
static void split_name(struct arena *arena, const char *name, size_t length, struct reference *reference)
{
	reference->domain = hub;
	reference->path = name;
	reference->short_name = name;
	if (length) {
		reference->domain = arena_copy(arena, name, length);
		reference->path = name + length + 1;
		reference->short_name = NULL;
	}
	if (strcmp(reference->domain, old_hub) == 0)
		reference->domain = hub;
}

static bool check_name(struct arena *arena, const char *name, struct reference *reference, struct problem *problem)
{
	size_t length;

	if (!reference_is_domain(reference->domain)) {
		problem_set(problem, "registry '%.300s' is no host name: it would be like 'host.example' or "
			    "'localhost:5000'", reference->domain);
		return false;
	}
	if (!check_path(arena, name, reference->path, problem))
		return false;
	if (strcmp(reference->domain, hub) == 0 && !strchr(reference->path, '/'))
		reference->path = arena_printf(arena, "%s%s", official, reference->path);
	length = strlen(reference->domain) + 1 + strlen(reference->path);
	if (length > REFERENCE_NAME_MAX) {
		problem_set(problem, "repository name '%.40s…' has %zu characters with its registry; %d are allowed",
			    name, length, REFERENCE_NAME_MAX);
		return false;
	}
	return true;
}

/* `host`: the length of the registry; 0: it is found out. */
static bool read_reference(struct arena *arena, const char *text, size_t host, struct reference *ret_reference,
			   struct problem *problem)
{
	struct reference reference = { 0 };
	char *name = arena_copy(arena, text, strlen(text)), *slash, *mark;

	if (!*name) {
		problem_set(problem, "the name of an image is empty; it would be like 'busybox' or "
			    "'registry.example/team/app:1.0'");
		return false;
	}
	if (strlen(name) == SHA256_DIGITS && hex_digits(name) == SHA256_DIGITS) {
		problem_set(problem, "'%s' is the id of an image and not a name", name);
		return false;
	}
	mark = strchr(name, '@');
	if (mark) {
		*mark = '\0';
		reference.digest = mark + 1;
	}
	slash = strrchr(name, '/');
	mark = strrchr(slash ? slash : name, ':');
	if (mark) {
		*mark = '\0';
		reference.tag = mark + 1;
	}
	if (!*name) {
		problem_set(problem, "repository name is missing in '%.300s'", text);
		return false;
	}
	split_name(arena, name, host ? host : domain_length(name), &reference);
	if (!check_name(arena, name, &reference, problem) ||
	    (reference.tag && !check_tag(reference.tag, problem)) ||
	    (reference.digest && !reference_check_digest(reference.digest, problem)))
		return false;
	*ret_reference = reference;
	return true;
}

bool reference_read(struct arena *arena, const char *text, struct reference *ret_reference, struct problem *problem)
{
	return read_reference(arena, text, 0, ret_reference, problem);
}

bool reference_read_at(struct arena *arena, const char *domain, const char *rest, struct reference *ret_reference,
		       struct problem *problem)
{
	return read_reference(arena, arena_printf(arena, "%s/%s", domain, rest), strlen(domain), ret_reference,
			      problem);
}

bool reference_parse(struct arena *arena, const char *text, struct reference *ret_reference, struct problem *problem)
{
	if (!reference_read(arena, text, ret_reference, problem))
		return false;
	if (!ret_reference->tag && !ret_reference->digest)
		ret_reference->tag = "latest";
	return true;
}

/* --- as text --- */

const char *reference_name(struct arena *arena, const struct reference *reference)
{
	return arena_printf(arena, "%s/%s", reference->domain, reference->path);
}

static const char *with_tag(struct arena *arena, const char *name, const struct reference *reference)
{
	return arena_printf(arena, "%s%s%s%s%s", name, reference->tag ? ":" : "", reference->tag ? reference->tag : "",
			    reference->digest ? "@" : "", reference->digest ? reference->digest : "");
}

const char *reference_text(struct arena *arena, const struct reference *reference)
{
	return with_tag(arena, reference_name(arena, reference), reference);
}

const char *reference_familiar(struct arena *arena, const struct reference *reference)
{
	const char *name = reference->path;

	if (strcmp(reference->domain, hub) != 0 || domain_length(name))
		return reference_text(arena, reference);
	if (strncmp(name, official, strlen(official)) == 0 && !strchr(name + strlen(official), '/'))
		name += strlen(official);
	/* A name alone could be taken for an id. */
	if (!reference->tag && !reference->digest && strlen(name) == SHA256_DIGITS && hex_digits(name) == SHA256_DIGITS)
		return reference_text(arena, reference);
	return with_tag(arena, name, reference);
}

bool reference_same_name(const struct reference *one, const struct reference *other)
{
	return strcmp(one->domain, other->domain) == 0 && strcmp(one->path, other->path) == 0;
}
