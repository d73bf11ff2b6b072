package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// The colours of the window, by what they are for. A widget names one of these
// and never a colour, so that light, dark and a change between them cost nothing.
const (
	Desk        fyne.ThemeColorName = "desk"        // behind the panels
	Panel       fyne.ThemeColorName = "panel"       // a panel's paper
	Edge        fyne.ThemeColorName = "edge"        // a panel's border, a rule between rows
	Control     fyne.ThemeColorName = "control"     // the border of what is typed in
	Rim         fyne.ThemeColorName = "rim"         // the border of a button, which its words tell already
	Field       fyne.ThemeColorName = "field"       // the paper of an entry
	Ink         fyne.ThemeColorName = "ink"         // text
	Muted       fyne.ThemeColorName = "muted"       // text beside the point
	Faint       fyne.ThemeColorName = "faint"       // what is past or free; still readable
	Primary     fyne.ThemeColorName = "accent"      // the one thing to do
	OnPrimary   fyne.ThemeColorName = "onAccent"    // text on Primary
	PrimaryTint fyne.ThemeColorName = "accentTint"  // a wash of it: chosen rows, taken slots
	Good        fyne.ThemeColorName = "good"        // registered, sent, talking
	GoodTint    fyne.ThemeColorName = "goodTint"    //
	Wait        fyne.ThemeColorName = "wait"        // ringing, waiting, to look at
	WaitTint    fyne.ThemeColorName = "waitTint"    //
	WaitEdge    fyne.ThemeColorName = "waitEdge"    //
	Held        fyne.ThemeColorName = "held"        // a call on hold
	Bad         fyne.ThemeColorName = "bad"         // missed, failed, refused
	BadTint     fyne.ThemeColorName = "badTint"     //
	BadStripe   fyne.ThemeColorName = "badStripe"   // the hatching of the emergency range
	BadEdge     fyne.ThemeColorName = "badEdge"     //
	Cap         fyne.ThemeColorName = "cap"         // a key-cap's face
	Unlit       fyne.ThemeColorName = "unlit"       // a meter's bars that are not lit
	Hover       fyne.ThemeColorName = "hoverTint"   // under the pointer
	FocusRing   fyne.ThemeColorName = "focusRing"   // around what has the keyboard
	NoClient    fyne.ThemeColorName = "noClient"    // stands where a client's colour would
	Scrim       fyne.ThemeColorName = "scrim"       // over what a question covers
	Selection   fyne.ThemeColorName = "selectTint"  // selected text
	ScrollThumb fyne.ThemeColorName = "scrollThumb" //
	Shade       fyne.ThemeColorName = "shade"       // where a list goes on
)

type palette map[fyne.ThemeColorName]color.NRGBA

var light = palette{
	Desk: rgb(0xeceff3), Panel: rgb(0xffffff), Edge: rgb(0xdde1e8), Control: rgb(0x878f9e), Rim: rgb(0xb9c1cd), Field: rgb(0xf6f7f9),
	Ink: rgb(0x1a2130), Muted: rgb(0x535d6e), Faint: rgb(0x667080),
	Primary: rgb(0x0b6a6f), OnPrimary: rgb(0xffffff), PrimaryTint: rgb(0xe3eff0),
	Good: rgb(0x1d7044), GoodTint: rgb(0xe5f4ea),
	Wait: rgb(0x8a5000), WaitTint: rgb(0xfff6e2), WaitEdge: rgb(0xe8d3a0),
	Held: rgb(0x3d5296),
	Bad:  rgb(0xad2116), BadTint: rgb(0xfdeeec), BadStripe: rgb(0xfae0dc), BadEdge: rgb(0xf0c4be),
	Cap: rgb(0xffffff), Unlit: rgb(0xd3d8e0), Hover: rgb(0xf1f3f6), FocusRing: rgb(0x0b6a6f),
	NoClient: rgb(0x4a5364), Scrim: {R: 0x1a, G: 0x21, B: 0x30, A: 0x66},
	Selection: rgb(0xbfdfe0), ScrollThumb: {R: 0x1a, G: 0x21, B: 0x30, A: 0x55}, Shade: {R: 0x1a, G: 0x21, B: 0x30, A: 0x16},
}

var dark = palette{
	Desk: rgb(0x11151b), Panel: rgb(0x1a2029), Edge: rgb(0x2d3542), Control: rgb(0x6d788a), Rim: rgb(0x485364), Field: rgb(0x131820),
	Ink: rgb(0xe8ecf2), Muted: rgb(0xa9b3c2), Faint: rgb(0x8e99aa),
	Primary: rgb(0x55c3c1), OnPrimary: rgb(0x06201f), PrimaryTint: rgb(0x1d3437),
	Good: rgb(0x62c78f), GoodTint: rgb(0x18301f),
	Wait: rgb(0xf2c063), WaitTint: rgb(0x322810), WaitEdge: rgb(0x5c4a1d),
	Held: rgb(0xa3b5f2),
	Bad:  rgb(0xff9589), BadTint: rgb(0x371c1a), BadStripe: rgb(0x452320), BadEdge: rgb(0x6b3530),
	Cap: rgb(0x262e3a), Unlit: rgb(0x394352), Hover: rgb(0x232a35), FocusRing: rgb(0x55c3c1),
	NoClient: rgb(0x434d5d), Scrim: {A: 0x99},
	Selection: rgb(0x285054), ScrollThumb: {R: 0xff, G: 0xff, B: 0xff, A: 0x55}, Shade: {A: 0x40},
}

// fyneNames gives Fyne's own widgets our colours.
var fyneNames = map[fyne.ThemeColorName]fyne.ThemeColorName{
	fynetheme.ColorNameBackground:          Desk,
	fynetheme.ColorNameButton:              Panel,
	fynetheme.ColorNameDisabledButton:      Desk,
	fynetheme.ColorNameDisabled:            Faint,
	fynetheme.ColorNameError:               Bad,
	fynetheme.ColorNameFocus:               PrimaryTint,
	fynetheme.ColorNameForeground:          Ink,
	fynetheme.ColorNameForegroundOnError:   Panel,
	fynetheme.ColorNameForegroundOnPrimary: OnPrimary,
	fynetheme.ColorNameForegroundOnSuccess: Panel,
	fynetheme.ColorNameForegroundOnWarning: Panel,
	fynetheme.ColorNameHeaderBackground:    Desk,
	fynetheme.ColorNameHover:               Hover,
	fynetheme.ColorNameHyperlink:           Primary,
	fynetheme.ColorNameInputBackground:     Field,
	fynetheme.ColorNameInputBorder:         Control,
	fynetheme.ColorNameMenuBackground:      Panel,
	fynetheme.ColorNameOverlayBackground:   Panel,
	fynetheme.ColorNamePlaceHolder:         Faint,
	fynetheme.ColorNamePressed:             PrimaryTint,
	fynetheme.ColorNamePrimary:             Primary,
	fynetheme.ColorNameScrollBar:           ScrollThumb,
	fynetheme.ColorNameSelection:           Selection,
	fynetheme.ColorNameSeparator:           Edge,
	fynetheme.ColorNameShadow:              Shade,
	fynetheme.ColorNameSuccess:             Good,
	fynetheme.ColorNameWarning:             Wait,
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}
