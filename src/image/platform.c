/* platform.c - see platform.h */
#include "image/platform.h"
#include "image/manifest.h"
#include "base/text.h"
#include <string.h>
#include <sys/utsname.h>

struct alias { const char *name, *architecture, *variant; };

/* A variant of "" leaves what is said beside it. */
static const struct alias aliases[] = {
	{ "i386", "386", "" }, { "i486", "386", "" }, { "i586", "386", "" }, { "i686", "386", "" },
	{ "x86", "386", "" }, { "x86_64", "amd64", "" }, { "x86-64", "amd64", "" }, { "x64", "amd64", "" },
	{ "aarch64", "arm64", "" }, { "armhf", "arm", "v7" }, { "armel", "arm", "v6" },
	{ "armv5l", "arm", "v5" }, { "armv5tel", "arm", "v5" }, { "armv6l", "arm", "v6" }, { "armv7l", "arm", "v7" },
	{ "armv7", "arm", "v7" }, { "armv8l", "arm", "v8" }, { "loongarch64", "loong64", "" },
};

static const char *const systems[] = {
	"linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "aix", "android", "dragonfly",
	"wasip1",
};

static const char *const architectures[] = {
	"386", "amd64", "arm", "arm64", "loong64", "mips", "mipsle", "mips64", "mips64le", "ppc64", "ppc64le",
	"riscv64", "s390x", "wasm",
};

static bool is_in(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

static bool is_system(const char *word)
{
	return is_in(systems, sizeof(systems) / sizeof(systems[0]), word);
}

static bool is_architecture(const char *word)
{
	return is_in(architectures, sizeof(architectures) / sizeof(architectures[0]), word);
}

static const char *lower(struct arena *arena, const char *text)
{
	char *copy = arena_copy(arena, text ? text : "", text ? strlen(text) : 0);

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

/* "v7" of "7"; what is the same as nothing becomes nothing. */
static const char *normal_variant(struct arena *arena, const char *architecture, const char *variant)
{
	if (*variant >= '0' && *variant <= '9')
		variant = arena_printf(arena, "v%s", variant);
	if (strcmp(architecture, "arm") == 0 && !*variant)
		return "v7";
	if (strcmp(architecture, "arm64") == 0 && (strcmp(variant, "v8") == 0 || strcmp(variant, "v8.0") == 0))
		return "";
	if (strcmp(architecture, "amd64") == 0 && strcmp(variant, "v1") == 0)
		return "";
	return variant;
}

struct platform platform_normal(struct arena *arena, const char *os, const char *architecture, const char *variant)
{
	struct platform platform = { lower(arena, os), lower(arena, architecture), lower(arena, variant) };

	if (strcmp(platform.os, "macos") == 0)
		platform.os = "darwin";
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(aliases[i].name, platform.architecture) != 0)
			continue;
		platform.architecture = aliases[i].architecture;
		if (*aliases[i].variant && !*platform.variant)
			platform.variant = aliases[i].variant;
		break;
	}
	platform.variant = normal_variant(arena, platform.architecture, platform.variant);
	return platform;
}

struct platform platform_of_machine(struct arena *arena, const char *machine)
{
	return platform_normal(arena, "linux", machine, "");
}

struct platform platform_here(struct arena *arena)
{
	struct utsname names;

	return platform_of_machine(arena, uname(&names) == 0 ? arena_printf(arena, "%s", names.machine) : "");
}

const char *platform_text(struct arena *arena, const struct platform *platform)
{
	return arena_printf(arena, "%s/%s%s%s", platform->os, platform->architecture, *platform->variant ? "/" : "",
			    platform->variant);
}

/* --- reading one --- */

