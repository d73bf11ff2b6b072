package desk

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// openLinked is a desk of an office, and how it stands with it.
func openLinked(t *testing.T, phase OfficePhase) *scene {
	t.Helper()
	sc := openDesk(t)
	sc.link(phase)
	sc.take()
	return sc
}

func (sc *scene) link(phase OfficePhase) {
	sc.t.Helper()
	sc.play(OfficeChanged{OfficeLink{Phase: phase, Desk: "here", Bureau: "Permanence du Midi"}})
}

// desks says who is at her desk: Julie, and whoever sits here.
func (sc *scene) desks(julie Presence, own ...RemoteDraft) {
	sc.t.Helper()
	julie.Desk, julie.DeskName, julie.Name = "there", "Poste 2", "Julie"
	sc.play(DesksChanged{Desks: []Presence{julie, {Desk: "here", Name: "Sophie", Drafts: own}}})
}

func half(text string) RemoteDraft {
	return RemoteDraft{
		Ticket: "hers", Message: clients.Message{ID: "hers", Client: "durand", Text: text, Version: 7},
		Caller: phone.Identity{Number: "+33639980009", Name: "M. Roc"}, Talking: true,
	}
}

func TestLoginMakesTheDeskHers(t *testing.T) {
	sc := openLinked(t, OfficeLogin)
	sc.play(LoginAsked{Name: "julie", Password: "s3cr3t"})
	check(t, "asked", did[LogIn](sc.take())[0], LogIn{Name: "julie", Password: "s3cr3t"})
	check(t, "under way", sc.s.Office.Login.Running, true)
	sc.play(LoginFailed{Problem{Code: "office.wrong-password"}})
	check(t, "why not", sc.s.Office.Login.Problem.Code, "office.wrong-password")
	sc.play(LoggedIn{Operator: clients.Operator{ID: "julie", Name: "Julie"}})
	check(t, "operator", sc.s.Operator.Name, "Julie")
	check(t, "panel", sc.s.Office.Login == nil, true)
	kept := did[KeepSettings](sc.take())[0]
	check(t, "kept", kept.Settings.Operator, clients.ID("julie"))
	sc.play(SettingsKept{Settings: kept.Settings, Silently: kept.Silently})
	check(t, "in use", sc.s.Settings.Operator, clients.ID("julie"))
	check(t, "she set nothing", sc.notice("settings.saved"), false)
	check(t, "she is greeted", sc.notice("office.logged-in"), true)
	check(t, "known", sc.s.OperatorName("julie"), "Julie")
}

func TestNobodyLogsOutInMidCall(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.rings("a", "+33536490001")
	sc.play(LogoutPressed{})
	check(t, "refused", len(did[LogOut](sc.take())), 0)
	check(t, "said", sc.notice("office.call-alive"), true)
	sc.ends("a", phone.HungUpThere)
	sc.play(LogoutPressed{})
	check(t, "done", len(did[LogOut](sc.take())), 1)
	check(t, "nobody's", sc.s.Operator.ID, clients.ID(""))
}

func TestPairingIsFollowedAndItsCodeForgotten(t *testing.T) {
	sc := openDesk(t)
	sc.play(PairAsked{Address: "office:7700", Code: "BLEU-42", DeskName: "Poste 1"})
	check(t, "asked", did[PairDesk](sc.take())[0].Code, "BLEU-42")
	sc.play(PairAsked{Address: "office:7700", Code: "BLEU-42"})
	check(t, "once", len(did[PairDesk](sc.take())), 0)
	sc.play(PairingChanged{Step: PairingFailed, Problem: Problem{Code: "office.wrong-code"}})
	check(t, "why not", sc.s.Office.Pairing.Problem.Code, "office.wrong-code")
	sc.play(PairAsked{Address: "office:7700", Code: "BLEU-43"})
	check(t, "again", len(did[PairDesk](sc.take())), 1)
	sc.play(PairingLeft{})
	check(t, "stays while it is agreed to", sc.s.Office.Pairing != nil, true)
	sc.play(PairingChanged{Step: PairingDone})
	sc.play(PairingLeft{})
	check(t, "closed", sc.s.Office.Pairing == nil, true)
}

