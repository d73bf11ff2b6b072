//go:build !linux

#include "bell.h"

void bell_ring(struct bell *b) { (void)b; }

int64_t bell_thread(void) { return 0; }
