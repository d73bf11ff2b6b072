package search

import (
	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// enter opens what is chosen. A number that was found is called only when Enter
// is pressed a second time; one that was typed in full is called at once.
func (p *Panel) enter() {
	r, ok := p.chosen()
	switch {
	case !ok:
	case r.dial != "":
		p.dial(r.dial, "")
	case r.hit.Kind == desk.HitCaller:
		p.enterCaller(r.hit)
	case r.hit.Kind == desk.HitClient:
		p.open(clients.ID(r.hit.ID))
	case r.hit.Kind == desk.HitAppointment:
		p.cfg.Send(desk.ClientOpened{Client: r.hit.Client})
		p.cfg.Send(desk.DayChosen{Day: r.hit.At})
		p.leave()
	case r.hit.Client != "":
		p.open(r.hit.Client)
	}
}

func (p *Panel) open(client clients.ID) {
	p.cfg.Send(desk.ClientOpened{Client: client})
	p.leave()
}

func (p *Panel) enterCaller(h desk.Hit) {
	n := callable(h)
	switch {
	case n == "":
	case !p.asking:
		p.asking = true
		p.preview.show()
	default:
		p.dial(n, h.Client)
	}
}

// callable is the number of a caller that was found.
func callable(h desk.Hit) phone.Number {
	if h.Number != "" {
		return h.Number
	}
	return phone.ParseNumber(h.ID)
}

func (p *Panel) dial(n phone.Number, client clients.ID) {
	p.cfg.Send(desk.DialPressed{Target: string(n), Client: client})
	p.leave()
}

// deed says what Enter does with a line, "" when it does nothing.
func (p *Panel) deed(r row) string {
	switch {
	case r.dial != "":
		return p.t("deed.call", r.dial.Display())
	case r.hit.Kind == desk.HitCaller && callable(r.hit) == "":
		return ""
	case r.hit.Kind == desk.HitCaller && p.asking:
		return p.t("deed.call-now", callable(r.hit).Display())
	case r.hit.Kind == desk.HitCaller:
		return p.t("deed.call", callable(r.hit).Display())
	case r.hit.Kind == desk.HitAppointment:
		return p.t("deed.day")
	case r.hit.Kind == desk.HitClient, r.hit.Client != "":
		return p.t("deed.client")
	}
	return ""
}
