/* reason.c - see reason.h */
#include "spec/reason.h"
#include "base/name.h"
#include "spec/names.h"
#include <errno.h>

static const struct name words[] = {
	{ "it does not exist", ENOENT },
	{ "it is out of reach for this user", EACCES },
	{ "the kernel does not allow it", EPERM },
	{ "it is a folder", EISDIR },
	{ "it is a link, a FIFO or a device, where there should be a file", EMEDIUMTYPE },
	{ "what is before a '/' in it is no folder", ENOTDIR },
	{ 0 }
};

const char *reason_words(int error)
{
	const char *found = name_of(words, (uint64_t)-error);

	return found ? found : errno_words(-error);
}
