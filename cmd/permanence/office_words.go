package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/service"
	"permanence/store/wire"
)

// officeFlagSet are options that may stand before and behind the words.
type officeFlagSet struct{ *flag.FlagSet }

// read parses options and words, of which there must be at least and at most so many.
func (f *officeFlagSet) read(w outputs, args []string, least, most int) error {
	var words []string
	for rest := args; ; rest = f.Args()[1:] {
		if err := parse(f.FlagSet, w, rest); err != nil {
			return err
		}
		if f.NArg() == 0 {
			break
		}
		words = append(words, f.Arg(0))
	}
	if len(words) < least || len(words) > most {
		return usageError{"il manque un mot, ou il y en a un de trop"}
	}
	return parse(f.FlagSet, w, append([]string{"--"}, words...))
}

// defaultOfficeDir is where an office lives: beside the desk of the same user.
func defaultOfficeDir() string {
	if dir := os.Getenv("PERMANENCE_OFFICE"); dir != "" {
		return dir
	}
	return filepath.Join(filepath.Dir(defaultDir()), "permanence-office")
}

// absolute is a path as the running office finds it too.
func absolute(path string) (string, error) { return filepath.Abs(path) }

func operatorCard(name, email string, supervisor bool) clients.Operator {
	o := clients.Operator{Name: strings.TrimSpace(name), Email: email, Role: clients.Secretary}
	if supervisor {
		o.Role = clients.Supervisor
	}
	return o
}

func operatorLine(o clients.Operator) string {
	line := o.Name
	if o.Role == clients.Supervisor {
		line += ", responsable"
	}
	switch n := len(o.Clients); {
	case n == 1:
		line += ", pour un client"
	case n > 1:
		line += fmt.Sprintf(", pour %d clients", n)
	}
	if o.Left {
		line += ", partie"
	}
	return line
}

// askPassword reads a password: typed unseen at a terminal, or else one line.
func askPassword(w outputs, prompt string) (string, error) {
	show := hideTyping(os.Stdin)
	defer show()
	fmt.Fprintf(w.err, "%s : ", prompt)
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Fprintln(w.err)
	if line == "" && err != nil {
		return "", fmt.Errorf("mot de passe : %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// officeReport is what `permanence office status` prints.
func officeReport(s *service.Status, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, sur %s.\n", s.Name, s.Address)
	fmt.Fprintf(&b, "Courrier : %s en attente, %s en échec", count(s.Waiting), count(s.Failed))
	if !s.Oldest.IsZero() && s.Oldest.Before(now) {
		fmt.Fprintf(&b, ", le plus ancien depuis %s", ago(now.Sub(s.Oldest)))
	}
	fmt.Fprintf(&b, ". À régler : %s.\n", count(s.Conflicts))
	if s.Mute {
		b.WriteString("Ce serveur n'a pas le mot de passe du courrier et n'envoie rien : « permanence office mail » le demande.\n")
	}
	b.WriteString(backupLine(s, now))
	fmt.Fprintf(&b, "Disque : %s libres sur %s.\n", size(s.Free), size(s.Total))
	if len(s.Desks) == 0 {
		b.WriteString("Aucun poste n'est relié.\n")
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, d := range s.Desks {
		fmt.Fprintf(table, "  %s\t%s\n", deskName(s.Desks, d), deskWords(d, now))
	}
	_ = table.Flush() // into memory
	return b.String()
}

func backupLine(s *service.Status, now time.Time) string {
	switch {
	case s.Postgres:
		return "Sauvegarde : par les outils de PostgreSQL (pg_basebackup, pg_dump).\n"
	case s.Backup == nil:
		return "Sauvegarde : aucune ! « permanence office backup FICHIER » en fait une.\n"
	}
	return fmt.Sprintf("Base : %s. Dernière sauvegarde : il y a %s, %s (%s).\n", size(s.Bytes), ago(now.Sub(s.Backup.At)),
		s.Backup.Path, size(s.Backup.Bytes))
}

// deskName is a desk as revoke understands it: its name, and its identifier too when
// another desk has the same.
func deskName(all []office.DeskStatus, d office.DeskStatus) string {
	for _, other := range all {
		if other.ID != d.ID && strings.EqualFold(other.Name, d.Name) {
			return fmt.Sprintf("%s (%s)", d.Name, d.ID)
		}
	}
	return d.Name
}

func deskWords(d office.DeskStatus, now time.Time) string {
	switch {
	case !d.Revoked.IsZero():
		return "révoqué"
	case d.Heard.IsZero():
		return "relié ; personne ne s'y est encore identifié"
	}
	line := standings[d.Standing]
	if d.Operator != "" {
		line += ", " + d.Operator
	}
	line += ", vu il y a " + ago(now.Sub(d.Heard))
	if d.InStep.IsZero() {
		return line + ", pas encore à jour"
	}
	return line + ", à jour il y a " + ago(now.Sub(d.InStep))
}

var standings = map[wire.Standing]string{
	wire.Here: "présent", wire.OnCall: "en ligne", wire.Away: "absent", wire.Lost: "perdu de vue", wire.Off: "fermé",
}

func count(n int) string {
	if n == 0 {
		return "aucun"
	}
	return fmt.Sprint(n)
}

// ago says a span of time in its two largest units at most.
func ago(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d jours", int(d.Hours()/24))
}

// size says bytes.
func size(n int64) string {
	units := []string{"octets", "ko", "Mo", "Go", "To"}
	v, i := float64(n), 0
	for v >= 1000 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d octets", n)
	}
	return strings.Replace(fmt.Sprintf("%.1f %s", v, units[i]), ".", ",", 1)
}
