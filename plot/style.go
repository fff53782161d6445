package plot

// Ink is the role of a colour. Data inks 0 to 7 tell series apart; the others
// have a fixed meaning in every figure.
type Ink int8

const (
	// Context is thin and grey: what is there but not looked at.
	Context Ink = -1 - iota
	// Reference is what theory predicts or a bound that holds.
	Reference
	// Good and Bad are outcomes; they are always also said in words.
	Good
	Bad
	ink     // letters and axes
	muted   // labels of axes
	grid    // lines behind the data
	surface // background
)

// dataInks is the number of inks for series; further series differ in dash and
// marker.
const dataInks = 8

// Theme is a set of colours, as #rrggbb.
type Theme struct {
	Name                      string
	Surface, Ink, Muted, Grid string
	Context, Reference        string
	Good, Bad                 string
	Data                      [dataInks]string
	Low, High                 string // ends of the scale of a heat map
}

// Light and Dark are the usual themes. The data inks are those of Okabe and Ito (2008),
// "Color Universal Design", brought to a contrast of at least 3 against the
// background.
func Light() Theme {
	return Theme{
		Name: "light", Surface: "#ffffff", Ink: "#1c2126", Muted: "#59636e", Grid: "#e3e7eb",
		Context: "#b4bcc4", Reference: "#3b434b", Good: "#0b7a53", Bad: "#b3261e",
		Data: [dataInks]string{"#0067a8", "#c94f00", "#00835c", "#b0508a", "#8a6d00", "#2a86c4", "#7a3fa0", "#5b5b5b"},
		Low:  "#fbe3c8", High: "#00527f",
	}
}

// Dark is the theme for dark rooms and dark pages.
func Dark() Theme {
	return Theme{
		Name: "dark", Surface: "#14181c", Ink: "#e8ecf0", Muted: "#a3adb8", Grid: "#2b323a",
		Context: "#5d6873", Reference: "#cdd5dc", Good: "#45c596", Bad: "#ff8a80",
		Data: [dataInks]string{"#56b4e9", "#f0883e", "#2fc293", "#e08fc0", "#e5c53a", "#8ecbf2", "#c39be6", "#b5b5b5"},
		Low:  "#4a2c12", High: "#8fd0f7",
	}
}

// Projector is the theme for a lecture hall: black on white, and inks that stay
// apart from each other and from the background on a weak projector.
func Projector() Theme {
	return Theme{
		Name: "projector", Surface: "#ffffff", Ink: "#000000", Muted: "#333333", Grid: "#d9d9d9",
		Context: "#8c8c8c", Reference: "#1a1a1a", Good: "#00573a", Bad: "#8c1009",
		Data: [dataInks]string{"#00508c", "#a83f00", "#006647", "#96316c", "#665000", "#1566a3", "#5f2490", "#404040"},
		Low:  "#fbe3c8", High: "#003a5c",
	}
}

// colour returns the colour of an ink.
func (t Theme) colour(k Ink) string {
	switch k {
	case Context:
		return t.Context
	case Reference:
		return t.Reference
	case Good:
		return t.Good
	case Bad:
		return t.Bad
	case ink:
		return t.Ink
	case muted:
		return t.Muted
	case grid:
		return t.Grid
	case surface:
		return t.Surface
	}
	return t.Data[int(k)%dataInks]
}

// dashes are the patterns of lines by Series.Style, in points.
var dashes = [...][]float64{nil, {8, 3}, {2, 2.5}, {9, 3, 2, 3}, {5, 2, 2, 2, 2, 2}, {13, 4}, {4, 4}, {1, 3}}

func dash(style int) []float64 { return dashes[style%len(dashes)] }

// Marker is the form of a point.
type marker uint8

const (
	circle marker = iota
	square
	triangle
	diamond
	wedge // triangle on its tip
	cross
	plus
	bar
	markers
)

func markerOf(style int) marker { return marker(style % int(markers)) }

// strokeWidth is the usual width of a line in an ink.
func strokeWidth(s *Series) float64 {
	switch {
	case s.Width > 0:
		return s.Width
	case s.Ink == Context:
		return 0.8
	case s.Ink == Reference:
		return 1.3
	}
	return 1.8
}
