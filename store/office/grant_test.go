package office_test

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/officetest"
	"permanence/store/wire"
)

// lostDraft has one desk fall silent in the middle of a message.
func (b *bench) lostDraft() (one, two officetest.Desk) {
	one, two = b.desk("one", "claire"), b.desk("two", "sam")
	b.pass(time.Minute)
	b.tell(one, typing("t1", "durand", "Rappeler demain"), "one")
	b.pass(wire.LostAfter + time.Second)
	return one, two
}

// copied is what a desk tells that has a copy of one's message on its disk.
func copied(desk clients.ID) wire.Presence {
	p := typing("c1", "durand", "Rappeler demain")
	p.Drafts[0].Of, p.Drafts[0].Message.ID = "m-t1", clients.CopyOf("m-t1", desk)
	return p
}

func (b *bench) takes(d officetest.Desk, want string) {
	b.Helper()
	if _, err := d.TakeOver(b.Context(), "one", "t1"); officetest.Code(err) != want || want == "" && err != nil {
		b.Errorf("%s takes it over: %v; want %q", d.ID, err, want)
	}
}

func TestAGrantThatNobodyConfirmsIsOfferedAgain(t *testing.T) {
	onBoth(t, func(b *bench) {
		_, two := b.lostDraft()
		four := b.desk("four", "claire")
		b.takes(two, "")
		b.takes(four, "taken")
		b.pass(wire.GrantFor + time.Second)
		if d := b.tell(four, here, "one").Drafts[0]; d.Taken != "" || d.Message.Text != "Rappeler demain" {
			b.Errorf("after two died: %+v", d)
		}
		b.takes(four, "")
		b.takes(two, "taken")
		if d := b.tell(two, copied("two"), "one").Drafts[0]; d.Taken != "four" {
			b.Errorf("two, which is back, sees %+v", d)
		}
	})
}

func TestAGrantThatIsConfirmedStands(t *testing.T) {
	for name, confirm := range map[string]func(*bench, officetest.Desk){
		"by a draft":        func(b *bench, d officetest.Desk) { b.tell(d, copied(d.ID), "one") },
		"by a late draft":   func(b *bench, d officetest.Desk) { b.pass(wire.GrantFor * 2); b.tell(d, copied(d.ID), "one") },
		"by a message sent": func(b *bench, d officetest.Desk) { b.push(d, note(clients.CopyOf("m-t1", d.ID), "durand", "")) },
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(b *bench) {
				_, two := b.lostDraft()
				b.takes(two, "")
				confirm(b, two)
				b.pass(wire.GrantFor + time.Second)
				b.takes(b.desk("four", "claire"), "taken")
			})
		})
	}
}

func TestAGrantOutlivesThatItsAuthorLetsGo(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.lostDraft()
		b.takes(two, "")
		b.tell(one, here, "one") // she was told that two has it, and put it away
		b.pass(wire.GrantFor + time.Second)
		if d := b.tell(two, here, "one").Drafts; len(d) != 1 || !d[0].Orphan || d[0].Taken != "" {
			b.Errorf("after two died: %+v", d)
		}
		b.tell(one, here, "one") // who was told so need not know better
		b.takes(one, "")
	})
}

func TestADeskThatLostItsDiskIsOfferedWhatItTyped(t *testing.T) {
	onBoth(t, func(b *bench) {
		one := b.desk("one", "claire")
		tell := func(run string, p wire.Presence) wire.Presence {
			desks, err := one.TellIn(b.Context(), run, p)
			b.ok(err)
			return desks[0]
		}
		tell("first", typing("t1", "durand", "Rappeler"))
		if p := tell("second", here); len(p.Drafts) != 1 || !p.Drafts[0].Orphan {
			b.Errorf("with another disk: %+v", p)
		}
		b.takes(one, "")
		tell("second", copied("one"))
		if p := tell("second", here); len(p.Drafts) > 0 {
			b.Errorf("put away: %+v", p)
		}
		tell("second", typing("t1", "durand", "Rappeler"))
		if p := tell("second", here); len(p.Drafts) > 0 {
			b.Errorf("what was put away in one run is still there: %+v", p)
		}
	})
}

func TestAMessageThatHasComeIsNoDraft(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.lostDraft()
		b.push(one, note("m-t1", "durand", ""))
		if d := b.tell(two, here, "one").Drafts; len(d) > 0 {
			b.Errorf("%+v", d)
		}
		b.takes(two, "not-found")
	})
}

func TestWhatIsLeftToItsAuthorIsHersAgain(t *testing.T) {
	for sent, want := range map[bool]string{false: "", true: "taken"} {
		onBoth(t, func(b *bench) {
			one, two := b.lostDraft()
			b.takes(two, "")
			b.tell(two, copied("two"), "one")
			b.tell(one, typing("t1", "durand", "Rappeler demain"), "one")
			b.tell(two, here, "one")
			if sent {
				b.push(two, note(clients.CopyOf("m-t1", "two"), "durand", ""))
			}
			b.pass(wire.GrantFor + time.Second)
			b.tell(two, here, "one")
			b.takes(b.desk("four", "claire"), want)
		})
	}
}
