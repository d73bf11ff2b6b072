package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
)

// ErrNoDesk says that no desk runs in the folder.
var ErrNoDesk = errors.New("control: no desk is running in this folder")

// Dial opens the socket of the desk running in a folder.
func Dial(dir string) (net.Conn, error) {
	conn, err := net.Dial("unix", filepath.Join(dir, SocketName))
	if err != nil {
		return nil, fmt.Errorf("%w (%s): %w", ErrNoDesk, dir, err)
	}
	return conn, nil
}

// Ask sends one request to the desk in a folder and reads its reply.
func Ask(dir string, r Request) (Reply, error) {
	conn, err := Dial(dir)
	if err != nil {
		return Reply{}, err
	}
	defer func() { _ = conn.Close() }()
	if err := json.NewEncoder(conn).Encode(r); err != nil {
		return Reply{}, fmt.Errorf("control: %w", err)
	}
	var reply Reply
	if err := json.NewDecoder(bufio.NewReader(conn)).Decode(&reply); err != nil {
		return Reply{}, fmt.Errorf("control: %w", err)
	}
	if !reply.OK {
		return reply, errors.New("control: " + reply.Error)
	}
	return reply, nil
}

// Watch copies the lines of what happens in the desk of a folder to w, until the
// desk closes or w refuses.
func Watch(dir string, w io.Writer) error {
	conn, err := Dial(dir)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := json.NewEncoder(conn).Encode(Request{Do: "watch"}); err != nil {
		return fmt.Errorf("control: %w", err)
	}
	_, err = io.Copy(w, conn)
	return err
}
