package param_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/param"
)

func parse(t *testing.T, text string) param.Param {
	t.Helper()
	p, err := param.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// start is a parameterization with a start for four unknowns.
type start struct {
	name string
	x0   []float64
}

var starts = []start{
	{"square", []float64{0.5, 1, 2, 0.01}},
	{"power:3", []float64{0.5, 1, 2, 0.01}},
	{"power:4.5", []float64{0.5, 1, 2, 0.01}},
	{"exp", []float64{0.5, 1, 2, 0.01}},
	{"softplus", []float64{0.5, 1, 2, 0.01}},
	{"sigmoid", []float64{0.5, 0.1, 0.9, 0.01}},
	{"tanh", []float64{0.5, -0.1, 0, 0.01}},
	{"square-diff", []float64{0.5, -1, 0, 0.01}},
	{"product", []float64{0.5, -1, 0, 0.01}},
	{"power-diff:3", []float64{0.5, -1, 0, 0.01}},
	{"power-diff:5", []float64{0.5, -1, 0, 0.01}},
}

const logAlpha = -2.0

func lift(t *testing.T, p param.Param, x []float64) []float64 {
	t.Helper()
	y := make([]float64, p.Len(len(x)))
	if err := p.Lift(y, x, logAlpha); err != nil {
		t.Fatalf("%s: %v", p.Name(), err)
	}
	return y
}

func at(p param.Param, y []float64) []float64 {
	x := make([]float64, len(y)/p.Len(1))
	p.Map(x, y)
	return x
}

func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol*(math.Abs(a)+math.Abs(b))+1e-300 }

func TestLift(t *testing.T) {
	for _, s := range starts {
		p := parse(t, s.name)
		x := at(p, lift(t, p, s.x0))
		for i, v := range x {
			if math.Abs(v-s.x0[i]) > 1e-14*(1+math.Abs(v)) {
				t.Errorf("%s: G(Lift(%v)) = %v", s.name, s.x0[i], v)
			}
		}
	}
}

// Push against differences of Map, Pull against Push, Metric against both.
func TestDerivatives(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range starts {
		p := parse(t, s.name)
		y := lift(t, p, s.x0)
		m := len(s.x0)
		v, g := normals(rng, len(y)), normals(rng, m)
		moved := func(h float64) []float64 {
			w := append([]float64(nil), y...)
			for i := range w {
				w[i] += h * v[i]
			}
			return at(p, w)
		}
		push, pull, metric := make([]float64, m), make([]float64, len(y)), make([]float64, m)
		p.Push(push, y, v)
		const h = 1e-5
		up, down := moved(h), moved(-h)
		for i := range push {
			if d := (up[i] - down[i]) / (2 * h); math.Abs(d-push[i]) > 1e-8*(1+math.Abs(d)) {
				t.Errorf("%s: (∂G v)[%d] = %v, differences give %v", s.name, i, push[i], d)
			}
		}
		p.Pull(pull, y, g)
		if a, b := dot(push, g), dot(v, pull); !near(a, b, 1e-13) {
			t.Errorf("%s: ⟨∂G v, g⟩ = %v but ⟨v, ∂Gᵀ g⟩ = %v", s.name, a, b)
		}
		both := make([]float64, m)
		p.Push(both, y, pull)
		p.Metric(metric, y)
		for i := range both {
			if !near(both[i], metric[i]*g[i], 1e-13) {
				t.Errorf("%s: (∂G ∂Gᵀ g)[%d] = %v, metric gives %v", s.name, i, both[i], metric[i]*g[i])
			}
		}
	}
}

