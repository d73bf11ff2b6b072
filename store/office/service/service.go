package service

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/door"
	"permanence/store/secret"
)

// The files of an office in its folder, beside its door's.
const (
	databaseName = "office.db"
	lockName     = "office.lock"
)

// Options say where an office lies and how it is reached.
type Options struct {
	Dir      string
	Database string     // a PostgreSQL address; a file in Dir when empty
	Listen   string     // host:port
	Files    door.Files // a server certificate of the bureau's own
	Name     string     // of the bureau; kept once given
	Found    bool       // a bureau, though the database has one already
	Version  string     // of the program
	Log      *slog.Logger
	Now      func() time.Time
}

// ErrRunning says that an office has the folder open already.
var ErrRunning = errors.New("service: an office is running in this folder")

// Service is a running office.
type Service struct {
	o         Options
	lock      *os.File
	authority *door.Authority
	secrets   *secret.Keep
	control   *control
	ledger    *ledger
	failed    chan error // serving ended by itself

	restoring sync.Mutex
	mu        sync.RWMutex // held for writing while the database is exchanged
	in        *opened
}

// Open opens an office in its folder, which it makes when it is missing, and serves.
func Open(ctx context.Context, o Options) (*Service, error) {
	s := &Service{o: o, failed: make(chan error, 1)}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Service) prepare(ctx context.Context) (err error) {
	if err = os.MkdirAll(s.o.Dir, 0o700); err != nil {
		return err
	}
	if err = os.Chmod(s.o.Dir, 0o700); err != nil {
		return err
	}
	if s.lock, err = lock(filepath.Join(s.o.Dir, lockName)); err != nil {
		return err
	}
	if s.secrets, err = secret.Open(s.o.Dir); err != nil {
		return err
	}
	s.ledger = &ledger{path: filepath.Join(s.o.Dir, ledgerName)}
	if s.in, err = s.open(ctx); err != nil {
		return err
	}
	s.o.Listen = s.in.address // the same one after a back-up was put back
	s.control, err = listen(s.o.Dir, s)
	return err
}

// lock takes a folder for this process; the kernel lets go of it however that ends.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(ErrRunning, f.Close())
	}
	return f, nil
}

// Address is where desks reach the office.
func (s *Service) Address() string { return s.o.Listen }

// Run waits until ctx ends, or the office cannot go on.
func (s *Service) Run(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}

// Close lets nobody in any more, ends what is under way and closes the folder.
func (s *Service) Close() error {
	var errs []error
	if s.control != nil {
		errs = append(errs, s.control.close())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.in != nil {
		errs = append(errs, s.in.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	s.control, s.in, s.lock = nil, nil, nil
	return errors.Join(errs...)
}

// opened is an office that serves.
type opened struct {
	db      *office.Database
	office  *office.Office
	door    *door.Door
	ledger  *ledger
	address string
	stop    context.CancelFunc
	running sync.WaitGroup
}

func (s *Service) databaseAddress() string {
	if s.o.Database != "" {
		return s.o.Database
	}
	return filepath.Join(s.o.Dir, databaseName)
}

func (s *Service) open(ctx context.Context) (*opened, error) {
	in := &opened{ledger: s.ledger, stop: func() {}}
	if err := s.fill(ctx, in); err != nil {
		return nil, errors.Join(err, in.close())
	}
	return in, nil
}

func (s *Service) fill(ctx context.Context, in *opened) (err error) {
	if in.db, err = office.OpenDatabase(ctx, s.databaseAddress()); err != nil {
		return err
	}
	if err := s.authorise(ctx, in.db); err != nil {
		return err
	}
	name, err := s.name(ctx, in.db)
	if err != nil {
		return err
	}
	in.office, err = office.New(ctx, in.db, office.Config{
		Bureau: s.authority.Bureau(), BureauName: name, Version: s.o.Version, MailHost: s.mailHost(ctx, in.db),
		Now: s.o.Now, NewID: newID, Log: s.o.Log,
		Addresses: func(ctx context.Context) ([]string, error) { return s.addresses(ctx, in.db) },
		Reborn:    func(ctx context.Context) error { return s.afterRestore(ctx, in) },
	})
	if err != nil {
		return err
	}
	in.door, err = door.New(door.Config{
		Office: in.office, Database: in.db, Authority: s.authority, Files: s.o.Files, Now: s.o.Now, Log: s.o.Log,
	})
	if err != nil {
		return err
	}
	if err := s.afterRestore(ctx, in); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", s.o.Listen)
	if err != nil {
		return err
	}
	in.address = ln.Addr().String()
	s.start(in, ln)
	return nil
}

// start sets everything to work.
func (s *Service) start(in *opened, ln net.Listener) {
	var ctx context.Context
	ctx, in.stop = context.WithCancel(context.Background())
	in.running.Go(func() { in.office.Run(ctx) })
	in.running.Go(func() { s.courier(in).Run(ctx) })
	in.running.Go(func() { s.keepLedger(ctx, in) })
	in.running.Go(func() {
		if err := in.door.Serve(ln); err != nil {
			s.giveUp(fmt.Errorf("service: %w", err))
		}
	})
}

// giveUp ends Run: the first reason is the one that tells most.
func (s *Service) giveUp(err error) {
	select {
	case s.failed <- err:
	default:
	}
}

// closeWithin is how long requests that are under way are waited for.
const closeWithin = 5 * time.Second

func (in *opened) close() error {
	var errs []error
	in.stop()
	if in.door != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		if err := in.door.Close(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			errs = append(errs, err)
		}
	}
	in.running.Wait()
	if in.office != nil {
		errs = append(errs, in.ledger.keep(context.Background(), in))
	}
	if in.db != nil {
		errs = append(errs, in.db.Close())
	}
	return errors.Join(errs...)
}

func newID() clients.ID { return clients.ID(uuid.Must(uuid.NewV7()).String()) }

// The settings of a bureau in its database.
const (
	settingName      = "name"
	settingMail      = "mail"
	settingBackup    = "backup"
	settingAddresses = "addresses"
)

// name is the bureau's: as it was given now, or before.
func (s *Service) name(ctx context.Context, db *office.Database) (string, error) {
	name := strings.TrimSpace(s.o.Name)
	if name != "" {
		return name, s.set(ctx, db, settingName, name)
	}
	_, err := s.get(ctx, db, settingName, &name)
	if name == "" {
		name = "Permanence"
	}
	return name, err
}

func (s *Service) set(ctx context.Context, db *office.Database, name string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO setting (bureau, name, body) VALUES ($1, $2, $3)
			ON CONFLICT (bureau, name) DO UPDATE SET body = excluded.body`, s.authority.Bureau(), name, string(body))
		return err
	})
}

func (s *Service) get(ctx context.Context, db *office.Database, name string, into any) (found bool, err error) {
	var body string
	err = db.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT body FROM setting WHERE bureau = $1 AND name = $2`, s.authority.Bureau(), name).Scan(&body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), into)
	}
	return err == nil, err
}
