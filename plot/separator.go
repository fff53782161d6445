package plot

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/linop"
)

var separatorKind = Kind{
	Name:    "separator",
	Summary: "labelled points, the separator, its margin and the support vectors",
	Fits: func(r *Result) error {
		switch {
		case r.Command != "margin" || r.Separator == nil:
			return fmt.Errorf("it is a result of %q; separators are found by `tacit margin`", r.Command)
		case len(r.Separator.Labels) != 2:
			return fmt.Errorf("it has %d classes; the picture is of two", len(r.Separator.Labels))
		case r.Status == "not-separable" || r.X == nil || r.Separator.Margin == nil:
			return fmt.Errorf("it has no separator")
		case r.Cols < 2:
			return fmt.Errorf("its points have %d coordinate; the picture needs two", r.Cols)
		}
		return need(r.Problem != nil, "the data of the problem are not at hand")
	},
	Draw: func(ctx context.Context, r *Result, _ Options) (*Figure, error) {
		p, err := r.Problem(ctx)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		n, d := p.A.Dims()
		if len(r.X) != d || len(p.B) != n {
			return nil, fmt.Errorf("%s: w has %d entries, the %d points have %d coordinates", r.Dir, len(r.X), n, d)
		}
		s := SeparatedPoints{X: p.A, Labels: p.B, Classes: [2]float64(r.Separator.Labels), W: r.X, Margin: *r.Separator.Margin, Support: r.Separator.Support}
		if c := r.Separator.Intercept; c != nil {
			s.Intercept, s.Bias = *c, true
		}
		s.Norm, _ = r.Separator.Norm.(string)
		return SeparatorFigure(ctx, s)
	},
}

// SeparatedPoints are the rows of X with one of two labels, and the separator
// wᵀx + Intercept, which is at least 1 in absolute value at every point.
type SeparatedPoints struct {
	X         linop.Operator // n×d with d ≥ 2
	Labels    []float64
	Classes   [2]float64 // −1 and +1
	W         []float64
	Intercept float64
	Bias      bool // whether an intercept was allowed
	Margin    float64
	Norm      string // in which ‖w‖ is measured: l2, or "", l1, linf
	Support   []int  // rows that prove the margin
}

// mostPointsShown bounds the points of the picture that are no support vectors.
const mostPointsShown = 2000

