/* picture_text.c - networks drawn for a terminal of 80 columns: see picture.h. */
#include "net/picture.h"
#include "spec/lists.h"
#include <string.h>

/* Where a container's box begins; "address" and two blanks stand before a value. */
enum { COLUMNS = 80, STEM = 3, PAIR = 15, BOX = STEM + 2 + 1 + PAIR + 3, LABEL = 9 };

/* With what the lines are drawn. */
struct strokes {
	const char *across, *down, *tee_down, *tee_right, *tee_left, *cross_up;
	const char *top_left, *top_right, *bottom_left, *bottom_right, *arrow;
};

static const struct strokes ascii = {
	"-", "|", "+", "+", "+", "+", "+", "+", "+", "+", "->"
};
static const struct strokes unicode = {
	"─", "│", "┬", "├", "┤", "┴", "┌", "┐", "└", "┘", "→"
};

struct drawing {
	struct text *out;
	struct arena *arena;
	const struct strokes *strokes;
};

static void repeat(struct drawing *drawing, const char *what, size_t times)
{
	while (times--)
		text_add(drawing->out, what);
}

/* In plain ASCII other characters are "?", and the one that says that a text was cut is a full stop. */
static const char *fit(struct drawing *drawing, const char *text, size_t columns)
{
	char *fitted = arena_printf(drawing->arena, "%s", picture_fit(drawing->arena, text, columns)), *to = fitted;
	const bool cut = picture_width(text) > columns;

	if (drawing->strokes != &ascii)
		return fitted;
	for (const char *at = fitted; *at;) {
		const size_t length = text_utf8(at, strlen(at));

		*to++ = (char)(length == 1 ? *at : cut && !at[length] ? '.' : '?');
		at += length;
	}
	*to = '\0';
	return fitted;
}

/* A line of a box of so many columns, whose left edge is `left`. */
static void row_from(struct drawing *drawing, const char *left, size_t columns, const char *text)
{
	const char *fitted = fit(drawing, text, columns - 4);

	text_printf(drawing->out, "%s %s", left, fitted);
	repeat(drawing, " ", columns - 4 - picture_width(fitted));
	text_printf(drawing->out, " %s\n", drawing->strokes->down);
}

static void row(struct drawing *drawing, size_t columns, const char *text)
{
	row_from(drawing, drawing->strokes->down, columns, text);
}

/* "┌─── title ─────┐"; `stem` puts a line through it there that comes from above. */
static void head(struct drawing *drawing, size_t columns, const char *title, bool stem)
{
	const struct strokes *with = drawing->strokes;
	const char *fitted = fit(drawing, title, columns - 8);

	text_printf(drawing->out, "%s%s%s%s %s ", with->top_left, with->across, with->across,
		    stem ? with->cross_up : with->across, fitted);
	repeat(drawing, with->across, columns - 7 - picture_width(fitted));
	text_printf(drawing->out, "%s\n", with->top_right);
}

static void foot(struct drawing *drawing, size_t columns, bool stem)
{
	const struct strokes *with = drawing->strokes;

	text_printf(drawing->out, "%s%s%s%s", with->bottom_left, with->across, with->across,
		    stem ? with->tee_down : with->across);
	repeat(drawing, with->across, columns - 5);
	text_printf(drawing->out, "%s\n", with->bottom_right);
}

/* --- a container --- */

static const char *labelled(struct drawing *drawing, const char *label, const char *value)
{
	return arena_printf(drawing->arena, "%-*s%s", LABEL, label, value);
}

/* Names that do not fit in one line go on in the next. */
static void add_wrapped(struct drawing *drawing, struct texts *rows, char **at, const char *label,
			const struct texts *words)
{
	struct text line = text_new(drawing->arena);

	for (size_t i = 0; i < words->count; i++) {
		if (line.length && picture_width(line.at) + 1 + picture_width(words->at[i]) >
					   COLUMNS - BOX - 4 - LABEL) {
			at[rows->count++] = (char *)(uintptr_t)labelled(drawing, label, line.at);
			line = text_new(drawing->arena);
			label = "";
		}
		text_printf(&line, "%s%s", line.length ? " " : "", words->at[i]);
	}
	if (line.length)
		at[rows->count++] = (char *)(uintptr_t)labelled(drawing, label, line.at);
}

static struct texts rows_of(struct drawing *drawing, const struct picture_container *container)
{
	struct arena *arena = drawing->arena;
	struct texts rows = { 0 };

