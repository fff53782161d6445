package ode

// Step is a step over the interval [T0, T1]. Its outcome is a candidate, which
// the controller may reject.
type Step struct {
	T0, T1 float64
	Y0, F0 []float64 // y(T0) and f(T0, Y0)
	Y1     []float64 // the candidate for y(T1)
	Err    []float64 // an estimate of the local error of Y1
	F1     []float64 // f(T1, Y1), where HasF1
	HasF1  bool
}

// Stepper is a one-step method with its workspace. One Stepper serves one
// integration at a time.
type Stepper interface {
	// Name is a lower-case name: "rodas5p".
	Name() string
	// Order is the order of Y1: its local error is O(h^(Order+1)).
	Order() int
	// ErrorOrder is the order of the estimate: Err is O(h^(ErrorOrder+1)).
	ErrorOrder() int
	// DenseOrder is the order of Interpolate: its local error is
	// O(h^(DenseOrder+1)), uniformly over the step.
	DenseOrder() int
	// Prepare makes room for steps of sys and forgets what it knew. It fails
	// if sys lacks what the method needs.
	Prepare(sys System) error
	// Step sets Y1 and Err, and F1 with HasF1 where the method has it for
	// nothing. It reports false where the candidate cannot be computed: try a
	// smaller step.
	Step(s *Step, stats *Stats) bool
	// Interpolate sets dst to the value at T0 + theta·(T1−T0), 0 ≤ theta ≤ 1,
	// of the last step computed. F1 is known then.
	Interpolate(dst []float64, s *Step, theta float64)
}

// Stateful is a Stepper whose next step depends on more than where the last one
// ended.
type Stateful interface {
	Stepper
	// State returns what is to be remembered between steps.
	State() []float64
	// Restore undoes State, after Prepare.
	Restore(state []float64) error
}

// newStep returns a step with room for n components.
func newStep(n int) *Step {
	return &Step{
		Y0: make([]float64, n), F0: make([]float64, n), Y1: make([]float64, n),
		Err: make([]float64, n), F1: make([]float64, n),
	}
}

// combine sets dst = y + h Σ c[j] k[j].
func combine(dst, y []float64, h float64, c []float64, k [][]float64) {
	copy(dst, y)
	for j, cj := range c {
		if cj != 0 {
			axpy(h*cj, k[j], dst)
		}
	}
}

// axpy adds a·x to y.
func axpy(a float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

// hermite sets dst to the cubic through both ends of a step and their slopes.
func hermite(dst []float64, s *Step, theta float64) {
	h := s.T1 - s.T0
	u := 1 - theta
	a0, a1 := u*u*(1+2*theta), theta*theta*(3-2*theta)
	b0, b1 := theta*u*u*h, -theta*theta*u*h
	for i := range dst {
		dst[i] = a0*s.Y0[i] + a1*s.Y1[i] + b0*s.F0[i] + b1*s.F1[i]
	}
}

// vectors returns k vectors of length n in one piece of memory.
func vectors(k, n int) [][]float64 {
	all := make([]float64, k*n)
	out := make([][]float64, k)
	for i := range out {
		out[i] = all[i*n : (i+1)*n : (i+1)*n]
	}
	return out
}