func TestLeavingTheOfficeIsAskedTwice(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(LeaveAsked{Anyway: true})
	check(t, "not at once", len(did[LeaveOffice](sc.take())), 0)
	check(t, "asked", sc.s.Office.Leaving, true)
	sc.play(LeaveCancelled{})
	check(t, "stays", sc.s.Office.Leaving, false)
	sc.play(LeaveAsked{})
	sc.play(LeaveAsked{Anyway: true})
	check(t, "leaves", len(did[LeaveOffice](sc.take())), 1)
	sc.play(OfficeLeft{})
	sc.link(OfficeAlone)
	check(t, "alone", sc.s.Office.Linked() || sc.s.Office.Leaving, false)
}

func TestPhasesThatNeedAPersonAreSaid(t *testing.T) {
	for phase, code := range map[OfficePhase]string{OfficeRevoked: "office.revoked", OfficeTooOld: "office.too-old"} {
		sc := openLinked(t, OfficeInStep)
		sc.link(phase)
		check(t, code, sc.notice(code), true)
		sc.link(OfficeInStep)
		check(t, code+" again", sc.notice(code), false)
	}
}

// What waits for a supervisor is said while the desk goes on catching up.
func TestUnvouchedWorkIsSaid(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.link(OfficeBehind)
	check(t, "behind", sc.notice("office.unvouched"), false)
	sc.play(OfficeChanged{OfficeLink{Phase: OfficeBehind, Problem: Problem{Code: "office.unvouched"}}})
	check(t, "waits for a supervisor", sc.notice("office.unvouched"), true)
	sc.play(OfficeChanged{OfficeLink{Phase: OfficeBehind}})
	check(t, "she has logged in", sc.notice("office.unvouched"), false)
}

func TestUnsentCountsWhatTheOfficeDoesNotHave(t *testing.T) {
	sc := openDesk(t)
	sc.play(OfficeChanged{OfficeLink{Phase: OfficeCutOff, Unsent: 3}})
	sc.play(OutboxRead{[]clients.Delivery{{ID: "d", State: clients.Waiting}}})
	check(t, "unsent", sc.s.Unsent(), 4)
}

func TestTheFirstCopyIsShownOnceItIsThere(t *testing.T) {
	sc := openLinked(t, OfficeCopying)
	sc.link(OfficeInStep)
	check(t, "read anew", len(did[ReadDirectory](sc.take())), 1)
}

func TestWhatOthersWroteIsReadWhereItIsShown(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(ClientHistoryAsked{Client: "durand"})
	sc.play(HistoryLoaded{ClientHistory{Client: "durand"}})
	sc.play(MessageLoaded{Message: clients.Message{ID: "m"}})
	sc.take()
	sc.play(SharedChanged{
		Clients: []clients.ID{"durand", "petit"}, Agendas: []clients.ID{"durand"}, Messages: []clients.ID{"m"},
		Outbox: true, Conflicts: true, Operators: true,
	})
	e := sc.take()
	check(t, "cards", len(did[LoadClient](e)), 2)
	check(t, "news on the ticket", len(did[LoadNews](e)), 1)
	check(t, "history in the editor", len(did[LoadHistory](e)), 1)
	check(t, "agenda", len(did[LoadAgenda](e)), 1)
	check(t, "lent slots", len(did[ReadLeases](e)), 1)
	check(t, "message", len(did[LoadMessage](e)), 1)
	check(t, "outbox", len(did[ReadOutbox](e)), 1)
	check(t, "conflicts", len(did[ReadConflicts](e)), 1)
	check(t, "operators", len(did[ReadOperators](e)), 1)
}

func TestWhatIsNotShownIsNotRead(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(SharedChanged{Agendas: []clients.ID{"durand"}, Messages: []clients.ID{"m"}})
	check(t, "effects", len(sc.take()), 0)
}

func TestManyCardsAreReadAtOnce(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(SharedChanged{Clients: make([]clients.ID, manyCards+1)})
	e := sc.take()
	check(t, "all", len(did[ReadDirectory](e)), 1)
	check(t, "one by one", len(did[LoadClient](e)), 0)
}