// SeparatorFigure shows points in the plane with the line between them. More than
// two coordinates are projected on w and on the first principal direction of the
// rest, in which the separator is still a line, seen edge-on.
func SeparatorFigure(ctx context.Context, s SeparatedPoints) (*Figure, error) {
	n, d := s.X.Dims()
	f := &Figure{
		Title: "The separator of largest margin",
		Caption: "No other separator keeps all points farther away. Only the support vectors, filled, hold it: " +
			"without the others it is the same.",
	}
	if s.Norm != "" && s.Norm != "l2" {
		f.Title += " in the norm " + s.Norm
		f.Caption = "No other separator has yᵢ(wᵀxᵢ + c)/‖w‖ as large at all points, in the norm " + s.Norm +
			". The support vectors, filled, prove it."
	}
	if !s.Bias {
		f.Caption += " It passes through the origin, as no intercept was asked for (--bias)."
	}
	across, along, explained, err := s.coordinates(ctx)
	if err != nil {
		return nil, err
	}
	p := Panel{X: Axis{Label: "x[0]"}, Y: Axis{Label: "x[1]"}, Height: 1.6, Equal: d == 2}
	if d > 2 {
		p.X.Label, p.Y.Label = "signed distance from the separator", "first principal direction of the rest"
		f.Caption += fmt.Sprintf(" Shown of the %d coordinates: the one along w, and of what is left the direction in which the points differ most, with a share of %s %% of its variance.",
			d, NumDigits(100*explained, 3))
	}
	points := s.points(across, along)
	x, y := noExtent(), noExtent()
	for k := range points {
		for i := range points[k].X {
			x.add(points[k].X[i])
			y.add(points[k].Y[i])
		}
	}
	x, y = aired(x), aired(y)
	if d == 2 {
		p.Series = s.plane(x, y)
		if !s.Bias {
			p.Labels = []Label{{Text: "origin", Dot: true}}
		}
	} else {
		half := 1 / norm2(s.W)
		x.lo, x.hi = math.Min(x.lo, -1.5*half), math.Max(x.hi, 1.5*half)
		p.Series = upright(half, y)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x.lo, x.hi, y.lo, y.hi
	p.Series = append(p.Series, points...)
	f.Panels = []Panel{p}
	drawn := 0
	for _, q := range points {
		drawn += len(q.X)
	}
	if drawn < n {
		f.Notes = append(f.Notes, fmt.Sprintf("Of the %d points %d are drawn, all support vectors among them.", n, drawn))
	}
	first := 0
	for _, v := range s.Labels {
		if v == s.Classes[0] {
			first++
		}
	}
	f.Alt = fmt.Sprintf("%d points of label %s and %d of label %s are separated with margin %s. It is held by %d support vectors.",
		first, Num(s.Classes[0]), n-first, Num(s.Classes[1]), Num(s.Margin), len(s.Support))
	if d == 2 {
		f.Alt += fmt.Sprintf(" The line is %s·x[0] %s·x[1] %s= 0.", Num(s.W[0]), summand(s.W[1]), s.intercept())
	}
	return f, nil
}

// summand writes a further term of a sum.
func summand(v float64) string {
	if v < 0 {
		return "− " + Num(-v)
	}
	return "+ " + Num(v)
}

func (s *SeparatedPoints) intercept() string {
	if s.Intercept == 0 {
		return ""
	}
	return summand(s.Intercept) + " "
}

// aired widens a range by a tenth.
func aired(e extent) extent {
	air := 0.06 * (e.hi - e.lo)
	if !(air > 0) {
		air = math.Max(1, math.Abs(e.lo)) / 2
	}
	return extent{e.lo - air, e.hi + air}
}

// points are the series of the points: each class, and its support vectors.
func (s *SeparatedPoints) points(across, along []float64) []Series {
	support := make([]bool, len(across))
	for _, i := range s.Support {
		if i >= 0 && i < len(support) {
			support[i] = true
		}
	}
	stride := (len(across) + mostPointsShown - 1) / mostPointsShown
	var list []Series
	for k, label := range s.Classes {
		other := Series{Name: "label " + Num(label), Shape: Points, Ink: Ink(k), Style: k, Filled: []bool{}}
		held := Series{Name: "label " + Num(label) + ", support", Shape: Points, Ink: Ink(k), Style: k}
		for i := range across {
			to := &other
			switch {
			case s.Labels[i] != label || !support[i] && i%stride != 0:
				continue
			case support[i]:
				to = &held
			}
			to.X, to.Y = append(to.X, across[i]), append(to.Y, along[i])
			to.Names = append(to.Names, fmt.Sprintf("point %d", i))
		}
		for _, q := range []Series{other, held} {
			if len(q.X) > 0 {
				list = append(list, q)
			}
		}
	}
	return list
}

// plane draws the line and the strip in the coordinates of the points. They reach
// beyond the window, which a wide page widens.
func (s *SeparatedPoints) plane(x, y extent) []Series {
	reach := 4 * (x.hi - x.lo + y.hi - y.lo)
	mx, my := (x.lo+x.hi)/2, (y.lo+y.hi)/2
	line := Series{Name: "separator", Ink: Reference, Plain: true, Width: 1.8}
	strip := Series{Name: "margin", Shape: Band, Ink: Context}
	a, b := s.W[0], s.W[1]
	if math.Abs(b) < 1e-6*math.Abs(a) { // upright
		at, half := -(s.Intercept+b*my)/a, 1/math.Abs(a)
		line.X, line.Y = []float64{at, at}, []float64{my - reach, my + reach}
		strip.X = []float64{at - half, at + half}
		strip.Y, strip.Y2 = []float64{my - reach, my - reach}, []float64{my + reach, my + reach}
		return []Series{strip, line}
	}
	half := 1 / math.Abs(b)
	for _, v := range []float64{mx - reach, mx + reach} {
		at := -(a*v + s.Intercept) / b
		line.X, line.Y = append(line.X, v), append(line.Y, at)
		strip.X, strip.Y, strip.Y2 = append(strip.X, v), append(strip.Y, at-half), append(strip.Y2, at+half)
	}
	return []Series{strip, line}
}

// upright draws the separator at 0 with its strip.
func upright(half float64, y extent) []Series {
	lo, hi := []float64{y.lo, y.lo}, []float64{y.hi, y.hi}
	return []Series{
		{Name: "margin", Shape: Band, Ink: Context, X: []float64{-half, half}, Y: lo, Y2: hi},
		{Name: "separator", Ink: Reference, Plain: true, Width: 1.8, X: []float64{0, 0}, Y: []float64{y.lo, y.hi}},
	}
}

// coordinates places the points in the picture. explained is the share of the
// variance orthogonal to w that the second coordinate has.
func (s *SeparatedPoints) coordinates(ctx context.Context) (across, along []float64, explained float64, err error) {
	n, d := s.X.Dims()
	across, along = make([]float64, n), make([]float64, n)
	if d == 2 {
		s.X.Apply(across, []float64{1, 0})
		s.X.Apply(along, []float64{0, 1})
		return across, along, 1, nil
	}
	size := norm2(s.W)
	unit := make([]float64, d)
	for j, v := range s.W {
		unit[j] = v / size
	}
	s.X.Apply(across, unit)
	norms := make([]float64, n)
	linop.RowNorms(s.X, norms)
	mean := make([]float64, d)
	share := make([]float64, n)
	for i := range share {
		share[i] = 1 / float64(n)
	}
	s.X.ApplyT(mean, share)
	// Σ‖xᵢ−m‖² − Σ(uᵀ(xᵢ−m))²
	total := -float64(n) * (dot(mean, mean) - math.Pow(dot(mean, unit), 2))
	for i := range norms {
		total += norms[i]*norms[i] - across[i]*across[i]
	}
	variance, err := principal(ctx, s.X, unit, along)
	for i := range across {
		across[i] += s.Intercept / size
	}
	if variance > 0 {
		explained = math.Min(1, variance/total)
	}
	return across, along, explained, err
}

// principal sets at to the coordinates of the centred rows of x along their first
// principal direction orthogonal to the unit vector u, and returns the sum of
// their squares. It is a power iteration from a fixed start, one product with x and
// one with its transpose a step: close enough for a picture.
func principal(ctx context.Context, x linop.Operator, u, at []float64) (float64, error) {
	n, d := x.Dims()
	v := make([]float64, d)
	for i := range at {
		at[i] = math.Cos(float64(i) * float64(i))
	}
	const steps = 100
	square := 0.0
	for range steps {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		centre(at)
		x.ApplyT(v, at)
		along := dot(v, u)
		for j := range v {
			v[j] -= along * u[j]
		}
		size := norm2(v)
		if size == 0 {
			clear(at)
			return 0, nil
		}
		for j := range v {
			v[j] /= size
		}
		x.Apply(at, v)
		centre(at)
		before := square
		square = dot(at, at)
		if math.Abs(square-before) <= 1e-9*square {
			break
		}
	}
	if n > 0 && -slices.Min(at) > slices.Max(at) {
		for i := range at {
			at[i] = -at[i]
		}
	}
	return square, nil
}

func centre(v []float64) {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	for i := range v {
		v[i] -= sum / float64(len(v))
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func norm2(v []float64) float64 { return math.Sqrt(dot(v, v)) }