	rows.at = ARENA_ARRAY(arena, container->addresses.count + container->names.count + container->ports + 2,
			      char *);
	rows.at[rows.count++] = (char *)(uintptr_t)
		labelled(drawing, "device", arena_printf(arena, "%s  %s", container->inside, container->mac));
	for (size_t i = 0; i < container->addresses.count; i++)
		rows.at[rows.count++] = (char *)(uintptr_t)labelled(drawing, i ? "" : "address",
								    container->addresses.at[i]);
	add_wrapped(drawing, &rows, rows.at, "names", &container->names);
	for (size_t i = 0; i < container->ports; i++) {
		const struct picture_port *port = &container->port[i];

		rows.at[rows.count++] = (char *)(uintptr_t)
			labelled(drawing, i ? "" : "port",
				 arena_printf(arena, "%s %s %s", picture_port_outside(arena, port),
					      drawing->strokes->arrow, picture_port_inside(arena, port)));
	}
	return rows;
}

/* The pair of devices leads to the first line of the box. */
static void draw_pair(struct drawing *drawing, const struct picture_container *container, const char *driver, bool last)
{
	const struct strokes *with = drawing->strokes;
	const char *name = fit(drawing, container->outside[0] ? container->outside : driver, PAIR);

	repeat(drawing, " ", STEM);
	text_printf(drawing->out, "%s%s %s ", last ? with->bottom_left : with->tee_right, with->across, name);
	repeat(drawing, with->across, BOX - STEM - 4 - picture_width(name));
}

static void draw_container(struct drawing *drawing, const struct picture_container *container, const char *driver,
			   bool last)
{
	const struct texts rows = rows_of(drawing, container);
	const char *down = last ? " " : drawing->strokes->down;

	text_printf(drawing->out, "   %s%*s", drawing->strokes->down, BOX - STEM - 1, "");
	head(drawing, COLUMNS - BOX, arena_printf(drawing->arena, "%s (%.12s)", container->name, container->id), false);
	for (size_t i = 0; i < rows.count; i++) {
		if (i == 0)
			draw_pair(drawing, container, driver, last);
		else
			text_printf(drawing->out, "   %s%*s", down, BOX - STEM - 1, "");
		row_from(drawing, i ? drawing->strokes->down : drawing->strokes->tee_left, COLUMNS - BOX, rows.at[i]);
	}
	text_printf(drawing->out, "   %s%*s", down, BOX - STEM - 1, "");
	foot(drawing, COLUMNS - BOX, false);
}

/* --- all --- */

static void draw_network(struct drawing *drawing, const struct picture_network *network, bool first)
{
	struct arena *arena = drawing->arena;

	if (first)
		text_printf(drawing->out, "   %s", drawing->strokes->down);
	text_add(drawing->out, "\n");
	head(drawing, COLUMNS, arena_printf(arena, "network %s", network->name), first);
	row(drawing, COLUMNS, arena_printf(arena, network->internal ? "%s, internal: nothing leaves it" : "%s",
					   picture_device(arena, network)));
	for (size_t i = 0; i < network->addresses.count; i++)
		row(drawing, COLUMNS, labelled(drawing, i ? "" : "address", network->addresses.at[i]));
	row(drawing, COLUMNS, labelled(drawing, "names", network->resolvers.count ?
				       texts_join(arena, &network->resolvers, " ") : "nobody knows them"));
	foot(drawing, COLUMNS, network->containers);
	for (size_t i = 0; i < network->containers; i++)
		draw_container(drawing, &network->container[i], network_driver_name(network->driver),
			       i + 1 == network->containers);
}

static void draw(struct text *out, const struct picture *picture, const struct strokes *strokes)
{
	struct drawing drawing = { out, out->arena, strokes };

	head(&drawing, COLUMNS, arena_printf(out->arena, "machine %s", picture->machine), false);
	row(&drawing, COLUMNS, labelled(&drawing, "outside", picture->outside[0] ? picture->outside : "none"));
	for (size_t i = 0; i < picture->addresses.count; i++)
		row(&drawing, COLUMNS, labelled(&drawing, i ? "" : "address", picture->addresses.at[i]));
	foot(&drawing, COLUMNS, picture->networks);
	for (size_t i = 0; i < picture->networks; i++)
		draw_network(&drawing, &picture->network[i], i == 0);
}

void picture_text_ascii(struct text *out, const struct picture *picture)
{
	draw(out, picture, &ascii);
}

void picture_text_unicode(struct text *out, const struct picture *picture)
{
	draw(out, picture, &unicode);
}