func TestAClientGoneInMidCallLeavesTheTicket(t *testing.T) {
	gone := map[string]Event{
		"erased":   ClientGone{Client: "durand"},
		"no right": DirectoryRead{Clients: []clients.Client{petit()}},
		"archived": ClientLoaded{Client: clients.Client{ID: "durand", Name: "Maître Durand", Archived: true}},
	}
	for name, e := range gone {
		sc := openLinked(t, OfficeInStep)
		sc.rings("a", "+33536490001")
		sc.talks("a")
		sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: "rappeler"})
		sc.play(e)
		check(t, name+": card", sc.s.FrontClient() != nil && sc.s.FrontClient().Archived, true)
		check(t, name+": text", sc.s.FrontTicket().Draft.Message.Text, "rappeler")
		check(t, name+": said", sc.notice("client.withdrawn"), true)
		check(t, name+": found by nobody", sc.s.Directory.ByDID("+33536490001") == nil, true)
		sc.ends("a", phone.HungUpThere)
		sc.play(TicketPutAway{Anyway: true})
		check(t, name+": kept after", sc.s.Directory.Client("durand") != nil, name == "archived")
	}
}

func TestTheEditorIsToldOfOthersChanges(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	old := ClientChange{Client: "durand", At: noon, By: "julie", Field: "name", Seq: 4}
	mine := ClientChange{Client: "durand", At: noon.Add(time.Minute), By: "op", Field: "notes", Here: true}
	hers := ClientChange{Client: "durand", At: noon.Add(2 * time.Minute), By: "julie", Field: "notes", Seq: 6}
	sc.play(ClientHistoryAsked{Client: "durand", Saw: 4})
	sc.play(HistoryLoaded{ClientHistory{Client: "durand", Changes: []ClientChange{old}}})
	check(t, "nothing yet", len(sc.s.Edit.Under), 0)
	sc.play(HistoryLoaded{ClientHistory{Client: "durand", Changes: []ClientChange{hers, mine, old}}})
	check(t, "hers alone", slices.Equal(sc.s.Edit.Under, []ClientChange{hers}), true)
	base, edited := durand(), durand()
	base.Version, edited.Name = 6, "Maître Durand-Roc"
	sc.play(ClientSaved{Client: edited, Saw: 6, Base: &base})
	check(t, "told by saving", len(sc.s.Edit.Under), 0)
	sc.play(ClientHistoryAsked{Client: "durand", Saw: 6})
	sc.play(HistoryLoaded{ClientHistory{Client: "durand", Changes: []ClientChange{hers, mine, old}}})
	check(t, "opened anew", len(sc.s.Edit.Under), 0)
}

func TestWhatAnEditorSawIsNoNewsAfterABackup(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	seen := ClientChange{Client: "durand", At: noon, By: "julie", Field: "name", After: `"Maître Durand"`, Seq: 4}
	sc.play(ClientHistoryAsked{Client: "durand", Saw: 4})
	sc.play(HistoryLoaded{ClientHistory{Client: "durand", Changes: []ClientChange{seen}}})
	sc.play(HistoryLoaded{ClientHistory{Client: "durand"}}) // the backup has not got it
	again, news := seen, ClientChange{Client: "durand", At: noon.Add(time.Minute), By: "julie", Field: "name", Seq: 1001}
	again.Seq = 1000
	sc.play(HistoryLoaded{ClientHistory{Client: "durand", Changes: []ClientChange{news, again}}})
	check(t, "news alone", slices.Equal(sc.s.Edit.Under, []ClientChange{news}), true)
}

func TestWhatWasWrittenWithoutLookingGoesApart(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	base, edited := durand(), durand()
	base.Version, edited.Name, edited.Address = 9, "Maître Durand-Roc", "2 rue Neuve"
	e := sc.play(ClientSaved{Client: edited, Saw: 9, Base: &base, Blind: map[string]int64{"address": 7, "trade": 3}})
	var sent []clients.PatchClient
	ids := map[clients.ID]bool{}
	for _, m := range did[Mutate](e) {
		sent = append(sent, m.Mutation.Change.(clients.PatchClient))
		ids[m.Mutation.ID] = true
	}
	check(t, "mutations of their own", len(ids), 2)
	check(t, "looked at", sent[0].Saw, int64(9))
	check(t, "not looked at", sent[1].Saw, int64(7))
	check(t, "the field looked at", len(sent[0].Fields["name"]) > 0 && len(sent[0].Fields) == 1, true)
	check(t, "the other", len(sent[1].Fields["address"]) > 0 && len(sent[1].Fields) == 1, true)
}

