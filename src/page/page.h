/* page.h - a page for a browser: its frame, its looks, and how text of others is put into it.
 *
 * What is from a config, or from a process, goes through html_add() or html_code(), whatever it is; text_add() and
 * text_printf() are for our own words and for numbers.
 *
 * The page is one file. It has no script, and its policy (Content-Security-Policy) lets it load nothing, so that even
 * markup that somebody got into it could not ask anybody for anything.
 */
#pragma once
#include "base/text.h"

struct html_title {
	const char *name;		/* of what is told; by others */
	const char *told;		/* "explained by taru"; N_(); it and the next one are ours */
	const char *verb;		/* "taru explain" */
	const char *what;		/* the line below the name; by others */
	const char *style;		/* more rules than those of all pages; NULL: none */
};

/* Adds what comes before all else, up to the open <header>; it is ended, and <main> opened, by the caller. */
void html_begin(struct text *out, const struct html_title *title);

/* Ends <main> and the page. */
void html_end(struct text *out);

/* Adds text that can't be markup, neither between tags nor in an attribute. What is no UTF-8, and characters that a
 * terminal obeys or that turn the direction of writing, become U+FFFD. */
void html_add(struct text *out, const char *text);

/* The same as <code>. */
void html_code(struct text *out, const char *text);

/* A word in a box. `class` is how it looks: " new", " host", " container", ""; the word may be by others. */
void html_tag(struct text *out, const char *class, const char *word);

/* Opens a section with its heading, which is translated, and a table in it; and ends both. */
void html_open_table(struct text *out, const char *id, const char *heading);
void html_close_table(struct text *out);

/* A row's name, which is ours and translated; what is added then is its value, up to the end of the row. */
void html_open_row(struct text *out, const char *name);
void html_close_row(struct text *out);

/* A path of a tree, by others, and what the caller knows it by. */
struct html_branch { const char *path; size_t index; };

/* Adds what is to be told behind the path of the branch of this index. */
typedef void html_leaf(struct text *out, size_t index, const void *context);

/* tree.c: the paths as a tree, what is below what. Of the same path there may be several, which are told one after
 * another by their indices. Puts them in order. */
void html_tree(struct text *out, struct html_branch *branch, size_t count, html_leaf *add, const void *context);

/* style.c: a style sheet for light and dark, wide and narrow. */
extern const char html_style[];
