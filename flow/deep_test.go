package flow

import (
	"math"
	"testing"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/landscape"
)

func deepData(t *testing.T, x, y []float64, dx, dy, n int) *landscape.Data {
	t.Helper()
	d, err := landscape.NewData(x, y, dx, dy, n, 0)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func unit(n int) []float64 {
	m := make([]float64, n*n)
	for i := range n {
		m[i*n+i] = 1
	}
	return m
}

// waves is a fixed matrix without structure.
func waves(rows, cols int, shift float64) []float64 {
	m := make([]float64, rows*cols)
	for i := range m {
		m[i] = math.Cos(float64(i*i)*0.7+shift) + 0.3*math.Sin(float64(3*i)+shift)
	}
	return m
}

func followTo(t *testing.T, s *DeepSpectral, logEnd float64) {
	t.Helper()
	for s.LogTime < logEnd {
		if err := s.Step(logEnd); err != nil {
			t.Fatal(err)
		}
		if s.Steps > 200000 {
			t.Fatal("too many steps")
		}
	}
}

// TestSaxe compares an aligned start of two layers with the logistic curves of Saxe,
// McClelland and Ganguli, from a scale of 1e-300 too.
func TestSaxe(t *testing.T) {
	sv := []float64{3, 2, 0.5}
	y := make([]float64, 9)
	for i, v := range sv {
		y[i*3+i] = v
	}
	d := deepData(t, unit(3), y, 3, 3, 3)
	for _, logAlpha := range []float64{math.Log(0.1), math.Log(1e-3), -300 * math.Ln10} {
		start, err := AlignedStart(d, 2, []float64{logAlpha, logAlpha - 0.1, logAlpha - 0.2})
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewDeepSpectral(d, start, 1e-10)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []float64{0.1, 0.9, 1.02, 1.3, 3} {
			time := f * math.Max(-logAlpha, 1) / 2 // modes rise around −ln α/s
			followTo(t, s, math.Log(time))
			for i, v := range sv {
				// ln u = ln s − ln(1 + (s/u₀ − 1) e^{−2st})
				logU0 := 2 * start.LogZ[i]
				want := math.Log(v) - logSum(0, math.Log(v)-logU0-2*v*time+math.Log1p(-math.Exp(logU0)/v))
				if got := s.LogSingular()[i]; math.Abs(got-want) > 1e-6*math.Max(1, math.Abs(want)) {
					t.Errorf("α = e^%.4g, t = %v, mode %d: ln u = %v, want %v", logAlpha, time, i, got, want)
				}
			}
		}
	}
}

// TestDepthToInfinity compares a network of N = 4000 layers with the limit in which
// time runs N times faster: u̇ = u²(s − u).
func TestDepthToInfinity(t *testing.T) {
	const n, u0, sv = 4000, 0.05, 1.7
	d := deepData(t, []float64{1}, []float64{sv}, 1, 1, 1)
	start, err := AlignedStart(d, n, []float64{math.Log(u0) / n})
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewDeepSpectral(d, start, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	for s.LogSingular()[0] < math.Log(0.9*sv) {
		if err := s.Step(math.Inf(1)); err != nil {
			t.Fatal(err)
		}
		u := math.Exp(s.LogSingular()[0])
		limit := math.Log(u*(sv-u0)/(u0*(sv-u)))/(sv*sv) + (1/u0-1/u)/sv
		// σ^{−2/N} = 1 + O(ln u/N)
		if got := n * math.Exp(s.LogTime); math.Abs(got-limit) > 4*math.Log(1/u0)/n*limit+1e-6 {
			t.Fatalf("u = %v after N t = %v, limit %v", u, got, limit)
		}
	}
}

// TestTwoLayersExactly compares an unaligned start with the solution of Fukumizu
// 1998 for two layers and whitened data, evaluated in the eigenbasis of
// [0 Sᵀ; S 0].
func TestTwoLayersExactly(t *testing.T) {
	const n = 4
	s0 := waves(n, n, 0.3)
	d := deepData(t, unit(n), s0, n, n, n)
	start, err := BalancedStart(d, 2, n, math.Log(0.02), 7)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewDeepSpectral(d, start, 1e-10)
	if err != nil {
		t.Fatal(err)
	}
	for _, time := range []float64{0.3, 1, 2, 4} {
		followTo(t, s, math.Log(time))
		want := fukumizu(t, s0, start, n, time)
		got := make([]float64, n*n)
		s.Product(got)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-7 {
				t.Fatalf("t = %v: entry %d is %v, want %v", time, i, got[i], want[i])
			}
		}
	}
}

// fukumizu evaluates QQᵀ(t) = e^{Ft}Q₀[I + ½Q₀ᵀ(e^{Ft}F⁻¹e^{Ft} − F⁻¹)Q₀]⁻¹Q₀ᵀe^{Ft} with
// F = [0 Sᵀ; S 0] and Q₀ = [W₁ᵀ; W₂], and returns its lower left block W₂W₁.
func fukumizu(t *testing.T, sm []float64, start *DeepStart, n int, time float64) []float64 {
	t.Helper()
	f := make([]float64, 4*n*n)
	for i := range n {
		for j := range n {
			f[(n+i)*2*n+j], f[j*2*n+n+i] = sm[i*n+j], sm[i*n+j]
		}
	}
	w := make([]float64, 2*n)
	if !blas.Eigen(w, f, 2*n, 2*n) {
		t.Fatal("no eigenvalues")
	}
	// Q₀ in the eigenbasis: W₁ = diag(z)Vᵀ, W₂ = U diag(z).
	q := make([]float64, 2*n*n)
	for e := range 2 * n {
		for r := range n {
			for i := range n {
				q[e*n+r] += f[i*2*n+e]*start.V[i*n+r]*math.Exp(start.LogZ[r]) + f[(n+i)*2*n+e]*start.U[i*n+r]*math.Exp(start.LogZ[r])
			}
		}
	}
	inner := unit(n)
	for a := range n {
		for b := range n {
			for e := range 2 * n {
				inner[a*n+b] += q[e*n+a] * math.Expm1(2*w[e]*time) / (2 * w[e]) * q[e*n+b]
			}
		}
	}
	if p := blas.Cholesky(inner, n, n); p >= 0 {
		t.Fatal("not positive definite")
	}
	// R = L⁻¹ Q₀ᵀ e^{Ft}; QQᵀ = RᵀR back in the standard basis.
	r := make([]float64, n*2*n)
	for e := range 2 * n {
		col := make([]float64, n)
		for a := range n {
			col[a] = q[e*n+a] * math.Exp(w[e]*time)
		}
		blas.SolveLower(inner, n, n, col)
		for a := range n {
			r[a*2*n+e] = col[a]
		}
	}
	std := make([]float64, n*2*n)
	blas.Gemm(false, true, n, 2*n, 2*n, 1, r, 2*n, f, 2*n, 0, std, 2*n)
	full := make([]float64, 4*n*n)
	blas.Gemm(true, false, 2*n, 2*n, n, 1, std, 2*n, std, 2*n, 0, full, 2*n)
	out := make([]float64, n*n)
	for i := range n {
		copy(out[i*n:(i+1)*n], full[(n+i)*2*n:(n+i)*2*n+n])
	}
	return out
}
