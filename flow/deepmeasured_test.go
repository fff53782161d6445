package flow_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/linop"
)

// sensed draws n random measurements of a p×q matrix of rank 1 and of ‖b‖ = 1.
func sensed(n, p, q int, symmetric bool) (linop.Operator, []float64) {
	rng := rand.New(rand.NewPCG(11, uint64(p*q)))
	a, b := make([]float64, n*p*q), make([]float64, n)
	for i := range a {
		a[i] = rng.NormFloat64() / math.Sqrt(float64(n))
	}
	var size float64
	for k := range n {
		if symmetric {
			for i := range p {
				for j := range i {
					a[k*p*q+j*q+i] = a[k*p*q+i*q+j]
				}
			}
		}
		for i := range p {
			for j := range q {
				b[k] += a[k*p*q+i*q+j] * float64(i+1) * float64(j+1)
			}
		}
		size += b[k] * b[k]
	}
	for k := range b {
		b[k] /= math.Sqrt(size)
	}
	return linop.NewDense(n, p*q, a), b
}

// xSpace is Ẋ = −Σ_j (XXᵀ)^((j−1)/N) G (XᵀX)^((N−j)/N) by Runge and Kutta's method with
// fixed steps, the slow obvious twin: powers from the singular value decomposition.
func xSpace(a linop.Operator, b, x []float64, p, q, depth, steps int, end float64) []float64 {
	n, _ := a.Dims()
	velocity := func(x []float64) *mat.Dense {
		res, g := make([]float64, n), make([]float64, p*q)
		a.Apply(res, x)
		for k := range res {
			res[k] -= b[k]
		}
		a.ApplyT(g, res)
		var svd mat.SVD
		svd.Factorize(mat.NewDense(p, q, append([]float64(nil), x...)), mat.SVDFull)
		var u, v mat.Dense
		svd.UTo(&u)
		svd.VTo(&v)
		s := svd.Values(nil)
		power := func(w *mat.Dense, side int, e float64) *mat.Dense {
			diag := mat.NewDense(side, side, nil)
			for i := range side {
				if i < len(s) {
					diag.Set(i, i, math.Pow(s[i], 2*e))
				} else if e == 0 {
					diag.Set(i, i, 1)
				}
			}
			var t, out mat.Dense
			t.Mul(w, diag)
			out.Mul(&t, w.T())
			return &out
		}
		sum := mat.NewDense(p, q, nil)
		for j := 1; j <= depth; j++ {
			var t, out mat.Dense
			t.Mul(power(&u, p, float64(j-1)/float64(depth)), mat.NewDense(p, q, g))
			out.Mul(&t, power(&v, q, float64(depth-j)/float64(depth)))
			sum.Sub(sum, &out)
		}
		return sum
	}
	h := end / float64(steps)
	x = append([]float64(nil), x...)
	at := func(k *mat.Dense, f float64) []float64 {
		y := append([]float64(nil), x...)
		for i, v := range k.RawMatrix().Data {
			y[i] += f * v
		}
		return y
	}
	for range steps {
		k1 := velocity(x)
		k2 := velocity(at(k1, h/2))
		k3 := velocity(at(k2, h/2))
		k4 := velocity(at(k3, h))
		for i := range x {
			x[i] += h / 6 * (k1.RawMatrix().Data[i] + 2*k2.RawMatrix().Data[i] + 2*k3.RawMatrix().Data[i] + k4.RawMatrix().Data[i])
		}
	}
	return x
}

// The product of N factors follows the flow of X alone (Arora, Cohen and Hazan 2018),
// square, rectangular and symmetric.
func TestDeepFactorsFollowTheFlowOfX(t *testing.T) {
	for _, c := range []struct {
		p, q, depth int
		symmetric   bool
	}{{3, 3, 3, false}, {3, 4, 3, false}, {4, 3, 4, false}, {3, 3, 3, true}, {3, 3, 2, false}} {
		a, b := sensed(9, c.p, c.q, c.symmetric)
		start := flow.SpreadStart(c.p, c.q, float64(c.depth), math.Log(0.3), 1)
		s, err := flow.NewDeepMeasured(a, b, c.p, c.q, start, 1e-7)
		if err != nil {
			t.Fatal(err)
		}
		x0 := make([]float64, c.p*c.q)
		s.Product(x0)
		const end = 4.0
		r, err := s.Run(context.Background(), 0, flow.DeepOptions{LogTimes: []float64{math.Log(end)}})
		if err != nil {
			t.Fatal(err)
		}
		want := xSpace(a, b, x0, c.p, c.q, c.depth, 600, end)
		for i, v := range r.Points[0].Product {
			if math.Abs(v-want[i]) > 1e-5 {
				t.Errorf("%d×%d of depth %d: X(%v) is %v at %d, the flow of X has %v", c.p, c.q, c.depth, end, v, i, want[i])
			}
			if j := i/c.q + i%c.q*c.p; c.symmetric && math.Abs(v-r.Points[0].Product[j]) > 1e-9 {
				t.Errorf("depth %d: X is not symmetric at %d", c.depth, i)
			}
		}
	}
}

