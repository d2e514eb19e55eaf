/* json_string.h - the strings of JSON: checked and unescaped where they stand. For json.c only. */
#pragma once

/* `*at` is the byte after the opening quote; the string's bytes, unescaped, are put there with a
 * NUL after them, and `*at` goes past the closing quote. Returns NULL, or what is wrong: then
 * `*at` is where. */
const char *json_string_read(char **at, const char *end);
