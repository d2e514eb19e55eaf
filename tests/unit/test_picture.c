/* test_picture.c - networks as pictures: nothing lies on anything else, no line is too long, and nobody's name is more
 * than a name. */
#include "in_arena.h"
#include "net/picture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct texts list(const char *one, const char *other)
{
	struct texts texts = { ARENA_ARRAY(&arena, 3, char *), 0 };

	texts.at[texts.count++] = arena_printf(&arena, "%s", one);
	if (other)
		texts.at[texts.count++] = arena_printf(&arena, "%s", other);
	return texts;
}

static struct picture_container container(size_t index)
{
	struct picture_container made = {
		.name = arena_printf(&arena, "c%zu", index), .id = "0123456789abcdef0123", .outside = "tv01234567890",
		.inside = "eth0", .mac = "02:42:0a:58:00:02",
		.addresses = list("10.88.0.2/16", index % 2 ? "fd00:1111:2222:3333:4444:5555:6666:7777/128" : NULL),
		.names = list("red", "white"),
		.port = ARENA_ARRAY(&arena, 2, struct picture_port),
	};

	made.port[made.ports++] = (struct picture_port){ "", 8080, 8080, 80, 80, "tcp" };
	if (index % 3 == 0)
		made.port[made.ports++] = (struct picture_port){ "::1", 9000, 9002, 90, 92, "udp" };
	return made;
}

static struct picture_network network(const char *name, size_t containers)
{
	struct picture_network made = {
		.name = name, .driver = NETWORK_BRIDGE, .device = "br-0123456789ab",
		.addresses = list("10.88.0.1/16", NULL), .resolvers = list("10.88.0.1", NULL),
		.container = ARENA_ARRAY(&arena, containers + 1, struct picture_container), .containers = containers,
	};

	for (size_t i = 0; i < containers; i++)
		made.container[i] = container(i);
	return made;
}

/* Two networks, the second one empty. */
static struct picture picture(size_t containers)
{
	struct picture made = { .machine = "cellar", .outside = "eth0", .addresses = list("192.168.1.7/24", NULL),
				.network = ARENA_ARRAY(&arena, 2, struct picture_network), .networks = 2 };

	made.network[0] = network("wine", containers);
	made.network[1] = network("beer", 0);
	return made;
}

static bool overlap(const struct picture_box *one, const struct picture_box *other)
{
	return one->x < other->x + other->width && other->x < one->x + one->width &&
	       one->y < other->y + other->height && other->y < one->y + one->height;
}

static bool is_inside(const struct picture_box *box, const struct picture_layout *layout)
{
	return box->x > 0 && box->y > 0 && box->x + box->width < layout->width &&
	       box->y + box->height < layout->height;
}

static void check_chips(const struct picture_layout *layout)
{
	for (size_t i = 0; i < layout->chips; i++) {
		const struct picture_box *chip = &layout->chip[i].box, *machine = &layout->machine;

		assert_true(chip->x > machine->x && chip->x + chip->width < machine->x + machine->width);
		assert_true(chip->y > machine->y && chip->y + chip->height < machine->y + machine->height);
		for (size_t j = 0; j < i; j++)
			assert_false(overlap(chip, &layout->chip[j].box));
	}
}

static void check_section(const struct picture_section *section, const struct picture_layout *layout)
{
	assert_true(is_inside(&section->bar, layout));
	assert_false(overlap(&section->bar, &layout->machine));
	for (size_t i = 0; i < section->cards; i++) {
		const struct picture_card *card = &section->card[i];
		const struct picture_box *stem = &section->stem[card->column];

		assert_true(is_inside(&card->box, layout));
		assert_false(overlap(&card->box, &section->bar));
		assert_true(card->box.x > stem->x + stem->width);
		assert_true(card->box.y < stem->y + stem->height);
		for (size_t j = 0; j < i; j++)
			assert_false(overlap(&card->box, &section->card[j].box));
		for (size_t j = 0; j < section->columns; j++)
			assert_false(overlap(&card->box, &section->stem[j]));
	}
}

