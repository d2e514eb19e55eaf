/* names.c - what containers are called, where nobody says it. */
#include "base/sys.h"
#include "engine/parts.h"
#include <string.h>

/* Of casks, their makers and what is in them. */
static const char *const first_words[] = {
	"amber", "aged", "ashen", "bold", "brisk", "broad", "bright", "calm", "charred", "clear", "coopered", "crisp",
	"dark", "deep", "dry", "earthy", "fine", "firm", "floral", "fresh", "full", "gentle", "golden", "grand",
	"hollow", "honeyed", "hooped", "keen", "light", "lively", "malty", "mellow", "merry", "mild", "misty", "noble",
	"nutty", "oaken", "old", "open", "pale", "plain", "proud", "quick", "quiet", "rich", "ripe", "robust",
	"rolling", "round", "ruby", "sealed", "silky", "smoky", "smooth", "snug", "sound", "spiced", "steady", "still",
	"stout", "sunny", "tawny", "velvet",
};

static const char *const second_words[] = {
	"adze", "ale", "anker", "ash", "auger", "barley", "barrel", "bilge", "brewer", "bung", "butt", "cask",
	"cellar", "chime", "cider", "cooper", "cork", "cradle", "croze", "dram", "drum", "ferment", "firkin", "grain",
	"harvest", "head", "hogshead", "hoop", "hops", "jug", "keg", "kettle", "kilderkin", "lees", "malt", "mash",
	"mead", "miso", "must", "oak", "orchard", "perry", "pipe", "porter", "press", "puncheon", "rivet", "rundlet",
	"sake", "sherry", "spigot", "spirit", "stave", "tap", "tierce", "tun", "vat", "vine", "vinegar", "vintner",
	"wine", "winery", "wort", "yeast",
};

enum { WORDS = sizeof(first_words) / sizeof(first_words[0]) };
_Static_assert(WORDS == sizeof(second_words) / sizeof(second_words[0]), "both lists are of one length");

const char *name_make(struct arena *arena, uint64_t seed)
{
	return arena_printf(arena, "%s_%s", first_words[seed % WORDS], second_words[seed / WORDS % WORDS]);
}

const char *name_owner(const struct engine *engine, const char *name)
{
	char id[CONTAINER_ID_LENGTH + 1] = "";
	ssize_t length = sys_readlinkat(engine->store->fd, arena_printf(engine->arena, NAMES "/%s", name), id,
					CONTAINER_ID_LENGTH);

	return length == CONTAINER_ID_LENGTH && is_container_id(id) ? arena_copy(engine->arena, id, (size_t)length) :
								      NULL;
}

bool engine_check_name(const char *what, const char *name, struct problem *problem)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t length = strlen(name);
	bool good = length >= 2 && length <= CONTAINER_NAME_MAX && strspn(name, letters) == length &&
		    !strchr("_.-", name[0]);

	if (!good)
		problem_set(problem, "%s: '%.64s' is made of letters, digits, '_', '.' and '-', begins with a letter "
			    "or digit, and has 2 to %d characters", what, name, CONTAINER_NAME_MAX);
	return good;
}
