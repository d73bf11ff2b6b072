package officesim

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// driverName is the driver through which all programs of a world reach their files.
const driverName = "sqlite-of-a-world"

// errDead is what a program gets from a disk that has stopped.
var errDead = errors.New("officesim: the machine has stopped")

// disk is the way from one program to its database. The zero value works well.
type disk struct {
	dir  string
	dead bool
	// fuse is after how many further steps the machine stops; 0 never.
	fuse int
	// refuse fails the statements that write, until it is nil again.
	refuse error
	// saved is where the files are as they were when the machine stopped.
	saved string
}

// disks finds the disk of a folder: a driver is told a file's name and no more.
var disks sync.Map

func newDisk(dir string) *disk {
	d := &disk{dir: dir}
	disks.Store(dir, d)
	return d
}

func (d *disk) forget() { disks.Delete(d.dir) }

// step is passed before and after everything that reaches the database.
func (d *disk) step() error {
	if d == nil {
		return nil
	}
	if d.dead {
		return errDead
	}
	if d.fuse > 0 {
		if d.fuse--; d.fuse == 0 {
			d.stop()
			return errDead
		}
	}
	return nil
}

// write is step, for what may write: a full disk refuses it.
func (d *disk) write(writes bool) error {
	if err := d.step(); err != nil {
		return err
	}
	if d != nil && writes {
		return d.refuse
	}
	return nil
}

// stop stops the machine in the middle of what it does, and keeps the files as they are.
func (d *disk) stop() {
	if d.dead {
		return
	}
	d.dead = true
	saved, err := os.MkdirTemp(filepath.Dir(d.dir), "stopped-")
	if err == nil {
		err = copyFolder(d.dir, saved)
	}
	if err != nil {
		panic(fmt.Sprintf("officesim: keeping a disk: %v", err)) // the world has lost its own disk
	}
	d.saved = saved
}

// copyFolder copies the files of a folder but for what a program makes anew: the lock,
// and the memory that SQLite's connections share.
func copyFolder(from, to string) error {
	list, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range list {
		if !e.Type().IsRegular() || strings.HasSuffix(e.Name(), "-shm") {
			continue
		}
		if err := copyFile(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() // it was read only
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// worldDriver opens databases through the disk of their folder.
type worldDriver struct{ driver.Driver }

func init() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		panic(err)
	}
	sql.Register(driverName, worldDriver{db.Driver()})
	_ = db.Close() // nothing was opened
}

// Open connects to a file.
func (w worldDriver) Open(name string) (driver.Conn, error) {
	var d *disk
	if u, err := url.Parse(name); err == nil {
		if found, ok := disks.Load(filepath.Dir(u.Path)); ok {
			d = found.(*disk)
		}
	}
	if err := d.step(); err != nil {
		return nil, err
	}
	c, err := w.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return &conn{inner: c.(inner), disk: d}, nil
}

// inner is what modernc's connections can do.
type inner interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
}

// conn passes everything through its disk: what is carried out is prepared first.
type conn struct {
	inner
	disk *disk
}

// BeginTx begins a transaction.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if err := c.disk.step(); err != nil {
		return nil, err
	}
	t, err := c.inner.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &tx{Tx: t, disk: c.disk}, nil
}

// tx is a transaction. A machine may stop before its commit, and after.
type tx struct {
	driver.Tx
	disk *disk
}

// Commit commits. After it, nobody may be left to hear of it.
func (t *tx) Commit() error {
	if err := t.disk.write(true); err != nil {
		return errors.Join(err, t.Tx.Rollback())
	}
	if err := t.Tx.Commit(); err != nil {
		return err
	}
	return t.disk.step()
}
