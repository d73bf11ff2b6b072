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
		{"low", 1366, 768, Low()},
		{"low-dark", 1280, 720, inDark(Low())},
		{"low-large", 1600, 900, scaled(Low(), 1.25)},
		{"passing", 1366, 768, Passing()},
		{"consulting-failed", 1366, 768, ConsultingFailed()},
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
		{"server", 1366, 768, Server()},
		{"server-dark", 1366, 768, inDark(Server())},
		{"offered", 1366, 768, Offered()},
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

// Low is all that wants room at once: a long greeting, many fields and call types,
// an alarm and a consultation.
func Low() desk.State {
	s := Consulting()
	c := durand()
	c.Greetings = []clients.Greeting{{Text: "Cabinet de Maître Durand, bonjour. Maître Durand plaide ce matin\u00a0: je prends votre message et il vous rappelle avant ce soir."}}
	c.Fields = append(c.Fields, clients.Field{Key: "adverse", Label: "Partie adverse"}, clients.Field{Key: "audience", Label: "Audience ou délai"})
	c.CallTypes = append(c.CallTypes, clients.CallType{Key: "greffe", Label: "Greffe ou tribunal"}, clients.CallType{Key: "expert", Label: "Expert judiciaire"})
	s.Directory = desk.NewDirectory([]clients.Client{c, petit(), roc()})
	s.Notices = DiskFull().Notices
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
	c.Phase, c.BackAt = desk.Back, Now.Add(-4*time.Second)
	s.Transfer = nil
	s.Notices = []desk.Notice{{
		ID: "transfer", Code: "transfer.busy", Args: []string{"Me Caron", "Mme Lefèvre"}, Detail: "486 Busy Here", Level: desk.Warning, At: Now,
	}}
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

// Server is what a line's server tells beside calls: colleagues' lamps, voice
// messages, strangers turned away.
func Server() desk.State {
	s := ThreeCalls()
	s.Settings.Partners = []desk.Partner{
		{Name: "Claire", Number: "201", Watch: "201"},
		{Name: "Nadia", Number: "202", Watch: "202"},
		{Name: "Bureau de Muret", Number: "203", Watch: "203"},
		{Name: "Sans lampe", Number: "+33612345678"},
	}
	s.Lamps = map[string]phone.LampState{"201": phone.LampFree, "202": phone.LampBusy}
	s.Lines = slices.Clone(s.Lines)
	s.Lines[0].Voicemail, s.Lines[0].Strangers = [2]int{2, 5}, 37
	return s
}

// Agreed is a call for a client whose number may be shown.
func Agreed() desk.State {
	s := Talking()
	all := Clients()
	all[0].CallerID = clients.CallerID{Number: "+33561123456", AgreedOn: "2026-11-02", By: "Me Durand"}
	s.Directory = desk.NewDirectory(all)
	return s
}

// Offered is a number that a web page wants called while a message is typed.
func Offered() desk.State {
	s := Agreed()
	s.Offered = "+33534001122"
	return s
}

// AllCalls is the list of all calls, with one of them opened.
func AllCalls(opened bool) desk.State {
	s := Calm()
	list := history()
	list[0].Direction, list[0].Booked, list[0].Message, list[0].Delivery = phone.Outgoing, true, "m8", clients.Sent
	list[3].TransferredTo = "Me Caron"
	list[7].Number = ""
	for i := range 40 {
		e := list[i%9]
		e.Call = phone.CallID(e.ArrivedAt.String() + string(rune('a'+i)))
		e.ArrivedAt = e.ArrivedAt.AddDate(0, 0, -1-i/9)
		e.AnsweredAt, e.EndedAt = e.ArrivedAt.Add(5*time.Second), e.ArrivedAt.Add(95*time.Second)
		if e.Missed {
			e.AnsweredAt = time.Time{}
		}
		list = append(list, e)
	}
	s.AllCalls = &desk.CallList{Entries: list, More: true}
	if opened {
		s.AllCalls.Open = &desk.CallRecord{
			Entry: list[3], Raw: []byte("INVITE sip:permanence@192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds;rport\r\nFrom: \"Mme No\xebl\x1b[31m\" <sip:+33644556677@sip.example>;tag=1928301774\r\nTo: <sip:+33561801122@sip.example>\r\nDiversion: <sip:+33561801122@sip.example>;reason=user-busy\r\nContent-Length: 0\r\n\r\n"),
			Diversions: []phone.Diversion{{Source: phone.FromDiversion, From: phone.Identity{Number: "+33561801122"}, Reason: "user-busy"}},
			Steps: []desk.JournalEntry{
				{At: list[3].ArrivedAt, Kind: desk.JournalArrived},
				{At: list[3].AnsweredAt, Kind: desk.JournalAnswered},
				{At: list[3].AnsweredAt.Add(40 * time.Second), Kind: desk.JournalHeld},
				{At: list[3].EndedAt, Kind: desk.JournalPassed},
				{At: list[3].EndedAt, Kind: desk.JournalEnded},
			},
		}
		s.AllCalls.Open.Entry.Called = "+33561801122"
		s.AllCalls.Open.Entry.Quality = phone.Quality{Heard: 3.3, Sent: 4.1, Side: phone.SideThere}
		s.AllCalls.Open.Sounds = []clients.Sound{{
			ID: "r1", Kind: clients.SoundCall, Length: 93 * time.Second, Reason: "Preuve des commandes", DeleteOn: Now.AddDate(0, 0, 30),
		}}
		s.Listening = &desk.Listening{Sound: "r1", Since: Now.Add(-31 * time.Second)}
	}
	return s
}

// ConsultingFailed is a third who agreed, and a network that could not do it.
func ConsultingFailed() desk.State {
	s := Consulting()
	s.Transfer.Problem = desk.Problem{Code: "transfer.failed", Detail: "503 Service Unavailable"}
	return s
}
