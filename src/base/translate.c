/* translate.c - see translate.h */
#include "base/translate.h"
#include "base/fd.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* The numbers that a catalogue begins with (gettext, "The Format of GNU MO Files"); an entry of its tables is two such
 * numbers. */
enum { HEAD_MAGIC, HEAD_REVISION, HEAD_COUNT, HEAD_SENTENCES, HEAD_TRANSLATIONS, HEAD_NUMBERS };

enum { HEADER = 28, ENTRY = 8, MAGIC = (int)0x950412de };

enum { NAME_ROOM = 32, FOLDER_ROOM = 4096, PATH_ROOM = FOLDER_ROOM + 64 };

static struct {
	const unsigned char *at;
	size_t size;
	uint32_t count, sentences, translations;	/* of entries; where the tables of both are */
	bool begun;
	char language[NAME_ROOM];
} catalogue;

static uint32_t number_at(size_t offset)
{
	uint32_t number;

	memcpy(&number, catalogue.at + offset, sizeof(number));
	return number;
}

/* The text of an entry of a table; NULL where it is not all there, with the NUL behind it. */
static const char *text_at(uint32_t table, uint32_t index)
{
	const uint32_t length = number_at(table + ENTRY * (size_t)index);
	const uint32_t offset = number_at(table + ENTRY * (size_t)index + ENTRY / 2);

	if (offset >= catalogue.size || length >= catalogue.size - offset || catalogue.at[offset + length])
		return NULL;
	return (const char *)catalogue.at + offset;
}

static bool holds_table(size_t size, uint32_t offset, uint32_t count)
{
	return offset <= size && count <= (size - offset) / ENTRY;
}

bool translate_take(const unsigned char *at, size_t size)
{
	uint32_t head[HEAD_NUMBERS];

	translate_end();
	if (size < HEADER)
		return false;
	memcpy(head, at, sizeof(head));
	if (head[HEAD_MAGIC] != (uint32_t)MAGIC || !holds_table(size, head[HEAD_SENTENCES], head[HEAD_COUNT]) ||
	    !holds_table(size, head[HEAD_TRANSLATIONS], head[HEAD_COUNT]))
		return false;
	catalogue.at = at;
	catalogue.size = size;
	catalogue.count = head[HEAD_COUNT];
	catalogue.sentences = head[HEAD_SENTENCES];
	catalogue.translations = head[HEAD_TRANSLATIONS];
	return true;
}

void translate_end(void)
{
	memset(&catalogue, 0, sizeof(catalogue));
}

