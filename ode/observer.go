package ode

// Segment is an accepted step as observers see it. Its slices are only valid
// during the call.
type Segment struct {
	T0, T1         float64
	Y0, Y1, F0, F1 []float64

	full    *Step // the whole step, of which a terminal event leaves a part
	stepper Stepper
}

// At sets dst = y(t), T0 ≤ t ≤ T1.
func (s *Segment) At(dst []float64, t float64) {
	switch t {
	case s.T0:
		copy(dst, s.Y0)
	case s.T1:
		copy(dst, s.Y1)
	default:
		s.stepper.Interpolate(dst, s.full, (t-s.full.T0)/(s.full.T1-s.full.T0))
	}
}

// Observer sees every accepted step, in order. It cannot change the run but by
// an error, which ends it. The first segment has length 0: it is the start.
type Observer interface {
	Observe(s *Segment) error
}

// ObserverFunc is a function as an Observer.
type ObserverFunc func(s *Segment) error

// Observe calls the function.
func (f ObserverFunc) Observe(s *Segment) error { return f(s) }

// At calls fn at the times given, which increase, by dense output: they do not
// influence the steps. fn must not keep y.
func At(times []float64, fn func(t float64, y []float64) error) Observer {
	return &atTimes{times: times, fn: fn}
}

type atTimes struct {
	times []float64
	fn    func(t float64, y []float64) error
	y     []float64
}

// Observe calls fn at the times of the segment.
func (a *atTimes) Observe(s *Segment) error {
	if a.y == nil {
		a.y = make([]float64, len(s.Y1))
	}
	for len(a.times) > 0 && a.times[0] <= s.T1 {
		t := a.times[0]
		a.times = a.times[1:]
		if t < s.T0 {
			continue // before the start
		}
		s.At(a.y, t)
		if err := a.fn(t, a.y); err != nil {
			return err
		}
	}
	return nil
}

// Trajectory collects points of the solution; its Append is made for At.
type Trajectory struct {
	T []float64
	Y [][]float64
}

// Append adds a copy of a point.
func (tr *Trajectory) Append(t float64, y []float64) error {
	tr.T = append(tr.T, t)
	tr.Y = append(tr.Y, append([]float64(nil), y...))
	return nil
}
