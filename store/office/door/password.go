package door

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// recommended is how much work a password costs who guesses it (RFC 9106 §4, second
// recommendation).
var recommended = phc{memory: 64 << 10, passes: 3, lanes: 4}

// cost is that of the passwords written from now on. Tests, which log in hundreds of
// times, pay less.
var cost = recommended

const (
	saltBytes = 16
	hashBytes = 32
)

// Bounds of a password. CNIL (délibération 2022-100) asks for fifty bits where tries are
// limited, as they are here: twelve signs of any kind are fifty-six or more. The upper
// bound keeps the work bounded.
const (
	minPassword = 12   // signs
	minVariety  = 5    // of them unlike one another
	maxPassword = 1024 // bytes
)

// ErrWeakPassword is a password too short to be one, too long to be typed, or guessed at
// once: of few signs, or made of its owner's name.
var ErrWeakPassword = errors.New("door: a password has 12 to 1024 signs, five of them different, and is not its owner's name")

// strong looks whether a password may be chosen by who has a name.
func strong(password, name string) error {
	said := folded(password)
	for _, part := range strings.Fields(folded(name)) {
		said = strings.ReplaceAll(said, part, "")
	}
	variety := map[rune]bool{}
	for _, c := range said {
		variety[c] = true
	}
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword || len(variety) < minVariety {
		return ErrWeakPassword
	}
	return nil
}

// hashPassword writes a password down as a PHC string: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func hashPassword(random io.Reader, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", err
	}
	p := cost
	p.salt = salt
	p.hash = p.derive(password, hashBytes)
	return p.String(), nil
}

// fits reports whether a password is the one that was written down.
func fits(written, password string) bool {
	p, err := parsePHC(written)
	if err != nil || len(password) > maxPassword {
		return false
	}
	return subtle.ConstantTimeCompare(p.hash, p.derive(password, len(p.hash))) == 1
}

// nobodys is a password that nobody knows. It is compared with what is typed under an
// unknown name, so that the time does not tell which names exist.
func nobodys() string {
	p := cost
	p.salt, p.hash = make([]byte, saltBytes), make([]byte, hashBytes)
	_, _ = rand.Read(p.hash)
	return p.String()
}

// phc is a password hash with its parameters.
type phc struct {
	memory, passes uint32 // KiB, and how often all of it is gone over
	lanes          uint8
	salt, hash     []byte
}

var raw = base64.RawStdEncoding

// String is the PHC string.
func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes,
		raw.EncodeToString(p.salt), raw.EncodeToString(p.hash))
}

// derive hashes a password. An accent is one sign however it was typed (NFC).
func (p phc) derive(password string, size int) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), p.salt, p.passes, p.memory, p.lanes, uint32(size)) //nolint:gosec // bounded by parsePHC
}

var errPHC = errors.New("door: not an argon2id hash")

// parsePHC reads a PHC string. What it asks for is bounded: it comes from a database
// that somebody may have written in.
func parsePHC(s string) (phc, error) {
	var p phc
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, errPHC
	}
	var saltErr, hashErr error
	p.salt, saltErr = raw.DecodeString(parts[4])
	p.hash, hashErr = raw.DecodeString(parts[5])
	if saltErr != nil || hashErr != nil || !p.bounded() {
		return phc{}, errPHC
	}
	return p, nil
}

func (p phc) bounded() bool {
	return p.memory > 0 && p.memory <= 4*recommended.memory && p.passes > 0 && p.passes <= 16 && p.lanes > 0 && p.lanes <= 16 &&
		len(p.salt) >= 8 && len(p.salt) <= 64 && len(p.hash) >= 16 && len(p.hash) <= 64
}
