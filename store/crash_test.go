package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"sync"
	"testing"

	"permanence/clients"
	"permanence/store"
	"permanence/ui/desk"
)

// crashDir tells a child process of this test on which folder to write.
const crashDir = "PERMANENCE_CRASH_DIR"

// TestKill9 kills a process that writes as fast as it can, over and over, and
// looks for each commit that it was told of.
func TestKill9(t *testing.T) {
	dir := t.TempDir()
	var acknowledged []string
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		acknowledged = append(acknowledged, untilKilled(t, dir, 40+7*round)...)
		checkAcknowledged(t, dir, acknowledged)
	}
}

// untilKilled runs a child, kills it after n acknowledgements, and returns all
// that it gave.
func untilKilled(t *testing.T, dir string, n int) (acknowledged []string) {
	t.Helper()
	child := osexec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), crashDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == n {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || len(acknowledged) < n {
		t.Fatalf("the child ended by itself after %d commits: %v", len(acknowledged), err)
	}
	return acknowledged
}

func checkAcknowledged(t *testing.T, dir string, acknowledged []string) {
	t.Helper()
	s := open(t, dir)
	defer s.Close()
	var verdict string
	if err := s.Writer().QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity: %s, %v", verdict, err)
	}
	for _, id := range acknowledged {
		m, deliveries, err := s.Message(t.Context(), clients.ID(id))
		if err != nil || m.Text != "texte de "+id || len(deliveries) != 1 {
			t.Fatalf("acknowledged message %s: %+v, %d deliveries, %v", id, m, len(deliveries), err)
		}
	}
	snap, err := s.Load(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	if snap.Interrupted != 1 {
		t.Errorf("%d interrupted calls; want the one of this round", snap.Interrupted)
	}
}

// crash is the child: four writers that say on standard output what the store
// acknowledged.
func crash(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	call := desk.JournalEntry{At: now, Kind: desk.JournalArrived}
	call.Entry.Call, call.Entry.ArrivedAt = phoneCall(os.Getpid()), now
	if err := s.Append(ctx, call); err != nil {
		return err
	}
	var wg sync.WaitGroup
	failed := make(chan error, 4)
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := clients.ID(fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i))
				m := clients.TakeMessage{
					Message:    clients.Message{ID: id, Text: "texte de " + string(id), TakenAt: now},
					Recipients: []clients.Recipient{{Name: "x", Channel: "mail", Address: "x@example.fr"}},
				}
				if err := s.Apply(ctx, clients.Mutation{ID: id, At: now, Change: m}); err != nil {
					failed <- err
					return
				}
				fmt.Println(id)
			}
		})
	}
	wg.Wait()
	return <-failed
}
