package flow

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/ode"
)

// FactoredOptions says how far to follow a flow of factors and what to keep.
type FactoredOptions struct {
	Times     []float64 // to record, increasing; the run ends at the last one
	UntilTime float64   // 0: it does not end the run
	UntilLoss float64   // 0: it does not end the run
	Save      int       // points to record where Times is nil; 0: the last one
	RelTol    float64   // relative error of a column in a step; 0: 1e-8
	MaxSteps  int       // 0: no bound
	Method    func() ode.Stepper
	Watch     func(Progress) // called after each step
}

// FactoredResult is what is known of a run.
type FactoredResult struct {
	Status ode.Status
	T      float64
	State  []float64 // the factors there, with orthogonal columns
	Loss   float64
	// Times, States, Singular (of X, descending) and Losses are what was recorded.
	Times      []float64
	States     [][]float64
	Singular   [][]float64
	Losses     []float64
	Invariants []Drift
	Stats      ode.Stats
	Rotations  int // how often the columns were made orthogonal
	Method     string
}

// together is the cosine of two columns from which on they are made orthogonal
// again.
const together = 0.5

// unbalanced is how far LᵀL − RᵀR may be from 0, relative to the lengths of the
// columns, before a balanced flow is put back. Errors grow there: a singular value
// that falls like e^(−gt) has beside it a mode that grows like e^(gt), in which L
// and R disagree in sign.
const unbalanced = 1e-7

// Follow integrates the flow from its start, and whenever two columns of the
// factors lean towards each other rotates them apart, by which nothing changes but
// the coordinates. The error says what cannot be asked.
//
// Cost: a step of the explicit method is six products with 𝒜 and 𝒜*, of the
// implicit one, which takes over where stability limits the steps, a factorization
// of order (p+q)r; beyond 400 numbers a stabilised explicit method takes its place.
func (f *Factored) Follow(ctx context.Context, opt FactoredOptions) (*FactoredResult, error) {
	if opt.RelTol == 0 {
		opt.RelTol = 1e-8
	}
	check := Options{Times: opt.Times, UntilTime: opt.UntilTime, UntilLoss: opt.UntilLoss, Save: opt.Save, RelTol: opt.RelTol}
	if err := check.check(); err != nil {
		return nil, err
	}
	w := &walk{f: f, opt: opt, end: check.end(), res: &FactoredResult{}}
	// Where a loss may end the run earlier the steps decide what is recorded.
	if len(opt.Times) == 0 && opt.Save > 1 && opt.UntilLoss == 0 {
		for k := range opt.Save {
			w.times = append(w.times, w.end*float64(k)/float64(opt.Save-1))
		}
	} else {
		w.times = opt.Times
	}
	w.balance = &balance{f: f}
	w.loss = Monotone("loss", f.Loss)
	return w.run(ctx)
}

// walk is a run under way.
type walk struct {
	f       *Factored
	opt     FactoredOptions
	end     float64
	times   []float64 // to record, nil: steps
	res     *FactoredResult
	stride  int
	count   int
	loss    Invariant
	balance *balance
}

func (w *walk) run(ctx context.Context) (*FactoredResult, error) {
	var sys ode.System = w.f
	if w.f.Dim() <= denseFactors {
		sys = denseFactored{w.f}
	}
	t, z, h := 0.0, w.f.Start(), 0.0
	w.f.orthogonalise(z)
	w.stride = 1
	for {
		in, err := ode.New(sys, t, z, w.options(h))
		if err != nil {
			return nil, err
		}
		more := true
		for more {
			before := in.T
			if more, err = in.Advance(ctx); err != nil {
				return nil, err
			}
			h = in.T - before
			if w.opt.Watch != nil {
				stats := in.Stats
				stats.Steps += w.res.Stats.Steps
				w.opt.Watch(Progress{T: in.T, Loss: w.f.Loss(in.Y), Stats: stats})
			}
			if w.opt.MaxSteps > 0 && w.res.Stats.Steps+in.Stats.Steps >= w.opt.MaxSteps {
				break
			}
			if more && (w.f.lean(in.Y) > together || w.balance.now > unbalanced) {
				break
			}
		}
		w.add(in.Stats)
		t, z = in.T, append([]float64(nil), in.Y...)
		w.f.orthogonalise(z)
		if w.balance.balanced() {
			w.f.rebalance(z)
		}
		limit := w.opt.MaxSteps > 0 && w.res.Stats.Steps >= w.opt.MaxSteps
		if !more || limit {
			w.res.Status = in.Status()
			if limit && more {
				w.res.Status = ode.StepLimit
			}
			break
		}
		w.res.Rotations++
	}
	w.finish(t, z)
	return w.res, nil
}

