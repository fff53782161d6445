package plot

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/tacit-dev/tacit/dataio"
)

var trajectoryKind = Kind{
	Name:    "trajectory",
	Summary: "every coordinate xᵢ(t) of a flow, as it is and on a log axis",
	Fits: func(r *Result) error {
		if r.Command == "flow margin" {
			return errors.New("its times are ln t, and its w grows without end; the kind margin shows it")
		}
		return need(r.Has("t", "x"), "it has no trajectory with t and x; `tacit flow … -o DIR` writes one")
	},
	Draw: func(ctx context.Context, r *Result, opt Options) (*Figure, error) {
		t, err := readTrajectory(ctx, r)
		if err != nil {
			return nil, err
		}
		return TrajectoryFigure(t, opt)
	},
}

// Trajectory is x at increasing times: X[k*m+i] is coordinate i at T[k]. LnX, if
// it is there, holds ln |xᵢ|, which stays a number where xᵢ underflows.
type Trajectory struct {
	T, X, LnX []float64
	LnInitial float64 // ln(1/α), or 0
}

// readTrajectory takes t and x from the file, and ln |x| from log_x or, for the
// entropic geometries, from ν and A where x underflows.
func readTrajectory(ctx context.Context, r *Result) (Trajectory, error) {
	t := Trajectory{LnInitial: r.lnInitial()}
	times, err := r.Array("t")
	if err != nil {
		return t, err
	}
	x, err := r.Array("x")
	if err != nil {
		return t, err
	}
	if len(times.Shape) != 1 || len(x.Shape) < 2 || x.Shape[0] != len(times.Data) {
		return t, fmt.Errorf("%s: x has the shape %v for %d times; one row a time is wanted", r.Dir, x.Shape, len(times.Data))
	}
	t.T, t.X = times.Data, x.Data
	if r.Has("log_x") {
		l, err := r.Array("log_x")
		if err != nil {
			return t, err
		}
		if len(l.Data) == len(t.X) {
			t.LnX = l.Data
		}
	} else if underflows(t.X) {
		return t, t.fromDual(ctx, r)
	}
	return t, nil
}

func underflows(x []float64) bool {
	for _, v := range x {
		if math.Abs(v) < math.SmallestNonzeroFloat64*1e10 {
			return true
		}
	}
	return false
}

// fromDual computes ln |x| from the dual state: ln x = ln α + Aᵀν for the
// entropy, x = β sinh(Aᵀν) with β = α for the hypentropy. It does nothing where
// that is not known.
func (t *Trajectory) fromDual(ctx context.Context, r *Result) error {
	scale, known := r.lnScale()
	if !r.Has("nu") || !known || r.Problem == nil {
		return nil
	}
	nu, err := r.Array("nu")
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(r.Geometry, ":")
	ln := entropicLn(name, scale)
	if ln == nil {
		return nil
	}
	// Without the data of the problem the picture still shows x itself.
	p, err := r.Problem(ctx)
	if err != nil {
		return nil
	}
	defer p.Close()
	return t.addLn(p, nu, ln)
}

// entropicLn returns ln |x| as a function of Aᵀν, nil for other geometries.
func entropicLn(geometry string, logAlpha float64) func(float64) float64 {
	switch geometry {
	case "entropy":
		return func(c float64) float64 { return logAlpha + c }
	case "hypentropy":
		return func(c float64) float64 {
			c = math.Abs(c)
			return logAlpha + c - math.Ln2 + math.Log1p(-math.Exp(-2*c))
		}
	}
	return nil
}

func (t *Trajectory) addLn(p *dataio.Problem, nu *dataio.Array, ln func(float64) float64) error {
	n, m := p.A.Dims()
	if len(nu.Data) != n*len(t.T) || len(t.X) != m*len(t.T) {
		return nil
	}
	t.LnX = make([]float64, len(t.X))
	for k := range t.T {
		row := t.LnX[k*m : (k+1)*m]
		p.A.ApplyT(row, nu.Data[k*n:(k+1)*n])
		for i := range row {
			row[i] = ln(row[i])
		}
	}
	return nil
}

// TrajectoryFigure shows the coordinates of a trajectory over time, those of
// largest final magnitude in front, and below their logarithms.
func TrajectoryFigure(t Trajectory, opt Options) (*Figure, error) {
	times := len(t.T)
	if times == 0 || len(t.X)%max(times, 1) != 0 || len(t.X) == 0 {
		return nil, fmt.Errorf("a trajectory of %d numbers at %d times cannot be drawn", len(t.X), times)
	}
	m := len(t.X) / times
	shown, rest, err := front(t.X[(times-1)*m:], opt.Coordinates)
	if err != nil {
		return nil, err
	}
	first, last := happening(t.X, m)
	clock := newClock(t.T, t.LnInitial, opt.Time, first, last)
	value := func(i, k int) float64 { return t.X[k*m+i] }
	size := func(i, k int) float64 { return math.Log(math.Abs(value(i, k))) }
	if t.LnX != nil {
		size = func(i, k int) float64 { return t.LnX[k*m+i] }
	}
	f := &Figure{
		Title:   "The flow, coordinate by coordinate",
		Caption: "Above: xᵢ over time. Below: |xᵢ| on a log axis, where the coordinates that end at 0 are seen to leave.",
		Panels: []Panel{
			{X: clock.axis(), Y: Axis{Label: "xᵢ(t)", Include: []float64{0}}},
			{X: clock.axis(), Y: Axis{Label: "|xᵢ(t)|", Scale: Log}, NoLegend: true},
		},
	}
	for p, value := range []func(i, k int) float64{value, size} {
		series, note := contextSeries(clock.at, rest, value)
		for c, i := range shown {
			s := Series{Name: coordinate(i), X: clock.at, Y: make([]float64, times), Ink: Ink(c % dataInks), Style: c}
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
	if times > mostPoints {
		f.Notes = append(f.Notes, fmt.Sprintf("%d times are thinned to the extremes of each column of pixels.", times))
	}
	f.Alt = fmt.Sprintf("%d coordinates at %d times, from t = %s to t = %s.", m, times, Num(t.T[0]), Num(t.T[times-1]))
	for _, i := range shown[:min(4, len(shown))] {
		f.Alt += fmt.Sprintf(" %s ends at %s.", coordinate(i), Num(value(i, times-1)))
	}
	return f, nil
}
