package sipua

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/srtp/v3"
)

var errBadCrypto = errors.New("not a key line that can be used")

// suite is a way to encrypt voice, as an a=crypto line names it (RFC 4568 §6.2,
// RFC 7714 §14.2). Key and salt are in bytes.
type suite struct {
	name      string
	profile   srtp.ProtectionProfile
	key, salt int
}

// suites are those we speak, in the order in which we offer them.
var suites = []*suite{
	{"AEAD_AES_256_GCM", srtp.ProtectionProfileAeadAes256Gcm, 32, 12},
	{"AEAD_AES_128_GCM", srtp.ProtectionProfileAeadAes128Gcm, 16, 12},
	{"AES_CM_128_HMAC_SHA1_80", srtp.ProtectionProfileAes128CmHmacSha1_80, 16, 14},
	{"AES_CM_128_HMAC_SHA1_32", srtp.ProtectionProfileAes128CmHmacSha1_32, 16, 14},
}

// masterKey is a key with its salt, and its name in the packets (MKI, RFC 3711
// §3.1) if it has one. The strings hold bytes; comparing them compares keys.
type masterKey struct {
	secret string
	mki    string
}

// newMasterKey makes a key that nobody can guess.
func (s *suite) newMasterKey() masterKey {
	b := make([]byte, s.key+s.salt)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return masterKey{secret: string(b)}
}

// cryptoLine is an a=crypto line: the keys under which its author sends.
type cryptoLine struct {
	tag   int
	suite *suite
	keys  []masterKey
}

// String is the value of the attribute.
func (l cryptoLine) String() string {
	return fmt.Sprintf("%d %s inline:%s", l.tag, l.suite.name, base64.StdEncoding.EncodeToString([]byte(l.keys[0].secret)))
}

// The bounds of what a peer may write.
const (
	maxCryptoLines = 16
	maxMasterKeys  = 8
	maxMKI         = 128 // bytes (RFC 4568 §6.1)
	maxLifetime    = 48  // as a power of two, of packets (RFC 3711 §9.2)
)

// readCrypto reads the lines that can be used; an unknown suite is the author's
// offer to somebody else.
func readCrypto(values []string) []cryptoLine {
	var all []cryptoLine
	for _, v := range values {
		l, err := parseCrypto(v)
		twice := slices.ContainsFunc(all, func(o cryptoLine) bool { return o.tag == l.tag })
		if err == nil && !twice && len(all) < maxCryptoLines {
			all = append(all, l)
		}
	}
	return all
}

// parseCrypto reads "TAG SUITE inline:KEY|LIFETIME|MKI:LENGTH;inline:… PARAM …"
// (RFC 4568 §9.2).
func parseCrypto(value string) (cryptoLine, error) {
	f := strings.Fields(value)
	if len(f) < 3 {
		return cryptoLine{}, fmt.Errorf("%w: too short", errBadCrypto)
	}
	tag, err := strconv.Atoi(f[0])
	if err != nil || tag < 0 || len(f[0]) > 9 {
		return cryptoLine{}, fmt.Errorf("%w: tag", errBadCrypto)
	}
	i := slices.IndexFunc(suites, func(s *suite) bool { return s.name == f[1] })
	if i < 0 {
		return cryptoLine{}, fmt.Errorf("%w: unknown suite", errBadCrypto)
	}
	if !slices.ContainsFunc(f[3:], unusableParameter) {
		l := cryptoLine{tag: tag, suite: suites[i]}
		l.keys, err = l.suite.parseKeys(f[2])
		return l, err
	}
	return cryptoLine{}, fmt.Errorf("%w: session parameter", errBadCrypto)
}

// unusableParameter tells whether a session parameter changes what we could not
// follow, or would not: another derivation of keys, packets that are not encrypted
// or not authenticated. A window size is a hint, and a dash says that the
// parameter may be ignored (RFC 4568 §6.3).
func unusableParameter(p string) bool {
	return !strings.HasPrefix(p, "WSH=") && !strings.HasPrefix(p, "-")
}

// parseKeys reads the keys of a line. Several must be told apart by their MKI,
// all of one length.
func (s *suite) parseKeys(params string) ([]masterKey, error) {
	var keys []masterKey
	for p := range strings.SplitSeq(params, ";") {
		k, err := s.parseKey(p)
		switch {
		case err != nil:
			return nil, err
		case len(keys) == maxMasterKeys, len(keys) > 0 && (k.mki == "" || len(k.mki) != len(keys[0].mki)):
			return nil, fmt.Errorf("%w: keys that cannot be told apart", errBadCrypto)
		case slices.ContainsFunc(keys, func(o masterKey) bool { return o.mki == k.mki }):
			return nil, fmt.Errorf("%w: two keys of one name", errBadCrypto)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func (s *suite) parseKey(param string) (masterKey, error) {
	method, info, _ := strings.Cut(param, ":")
	parts := strings.Split(info, "|")
	if !strings.EqualFold(method, "inline") || len(parts) > 3 {
		return masterKey{}, fmt.Errorf("%w: key", errBadCrypto)
	}
	secret, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	if err != nil || len(secret) != s.key+s.salt {
		return masterKey{}, fmt.Errorf("%w: length of the key", errBadCrypto)
	}
	k := masterKey{secret: string(secret)}
	for i, p := range parts[1:] {
		if mki, is := parseMKI(p); is && i == len(parts)-2 {
			k.mki = mki
		} else if i > 0 || !isLifetime(p) {
			return masterKey{}, fmt.Errorf("%w: lifetime or MKI", errBadCrypto)
		}
	}
	return k, nil
}

// parseMKI reads "VALUE:LENGTH", a number in so many bytes.
func parseMKI(s string) (mki string, ok bool) {
	value, length, ok := strings.Cut(s, ":")
	v, err := strconv.ParseUint(value, 10, 64)
	n, err2 := strconv.Atoi(length)
	if !ok || err != nil || err2 != nil || n < 1 || n > maxMKI || (n < 8 && v>>(8*n) != 0) {
		return "", false
	}
	b := binary.BigEndian.AppendUint64(make([]byte, maxMKI), v)
	return string(b[len(b)-n:]), true
}

// isLifetime reads a number of packets, "2^20" or "1048576". It is the author's
// promise to change the key in time, so there is nothing to do about it here.
func isLifetime(s string) bool {
	if exponent, power := strings.CutPrefix(s, "2^"); power {
		n, err := strconv.Atoi(exponent)
		return err == nil && n >= 0 && n <= maxLifetime
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && n > 0 && n <= 1<<maxLifetime
}
