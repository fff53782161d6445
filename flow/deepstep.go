package flow

import (
	"errors"
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// deepChange is a change of the state or its velocity: of the frames in the
// coordinates ω, antisymmetric, and of ln z.
type deepChange struct{ u, v, l []float64 }

// deepStage is the solution of a stage, with the speed of time in it.
type deepStage struct {
	deepChange
	speed float64
}

// deepPlace is a state.
type deepPlace struct{ u, v, z []float64 }

func (s *DeepSpectral) newChange() deepChange {
	return deepChange{make([]float64, s.DY*s.DY), make([]float64, s.DX*s.DX), make([]float64, len(s.LogZ))}
}

// combine sets c = Σ w[i] stages[i].
func (c deepChange) combine(stages []deepStage, w []float64) {
	clear(c.u)
	clear(c.v)
	clear(c.l)
	for i, x := range w {
		if x != 0 {
			blas.Axpy(x, stages[i].u, c.u)
			blas.Axpy(x, stages[i].v, c.v)
			blas.Axpy(x, stages[i].l, c.l)
		}
	}
}

// largest is the largest entry; NaN if there is one.
func (c deepChange) largest() float64 {
	most := 0.0
	for _, part := range [][]float64{c.u, c.v, c.l} {
		for _, x := range part {
			if math.IsNaN(x) {
				return x
			}
			most = math.Max(most, math.Abs(x))
		}
	}
	return most
}

// ROS34PW2 of Rang and Angermann 2005: γ, the stage weights, the coupling, the
// weights of the result and of the estimate.
const rosGamma = 4.3586652150845900e-01

var (
	rosA = [4][3]float64{{}, {8.7173304301691801e-01}, {8.4457060015369423e-01, -1.1299064236484185e-01}, {0, 0, 1}}
	rosC = [4][3]float64{{}, {-8.7173304301691801e-01}, {-9.0338057013044082e-01, 5.4180672388095326e-02},
		{2.4212380706095346e-01, -1.2232505839045147e+00, 5.4526025533510214e-01}}
	rosB = [4]float64{2.4212380706095346e-01, -1.2232505839045147e+00, 1.5452602553351020e+00, 4.3586652150845900e-01}
	rosE = [4]float64{3.7810903145819369e-01, -9.6042292212423178e-02, 5.0000000000000000e-01, 2.1793326075422950e-01}
)

// On a plateau nothing moves: the error of a step is below idle, and the next may be
// longer by plateauGrowth. A plateau is of α^{2−N}, which a factor of 5 a step would
// reach after thousands of them.
const (
	idle          = 1e-9
	plateauGrowth = 1e4
)

// Step advances by one accepted step, no further than ln t = logEnd.
func (s *DeepSpectral) Step(logEnd float64) error {
	for range 200 {
		logH := s.logH
		last := false
		left := logDiff(logEnd, s.LogTime)
		if math.IsInf(left, -1) {
			return nil // at the end already
		}
		s.top, logH = s.fastest(logH)
		errNorm := s.try(logH)
		if math.IsNaN(errNorm) || errNorm > 1 {
			// again, below
		} else if !math.IsInf(left, 1) && (logH+math.Log(s.lapse) >= left) {
			s.top, logH, last = -1, left, true
			errNorm = s.try(logH)
		}
		factor := 0.2
		if !math.IsNaN(errNorm) {
			factor = math.Min(5, math.Max(0.2, 0.85*math.Pow(math.Max(errNorm, 1e-12), -1.0/3)))
			if errNorm < idle {
				factor = plateauGrowth
			}
		}
		if errNorm <= 1 {
			s.accept(logH + math.Log(s.lapse))
			if !last || factor < 1 {
				s.logH = logH + math.Log(factor)
			}
			return nil
		}
		s.Rejected++
		s.logH = logH + math.Log(math.Min(factor, 0.9))
	}
	return errors.New("the flow of the singular values does not advance: two of them may be equal")
}

// try makes a step of length e^logH and returns its error over the tolerance; NaN if
// the step is too long to be computed. The change and where it leads are left in
// change and next.
func (s *DeepSpectral) try(logH float64) float64 {
	s.d.frame(s.U, s.V, s.LogZ)
	if s.d.measured != nil {
		s.d.measured.linearise(s.U, s.V, len(s.LogZ))
	}
	s.d.rates(logH, 0, s.LogZ, s.velocity.u, s.velocity.v, s.velocity.l)
	if !s.jac.set(logH, rosGamma, s.LogZ, deepTop{s.top, -(s.Depth - 2), s.velocity.u, s.velocity.v, s.velocity.l}) {
		return math.NaN()
	}
	for i := range s.stages {
		if !s.stage(i, logH) {
			return math.NaN()
		}
	}
	return s.weigh(logH)
}

// stage computes stage i, reporting false where the stages before lead too far:
//
//	(I − γJ) kᵢ = f(x + Σ aᵢⱼkⱼ) + J Σ cᵢⱼkⱼ,  f and J times the step.
func (s *DeepSpectral) stage(i int, logH float64) bool {
	k, logRun := &s.stages[i], 0.0 // ln of the time that passes in this stage
	before := s.stages[:i]
	if i == 0 {
		copy(k.u, s.velocity.u)
		copy(k.v, s.velocity.v)
		copy(k.l, s.velocity.l)
	} else {
		s.change.combine(before, rosA[i][:i])
		if !s.move() {
			return false
		}
		if s.top >= 0 {
			logRun = -(s.Depth - 2) * s.change.l[s.top]
		}
		s.d.frame(s.next.u, s.next.v, s.next.z)
		s.d.rates(logH, logRun, s.next.z, k.u, k.v, k.l)
		s.pullBack(k.u, s.change.u, before[i-1].u, s.DY)
		s.pullBack(k.v, s.change.v, before[i-1].v, s.DX)
		s.change.combine(before, rosC[i][:i])
		s.jac.mul(k.u, k.v, k.l, s.change.u, s.change.v, s.change.l)
	}
	k.speed = math.Exp(logRun)
	s.jac.solve(rosGamma, k.u, k.v, k.l)
	return true
}

// weigh puts the stages together: it sets change, next and lapse, and returns the error.
func (s *DeepSpectral) weigh(logH float64) float64 {
	var diff [4]float64
	for i := range diff {
		diff[i] = rosB[i] - rosE[i]
	}
	lapseError := 0.0
	s.lapse = 0
	for i := range s.stages {
		s.lapse += rosB[i] * s.stages[i].speed
		lapseError += diff[i] * s.stages[i].speed
	}
	if !(s.lapse > 0) {
		return math.NaN()
	}
	s.change.combine(s.stages[:], diff[:])
	worst := s.change.largest()
	s.change.combine(s.stages[:], rosB[:])
	if !s.move() {
		return math.NaN()
	}
	// The error of the time is relative to the time so far.
	lapseError = math.Abs(lapseError) * math.Exp(logH-logSum(s.LogTime, logH+math.Log(s.lapse)))
	return math.Max(worst, lapseError) / s.tol
}

// fastest is the mode that grows fastest of those that are far from rest, -1 if
// there is none or for two layers, where all rates stay as they are; and the
// logarithm of the step, not above logH. A step in which time changes its speed
// by more than about a quarter would amplify errors of the modes near rest, whose
// stages count on one speed; what is at rest to any precision keeps its own.
func (s *DeepSpectral) fastest(logH float64) (int, float64) {
	if s.Depth == 2 {
		return -1, logH
	}
	top, best := -1, math.Inf(-1)
	s.d.frame(s.U, s.V, s.LogZ)
	for r, l := range s.LogZ {
		// G_rr = σ XXᵀ_rr − M_rr, of measurements σ‖𝒜(u_rv_rᵀ)‖² in the first place: far from rest if the first is less than half.
		if g := s.d.g[r*s.DX+r]; g < 0 && math.Exp(s.Depth*l)*s.d.diagS[r] < -g {
			if v := (s.Depth-2)*l + math.Log(-g); v > best {
				top, best = r, v
			}
		}
	}
	if top < 0 {
		return top, logH
	}
	logH = math.Min(logH, math.Log(maxGrowth/2)-best)
	for r, l := range s.LogZ {
		resting := math.Exp(s.Depth*l)*s.d.diagS[r] >= -s.d.g[r*s.DX+r]
		if x := logH + (s.Depth-2)*l; resting && x > -2 && x < atRest {
			logH = math.Min(logH, math.Log(0.25/(s.Depth-2))-best)
		}
	}
	return top, logH
}

// accept takes over the step, e^logH long.
func (s *DeepSpectral) accept(logH float64) {
	copy(s.U, s.next.u)
	copy(s.V, s.next.v)
	copy(s.LogZ, s.next.z)
	s.Steps++
	s.LogTime, s.LogLapse = logSum(s.LogTime, logH), logH
	if s.Steps%20 == 0 {
		s.reorthogonalize(s.U, s.DY)
		s.reorthogonalize(s.V, s.DX)
	}
}

// maxTurn is the largest angle of a step: beyond it the coordinates are no longer
// nearly flat.
const maxTurn = 1.0

// maxGrowth is the largest change of ln z in a step.
const maxGrowth = 20

// move sets next to where the change leads from the present state; false if that is
// too far.
func (s *DeepSpectral) move() bool {
	for r, l := range s.change.l {
		s.next.z[r] = s.LogZ[r] + l
		if !(math.Abs(l) < maxGrowth) {
			return false
		}
	}
	return s.turn(s.next.u, s.U, s.change.u, s.DY) && s.turn(s.next.v, s.V, s.change.v, s.DX)
}

// turn writes q exp(w), for w that is not large; false if it is.
func (s *DeepSpectral) turn(dst, q, w []float64, n int) bool {
	size := normOf(w)
	if !(size < maxTurn*math.Sqrt(float64(n))) {
		return false
	}
	s.rotate.of(w, size, n)
	blas.Gemm(false, false, n, n, n, 1, q, n, s.rotate.sum, n, 0, dst, n)
	return true
}

// pullBack turns a velocity k of the frame at q exp(w) into one of w:
// ẇ = k + ½[w, k] + (1/12)[w, [w, k]] + O(w⁴). In planes that are stiff k is rounding
// noise times a rate without bound, and would reach all others through the
// brackets: there before, the change in the stage before this, takes its place; what
// enters the brackets is called calm.
func (s *DeepSpectral) pullBack(k, w, before []float64, n int) {
	// ba = (ab)ᵀ for antisymmetric a and b.
	bracket := func(dst, a, b []float64) {
		blas.Gemm(false, false, n, n, n, 1, a, n, b, n, 0, dst, n)
		for i := range n {
			dst[i*n+i] = 0
			for j := range i {
				v := dst[i*n+j] - dst[j*n+i]
				dst[i*n+j], dst[j*n+i] = v, -v
			}
		}
	}
	one, two, calm := s.bracket[0][:n*n], s.bracket[1][:n*n], s.bracket[2][:n*n]
	for i, v := range k {
		if math.Abs(v) > 4*math.Abs(before[i])+1e-3*s.tol {
			v = before[i]
		}
		calm[i] = v
	}
	bracket(one, w, calm)
	bracket(two, w, one)
	blas.Axpy(0.5, one, k)
	blas.Axpy(1.0/12, two, k)
}

// reorthogonalize removes rounding errors: one step of Newton's iteration for the
// polar factor, Q ← Q(3I − QᵀQ)/2.
func (s *DeepSpectral) reorthogonalize(q []float64, n int) {
	a, b := s.bracket[0][:n*n], s.bracket[1][:n*n]
	blas.Gemm(true, false, n, n, n, -0.5, q, n, q, n, 0, a, n)
	for i := range n {
		a[i*n+i] += 1.5
	}
	blas.Gemm(false, false, n, n, n, 1, q, n, a, n, 0, b, n)
	copy(q, b)
}

func normOf(x []float64) float64 { return math.Sqrt(blas.Dot(x, x)) }

// logSum is ln(eᵃ + eᵇ).
func logSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(a, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// logDiff is ln(eᵃ − eᵇ), −∞ if that is not positive.
func logDiff(a, b float64) float64 {
	if !(a > b) {
		return math.Inf(-1)
	}
	if math.IsInf(a, 1) {
		return a
	}
	return a + math.Log(-math.Expm1(b-a))
}