func (w *walk) options(h float64) ode.Options {
	o := ode.Options{Until: w.end, RelTol: w.opt.RelTol, Measure: w.f.Measure, FirstStep: h,
		Observers: []ode.Observer{w.loss, w.balance, ode.ObserverFunc(w.record)}}
	if w.opt.Method != nil {
		o.Method = w.opt.Method()
	} else if o.Method = ode.NewAuto(); w.res.Stats.Switches > 0 { // it was stiff before
		o.Method = ode.NewRodas5P()
		if w.f.Dim() > denseFactors {
			o.Method = ode.NewRKC()
		}
	}
	w.res.Method = o.Method.Name()
	if w.opt.UntilLoss > 0 {
		o.Events = []ode.Event{{Name: "loss", Direction: -1, Terminal: true,
			Func: func(_ float64, y, _ []float64) float64 { return math.Log(w.f.Loss(y) / w.opt.UntilLoss) }}}
	}
	return o
}

// record keeps the points inside of a step, or every so many steps.
func (w *walk) record(s *ode.Segment) error {
	if w.times != nil {
		y := make([]float64, len(s.Y1))
		for len(w.res.Times) < len(w.times) && w.times[len(w.res.Times)] <= s.T1 {
			at := w.times[len(w.res.Times)]
			s.At(y, at)
			w.keep(at, y)
		}
		return nil
	}
	if w.opt.Save < 2 || len(w.res.Times) > 0 && s.T1 == w.res.Times[len(w.res.Times)-1] {
		return nil
	}
	if w.count%w.stride == 0 {
		w.keep(s.T1, s.Y1)
	}
	w.count++
	if len(w.res.Times) >= 2*w.opt.Save { // thin them out
		w.thin()
	}
	return nil
}

func (w *walk) thin() {
	k := 0
	for i := 0; i < len(w.res.Times); i += 2 {
		w.copyPoint(k, i)
		k++
	}
	w.cut(k)
	w.stride *= 2
}

// copyPoint makes point i that of from.
func (w *walk) copyPoint(i, from int) {
	r := w.res
	r.Times[i], r.States[i], r.Singular[i], r.Losses[i] = r.Times[from], r.States[from], r.Singular[from], r.Losses[from]
}

// cut keeps the first n points.
func (w *walk) cut(n int) {
	r := w.res
	r.Times, r.States, r.Singular, r.Losses = r.Times[:n], r.States[:n], r.Singular[:n], r.Losses[:n]
}

func (w *walk) keep(t float64, y []float64) {
	z := append([]float64(nil), y...)
	w.f.orthogonalise(z)
	w.res.Times = append(w.res.Times, t)
	w.res.States = append(w.res.States, z)
	w.res.Singular = append(w.res.Singular, w.f.Singular(z))
	w.res.Losses = append(w.res.Losses, w.f.Loss(z))
}

func (w *walk) finish(t float64, z []float64) {
	r := w.res
	r.T, r.State, r.Loss = t, z, w.f.Loss(z)
	// The end is the last point; of those kept by steps there are as many as were
	// asked for.
	if n := len(r.Times); n == 0 || r.Times[n-1] < t && (n < len(w.times) || w.times == nil) {
		w.keep(t, z)
	}
	if n := len(r.Times); w.times == nil && w.opt.Save > 1 && n > w.opt.Save {
		for i := range w.opt.Save {
			w.copyPoint(i, i*(n-1)/(w.opt.Save-1))
		}
		w.cut(w.opt.Save)
	}
	r.Invariants = []Drift{{"loss", w.loss.Drift()}}
	if !w.f.psd {
		r.Invariants = append(r.Invariants, Drift{"balancedness", w.balance.drift})
	}
}

