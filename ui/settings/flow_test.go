package settings

import (
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui"
	"permanence/ui/desk"
)

var _ ui.Overlay = (*Panel)(nil)

// save presses Ctrl+Enter where the keyboard is.
func (b *bench) save() { b.Key(fyne.KeyReturn, fyne.KeyModifierControl) }

// saved is the last SettingsSaved.
func (b *bench) saved() desk.SettingsSaved {
	b.t.Helper()
	for i := len(b.sent) - 1; i >= 0; i-- {
		if e, ok := b.sent[i].(desk.SettingsSaved); ok {
			return e
		}
	}
	b.t.Fatalf("no settings were sent; events: %v", b.sent)
	return desk.SettingsSaved{}
}

// keep lets the core use what was sent, as after its commit.
func (b *bench) keep() {
	e := b.saved()
	b.show(func(s *desk.State) {
		s.Settings = e.Settings
		s.Notices = []desk.Notice{{ID: "settings", Code: "settings.saved", Level: desk.Info, At: s.Now}}
	})
}

func TestEverySettingIsSent(t *testing.T) {
	tests := []struct {
		name string
		page int
		do   func(b *bench)
		want func(s *desk.Settings)
	}{
		{"label", 0, func(b *bench) { b.Fill("Nom de la ligne, à l'écran", "Standard") }, func(s *desk.Settings) { s.Lines[0].Label = "Standard" }},
		{"user", 0, func(b *bench) { b.Fill("Identifiant", "7001") }, func(s *desk.Settings) { s.Lines[0].User = "7001" }},
		{"domain", 0, func(b *bench) { b.Fill("Serveur SIP", "10.0.0.1:5070") }, func(s *desk.Settings) { s.Lines[0].Domain = "10.0.0.1:5070" }},
		{"bind", 0, func(b *bench) { b.Fill("Adresse d'écoute", ":5062") }, func(s *desk.Settings) { s.Lines[1].Bind = ":5062" }},
		{"a line that rests", 0, func(b *bench) { b.Press("Plus de réglages"); b.Press("ligne au repos") }, func(s *desk.Settings) { s.Lines[0].Disabled = true }},
		{"proxy", 0, func(b *bench) { b.Press("Plus de réglages"); b.Fill("Serveur mandataire", "proxy.example.fr") }, func(s *desk.Settings) { s.Lines[0].Proxy = "proxy.example.fr" }},
		{"transport", 0, func(b *bench) { b.Press("Plus de réglages"); b.pick("Transport", fyne.KeyRight, 2) }, func(s *desk.Settings) { s.Lines[0].Transport = phone.TLS }},
		{"authority", 0, func(b *bench) {
			b.Press("Plus de réglages")
			b.pick("Transport", fyne.KeyRight, 2)
			b.Fill("Autorité privée pour TLS (fichier PEM)", "/etc/ca.pem")
		}, func(s *desk.Settings) { s.Lines[0].Transport, s.Lines[0].CA = phone.TLS, "/etc/ca.pem" }},
		{"encryption", 0, func(b *bench) { b.Press("Plus de réglages"); b.pick("Voix chiffrée (SRTP)", fyne.KeyRight, 2) }, func(s *desk.Settings) { s.Lines[0].Encryption = phone.EncryptionRequired }},
		{"backups", 0, func(b *bench) {
			b.Press("Plus de réglages")
			b.Fill("Serveurs de secours, un par ligne", "sip2.example.fr\n\nsip3.example.fr:5070")
		}, func(s *desk.Settings) { s.Lines[0].Backups = []string{"sip2.example.fr", "sip3.example.fr:5070"} }},
		{"peers", 0, func(b *bench) {
			b.Press("Plus de réglages")
			b.Fill("Autres serveurs qui peuvent appeler, un par ligne", "192.0.2.0/24\n2001:db8::7\n pbx.example.fr:5070")
		}, func(s *desk.Settings) {
			s.Lines[0].Peers = []string{"192.0.2.0/24", "2001:db8::7", "pbx.example.fr:5070"}
		}},
		{"stun", 0, func(b *bench) { b.Press("Plus de réglages"); b.Fill("Serveur STUN", "stun.example.fr") }, func(s *desk.Settings) { s.Lines[0].STUN = "stun.example.fr" }},
		{"numbers owned", 0, func(b *bench) {
			b.Press("Plus de réglages")
			b.Fill("Numéros de cette ligne, un par ligne", "05 61 12 34 56\n+33561123457")
		}, func(s *desk.Settings) { s.Lines[0].Numbers = []phone.Number{"+33561123456", "+33561123457"} }},
		{"caller header", 0, func(b *bench) {
			b.Press("Plus de réglages")
			b.pick("Où l'opérateur lit le numéro montré", fyne.KeyRight, 1)
		}, func(s *desk.Settings) { s.Lines[0].CallerIn = phone.CallerInPreferred }},
		{"automatic answer", 0, func(b *bench) { b.Press("Plus de réglages"); b.Press("décrocher seul quand le réseau le demande") }, func(s *desk.Settings) { s.Lines[0].AutoAnswer = true }},
		{"mailbox", 0, func(b *bench) { b.Press("Plus de réglages"); b.Press("annoncer les messages vocaux") }, func(s *desk.Settings) { s.Lines[0].Mailbox = true }},
		{"watched", 0, func(b *bench) { b.Press("Plus de réglages"); b.Fill("Postes surveillés, un par ligne", "201\n202") }, func(s *desk.Settings) { s.Lines[0].Watch = []string{"201", "202"} }},
		{"address", 4, func(b *bench) { b.Fill("Adresse", "12 rue de Metz, Toulouse") }, func(s *desk.Settings) { s.Address = "12 rue de Metz, Toulouse" }},
		{"rumble", 1, func(b *bench) { b.Press("Couper les grondements du micro") }, func(s *desk.Settings) { t := desk.UsualTreatment; t.HighPass = false; s.Treatment = &t }},
		{"noise", 1, func(b *bench) { b.Press("Réduire le bruit de fond du micro") }, func(s *desk.Settings) { t := desk.UsualTreatment; t.Noise = true; s.Treatment = &t }},
		{"echo", 1, func(b *bench) { b.Press("Supprimer l'écho") }, func(s *desk.Settings) { t := desk.UsualTreatment; t.Echo = true; s.Treatment = &t }},
		{"quiet callers", 1, func(b *bench) { b.Press("Renforcer les appelants qui parlent bas") }, func(s *desk.Settings) { t := desk.UsualTreatment; t.Gain = false; s.Treatment = &t }},
		{"no whisper", 1, func(b *bench) { b.Press("Chuchoter le nom du client à mon oreille") }, func(s *desk.Settings) { s.Quiet = true }},
		{"do not disturb", 5, func(b *bench) { b.Press("Ne pas déranger") }, func(s *desk.Settings) { s.DoNotDisturb = true }},
		{"a forward of every line", 5, func(b *bench) { b.Press("Ajouter un renvoi"); b.Type("201") }, func(s *desk.Settings) {
			s.Forwards = map[phone.LineID][]clients.Forward{"": {{When: clients.ForwardAlways, After: 20, To: "201"}}}
		}},
		{"a forward of one line", 5, func(b *bench) {
			b.Press("Ajouter un renvoi")
			b.Fill("Vers", "06 12 34 56 78")
			b.Focus(b.panel.parts.choices[0].sel)
			b.Key(fyne.KeyRight, 0)
			b.Key(fyne.KeyRight, 0)
		}, func(s *desk.Settings) {
			s.Forwards = map[phone.LineID][]clients.Forward{"b2": {{When: clients.ForwardAlways, After: 20, To: "+33612345678"}}}
		}},
		{"a colleague", 6, func(b *bench) {
			b.Press("Ajouter un collègue")
			b.Type("Claire")
			b.Fill("Numéro, poste ou adresse sip:", "201")
			b.Fill("Chiffre après F4", "7")
		}, func(s *desk.Settings) { s.Partners = []desk.Partner{{Name: "Claire", Number: "201", Key: "7"}} }},
		{"order of lines", 0, func(b *bench) { b.PressNo("Descendre", 0) }, func(s *desk.Settings) { s.Lines[0], s.Lines[1] = s.Lines[1], s.Lines[0] }},
		{"port", 2, func(b *bench) { b.Fill("Port", "465") }, func(s *desk.Settings) { s.Mail.Port = 465 }},
		{"sender", 2, func(b *bench) { b.Fill("Nom affiché", "Bureau") }, func(s *desk.Settings) { s.Mail.FromName = "Bureau" }},
		{"certificate", 2, func(b *bench) {
			b.Fill("Certificat d'une autorité privée, s'il en faut un (fichier PEM)", "/etc/ca.pem")
		}, func(s *desk.Settings) { s.Mail.CA = "/etc/ca.pem" }},
	}
	for _, tt := range tests {
		b := open(t, "light", twoLines())
		b.panel.sheet.Turn(tt.page)
		tt.do(b)
		b.panel.sheet.Save()
		want := twoLines().Settings
		tt.want(&want)
		if got := b.saved(); !reflect.DeepEqual(got.Settings, want) || len(got.Secrets) > 0 {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got.Settings, want)
		}
	}
}

