// What a device's thread does with audio.PortMemory. It calls nothing of Go, which
// may be busy for longer than a device waits.
#ifndef PERMANENCE_PORT_H
#define PERMANENCE_PORT_H

#include <stdint.h>

#define PORT_SIZE 8192

// The memory of a port, as audio.PortMemory lays it out and explains it.
struct port {
	uint64_t written;
	char     line1[56];
	uint64_t taken;
	char     line2[56];
	uint64_t calls;
	int64_t  size, largest;
	uint64_t missed, tight, late;
	int64_t  worst, first, last;
	int32_t  held, offset;
	uint32_t dry, closed;
	int64_t  mark, bell, thread;
	int16_t  pcm[PORT_SIZE];
};

// port_serve is the call of a device for n samples: out is filled, in is taken;
// the other is NULL.
void port_serve(struct port *p, int16_t *out, const int16_t *in, uint32_t n);

// port_adopt lets a device of miniaudio call port_serve from its own thread. It
// changes nothing and returns 0 when what lies at the address does not look like
// the device that was asked for: its kind, its rate, its user data p, and its
// notification port_noted.
int port_adopt(void *device, struct port *p, uint32_t kind, uint32_t rate);

// port_noted does nothing with a device's notification.
void port_noted(const void *notification);

#endif