// With two factors it is the flow of L and R.
func TestDeepFactorsOfDepthTwoAreFactored(t *testing.T) {
	const p, q = 4, 3
	a, b := sensed(10, p, q, false)
	start := flow.SpreadStart(p, q, 2, math.Log(1e-3), 2)
	s, err := flow.NewDeepMeasured(a, b, p, q, start, 1e-8)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(context.Background(), 0, flow.DeepOptions{LogTimes: []float64{math.Log(30)}})
	if err != nil {
		t.Fatal(err)
	}
	l, right := make([]float64, p*q), make([]float64, q*q)
	for k, z := range start.LogZ {
		for i := range p {
			l[i*q+k] = start.U[i*p+k] * math.Exp(z)
		}
		for j := range q {
			right[j*q+k] = start.V[j*q+k] * math.Exp(z)
		}
	}
	f, err := flow.NewPair(a, b, p, q, l, right)
	if err != nil {
		t.Fatal(err)
	}
	w, err := f.Follow(context.Background(), flow.FactoredOptions{Times: []float64{30}, RelTol: 1e-10})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, p*q)
	f.Primal(x, w.State)
	for i, v := range r.Points[0].Product {
		if math.Abs(v-x[i]) > 1e-5 {
			t.Errorf("entry %d is %v, the factors have %v", i, v, x[i])
		}
	}
}

// From 1e-12 a planted matrix of rank 1 is found, singular values beside it staying as
// small as they began; the deeper, the smaller (Arora, Cohen, Hu and Luo 2019).
func TestDeepFactorsRecoverFromVanishingStarts(t *testing.T) {
	const d = 6
	a, b := sensed(22, d, d, false)
	for _, depth := range []float64{3, 4} {
		s, err := flow.NewDeepMeasured(a, b, d, d, flow.SpreadStart(d, d, depth, math.Log(1e-12), 3), 1e-6)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(context.Background(), 0, flow.DeepOptions{UntilResidual: 1e-8, UntilLogTime: math.Inf(1), MaxSteps: 20000, Save: 5})
		if err != nil {
			t.Fatal(err)
		}
		if r.End != "residual" {
			t.Fatalf("depth %v: the run ended by %s at residual %v after %d steps", depth, r.End, r.Residual, s.Steps)
		}
		last := r.Points[len(r.Points)-1].LogSingular
		rank := 0
		for _, l := range last {
			if l > math.Log(1e-6) {
				rank++
			}
		}
		if rank != 1 {
			t.Errorf("depth %v: ln σ at the end is %v", depth, last)
		}
		if r.Orthogonality > 1e-12 || r.Rise > 1e-9 {
			t.Errorf("depth %v: orthogonality %v, rise %v", depth, r.Orthogonality, r.Rise)
		}
		t.Logf("depth %v: %d steps, ln t = %.3f", depth, s.Steps, s.LogTime)
	}
}

func TestDeepMeasuredBadInput(t *testing.T) {
	a, b := sensed(5, 3, 3, false)
	start := flow.SpreadStart(3, 3, 3, 0, 1)
	for name, f := range map[string]func() (*flow.DeepSpectral, error){
		"shape":     func() (*flow.DeepSpectral, error) { return flow.NewDeepMeasured(a, b, 3, 4, start, 1e-6) },
		"b":         func() (*flow.DeepSpectral, error) { return flow.NewDeepMeasured(a, b[:4], 3, 3, start, 1e-6) },
		"tolerance": func() (*flow.DeepSpectral, error) { return flow.NewDeepMeasured(a, b, 3, 3, start, 0) },
		"start": func() (*flow.DeepSpectral, error) {
			return flow.NewDeepMeasured(a, b, 3, 3, flow.SpreadStart(3, 2, 3, 0, 1), 1e-6)
		},
		"size": func() (*flow.DeepSpectral, error) {
			return flow.NewDeepMeasured(linop.Entries(40, 40, []int{0}, []int{0}), []float64{1}, 40, 40, flow.SpreadStart(40, 40, 3, 0, 1), 1e-6)
		},
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
