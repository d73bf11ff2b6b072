package settings

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/phone"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
)

type lineForm = sheet.Group[phone.Line]

// wireOfLine is how a line reaches its servers and who may listen on the way.
func (p *Panel) wireOfLine(g *lineForm) fyne.CanvasObject {
	type line = phone.Line
	transport := sheet.Pick(g, p.in("transport", "line.transport"),
		p.choices("line.transport", string(phone.UDP), string(phone.TCP), string(phone.TLS)),
		func(l *line) *phone.Transport { return &l.Transport })
	encryption := sheet.Pick(g, p.in("encryption", "line.encryption"),
		p.choices("line.encryption", "", string(phone.EncryptionOffered), string(phone.EncryptionRequired), string(phone.EncryptionRefused)),
		func(l *line) *phone.Encryption { return &l.Encryption })
	ca := sheet.Text(g, p.in("ca", "line.ca"), func(l *line) *string { return &l.CA })
	stun := sheet.Text(g, p.in("stun", "line.stun"), func(l *line) *string { return &l.STUN })
	backups := listed(g, tall(p.in("backups", "line.backups"), 2),
		func(l *line) *[]string { return &l.Backups }, func(s string) string { return s })
	peers := listed(g, tall(p.in("peers", "line.peers"), 2),
		func(l *line) *[]string { return &l.Peers }, func(s string) string { return s })
	return sheet.Rows(
		transport, encryption,
		sheet.Beside(nil, ca, stun),
		sheet.Under(backups, p.t("line.backups.note")),
		sheet.Under(peers, p.t("line.peers.note")),
	)
}

// identityOfLine is what a line shows of itself and what it does by itself.
func (p *Panel) identityOfLine(g *lineForm) fyne.CanvasObject {
	type line = phone.Line
	numbers := listed(g, tall(p.in("numbers", "line.numbers"), 2),
		func(l *line) *[]phone.Number { return &l.Numbers }, number)
	watch := listed(g, tall(p.in("watch", "line.watch"), 2),
		func(l *line) *[]string { return &l.Watch }, func(s string) string { return s })
	caller := sheet.Pick(g, p.in("caller_in", "line.caller"),
		p.choices("line.caller", "", string(phone.CallerInPreferred), string(phone.CallerInAsserted)),
		func(l *line) *phone.CallerHeader { return &l.CallerIn })
	auto := sheet.Tick(g, p.t("line.auto"), func(l *line) *bool { return &l.AutoAnswer })
	mailbox := sheet.Tick(g, p.t("line.mailbox"), func(l *line) *bool { return &l.Mailbox })
	return sheet.Rows(
		sheet.Beside(nil, numbers, watch), caller,
		container.New(&widgets.Flow{Gap: 24}, auto, mailbox),
	)
}

// listed adds an entry for a list that is written one a line.
func listed[T any, S ~string](g *sheet.Group[T], in sheet.Input, at func(*T) *[]S, read func(string) S) *widgets.Field {
	return sheet.Parsed(g, in,
		func(v *T) string {
			list := make([]string, len(*at(v)))
			for i, s := range *at(v) {
				list[i] = display(string(s))
			}
			return strings.Join(list, "\n")
		},
		func(v *T, text string) string {
			*at(v) = nil
			for l := range strings.Lines(text) {
				if l = strings.TrimSpace(l); l != "" {
					*at(v) = append(*at(v), read(l))
				}
			}
			return ""
		})
}

// display writes a number as it is read, and anything else as it is.
func display(s string) string {
	if n := phone.Number(s); strings.HasPrefix(s, "+") && phone.ParseNumber(s) == n {
		return n.Display()
	}
	return s
}

// number reads a number; what is none is kept for the review to name.
func number(s string) phone.Number {
	if n := phone.ParseNumber(s); n != "" {
		return n
	}
	return phone.Number(s)
}

func tall(in sheet.Input, rows int) sheet.Input {
	in.Rows = rows
	return in
}

func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// checkWire finds what is wrong with the entries that most lines never need.
func (p *Panel) checkWire(at string, l *phone.Line) {
	for _, b := range l.Backups {
		if !validHost(b) {
			p.report(at+"backups", p.t("problem.hosts", b))
		}
	}
	for _, peer := range l.Peers {
		if !validPeer(peer) {
			p.report(at+"peers", p.t("problem.peers", peer))
		}
	}
	if l.STUN != "" && !validHost(l.STUN) {
		p.report(at+"stun", p.t("problem.host"))
	}
	for _, n := range l.Numbers {
		if phone.ParseNumber(string(n)) != n {
			p.report(at+"numbers", p.t("problem.number", string(n)))
		}
	}
	if l.CA != "" && l.Transport != phone.TLS {
		p.report(at+"ca", p.t("problem.ca"))
	}
}
