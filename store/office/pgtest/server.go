// Package pgtest gives a test a PostgreSQL server of its own: a private cluster in a
// temporary folder, on a Unix socket, that nobody else sees. Debian's package
// "postgresql" (15 or newer) is all it needs.
//
// PostgreSQL refuses to run as root; a test that does starts it as the user
// "postgres", or "nobody" where there is none.
//
// Promises: the server ends with the test, and also when the test's process is
// killed; it is ended by its own process number and no other.
package pgtest

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Required is the environment variable that forbids to skip, with the value
// "required".
const Required = "PERMANENCE_INTEROP"

// patience is how long a server may take to answer.
const patience = 30 * time.Second

// superuser is who may do everything in the cluster.
const superuser = "bureau"

// Server is a running PostgreSQL.
type Server struct {
	t        testing.TB
	dir      string
	programs string // where initdb and postgres are
	as       *syscall.Credential
	settings []string
	made     atomic.Int64 // databases

	process *os.Process
	exited  chan struct{}
}

// Start runs a server until the test ends, with settings such as "fsync=on": by
// default commits are not synchronised with the disk, which a crash of the server
// alone does not notice. Where PostgreSQL is not installed it skips the test, or
// fails it when Required says so.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	s := &Server{t: t, settings: settings, programs: find(t), as: unprivileged(t)}
	dir, err := os.MkdirTemp("", "pg") // t.TempDir is too long for a socket's name
	if err != nil {
		t.Fatal(err)
	}
	s.dir = dir
	t.Cleanup(s.close)
	s.own()
	s.must(s.command("initdb", "--pgdata="+s.data(), "--username="+superuser, "--auth=trust",
		"--encoding=UTF8", "--no-locale", "--no-sync"))
	s.Restart()
	return s
}

// find looks for the programs of the newest PostgreSQL: Debian keeps them apart,
// off the path.
func find(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // the pattern is good
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path)
	}
	if os.Getenv(Required) == "required" {
		t.Fatal("postgresql is not installed")
	}
	t.Skip("postgresql is not installed")
	return ""
}

