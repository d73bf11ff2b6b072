package story

import (
	"slices"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// telephone lists the stories of a complete telephone.
func telephone() []Story {
	return []Story{
		{"transfer-begun", 1440, 900, Choosing()},
		{"consulting", 1440, 900, Consulting()},
		{"consulting-1366", 1366, 768, Consulting()},
		{"consulting-dark", 1366, 768, inDark(Consulting())},
		{"consulting-large", 1600, 900, scaled(Consulting(), 1.25)},
		{"passing", 1366, 768, Passing()},
		{"came-back", 1366, 768, CameBack()},
		{"came-back-dark", 1366, 768, inDark(CameBack())},
		{"conference", 1366, 768, Conference()},
		{"conference-left", 1366, 768, ConferenceLeft()},
		{"emergency", 1440, 900, EmergencyCall()},
		{"emergency-large", 1600, 900, scaled(EmergencyCall(), 1.25)},
		{"emergency-dark", 1366, 768, inDark(EmergencyCall())},
		{"emergency-english", 1366, 768, inEnglish(EmergencyCall())},
		{"away", 1440, 900, Away()},
		{"away-dark", 1366, 768, inDark(Away())},
		{"diverted", 1366, 768, Diverted()},
		{"diverted-dark", 1366, 768, inDark(Diverted())},
	}
}

// Targets are the lawyer's contacts and the operator's colleagues.
func Targets() []desk.Target {
	return []desk.Target{
		{Key: "1", Name: "Me Caron", Role: "associé", Number: "+33698765432", When: "urgences pénales, de jour comme de nuit", Lamp: phone.LampFree},
		{Key: "2", Name: "Mme Roy", Role: "assistante", Number: "+33561123457", When: "9 h – 12 h", Lamp: phone.LampBusy},
		{Name: "Étude Vidal", Role: "notaire", Number: "+33561445566"},
		{Key: "7", Name: "Claire", Role: "binôme", Number: "sip:claire@sip.example", Lamp: phone.LampRinging},
	}
}

// Choosing is a caller who waits while the operator looks for who takes the call.
func Choosing() desk.State {
	s := Talking()
	c := &s.Calls[0]
	c.Phase, c.HeldAt = desk.Held, Now.Add(-3*time.Second)
	s.Transfer = &desk.Transfer{Call: c.ID, Targets: Targets()}
	return s
}

// Consulting is the operator speaking with the third while the caller waits.
func Consulting() desk.State {
	s := Choosing()
	s.Calls[0].HeldAt = Now.Add(-65 * time.Second)
	s.Transfer.With = "c9"
	s.Calls = append(s.Calls, desk.Call{
		ID: "c9", Line: "l1", Direction: phone.Outgoing, Phase: desk.Talking, Client: Durand, Consults: "c1", KnownAs: "Me Caron",
		Caller: phone.Identity{Number: "+33698765432"}, Flow: phone.FlowBoth, Security: phone.Encrypted,
		ArrivedAt: Now.Add(-58 * time.Second), AnsweredAt: Now.Add(-41 * time.Second),
	})
	return s
}

// Asking is the third's telephone ringing.
func Asking() desk.State {
	s := Consulting()
	c := &s.Calls[1]
	c.Phase, c.RingsThere, c.AnsweredAt = desk.Dialing, true, time.Time{}
	return s
}

// Passing is a caller put through without a word before.
func Passing() desk.State {
	s := Choosing()
	s.Calls[0].Passing, s.Calls[0].PassingTo = phone.TransferRinging, "Me Caron"
	return s
}

// CameBack is a caller whom nobody took.
func CameBack() desk.State {
	s := Choosing()
	c := &s.Calls[0]
	c.Phase, c.Passing, c.PassingTo = desk.Back, phone.TransferFailed, "Me Caron"
	s.Transfer.Problem = desk.Problem{Code: "dial.busy", Detail: "486 Busy Here"}
	return s
}

// Conference is the caller, the third and the operator in one conversation.
func Conference() desk.State {
	s := Consulting()
	s.Transfer = nil
	for i := range s.Calls {
		c := &s.Calls[i]
		c.Phase, c.Conference, c.HeldAt = desk.Talking, true, time.Time{}
	}
	return s
}

// ConferenceLeft is the two others going on without the operator.
func ConferenceLeft() desk.State {
	s := Conference()
	for i := range s.Calls {
		s.Calls[i].Alone = true
	}
	return s
}

// EmergencyCall is the ambulance called for a patient of the doctor's.
func EmergencyCall() desk.State {
	s := Talking()
	s.Settings.Address = "Permanence du Capitole, 12 rue d’Alsace-Lorraine, 31000 Toulouse, 2e étage, porte droite"
	s.Calls = append(s.Calls, desk.Call{
		ID: "c9", Line: "l1", Direction: phone.Outgoing, Phase: desk.Talking, Client: Petit, Caller: phone.Identity{Number: "15"},
		Flow: phone.FlowBoth, ArrivedAt: Now.Add(-20 * time.Second), AnsweredAt: Now.Add(-14 * time.Second),
	})
	s.Calls[0].Phase, s.Calls[0].HeldAt = desk.Held, Now.Add(-20*time.Second)
	s.Calling = &desk.Emergency{
		Call: "c9", Number: "15", Address: s.Settings.Address, Client: Petit,
		Place: "Cabinet du docteur Petit, 4 place des Arts, 31700 Blagnac",
	}
	return s
}

// Away is a desk whose calls go elsewhere.
func Away() desk.State {
	s := Calm()
	s.Settings.DoNotDisturb = true
	all := Clients()
	all[2].Forwards = []clients.Forward{{When: clients.ForwardAlways, To: "+33612345678", Name: "Claire (binôme)"}}
	all[1].Forwards = []clients.Forward{{When: clients.ForwardNoAnswer, After: 20, To: "+33561801199", Hours: week(clients.Range{From: 720, To: 1080})}}
	s.Directory = desk.NewDirectory(all)
	s.Settings.Forwards = map[phone.LineID][]clients.Forward{"": {{When: clients.ForwardBusy, To: "200"}}}
	return s
}

// Diverted is a call that came through two telephones, with voices that others
// can or cannot hear.
func Diverted() desk.State {
	s := ThreeCalls()
	s.Calls = slices.Clone(s.Calls)
	s.Calls[0].Security = phone.Protected
	s.Calls[0].Diversions = []phone.Diversion{
		{Source: phone.FromDiversion, From: phone.Identity{Number: "+33561123456", Name: "Cabinet Durand"}, Reason: "user-busy"},
		{Source: phone.FromDiversion, From: phone.Identity{Number: "+33612000000"}, Reason: "no-answer"},
	}
	s.Calls[1].Diversions = []phone.Diversion{{Source: phone.FromHistoryInfo, From: phone.Identity{Number: "+33561801122"}, Reason: "unconditional"}}
	s.Calls[2].Security = phone.Encrypted
	return s
}
