package plot

import (
	"context"
	"fmt"
	"math"
	"slices"
)

var stairsKind = Kind{
	Name:    "stairs",
	Summary: "the modes of a deep linear network rising one after another, and the loss on its stairs",
	Fits: func(r *Result) error {
		return need(r.Has("log_t", "residual", "log_singular_values") && len(r.Widths) > 2,
			"it has no singular values over time; `tacit flow deep … -o DIR` writes them")
	},
	Draw: func(_ context.Context, r *Result, opt Options) (*Figure, error) {
		m, err := readModes(r)
		if err != nil {
			return nil, err
		}
		return StairsFigure(m, opt)
	},
}

// Stair is the rise of a mode: ln t at half of its last singular value, and what
// that would be if the mode were alone, where this is known.
type Stair struct {
	Mode    int      `json:"mode"`
	Final   float64  `json:"singular_value"`
	LogTime float64  `json:"log_time"`
	LogRise *float64 `json:"log_rise"` // ln of the time from a tenth of Final to nine tenths
	Predict *float64 `json:"predicted_log_time"`
}

// Modes is a deep linear network of Depth layers along gradient flow.
// LogSingular[k*modes+i] is ln σᵢ of the product at e^LogT[k], Residual is
// √((L − L*)/(L(0) − L*)), LogAlpha the scale of the layers at the start. LogLapse is
// ln of the time since the point before, or nil: it resolves rises that are below the
// last digit of LogT.
type Modes struct {
	LogT, LogSingular, Residual []float64
	LogLapse                    []float64
	Stairs                      []Stair
	Depth                       int
	LogAlpha                    float64
}

func readModes(r *Result) (Modes, error) {
	m := Modes{Stairs: r.Stairs, Depth: len(r.Widths) - 1}
	if r.LogAlpha != nil {
		m.LogAlpha = *r.LogAlpha
	}
	for _, part := range []struct {
		key string
		to  *[]float64
	}{{"log_t", &m.LogT}, {"log_singular_values", &m.LogSingular}, {"residual", &m.Residual}} {
		a, err := r.Array(part.key)
		if err != nil {
			return m, err
		}
		*part.to = a.Data
	}
	if r.Has("log_lapse") { // later than the first version of these files
		a, err := r.Array("log_lapse")
		if err != nil {
			return m, err
		}
		m.LogLapse = a.Data
	}
	return m, nil
}

// headroom leaves space for words above the largest singular value.
const headroom = 1.25