static void nothing_lies_on_anything_else(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 7, 30, 200 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		const struct picture shown = picture(counts[i]);
		struct picture_layout layout;

		picture_lay_out(&arena, &shown, &layout);
		assert_int_equal(layout.sections, 2);
		assert_int_equal(layout.section[0].cards, counts[i]);
		assert_true(is_inside(&layout.machine, &layout));
		check_chips(&layout);
		check_section(&layout.section[0], &layout);
		check_section(&layout.section[1], &layout);
		for (size_t j = 0; j < layout.section[0].cards; j++)
			assert_false(overlap(&layout.section[0].card[j].box, &layout.section[1].bar));
	}
}

static void no_line_is_longer_than_80_columns(void **state)
{
	struct picture shown = picture(5);
	struct text ascii = text_new(&arena), unicode = text_new(&arena);

	shown.network[0].container[1].name = "a-name-that-is-much-too-long-for-the-place-that-there-is-for-it-here";
	shown.network[0].container[2].names = list("a-name-that-is-much-too-long-for-the-place-that-there-is", "x");
	picture_text_ascii(&ascii, &shown);
	picture_text_unicode(&unicode, &shown);
	for (const char *at = ascii.at; *at; at++)
		assert_true((*at >= ' ' && *at <= '~') || *at == '\n');
	for (char *line = strtok(unicode.at, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(picture_width(line) <= 80);
	for (char *line = strtok(ascii.at, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 80);
}

/* A machine with one network and one container, as it stands on a terminal. */
static void the_text_is_as_it_was(void **state)
{
	static const char expected[] =
		"+--- machine cellar -----------------------------------------------------------+\n"
		"| outside  eth0                                                                |\n"
		"| address  192.168.1.7/24                                                      |\n"
		"+--+---------------------------------------------------------------------------+\n"
		"   |\n"
		"+--+ network wine -------------------------------------------------------------+\n"
		"| bridge br-0123456789ab                                                       |\n"
		"| address  10.88.0.1/16                                                        |\n"
		"| names    10.88.0.1                                                           |\n"
		"+--+---------------------------------------------------------------------------+\n"
		"   |                    +--- c0 (0123456789ab) --------------------------------+\n"
		"   +- tv01234567890 ----+ device   eth0  02:42:0a:58:00:02                     |\n"
		"                        | address  10.88.0.2/16                                |\n"
		"                        | names    red white                                   |\n"
		"                        | port     8080 -> 80/tcp                              |\n"
		"                        |          [::1]:9000-9002 -> 90-92/udp                |\n"
		"                        +------------------------------------------------------+\n";
	struct picture shown = picture(1);
	struct text out = text_new(&arena);

	shown.networks = 1;
	picture_text_ascii(&out, &shown);
	assert_string_equal(out.at, expected);
}

/* Names are made of few letters by now; what a record on disk says may be anything. */
static void a_name_is_nothing_but_a_name(void **state)
{
	static const char hostile[] = "</text><script>alert('1')</script>&\"\x1b[2J\xff\xef\xbf\xbf\n";
	struct picture shown = picture(1);
	struct text svg = text_new(&arena), text = text_new(&arena);

	shown.machine = shown.network[0].name = shown.network[0].device = hostile;
	shown.network[0].container[0].name = shown.network[0].container[0].inside = hostile;
	shown.network[0].container[0].names = list(hostile, hostile);
	picture_svg(&svg, &shown);
	picture_text_unicode(&text, &shown);
	assert_null(strstr(svg.at, "<script"));
	assert_null(strstr(svg.at, "\xef\xbf\xbf"));
	assert_null(strchr(svg.at, '\x1b'));
	assert_null(strchr(svg.at, '\xff'));
	assert_null(strchr(text.at, '\x1b'));
	assert_non_null(strstr(svg.at, "&lt;/text&gt;&lt;script&gt;"));
}

static void what_is_too_long_is_cut(void **state)
{
	assert_string_equal(picture_fit(&arena, "wine", 4), "wine");
	assert_string_equal(picture_fit(&arena, "wines", 4), "win…");
	assert_string_equal(picture_fit(&arena, "a\tb\xff", 4), "a?b?");
	assert_int_equal(picture_width("größe"), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_lies_on_anything_else),
		cmocka_unit_test(no_line_is_longer_than_80_columns),
		cmocka_unit_test(the_text_is_as_it_was),
		cmocka_unit_test(a_name_is_nothing_but_a_name),
		cmocka_unit_test(what_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