func normals(rng *rand.Rand, k int) []float64 {
	v := make([]float64, k)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func dot(x, y []float64) float64 {
	var sum float64
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// The velocities of the unknowns, as functions of x and of what is conserved.
func TestVelocities(t *testing.T) {
	pow := math.Pow
	for name, speed := range map[string]func(x, c float64) float64{
		"square":      func(x, _ float64) float64 { return 4 * x },
		"power:3":     func(x, _ float64) float64 { return 9 * pow(x, 4./3) },
		"power:4.5":   func(x, _ float64) float64 { return 4.5 * 4.5 * pow(x, 2-2/4.5) },
		"exp":         func(x, _ float64) float64 { return x * x },
		"sigmoid":     func(x, _ float64) float64 { return pow(x*(1-x), 2) },
		"tanh":        func(x, _ float64) float64 { return pow(1-x*x, 2) },
		"softplus":    func(x, _ float64) float64 { return pow(1-math.Exp(-x), 2) },
		"square-diff": func(x, c float64) float64 { return 4 * math.Sqrt(x*x+4*c*c) },
		"product":     func(x, c float64) float64 { return math.Sqrt(4*x*x + c*c) },
	} {
		p := parse(t, name)
		for _, s := range starts {
			if s.name != name {
				continue
			}
			y := lift(t, p, s.x0)
			metric, c := make([]float64, len(s.x0)), make([]float64, len(s.x0))
			p.Metric(metric, y)
			if q, ok := p.(param.Conserver); ok {
				q.Conserved(c, y)
			}
			for i, x := range s.x0 {
				if want := speed(x, c[i]); !near(metric[i], want, 1e-14) {
					t.Errorf("%s: ẋ = −%v ∇ℓ at x = %v, want −%v", name, metric[i], x, want)
				}
			}
		}
	}
}

// The induced potential, slowed down to the time of the parameters, has the
// metric as ∇²φ*.
func TestInducedHessian(t *testing.T) {
	for _, s := range starts {
		p := parse(t, s.name)
		y := lift(t, p, s.x0)
		phi := potential(t, p, y)
		m := len(s.x0)
		x, theta, h, metric := at(p, y), make([]float64, m), make([]float64, m), make([]float64, m)
		phi.Grad(theta, x)
		phi.HessConjDiag(h, theta)
		p.Metric(metric, y)
		for i := range h {
			if !near(h[i], metric[i], 1e-12) {
				t.Errorf("%s: ∇²φ* = %v at x = %v, want %v", s.name, h[i], x[i], metric[i])
			}
		}
	}
}

func potential(t *testing.T, p param.Param, y []float64) geometry.Separable {
	t.Helper()
	mirror, err := p.Induced(y)
	if err != nil {
		t.Fatal(err)
	}
	phi, err := mirror.Potential()
	if err != nil {
		t.Fatal(err)
	}
	return phi
}

// The scale of the induced geometry is the α of the lift, whatever x is.
func TestInducedScale(t *testing.T) {
	for _, name := range []string{"square-diff", "product"} {
		p := parse(t, name)
		mirror, err := p.Induced(lift(t, p, []float64{0.5, -1, 0, 1e-3}))
		if err != nil {
			t.Fatal(err)
		}
		lb := mirror.Phi.(geometry.Hypentropy).LogBeta
		for _, l := range lb {
			if math.Abs(l-logAlpha) > 1e-13 {
				t.Errorf("%s: ln β = %v, want %v", name, l, logAlpha)
			}
		}
	}
	for _, name := range []string{"power-diff:3", "power-diff:6"} {
		p := parse(t, name)
		mirror, err := p.Induced(lift(t, p, []float64{0.5, -1, 0, 1e-3}))
		if err != nil {
			t.Fatal(err)
		}
		var want geometry.PowerDiff
		if name == "power-diff:3" {
			want, err = geometry.NewPowerDiff(3, logAlpha)
		} else {
			want, err = geometry.NewPowerDiff(6, logAlpha)
		}
		if err != nil {
			t.Fatal(err)
		}
		x, a, b := []float64{0.3, -0.2, 1, 2}, make([]float64, 4), make([]float64, 4)
		mirror.Phi.Grad(a, x)
		want.Grad(b, x)
		for i := range a {
			if !near(a[i], b[i], 1e-12) {
				t.Errorf("%s: ∇φ(%v) = %v, want %v", name, x[i], a[i], b[i])
			}
		}
	}
}

// The flow of the parameters and the mirror flow are the same curve in the same
// time, and conserve what they promise.
func TestFlows(t *testing.T) {
	a := []float64{1, 0.5, -0.3, 0.8, 0.2, 1, 0.7, -0.4} // 2×4
	b := []float64{0.6, 0.3}
	loss := func(g, x []float64) { // g = Aᵀ(Ax − b)
		clear(g)
		for i := range b {
			row := a[4*i : 4*i+4]
			r := dot(row, x) - b[i]
			for j, v := range row {
				g[j] += v * r
			}
		}
	}
	const end, steps = 0.5, 2000
	for _, s := range starts {
		p := parse(t, s.name)
		y := lift(t, p, s.x0)
		phi := potential(t, p, y)
		m := len(s.x0)
		x, g, theta := at(p, y), make([]float64, m), make([]float64, m)
		phi.Grad(theta, x)
		before, after := make([]float64, m), make([]float64, m)
		conserver, conserves := p.(param.Conserver)
		if conserves {
			conserver.Conserved(before, y)
		}
		rk4(y, end, steps, func(dst, y []float64) {
			loss(g, at(p, y))
			p.Pull(dst, y, g)
			negate(dst)
		})
		rk4(theta, end, steps, func(dst, theta []float64) {
			phi.GradConj(x, theta)
			loss(dst, x)
			negate(dst)
		})
		phi.GradConj(x, theta)
		for i, v := range at(p, y) {
			if math.Abs(v-x[i]) > 1e-9*(1+math.Abs(v)) {
				t.Errorf("%s: the parameters reach x[%d] = %v, the mirror flow %v", s.name, i, v, x[i])
			}
			if math.Abs(v-s.x0[i]) < 1e-6 {
				t.Errorf("%s: x[%d] = %v has not moved", s.name, i, v)
			}
		}
		if conserves {
			conserver.Conserved(after, y)
			for i, c := range after {
				if !near(c, before[i], 1e-9) {
					t.Errorf("%s: %v is not conserved but becomes %v", s.name, before[i], c)
				}
			}
		}
	}
}

func negate(v []float64) {
	for i := range v {
		v[i] = -v[i]
	}
}

// rk4 integrates y' = f(y) over [0, end] by the classical method of order 4.
func rk4(y []float64, end float64, steps int, f func(dst, y []float64)) {
	h := end / float64(steps)
	k, w, sum := make([]float64, len(y)), make([]float64, len(y)), make([]float64, len(y))
	for range steps {
		clear(sum)
		copy(w, y)
		for _, s := range []struct{ weight, next float64 }{{1, 0.5}, {2, 0.5}, {2, 1}, {1, 0}} {
			f(k, w)
			for i := range y {
				sum[i] += s.weight * k[i]
				w[i] = y[i] + s.next*h*k[i]
			}
		}
		for i := range y {
			y[i] += h / 6 * sum[i]
		}
	}
}
