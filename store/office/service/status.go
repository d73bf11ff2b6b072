package service

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"permanence/store/office"
)

// Status is how an office and its machine stand.
type Status struct {
	office.Status

	Bureau   string  `json:"bureau"`
	Name     string  `json:"name"`
	Address  string  `json:"address"`
	Postgres bool    `json:"postgres,omitempty"`
	Mute     bool    `json:"mute,omitempty"`   // the mail server wants a password that is not in this folder
	Backup   *Backup `json:"backup,omitempty"` // the last one; nil when there was none
	Bytes    int64   `json:"bytes,omitempty"`  // of the database file
	Free     int64   `json:"free"`             // bytes left on the folder's disk
	Total    int64   `json:"total"`
}

func (s *Service) status(ctx context.Context, in *opened) (*Status, error) {
	of, err := in.office.Status(ctx)
	if err != nil {
		return nil, err
	}
	st := &Status{
		Status: of, Bureau: s.authority.Bureau(), Name: in.office.BureauName, Address: in.address,
		Postgres: s.o.Database != "",
	}
	var last Backup
	mute, err := s.mute(ctx, in.db)
	if err != nil {
		return nil, err
	}
	st.Mute = mute
	found, err := s.get(ctx, in.db, settingBackup, &last)
	if found {
		st.Backup = &last
	}
	return st, errors.Join(err, s.measure(st))
}

// measure looks at the disk.
func (s *Service) measure(st *Status) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(s.o.Dir, &disk); err != nil {
		return err
	}
	st.Free = int64(disk.Bavail) * int64(disk.Bsize)
	st.Total = int64(disk.Blocks) * int64(disk.Bsize)
	for _, end := range []string{"", "-wal"} {
		info, err := os.Stat(s.file(databaseName + end))
		if err == nil {
			st.Bytes += info.Size()
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
