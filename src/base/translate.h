/* translate.h - sentences for people, in the language that they asked for.
 *
 *	text_printf(out, _("%zu steps.\n"), count);		a sentence, looked up where it is told
 *	{ "json", N_("the same as --format json") }		one of a table: marked here, _() where it is told
 *
 * What is marked is collected into po/taru.pot, and translated in po/LANGUAGE.po (gettext's formats and tools). The
 * catalogue that msgfmt(1) makes of it is read here and not by the C library's gettext(3): musl's does not know
 * LANGUAGE and glibc's needs the locale to be installed, which it is not on machines that have only C.UTF-8; and
 * neither looks at what a translation would have printf(3) do.
 *
 * Until translate_begin() nothing is opened or looked at, and _() gives back what it is given. A verb that tells
 * people something calls it; what programs read (JSON, config.json, names, commands of a script) is never marked.
 *
 * A whole sentence is one text: no part of it is glued on, since other languages have another order. One with more
 * than one directive may be translated in another order with those of POSIX ("%2$s %1$s").
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define N_(sentence) sentence
#define _(sentence) translate(sentence)

/* The translation, or the sentence itself where there is none, or where its directives are not those of the sentence.
 * Lives as long as the program. */
const char *translate(const char *sentence) __attribute__((format_arg(1)));

/* Looks at the environment, as gettext(3): LC_ALL, LC_MESSAGES or LANG says whether, and LANGUAGE which ones. Of
 * these the first that there is a catalogue of is opened. Only where texts are to be UTF-8. Nothing where that was
 * done before. */
void translate_begin(void);

/* translate_begin() does nothing any more: what is told is read by a program. */
void translate_never(void);

/* Notes in the environment (TARU_FOLDER) where the catalogues are, for a process that runs this program again from
 * where that cannot be seen. Opens nothing. */
void translate_note_place(void);

/* "ja", or "en" where nothing is translated: as HTML's lang has it. */
const char *translate_language(void);

/* --- for translate_begin(), and for the test of it --- */

/* The name of a language of a list such as "ja_JP.UTF-8:de", without its code set: "ja_JP"; `*at` goes past it. False
 * at the end of the list. A name that no folder can have ("../x") is passed by, as is one of another code set. */
bool translate_next(const char **at, char *ret_name, size_t room);

/* Takes a catalogue, as msgfmt(1) writes it, from now on; it must stay. False where it is none of this machine's byte
 * order. Nothing in it is believed: what leads out of it is not there. */
bool translate_take(const unsigned char *catalogue, size_t size);

/* No catalogue any more. */
void translate_end(void);

/* translate_format.c: whether both would have printf(3) take the same arguments. */
bool translate_same_format(const char *one, const char *other);
