package flow

import (
	"errors"
	"math"
	"strconv"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/landscape"
)

// DeepSpectral is gradient flow on ½‖W_k⋯W₁X − Y‖² from a balanced start, followed in
// the singular value decomposition of the product: U, V, and the logarithm of the
// singular values z of the layers. The state neither underflows nor loses small
// modes beside large ones, so that from a start of any scale every plateau has its
// true length; time is kept as its logarithm.
//
// # Numerical method
//
// ROS34PW2 (Rang and Angermann 2005), a Rosenbrock method of order 3 with error
// estimate that is L-stable and keeps its order with an inexact Jacobian, in the
// coordinates ω ↦ U exp(ω) around the frames of each step. For whitened data the
// Jacobian is taken as 2×2 blocks, and a step costs four evaluations, about
// 100 d³ flops; else as a matrix of order about 2pd.
//
// With three layers or more a small mode grows as z^{2−N} does in a straight line:
// most of the time passes before most of the growth. Inside a step time
// therefore runs as z^{2−N} of the mode that grows fastest, and ln z of that mode is
// nearly linear in the variable of the step.
type DeepSpectral struct {
	DX, DY int
	Depth  float64
	U, V   []float64 // frames, by rows
	LogZ   []float64
	// LogTime is ln t; −∞ at the start.
	LogTime float64
	// LogLapse is ln of the time of the last step, which ln t may be too coarse for.
	LogLapse float64
	Steps    int
	// Rejected counts steps that were tried again.
	Rejected int

	d    *deepField
	jac  deepJacobian
	tol  float64
	logH float64
	f, m []float64 // F and M
	rest float64

	top        int // the mode by which time runs in a step; -1: none
	kt         [4]float64
	lapse      float64 // time of the step over its size
	ku, kv, kl [4][]float64
	wu, wv, l  []float64
	u, v, z    []float64 // of a stage
	exp        rotation
	e1, e2     []float64
	calm       []float64
	fu, fv, fl []float64 // the velocity at the beginning of the step
}

type deepJacobian interface {
	set(logH, gamma float64, logZ []float64, top deepTop) bool
	mul(du, dv, dl, wu, wv, l []float64)
	solve(gamma float64, wu, wv, l []float64)
}

// NewDeepSpectral prepares the flow on data from a start, with local errors up to
// tol in angles and in the logarithms of singular values.
func NewDeepSpectral(data *landscape.Data, start *DeepStart, tol float64) (*DeepSpectral, error) {
	if err := start.check(); err != nil {
		return nil, err
	}
	if start.DX != data.DX || start.DY != data.DY {
		return nil, errors.New("the start does not have the shape of the data")
	}
	if !(tol > 0 && tol < 1) {
		return nil, errors.New("the tolerance must lie between 0 and 1")
	}
	s := &DeepSpectral{DX: data.DX, DY: data.DY, Depth: start.Depth, LogTime: math.Inf(-1), tol: tol, rest: data.Rest,
		U: append([]float64(nil), start.U...), V: append([]float64(nil), start.V...), LogZ: append([]float64(nil), start.LogZ...)}
	s.f, s.m = data.Reduced()
	p := len(s.LogZ)
	s.d = newDeepField(s.f, s.m, s.DX, s.DY, data.Rank, p, s.Depth)
	if s.d.white {
		s.jac = newDeepBlocks(s.d)
	} else {
		if order := deepDenseOrder(s.DY, s.DX, p, false); order > deepDenseLimit {
			return nil, errors.New("data that are not whitened need a Jacobian of order " + strconv.Itoa(order) + ": whiten X, or follow the layers")
		}
		s.jac = newDeepDense(s.d, false)
	}
	s.prepare()
	return s, nil
}

