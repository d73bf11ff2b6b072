package audio

import "testing"

func TestTheDearestDeviceThatIsThereServes(t *testing.T) {
	list := func(names ...string) (all []Device) { // the first is the default
		for i, n := range names {
			all = append(all, Device{Name: n, Default: i == 0})
		}
		return all
	}
	for _, c := range []struct {
		name   string
		wanted []string
		list   []Device
		ill    string
		want   choice
	}{
		{"nothing was chosen", nil, list("HP", "Jabra"), "", choice{using: "HP"}},
		{"nothing is there", []string{"Jabra"}, nil, "", choice{lost: true}},
		{"nothing was chosen, nothing is there", nil, nil, "", choice{}},
		{"the dearest", []string{"Jabra", "Poly"}, list("HP", "Poly", "Jabra"), "", choice{using: "Jabra"}},
		{"the next", []string{"Jabra", "Poly"}, list("HP", "Poly"), "", choice{using: "Poly", lost: true}},
		{"none of them", []string{"Jabra", "Poly"}, list("HP"), "", choice{using: "HP", lost: true}},
		{"the dearest is ill", []string{"Jabra", "Poly"}, list("HP", "Poly", "Jabra"), "Jabra", choice{using: "Poly", lost: true}},
		{"the default is the dearest", []string{"", "Jabra"}, list("HP", "Jabra"), "", choice{using: "HP"}},
		{"the default is ill", []string{"", "Jabra"}, list("HP", "Jabra"), "HP", choice{using: "Jabra", lost: true}},
		{"the default is dearer than others", []string{"Jabra", "", "Poly"}, list("HP", "Poly"), "", choice{using: "HP", lost: true}},
		{"all are ill", []string{"HP"}, list("HP"), "HP", choice{lost: true}},
	} {
		well := func(name string) bool { return name != c.ill }
		if got := choose(c.wanted, c.list, well); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
