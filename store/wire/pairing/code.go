package pairing

import (
	"errors"
	"io"
	"strings"
)

// alphabet is Crockford's base 32: no I, L, O or U, so that a code survives being read
// out over the telephone.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// CodeLength is how many letters a code has; each carries five bits.
const CodeLength = 10

// ErrCode says that what was typed cannot be a code.
var ErrCode = errors.New("pairing: not a pairing code")

// Code is what the office shows and a person types, without the dash.
type Code string

// NewCode makes a code out of random bytes.
func NewCode(random io.Reader) (Code, error) {
	raw := make([]byte, CodeLength)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	for i, b := range raw {
		raw[i] = alphabet[b&31]
	}
	return Code(raw), nil
}

// String is the code as it is shown: K7QF3-M2P9X.
func (c Code) String() string {
	if len(c) != CodeLength {
		return string(c)
	}
	return string(c[:CodeLength/2] + "-" + c[CodeLength/2:])
}

// ParseCode reads what a person typed: dashes, spaces and small letters do not matter,
// and a letter that is not in the alphabet counts as the digit it looks like.
func ParseCode(typed string) (Code, error) {
	var code strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-', '\u00a0', '\u2010', '\u2011', '\u2013':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(alphabet, r) || code.Len() == CodeLength {
			return "", ErrCode
		}
		code.WriteRune(r)
	}
	if code.Len() != CodeLength {
		return "", ErrCode
	}
	return Code(code.String()), nil
}