func (w *walk) add(s ode.Stats) {
	t := &w.res.Stats
	t.Steps += s.Steps
	t.Rejected += s.Rejected
	t.Evaluations += s.Evaluations
	t.Jacobians += s.Jacobians
	t.Factorizations += s.Factorizations
	t.Solves += s.Solves
	t.Switches += s.Switches
}

// lean returns the largest cosine between two columns.
func (f *Factored) lean(z []float64) float64 {
	r := f.r
	gram := make([]float64, r*r)
	length, least := f.lengths(z), f.least(z)
	for a, l := range length {
		if l <= least {
			length[a] = math.Inf(1) // forgotten: it leans nowhere
		}
	}
	for i := 0; i < len(z); i += r {
		row := z[i : i+r]
		for a := range r {
			u := row[a] / length[a]
			for b := range a {
				gram[a*r+b] += u * (row[b] / length[b])
			}
		}
	}
	var worst float64
	for a := range r {
		for b := range a {
			worst = max(worst, math.Abs(gram[a*r+b]))
		}
	}
	return worst
}

// orthogonalise rotates the columns of z until they are orthogonal, longest first,
// by the one-sided method of Jacobi, which keeps the digits of short columns
// (Demmel and Veselić 1992).
func (f *Factored) orthogonalise(z []float64) {
	r := f.r
	for range 40 {
		done := true
		for a := range r {
			for b := a + 1; b < r; b++ {
				if f.rotate(z, a, b) {
					done = false
				}
			}
		}
		if done {
			break
		}
	}
	order := make([]int, r)
	length := f.lengths(z)
	for a := range order {
		order[a] = a
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case length[a] > length[b]:
			return -1
		case length[a] < length[b]:
			return 1
		}
		return 0
	})
	row := make([]float64, r)
	for i := 0; i < len(z); i += r {
		for a, k := range order {
			row[a] = z[i+k]
		}
		copy(z[i:i+r], row)
	}
}

// rotate makes columns a and b orthogonal; it reports whether they were not.
func (f *Factored) rotate(z []float64, a, b int) bool {
	var na, nb float64
	for i := 0; i < len(z); i += f.r {
		na, nb = math.Hypot(na, z[i+a]), math.Hypot(nb, z[i+b])
	}
	if na == 0 || nb == 0 {
		return false
	}
	var cos float64
	for i := 0; i < len(z); i += f.r {
		cos += z[i+a] / na * (z[i+b] / nb)
	}
	if math.Abs(cos) <= 4e-16*math.Sqrt(float64(len(z)/f.r)) {
		return false
	}
	// tan 2θ = 2 na nb cos/(na² − nb²), with the quotient of the lengths kept.
	zeta := (nb/na - na/nb) / (2 * cos)
	t := math.Copysign(1, zeta) / (math.Abs(zeta) + math.Sqrt(1+zeta*zeta))
	c := 1 / math.Sqrt(1+t*t)
	s := c * t
	for i := 0; i < len(z); i += f.r {
		x, y := z[i+a], z[i+b]
		z[i+a], z[i+b] = c*x-s*y, s*x+c*y
	}
	return true
}

