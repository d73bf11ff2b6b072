package settings

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"

	"permanence/phone"
	"permanence/ui/desk"
)

func TestLineTestTriesWhatIsTyped(t *testing.T) {
	b := open(t, "light", twoLines())
	b.Fill("Serveur SIP", "sip2.example.fr")
	b.Fill("Mot de passe", "s3cret")
	b.PressNo("Essayer cette ligne", 0)
	line := twoLines().Settings.Lines[0]
	line.Domain, line.Transport = "sip2.example.fr", phone.UDP
	if want := []desk.Event{desk.LineTested{Line: line, Password: "s3cret"}}; !reflect.DeepEqual(b.sent, want) {
		t.Fatalf("sent %+v; want %+v", b.sent, want)
	}
	for _, tt := range []struct {
		check desk.Check
		want  string
	}{
		{desk.Check{Running: true, At: noon}, "Essai en cours…"},
		{desk.Check{OK: true, At: noon}, "La ligne répond et accepte l'identifiant et le mot de passe."},
		{desk.Check{Code: "line.refused", Detail: "403 Forbidden", At: noon}, "Refusée : vérifiez l'identifiant et le mot de passe · 403 Forbidden"},
		{desk.Check{Code: "never.heard", Detail: "x", At: noon}, "L'essai n'a pas abouti · x"},
	} {
		b.show(func(s *desk.State) { s.Checks = map[string]desk.Check{"line:a1": tt.check} })
		if !b.Shows(tt.want) {
			t.Errorf("%q is not shown: %q", tt.want, b.Texts())
		}
	}
}

func TestMailTestTriesWhatIsTyped(t *testing.T) {
	b := open(t, "light", twoLines())
	b.panel.sheet.Turn(2)
	b.Fill("Envoyer un essai à", "sophie")
	b.Key(fyne.KeyReturn, 0)
	if got := b.Remark("Envoyer un essai à"); len(b.sent) > 0 || got != "une adresse e-mail complète" {
		t.Fatalf("sent %v, said %q", b.sent, got)
	}
	b.Fill("Serveur", "smtp2.example.fr")
	b.Fill("Mot de passe", "s3cret")
	b.Fill("Envoyer un essai à", "sophie@example.fr")
	b.Press("Envoyer un essai")
	mail := twoLines().Settings.Mail
	mail.Host = "smtp2.example.fr"
	if want := []desk.Event{desk.MailTested{Mail: mail, Password: "s3cret", To: "sophie@example.fr"}}; !reflect.DeepEqual(b.sent, want) {
		t.Errorf("sent %+v; want %+v", b.sent, want)
	}
}

func TestSoundDevices(t *testing.T) {
	b := open(t, "light", twoLines())
	b.panel.sheet.Turn(1)
	b.panel.Show(b.state)
	mic := b.panel.parts.roles[0].sel
	if want := []string{"Par défaut du système", "HDA Intel", "Webcam", "Jabra Evolve 20 (absent)"}; !reflect.DeepEqual(mic.Options, want) {
		t.Errorf("options %q; want %q", mic.Options, want)
	}
	if mic.Selected != "Jabra Evolve 20 (absent)" || b.Remark("Microphone") != "absent — à sa place : HDA Intel" {
		t.Errorf("selected %q, remark %q", mic.Selected, b.Remark("Microphone"))
	}
	b.Focus(mic)
	b.Key(fyne.KeyLeft, 0) // Webcam
	b.show(func(s *desk.State) { s.Sound.Captures = []string{"HDA Intel"} })
	if mic.Selected != "Webcam (absent)" {
		t.Errorf("a device that vanished while chosen: %q", mic.Selected)
	}
	if !b.Shows("L'essai se fait avec les appareils enregistrés : enregistrez d'abord.") {
		t.Error("the test of devices not yet saved is not explained")
	}
	b.save()
	want := twoLines().Settings
	want.Sound[desk.Microphone] = want.Sound[desk.Microphone].With("Webcam")
	if got := b.saved().Settings; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v; want %+v", got.Sound, want.Sound)
	}
	b.Press("S'écouter")
	if last := b.sent[len(b.sent)-1]; last != (desk.SoundTested{}) {
		t.Errorf("sent %v", last)
	}
}
