package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/plot"
)

// Widths of a figure in points, of those that a reader may ask for.
const (
	UsualWidth    = 720
	leastWidth    = 280
	greatestWidth = 2000

	mostTableCells = 3000 // of the tables of one figure as sent; exports have them all
)

// Rendered is a View with its figures drawn: what the API sends.
type Rendered struct {
	State   State            `json:"state"`
	Notes   []string         `json:"notes"`
	Summary string           `json:"summary"`
	Figures []RenderedFigure `json:"figures"`
	Checks  []renderedCheck  `json:"checks"`
	Facts   []renderedFact   `json:"facts"`
	Command []string         `json:"command"`
	Links   []renderedLink   `json:"links,omitempty"`
	Steps   []renderedStep   `json:"steps,omitempty"`
	Step    int              `json:"step,omitempty"`
	Reply   *renderedReply   `json:"reply,omitempty"`
	Seconds float64          `json:"seconds"` // that computing and drawing took
	Partial bool             `json:"partial,omitempty"`
}

// RenderedFigure is a figure as SVG, with the places of its panels and handles in
// the units of the view box.
type RenderedFigure struct {
	ID      string           `json:"id"`
	Title   string           `json:"title"`
	Caption string           `json:"caption"`
	Alt     string           `json:"alt"`
	SVG     string           `json:"svg"`
	Width   float64          `json:"width"`
	Height  float64          `json:"height"`
	Trace   string           `json:"trace,omitempty"`
	Tables  []renderedTable  `json:"tables"`
	Panels  []renderedPanel  `json:"panels"`
	Handles []renderedHandle `json:"handles"`
	Areas   []renderedArea   `json:"areas,omitempty"`
}

type renderedTable struct {
	Caption string     `json:"caption"`
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// renderedPanel: box is left, top, width, height.
type renderedPanel struct {
	Box [4]float64    `json:"box"`
	X   renderedRange `json:"x"`
	Y   renderedRange `json:"y"`
}

type renderedRange struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
	Log bool    `json:"log"`
}

type renderedHandle struct {
	Panel int     `json:"panel"`
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	XKey  string  `json:"x_key"`
	YKey  string  `json:"y_key"`
	Point int     `json:"point"`
	Label string  `json:"label"`
}

// renderedArea is where to click; its edges are in the numbers of the axes.
type renderedArea struct {
	renderedLink
	Panel  int     `json:"panel"`
	Left   float64 `json:"left"`
	Right  float64 `json:"right"`
	Bottom float64 `json:"bottom"`
	Top    float64 `json:"top"`
}

type renderedLink struct {
	Label string `json:"label"`
	Page  string `json:"page"`
	State State  `json:"state"`
}

type renderedStep struct {
	Page     string       `json:"page"`
	State    State        `json:"state"`
	Title    string       `json:"title"`
	Lemma    string       `json:"lemma"`
	Notes    []string     `json:"notes"`
	Question string       `json:"question"`
	Options  []optionJSON `json:"options,omitempty"`
	Before   State        `json:"before,omitempty"`
	Answer   string       `json:"answer"`
}

type renderedReply struct {
	Given   string `json:"given"`
	Correct string `json:"correct"`
	Right   bool   `json:"right"`
}

type renderedCheck struct {
	Name         string   `json:"name"`
	Predicted    string   `json:"predicted"`
	Measured     string   `json:"measured"`
	Error        *float64 `json:"error"`
	ErrorWhy     string   `json:"error_why,omitempty"`
	Tolerance    *float64 `json:"tolerance"`
	ToleranceWhy string   `json:"tolerance_why,omitempty"`
	Pass         bool     `json:"pass"`
}

type renderedFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ClampWidth returns the width of a figure that is drawn for the one asked for;
// 0 and what is no number mean the usual.
func ClampWidth(width float64) float64 {
	if width == 0 || math.IsNaN(width) {
		return UsualWidth
	}
	return math.Max(leastWidth, math.Min(greatestWidth, width))
}

// Render draws the figures of v for a page of the given width in points. A figure
// that has a size of its own keeps it, unless it is wider than that.
func Render(v *View, width float64) *Rendered {
	width = ClampWidth(width)
	r := &Rendered{
		State: v.State, Notes: list(v.Notes), Summary: v.Summary, Command: list(v.Command),
		Figures: make([]RenderedFigure, len(v.Figures)),
		Checks:  make([]renderedCheck, len(v.Checks)),
		Facts:   make([]renderedFact, len(v.Facts)),
		Steps:   renderSteps(v.Steps), Step: v.Step, Reply: (*renderedReply)(v.Reply),
	}
	for _, l := range v.Links {
		r.Links = append(r.Links, renderedLink(l))
	}
	for k := range v.Figures {
		r.Figures[k] = renderFigure(&v.Figures[k], width)
	}
	for k, c := range v.Checks {
		e := renderedCheck{Name: c.Name, Predicted: c.Predicted, Measured: c.Measured, Pass: c.Pass}
		e.Error, e.ErrorWhy = number(c.Error)
		e.Tolerance, e.ToleranceWhy = number(c.Tolerance)
		r.Checks[k] = e
	}
	for k, f := range v.Facts {
		r.Facts[k] = renderedFact(f)
	}
	return r
}

