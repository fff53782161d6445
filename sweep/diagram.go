package sweep

import (
	"errors"
	"io"
	"math"
	"sort"
)

// Diagram is a phase diagram: how often x was recovered over δ = n/m and
// ρ = k/n.
type Diagram struct {
	Name   string
	Nonneg bool
	M      int // the number of unknowns, 0 if it varies
	Points []DiagramPoint
	Half   []Half // by increasing δ
}

// DiagramPoint is a point of the grid at its nominal place.
type DiagramPoint struct {
	Delta, Rho         float64
	Successes, Trials  int
	Low, High          float64 // Wilson's interval of the probability, at 95 %
	meanDelta, meanRho float64 // of the cells, after rounding
}

// Half is where, at one δ, half of the trials recover x: the zero of a logistic
// regression on ρ, with its interval at 95 % by the delta method.
type Half struct{ Delta, Rho, Low, High float64 }

// errNoDiagram says what a diagram needs.
var errNoDiagram = errors.New("is not over delta (or n) and rho (or k), with one sign and one m: there is no phase diagram of it")

// ReadDiagram makes the phase diagram of the finished sweep in dir. Points at the
// same (δ, ρ), of other parameters that vary, are added up.
func ReadDiagram(dir string) (*Diagram, error) {
	s, t, err := openFinished(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.Close() }()
	d := &Diagram{Name: s.Name}
	at := make(map[[2]float64]*DiagramPoint)
	for first := true; ; first = false {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if first {
			d.Nonneg, d.M = row.Nonneg, int(row.M)
		}
		if row.Nonneg != d.Nonneg || int(row.M) != d.M {
			return nil, &ForeignError{dir, errNoDiagram.Error()}
		}
		d.add(at, s, row)
	}
	for _, p := range at {
		p.Low, p.High = wilson(p.Successes, p.Trials)
		d.Points = append(d.Points, *p)
	}
	sort.Slice(d.Points, func(i, k int) bool {
		a, b := d.Points[i], d.Points[k]
		return a.Delta < b.Delta || a.Delta == b.Delta && a.Rho < b.Rho
	})
	if len(d.Points) < 2 {
		return nil, &ForeignError{dir, errNoDiagram.Error()}
	}
	d.fit()
	return d, nil
}

// add counts a row at the nominal place of its point. Cells that made no problem
// are not trials.
func (d *Diagram) add(at map[[2]float64]*DiagramPoint, s *Spec, row Row) {
	if row.Success == nil {
		return
	}
	place := [2]float64{row.Delta, row.Rho}
	set := s.point(int(row.Point))
	for i, name := range []string{"delta", "rho"} {
		if v, ok := set[name]; ok {
			place[i] = v.num
		}
	}
	p := at[place]
	if p == nil {
		p = &DiagramPoint{Delta: place[0], Rho: place[1]}
		at[place] = p
	}
	p.Trials++
	if *row.Success {
		p.Successes++
	}
	p.meanDelta += (row.Delta - p.meanDelta) / float64(p.Trials)
	p.meanRho += (row.Rho - p.meanRho) / float64(p.Trials)
}

// z95 is the 97.5 % quantile of the normal distribution.
const z95 = 1.959963984540054

// wilson is Wilson's interval (1927) of a probability from k successes in n.
func wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	N, p := float64(n), float64(k)/float64(n)
	const zz = z95 * z95
	centre := (p + zz/(2*N)) / (1 + zz/N)
	half := z95 / (1 + zz/N) * math.Sqrt(p*(1-p)/N+zz/(4*N*N))
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

// fit finds the half of each δ that has trials on both sides. It uses the sizes
// after rounding: at m = 200 the nominal ones are off by more than the interval.
func (d *Diagram) fit() {
	for i := 0; i < len(d.Points); {
		j := i
		for j < len(d.Points) && d.Points[j].Delta == d.Points[i].Delta {
			j++
		}
		if h, ok := half(d.Points[i:j]); ok {
			d.Half = append(d.Half, h)
		}
		i = j
	}
}

// half fits P(success) = 1/(1 + e^{a + bρ}) by Newton's method on the likelihood,
// with a tiny weight on the size of b, without which the fit of separated data
// would run away. Where no ρ has outcomes of both kinds the interval is the gap
// between the last success and the first failure.
func half(points []DiagramPoint) (Half, bool) {
	mean, spread, trials := 0.0, 0.0, 0.0
	success, failure := false, false
	for _, p := range points {
		mean += p.meanRho * float64(p.Trials)
		trials += float64(p.Trials)
		success, failure = success || p.Successes > 0, failure || p.Successes < p.Trials
	}
	if !success || !failure {
		return Half{}, false
	}
	mean /= trials
	for _, p := range points {
		spread += float64(p.Trials) * (p.meanRho - mean) * (p.meanRho - mean)
	}
	if spread = math.Sqrt(spread / trials); spread == 0 {
		return Half{}, false
	}
	a, b := 0.0, 1.0
	const ridge = 1e-4
	var haa, hab, hbb float64
	for range 100 {
		ga, gb := -ridge*a, -ridge*b
		haa, hab, hbb = ridge, 0, ridge
		for _, p := range points {
			x, n := (p.meanRho-mean)/spread, float64(p.Trials)
			q := 1 / (1 + math.Exp(-(a + b*x))) // of failure
			ga += n - float64(p.Successes) - n*q
			gb += (n - float64(p.Successes) - n*q) * x
			w := n * q * (1 - q)
			haa, hab, hbb = haa+w, hab+w*x, hbb+w*x*x
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		step := math.Min(1, 2/math.Hypot(da, db)) // logits move by 2 at most
		a, b = a+step*da, b+step*db
		if math.Hypot(da, db) < 1e-10 {
			break
		}
	}
	if !(b > 0) {
		return Half{}, false
	}
	zero := -a / b
	det := haa*hbb - hab*hab
	// Var(−a/b) = (Var a + 2·zero·Cov + zero²·Var b)/b².
	variance := (hbb - 2*zero*hab + zero*zero*haa) / det / (b * b)
	r := mean + spread*zero
	e := z95 * spread * math.Sqrt(variance)
	lo, hi := points[0].meanRho, points[len(points)-1].meanRho
	if r < lo || r > hi {
		return Half{}, false // beyond what was tried
	}
	return Half{Delta: points[0].meanDelta, Rho: r, Low: math.Max(0, r-e), High: r + e}, true
}
