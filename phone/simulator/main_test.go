package simulator_test

import (
	"os"
	"testing"

	"permanence/phone/phonetest"
)

func TestMain(m *testing.M) { os.Exit(phonetest.RunAll(m)) }