// pick goes along the choices of a field.
func (b *bench) pick(label string, key fyne.KeyName, times int) {
	b.t.Helper()
	b.Focus(b.Choices(label))
	for range times {
		b.Key(key, 0)
	}
}

// What was there and was not touched comes back as it was.
func TestForwardsAndColleaguesStay(t *testing.T) {
	b := open(t, "light", away())
	b.panel.sheet.Turn(6)
	b.PressNo("Supprimer", 1)
	b.save()
	want := away().Settings
	want.Partners = want.Partners[:1]
	if got := b.saved().Settings; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v\nwant %+v", got, want)
	}
}

func TestWrongForwardsAreSaid(t *testing.T) {
	for _, tt := range []struct {
		page                 int
		label, typed, remark string
	}{
		{5, "Vers", "112", "jamais vers un numéro d'urgence (112)"},
		{5, "Vers", "là-bas", "« là-bas » n'est ni un numéro ni une adresse sip:"},
		{5, "Après, en secondes", "2", "entre 5 et 180 secondes"},
		{5, "Seulement", "le midi", "« le midi » : écrire lun-ven 9h-12h"},
		{6, "Nom", "", "à remplir"},
		{6, "Chiffre après F4", "77", "un chiffre seul"},
		{0, "Serveurs de secours, un par ligne", "a b", "« a b » n'est pas un nom de machine"},
		{0, "Autres serveurs qui peuvent appeler, un par ligne", "192.0.2.0/40", "« 192.0.2.0/40 » n'est ni un nom, ni une adresse, ni un réseau"},
		{0, "Numéros de cette ligne, un par ligne", "douze", "« douze » n'est pas un numéro"},
		{0, "Autorité privée pour TLS (fichier PEM)", "ca.pem", "sert seulement avec TLS"},
	} {
		b := open(t, "light", away())
		b.panel.sheet.Turn(tt.page)
		if tt.page == 0 {
			b.Press("Plus de réglages")
		}
		b.Fill(tt.label, tt.typed)
		if got := b.Remark(tt.label); got != tt.remark {
			t.Errorf("%s: beside the entry stands %q, want %q", tt.label, got, tt.remark)
		}
		b.panel.sheet.Save()
		if len(b.sent) > 0 {
			t.Errorf("%s: sent %v", tt.label, b.sent)
		}
	}
}