func TestBothTogether(t *testing.T) {
	for _, c := range []struct{ field, earlier, later, both string }{
		{"instructions", `"a\n"`, `"b"`, `"a\n\nb"`},
		{"instructions", `"a\n\nb\nc"`, `"a\n\nb, b\nc\nd"`, `"a\n\nb, b\nb\nc\nd"`},
		{"instructions", `"a"`, `"say a and b"`, `"say a and b"`},
		{"instructions", `"say a and b"`, `"a"`, `"say a and b"`},
		{"name", `"Roc"`, `"Rocher et fils"`, `"Rocher et fils"`},
		{"trade", `"avocat"`, `"notaire"`, `"avocat / notaire"`},
		{"color", `"#111111"`, `"#222222"`, ""},
		{"dids", `["1","2"]`, `["2","3"]`, `["1","2","3"]`},
		{"health", `true`, `false`, ""},
		{"instructions", `null`, `{}`, ""},
	} {
		got, ok := Both(c.field, c.earlier, c.later)
		check(t, c.field+" "+c.earlier+" and "+c.later, got, c.both)
		check(t, "can be", ok, c.both != "")
	}
}

func TestASavedCardLeavesOthersFieldsAlone(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	base, edited, theirs := durand(), durand(), durand()
	base.Version, theirs.Version = 4, 5
	edited.Name, theirs.Address = "Maître Durand-Roc", "1 rue Neuve"
	sc.play(ClientLoaded{Client: theirs})
	sc.play(ClientSaved{Client: edited, Saw: 4, Base: &base})
	patch := did[Mutate](sc.take())[0].Mutation.Change.(clients.PatchClient)
	check(t, "fields", len(patch.Fields), 1)
	check(t, "saw", patch.Saw, int64(4))
}

func TestWhatTheOfficeDeliveredIsSaid(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	d := clients.Delivery{ID: "d", Message: "m", State: clients.Waiting, Recipient: clients.Recipient{Name: "Me Durand"}}
	sc.play(OutboxRead{[]clients.Delivery{d}})
	d.State, d.Error = clients.Failed, "mailbox full"
	sc.play(OutboxRead{[]clients.Delivery{d}})
	check(t, "failure", sc.notice("delivery.failed"), true)
	sc.play(OutboxRead{})
	check(t, "nothing is said to be sent yet", sc.notice("delivery.sent"), false)
	check(t, "asked", did[ReadDeliveries](sc.take())[0].Message, clients.ID("m"))
	d.State = clients.Sent
	sc.play(DeliveriesRead{[]clients.Delivery{d}})
	check(t, "sent", sc.notice("delivery.sent"), true)
}

func field(earlier, later string) clients.Conflict {
	return clients.Conflict{
		ID: "k", Kind: clients.ConflictField, Client: "durand", Field: "notes",
		Earlier: clients.Version{By: "julie", Value: earlier}, Later: clients.Version{By: "op", Value: later},
	}
}

func TestASettledFieldIsPutBack(t *testing.T) {
	for _, tc := range []struct {
		name     string
		conflict clients.Conflict
		choice   clients.Choice
		value    string // "" when no field is written
	}{
		{"earlier", field(`"lundi"`, `"mardi"`), clients.KeepEarlier, `"lundi"`},
		{"later stands already", field(`"lundi"`, `"mardi"`), clients.KeepLater, ""},
		{"other was written", field(`"lundi"`, `"mardi"`), clients.KeepOther, ""},
		{"blank", field("", `"mardi"`), clients.KeepEarlier, "null"},
		{"both lists", field(`["a","b"]`, `["b","c"]`), clients.KeepBoth, `["a","b","c"]`},
	} {
		sc := openLinked(t, OfficeInStep)
		sc.play(ConflictsRead{[]clients.Conflict{tc.conflict}})
		sc.play(ConflictSettled{Conflict: "k", Choice: tc.choice})
		check(t, tc.name+": waits", len(did[Settle](sc.effects)), 0)
		sc.later(settleAfter)
		e := did[Settle](sc.take())
		if len(e) != 1 {
			t.Fatalf("%s: %d settlements", tc.name, len(e))
		}
		list := e[0].Mutations
		last := list[len(list)-1]
		check(t, tc.name+": settled", last.Change, clients.Change(clients.SettleConflict{Conflict: "k", Choice: tc.choice}))
		var got json.RawMessage
		if len(list) > 1 {
			got = list[0].Change.(clients.PatchClient).Fields["notes"]
			check(t, tc.name+": UUIDs differ", list[0].ID != last.ID && list[0].ID != "", true)
		}
		check(t, tc.name+": field", string(got), tc.value)
	}
}

