package flow

import "github.com/tacit-dev/tacit/ode"

// record keeps the points inside of a step, or every so many steps.
func (w *walk) record(s *ode.Segment) error {
	if w.resumed {
		w.resumed = false
		return nil
	}
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
	w.put(t, z)
}

// put records a state whose columns are orthogonal.
func (w *walk) put(t float64, z []float64) {
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
