package plot

import (
	"encoding/json"
	"math"
	"strconv"
)

// scene is a figure as a script sees it: what is needed to draw its panels again
// with other ranges.
type scene struct {
	Panels []scenePanel `json:"panels"`
}

type scenePanel struct {
	X      sceneAxis     `json:"x"`
	Y      sceneAxis     `json:"y"`
	Fixed  bool          `json:"fixed"` // bars, cells and equal units are not drawn again
	Series []sceneSeries `json:"series"`
	Rules  []sceneRule   `json:"rules"`
	Labels []sceneLabel  `json:"labels"`
}

type sceneAxis struct {
	Label string `json:"label"`
	Log   bool   `json:"log"`
}

type sceneSeries struct {
	Name   string    `json:"name"`
	Shape  string    `json:"shape"`
	Ink    string    `json:"ink"`
	Dash   []float64 `json:"dash"`
	Width  number    `json:"width"`
	Marker int       `json:"marker"` // −1: none on a line
	X      numbers   `json:"x"`
	Y      numbers   `json:"y"`
	X2     numbers   `json:"x2,omitempty"`
	Y2     numbers   `json:"y2,omitempty"`
	Names  []string  `json:"names,omitempty"`
}

type sceneRule struct {
	Vertical bool   `json:"vertical"`
	At       number `json:"at"`
	Label    string `json:"label"`
}

type sceneLabel struct {
	X    number `json:"x"`
	Y    number `json:"y"`
	Text string `json:"text"`
	Dot  bool   `json:"dot"`
}

// number is written with seven digits, which no screen can tell apart, and as
// null where it has no place on an axis.
type number float64

func (v number) MarshalJSON() ([]byte, error) {
	if !finite(float64(v)) || math.IsNaN(float64(v)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(v), 'g', 7, 64), nil
}

type numbers []number

var shapeNames = map[Shape]string{Line: "line", Steps: "steps", Points: "points", Stems: "stems", Band: "band", Bars: "bars", Arrows: "arrows", Region: "region"}

// SceneJSON returns what a script needs to draw the panels of f again: series,
// thinned as on the page, with the classes of ThemeCSS. It holds no "<", so that
// it may stand inside of a page.
func (f *Figure) SceneJSON() ([]byte, error) {
	var s scene
	for k := range f.Panels {
		p := &f.Panels[k]
		panel := scenePanel{
			X: sceneAxis{printable(p.X.Label), p.X.Scale == Log}, Y: sceneAxis{printable(p.Y.Label), p.Y.Scale == Log},
			Fixed: p.Cells != nil || p.isBars() || p.Equal,
		}
		for k := range p.Series {
			panel.Series = append(panel.Series, p.Series[k].scene())
		}
		for _, r := range p.Rules {
			panel.Rules = append(panel.Rules, sceneRule{r.Vertical, number(r.At), printable(r.Label)})
		}
		for _, l := range p.Labels {
			panel.Labels = append(panel.Labels, sceneLabel{number(l.X), number(l.Y), printable(l.Text), l.Dot})
		}
		s.Panels = append(s.Panels, panel)
	}
	return json.Marshal(s)
}

func (s *Series) scene() sceneSeries {
	out := sceneSeries{
		Name: printable(s.Name), Shape: shapeNames[s.Shape], Ink: className(s.Ink),
		Dash: s.dashes(), Width: number(strokeWidth(s)), Marker: -1,
	}
	if s.marked() || s.Shape == Points || s.Shape == Stems {
		out.Marker = int(markerOf(s.Style))
	}
	most := fewForGrey
	switch {
	case s.Shape == Stems || s.Shape == Points || s.Shape == Bars || s.Shape == Arrows || s.Shape == Region:
		most = len(s.X) // every one counts
	case s.Ink == Context && s.Name == "":
		most = fewForGrey / 4
	}
	for _, k := range thin(s, most) {
		out.X, out.Y = append(out.X, number(s.X[k])), append(out.Y, number(s.Y[k]))
		if s.X2 != nil {
			out.X2 = append(out.X2, number(s.X2[k]))
		}
		if s.Y2 != nil {
			out.Y2 = append(out.Y2, number(s.Y2[k]))
		}
		if s.Names != nil {
			out.Names = append(out.Names, printable(s.Names[k]))
		}
	}
	return out
}