func TestChoicesByTheArrows(t *testing.T) {
	b := open(t, "light", twoLines())
	b.panel.sheet.Turn(3)
	b.Focus(b.panel.First())
	b.Tab()
	b.Key(fyne.KeyRight, 0)
	b.Key(fyne.KeyRight, 0)
	b.Tab()
	b.Key(fyne.KeyRight, 0)
	b.Tab()
	b.Key(fyne.KeyRight, 0)
	b.save()
	want := twoLines().Settings
	want.Theme, want.Scale, want.Language = "dark", 1.15, "en"
	if got := b.saved().Settings; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v; want %+v", got, want)
	}
}

func TestPasswordIsTypedKeptAndNeverShown(t *testing.T) {
	b := open(t, "light", twoLines())
	if e := b.Entry("Mot de passe"); e.Text != "" || e.PlaceHolder != "inchangé" {
		t.Fatalf("the entry holds %q over %q", e.Text, e.PlaceHolder)
	}
	b.Fill("Mot de passe", "s3cret")
	b.save()
	want := map[string]string{"line:a1": "s3cret"}
	if got := b.saved(); !reflect.DeepEqual(got.Secrets, want) || !reflect.DeepEqual(got.Settings, twoLines().Settings) {
		t.Fatalf("sent %v with %+v", got.Secrets, got.Settings)
	}
	if b.panel.sheet.Said() != "Enregistrement…" {
		t.Errorf("before the commit the foot says %q", b.panel.sheet.Said())
	}
	b.show(func(*desk.State) {})
	if b.panel.sheet.Said() != "Enregistrement…" {
		t.Errorf("a state that says nothing of saving is taken for an answer: %q", b.panel.sheet.Said())
	}
	b.keep()
	if e := b.Entry("Mot de passe"); e.Text != "" || e.PlaceHolder != "inchangé" {
		t.Errorf("once kept, the entry holds %q over %q", e.Text, e.PlaceHolder)
	}
	if !strings.HasPrefix(b.panel.sheet.Said(), "Enregistré à 14:32:") {
		t.Errorf("the foot says %q", b.panel.sheet.Said())
	}
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 1 {
		t.Error("something still counts as unsaved")
	}
}

