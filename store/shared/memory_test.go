package shared_test

import (
	"testing"

	"permanence/store/shared"
	"permanence/store/shared/sharedtest"
)

func TestMemory(t *testing.T) {
	sharedtest.Rows(t, func(*testing.T) shared.Rows { return sharedtest.Memory{} })
}
