package editor

import (
	"time"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
)

// noticeID is under which the core says that a card could not be stored.
const noticeID = "client"

// save sends the card, or shows the first thing that is wrong with it.
func (p *Panel) save() {
	p.review()
	if len(p.wrong) > 0 {
		p.sheet.Stay()
		p.turnToWrong()
		return
	}
	if !p.dirty() {
		p.sheet.Saved(p.cfg.Words.T("editor.nothing"))
		return
	}
	for _, g := range p.pages {
		g.Seal()
	}
	if p.id != "" && same(p.base, p.draft) {
		p.fill(sheet.Confirm) // what was changed was changed back
		p.sheet.Saved(p.t("nothing"))
		return
	}
	p.send(p.draft, sheet.Confirm)
}

// send stores a card, whole; the core makes a patch of what differs. After says
// how the form is filled once it is stored.
func (p *Panel) send(card clients.Client, after sheet.Filling) {
	p.sending = &sending{
		card: card, edited: clients.Diff(p.base, card), after: after,
		known: p.state.Directory.Len(), before: p.noticeAt(),
	}
	p.sheet.Say(p.cfg.Words.T("editor.saving"), theme.Muted)
	base := copyOf(p.base)
	p.cfg.Send(desk.ClientSaved{Client: card, Saw: base.Version, Base: &base, Blind: p.blind()})
}

// refused says why the store did not take the card; what was typed stays.
func (p *Panel) refused() {
	if p.sending == nil {
		return
	}
	for _, n := range p.state.Notices {
		if n.ID == noticeID && n.Level == desk.Alarm && n.At.After(p.sending.before) {
			p.sending = nil
			p.sheet.Stay()
			p.sheet.Say(p.cfg.Words.T("editor.refused", p.reason(n)), theme.Bad)
			return
		}
	}
}

func (p *Panel) reason(n desk.Notice) string {
	args := make([]any, len(n.Args))
	for i, a := range n.Args {
		args[i] = a
	}
	return p.cfg.Words.Or(args, "editor.problem."+n.Code, "notice."+n.Code, n.Detail)
}

// noticeAt is when the core last said that a card could not be stored.
func (p *Panel) noticeAt() time.Time {
	for _, n := range p.state.Notices {
		if n.ID == noticeID {
			return n.At
		}
	}
	return time.Time{}
}
