/* oom.c - the kernel's log is read for who ran out of memory: see oom.h. Pure. */
#include "life/oom.h"
#include "base/text.h"
#include <string.h>

enum { PATH_LONGEST = 2048 };		/* more than a record can have */

/* What is left to be read. */
struct piece { const char *at, *end; };

static size_t left(const struct piece *piece)
{
	return (size_t)(piece->end - piece->at);
}

static bool take_text(struct piece *piece, const char *text)
{
	const size_t length = strlen(text);

	if (left(piece) < length || memcmp(piece->at, text, length) != 0)
		return false;
	piece->at += length;
	return true;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool take_number(struct piece *piece, uint64_t *ret_number)
{
	const char *from = piece->at;
	uint64_t number = 0;

	for (; piece->at < piece->end && is_digit(*piece->at); piece->at++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (unsigned)(*piece->at - '0'), &number))
			return false;
	*ret_number = number;
	return piece->at > from;
}

/* Cuts a number off at the end, with the text before it: ",pid=7". */
static bool cut_number(struct piece *piece, const char *text, uint64_t *ret_number)
{
	const size_t length = strlen(text);
	struct piece last = { piece->end, piece->end };

	while (last.at > piece->at && is_digit(last.at[-1]))
		last.at--;
	if ((size_t)(last.at - piece->at) < length || memcmp(last.at - length, text, length) != 0)
		return false;
	piece->end = last.at - length;
	return take_number(&last, ret_number);
}

/* Divides it at a text that stands in it once and no more. */
static bool divide(const struct piece *piece, const char *text, struct piece *ret_before, struct piece *ret_after)
{
	const size_t length = strlen(text);
	const char *at = memmem(piece->at, left(piece), text, length);

	if (!at)
		return false;
	*ret_before = (struct piece){ piece->at, at };
	*ret_after = (struct piece){ at + length, piece->end };
	return !memmem(ret_after->at, left(ret_after), text, length);
}

static int hex_digit(char digit)
{
	return is_digit(digit) ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Of what is no printable ASCII, and of '\', the kernel writes "\x5c". False where it has another form, or no room. */
static bool unescape(struct piece piece, char *to, size_t room)
{
	size_t length = 0;

	while (piece.at < piece.end) {
		char byte = *piece.at++;

		if (byte == '\\') {
			int high = left(&piece) >= 3 && piece.at[0] == 'x' ? hex_digit(piece.at[1]) : -1;
			int low = high < 0 ? -1 : hex_digit(piece.at[2]);

			if (low < 0)
				return false;
			byte = (char)(high * 16 + low);
			piece.at += 3;
		}
		if (!byte || length + 1 >= room)
			return false;
		to[length++] = byte;
	}
	to[length] = '\0';
	return true;
}

/* A name that was cut off may end in the middle of a character. */
static bool read_name(struct piece piece, char name[OOM_NAME])
{
	if (!unescape(piece, name, OOM_NAME))
		return false;
	for (char *at = name; *at;) {
		const size_t size = text_utf8(at, strlen(at));

		if (!size)
			*at = '?';
		at += size ? size : 1;
	}
	text_clean(name, '?');
	return true;
}

/* The priority has the kernel's facility, which no process can give to what it writes to the log (printk.c). */
static bool take_head(struct piece *record, uint64_t *ret_time_us)
{
	enum { OWN = 8 };
	uint64_t priority, number;
	const char *end;

	if (!take_number(record, &priority) || priority >= OWN || !take_text(record, ",") ||
	    !take_number(record, &number) || !take_text(record, ",") || !take_number(record, ret_time_us) ||
	    !take_text(record, ","))
		return false;
	end = memchr(record->at, ';', left(record));
	if (!end)
		return false;
	record->at = end + 1;
	end = memchr(record->at, '\n', left(record));
	if (end)
		record->end = end;
	return true;
}

static bool is_in(const struct oom_search *search, const char *path)
{
	const size_t length = strlen(search->cgroup);

	for (const char *at = path; (at = strstr(at, search->cgroup)); at++) {
		if (!search->anywhere && at > path)
			return false;
		if (!at[length] || at[length] == '/')
			return true;
	}
	return false;
}

static void take_choice(struct oom_search *search, struct piece text)
{
	struct piece before, task, path, name;
	char room[PATH_LONGEST], decoded[OOM_NAME];
	uint64_t pid, uid;

	if (!divide(&text, ",task_memcg=", &before, &task) || !cut_number(&task, ",uid=", &uid) ||
	    !cut_number(&task, ",pid=", &pid) || !pid || !divide(&task, ",task=", &path, &name) ||
	    !unescape(path, room, sizeof(room)) || !read_name(name, decoded) || !is_in(search, room))
		return;
	search->found++;
	search->pid = pid;
	search->memory = 0;
	memcpy(search->name, decoded, sizeof(decoded));
}

/* Behind it stand "PID (NAME) total-vm:1kB, anon-rss:1kB, …". */
static const char killed[][60] = {
	"Memory cgroup out of memory: Killed process ",
	"Out of memory: Killed process ",
	"Out of memory (oom_kill_allocating_task): Killed process ",
};

static void take_kill(struct oom_search *search, struct piece text)
{
	uint64_t pid, total, own;
	struct piece name, sizes;
	char decoded[OOM_NAME];
	size_t i = 0;

	while (i < sizeof(killed) / sizeof(killed[0]) && !take_text(&text, killed[i]))
		i++;
	if (i == sizeof(killed) / sizeof(killed[0]) || !take_number(&text, &pid) || pid != search->pid ||
	    !take_text(&text, " (") || !divide(&text, ") total-vm:", &name, &sizes) ||
	    !read_name(name, decoded) || strcmp(decoded, search->name) != 0 || !take_number(&sizes, &total) ||
	    !take_text(&sizes, "kB, anon-rss:") || !take_number(&sizes, &own) || !take_text(&sizes, "kB,") ||
	    own > UINT64_MAX / 1024)
		return;
	search->memory = own * 1024;
}

void oom_take(struct oom_search *search, const char *record, size_t length)
{
	struct piece text = { record, record + length };
	uint64_t time_us;

	if (!take_head(&text, &time_us) || time_us < search->since_us)
		return;
	if (take_text(&text, "oom-kill:constraint="))
		take_choice(search, text);
	else if (search->found && !search->memory)
		take_kill(search, text);
}
