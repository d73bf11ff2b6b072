// The threads in real time, and how they are sent back among the others.
#ifndef PERMANENCE_THREADS_H
#define PERMANENCE_THREADS_H

// threads_revoked is 1 once a thread used up its time.
extern volatile int threads_revoked;

// threads_watch bounds a thread from now on, and returns 0 when there are too many.
int threads_watch(int thread);

// threads_forget sends one that is watched back among the others.
void threads_forget(int thread);

#endif
