/* answer.c - see answer.h */
#include "unpack/answer.h"
#include "base/json_write.h"
#include "wire/message.h"
#include <string.h>

/* One level of an object, or, where it has a name, an object in an object. */
static struct json_writer open_answer(struct text *text, const char *name)
{
	struct json_writer writer = json_writer_new(text, NULL);

	json_open_object(&writer, NULL);
	if (name)
		json_open_object(&writer, name);
	return writer;
}

static bool send_answer(int socket, struct json_writer *writer)
{
	while (writer->depth)
		json_close(writer);
	return message_send(socket, writer->text, NULL, 0) == 0;
}

bool answer_progress(int socket, struct arena *arena, uint64_t at, uint64_t entries)
{
	struct text text = text_new(arena);
	struct json_writer writer = open_answer(&text, NULL);

	json_put_unsigned(&writer, "at", at);
	json_put_unsigned(&writer, "entries", entries);
	return send_answer(socket, &writer);
}

static const char *compression_name(enum compression compression)
{
	switch (compression) {
	case COMPRESSION_AUTO:
	case COMPRESSION_NONE:
		break;
	case COMPRESSION_GZIP:
		return "gzip";
	case COMPRESSION_ZSTD:
		return "zstd";
	}
	return "none";
}

bool answer_unpacked(int socket, struct input *input, const struct layer *layer)
{
	char raw[DIGEST_TEXT], plain[DIGEST_TEXT];
	struct text text = text_new(input->arena);
	struct json_writer writer = open_answer(&text, "unpacked");

	if (!digest_end(&input->raw, raw) || !digest_end(&input->plain, plain))
		return false;
	json_put_text(&writer, "digest", raw);
	json_put_unsigned(&writer, "size", input->raw.size);
	json_put_text(&writer, "diff-id", plain);
	json_put_unsigned(&writer, "bytes", input->plain.size);
	json_put_text(&writer, "compression", compression_name(input->compression));
	json_put_unsigned(&writer, "content", layer->content);
	json_put_unsigned(&writer, "entries", layer->entries);
	json_put_unsigned(&writer, "devices-left-out", layer->devices_left_out);
	json_put_unsigned(&writer, "implied", layer->directories.implied);
	json_put_unsigned(&writer, "links", layer->link_count);
	return send_answer(socket, &writer);
}

bool answer_settled(int socket, struct arena *arena, const char *link)
{
	struct text text = text_new(arena);
	struct json_writer writer = open_answer(&text, NULL);

	json_put_bool(&writer, "settled", !*link);
	if (*link)
		json_put_text(&writer, "entry", link);
	return send_answer(socket, &writer);
}

bool answer_copied(int socket, struct input *input, struct digest *output)
{
	char raw[DIGEST_TEXT], written[DIGEST_TEXT];
	struct text text = text_new(input->arena);
	struct json_writer writer = open_answer(&text, "copied");

	if (!digest_end(&input->raw, raw) || !digest_end(output, written))
		return false;
	json_put_text(&writer, "digest", raw);
	json_put_unsigned(&writer, "size", input->raw.size);
	json_put_text(&writer, "compression", compression_name(input->compression));
	json_put_text(&writer, "output-digest", written);
	json_put_unsigned(&writer, "output-size", output->size);
	return send_answer(socket, &writer);
}

/* What stands in an archive may be made for who looks at it. */
static const char *plain_text(struct arena *arena, const char *entry)
{
	char *text = arena_copy(arena, entry, strlen(entry));

	text_clean(text, '?');
	return text;
}

bool answer_failure(int socket, struct arena *arena, const struct failure *failure)
{
	struct text text = text_new(arena);
	struct json_writer writer = open_answer(&text, "error");

	json_put_text(&writer, "kind", name_of(unpack_error_names, failure->kind));
	json_put_text(&writer, "entry", plain_text(arena, failure->entry));
	json_put_text(&writer, "message", failure->problem.text);
	return send_answer(socket, &writer);
}
