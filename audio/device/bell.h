// The bell that wakes a voice goroutine in its thread, and how that thread goes
// before others.
#ifndef PERMANENCE_BELL_H
#define PERMANENCE_BELL_H

#include <stdint.h>

// A bell was rung or not.
struct bell {
	uint32_t rung;
};

// bell_ring never waits.
void bell_ring(struct bell *b);

// bell_wait returns after a ring, or after so many nanoseconds; negative is for
// ever.
void bell_wait(struct bell *b, int64_t limit);

// How much was granted to a thread.
enum { HURRY_REFUSED, HURRY_NICE, HURRY_REALTIME };

// hurry lets the calling thread go before others. What it starts does not.
int hurry(void);

#endif