// own gives the folder to whom the server runs as.
func (s *Server) own() {
	if s.as == nil {
		return
	}
	if err := os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Restart starts the server after Kill or Crash, on the same data.
func (s *Server) Restart() {
	s.t.Helper()
	deadline := time.After(patience)
	for !s.try() {
		select {
		case <-deadline:
			s.t.Fatalf("the database server does not start:\n%s", s.log())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// try starts the server, and reports whether it answers. It refuses as long as processes
// of one that crashed hold its shared memory.
func (s *Server) try() bool {
	s.t.Helper()
	args := []string{
		"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "timezone=UTC",
	}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	cmd := s.command("postgres", args...)
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	s.exited = make(chan struct{})
	started := make(chan error)
	go keep(cmd, log, started, s.exited)
	if err := <-started; err != nil {
		s.t.Fatal(err)
	}
	s.process = cmd.Process
	return s.untilReady()
}

// keep starts a process and waits for its end. The system ends the process when the
// thread that started it goes, so that one must stay.
func keep(cmd *exec.Cmd, log io.Closer, started chan<- error, exited chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer log.Close()
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait() // how it ends is the test's choice
	}
	close(exited)
}

// untilReady waits until the server answers; false when it ended by itself.
func (s *Server) untilReady() bool {
	s.t.Helper()
	deadline := time.After(patience)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for s.psql("SELECT 1") != nil {
		select {
		case <-deadline:
			s.t.Fatalf("the database server does not answer:\n%s", s.log())
		case <-s.exited:
			return false
		case <-again.C:
		}
	}
	return true
}

func (s *Server) log() string {
	b, _ := os.ReadFile(filepath.Join(s.dir, "log")) // shown beside another error
	return string(b)
}

// Database makes an empty database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := "bureau" + strconv.FormatInt(s.made.Add(1), 10)
	if err := s.psql("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	query := url.Values{"host": {s.dir}, "user": {superuser}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + name, RawQuery: query.Encode()}).String()
}

// Kill ends the server at once, as a crash would. What was committed is there after
// Restart.
func (s *Server) Kill() {
	s.t.Helper()
	_ = s.process.Signal(syscall.SIGQUIT) // "immediate shutdown": no checkpoint, recovery at the start
	<-s.exited
}

// Crash kills the postmaster with -9, as one that runs out of memory is. Its processes
// notice that it has gone, one by one, and end too.
func (s *Server) Crash() {
	_ = s.process.Kill() // it is there: nobody else ends it
	<-s.exited
}

// Follow starts a standby, which receives by streaming what this server writes
// (PostgreSQL, "High Availability", 27.2). It ends with the test.
func (s *Server) Follow() *Server {
	s.t.Helper()
	f := &Server{t: s.t, settings: s.settings, programs: s.programs, as: s.as}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		s.t.Fatal(err)
	}
	f.dir = dir
	s.t.Cleanup(f.close)
	f.own()
	s.must(f.command("pg_basebackup", "-h", s.dir, "-U", superuser, "-D", f.data(), "-X", "stream", "-R",
		"--checkpoint=fast", "--no-sync"))
	f.Restart()
	return f
}

// Promote makes a standby a server of its own.
func (s *Server) Promote() {
	s.t.Helper()
	if err := s.psql("SELECT pg_promote()"); err != nil {
		s.t.Fatal(err)
	}
}

// Either is the address of a database for who takes the one of two servers that lets him
// write.
func (s *Server) Either(other *Server, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		s.t.Fatal(err)
	}
	query := u.Query()
	query.Set("host", s.dir+","+other.dir)
	query.Set("target_session_attrs", "read-write")
	u.RawQuery = query.Encode()
	return u.String()
}

// Await waits until a query of a database gives a row.
func (s *Server) Await(address, query string) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		cmd := s.command("psql", "-X", "-q", "-h", s.dir, "-U", superuser, "-d", databaseOf(address), "-tAc", query)
		cmd.SysProcAttr.Pdeathsig = 0 // it is over at once
		found, err := cmd.Output()
		if err == nil && len(found) > 0 {
			return
		}
		select {
		case <-deadline:
			s.t.Fatalf("%s gave nothing: %v", query, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Dump copies a database with pg_dump, and returns the file.
func (s *Server) Dump(address string) string {
	s.t.Helper()
	name := databaseOf(address)
	file := filepath.Join(s.dir, name+".dump")
	s.must(s.command("pg_dump", "-h", s.dir, "-U", superuser, "-Fc", "-f", file, name))
	return file
}

// PutBack makes a database anew with pg_restore from what Dump returned. Who is
// connected is not any more.
func (s *Server) PutBack(address, file string) {
	s.t.Helper()
	name := databaseOf(address)
	for _, query := range []string{"DROP DATABASE " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if err := s.psql(query); err != nil {
			s.t.Fatal(err)
		}
	}
	s.must(s.command("pg_restore", "-h", s.dir, "-U", superuser, "--exit-on-error", "-d", name, file))
}

// databaseOf is the name in an address that Database returned.
func databaseOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Path, "/")
}

// close ends the server and leaves nothing behind.
func (s *Server) close() {
	if s.process != nil {
		_ = s.process.Signal(syscall.SIGINT) // "fast shutdown": without waiting for its clients
		select {
		case <-s.exited:
		case <-time.After(patience):
			_ = s.process.Kill()
			<-s.exited
		}
	}
	if err := os.RemoveAll(s.dir); err != nil {
		s.t.Error(err)
	}
}

func (s *Server) psql(query string) error {
	return run(s.command("psql", "-X", "-q", "-h", s.dir, "-U", superuser, "-d", "postgres", "-c", query))
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.programs, name), args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Pdeathsig: syscall.SIGINT}
	return cmd
}

func (s *Server) must(cmd *exec.Cmd) {
	s.t.Helper()
	if err := run(cmd); err != nil {
		s.t.Fatal(err)
	}
}

func run(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return errors.New(fmt.Sprint(filepath.Base(cmd.Path), ": ", err, ": ", string(out)))
	}
	return nil
}
