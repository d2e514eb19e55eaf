/* picture.h - networks as a picture: this machine, its bridges, pairs of devices, containers, published ports. Pure.
 *
 * Who knows what there is fills a struct picture; picture_text() and picture_svg() draw it. The one of SVG is laid out
 * first, in numbers that can be looked at: picture_lay_out().
 */
#pragma once
#include "base/text.h"
#include "net/network.h"

struct picture_port {
	const char *address;		/* of this machine; "": all of them */
	unsigned outside, outside_last;	/* a range; the same: one */
	unsigned inside, inside_last;
	const char *protocol;		/* "tcp" */
};

/* A container's device in a network. */
struct picture_container {
	const char *name, *id;
	const char *outside;		/* the machine's end of the pair; "": it has none */
	const char *inside;		/* "eth0" */
	const char *mac;
	struct texts addresses;		/* "10.88.0.2/16" */
	struct texts names;		/* those that others find it by */
	struct picture_port *port;	/* that lead to this device */
	size_t ports;
};

struct picture_network {
	const char *name;
	enum network_driver driver;
	const char *device;		/* the bridge, or the device below; "": there is none */
	struct texts addresses;		/* of the bridge; else the subnets */
	struct texts resolvers;		/* who knows the containers' names; none: nobody does */
	bool internal;			/* nothing leaves it */
	struct picture_container *container;
	size_t containers;
};

struct picture {
	const char *machine;		/* its name */
	const char *outside;		/* the device that leads to the world; "": none does */
	struct texts addresses;		/* of that */
	struct picture_network *network;
	size_t networks;
};

/* "8080", "127.0.0.1:8080", "[::1]:9000-9002"; "80/tcp", "90-92/tcp". */
const char *picture_port_outside(struct arena *arena, const struct picture_port *port);
const char *picture_port_inside(struct arena *arena, const struct picture_port *port);

/* "bridge br-0123456789ab", "macvlan on eth0". */
const char *picture_device(struct arena *arena, const struct picture_network *network);

/* For a terminal: no line is longer than 80 columns. In plain ASCII, or with the lines of Unicode. */
void picture_text_ascii(struct text *out, const struct picture *picture);
void picture_text_unicode(struct text *out, const struct picture *picture);

/* One document that needs nothing else, without scripts. */
void picture_svg(struct text *out, const struct picture *picture);

/* --- where things are in the SVG, in its units --- */

struct picture_box { int x, y, width, height; };

enum { PICTURE_COLUMNS = 3, PICTURE_ROW = 20 };

struct picture_card {
	struct picture_box box;
	size_t column;
	const struct picture_container *container;
};

struct picture_section {
	const struct picture_network *network;
	struct picture_box bar;		/* the bridge */
	size_t columns;
	struct picture_box stem[PICTURE_COLUMNS];	/* from the bar down to the column's last card */
	struct picture_card *card;
	size_t cards;
};

/* A published port at the machine. */
struct picture_chip {
	struct picture_box box;
	const char *outside, *container;	/* "8080", "web 80/tcp" */
};

struct picture_layout {
	int width, height;
	struct picture_box machine;
	struct picture_chip *chip;
	size_t chips;
	struct picture_section *section;
	size_t sections;
};

/* Where everything is; the width is that of the network with the most containers. */
void picture_lay_out(struct arena *arena, const struct picture *picture, struct picture_layout *ret_layout);

/* A text that is drawn in so many columns at most: what is too long is cut, with an ellipsis at its end, and what a
 * terminal obeys is replaced by "?". */
const char *picture_fit(struct arena *arena, const char *text, size_t columns);

/* How many columns it has. */
size_t picture_width(const char *text);

/* Lines of a card, with as many of the words as fit; how many they are. */
size_t picture_wrap(struct arena *arena, const struct texts *words, struct texts *ret_lines);