// Singular returns the singular values of X, descending, each to full relative
// accuracy: of orthogonal columns they are the squares, or of a pair the products,
// of their lengths.
func (f *Factored) Singular(z []float64) []float64 {
	z = append([]float64(nil), z...)
	f.orthogonalise(z)
	out := make([]float64, f.r)
	for a := range out {
		var l, r float64
		for i := a; i < f.p*f.r; i += f.r {
			l = math.Hypot(l, z[i])
		}
		r = l
		if !f.psd {
			r = 0
			for i := f.p*f.r + a; i < len(z); i += f.r {
				r = math.Hypot(r, z[i])
			}
		}
		out[a] = l * r
	}
	slices.SortFunc(out, func(a, b float64) int {
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	return out
}

// balance monitors LᵀL − RᵀR: its elements against those at the start, relative to
// the lengths of the two columns. Rotations turn both; what is compared is how far
// a balanced start (difference 0) has been left.
type balance struct {
	f     *Factored
	start float64
	seen  bool
	drift float64
	now   float64 // since it was put back
}

// balanced reports whether the run began with LᵀL = RᵀR.
func (b *balance) balanced() bool { return !b.f.psd && b.seen && b.start < 1e-12 }

// rebalance puts z, whose columns are orthogonal, back to LᵀL = RᵀR: the columns of
// L, and those of R, are made orthogonal to the longer ones before them, and the
// two halves of a column equally long.
func (f *Factored) rebalance(z []float64) {
	half := f.p * f.r
	for _, part := range [][]float64{z[:half], z[half:]} {
		for b := range f.r {
			for a := range b {
				var ab, aa float64
				for i := 0; i < len(part); i += f.r {
					ab += part[i+a] * part[i+b]
					aa += part[i+a] * part[i+a]
				}
				if aa == 0 {
					continue
				}
				for i := 0; i < len(part); i += f.r {
					part[i+b] -= ab / aa * part[i+a]
				}
			}
		}
	}
	for a := range f.r {
		var l, r float64
		for i := a; i < half; i += f.r {
			l = math.Hypot(l, z[i])
		}
		for i := half + a; i < len(z); i += f.r {
			r = math.Hypot(r, z[i])
		}
		if l == 0 || r == 0 {
			continue
		}
		mean := math.Sqrt(l) * math.Sqrt(r)
		for i := a; i < half; i += f.r {
			z[i] *= mean / l
		}
		for i := half + a; i < len(z); i += f.r {
			z[i] *= mean / r
		}
	}
}

// Observe looks at the end of a step.
func (b *balance) Observe(s *ode.Segment) error {
	if b.f.psd {
		return nil
	}
	f, z := b.f, s.Y1
	r, half := f.r, f.p*f.r
	length := f.lengths(z)
	var worst float64
	for a := range r {
		for c := range a + 1 {
			var d float64
			for i := 0; i < half; i += r {
				d += z[i+a] / length[a] * (z[i+c] / length[c])
			}
			for i := half; i < len(z); i += r {
				d -= z[i+a] / length[a] * (z[i+c] / length[c])
			}
			worst = max(worst, math.Abs(d))
		}
	}
	if !b.seen {
		b.seen, b.start = true, worst
	}
	b.now = 0
	if b.start < 1e-12 { // else the relative difference itself changes
		b.drift, b.now = max(b.drift, worst), worst
	}
	return nil
}

// Sign returns the sign of the determinant of a square X with as many columns in
// its factors, which the flow keeps: the product of the signs of det L and det R.
func (f *Factored) Sign(z []float64) (float64, error) {
	if f.p != f.q || f.r != f.p {
		return 0, errors.New("flow: only a square matrix with factors of full rank has a determinant that is kept")
	}
	if f.psd {
		return 1, nil
	}
	z = append([]float64(nil), z...)
	f.orthogonalise(z)
	half := f.p * f.r
	return signOfDet(z[:half], f.p) * signOfDet(z[half:], f.p), nil
}

// signOfDet is the sign of the determinant of a d×d matrix, its columns scaled to
// length one first.
func signOfDet(a []float64, d int) float64 {
	m := make([]float64, d*d)
	for j := range d {
		var l float64
		for i := range d {
			l = math.Hypot(l, a[i*d+j])
		}
		for i := range d {
			m[i*d+j] = a[i*d+j] / l
		}
	}
	sign := 1.0
	for k := range d {
		pivot := k
		for i := k + 1; i < d; i++ {
			if math.Abs(m[i*d+k]) > math.Abs(m[pivot*d+k]) {
				pivot = i
			}
		}
		if pivot != k {
			sign = -sign
			for j := range d {
				m[k*d+j], m[pivot*d+j] = m[pivot*d+j], m[k*d+j]
			}
		}
		if m[k*d+k] < 0 {
			sign = -sign
		}
		for i := k + 1; i < d; i++ {
			q := m[i*d+k] / m[k*d+k]
			for j := k; j < d; j++ {
				m[i*d+j] -= q * m[k*d+j]
			}
		}
	}
	return sign
}
