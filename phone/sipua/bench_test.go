package sipua

import (
	"testing"
	"time"

	"permanence/phone"
)

// BenchmarkInviteToCallArrived is the way of a call from the wire to the desk.
func BenchmarkInviteToCallArrived(b *testing.B) {
	arrived := make(chan phone.CallArrived, 1)
	d := newDesk(b)
	d.Agent.cfg.Report = func(e phone.Event) {
		if a, ok := e.(phone.CallArrived); ok {
			arrived <- a
		}
	}
	for b.Loop() {
		p := newPeer(b, d.at)
		p.seq++
		p.requestAs("INVITE", "z9hG4bK"+newTag(), "", sdpType, voiceAt(10000, ""))
		call := (<-arrived).Call
		b.StopTimer()
		if err := d.Reject(call); err != nil {
			b.Fatal(err)
		}
		p.response("INVITE", 486)
		_ = p.conn.Close()
		b.StartTimer()
	}
}

// BenchmarkAnswerToFirstRTP is the way from the answer key to the first packet
// of voice on the wire; the microphone's clock alone is 20 ms of it.
func BenchmarkAnswerToFirstRTP(b *testing.B) {
	d := newDesk(b)
	e := newEar(b)
	for b.Loop() {
		b.StopTimer()
		p := newPeer(b, d.at)
		id := p.invite(d, "", voiceAt(e.port(), ""))
		b.StartTimer()
		p.answeredBy(d, id)
		e.packet(0)
		b.StopTimer()
		p.response("INVITE", 200)
		p.request("ACK", "", "", "")
		p.request("BYE", "", "", "")
		p.response("BYE", 200)
		for !e.silentFor(5 * time.Millisecond) {
		}
		_ = p.conn.Close()
		b.StartTimer()
	}
}

// BenchmarkPacket is the cost of 20 ms of one call, both ways.
func BenchmarkPacket(b *testing.B) {
	d := newDesk(b)
	p, e := newPeer(b, d.at), newEar(b)
	id, _ := p.talk(d, "", voiceAt(e.port(), ""))
	v := callOf(d, id).sound.Load()
	frame := make([]int16, 480)
	b.ReportAllocs()
	for b.Loop() {
		v.Hear(frame)
		v.Speak(frame)
		v.Hear(frame)
		v.Speak(frame)
	}
}
