package settings

import (
	"maps"
	"reflect"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
)

// sending is what is on its way to the store.
type sending struct {
	settings desk.Settings
	secrets  map[string]string
	operator *clients.Operator    // nil: as it was
	before   map[string]time.Time // of the notices that stood there already
}

// The notices by which the core says how saving went.
var noticeIDs = []string{"settings", "client"}

// save sends what was typed, or shows the first thing that is wrong with it.
func (p *Panel) save() {
	p.review()
	switch {
	case len(p.wrong) > 0:
		p.sheet.Stay()
		p.sheet.Turn(p.wrong.page())
		return
	case !p.dirty():
		p.sheet.Saved(p.t("nothing"))
		return
	}
	for _, g := range p.pages {
		g.Seal()
	}
	p.send()
}

func (p *Panel) send() {
	s := &sending{settings: p.draft.settings(p.state.Settings), secrets: maps.Clone(p.secrets), before: p.noticeTimes()}
	if !p.draft.operator.Equal(p.base.operator) {
		s.operator = &p.draft.operator
	}
	changed := !reflect.DeepEqual(s.settings, p.state.Settings) || len(s.secrets) > 0
	if !changed && s.operator == nil {
		p.fill(sheet.Confirm) // what was changed was changed back
		p.sheet.Saved(p.t("nothing"))
		return
	}
	p.sending = s
	p.sheet.Say(p.t("saving"), theme.Muted)
	if changed {
		p.cfg.Send(desk.SettingsSaved{Settings: s.settings, Secrets: s.secrets})
	}
	if s.operator != nil {
		p.cfg.Send(desk.OperatorSaved{Operator: *s.operator})
	}
}

// settle says what became of what was sent, as soon as the core has said it.
func (p *Panel) settle() {
	if p.sending == nil {
		return
	}
	for _, n := range p.news() {
		if n.Level == desk.Alarm {
			p.sending = nil
			p.sheet.Stay()
			p.sheet.Say(p.t("refused", p.reason(n)), theme.Bad)
			return
		}
		if p.inUse() {
			p.saved()
			return
		}
	}
}

// news are the notices about saving that came since it was sent.
func (p *Panel) news() []desk.Notice {
	var list []desk.Notice
	for _, n := range p.state.Notices {
		for _, id := range noticeIDs {
			if n.ID == id && n.At.After(p.sending.before[id]) {
				list = append(list, n)
			}
		}
	}
	return list
}

// inUse reports whether the desk uses all of what was sent.
func (p *Panel) inUse() bool {
	now := p.state.Settings
	now.Operator = p.sending.settings.Operator
	if !reflect.DeepEqual(now, p.sending.settings) {
		return false
	}
	o := p.sending.operator
	return o == nil || o.Name == p.state.Operator.Name && o.Email == p.state.Operator.Email
}

func (p *Panel) saved() {
	for name, secret := range p.sending.secrets {
		if p.secrets[name] == secret {
			delete(p.secrets, name)
		}
	}
	p.sending = nil
	p.base = from(&p.state)
	p.fill(sheet.Confirm)
	p.sheet.Saved(p.t("saved", p.cfg.Words.Seconds(p.state.Now)))
}

func (p *Panel) reason(n desk.Notice) string {
	args := make([]any, len(n.Args))
	for i, a := range n.Args {
		args[i] = a
	}
	return p.cfg.Words.Or(args, "problem."+n.Code, "notice."+n.Code, n.Detail)
}

func (p *Panel) noticeTimes() map[string]time.Time {
	at := map[string]time.Time{}
	for _, n := range p.state.Notices {
		at[n.ID] = n.At
	}
	return at
}