/* Letters, digits and ._- in each part, of which there are one to three; it begins with a letter or digit. */
static bool is_form(const char *text)
{
	static const char may[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	for (int part = 0; part < 3; part++) {
		size_t length = strspn(text, may);

		if (!length || strchr("._-", *text))
			return false;
		text += length;
		if (!*text)
			return true;
		if (*text++ != '/')
			return false;
	}
	return false;
}

static struct platform split(struct arena *arena, const char *text)
{
	char *os = arena_copy(arena, text, strlen(text)), *architecture = strchr(os, '/'), *variant = NULL;

	if (architecture)
		*architecture++ = '\0';
	if (architecture)
		variant = strchr(architecture, '/');
	if (variant)
		*variant++ = '\0';
	return (struct platform){ os, architecture, variant };
}

bool platform_parse(struct arena *arena, const char *text, const struct platform *machine,
		    struct platform *ret_platform, struct problem *problem)
{
	struct platform said, alone;

	if (!is_form(text)) {
		problem_set(problem, "platform '%.100s': it must be 'os/architecture' or 'os/architecture/variant', "
			    "like 'linux/arm64'", text);
		return false;
	}
	said = split(arena, text);
	if (said.architecture) {
		*ret_platform = platform_normal(arena, said.os, said.architecture, said.variant);
		return true;
	}
	/* One word: an architecture, or a system. */
	alone = platform_normal(arena, "", said.os, "");
	if (is_architecture(alone.architecture)) {
		alone.os = machine->os;
		*ret_platform = alone;
		return true;
	}
	alone = platform_normal(arena, said.os, machine->architecture, machine->variant);
	if (!is_system(alone.os)) {
		problem_set(problem, "platform '%.100s' is neither a system nor an architecture that is known; write "
			    "'os/architecture'", text);
		return false;
	}
	*ret_platform = alone;
	return true;
}

/* --- choosing --- */

/* The number of "v7"; 0 where it has none of that form. */
static unsigned level_of(const char *variant)
{
	return variant[0] == 'v' && variant[1] >= '1' && variant[1] <= '9' && (!variant[2] || variant[2] == '.') ?
		(unsigned)(variant[1] - '0') : 0;
}

/* How far a variant is from the one that is wanted, on a scale where each runs what is below it: 0 is the same; -1 it
 * does not run. No variant is `least`. */
static int distance(const char *wanted, const char *there, unsigned least)
{
	unsigned can = *wanted ? level_of(wanted) : least, needs = *there ? level_of(there) : least;

	if (strcmp(wanted, there) == 0)
		return 0;
	/* "v8.2" of one sort and "v8.1" of another are not compared. */
	if (!can || !needs || needs > can || strchr(there, '.'))
		return -1;
	return (int)(can - needs) + (*wanted && strchr(wanted, '.') ? 1 : 0);
}

/* Smaller is better; -1: it does not run. */
static int rank(const struct platform *wanted, const struct platform *there)
{
	enum { OTHER_FAMILY = 100 };
	int far;

	if (!*there->os || strcmp(wanted->os, there->os) != 0)
		return -1;
	if (strcmp(wanted->architecture, there->architecture) == 0) {
		bool arm64 = strcmp(wanted->architecture, "arm64") == 0;
		bool levels = arm64 || strcmp(wanted->architecture, "arm") == 0 ||
			strcmp(wanted->architecture, "amd64") == 0;

		if (!levels)
			return strcmp(wanted->variant, there->variant) == 0 ? 0 : -1;
		return distance(wanted->variant, there->variant, arm64 ? 8 : 1);
	}
	if (strcmp(wanted->architecture, "amd64") == 0 && strcmp(there->architecture, "386") == 0)
		return OTHER_FAMILY;
	if (strcmp(wanted->architecture, "arm64") == 0 && strcmp(there->architecture, "arm") == 0) {
		far = distance("v8", there->variant, 8);
		return far < 0 ? -1 : OTHER_FAMILY + far;
	}
	return -1;
}

static void fail_choice(struct arena *arena, const struct platform *wanted, const struct platform *there, size_t count,
			const char *what, struct problem *problem)
{
	struct text list = text_new(arena);

	for (size_t i = 0; i < count; i++)
		if (*there[i].os && *there[i].architecture && strcmp(there[i].os, "unknown") != 0)
			text_printf(&list, "%s%s", list.length ? ", " : "", platform_text(arena, &there[i]));
	problem_set(problem, "%.300s is not there for %s; it is there for %.1000s", what,
		    platform_text(arena, wanted), list.length ? list.at : "no platform at all");
}

bool platform_choose(struct arena *arena, const struct platform *wanted, const struct platform *there, size_t count,
		     const char *what, size_t *ret_index, struct problem *problem)
{
	int best = -1;

	for (size_t i = 0; i < count; i++) {
		int one = rank(wanted, &there[i]);

		if (one < 0 || (best >= 0 && one >= best))
			continue;
		best = one;
		*ret_index = i;
	}
	if (best < 0)
		fail_choice(arena, wanted, there, count, what, problem);
	return best >= 0;
}

const struct descriptor *platform_choose_manifest(struct arena *arena, const char *given, const struct document *index,
						  const char *what, struct problem *problem)
{
	struct platform here = platform_here(arena), wanted = here;
	struct platform *there = ARENA_ARRAY(arena, index->count + 1, struct platform);
	size_t chosen;

	if (given && !platform_parse(arena, given, &here, &wanted, problem))
		return NULL;
	for (size_t i = 0; i < index->count; i++)
		there[i] = platform_normal(arena, index->list[i].os, index->list[i].architecture,
					   index->list[i].variant);
	if (!platform_choose(arena, &wanted, there, index->count, what, &chosen, problem))
		return NULL;
	return &index->list[chosen];
}
