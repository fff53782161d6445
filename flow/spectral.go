package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// Spectral is the gradient flow of X = YYᵀ that Factored follows, Ẏ = −2GY from
// Y = αI, in the eigenvectors of X and the logarithms of its eigenvalues, for
// starts that no double holds. With H = UᵀGU and X = U diag(e^ℓ) Uᵀ,
//
//	ℓ̇ᵢ = −4Hᵢᵢ,   U̇ = UΩ,   Ωᵢⱼ = −2Hᵢⱼ coth((ℓⱼ − ℓᵢ)/2).
//
// Between two stairs ℓ is linear in t and U stands still, so a plateau costs a few
// steps however long it is.
//
// While X is too small to be seen in the measurements, X = α² exp(4𝒜*(b)t); the
// integration begins where its largest eigenvalue is e^first, at Begin. Equal
// eigenvalues have no eigenvectors of their own: two that come closer than 1 to
// 1 + 10⁻³ turn more slowly than they would, by which their logarithms err by as
// much.
//
// It is for matrices of small order d: a step is a factorization of order d² + d.
// It is not safe for concurrent use.
type Spectral struct {
	a         linop.Operator
	b         []float64
	d         int
	begin     float64
	start     []float64 // U by rows, then ℓ
	firstStep float64

	x, g, h, res, scaled []float64
}

// first is the largest ln λ at which the flow is taken up, relative to ln of what
// the measurements ask for.
const first = -23 // 1e-10

// NewSpectral returns the flow of d×d matrices from Y = αI. The error says what
// cannot be followed: a start that is not small, and measurements that do not let
// X grow.
func NewSpectral(a linop.Operator, b []float64, d int, logAlpha float64) (*Spectral, error) {
	n, m := a.Dims()
	switch {
	case d < 1 || d*d != m || len(b) != n:
		return nil, fmt.Errorf("flow: A of %d×%d and b of length %d do not measure a matrix of %d×%d", n, m, len(b), d, d)
	case math.IsNaN(logAlpha) || math.IsInf(logAlpha, 0):
		return nil, fmt.Errorf("flow: ln α is %v", logAlpha)
	}
	s := &Spectral{a: a, b: b, d: d, x: make([]float64, m), g: make([]float64, m), h: make([]float64, m), res: make([]float64, n), scaled: make([]float64, m)}
	// The strongest direction of 𝒜*(b) grows first, with rate 4μ.
	mu, u := make([]float64, d), make([]float64, m)
	a.ApplyT(u, b)
	symmetrise(u, d)
	if !blas.Eigen(mu, u, d, d) {
		return nil, errors.New("flow: 𝒜*(b) has no eigenvalues: an entry is not finite")
	}
	top := mu[d-1]
	if !(top > 0) {
		return nil, errors.New("flow: 𝒜*(b) has no positive eigenvalue, so X = 0 is where the flow stays")
	}
	size := s.size(u)
	s.begin = (first + math.Log(size) - 2*logAlpha) / (4 * top)
	if !(s.begin > 0) {
		return nil, fmt.Errorf("flow: α = e^%.4g is not small beside a matrix of size %.3g; follow the factors themselves", logAlpha, size)
	}
	s.firstStep = 0.1 / top // within which the largest eigenvalue grows by half
	s.start = make([]float64, m+d)
	for i := range d { // descending
		for j := range d {
			s.start[i*d+j] = u[i*d+d-1-j]
		}
		s.start[m+i] = 2*logAlpha + 4*mu[d-1-i]*s.begin
	}
	return s, nil
}

// size is how large a matrix along the strongest direction has to be for the
// measurements: least squares in one number.
func (s *Spectral) size(u []float64) float64 {
	d := s.d
	for i := range d {
		for j := range d {
			s.x[i*d+j] = u[i*d+d-1] * u[j*d+d-1]
		}
	}
	s.a.Apply(s.res, s.x)
	return blas.Dot(s.res, s.b) / blas.Dot(s.res, s.res)
}