// StairsFigure shows the singular values of the product over time with the times
// at which theory has them rise, then their logarithms, then the excess of the
// loss with the stairs that the predicted times make of it, and where plateaus are
// long beside the rises, the rises from near.
func StairsFigure(m Modes, opt Options) (*Figure, error) {
	times := len(m.LogT)
	if times == 0 || len(m.Residual) != times || len(m.LogSingular) == 0 || len(m.LogSingular)%times != 0 {
		return nil, fmt.Errorf("%d singular values and %d residuals at %d times cannot be drawn", len(m.LogSingular), len(m.Residual), times)
	}
	if m.LogLapse != nil && len(m.LogLapse) != times {
		return nil, fmt.Errorf("%d lapses at %d times cannot be drawn", len(m.LogLapse), times)
	}
	modes := len(m.LogSingular) / times
	for _, s := range m.Stairs {
		if s.Mode < 0 || s.Mode >= modes {
			return nil, fmt.Errorf("there is no mode %d of the stairs: there are %d", s.Mode, modes)
		}
	}
	sigma := make([]float64, len(m.LogSingular))
	for i, l := range m.LogSingular {
		sigma[i] = math.Exp(l)
	}
	shown, rest, err := front(sigma[(times-1)*modes:], opt.Coordinates)
	if err != nil {
		return nil, err
	}
	clock, place := m.clock(sigma, opt.Time)
	rules, height := m.rules(clock, place, shown), "singular value σᵢ(t)"
	if len(rules) > 0 {
		height += "; dashed: when each is predicted to rise"
	}
	value := func(i, k int) float64 { return sigma[k*modes+i] }
	log := func(i, k int) float64 { return m.LogSingular[k*modes+i] }
	f := &Figure{
		Title: fmt.Sprintf("Stairs of a deep linear network of %d layers", m.Depth),
		Panels: []Panel{
			{X: clock.axis(), Y: Axis{Label: height, Include: []float64{0, headroom * slices.Max(sigma)}}, Rules: rules},
			{X: clock.axis(), Y: Axis{Label: "σᵢ(t)", Scale: Log}, NoLegend: true, Height: 0.7},
			{X: clock.axis(), Y: Axis{Label: "(L − L*) / (L(0) − L*)", Min: 0, Max: 1.04}, Series: m.loss(clock.at, place), Height: 0.7},
		},
	}
	for p, value := range []func(i, k int) float64{value, log} {
		series, note := contextSeries(clock.at, rest, value)
		for c, i := range shown {
			s := Series{Name: subscripted('σ', i), X: clock.at, Y: make([]float64, times), Ink: Ink(c % dataInks), Style: c}
			for k := range s.Y {
				s.Y[k] = value(i, k)
			}
			series = append(series, s)
		}
		f.Panels[p].Series = series
		if p == 0 && note != "" {
			f.Notes = append(f.Notes, note)
		}
	}
	if clock.note != "" {
		f.Notes = append(f.Notes, clock.note)
	}
	if p, ok := m.near(sigma, shown); ok {
		f.Panels = append(f.Panels, p)
	}
	m.describe(f)
	return f, nil
}

// turning says how the times compare with the predicted ones, which know nothing of
// singular vectors that are not those of the data yet.
func (m Modes) turning() string {
	least, most := math.Inf(1), 0.0
	for _, s := range m.predicted() {
		ratio := math.Exp(s.LogTime - *s.Predict)
		least, most = math.Min(least, ratio), math.Max(most, ratio)
	}
	if most < 1.05 && least > 1/1.05 {
		return "Here the modes rise within 5 % of that: their singular vectors are those of the data in good time."
	}
	return fmt.Sprintf("Here the modes rise at %s to %s times that: the prediction starts with the singular vectors of the data, the flow with others, which turn first, and meanwhile pull with a part of the strength.", NumDigits(least, 3), NumDigits(most, 3))
}

// describe adds caption, text alternative and the table of stairs.
func (m Modes) describe(f *Figure) {
	f.Caption = "From a small start the product learns one singular direction after another; between two stairs it waits at a saddle. "
	switch {
	case len(m.predicted()) > 0:
		f.Caption += "Predicted is the time in which the mode alone would come to half of its strength (Saxe, McClelland and Ganguli 2014). " + m.turning()
	default:
		f.Caption += "X is not whitened, so the modes have no predicted times of their own."
	}
	f.Alt = fmt.Sprintf("%d of %d modes rise.", len(m.Stairs), len(m.LogSingular)/len(m.LogT))
	t := Table{Caption: "the stairs", Columns: []string{"mode", "singular value", "time of half of it", "predicted"}}
	for k, s := range m.Stairs {
		row := []string{itoa(s.Mode), cell(s.Final, Linear), cell(s.LogTime, Log), ""}
		said := fmt.Sprintf(" Mode %d, of singular value %s, is half grown at t = %s", s.Mode, NumDigits(s.Final, 3), NumLn(s.LogTime))
		if s.Predict != nil {
			row[3] = cell(*s.Predict, Log)
			said += ", predicted " + NumLn(*s.Predict)
		}
		if k < mostShown {
			f.Alt += said + "."
		}
		t.Rows = append(t.Rows, row)
	}
	f.Tables = append([]Table{t}, f.DataTables()...)
}
