package door_test

import (
	"net/http"
	"testing"
	"time"

	"permanence/store/office/door"
	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

func TestPairing(t *testing.T) {
	b := newBureau(t)
	m := b.desk()
	var hello wire.Hello
	m.want(http.StatusOK, "GET", "/v1/hello", nil, &hello)
	if hello.Bureau != b.authority.Bureau() {
		t.Errorf("bureau %q", hello.Bureau)
	}
	card, found, err := b.office.Desk(b.ctx, m.id)
	ok(t, err)
	if !found || card.Name != "Poste du salon" || !card.Paired.Equal(b.clock.Now()) {
		t.Errorf("the desk is listed as %+v", card)
	}
}

// TestCodeIsUsedOnce: by one machine, which may ask again when the answer got lost.
func TestCodeIsUsedOnce(t *testing.T) {
	b := newBureau(t)
	code, _, err := b.door.Invite(b.ctx, "Accueil")
	ok(t, err)
	first, second := b.knock(pairing.Blind()), b.knock(pairing.Blind())
	a, late := first.begin(code, "un"), second.begin(code, "deux")
	var lost, again wire.PairAnswer
	first.want(http.StatusOK, "POST", "/v1/pair", a.Request, &lost)
	first.want(http.StatusOK, "POST", "/v1/pair", a.Request, &again)
	if lost.Desk != again.Desk || string(lost.Certificate) != string(again.Certificate) {
		t.Error("the same machine was made two desks")
	}
	if no := second.want(http.StatusConflict, "POST", "/v1/pair", late.Request, nil); no.Code != "code-used" {
		t.Errorf("refused with %+v", no)
	}
	b.seat(a, again).want(http.StatusOK, "GET", "/v1/hello", nil, nil)
	if card, _, err := b.office.Desk(b.ctx, again.Desk); err != nil || card.Name != "Accueil" {
		t.Errorf("the desk is listed as %+v, %v", card, err)
	}
}

func TestCodeEnds(t *testing.T) {
	b := newBureau(t)
	m := b.knock(pairing.Blind())
	m.want(http.StatusConflict, "GET", "/v1/pair", nil, nil) // none was opened
	code, until, err := b.door.Invite(b.ctx, "")
	ok(t, err)
	if want := b.clock.Now().Add(10 * time.Minute); !until.Equal(want) {
		t.Errorf("it holds until %v; want %v", until, want)
	}
	a := m.begin(code, "x")
	b.clock.pass(door.InvitationHolds)
	m.want(http.StatusConflict, "POST", "/v1/pair", a.Request, nil)
}

// TestWrongProofs: after five the code is void, even for who knows it.
func TestWrongProofs(t *testing.T) {
	b := newBureau(t)
	code, _, err := b.door.Invite(b.ctx, "")
	ok(t, err)
	m := b.knock(pairing.Blind())
	right, wrong := m.begin(code, "x"), m.begin("0000000000", "x")
	for range 5 {
		if no := m.want(http.StatusForbidden, "POST", "/v1/pair", wrong.Request, nil); no.Code != "forbidden" {
			t.Errorf("refused with %+v", no)
		}
	}
	m.want(http.StatusConflict, "POST", "/v1/pair", right.Request, nil)
}

// TestNewCodeVoidsTheLast also for who has begun with it.
func TestNewCodeVoidsTheLast(t *testing.T) {
	b := newBureau(t)
	code, _, err := b.door.Invite(b.ctx, "")
	ok(t, err)
	m := b.knock(pairing.Blind())
	a := m.begin(code, "x")
	_, _, err = b.door.Invite(b.ctx, "")
	ok(t, err)
	m.want(http.StatusConflict, "POST", "/v1/pair", a.Request, nil)
}

// TestRestart: authority, desks and sessions outlive the process.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	var m *machine
	t.Run("first", func(t *testing.T) {
		b := open(t, dir, nil)
		b.operator(secretary("Sophie"))
		m = b.desk()
		m.login("Sophie")
	})
	b := open(t, dir, nil)
	m.t, m.address = t, b.address
	m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, nil)
}