// Begin is the time at which the state of Start is reached.
func (s *Spectral) Begin() float64 { return s.begin }

// Dim returns d² + d.
func (s *Spectral) Dim() int { return len(s.start) }

// Autonomous reports true.
func (s *Spectral) Autonomous() bool { return true }

// Start returns the state at Begin: U by rows, then ℓ.
func (s *Spectral) Start() []float64 { return slices.Clone(s.start) }

// Primal sets dst = X, by rows.
func (s *Spectral) Primal(dst, z []float64) {
	d := s.d
	for i := range d {
		for j := range d {
			s.scaled[i*d+j] = z[i*d+j] * math.Exp(z[d*d+j])
		}
	}
	blas.Gemm(false, true, d, d, d, 1, s.scaled, d, z, d, 0, dst, d)
}

// Loss returns ½‖𝒜(X) − b‖².
func (s *Spectral) Loss(z []float64) float64 {
	s.Primal(s.x, z)
	s.a.Apply(s.res, s.x)
	blas.Axpy(-1, s.b, s.res)
	return blas.Dot(s.res, s.res) / 2
}

// LogEigenvalues returns ℓ of a state, descending.
func (s *Spectral) LogEigenvalues(z []float64) []float64 {
	l := slices.Clone(z[s.d*s.d:])
	slices.SortFunc(l, func(a, b float64) int {
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	return l
}

// Deriv sets dst to the velocity of the state.
func (s *Spectral) Deriv(dst []float64, _ float64, z []float64) {
	d := s.d
	s.Loss(z)
	s.a.ApplyT(s.g, s.res)
	symmetrise(s.g, d)
	blas.Gemm(false, false, d, d, d, 1, s.g, d, z, d, 0, s.scaled, d)
	blas.Gemm(true, false, d, d, d, 1, z, d, s.scaled, d, 0, s.h, d)
	l := z[d*d:]
	for i := range d {
		dst[d*d+i] = -4 * s.h[i*d+i]
		s.scaled[i*d+i] = 0
		for j := range i {
			omega := -2 * (s.h[i*d+j] + s.h[j*d+i]) / 2 * coth(l[j]-l[i])
			s.scaled[i*d+j], s.scaled[j*d+i] = omega, -omega
		}
	}
	blas.Gemm(false, false, d, d, d, 1, z, d, s.scaled, d, 0, dst, d)
}

// coth is coth(x/2), bounded near 0.
func coth(x float64) float64 {
	const close = 1e-3
	if math.Abs(x) < close {
		return x / close / math.Tanh(close/2)
	}
	return 1 / math.Tanh(x/2)
}

// Measure is the largest error of an angle or of a logarithm. An eigenvector of an
// eigenvalue that is no part of X any more has no effect but on its own growth.
func (s *Spectral) Measure(step *ode.Step, rel, abs float64) float64 {
	var worst float64
	for _, e := range step.Err {
		if math.IsNaN(e) {
			return e
		}
		worst = math.Max(worst, math.Abs(e)/(rel+abs))
	}
	return worst
}

// Linearize returns the Jacobian by differences, good to about half of the digits.
func (s *Spectral) Linearize(_ float64, z []float64) ode.Jacobian {
	n := s.Dim()
	j, at := mat.NewDense(n, n, nil), slices.Clone(z)
	f0, f1 := make([]float64, n), make([]float64, n)
	s.Deriv(f0, 0, z)
	for k := range n {
		h := 1.5e-8 * math.Max(1, math.Abs(z[k]))
		at[k] = z[k] + h
		h = at[k] - z[k]
		s.Deriv(f1, 0, at)
		at[k] = z[k]
		for i := range f1 {
			j.Set(i, k, (f1[i]-f0[i])/h)
		}
	}
	unit := make([]float64, n)
	for i := range unit {
		unit[i] = 1
	}
	return &luJacobian{j: j, unit: unit}
}

// SpectralResult is what is known of a run: at each of Times ln λ of all
// eigenvalues, descending, and the loss; and X at the end.
type SpectralResult struct {
	Status ode.Status
	Times  []float64
	Log    [][]float64
	Losses []float64
	X      []float64
	Steps  int
}

// Follow integrates until the loss has fallen to untilLoss, keeping every step,
// after the start and the points of the straight growth before Begin.
func (s *Spectral) Follow(ctx context.Context, untilLoss, relTol float64, maxSteps int) (*SpectralResult, error) {
	d := s.d
	r := &SpectralResult{}
	keep := func(t float64, z []float64) {
		r.Times, r.Log, r.Losses = append(r.Times, t), append(r.Log, s.LogEigenvalues(z)), append(r.Losses, s.Loss(z))
	}
	t, z, h := s.begin, s.Start(), s.firstStep
	for k := range 3 { // straight lines: the ends of the first plateau
		back := slices.Clone(z)
		for i := range d { // each grows at 4μ: ℓ(0) is the same for all
			back[d*d+i] = z[d*d+i] + (float64(k)/3-1)*s.begin*s.rate(z, i)
		}
		keep(s.begin*float64(k)/3, back)
	}
	for {
		in, err := ode.New(s, t, z, ode.Options{
			Until: math.Inf(1), RelTol: relTol, Measure: s.Measure, Method: ode.NewRodas5P(), FirstStep: h, MaxSteps: maxSteps,
			Events: []ode.Event{{Name: "loss", Direction: -1, Terminal: true,
				Func: func(_ float64, y, _ []float64) float64 { return math.Log(s.Loss(y) / untilLoss) }}},
		})
		if err != nil {
			return nil, err
		}
		for more := true; more; {
			before := in.T
			if more, err = in.Advance(ctx); err != nil {
				return nil, err
			}
			h = in.T - before
			keep(in.T, in.Y)
			if !more {
				r.Status = in.Status()
				r.Steps += in.Stats.Steps
				r.X = make([]float64, d*d)
				s.Primal(r.X, in.Y)
				return r, nil
			}
			if s.skew(in.Y) > 1e-9 {
				break
			}
		}
		r.Steps += in.Stats.Steps
		if maxSteps > 0 && r.Steps >= maxSteps {
			r.Status = ode.StepLimit
			r.X = make([]float64, d*d)
			s.Primal(r.X, in.Y)
			return r, nil
		}
		t, z = in.T, slices.Clone(in.Y)
		s.straighten(z)
	}
}

// rate is ℓ̇ᵢ at the start.
func (s *Spectral) rate(z []float64, i int) float64 {
	f := make([]float64, s.Dim())
	s.Deriv(f, 0, z)
	return f[s.d*s.d+i]
}

// skew is the largest error of UᵀU.
func (s *Spectral) skew(z []float64) float64 {
	d := s.d
	blas.Gemm(true, false, d, d, d, 1, z, d, z, d, 0, s.scaled, d)
	var worst float64
	for i := range d {
		for j := range d {
			v := s.scaled[i*d+j]
			if i == j {
				v--
			}
			worst = math.Max(worst, math.Abs(v))
		}
	}
	return worst
}

// straighten makes the columns of U orthonormal again, by U(3I − UᵀU)/2, which
// squares the error.
func (s *Spectral) straighten(z []float64) {
	d := s.d
	blas.Gemm(true, false, d, d, d, 1, z, d, z, d, 0, s.scaled, d)
	for i := range s.scaled {
		s.scaled[i] *= -0.5
	}
	for i := range d {
		s.scaled[i*d+i] += 1.5
	}
	copy(s.h, z[:d*d])
	blas.Gemm(false, false, d, d, d, 1, s.h, d, s.scaled, d, 0, z, d)
}
