package sipua

import (
	"encoding/base64"
	"strings"
	"testing"
)

var (
	key30 = base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcd"))
	key28 = base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789ab"))
	key44 = base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef0123456789ab"))
)

func TestCryptoLines(t *testing.T) {
	const cm = "AES_CM_128_HMAC_SHA1_80"
	for name, c := range map[string]struct {
		value string
		keys  int // 0: the line cannot be used
		mki   string
	}{
		"the usual":                   {"1 " + cm + " inline:" + key30, 1, ""},
		"short tag":                   {"1 AES_CM_128_HMAC_SHA1_32 inline:" + key30, 1, ""},
		"GCM 128":                     {"7 AEAD_AES_128_GCM inline:" + key28, 1, ""},
		"GCM 256":                     {"123456789 AEAD_AES_256_GCM inline:" + key44, 1, ""},
		"GCM without padding":         {"7 AEAD_AES_128_GCM inline:" + strings.TrimRight(key28, "="), 1, ""},
		"more space than needed":      {"  1   " + cm + "   INLINE:" + key30 + "  ", 1, ""},
		"lifetime as a power":         {"1 " + cm + " inline:" + key30 + "|2^20", 1, ""},
		"lifetime as a number":        {"1 " + cm + " inline:" + key30 + "|1048576", 1, ""},
		"lifetime and MKI":            {"1 " + cm + " inline:" + key30 + "|2^20|1:4", 1, "\x00\x00\x00\x01"},
		"MKI alone":                   {"1 " + cm + " inline:" + key30 + "|258:2", 1, "\x01\x02"},
		"a long MKI":                  {"1 " + cm + " inline:" + key30 + "|5:12", 1, strings.Repeat("\x00", 11) + "\x05"},
		"two keys":                    {"1 " + cm + " inline:" + key30 + "|1:1;inline:" + key30 + "|2:1", 2, "\x01"},
		"window size":                 {"1 " + cm + " inline:" + key30 + " WSH=64", 1, ""},
		"a parameter to ignore":       {"1 " + cm + " inline:" + key30 + " -COLOUR=red", 1, ""},
		"unknown parameter":           {"1 " + cm + " inline:" + key30 + " COLOUR=red", 0, ""},
		"key derivation":              {"1 " + cm + " inline:" + key30 + " KDR=1", 0, ""},
		"in the clear after all":      {"1 " + cm + " inline:" + key30 + " UNENCRYPTED_SRTP", 0, ""},
		"not authenticated":           {"1 " + cm + " inline:" + key30 + " UNAUTHENTICATED_SRTP", 0, ""},
		"one of several is not known": {"1 " + cm + " inline:" + key30 + " WSH=64 FEC_KEY=inline:x", 0, ""},
		"unknown suite":               {"1 F8_128_HMAC_SHA1_80 inline:" + key30, 0, ""},
		"key too short":               {"1 " + cm + " inline:" + key28, 0, ""},
		"key too long":                {"1 AEAD_AES_128_GCM inline:" + key30, 0, ""},
		"key not base64":              {"1 " + cm + " inline:" + strings.Repeat("!", 40), 0, ""},
		"key by reference":            {"1 " + cm + " uri:https://example.com/key", 0, ""},
		"no tag":                      {cm + " inline:" + key30, 0, ""},
		"negative tag":                {"-1 " + cm + " inline:" + key30, 0, ""},
		"endless tag":                 {"1234567890 " + cm + " inline:" + key30, 0, ""},
		"no lifetime":                 {"1 " + cm + " inline:" + key30 + "|0", 0, ""},
		"more than a lifetime":        {"1 " + cm + " inline:" + key30 + "|2^49", 0, ""},
		"MKI before lifetime":         {"1 " + cm + " inline:" + key30 + "|1:4|2^20", 0, ""},
		"MKI of no length":            {"1 " + cm + " inline:" + key30 + "|1:0", 0, ""},
		"MKI too long":                {"1 " + cm + " inline:" + key30 + "|1:129", 0, ""},
		"MKI that does not fit":       {"1 " + cm + " inline:" + key30 + "|256:1", 0, ""},
		"two keys, one without MKI":   {"1 " + cm + " inline:" + key30 + "|1:1;inline:" + key30, 0, ""},
		"two keys of one MKI":         {"1 " + cm + " inline:" + key30 + "|1:1;inline:" + key30 + "|1:1", 0, ""},
		"two lengths of MKI":          {"1 " + cm + " inline:" + key30 + "|1:1;inline:" + key30 + "|2:2", 0, ""},
		"empty":                       {"", 0, ""},
	} {
		l, err := parseCrypto(c.value)
		if (err == nil) != (c.keys > 0) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err == nil && (len(l.keys) != c.keys || l.keys[0].mki != c.mki) {
			t.Errorf("%s: read as %+v", name, l)
		}
	}
}

func TestCryptoLinesOfAnOffer(t *testing.T) {
	lines := readCrypto([]string{
		"1 UNKNOWN inline:x", "2 AEAD_AES_128_GCM inline:" + key28, "2 AEAD_AES_256_GCM inline:" + key44,
		"3 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + " KDR=3", "4 AES_CM_128_HMAC_SHA1_32 inline:" + key30,
	})
	if len(lines) != 2 || lines[0].tag != 2 || lines[0].suite.name != "AEAD_AES_128_GCM" || lines[1].tag != 4 {
		t.Errorf("read %v", lines)
	}
	var many []string
	for range 1000 {
		many = append(many, "1 AEAD_AES_128_GCM inline:"+key28)
	}
	if n := len(readCrypto(many)); n != 1 {
		t.Errorf("%d lines of one tag", n)
	}
}

// FuzzCrypto reads anything; what could be read, and is then written by us, is
// read as the same.
func FuzzCrypto(f *testing.F) {
	f.Add("1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "|2^20|1:4;inline:" + key30 + "|2:4 WSH=64 -x")
	f.Add("2 AEAD_AES_256_GCM inline:" + key44)
	f.Fuzz(func(t *testing.T, value string) {
		l, err := parseCrypto(value)
		if err != nil {
			return
		}
		if _, err := l.suite.context(l.keys); err != nil {
			t.Fatalf("%q was read, and cannot be used: %v", value, err)
		}
		again, err := parseCrypto(l.String())
		if err != nil || again.tag != l.tag || again.suite != l.suite || again.keys[0].secret != l.keys[0].secret {
			t.Fatalf("%q is read as %+v and again as %+v: %v", value, l, again, err)
		}
	})
}
