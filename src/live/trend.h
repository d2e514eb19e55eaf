/* trend.h - the last values of something that is measured again and again: a ring of fixed size. */
#pragma once

enum { TREND_LENGTH = 60 };

/* All zero is an empty one. */
struct trend {
	float ring[TREND_LENGTH];
	unsigned next, count;
};

/* Adds the newest value; the oldest gives its place to it where the ring is full. */
static inline void trend_add(struct trend *trend, double value)
{
	trend->ring[trend->next] = (float)value;
	trend->next = (trend->next + 1) % TREND_LENGTH;
	if (trend->count < TREND_LENGTH)
		trend->count++;
}

/* The value of so many steps ago; 0 is the newest. `ago` is less than trend->count. */
static inline double trend_at(const struct trend *trend, unsigned ago)
{
	return (double)trend->ring[(trend->next + 2 * TREND_LENGTH - 1 - ago) % TREND_LENGTH];
}

/* The largest of the newest `steps` values, and at least `floor`: what a graph of them has as its top. */
static inline double trend_top(const struct trend *trend, unsigned steps, double floor)
{
	for (unsigned ago = 0; ago < steps && ago < trend->count; ago++)
		if (trend_at(trend, ago) > floor)
			floor = trend_at(trend, ago);
	return floor;
}
