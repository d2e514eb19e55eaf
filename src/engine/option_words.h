/* option_words.h - a refusal of what a container's config.json asks for, in the words of who has asked.
 *
 * The plan, and the kernel's answers to its steps, name the keys of config.json: linux.resources.cpu.period. Who gave
 * an option to the engine has never seen that file, and looks for the option.
 */
#pragma once
#include "base/problem.h"
#include "base/text.h"
#include "engine/container.h"
#include "spec/spec.h"

/* Puts options in the place of keys in the text of a problem, where there is one; a key that no option stands for
 * stays. `spec`: of the container's config.json, or for update the limits alone. */
void option_words(struct arena *arena, const struct made *made, const struct spec *spec, struct problem *problem);

/* The same in the lines of what a run warns of. */
void option_words_in(struct text *warnings, const struct spec *spec);
