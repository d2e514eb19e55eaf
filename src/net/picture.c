/* picture.c - words that both pictures of networks have: see picture.h. */
#include "net/picture.h"
#include <string.h>

static const char *range(struct arena *arena, unsigned first, unsigned last)
{
	return last > first ? arena_printf(arena, "%u-%u", first, last) : arena_printf(arena, "%u", first);
}

const char *picture_port_outside(struct arena *arena, const struct picture_port *port)
{
	const char *numbers = range(arena, port->outside, port->outside_last);

	if (!port->address[0])
		return numbers;
	return arena_printf(arena, strchr(port->address, ':') ? "[%s]:%s" : "%s:%s", port->address, numbers);
}

const char *picture_port_inside(struct arena *arena, const struct picture_port *port)
{
	return arena_printf(arena, "%s/%s", range(arena, port->inside, port->inside_last), port->protocol);
}

const char *picture_device(struct arena *arena, const struct picture_network *network)
{
	const char *driver = network_driver_name(network->driver);

	if (!network->device[0])
		return driver;
	return arena_printf(arena, network->driver == NETWORK_BRIDGE ? "%s %s" : "%s on %s", driver, network->device);
}

/* --- what fits --- */

/* The character at `at`, in bytes; what is to be shown for it where it must not be as it is, else NULL. */
static size_t next(const char *at, const char **ret_instead)
{
	const size_t left = strlen(at), control = text_control(at, left), length = text_utf8(at, left);

	*ret_instead = control || !length ? "?" : NULL;
	return control ? control : length ? length : 1;
}

size_t picture_width(const char *text)
{
	const char *instead;
	size_t width = 0;

	for (; *text; width++)
		text += next(text, &instead);
	return width;
}

const char *picture_fit(struct arena *arena, const char *text, size_t columns)
{
	const bool cut = picture_width(text) > columns;
	struct text out = text_new(arena);

	for (size_t i = 0; *text && i + cut < columns; i++) {
		const char *instead;
		const size_t length = next(text, &instead);

		if (instead)
			text_add(&out, instead);
		else
			text_add_bytes(&out, text, length);
		text += length;
	}
	if (cut && columns)
		text_add(&out, "…");
	return out.at;
}
