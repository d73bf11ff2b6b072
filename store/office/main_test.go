package office

import (
	"testing"

	"permanence/store/office/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
