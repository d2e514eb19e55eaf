/* picture_layout.c - where everything is in the SVG of networks: see picture.h.
 *
 *	+ machine ------------------------------+
 *	| device, addresses, [port] [port] …    |
 *	+-+-------------------------------------+
 *	  +-+ bridge -----------------------------+
 *	  | +-+-------------------+---------------+
 *	  |   +--veth--[card]     +--veth--[card]
 *	  |   +--veth--[card]
 *	  +-+ bridge …
 */
#include "net/picture.h"
#include <string.h>

enum {
	MARGIN = 32, SPINE = 44,	/* around all; what the line from the machine to the bridges takes */
	STEM = 6, STUB = 118, CARD = 380, GAP = 28,
	INSET = 14,			/* of the stem from the bar's begin */
	TITLE = 38, PAD = 12,		/* of a card: its first line, and below its last */
	MACHINE_TITLE = 44, BAR = 62,
	CHIP = 22, CHIP_GAP = 8, CHIP_CHAR = 7, CHIP_PAD = 20,
	NAMES_WIDTH = 44		/* columns of a card's line */
};

static size_t columns_of(size_t containers)
{
	return containers < 2 ? 1 : containers < 7 ? 2 : PICTURE_COLUMNS;
}

static int width_of(size_t columns)
{
	return (int)columns * (INSET + STEM + STUB + CARD + GAP) - GAP;
}

/* --- the machine --- */

static size_t count_ports(const struct picture *picture)
{
	size_t count = 0;

	for (size_t i = 0; i < picture->networks; i++)
		for (size_t j = 0; j < picture->network[i].containers; j++)
			count += picture->network[i].container[j].ports;
	return count;
}

/* Behind the one before, or at the begin of the next line. */
static void place_chip(struct arena *arena, const struct picture_container *container, const struct picture_port *port,
		       struct picture_layout *layout)
{
	struct picture_chip *chip = &layout->chip[layout->chips];
	const struct picture_box *before = layout->chips ? &layout->chip[layout->chips - 1].box : NULL;
	const int left = layout->machine.x + 20, right = layout->machine.x + layout->machine.width - 20;

	chip->outside = picture_port_outside(arena, port);
	chip->container = picture_fit(arena, arena_printf(arena, "%s %s", container->name,
							  picture_port_inside(arena, port)), 48);
	chip->box = (struct picture_box){
		.x = before ? before->x + before->width + CHIP_GAP : left,
		.y = before ? before->y : layout->machine.y + layout->machine.height,
		.width = CHIP_PAD +
			 CHIP_CHAR * (int)(picture_width(chip->outside) + 3 + picture_width(chip->container)),
		.height = CHIP,
	};
	if (before && chip->box.x + chip->box.width > right) {
		chip->box.x = left;
		chip->box.y += CHIP + CHIP_GAP;
	}
	layout->chips++;
}

static void place_machine(struct arena *arena, const struct picture *picture, struct picture_layout *layout)
{
	const size_t ports = count_ports(picture), rows = picture->addresses.count ? picture->addresses.count : 1;

	layout->machine = (struct picture_box){ MARGIN, MARGIN, layout->width - 2 * MARGIN,
						MACHINE_TITLE + (int)rows * PICTURE_ROW + 10 };
	layout->chip = ARENA_ARRAY(arena, ports + 1, struct picture_chip);
	for (size_t i = 0; i < picture->networks; i++)
		for (size_t j = 0; j < picture->network[i].containers; j++) {
			const struct picture_container *container = &picture->network[i].container[j];

			for (size_t k = 0; k < container->ports; k++)
				place_chip(arena, container, &container->port[k], layout);
		}
	if (layout->chips)
		layout->machine.height = layout->chip[layout->chips - 1].box.y + CHIP + 16 - layout->machine.y;
}

/* --- networks --- */

size_t picture_wrap(struct arena *arena, const struct texts *words, struct texts *ret_lines)
{
	struct text line = text_new(arena);

	*ret_lines = (struct texts){ ARENA_ARRAY(arena, words->count + 1, char *), 0 };
	for (size_t i = 0; i < words->count; i++) {
		if (line.length && picture_width(line.at) + 1 + picture_width(words->at[i]) > NAMES_WIDTH) {
			ret_lines->at[ret_lines->count++] = line.at;
			line = text_new(arena);
		}
		text_printf(&line, "%s%s", line.length ? " " : "", words->at[i]);
	}
	if (line.length)
		ret_lines->at[ret_lines->count++] = line.at;
	return ret_lines->count;
}

static int card_height(struct arena *arena, const struct picture_container *container)
{
	struct texts names;
	const size_t rows = 1 + container->addresses.count + picture_wrap(arena, &container->names, &names) +
			    container->ports;

	return TITLE + (int)rows * PICTURE_ROW + PAD;
}

/* Each in the column that is the shortest so far. */
static void place_cards(struct arena *arena, const struct picture_network *network, struct picture_section *section)
{
	int bottom[PICTURE_COLUMNS];

	for (size_t i = 0; i < PICTURE_COLUMNS; i++)
		bottom[i] = section->bar.y + section->bar.height + GAP;
	section->card = ARENA_ARRAY(arena, network->containers + 1, struct picture_card);
	for (size_t i = 0; i < network->containers; i++) {
		struct picture_card *card = &section->card[section->cards++];
		size_t best = 0;

		for (size_t j = 1; j < section->columns && j < PICTURE_COLUMNS; j++)
			if (bottom[j] < bottom[best])
				best = j;
		*card = (struct picture_card){
			.column = best,
			.container = &network->container[i],
			.box = { section->bar.x + (int)best * (INSET + STEM + STUB + CARD + GAP) + INSET + STEM + STUB,
				 bottom[best], CARD, card_height(arena, &network->container[i]) },
		};
		section->stem[best] = (struct picture_box){
			.x = card->box.x - STUB - STEM,
			.y = section->bar.y + section->bar.height,
			.width = STEM,
			.height = card->box.y + TITLE / 2 - section->bar.y - section->bar.height + STEM / 2,
		};
		bottom[best] += card->box.height + GAP / 2;
	}
}

static int bottom_of(const struct picture_section *section)
{
	int bottom = section->bar.y + section->bar.height + (section->cards ? 0 : PICTURE_ROW);

	for (size_t i = 0; i < section->cards; i++)
		if (section->card[i].box.y + section->card[i].box.height > bottom)
			bottom = section->card[i].box.y + section->card[i].box.height;
	return bottom;
}

void picture_lay_out(struct arena *arena, const struct picture *picture, struct picture_layout *ret_layout)
{
	size_t columns = 2;
	int bottom;

	*ret_layout = (struct picture_layout){ .section = ARENA_ARRAY(arena, picture->networks + 1,
								      struct picture_section) };
	for (size_t i = 0; i < picture->networks; i++)
		if (columns_of(picture->network[i].containers) > columns)
			columns = columns_of(picture->network[i].containers);
	ret_layout->width = 2 * MARGIN + SPINE + width_of(columns);
	place_machine(arena, picture, ret_layout);
	bottom = ret_layout->machine.y + ret_layout->machine.height;
	for (size_t i = 0; i < picture->networks; i++) {
		struct picture_section *section = &ret_layout->section[ret_layout->sections++];

		*section = (struct picture_section){
			.network = &picture->network[i],
			.columns = columns_of(picture->network[i].containers),
			.bar = { MARGIN + SPINE, bottom + MARGIN, width_of(columns), BAR },
		};
		place_cards(arena, &picture->network[i], section);
		bottom = bottom_of(section);
	}
	ret_layout->height = bottom + MARGIN;
}
