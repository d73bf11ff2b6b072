package door

import "testing"

// CheapPasswords makes passwords cost a thousandth of what they do, for tests that log
// in again and again.
func CheapPasswords() { cost = phc{memory: 64, passes: 3, lanes: 4} }

// CostlyPasswords gives them their cost again for one test.
func CostlyPasswords(t *testing.T) {
	cheap := cost
	cost = recommended
	t.Cleanup(func() { cost = cheap })
}
