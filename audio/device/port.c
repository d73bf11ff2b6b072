#include "port.h"

#include "bell.h"

#include <string.h>
#include <time.h>

// What the device's thread reads of the other side, and shows to it.
#define SEE(x) __atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define SHOW(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELEASE)
#define COUNT(x, happened) do { if (happened) SHOW(x, (x) + 1); } while (0)

#define MS INT64_C(1000000)
static const int64_t settled_after = 100 * MS, measured_after = 3000 * MS, frame = 10 * MS;
static const int64_t rate = 48000;

static void ring(const struct port *p)
{
	if (p->bell != 0)
		bell_ring((struct bell *)(intptr_t)p->bell);
}

static int64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t depth(const struct port *p) { return (int64_t)(SEE(p->written) - SEE(p->taken)); }

// give writes as much of in as there is room for.
static int64_t give(struct port *p, const int16_t *in, int64_t n)
{
	uint64_t at = p->written;
	n = least(n, PORT_SIZE - depth(p));
	int64_t from = at % PORT_SIZE, first = least(n, PORT_SIZE - from);
	memcpy(p->pcm + from, in, first * sizeof *in);
	memcpy(p->pcm, in + first, (n - first) * sizeof *in);
	SHOW(p->written, at + n);
	return n;
}

// take reads as much into out as there is.
static int64_t take(struct port *p, int16_t *out, int64_t n)
{
	uint64_t at = p->taken;
	n = least(n, depth(p));
	int64_t from = at % PORT_SIZE, first = least(n, PORT_SIZE - from);
	memcpy(out, p->pcm + from, first * sizeof *out);
	memcpy(out + first, p->pcm, (n - first) * sizeof *out);
	SHOW(p->taken, at + n);
	return n;
}

// seam is audio.seam: it joins sounds that do not continue each other.
static void seam(struct port *p, int16_t *pcm, int64_t n, int broken)
{
	if (n == 0)
		return;
	if (broken)
		p->offset = p->held - pcm[0];
	for (int64_t i = 0; i < n && p->offset != 0; i++) {
		pcm[i] = (int16_t)most(least(pcm[i] + p->offset, INT16_MAX), INT16_MIN);
		p->offset = p->offset * 63 / 64;
	}
	p->held = pcm[n - 1];
}

// beat notes a call, and tells whether the device is settled.
static int beat(struct port *p, int64_t n)
{
	int64_t at = now();
	if (p->first == 0)
		p->first = at;
	if (at - p->first >= measured_after) {
		int64_t gap = at - p->last;
		COUNT(p->late, gap > p->size * 1000 * MS / rate + frame);
		SHOW(p->worst, most(p->worst, gap));
	}
	int settled = at - p->first >= settled_after;
	if (settled)
		SHOW(p->largest, most(p->largest, n));
	p->last = at;
	SHOW(p->size, n);
	SHOW(p->calls, p->calls + 1);
	return settled;
}

static void fill(struct port *p, int16_t *out, int64_t n)
{
	int64_t before = depth(p), mark = SEE(p->mark), got = 0;
	int open = !SEE(p->closed);
	if (open)
		got = take(p, out, n);
	memset(out + got, 0, (n - got) * sizeof *out);
	seam(p, out, got, p->dry);
	seam(p, out + got, n - got, !p->dry || got > 0);
	p->dry = got < n;
	int settled = beat(p, n);
	if (settled && open) {
		COUNT(p->missed, got < n);
		COUNT(p->tight, before < mark && before - got < n);
	}
	if (open && before - got < mark)
		ring(p);
}

static void deliver(struct port *p, const int16_t *in, int64_t n)
{
	if (SEE(p->closed))
		return;
	int64_t got = give(p, in, n);
	beat(p, n);
	COUNT(p->missed, got < n);
	if (depth(p) >= SEE(p->mark))
		ring(p);
}

void port_serve(struct port *p, int16_t *out, const int16_t *in, uint32_t n)
{
	if (out != NULL)
		fill(p, out, n);
	if (in != NULL)
		deliver(p, in, n);
}

// How struct ma_device of miniaudio 0.11 begins.
struct device {
	void    *context;
	uint32_t kind, rate, state;
	void   (*data)(struct device *, void *out, const void *in, uint32_t n);
	void   (*noted)(const void *notification);
	void   (*stopped)(struct device *);
	void    *user;
};

// A device's thread is the library's: its first call tells which it is.
static void serve(struct device *d, void *out, const void *in, uint32_t n)
{
	struct port *p = d->user;
	if (p->thread == 0)
		SHOW(p->thread, bell_thread());
	port_serve(p, out, in, n);
}

int port_adopt(void *device, struct port *p, uint32_t kind, uint32_t rate)
{
	struct device *d = device;
	if (d->kind != kind || d->rate != rate || d->user != p || d->noted != port_noted || d->data == NULL)
		return 0;
	d->data = serve;
	return 1;
}

void port_noted(const void *notification) { (void)notification; }
