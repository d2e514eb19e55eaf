/* picture_svg.c - networks as SVG: see picture.h. Texts are anybody's: all of them go through add_words(). */
#include "net/picture.h"
#include "spec/lists.h"
#include <string.h>

static const char style[] =
	"<style>\n"
	".page{fill:#f6f7fa}\n"
	"text{font-family:system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:#1f2937}\n"
	".mono{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:11px;fill:#374151}\n"
	".label{font-size:10px;fill:#6b7280;letter-spacing:.6px}\n"
	".name{font-size:14px;font-weight:600}\n"
	".title{font-size:17px;font-weight:600}\n"
	".id{fill:#9ca3af}\n"
	".small{font-size:10px;fill:#6b7280}\n"
	".box{fill:#ffffff;stroke:#cbd5e1}\n"
	".bridge{fill:#e3f4f1;stroke:#2a9d8f}.bridge-line{fill:#2a9d8f;stroke:none}\n"
	".bridge-pair{stroke:#2a9d8f;stroke-width:2;fill:none}\n"
	".below{fill:#efeafc;stroke:#7c5cc4}.below-line{fill:#7c5cc4;stroke:none}\n"
	".below-pair{stroke:#7c5cc4;stroke-width:2;fill:none}\n"
	".plug{fill:#ffffff;stroke-width:2}\n"
	".chip{fill:#fff4da;stroke:#e0a83a}.port{fill:#6b4300}\n"
	".spine{stroke:#94a3b8;stroke-width:2;fill:none}.internal{stroke-dasharray:3 5}\n"
	"</style>\n";

enum { LABEL = 58 };			/* what "address" and a blank take */

struct svg {
	struct text *out;
	struct arena *arena;
};

/* What XML takes for something else, or does not have (U+FFFE, U+FFFF). */
static void add_words(struct svg *svg, const char *words)
{
	for (const char *at = words; *at;) {
		const size_t length = text_utf8(at, strlen(at));

		switch (*at) {
		case '&': text_add(svg->out, "&amp;"); break;
		case '<': text_add(svg->out, "&lt;"); break;
		case '>': text_add(svg->out, "&gt;"); break;
		case '"': text_add(svg->out, "&quot;"); break;
		case '\'': text_add(svg->out, "&#39;"); break;
		default:
			if (length == 3 && (!memcmp(at, "\xef\xbf\xbe", 3) || !memcmp(at, "\xef\xbf\xbf", 3)))
				text_add(svg->out, "?");
			else
				text_add_bytes(svg->out, at, length);
		}
		at += length;
	}
}