func TestTwoTextsCannotBothStand(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(ConflictsRead{[]clients.Conflict{field(`"lundi"`, `"mardi"`)}})
	sc.play(ConflictSettled{Conflict: "k", Choice: clients.KeepBoth})
	check(t, "settling", sc.s.Office.Settling == nil, true)
}

func overlap() clients.Conflict {
	return clients.Conflict{
		ID: "o", Kind: clients.ConflictOverlap, Client: "durand",
		Earlier: clients.Version{Ref: "first"}, Later: clients.Version{Ref: "second"},
	}
}

func TestAnOverlapIsSettledByCancellingOne(t *testing.T) {
	for choice, cancelled := range map[clients.Choice]clients.ID{
		clients.KeepEarlier: "second", clients.KeepLater: "first", clients.KeepBoth: "",
	} {
		sc := openLinked(t, OfficeInStep)
		sc.play(ConflictsRead{[]clients.Conflict{overlap()}})
		check(t, "mark", len(sc.s.ConflictsOf("durand")), 1)
		sc.play(ConflictOpened{Conflict: "o"})
		tomorrow := noon.Add(24 * time.Hour)
		sc.play(AgendaLoaded{Client: "durand", From: noon.AddDate(0, 0, -9), To: noon.AddDate(0, 0, 60), Appointments: []clients.Appointment{
			{ID: "first", Client: "durand", Name: "Mme Roc", Number: "06", Start: tomorrow, End: tomorrow.Add(time.Hour)},
			{ID: "second", Client: "durand", Name: "M. Sec", Number: "07", Start: tomorrow, End: tomorrow.Add(time.Hour)},
		}})
		check(t, "its day", sc.s.Agenda.Day.Day(), tomorrow.Day())
		sc.play(ConflictSettled{Conflict: "o", Choice: choice})
		sc.play(CloseAsked{})
		list := did[Settle](sc.take())[0].Mutations
		var got clients.ID
		if c, ok := list[0].Change.(clients.CancelAppointment); ok {
			got = c.Appointment
		}
		check(t, string(choice), got, cancelled)
		check(t, string(choice)+": caller to be told", sc.notice("conflict.tell"), cancelled != "")
	}
}

func TestASettlementCanBeTakenBack(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(ConflictsRead{[]clients.Conflict{overlap(), field(`1`, `2`)}})
	sc.play(ConflictSettled{Conflict: "o", Choice: clients.KeepEarlier})
	sc.play(SettlingUndone{})
	sc.later(time.Minute)
	check(t, "nothing left", len(did[Settle](sc.take())), 0)
	sc.play(ConflictSettled{Conflict: "o", Choice: clients.KeepEarlier})
	sc.play(ConflictSettled{Conflict: "k", Choice: clients.KeepLater})
	check(t, "the next one sends it", did[Settle](sc.take())[0].Conflict, clients.ID("o"))
	sc.play(ConflictsRead{[]clients.Conflict{overlap()}})
	check(t, "settled by another", sc.s.Office.Settling == nil, true)
}

func TestARefusedChangeIsTriedAgain(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(ConflictsRead{[]clients.Conflict{{
		ID: "r", Kind: clients.ConflictRefused, Later: clients.Version{Name: "appointment.cancel.v1", Value: `{"appointment":"x"}`},
	}}})
	sc.play(ConflictSettled{Conflict: "r", Choice: clients.KeepLater})
	sc.later(settleAfter)
	check(t, "again", did[Settle](sc.take())[0].Mutations[0].Change, clients.Change(clients.CancelAppointment{Appointment: "x"}))
	sc.play(SettleFailed{Conflict: "r", Problem: Problem{Code: "store.not-found"}})
	check(t, "said", sc.notice("store.not-found"), true)
}

