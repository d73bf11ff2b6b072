#define _GNU_SOURCE
#include "bell.h"

#include <linux/futex.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t second = INT64_C(1000000000);

struct bell *bell_new(void)
{
	struct bell *b = calloc(1, sizeof *b);
	if (b != NULL && (b->rope = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0) {
		free(b);
		return NULL;
	}
	return b;
}

// All in one order: who changes how it waits looks for a ring afterwards, and who
// rings looks afterwards how it waits.
static uint32_t swap(struct bell *b, uint32_t rung) { return __atomic_exchange_n(&b->rung, rung, __ATOMIC_SEQ_CST); }

int bell_heard(struct bell *b) { return (int)swap(b, 0); }

void bell_hurry(struct bell *b, int hasty) { __atomic_store_n(&b->hasty, (uint32_t)hasty, __ATOMIC_SEQ_CST); }

void bell_ring(struct bell *b)
{
	if (swap(b, 1) != 0)
		return;
	if (__atomic_load_n(&b->hasty, __ATOMIC_SEQ_CST)) {
		syscall(SYS_futex, &b->rung, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
		return;
	}
	// The poller is told of every ring and the count is never read: it does not fill
	// within the life of a computer.
	uint64_t one = 1;
	if (write(b->rope, &one, sizeof one) < 0)
		return; // the time wakes the console as well
}

void bell_wait(struct bell *b, int64_t limit)
{
	struct timespec t = {limit / second, limit % second};
	if (!bell_heard(b)) {
		syscall(SYS_futex, &b->rung, FUTEX_WAIT_PRIVATE, 0, limit < 0 ? NULL : &t, NULL, 0);
		bell_heard(b); // that ends early now and then, which harms nobody
	}
}

int64_t bell_thread(void) { return syscall(SYS_gettid); }
