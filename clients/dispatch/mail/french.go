package mail

import (
	"fmt"
	"strings"
	"time"
)

// The mails are read by the clients, who are French whatever the language of
// the operator's window.

var (
	weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months   = [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
		"août", "septembre", "octobre", "novembre", "décembre",
	}
)

// moment writes t as it is said: "jeudi 26 novembre 2026 à 14 h 32".
func moment(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s %d à %d h %02d",
		weekdays[t.Weekday()], day, months[t.Month()-1], t.Year(), t.Hour(), t.Minute())
}

// subject says in one line who called and for whom, the urgent first:
// "[Urgent] Message de Mme Lefèvre (06 12 34 56 78) — Cabinet Durand".
func (l letter) subject() string {
	var b strings.Builder
	if l.Urgent {
		b.WriteString("[Urgent] ")
	}
	switch {
	case l.Caller != "" && l.Number != "":
		b.WriteString("Message " + of(l.Caller) + " (" + l.Number + ")")
	case l.Caller != "":
		b.WriteString("Message " + of(l.Caller))
	case l.Number != "":
		b.WriteString("Message du " + l.Number)
	default:
		b.WriteString("Message d’un appelant sans numéro")
	}
	if l.Client != "" {
		b.WriteString(" — " + l.Client)
	}
	return b.String()
}

// Who is the caller as the mail's first line names it.
func (l letter) Who() string {
	if l.Caller == "" {
		return "Appelant sans nom"
	}
	return l.Caller
}

// of puts "de" before a name, or "d’" where French elides it: before a vowel,
// a mute h, and a y that a consonant follows (d’Yves, but de Yann).
func of(name string) string {
	r := []rune(strings.ToLower(name))
	if strings.ContainsRune(vowels+"h", r[0]) || len(r) > 1 && r[0] == 'y' && !strings.ContainsRune(vowels, r[1]) {
		return "d’" + name
	}
	return "de " + name
}

const vowels = "aàâäæeéèêëiîïoôöœuùûü"
