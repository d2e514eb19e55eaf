/* do_home.c - HOME, by the container's own /etc/passwd.
 *
 * The file is the image's: it is read with a limit, a byte at a time from a buffer, and
 * only where it is a regular file. Without an entry HOME stays what it is.
 */
#include "exec/do.h"
#include <string.h>
#include <sys/stat.h>

enum {
	PASSWD_LIMIT = 10 * 1024 * 1024,
	FIELD_ID = 2, FIELD_HOME = 5	/* name:password:uid:gid:comment:home:shell */
};

/* What is known of the line that is being read. */
struct line {
	unsigned field;
	uint64_t id;
	bool number;		/* the field of the id held a number and nothing else */
	bool fits;
	size_t length;
	char home[1024];
};

static void begin_line(struct line *line)
{
	line->field = 0;
	line->id = 0;
	line->number = true;
	line->fits = true;
	line->length = 0;
}

static void add_to_id(struct line *line, char c)
{
	if (c < '0' || c > '9' || line->id > UINT32_MAX)
		line->number = false;
	else
		line->id = line->id * 10 + (unsigned)(c - '0');
}

static void add_byte(struct line *line, char c)
{
	if (c == ':')
		line->field++;
	else if (line->field == FIELD_ID)
		add_to_id(line, c);
	else if (line->field == FIELD_HOME && line->length < sizeof(line->home))
		line->home[line->length++] = c;
	else if (line->field == FIELD_HOME)
		line->fits = false;
}

static bool is_answer(const struct line *line, uint32_t uid)
{
	return line->field >= FIELD_HOME && line->number && line->id == uid && line->fits &&
	       line->length && line->home[0] == '/' && !memchr(line->home, '\0', line->length);
}

static bool find_line(int fd, uint32_t uid, struct line *line)
{
	char buffer[4096];
	size_t total = 0;
	ssize_t got;

	begin_line(line);
	while (total < PASSWD_LIMIT && (got = sys_read(fd, buffer, sizeof(buffer))) > 0) {
		total += (size_t)got;
		for (ssize_t i = 0; i < got; i++) {
			if (buffer[i] != '\n')
				add_byte(line, buffer[i]);
			else if (is_answer(line, uid))
				return true;
			else
				begin_line(line);
		}
	}
	return is_answer(line, uid);
}

int do_find_home(struct run *run, const struct step *step)
{
	static const char name[] = "HOME=";
	struct line line;
	struct stat stat;
	int fd;

	trying(run, __NR_openat2, SUBJECT_SOURCE);
	fd = sys_openat2(AT_FDCWD, "/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
			 RESOLVE_NO_MAGICLINKS);
	if (scratch_add(run, fd) < 0)
		return 0;	/* an image without users */
	trying(run, __NR_fstat, SUBJECT_SOURCE);
	if (sys_fstat(fd, &stat) || !S_ISREG(stat.st_mode))
		return 0;
	trying(run, __NR_read, SUBJECT_SOURCE);
	if (!find_line(fd, step->home.uid, &line) || line.length + sizeof(name) > step->home.size)
		return 0;
	memcpy(step->home.into, name, sizeof(name) - 1);
	memcpy(step->home.into + sizeof(name) - 1, line.home, line.length);
	step->home.into[sizeof(name) - 1 + line.length] = '\0';
	return 0;
}
