package device

import (
	"testing"

	"github.com/gen2brain/malgo"
)

func TestALSAPluginsAreNoDevices(t *testing.T) {
	info := func(id string) malgo.DeviceInfo {
		var d malgo.DeviceInfo
		copy(d.ID[:], id)
		if id == "default" {
			d.IsDefault = 1
		}
		return d
	}
	plugins := []malgo.DeviceInfo{info("null"), info("default"), info("pulse"), info("upmix")}
	if got := realALSA(plugins); len(got) != 0 {
		t.Errorf("without a card %d devices are left: %v", len(got), got)
	}
	got := realALSA(append(plugins, info(":0,0"), info(":1,0")))
	if len(got) != 3 || got[0].IsDefault == 0 {
		t.Errorf("with two cards these are left: %v, want the default and the cards", got)
	}
}

func TestDevicesOfOneNameAreToldApart(t *testing.T) {
	var nameless malgo.DeviceInfo // as good as any: all three have the name ""
	list, ids := named([]malgo.DeviceInfo{nameless, nameless, nameless})
	if len(ids) != 3 || list[1].Name != " (2)" || list[2].Name != " (3)" {
		t.Errorf("three devices of one name became %v", list)
	}
}
