package editor

import (
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/theme"
)

// troubles are the sentences of what is wrong, by path, in the order found.
type troubles []trouble

type trouble struct{ path, sentence string }

// at finds the sentence of a path, or of something inside it: an entry that
// holds a list shows the trouble of its entries.
func (t troubles) at(path string) string {
	for _, x := range t {
		if x.path == path || strings.HasPrefix(x.path, path+"[") {
			return x.sentence
		}
	}
	return ""
}

// review reads what was typed, finds what is wrong with it, and shows both.
func (p *Panel) review() {
	p.wrong = nil
	p.draft = copyOf(p.base)
	for _, g := range p.pages {
		g.Read(&p.draft, "", p.report)
	}
	giveKeys(&p.draft)
	for _, x := range p.draft.Validate() {
		p.report(x.Path, p.sentence(x))
	}
	p.checkOwners()
	p.surface()
	p.mark()
}

// report keeps the first trouble of each path: what cannot be read comes before
// what may not be stored.
func (p *Panel) report(path, sentence string) {
	for _, x := range p.wrong {
		if x.path == path {
			return
		}
	}
	p.wrong = append(p.wrong, trouble{path, sentence})
}

func (p *Panel) sentence(x clients.Problem) string {
	args := make([]any, len(x.Args))
	for i, a := range x.Args {
		args[i] = a
	}
	return p.cfg.Words.Or(args, "editor.problem."+x.Code, x.Code)
}

// checkOwners finds numbers that are another client's: the store would refuse them.
func (p *Panel) checkOwners() {
	for i, did := range p.draft.DIDs {
		owner := p.state.Directory.ByDID(phone.Number(did))
		if owner != nil && owner.ID != p.id {
			p.report(indexed("dids", i), p.cfg.Words.T("editor.problem.client.did-taken", phone.Number(did).Display(), owner.Name))
		}
	}
}

// mark shows the draft and its troubles wherever they appear.
func (p *Panel) mark() {
	for _, g := range p.pages {
		g.Mark("", p.wrong.at)
	}
	p.markClashes()
	p.parts.preview.show(p.draft.Instructions)
	p.parts.palette.show(p.draft.Color)
	for _, r := range p.parts.routes {
		r.offer(p.draft.CallTypes)
	}
	p.title()
	p.tell()
}

func (p *Panel) title() {
	name := strings.TrimSpace(p.draft.Name)
	if name == "" {
		name = p.cfg.Words.T("editor.new")
	}
	p.sheet.SetTitle(name, p.draft.Trade)
	p.sheet.SetColor(p.draft.Color)
}

// tell says in the foot how many things are left to mend.
func (p *Panel) tell() {
	w := p.cfg.Words
	switch {
	case p.sending != nil:
	case !p.dirty():
		p.sheet.Say("", theme.Muted)
	case len(p.wrong) > 0:
		p.sheet.Say(w.N("editor.wrong", len(p.wrong)), theme.Bad)
	default:
		p.sheet.Say(w.T("editor.unsaved"), theme.Muted)
	}
}

// turnToWrong shows the first page on which something is wrong.
func (p *Panel) turnToWrong() {
	for i := range p.pages {
		if p.wrongOn(i) {
			p.sheet.Turn(i)
			return
		}
	}
}

func (p *Panel) wrongOn(page int) bool {
	for _, x := range p.wrong {
		if pageOf(x.path) == page {
			return true
		}
	}
	return false
}
