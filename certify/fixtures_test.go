package certify

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// instance is a small problem with a good certificate.
type instance struct {
	name string
	n, m int
	a    []float64 // row-major
	b    []float64
	w    Witness
	cert Certificate // unsealed: Claim, Tol, Unique, Geometry, LogAlpha, names
}

func (in instance) op() linop.Operator { return linop.NewDense(in.n, in.m, in.a) }

// issue returns the certificate of the instance.
func (in instance) issue(t testing.TB) Certificate {
	t.Helper()
	c, err := Issue(in.op(), in.b, in.cert, in.w)
	if err != nil {
		t.Fatalf("%s: %v", in.name, err)
	}
	return c
}

func ptr[T any](v T) *T { return &v }

// instances returns one good instance per claim and variant, from closed forms.
func instances() []instance {
	// Exact rational end of an inverse-scale-space path: S = {3, 4},
	// Aᵀy = (45/49, −30/49, 1, −1), Q = 80/49.
	fixture := []float64{1, 0.5, 0.7, 0, 0.5, 1, 0.1, 0.7}
	// min over x₁+2x₂ = 1 of the entropy divergence from α·1:
	// x₁ = (−α+√(α²+8α))/4, x₂ = (1−x₁)/2, ν = ln(x₁/α).
	alpha := 1e-2
	x1 := (-alpha + math.Sqrt(alpha*alpha+8*alpha)) / 4
	return append([]instance{
		{
			name: "l1", n: 2, m: 4, a: fixture, b: []float64{1, 0},
			w:    Witness{X: []float64{0, 0, 10.0 / 7, -10.0 / 49}, Y: []float64{80.0 / 49, -10.0 / 7}},
			cert: Certificate{Claim: L1, Tol: 1e-9, Unique: ptr(true)},
		},
		{
			name: "l1-weighted", n: 2, m: 4, a: fixture, b: []float64{1, 0},
			// Columns scaled: weights w on A equal weights 1 on A diag(1/w).
			w: Witness{
				X: []float64{0, 0, 10.0 / 7, -10.0 / 49}, Y: []float64{80.0 / 49, -10.0 / 7},
				Weights: []float64{2, 3, 1, 1},
			},
			cert: Certificate{Claim: L1, Tol: 1e-9, Unique: ptr(true), Weights: ptr("weights.npy")},
		},
		{
			name: "l1-nonneg", n: 2, m: 4, a: []float64{1, 1, 1, 1, 1, 2, 3, 5}, b: []float64{2, 4.25},
			// 1ᵀx = 2 on the feasible set, and
			// every feasible point is optimal: not unique.
			w:    Witness{X: []float64{0.75, 0.75, 0.25, 0.25}, Y: []float64{1, 0}, Other: []float64{1, 0.25, 0.5, 0.25}},
			cert: Certificate{Claim: L1Nonneg, Tol: 1e-9, Unique: ptr(false), Other: ptr("other.npy")},
		},
		{
			name: "l1-ties", n: 1, m: 3, a: []float64{1, -1, 0.5}, b: []float64{1},
			// Every (t, t−1, 0), 0 ≤ t ≤ 1, is optimal.
			w:    Witness{X: []float64{0.5, -0.5, 0}, Y: []float64{1}, Other: []float64{1, 0, 0}},
			cert: Certificate{Claim: L1, Tol: 1e-9, Unique: ptr(false), Other: ptr("other.npy")},
		},
		{
			name: "l1-nonneg-unique", n: 1, m: 3, a: []float64{1, 4, 2}, b: []float64{3},
			w:    Witness{X: []float64{0, 0.75, 0}, Y: []float64{0.25}},
			cert: Certificate{Claim: L1Nonneg, Tol: 1e-9, Unique: ptr(true)},
		},
		{
			name: "min-norm", n: 1, m: 3, a: []float64{1, 2, 2}, b: []float64{3},
			w:    Witness{X: []float64{1.0 / 3, 2.0 / 3, 2.0 / 3}, Y: []float64{1.0 / 3}},
			cert: Certificate{Claim: MinNorm, Tol: 1e-9, Unique: ptr(true)},
		},
		{
			name: "min-norm-start", n: 1, m: 3, a: []float64{1, 2, 2}, b: []float64{3},
			// x₀ = (1, 1, −1): b−Ax₀ = 2, x = x₀ + (2/9)(1, 2, 2).
			w: Witness{
				X: []float64{1 + 2.0/9, 1 + 4.0/9, -1 + 4.0/9}, Y: []float64{2.0 / 9},
				Start: []float64{1, 1, -1},
			},
			cert: Certificate{Claim: MinNorm, Tol: 1e-9, Unique: ptr(true), Start: ptr("x0.npy")},
		},
		{
			name: "bregman-entropy", n: 1, m: 2, a: []float64{1, 2}, b: []float64{1},
			w:    Witness{X: []float64{x1, (1 - x1) / 2}, Y: []float64{math.Log(x1 / alpha)}},
			cert: Certificate{Claim: Bregman, Tol: 1e-9, Unique: ptr(true), Geometry: Entropy, LogAlpha: ptr(math.Log(alpha))},
		},
		{
			name: "bregman-hypentropy", n: 1, m: 1, a: []float64{3}, b: []float64{6},
			// one unknown: x = 2, 3ν = arsinh(x/β), and ln β = −10⁶.
			w:    Witness{X: []float64{2}, Y: []float64{(math.Log(4) + 1e6) / 3}},
			cert: Certificate{Claim: Bregman, Tol: 1e-9, Unique: ptr(true), Geometry: Hypentropy, LogAlpha: ptr(-1e6)},
		},
		{
			name: "inconsistent", n: 2, m: 2, a: []float64{1, 2, 2, 4}, b: []float64{1, 3},
			w:    Witness{Y: []float64{-2, 1}},
			cert: Certificate{Claim: Inconsistent, Tol: 1e-9},
		},
		{
			name: "infeasible-nonneg", n: 2, m: 3, a: []float64{1, 2, 1, 3, 1, 0}, b: []float64{-1, 2},
			w:    Witness{Y: []float64{-1, 0.25}},
			cert: Certificate{Claim: InfeasibleNonneg, Tol: 1e-9},
		},
	}, append(nearestInstances(), spectralInstances()...)...)
}

// fataler is what testing.TB and rapid.T have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func verify(t fataler, in instance, c Certificate) Verdict {
	t.Helper()
	v, err := Verify(in.op(), in.b, c, in.w)
	if err != nil {
		t.Fatalf("%s: %v", in.name, err)
	}
	return v
}

func TestGoodCertificatesAreAccepted(t *testing.T) {
	for _, in := range instances() {
		t.Run(in.name, func(t *testing.T) {
			c := in.issue(t)
			if v := verify(t, in, c); !v.Valid {
				t.Errorf("rejected: %+v", v.Failed())
			}
		})
	}
}
