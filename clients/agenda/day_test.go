package agenda

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"permanence/clients"
)

var paris = Zone(clients.AgendaRules{})

// doctor sees a patient every twenty minutes and keeps 11:00–11:40 for emergencies.
func doctor() clients.AgendaRules {
	open := []clients.Range{{From: 9 * 60, To: 12 * 60}, {From: 14 * 60, To: 15 * 60}}
	var week clients.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = open
	}
	return clients.AgendaRules{Hours: week, Duration: 20, Emergency: []clients.Range{{From: 660, To: 700}}}
}

// thursday is a moment of Thursday 26 November 2026 in Paris.
func thursday(clock string) time.Time {
	return parisTime("2026-11-26 " + clock)
}

func parisTime(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, paris)
	if err != nil {
		panic(err)
	}
	return t
}

// appt is an appointment of that Thursday, written "09:10-09:25".
func appt(id clients.ID, span string) clients.Appointment {
	from, to, _ := strings.Cut(span, "-")
	return clients.Appointment{ID: id, Client: "petit", Start: thursday(from), End: thursday(to)}
}

// write shows slots as a person would: "09:00 free, 09:20-09:50 taken by a".
func write(slots []Slot) string {
	rows := make([]string, len(slots))
	for i, s := range slots {
		rows[i] = s.Start.Format("15:04") + " " + string(s.Kind)
		if s.Kind == Taken {
			rows[i] = fmt.Sprintf("%s-%s taken by %s", s.Start.Format("15:04"), s.End.Format("15:04"), s.Appointment.ID)
		}
	}
	return strings.Join(rows, ", ")
}

