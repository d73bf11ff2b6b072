package settings

import (
	"strconv"

	"fyne.io/fyne/v2"

	"permanence/ui/sheet"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

func (p *Panel) appearancePage(g *form) fyne.CanvasObject {
	sizes := make([]widgets.Choice, len(scales))
	for i, s := range scales {
		sizes[i] = widgets.Choice{Key: scaleKey(s), Label: p.t("scale", strconv.Itoa(int(s*100+0.5)))}
	}
	themes := []widgets.Choice{
		{Key: "", Label: p.t("theme.system")}, {Key: "light", Label: p.t("theme.light")}, {Key: "dark", Label: p.t("theme.dark")},
	}
	return sheet.Sections(
		sheet.Pick(g, p.in("appearance.theme", "theme"), themes, func(d *draft) *string { return &d.theme }),
		sheet.Pick(g, p.in("appearance.scale", "scale.label"), sizes, func(d *draft) *string { return &d.scale }),
		sheet.Pick(g, p.in("appearance.language", "language"), p.choices("language", words.French, words.English),
			func(d *draft) *string { return &d.language }),
	)
}

func (p *Panel) operatorPage(g *form) fyne.CanvasObject {
	name := sheet.Text(g, p.in("operator.name", "operator.name"), func(d *draft) *string { return &d.operator.Name })
	email := sheet.Text(g, p.in("operator.email", "operator.email"), func(d *draft) *string { return &d.operator.Email })
	address := sheet.Text(g, tall(p.in("address", "address"), 2), func(d *draft) *string { return &d.address })
	return sheet.Sections(
		sheet.Rows(sheet.Note(p.t("operator.note")), sheet.Beside(nil, name, email)),
		sheet.Headed(p.t("place"), p.t("place.note"), address),
	)
}