func TestPasswordGoesWithItsLine(t *testing.T) {
	b := open(t, "light", twoLines())
	b.Press("Ajouter une ligne")
	b.Type("Neuve")
	b.EntryNo("Identifiant", 1).SetText("7002")
	b.EntryNo("Serveur SIP", 1).SetText("sip.example.fr")
	if e := b.EntryNo("Mot de passe", 1); e.PlaceHolder != "" {
		t.Errorf("a new line's password is %q", e.PlaceHolder)
	}
	b.EntryNo("Mot de passe", 1).SetText("n3uf")
	b.PressNo("Monter", 2)
	b.PressNo("Monter", 1)
	if e := b.EntryNo("Mot de passe", 0); e.Text != "n3uf" {
		t.Errorf("the password stayed behind: %q", e.Text)
	}
	b.save()
	got := b.saved()
	if want := map[string]string{"line:n1": "n3uf"}; !reflect.DeepEqual(got.Secrets, want) {
		t.Errorf("secrets %v; want %v", got.Secrets, want)
	}
	if want := (phone.Line{ID: "n1", Label: "Neuve", User: "7002", Domain: "sip.example.fr", Transport: phone.UDP}); !reflect.DeepEqual(got.Settings.Lines[0], want) {
		t.Errorf("line %+v; want %+v", got.Settings.Lines[0], want)
	}
}

func TestRemovedLineComesBack(t *testing.T) {
	b := open(t, "light", twoLines())
	b.PressNo("Supprimer", 0)
	if len(b.panel.draft.lines) != 1 {
		t.Fatalf("%d lines", len(b.panel.draft.lines))
	}
	b.Press("Rétablir « 05 61 12 34 56 »")
	if got := b.panel.draft.settings(b.state.Settings); !reflect.DeepEqual(got, twoLines().Settings) {
		t.Errorf("the settings are %+v", got)
	}
	b.save()
	if got := b.panel.sheet.Said(); len(b.sent) > 0 || got != "Rien à enregistrer" {
		t.Errorf("sent %v, said %q", b.sent, got)
	}
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 1 {
		t.Error("what was changed back still counts as unsaved")
	}
}

func TestWrongSettingsAreSaidAndNotSent(t *testing.T) {
	tests := []struct {
		name         string
		page         int
		label, typed string
		remark       string
	}{
		{"no label", 0, "Nom de la ligne, à l'écran", " ", "à remplir"},
		{"no user", 0, "Identifiant", "", "à remplir"},
		{"a domain with a user", 0, "Serveur SIP", "7001@sip.example.fr", "un nom de machine, avec le port s'il le faut"},
		{"a domain with a wrong port", 0, "Serveur SIP", "sip.example.fr:99999", "un nom de machine, avec le port s'il le faut"},
		{"an address without port", 0, "Adresse d'écoute", "192.168.1.10", "une adresse avec son port"},
		{"a port of letters", 2, "Port", "smtp", "un nombre de 1 à 65535"},
		{"port 0", 2, "Port", "0", "un nombre de 1 à 65535"},
		{"a sender that is no address", 2, "Adresse", "permanence", "une adresse e-mail complète"},
		{"an operator without name", 4, "Nom", "", "à remplir"},
	}
	for _, tt := range tests {
		b := open(t, "light", twoLines())
		b.panel.sheet.Turn(tt.page)
		b.Fill(tt.label, tt.typed)
		if got := b.Remark(tt.label); got != tt.remark {
			t.Errorf("%s: beside the entry stands %q; want %q", tt.name, got, tt.remark)
		}
		b.panel.sheet.Turn(3)
		b.panel.sheet.Save()
		if len(b.sent) > 0 {
			t.Errorf("%s: sent %v", tt.name, b.sent)
		}
		if got := b.panel.sheet.Page(); got != tt.page {
			t.Errorf("%s: saving turned to page %d; want %d", tt.name, got, tt.page)
		}
	}
}

func TestNoMailServerAsksForNothing(t *testing.T) {
	b := open(t, "light", desk.State{Now: noon, Ready: true})
	b.panel.sheet.Turn(3)
	b.Focus(b.panel.First())
	b.Tab()
	b.Key(fyne.KeyRight, 0)
	b.save()
	if got := b.saved().Settings.Theme; got != "light" {
		t.Errorf("theme %q", got)
	}
}

