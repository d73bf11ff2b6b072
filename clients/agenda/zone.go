package agenda

import (
	"sync"
	"time"

	"permanence/clients"
)

// DefaultZone is where a client keeps its agenda when its rules do not say.
const DefaultZone = "Europe/Paris"

// zones remembers what was loaded: reading the zone's file takes a hundred times
// as long as computing a day.
var zones sync.Map // of *time.Location by name

// Zone is the time zone of a client's agenda. A name that this machine does not
// know gives DefaultZone, and UTC where even that is missing; Client.Validate
// reports such a name before it is stored.
func Zone(rules clients.AgendaRules) *time.Location {
	for _, name := range []string{rules.Zone, DefaultZone} {
		if zone := load(name); zone != nil {
			return zone
		}
	}
	return time.UTC
}

func load(name string) *time.Location {
	if name == "" {
		return nil
	}
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	zones.Store(name, zone)
	return zone
}