// prepare makes room for the stages, and chooses the first step.
func (s *DeepSpectral) prepare() {
	p := len(s.LogZ)
	for i := range 4 {
		s.ku[i], s.kv[i], s.kl[i] = make([]float64, s.DY*s.DY), make([]float64, s.DX*s.DX), make([]float64, p)
	}
	s.wu, s.wv, s.l = make([]float64, s.DY*s.DY), make([]float64, s.DX*s.DX), make([]float64, p)
	s.fu, s.fv, s.fl = make([]float64, s.DY*s.DY), make([]float64, s.DX*s.DX), make([]float64, p)
	s.u, s.v, s.z = make([]float64, s.DY*s.DY), make([]float64, s.DX*s.DX), make([]float64, p)
	side := max(s.DX, s.DY)
	s.e1, s.e2, s.calm = make([]float64, side*side), make([]float64, side*side), make([]float64, side*side)
	// The first step is a thousandth of the fastest mode's time.
	s.d.frame(s.U, s.V, s.LogZ)
	top := math.Inf(-1)
	for r := range p {
		top = math.Max(top, (s.Depth-2)*s.LogZ[r])
	}
	s.logH = math.Log(1e-3) - top - math.Log(normOf(s.d.g)+math.SmallestNonzeroFloat64)
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

// try makes a step and returns its error over the tolerance. The change is left in
// wu, wv, l.
func (s *DeepSpectral) try(logH float64) float64 {
	s.d.frame(s.U, s.V, s.LogZ)
	if s.d.measured != nil {
		s.d.measured.linearise(s.U, s.V, len(s.LogZ))
	}
	s.d.rates(logH, 0, s.LogZ, s.fu, s.fv, s.fl)
	if !s.jac.set(logH, rosGamma, s.LogZ, deepTop{s.top, -(s.Depth - 2), s.fu, s.fv, s.fl}) {
		return math.NaN()
	}
	for i := range 4 {
		logRun := 0.0 // of the time in this stage
		combine(s.wu, s.ku[:i], rosA[i][:i])
		combine(s.wv, s.kv[:i], rosA[i][:i])
		combine(s.l, s.kl[:i], rosA[i][:i])
		if i > 0 {
			if !s.move(s.u, s.v, s.z) {
				return math.NaN()
			}
			if s.top >= 0 {
				logRun = -(s.Depth - 2) * s.l[s.top]
			}
			s.d.frame(s.u, s.v, s.z)
			s.d.rates(logH, logRun, s.z, s.ku[i], s.kv[i], s.kl[i])
			s.pullBack(s.ku[i], s.wu, s.ku[i-1], s.DY)
			s.pullBack(s.kv[i], s.wv, s.kv[i-1], s.DX)
			combine(s.wu, s.ku[:i], rosC[i][:i])
			combine(s.wv, s.kv[:i], rosC[i][:i])
			combine(s.l, s.kl[:i], rosC[i][:i])
			s.jac.mul(s.ku[i], s.kv[i], s.kl[i], s.wu, s.wv, s.l)
		} else {
			copy(s.ku[0], s.fu)
			copy(s.kv[0], s.fv)
			copy(s.kl[0], s.fl)
		}
		s.kt[i] = math.Exp(logRun)
		s.jac.solve(rosGamma, s.ku[i], s.kv[i], s.kl[i])
	}
	var diff [4]float64
	for i := range diff {
		diff[i] = rosB[i] - rosE[i]
	}
	lapseError := 0.0
	s.lapse = 0
	for i, k := range s.kt {
		s.lapse += rosB[i] * k
		lapseError += diff[i] * k
	}
	if !(s.lapse > 0) {
		return math.NaN()
	}
	// Relative to the time so far.
	largest := math.Abs(lapseError) * math.Exp(logH-logSum(s.LogTime, logH+math.Log(s.lapse)))
	for _, part := range []struct {
		w []float64
		k [4][]float64
	}{{s.wu, s.ku}, {s.wv, s.kv}, {s.l, s.kl}} {
		combine(part.w, part.k[:], diff[:])
		for _, v := range part.w {
			if !(math.Abs(v) <= largest) {
				largest = math.Abs(v)
			}
		}
		combine(part.w, part.k[:], rosB[:])
	}
	if !s.move(s.u, s.v, s.z) {
		return math.NaN()
	}
	return largest / s.tol
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
	copy(s.U, s.u)
	copy(s.V, s.v)
	copy(s.LogZ, s.z)
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

// move writes the point at (wu, wv, l) from the present one; false if that is too
// far.
func (s *DeepSpectral) move(u, v, z []float64) bool {
	for r := range z {
		z[r] = s.LogZ[r] + s.l[r]
		if !(math.Abs(s.l[r]) < maxGrowth) {
			return false
		}
	}
	return s.turn(u, s.U, s.wu, s.DY) && s.turn(v, s.V, s.wv, s.DX)
}

// turn writes q exp(w), for w that is not large; false if it is.
func (s *DeepSpectral) turn(dst, q, w []float64, n int) bool {
	size := normOf(w)
	if !(size < maxTurn*math.Sqrt(float64(n))) {
		return false
	}
	s.exp.of(w, size, n)
	blas.Gemm(false, false, n, n, n, 1, q, n, s.exp.sum, n, 0, dst, n)
	return true
}

// pullBack turns a velocity k of the frame at q exp(w) into one of w:
// ẇ = k + ½[w, k] + (1/12)[w, [w, k]] + O(w⁴). In planes that are stiff k is rounding
// noise times a rate without bound, and would reach all others through the
// brackets: there before, the change in the stage before this, takes its place.
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
	one, two := s.e1[:n*n], s.e2[:n*n]
	calm := s.calm[:n*n]
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
	a, b := s.e1[:n*n], s.e2[:n*n]
	blas.Gemm(true, false, n, n, n, -0.5, q, n, q, n, 0, a, n)
	for i := range n {
		a[i*n+i] += 1.5
	}
	blas.Gemm(false, false, n, n, n, 1, q, n, a, n, 0, b, n)
	copy(q, b)
}

func combine(dst []float64, k [][]float64, c []float64) {
	clear(dst)
	for i, v := range c {
		if v != 0 {
			blas.Axpy(v, k[i], dst)
		}
	}
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
