/* fullscreen.h - the whole terminal, while a picture is in it: the alternate screen, keys, signals, the size.
 *
 * It is as it was before when it is given back: at the end, by a signal, and while this program is stopped. Frames are
 * written over each other, each with one write(2) and to be shown as one (mode 2026; terminals that don't know it pass
 * it over), so nothing flickers.
 */
#pragma once
#include "base/text.h"
#include "life/screen.h"
#include "live/key.h"
#include <signal.h>

struct fullscreen {
	struct screen screen;
	int signals;			/* a signalfd(2) */
	sigset_t before;
	int ended_by;			/* the signal, or 0 */
	char typed[32];			/* and not understood yet */
	size_t typed_length;
	bool clear;			/* before the next frame */
};

/* Takes it. False, and nothing is changed, where standard input and output are no terminal that can do that. */
bool fullscreen_begin(struct fullscreen *fullscreen);

/* Gives it back; a signal that ended it then ends the program as well. */
void fullscreen_end(struct fullscreen *fullscreen);

/* The next key, waiting until then (clock_ms()): KEY_NONE when nothing came. KEY_SIZE: all has to be drawn anew. A
 * signal that asks the program to end, and the end of the terminal, are KEY_QUIT. Being stopped is dealt with here. */
enum key fullscreen_key(struct fullscreen *fullscreen, uint64_t until_ms);

/* Shows a frame, of lines with "\n" between them. False where the terminal is gone. */
bool fullscreen_show(struct fullscreen *fullscreen, const struct text *frame);
