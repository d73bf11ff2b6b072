#define _GNU_SOURCE
#include "threads.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

// A console has two, and each of its devices one; what is left behind when a sound
// server hangs stays.
enum { MOST = 32 };

static int threads[MOST];
volatile int threads_revoked;

static void send_back(int thread)
{
	struct sched_param none = {0};
	sched_setscheduler(thread, SCHED_OTHER | SCHED_RESET_ON_FORK, &none);
}

// overdue is called by the system in the thread that used up its time, so it is in
// time whatever Go does. It calls nothing but the system.
static void overdue(int signal)
{
	(void)signal;
	int before = errno;
	threads_revoked = 1;
	for (int i = 0; i < MOST; i++) {
		int thread = __atomic_load_n(&threads[i], __ATOMIC_ACQUIRE);
		if (thread != 0)
			send_back(thread);
	}
	errno = before;
}

// On the stack that Go has for signals, since Go's own are too small.
static void listen(void)
{
	struct sigaction a = {.sa_handler = overdue, .sa_flags = SA_ONSTACK | SA_RESTART};
	sigfillset(&a.sa_mask);
	sigaction(SIGXCPU, &a, NULL);
}

// put replaces the first thread that is one by another.
static int put(int one, int other)
{
	for (int i = 0; i < MOST; i++) {
		int expected = one;
		if (__atomic_compare_exchange_n(&threads[i], &expected, other, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return 1;
	}
	return 0;
}

int threads_watch(int thread)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, listen);
	return put(0, thread);
}

void threads_forget(int thread)
{
	if (put(thread, 0))
		send_back(thread);
}