func renderFigure(f *Figure, width float64) RenderedFigure {
	size := f.Size
	if size.Width <= 0 || size.Width > width {
		size.Width = width
	}
	d := f.apart().Draw(plot.SVGOptions{Size: size, ID: f.ID})
	out := RenderedFigure{
		ID: f.ID, Title: f.Title, Caption: f.Caption, Alt: f.Alt, Trace: f.Trace,
		SVG: string(d.SVG), Width: d.Width, Height: d.Height,
		Tables:  renderTables(f.DataTables()),
		Panels:  make([]renderedPanel, len(d.Frames)),
		Handles: []renderedHandle{},
	}
	for k, r := range d.Frames {
		out.Panels[k] = renderedPanel{
			Box: [4]float64{r.Left, r.Top, r.Width, r.Height},
			X:   renderedRange(r.X), Y: renderedRange(r.Y),
		}
	}
	for _, h := range f.Handles {
		// A point that is nowhere cannot be taken hold of.
		if finite(h.X) && finite(h.Y) && h.Panel >= 0 && h.Panel < len(d.Frames) {
			out.Handles = append(out.Handles, renderedHandle(h))
		}
	}
	for _, a := range f.Areas {
		if finite(a.Left) && finite(a.Right) && finite(a.Bottom) && finite(a.Top) {
			out.Areas = append(out.Areas, renderedArea{renderedLink(a.Link), a.Panel, a.Left, a.Right, a.Bottom, a.Top})
		}
	}
	return out
}

// knob is how far the knob of a handle reaches from its point, with air, in points of a
// figure that is drawn at its size.
const knob = 17

// apart is the figure with its labels clear of the knobs of its handles.
func (f *Figure) apart() *plot.Figure {
	if len(f.Handles) == 0 {
		return f.Figure
	}
	out := *f.Figure
	out.Panels = slices.Clone(f.Panels)
	for k := range out.Panels {
		p := &out.Panels[k]
		p.Labels = slices.Clone(p.Labels)
		for i := range p.Labels {
			for _, h := range f.Handles {
				if h.Panel == k && h.X == p.Labels[i].X && h.Y == p.Labels[i].Y {
					p.Labels[i].Gap = knob
				}
			}
		}
		for _, h := range f.Handles { // a knob without a word is to be kept clear too
			if h.Panel == k {
				p.Labels = append(p.Labels, plot.Label{X: h.X, Y: h.Y, Gap: knob})
			}
		}
	}
	return &out
}

func renderSteps(steps []Step) []renderedStep {
	out := make([]renderedStep, len(steps))
	for k, s := range steps {
		out[k] = renderedStep{Page: s.Page, State: s.State, Title: s.Title, Lemma: s.Lemma, Notes: list(s.Notes),
			Question: s.Question, Options: options(s.Options), Before: s.Before, Answer: s.Answer}
	}
	return out
}

func options(o []Option) []optionJSON {
	var out []optionJSON
	for _, v := range o {
		out = append(out, optionJSON(v))
	}
	return out
}

// renderTables bounds what is sent with every move of a handle.
func renderTables(tables []plot.Table) []renderedTable {
	out := make([]renderedTable, len(tables))
	left := mostTableCells
	for k, t := range tables {
		rows, caption := t.Rows, t.Caption
		if most := left / max(1, len(t.Columns)); len(rows) > most {
			caption += fmt.Sprintf(" (the first %d of %d rows; exports have all)", most, len(rows))
			rows = rows[:most]
		}
		left -= len(rows) * len(t.Columns)
		out[k] = renderedTable{caption, list(t.Columns), rows}
		if rows == nil {
			out[k].Rows = [][]string{}
		}
	}
	return out
}

// JSON returns r as one line. It may hold "<": to stand inside of a page it has to
// be escaped.
func (r *Rendered) JSON() ([]byte, error) { return encode(r) }

// encode is json.Marshal without the escapes of "<", which an SVG is full of.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// number is a number as JSON has it: null, and why, where it is not finite.
func number(v float64) (*float64, string) {
	switch {
	case math.IsNaN(v):
		return nil, "not a number: it was not computed"
	case math.IsInf(v, 0):
		return nil, "infinite: nothing bounds it"
	}
	return &v, ""
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// list is s, and [] where it would be null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
