package door

import (
	"crypto/x509"
	"database/sql"
	"net/http"

	"permanence/store/office"
)

// Identify tells who sends a request: the desk by its certificate, the operator by her
// session. Both are looked up anew each time.
func (d *Door) Identify(r *http.Request) (office.Identity, error) {
	cert, err := d.certificate(r)
	if err != nil {
		return office.Identity{}, err
	}
	var id office.Identity
	token, stale := bearer(r), false
	err = d.Database.Read(r.Context(), func(tx *sql.Tx) (err error) {
		if id, err = d.known(r.Context(), tx, cert); err != nil || id.Revoked {
			return err
		}
		id.Operator, stale, err = d.sessionOf(r.Context(), tx, token, id.Desk)
		return err
	})
	if err != nil {
		return office.Identity{}, err
	}
	if stale {
		err = d.noteSession(r.Context(), token)
	}
	return id, err
}

// certificate is the one a connection was opened with, if it still holds and is of
// this bureau. TLS has seen that the authority signed it.
func (d *Door) certificate(r *http.Request) (*x509.Certificate, error) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return nil, refuse(http.StatusForbidden, "forbidden", "no desk's certificate")
	}
	cert := r.TLS.VerifiedChains[0][0]
	now := d.Now()
	switch {
	case now.After(cert.NotAfter):
		return nil, refuse(http.StatusForbidden, "forbidden", "the certificate has expired")
	case len(cert.Subject.Organization) != 1 || cert.Subject.Organization[0] != d.bureau():
		return nil, refuse(http.StatusForbidden, "forbidden", "the certificate is of another bureau")
	}
	return cert, nil
}