func TestRefusedSettingsStay(t *testing.T) {
	b := open(t, "light", twoLines())
	b.Fill("Identifiant", "7001")
	b.save()
	b.show(func(s *desk.State) {
		s.Notices = []desk.Notice{{ID: "settings", Code: "store.disk-full", Level: desk.Alarm, At: s.Now}}
	})
	if got := b.panel.sheet.Said(); got != "Non enregistré\u00a0: disque plein" {
		t.Errorf("the foot says %q", got)
	}
	if got := b.Entry("Identifiant").Text; got != "7001" {
		t.Errorf("what was typed became %q", got)
	}
}

func TestOperatorIsSaved(t *testing.T) {
	b := open(t, "light", twoLines())
	b.panel.sheet.Turn(4)
	b.Fill("Nom", "Claire Dubois")
	b.save()
	want := []desk.Event{desk.OperatorSaved{Operator: clients.Operator{ID: "o", Name: "Claire Dubois", Email: "sophie@example.fr"}}}
	if !reflect.DeepEqual(b.sent, want) {
		t.Fatalf("sent %v; want %v", b.sent, want)
	}
	b.show(func(s *desk.State) {
		s.Notices = []desk.Notice{{ID: "settings", Level: desk.Info, At: s.Now}}
	})
	if strings.HasPrefix(b.panel.sheet.Said(), "Enregistré ") {
		t.Error("said to be saved while the desk still has the old name")
	}
	b.show(func(s *desk.State) { s.Operator.Name = "Claire Dubois" })
	if !strings.HasPrefix(b.panel.sheet.Said(), "Enregistré ") {
		t.Errorf("the foot says %q", b.panel.sheet.Said())
	}
}

func TestNewStatesLeaveWhatIsTyped(t *testing.T) {
	b := open(t, "light", twoLines())
	b.Fill("Identifiant", "7001")
	b.Focus(b.Entry("Nom de la ligne, à l'écran"))
	b.show(func(s *desk.State) {
		s.Settings.Lines = []phone.Line{s.Settings.Lines[0], s.Settings.Lines[1]}
		s.Settings.Mail.Host = "elsewhere.example.fr"
	})
	if got := b.Entry("Identifiant").Text; got != "7001" {
		t.Errorf("what was typed became %q", got)
	}
	b.save()
	want := twoLines().Settings
	want.Lines[0].User, want.Mail.Host = "7001", "elsewhere.example.fr"
	if got := b.saved().Settings; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v; want %+v", got, want)
	}
}

func TestDiscardedSettingsAreForgotten(t *testing.T) {
	b := open(t, "light", twoLines())
	b.Fill("Identifiant", "7001")
	b.Fill("Mot de passe", "s3cret")
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 0 {
		t.Fatal("closed without asking")
	}
	b.Press("Abandonner les changements")
	if b.closed != 1 || b.Entry("Identifiant").Text != "0033561123456" || b.Entry("Mot de passe").Text != "" {
		t.Errorf("closed %d, user %q", b.closed, b.Entry("Identifiant").Text)
	}
	b.panel.sheet.Save()
	if len(b.sent) > 0 {
		t.Errorf("sent %v", b.sent)
	}
}

func TestCodecsAreOrderedByTheKeyboard(t *testing.T) {
	b := open(t, "light", twoLines())
	b.Press("Plus de réglages")
	b.Focus(b.Orders()[0])
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyUp, fyne.KeyModifierAlt) // G.722 first
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeySpace, 0) // without PCMU
	b.save()
	want := twoLines().Settings
	want.Lines[0].Codecs = []string{"G722", "opus", "PCMA"}
	if got := b.saved().Settings; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v; want %+v", got.Lines[0], want.Lines[0])
	}
}

func TestScales(t *testing.T) {
	for _, tt := range []struct {
		scale float32
		want  string
	}{{0, "1"}, {1, "1"}, {1.5, "1.5"}, {1.2, "1.15"}, {9, "1.5"}, {0.1, "0.9"}} {
		if got := scaleKey(tt.scale); got != tt.want {
			t.Errorf("scaleKey(%v) = %q; want %q", tt.scale, got, tt.want)
		}
	}
	if got := scaleOf("1.15"); got != 1.15 {
		t.Errorf("scaleOf = %v", got)
	}
}

func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"sip.example.fr", "[::1]:5060", "::1", ":0", "a b", "x:y:z", "10.0.0.1:99999", "@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if validAddress(s) && !strings.Contains(s, ":") {
			t.Errorf("%q has no port", s)
		}
		if validHost(s) && strings.ContainsAny(s, " /@") {
			t.Errorf("%q names no machine", s)
		}
	})
}
