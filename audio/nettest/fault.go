package nettest

import (
	"math"
	"math/rand/v2"
	"time"
)

// Jitter delays each packet by up to most, by itself: packets overtake each other
// when that is more than one packet.
func Jitter(most time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(_ time.Duration, r *rand.Rand) time.Duration { return time.Duration(r.Int64N(int64(most))) }
}

// Queues delays packets as the queues on their way do: most by little, some by
// much. The delays have a gamma distribution of shape 2, by themselves, of which one
// in a hundred would be over most and is most.
func Queues(most time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	const top = 6.6384 // the 0.99 quantile of the distribution with scale 1
	return func(_ time.Duration, r *rand.Rand) time.Duration {
		d := -math.Log((1-r.Float64())*(1-r.Float64())) / top
		return time.Duration(min(d, 1) * float64(most))
	}
}

// Detour makes the way longer by by for a while, from at on.
func Detour(at, long, by time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(now time.Duration, _ *rand.Rand) time.Duration {
		if now < at || now >= at+long {
			return 0
		}
		return by
	}
}

// Step makes the way longer by by, for good, after at.
func Step(at, by time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(now time.Duration, _ *rand.Rand) time.Duration {
		if now < at {
			return 0
		}
		return by
	}
}

// Until makes the way longer by by, until at.
func Until(at, by time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(now time.Duration, _ *rand.Rand) time.Duration {
		if now >= at {
			return 0
		}
		return by
	}
}

// Spikes holds all packets back once in every period, for hold: they come
// together at its end, in order.
func Spikes(period, hold time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(now time.Duration, _ *rand.Rand) time.Duration { return max(0, hold-now%period) }
}

// Reorder holds a share of the packets back by by.
func Reorder(share float64, by time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(_ time.Duration, r *rand.Rand) time.Duration {
		if r.Float64() < share {
			return by
		}
		return 0
	}
}

// WiFi is a shared radio: most packets come at once, some wait a little, and some
// ten times a minute all wait, up to 120 ms, and come together.
func WiFi() func(time.Duration, *rand.Rand) time.Duration {
	var busy time.Duration // until then the radio carries nothing
	return func(now time.Duration, r *rand.Rand) time.Duration {
		if now < time.Second {
			busy = 0 // another call
		}
		if now >= busy && r.Float64() < 1.0/300 {
			busy = now + time.Duration(r.Int64N(int64(120*time.Millisecond)))
		}
		return max(0, busy-now) + time.Duration(min(r.ExpFloat64()*2, 15)*float64(time.Millisecond))
	}
}

// Bursts loses a share of the packets, three in a row on average (Gilbert's model).
func Bursts(share float64) func() func(*rand.Rand) bool {
	const leave = 1.0 / 3
	return func() func(*rand.Rand) bool {
		bad := false
		return func(r *rand.Rand) bool {
			if bad {
				bad = r.Float64() >= leave
			} else {
				bad = r.Float64() < share*leave/(1-share)
			}
			return bad
		}
	}
}

// Talkspurts is a sender that speaks for speech and then sends nothing for pause.
func Talkspurts(speech, pause time.Duration) func(time.Duration) bool {
	return func(at time.Duration) bool { return at%(speech+pause) < speech }
}
