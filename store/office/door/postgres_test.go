package door_test

import (
	"net/http"
	"testing"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/door"
	"permanence/store/office/pgtest"
	"permanence/store/wire"
)

func TestMain(m *testing.M) {
	door.CheapPasswords()
	pgtest.Main(m)
}

// TestOnPostgres: a desk's whole life at the door, on the other database.
func TestOnPostgres(t *testing.T) {
	db, err := office.OpenDatabase(t.Context(), pgtest.Database(t))
	ok(t, err)
	t.Cleanup(func() { ok(t, db.Close()) })
	b := open(t, t.TempDir(), func(c *door.Config) {
		of := c.Office.Config
		ours, err := office.New(t.Context(), db, of)
		ok(t, err)
		c.Office, c.Database = ours, db
	})
	actor := b.operator(secretary("Sophie"))
	m := b.desk()
	if status, _ := m.try("Sophie", "mauvais mot de passe"); status != http.StatusForbidden {
		t.Errorf("a wrong password: %d", status)
	}
	m.login("Sophie")
	m.want(http.StatusOK, "POST", "/v1/push", push(t, actor, clients.CreateClient{Client: client("c1")}), nil)
	var page wire.PullAnswer
	m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, &page)
	if page.Head == 0 {
		t.Error("nothing was kept")
	}
	ok(t, b.door.SetPassword(b.ctx, "Sophie", password))
	m.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil)
	m.login("Sophie")
	ok(t, b.door.Revoke(b.ctx, m.id))
	m.want(http.StatusForbidden, "POST", "/v1/pull", wire.PullRequest{}, nil)
}
