package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
)

// Digit is the place of a digit key, counted from 0; -1 for other keys. On a French keyboard the
// digits need Shift, and the key gives the sign that is on it without.
func Digit(key fyne.KeyName) int {
	const signs = "&é\"'(-è_ç"
	if len(key) == 1 && key[0] >= '1' && key[0] <= '9' {
		return int(key[0] - '1')
	}
	i := 0
	for _, sign := range signs {
		if string(key) == string(sign) || string(key) == strings.ToUpper(string(sign)) {
			return i
		}
		i++
	}
	return -1
}
