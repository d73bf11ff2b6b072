package desk

import "testing"

func TestAnOfferedNumberIsOnlyShown(t *testing.T) {
	s, effects := Step(State{}, Input{Event: DialOffered{Target: "3639"}})
	if s.Offered != "3639" || len(effects) != 0 {
		t.Errorf("offered %q, effects %v; want the number and nothing done", s.Offered, effects)
	}
	sc := openDesk(t)
	sc.play(DialOffered{Target: "3639"})
	sc.play(DialPressed{Target: "3639"})
	check(t, "offered after it was dialled", sc.s.Offered, "")
	if s, _ = Step(s, Input{Event: DialOffered{}}); s.Offered != "" {
		t.Errorf("%q is still offered", s.Offered)
	}
}
