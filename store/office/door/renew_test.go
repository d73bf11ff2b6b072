package door_test

import (
	"errors"
	"net/http"
	"testing"

	"permanence/clients"
	"permanence/store/office/door"
	"permanence/store/wire"
)

const better = "une bien meilleure phrase"

// within reports whether a machine's session is one.
func (m *machine) within() bool {
	status, _, err := m.ask("POST", "/v1/pull", wire.PullRequest{}, nil)
	ok(m.t, err)
	return status == http.StatusOK
}

func TestSheChangesHerPassword(t *testing.T) {
	b := newBureau(t)
	b.operator(secretary("Sophie"))
	here, home := b.desk(), b.desk()
	here.login("Sophie")
	home.login("Sophie")
	for _, c := range []struct {
		old, next string
		status    int
		code      string
	}{
		{"ce n'est pas lui", better, http.StatusForbidden, "not-the-password"},
		{password, "court", http.StatusUnprocessableEntity, "weak-password"},
		{password, "aaaaaaaaaaaaaa", http.StatusUnprocessableEntity, "weak-password"},
		{password, "Sophie sophie 12", http.StatusUnprocessableEntity, "weak-password"},
	} {
		status, no, err := here.ask("POST", "/v1/password", wire.PasswordRequest{Old: c.old, New: c.next}, nil)
		ok(t, err)
		if status != c.status || no.Code != c.code || !home.within() {
			t.Errorf("%q for %q: %d %s", c.next, c.old, status, no.Code)
		}
	}
	here.want(http.StatusOK, "POST", "/v1/password", wire.PasswordRequest{Old: password, New: better}, nil)
	if !here.within() || home.within() {
		t.Errorf("her session here: %v, elsewhere: %v", here.within(), home.within())
	}
	if status, _ := home.try("Sophie", password); status != http.StatusForbidden {
		t.Errorf("the old one lets in: %d", status)
	}
	if status, _ := home.try("Sophie", better); status != http.StatusOK {
		t.Errorf("the new one does not: %d", status)
	}
}

func TestGuessingTheOldPasswordIsSlowedDown(t *testing.T) {
	b := newBureau(t)
	b.operator(secretary("Sophie"))
	m := b.desk()
	m.login("Sophie")
	for range 5 {
		m.want(http.StatusForbidden, "POST", "/v1/password", wire.PasswordRequest{Old: "non", New: better}, nil)
	}
	m.want(http.StatusTooManyRequests, "POST", "/v1/password", wire.PasswordRequest{Old: password, New: better}, nil)
}

func TestASupervisorGivesPasswords(t *testing.T) {
	b := newBureau(t)
	sam := b.operator(clients.Operator{Name: "Sam", Role: clients.Supervisor})
	claire := b.operator(secretary("Claire"))
	chief, desk := b.desk(), b.desk()
	nobody := chief.want(http.StatusUnauthorized, "POST", "/v1/password", wire.PasswordRequest{Operator: claire, New: better}, nil)
	if nobody.Code != "no-session" {
		t.Errorf("without a session: %+v", nobody)
	}
	chief.login("Sam")
	desk.login("Claire")
	desk.want(http.StatusForbidden, "POST", "/v1/password", wire.PasswordRequest{Operator: sam, New: better}, nil)
	chief.want(http.StatusForbidden, "POST", "/v1/password", wire.PasswordRequest{Operator: sam, New: better}, nil) // her own: the old one first
	chief.want(http.StatusNotFound, "POST", "/v1/password", wire.PasswordRequest{Operator: "nobody", New: better}, nil)
	chief.want(http.StatusOK, "POST", "/v1/password", wire.PasswordRequest{Operator: claire, New: better}, nil)
	if desk.within() {
		t.Error("her session goes on under a new password")
	}
	// One whose card was made at a desk can log in once she has a password.
	chief.want(http.StatusOK, "POST", "/v1/push", push(t, sam, clients.SaveOperator{Operator: clients.Operator{ID: "lea", Name: "Léa"}}), nil)
	chief.want(http.StatusOK, "POST", "/v1/password", wire.PasswordRequest{Operator: "lea", New: better}, nil)
	if status, _ := desk.try("Léa", better); status != http.StatusOK {
		t.Errorf("Léa: %d", status)
	}
}

func TestWhoHasLeftIsOutAtOnce(t *testing.T) {
	b := newBureau(t)
	sam := b.operator(clients.Operator{Name: "Sam", Role: clients.Supervisor})
	claire := b.operator(secretary("Claire"))
	b.operator(secretary("Julie"))
	chief, first, second := b.desk(), b.desk(), b.desk()
	chief.login("Sam")
	first.login("Claire")
	second.login("Julie")
	card := clients.Operator{ID: claire, Name: "Claire", Role: clients.Secretary, Left: true}
	chief.want(http.StatusOK, "POST", "/v1/push", push(t, sam, clients.SaveOperator{Operator: card}), nil)
	ok(t, b.door.Dismiss(b.ctx, "julie"))
	for _, m := range []*machine{first, second} {
		if no := m.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil); no.Code != "no-session" {
			t.Errorf("%+v", no)
		}
	}
	if status, _ := first.try("Claire", password); status != http.StatusForbidden {
		t.Errorf("she logs in again: %d", status)
	}
	// Nor does an old session come back with her.
	card.Left = false
	chief.want(http.StatusOK, "POST", "/v1/push", push(t, sam, clients.SaveOperator{Operator: card}), nil)
	if first.within() {
		t.Error("her old session lives again")
	}
	if err := b.door.Dismiss(b.ctx, "personne"); !errors.Is(err, door.ErrNoOperator) {
		t.Errorf("nobody was dismissed: %v", err)
	}
}

func TestWhoCorrectsHerNameLogsInUnderIt(t *testing.T) {
	b := newBureau(t)
	claire := b.operator(secretary("Claire Dubois"))
	m := b.desk()
	m.login("Claire Dubois")
	card := clients.Operator{ID: claire, Name: "Claire Martin", Role: clients.Secretary}
	m.want(http.StatusOK, "POST", "/v1/push", push(t, claire, clients.SaveOperator{Operator: card}), nil)
	for _, name := range []string{"claire martin", "Claire Dubois"} {
		if status, _ := m.try(name, password); status != http.StatusOK {
			t.Errorf("%s: %d", name, status)
		}
	}
	if _, err := b.door.AddOperator(b.ctx, secretary("Claire Martin"), password); !errors.Is(err, door.ErrNameTaken) {
		t.Errorf("another one of her name: %v", err)
	}
}