func TestDay(t *testing.T) {
	morning := doctor()
	morning.Hours[time.Thursday] = []clients.Range{{From: 9 * 60, To: 10 * 60}}
	morning.Emergency = nil
	tests := []struct {
		name  string
		rules func(*clients.AgendaRules)
		now   string
		appts []clients.Appointment
		want  string
	}{
		{name: "nothing taken", want: "09:00 free, 09:20 free, 09:40 free"},
		{
			name: "on the grid", appts: []clients.Appointment{appt("a", "09:20-09:40")},
			want: "09:00 free, 09:20-09:40 taken by a, 09:40 free",
		},
		{
			name: "off the grid it takes both places it touches", appts: []clients.Appointment{appt("a", "09:10-09:25")},
			want: "09:10-09:25 taken by a, 09:40 free",
		},
		{
			name: "a long one", appts: []clients.Appointment{appt("a", "09:00-09:41")},
			want: "09:00-09:41 taken by a",
		},
		{
			name: "outside the hours", appts: []clients.Appointment{appt("b", "18:00-18:20"), appt("a", "07:00-07:20")},
			want: "07:00-07:20 taken by a, 09:00 free, 09:20 free, 09:40 free, 18:00-18:20 taken by b",
		},
		{
			name: "cancelled ones give their place back", appts: []clients.Appointment{{
				ID: "a", Client: "petit", Start: thursday("09:20"), End: thursday("09:40"), Cancelled: true,
			}},
			want: "09:00 free, 09:20 free, 09:40 free",
		},
		{
			name:  "two at once are both shown",
			appts: []clients.Appointment{appt("b", "09:20-09:30"), appt("a", "09:20-09:40"), appt("c", "09:20-09:40")},
			want:  "09:00 free, 09:20-09:30 taken by b, 09:20-09:40 taken by a, 09:20-09:40 taken by c, 09:40 free",
		},
		{
			name:  "a short one after a long one frees nothing",
			appts: []clients.Appointment{appt("a", "09:00-10:00"), appt("b", "09:05-09:10")},
			want:  "09:00-10:00 taken by a, 09:05-09:10 taken by b",
		},
		{
			name: "from the evening before", appts: []clients.Appointment{{
				ID: "a", Client: "petit", Start: parisTime("2026-11-25 23:00"), End: thursday("09:10"),
			}},
			want: "23:00-09:10 taken by a, 09:20 free, 09:40 free",
		},
		{name: "what is gone", now: "09:20", want: "09:00 past, 09:20 free, 09:40 free"},
		{
			name: "what is too close", now: "08:45", want: "09:00 past, 09:20 free, 09:40 free",
			rules: func(r *clients.AgendaRules) { r.MinNotice = 35 },
		},
		{
			name: "what is taken stays taken when it is gone", now: "12:00",
			appts: []clients.Appointment{appt("a", "09:20-09:40")},
			want:  "09:00 past, 09:20-09:40 taken by a, 09:40 past",
		},
		{
			name: "an emergency range", want: "09:00 free, 09:20 emergency, 09:40 free",
			rules: func(r *clients.AgendaRules) { r.Emergency = []clients.Range{{From: 560, To: 580}} },
		},
		{
			name: "an emergency range off the grid reserves what it touches", want: "09:00 free, 09:20 emergency, 09:40 emergency",
			rules: func(r *clients.AgendaRules) { r.Emergency = []clients.Range{{From: 565, To: 585}} },
		},
		{
			name: "an emergency range outside the hours", want: "09:00 free, 09:20 free, 09:40 free, 10:30 emergency",
			rules: func(r *clients.AgendaRules) { r.Emergency = []clients.Range{{From: 630, To: 655}} },
		},
		{
			name: "the notice spares emergencies", now: "09:10", want: "09:00 past, 09:20 emergency, 09:40 past",
			rules: func(r *clients.AgendaRules) {
				r.Emergency, r.MinNotice = []clients.Range{{From: 560, To: 580}}, 60
			},
		},
		{
			name: "but not the time", now: "09:21", want: "09:00 past, 09:20 past, 09:40 free",
			rules: func(r *clients.AgendaRules) { r.Emergency = []clients.Range{{From: 560, To: 580}} },
		},
		{
			name: "a place must fit", want: "09:00 free",
			rules: func(r *clients.AgendaRules) { r.Duration = 35 },
		},
		{
			name: "the grid begins anew with each range", want: "09:00 free, 09:50 free, 10:10 free",
			rules: func(r *clients.AgendaRules) {
				r.Hours[time.Thursday] = []clients.Range{{From: 590, To: 640}, {From: 540, To: 570}}
			},
		},
		{
			name: "ranges that overlap by mistake", want: "09:00 free, 09:20 free, 09:40 free, 10:00 free",
			rules: func(r *clients.AgendaRules) {
				r.Hours[time.Thursday] = []clients.Range{{From: 570, To: 620}, {From: 540, To: 600}}
			},
		},
		{
			name: "a closed day shows what was set all the same", appts: []clients.Appointment{appt("a", "10:00-10:20")},
			want: "10:00-10:20 taken by a",
			rules: func(r *clients.AgendaRules) {
				r.Hours[time.Thursday], r.Emergency = nil, []clients.Range{{From: 560, To: 600}}
			},
		},
		{
			name: "no agenda at all", appts: []clients.Appointment{appt("a", "10:00-10:20")},
			want: "10:00-10:20 taken by a", rules: func(r *clients.AgendaRules) { r.Duration = 0 },
		},
		{
			name: "a duration that is nonsense", want: "",
			rules: func(r *clients.AgendaRules) { r.Duration = 1 << 60 },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules := morning
			if tt.rules != nil {
				tt.rules(&rules)
			}
			now := thursday("06:00")
			if tt.now != "" {
				now = thursday(tt.now)
			}
			if got := write(Day(rules, paris, thursday("00:00"), now, tt.appts)); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestDayOfTheDoctor(t *testing.T) {
	got := write(Day(doctor(), paris, thursday("00:00"), thursday("06:00"), nil))
	want := "09:00 free, 09:20 free, 09:40 free, 10:00 free, 10:20 free, 10:40 free, " +
		"11:00 emergency, 11:20 emergency, 11:40 free, 14:00 free, 14:20 free, 14:40 free"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestDayIsTheClients(t *testing.T) {
	martinique := Zone(clients.AgendaRules{Zone: "America/Martinique"}) // five hours behind Paris in winter
	at := thursday("02:00")                                             // still Wednesday there
	slots := Day(doctor(), martinique, at, at, nil)
	if got, want := slots[0].Start.Format(time.RFC3339), "2026-11-25T09:00:00-04:00"; got != want {
		t.Errorf("the first place is at %s; want %s", got, want)
	}
}

func TestDayKeepsTheAppointmentsAsTheyAre(t *testing.T) {
	appts := []clients.Appointment{appt("b", "10:00-10:20"), appt("a", "09:00-09:20")}
	before := slices.Clone(appts)
	slots := Day(doctor(), paris, thursday("00:00"), thursday("06:00"), appts)
	if !slices.Equal(appts, before) {
		t.Errorf("Day reordered its caller's appointments: %v", appts)
	}
	if slots[0].Appointment != &appts[1] {
		t.Error("a taken slot does not point to the caller's appointment")
	}
}

func TestDayAcrossDaylightSaving(t *testing.T) {
	night := func(from, to clients.Minute) clients.AgendaRules {
		return clients.AgendaRules{Hours: clients.Week{time.Sunday: {{From: from, To: to}}}, Duration: 30}
	}
	tests := []struct {
		name  string
		day   string
		rules clients.AgendaRules
		want  string
	}{
		{
			"the hour from two to three is lost", "2026-03-29 12:00", night(60, 240),
			"01:00 free, 01:30 free, 03:00 free, 03:30 free",
		},
		{"a range that begins in the lost hour begins after it", "2026-03-29 12:00", night(150, 240), "03:00 free, 03:30 free"},
		{"a range within the lost hour", "2026-03-29 12:00", night(120, 180), ""},
		{
			"the hour from two to three comes twice", "2026-10-25 12:00", night(60, 210),
			"01:00 free, 01:30 free, 02:00 free, 02:30 free, 02:00 free, 02:30 free, 03:00 free",
		},
		{"the morning after is as any other", "2026-10-25 12:00", night(540, 600), "09:00 free, 09:30 free"},
	}
	for _, tt := range tests {
		day := parisTime(tt.day)
		if got := write(Day(tt.rules, paris, day, day.AddDate(0, 0, -2), nil)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// On the night the clocks change in Chile and Lebanon there is no midnight: the
// day begins at one.
func TestDayWithoutMidnight(t *testing.T) {
	rules := clients.AgendaRules{Duration: 30}
	for d := range rules.Hours {
		rules.Hours[d] = []clients.Range{{From: 0, To: 90}}
	}
	for zone, noon := range map[string]string{
		"America/Santiago": "2026-09-06T12:00:00-03:00", "Asia/Beirut": "2026-03-29T12:00:00+03:00",
	} {
		day, err := time.Parse(time.RFC3339, noon)
		if err != nil {
			t.Fatal(err)
		}
		slots := Day(rules, Zone(clients.AgendaRules{Zone: zone}), day, day.AddDate(0, 0, -2), nil)
		if got, want := write(slots), "01:00 free"; got != want {
			t.Errorf("%s: %s; want %s", zone, got, want)
		}
	}
}

func TestOverlaps(t *testing.T) {
	appts := []clients.Appointment{appt("a", "09:00-09:20"), appt("b", "09:20-09:40"), appt("c", "09:10-09:30")}
	var got []clients.ID
	for _, a := range Overlaps(appt("new", "09:15-09:25"), appts) {
		got = append(got, a.ID)
	}
	if want := []clients.ID{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("Overlaps() = %v; want %v", got, want)
	}
	if got := Overlaps(appts[1], appts[:2]); got != nil {
		t.Errorf("an appointment does not overlap itself nor its neighbour, yet Overlaps() = %v", got)
	}
}

func TestZone(t *testing.T) {
	for name, want := range map[string]string{
		"": "Europe/Paris", "Indian/Reunion": "Indian/Reunion", "Europe/Toulouse": "Europe/Paris", "../etc/passwd": "Europe/Paris",
	} {
		if got := Zone(clients.AgendaRules{Zone: name}).String(); got != want {
			t.Errorf("Zone(%q) = %s; want %s", name, got, want)
		}
	}
}