func TestASupervisorJudgesWhatARevokedDeskBrought(t *testing.T) {
	held := func(id clients.ID) clients.Conflict {
		return clients.Conflict{
			ID: id, Kind: clients.ConflictRefused, Client: "durand", Code: clients.CodeHeld,
			Later: clients.Version{By: "julie", Name: "message.take.v1", Value: `{}`},
		}
	}
	for _, tt := range []struct {
		name string
		role clients.Role
		e    ConflictSettled
		want clients.Change
	}{
		{"let in", clients.Supervisor, ConflictSettled{Conflict: "a", Choice: clients.KeepLater}, clients.JudgeHeld{Conflict: "a", Admit: true}},
		{"discarded", clients.Supervisor, ConflictSettled{Conflict: "b", Choice: clients.KeepEarlier, Text: "volé"}, clients.JudgeHeld{Conflict: "b", Reason: "volé"}},
		{"discarded without a word", clients.Supervisor, ConflictSettled{Conflict: "a", Choice: clients.KeepEarlier}, nil},
		{"by a secretary", clients.Secretary, ConflictSettled{Conflict: "a", Choice: clients.KeepLater}, nil},
	} {
		sc := openLinked(t, OfficeInStep)
		sc.s.Operator.Role = tt.role
		sc.play(ConflictsRead{Conflicts: []clients.Conflict{held("a"), held("b")}})
		check(t, tt.name+": on the client's card", len(sc.s.ConflictsOf("durand")), 0)
		sc.play(tt.e)
		sc.later(settleAfter)
		sent := did[Settle](sc.take())
		check(t, tt.name+": sent", len(sent) == 1, tt.want != nil)
		if len(sent) == 1 {
			check(t, tt.name+": alone", len(sent[0].Mutations), 1)
			check(t, tt.name, sent[0].Mutations[0].Change, tt.want)
		}
	}
}

func TestBothTextsAreKeptAsSheArrangedThem(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(ConflictsRead{Conflicts: []clients.Conflict{{
		ID: "k", Kind: clients.ConflictField, Client: "durand", Field: "instructions",
		Earlier: clients.Version{Value: `"a"`}, Later: clients.Version{Value: `"b"`},
	}}})
	sc.play(ConflictSettled{Conflict: "k", Choice: clients.KeepBoth, Text: "a & b"})
	sc.later(settleAfter)
	sent := did[Settle](sc.take())[0].Mutations
	patch := sent[0].Change.(clients.PatchClient)
	var text string
	_ = json.Unmarshal(patch.Fields["instructions"], &text)
	check(t, "the field", text, "a & b")
	check(t, "settled", sent[1].Change, clients.Change(clients.SettleConflict{Conflict: "k", Choice: clients.KeepBoth}))
}

func TestPasswords(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	e := sc.play(PasswordAsked{Old: "a", New: "b"})
	check(t, "asked", did[ChangePassword](e)[0], ChangePassword{Operator: sc.s.Operator.ID, Old: "a", New: "b"})
	check(t, "one at a time", len(did[ChangePassword](sc.play(PasswordAsked{Old: "a", New: "b"}))), 0)
	sc.play(PasswordRefused{Operator: sc.s.Operator.ID, Problem: Problem{Code: "office.not-the-password"}})
	check(t, "refused", sc.s.Office.Password.Problem.Code, "office.not-the-password")
	sc.play(PasswordLeft{})
	check(t, "left", sc.s.Office.Password == nil, true)
	check(t, "a secretary gives none", len(did[SetPassword](sc.play(PasswordGiven{Operator: "julie", Password: "c"}))), 0)
	sc.s.Operator.Role = clients.Supervisor
	check(t, "a supervisor does", len(did[SetPassword](sc.play(PasswordGiven{Operator: "julie", Password: "c"}))), 1)
	sc.play(PasswordKept{Operator: "julie"})
	check(t, "kept", *sc.s.Office.Password, PasswordChange{Operator: "julie"})
}