/* At most so many characters; `class` is ours. */
static void words(struct svg *svg, int x, int y, const char *class, size_t columns, const char *text)
{
	text_printf(svg->out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	add_words(svg, picture_fit(svg->arena, text, columns));
	text_add(svg->out, "</text>\n");
}

static void words_at_end(struct svg *svg, int x, int y, const char *class, size_t columns, const char *text)
{
	text_printf(svg->out, "<text x=\"%d\" y=\"%d\" class=\"%s\" text-anchor=\"end\">", x, y, class);
	add_words(svg, picture_fit(svg->arena, text, columns));
	text_add(svg->out, "</text>\n");
}

static void box(struct svg *svg, const struct picture_box *at, int round, const char *class)
{
	text_printf(svg->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" class=\"%s\"/>\n", at->x,
		    at->y, at->width, at->height, round, class);
}

/* --- the machine --- */

static void draw_machine(struct svg *svg, const struct picture *picture, const struct picture_layout *layout)
{
	const struct picture_box *at = &layout->machine;
	int y = at->y + 50;

	box(svg, at, 10, "box");
	words(svg, at->x + 20, at->y + 28, "title", 60, picture->machine);
	words_at_end(svg, at->x + at->width - 20, at->y + 26, "label", 20, "THIS MACHINE");
	words(svg, at->x + 20, y, "mono", 16, picture->outside[0] ? picture->outside : "no way out");
	for (size_t i = 0; i < picture->addresses.count; i++, y += PICTURE_ROW)
		words(svg, at->x + 150, y, "mono", 48, picture->addresses.at[i]);
	for (size_t i = 0; i < layout->chips; i++) {
		const struct picture_chip *chip = &layout->chip[i];

		box(svg, &chip->box, 11, "chip");
		words(svg, chip->box.x + 10, chip->box.y + 15, "mono port", 120,
		      arena_printf(svg->arena, "%s → %s", chip->outside, chip->container));
	}
}

/* --- a container --- */

static void draw_pair(struct svg *svg, const struct picture_section *section, const struct picture_card *card,
		      const char *kind)
{
	const struct picture_box *stem = &section->stem[card->column];
	const int y = card->box.y + 19, from = stem->x + stem->width, to = card->box.x;
	const char *outside = card->container->outside;

	text_printf(svg->out, "<path d=\"M%d %dH%d\" class=\"%s-pair\"/>\n", from, y, to, kind);
	text_printf(svg->out, "<circle cx=\"%d\" cy=\"%d\" r=\"4\" class=\"plug %s-pair\"/>\n", from + 8, y, kind);
	text_printf(svg->out, "<circle cx=\"%d\" cy=\"%d\" r=\"4\" class=\"plug %s-pair\"/>\n", to, y, kind);
	words(svg, from + 16, y - 6, "mono", 15,
	      outside[0] ? outside : network_driver_name(section->network->driver));
}

static void value(struct svg *svg, int x, int y, const char *label, const char *text)
{
	if (label[0])
		words(svg, x, y, "label", 10, label);
	words(svg, x + LABEL, y, "mono", 44, text);
}

static void draw_port(struct svg *svg, const struct picture_port *port, int x, int y, const char *label)
{
	const char *text = arena_printf(svg->arena, "%s → %s", picture_port_outside(svg->arena, port),
					picture_port_inside(svg->arena, port));
	const size_t width = picture_width(text);

	if (label[0])
		words(svg, x, y, "label", 10, label);
	box(svg, &(struct picture_box){ x + LABEL - 8, y - 13, 16 + 7 * (int)(width < 42 ? width : 42), 18 }, 9,
	    "chip");
	words(svg, x + LABEL, y, "mono port", 42, text);
}

static void draw_card(struct svg *svg, const struct picture_card *card)
{
	const struct picture_container *container = card->container;
	const struct picture_box *at = &card->box;
	const int x = at->x + 16;
	int y = at->y + 48;
	struct texts names;

	box(svg, at, 8, "box");
	words(svg, x, at->y + 24, "name", 22, container->name);
	words_at_end(svg, at->x + at->width - 14, at->y + 23, "mono id", 12,
		     arena_printf(svg->arena, "%.12s", container->id));
	value(svg, x, y, "device", arena_printf(svg->arena, "%s  %s", container->inside, container->mac));
	for (size_t i = 0; i < container->addresses.count; i++)
		value(svg, x, y += PICTURE_ROW, i ? "" : "address", container->addresses.at[i]);
	picture_wrap(svg->arena, &container->names, &names);
	for (size_t i = 0; i < names.count; i++)
		value(svg, x, y += PICTURE_ROW, i ? "" : "names", names.at[i]);
	for (size_t i = 0; i < container->ports; i++)
		draw_port(svg, &container->port[i], x, y += PICTURE_ROW, i ? "" : "ports");
}

/* --- a network --- */

static const char *second_line(struct svg *svg, const struct picture_network *network)
{
	struct arena *arena = svg->arena;
	const char *addresses = texts_join(arena, &network->addresses, " ");

	if (!network->resolvers.count)
		return addresses;
	return arena_printf(arena, "%s    names: %s", addresses, texts_join(arena, &network->resolvers, " "));
}

static void draw_section(struct svg *svg, const struct picture_section *section, const struct picture_box *machine)
{
	const struct picture_network *network = section->network;
	const struct picture_box *bar = &section->bar;
	const char *kind = network->driver == NETWORK_BRIDGE ? "bridge" : "below";
	const size_t columns = (size_t)(bar->width - 40) / 7;

	text_printf(svg->out, "<path d=\"M%d %dV%dH%d\" class=\"spine%s\"/>\n", machine->x + 20,
		    machine->y + machine->height, bar->y + bar->height / 2, bar->x,
		    network->internal ? " internal" : "");
	for (size_t i = 0; i < section->columns; i++)
		if (section->stem[i].height)
			box(svg, &section->stem[i], 3, arena_printf(svg->arena, "%s-line", kind));
	box(svg, bar, 10, arena_printf(svg->arena, "%s%s", kind, network->internal ? " internal" : ""));
	words(svg, bar->x + 18, bar->y + 26, "title", columns / 2, network->name);
	words_at_end(svg, bar->x + bar->width - 18, bar->y + 26, "mono", columns / 2,
		     arena_printf(svg->arena, network->internal ? "%s, internal" : "%s",
				  picture_device(svg->arena, network)));
	words(svg, bar->x + 18, bar->y + 47, "mono", columns, second_line(svg, network));
	if (!section->cards)
		words(svg, bar->x + 18, bar->y + bar->height + PICTURE_ROW, "small", 40, "no container is in it");
	for (size_t i = 0; i < section->cards; i++) {
		draw_card(svg, &section->card[i]);
		draw_pair(svg, section, &section->card[i], kind);
	}
}

void picture_svg(struct text *out, const struct picture *picture)
{
	struct svg svg = { out, out->arena };
	struct picture_layout layout;

	picture_lay_out(out->arena, picture, &layout);
	text_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" viewBox=\"0 0 %d %d\" "
			 "width=\"%d\" height=\"%d\" role=\"img\">\n<title>networks of ",
		    layout.width, layout.height, layout.width, layout.height);
	add_words(&svg, picture_fit(out->arena, picture->machine, 60));
	text_add(out, "</title>\n");
	text_add(out, style);
	box(&svg, &(struct picture_box){ 0, 0, layout.width, layout.height }, 0, "page");
	draw_machine(&svg, picture, &layout);
	for (size_t i = 0; i < layout.sections; i++)
		draw_section(&svg, &layout.section[i], &layout.machine);
	text_add(out, "</svg>\n");
}
