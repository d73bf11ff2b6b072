// The bell that wakes a voice goroutine.
#ifndef PERMANENCE_BELL_H
#define PERMANENCE_BELL_H

#include <stdint.h>

// A bell, and how whoever waits for it is reached.
struct bell {
	uint32_t rung;
	uint32_t hasty; // 1: its thread sleeps in bell_wait; 0: a poller watches rope
	int32_t  rope;  // a descriptor that each ring makes readable anew
};

// bell_new hangs a bell that lasts as long as the program, or returns NULL.
struct bell *bell_new(void);

// bell_ring never waits.
void bell_ring(struct bell *b);

// bell_heard takes the ring, and tells whether there was one.
int bell_heard(struct bell *b);

// bell_hurry says how it is waited for from now on. Only who waits may call it.
void bell_hurry(struct bell *b, int hasty);

// bell_wait takes a ring, and waits for one for so many nanoseconds; negative is for
// ever.
void bell_wait(struct bell *b, int64_t limit);

// bell_thread is the system's name of the calling thread; 0 where it is not used.
int64_t bell_thread(void);

#endif
