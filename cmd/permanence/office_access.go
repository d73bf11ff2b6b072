package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/service"
)

// officeAccess is `permanence office access`: who read what.
func officeAccess(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	q := &service.AccessQuery{To: time.Now().Add(24 * time.Hour)} // a desk's clock may be ahead
	f.StringVar(&q.Client, "client", "", "")
	f.StringVar(&q.Operator, "operator", "", "")
	days := f.Int("days", 30, "")
	if err := f.read(w, args, 0, 0); err != nil {
		return err
	}
	q.From = time.Now().AddDate(0, 0, -*days)
	r, err := service.Ask(ctx, *dir, service.Request{Do: "access", Access: q})
	if err != nil {
		return err
	}
	return writeReadings(w.out, r.Access)
}

func writeReadings(out io.Writer, list []service.Reading) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "Rien n'a été consulté dans ce temps.")
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.At.Local().Format("02/01/2006 15:04:05"), r.Operator, r.Desk, readingText(r))
	}
	return t.Flush()
}

// readings are the words for what was read.
var readings = map[string]string{
	clients.ReadingClient: "fiche ouverte", clients.ReadingMessage: "message ouvert",
	clients.ReadingCall: "appel passé ouvert", clients.ReadingSound: "voix écoutée",
	office.ReadPage: "copie sur le poste", office.ReadSound: "voix copiée sur le poste",
	office.ReadDraft: "message en cours d'un autre poste", office.ReadTaken: "message en cours repris",
	office.ReadFound: "recherche avant effacement, sur le serveur",
}

func readingText(r service.Reading) string {
	text := readings[r.What]
	if text == "" { // of a newer desk, or erased since
		text = "consultation"
	}
	if r.What != clients.ReadingClient && r.ID != "" {
		text += " " + r.ID
	}
	if len(r.Clients) > 0 {
		text += " : " + strings.Join(r.Clients, ", ")
	}
	return text
}
