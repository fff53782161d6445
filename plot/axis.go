package plot

import "math"

// span is the range of an axis and where it lies on the page.
type span struct {
	lo, hi   float64
	from, to float64 // of lo and of hi, in points
}

// at returns the place of v on the page.
func (s span) at(v float64) float64 {
	return s.from + (v-s.lo)/(s.hi-s.lo)*(s.to-s.from)
}

// finite reports whether v has a place on an axis. Beyond ±1e300 differences
// overflow.
func finite(v float64) bool { return math.Abs(v) < 1e300 }

// least is the smallest difference that an axis can tell from 0: below it the
// arithmetic of ticks underflows.
const least = 1e-280

// extent is a range that grows.
type extent struct{ lo, hi float64 }

func noExtent() extent { return extent{math.Inf(1), math.Inf(-1)} }

func (e *extent) add(v float64) {
	if finite(v) {
		e.lo, e.hi = math.Min(e.lo, v), math.Max(e.hi, v)
	}
}

// domains returns the ranges of both axes of p.
func (p *Panel) domains() (x, y extent) {
	x, y = noExtent(), noExtent()
	for k := range p.Series {
		s := &p.Series[k]
		s.extents(&x, &y, p)
	}
	if c := p.Cells; c != nil {
		for k := range c.X {
			x.add(c.Left[k])
			x.add(c.Right[k])
			y.add(c.Bottom[k])
			y.add(c.Top[k])
		}
	}
	for _, l := range p.Labels {
		x.add(l.X)
		y.add(l.Y)
	}
	pad := p.Cells == nil
	return p.X.domain(x, pad && p.padded()), p.Y.domain(y, pad)
}

// padded reports whether the data need air at the left and right: markers do,
// lines do not.
func (p *Panel) padded() bool {
	for k := range p.Series {
		if s := p.Series[k].Shape; s == Points || s == Stems || s == Bars {
			return true
		}
	}
	return len(p.Series) == 0
}

func (s *Series) extents(x, y *extent, p *Panel) {
	for k := range s.X {
		if !finite(s.X[k]) || !finite(s.Y[k]) {
			continue
		}
		x.add(s.X[k])
		y.add(s.Y[k])
		if s.X2 != nil {
			x.add(s.X2[k])
		}
		if s.Y2 != nil {
			y.add(s.Y2[k])
		}
	}
	switch {
	case s.Shape == Stems && p.Y.Scale == Linear:
		y.add(0)
	case s.Shape == Bars:
		for _, v := range s.Y {
			y.add(v - 0.5)
			y.add(v + 0.5)
		}
		if p.X.Scale == Linear {
			x.add(0)
		}
	}
}

// domain is the range of an axis for data in e.
func (a *Axis) domain(e extent, pad bool) extent {
	if a.Min < a.Max {
		return extent{a.Min, a.Max}
	}
	for _, v := range a.Include {
		e.add(v)
	}
	tiny := least
	if a.Scale == Log {
		tiny = 1e-9 // a ratio that no label could show
	}
	switch {
	case e.lo > e.hi: // no data
		if a.Scale == Log {
			return extent{-math.Ln10, 0}
		}
		return extent{0, 1}
	case e.hi-e.lo <= math.Max(tiny, 1e-13*math.Max(math.Abs(e.lo), math.Abs(e.hi))): // one value
		return a.around(e.lo)
	case pad:
		margin := 0.05 * (e.hi - e.lo)
		lo, hi := e.lo-margin, e.hi+margin
		if a.Scale == Linear && !a.Integer {
			// A range that ends at 0 goes on ending there, almost.
			if e.lo == 0 {
				lo = -margin / 2
			}
		}
		return extent{lo, hi}
	}
	return e
}

// around is a range for a single value.
func (a *Axis) around(v float64) extent {
	switch {
	case a.Scale == Log:
		return extent{v - math.Ln10, v + math.Ln10}
	case a.Integer || math.Abs(v) <= least:
		return extent{v - 1, v + 1}
	}
	return extent{v - math.Abs(v)/2, v + math.Abs(v)/2}
}
