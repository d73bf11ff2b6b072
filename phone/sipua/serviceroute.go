package sipua

import "github.com/emiago/sipgo/sip"

// maxRoutes bounds what a registrar can make every request of a line carry.
const maxRoutes = 8

// serviceRoute reads the way that a registrar wants a line's requests to go
// (RFC 3608 §5). It is said anew in each response: none takes it back.
func serviceRoute(res *sip.Response) []sip.Uri {
	var all []sip.Uri
	for _, h := range res.GetHeaders("service-route") {
		for _, entry := range splitList(h.Value()) {
			var u sip.Uri
			var params sip.HeaderParams
			if _, err := sip.ParseAddressValue(entry, &u, &params); err == nil && u.Host != "" && len(all) < maxRoutes {
				all = append(all, u)
			}
		}
	}
	return all
}

// routes are the Route headers of the line's new requests (RFC 3608 §6.1). They
// go to the server that accepted the line all the same: behind a router no other
// one has a way back to us.
func (l *line) routes() []sip.Uri {
	if routes := l.route.Load(); routes != nil {
		return *routes
	}
	return nil
}