/* The sentences are sorted, as strcmp(3) has it. */
static const char *look_up(const char *sentence)
{
	uint32_t from = 0, to = catalogue.count;

	while (from < to) {
		const uint32_t middle = from + (to - from) / 2;
		const char *here = text_at(catalogue.sentences, middle);
		const int order = here ? strcmp(sentence, here) : 0;

		if (!here)
			return NULL;
		if (!order)
			return text_at(catalogue.translations, middle);
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

const char *translate(const char *sentence)
{
	/* The empty one has what the catalogue says of itself. */
	const char *found = catalogue.count && *sentence ? look_up(sentence) : NULL;

	return found && *found && translate_same_format(sentence, found) ? found : sentence;
}

const char *translate_language(void)
{
	return catalogue.count ? catalogue.language : "en";
}

/* --- which language --- */

static bool is_utf8(const char *set, size_t length)
{
	return (length == 5 && !strncasecmp(set, "UTF-8", 5)) || (length == 4 && !strncasecmp(set, "UTF8", 4));
}

bool translate_next(const char **at, char *ret_name, size_t room)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

	while (**at) {
		const char *name = *at;
		const size_t length = strcspn(name, ":"), language = strspn(name, letters);
		const char *rest = name + language;
		const size_t set = *rest == '.' ? strcspn(rest + 1, "@:") : 0;

		*at += length + (name[length] == ':');
		if (!language || language >= room || (*rest && !strchr(".@:", *rest)))
			continue;
		if (*rest == '.' && !is_utf8(rest + 1, set))
			continue;
		memcpy(ret_name, name, language);
		ret_name[language] = '\0';
		return true;
	}
	return false;
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* What gettext(3) goes by: a list of names, or NULL. Where no locale is asked for, LANGUAGE does not count. */
static const char *wanted(void)
{
	const char *locale = variable("LC_ALL"), *list = variable("LANGUAGE");
	char name[NAME_ROOM];
	const char *at;

	if (!locale)
		locale = variable("LC_MESSAGES");
	if (!locale)
		locale = variable("LANG");
	at = locale;
	if (!locale || !strcmp(locale, "C") || !strcmp(locale, "POSIX") || !translate_next(&at, name, sizeof(name)))
		return NULL;
	return list ? list : locale;
}

/* --- where it is --- */

static bool open_catalogue(const char *path)
{
	closes int file = sys_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	struct stat status;
	void *at;

	if (file < 0 || sys_fstat(file, &status) || status.st_size < HEADER || status.st_size > INT32_MAX)
		return false;
	at = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
	if (at == MAP_FAILED)
		return false;
	if (translate_take(at, (size_t)status.st_size))
		return true;
	munmap(at, (size_t)status.st_size);
	return false;
}

static const char noted[] = "TARU_FOLDER";

/* The folder of this program; "" where it runs from a copy of itself, which is in none (life/self.c). */
static void find_folder(char *to, size_t room)
{
	ssize_t size = sys_readlinkat(AT_FDCWD, "/proc/self/exe", to, room - 1);
	char *slash;

	to[size < 0 ? 0 : size] = '\0';
	slash = strrchr(to, '/');
	*(slash ? slash : to) = '\0';
}

void translate_note_place(void)
{
	char folder[FOLDER_ROOM];

	if (!wanted())
		return;
	find_folder(folder, sizeof(folder));
	if (*folder)
		setenv(noted, folder, 1);
}

/* As it is built, as it is installed, and where nothing is known of the program's place, the usual ones. */
static bool open_language(const char *folder, const char *language)
{
	const char *const places[][2] = { { folder, "/share/locale" }, { folder, "/../share/locale" },
					  { "", "/usr/local/share/locale" }, { "", "/usr/share/locale" } };
	char path[PATH_ROOM];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *const parts[] = { places[i][0], places[i][1], "/", language, "/LC_MESSAGES/taru.mo" };
		size_t length = 0;

		for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
			const size_t more = strlen(parts[j]);

			if (length + more >= sizeof(path))
				return false;
			memcpy(path + length, parts[j], more + 1);
			length += more;
		}
		if ((i > 1 || *folder == '/') && open_catalogue(path))
			return true;
	}
	return false;
}

/* "ja_JP", then "ja". */
static bool open_either(const char *folder, char *language)
{
	char *place = strchr(language, '_');

	if (open_language(folder, language))
		return true;
	if (!place)
		return false;
	*place = '\0';
	return *language && open_language(folder, language);
}

void translate_never(void)
{
	translate_end();
	catalogue.begun = true;
}

void translate_begin(void)
{
	const char *list = catalogue.begun ? NULL : wanted();
	char folder[FOLDER_ROOM], language[NAME_ROOM];
	const char *place;

	/* Also where there is nothing to be found; taking a catalogue begins anew. */
	catalogue.begun = true;
	if (!list)
		return;
	find_folder(folder, sizeof(folder));
	place = *folder ? folder : variable(noted);
	while (translate_next(&list, language, sizeof(language))) {
		/* What the sentences are written in. */
		if (!strncmp(language, "en", 2) || !strcmp(language, "C") || !strcmp(language, "POSIX"))
			break;
		if (!open_either(place ? place : "", language))
			continue;
		language[strcspn(language, "_")] = '\0';
		memcpy(catalogue.language, language, sizeof(language));
		break;
	}
	catalogue.begun = true;
}
