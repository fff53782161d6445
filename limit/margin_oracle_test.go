package limit

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// exactMargin finds the Euclidean margin of integer points by trying every
// support in rational arithmetic: γ² and w, or false if nothing separates.
func exactMargin(z [][]int, y []int, bias bool) (square *big.Rat, w []*big.Rat, ok bool) {
	n, d := len(z), len(z[0])
	for mask := 1; mask < 1<<n; mask++ {
		var set []int
		for i := range n {
			if mask>>i&1 == 1 {
				set = append(set, i)
			}
		}
		u, c, solvable := exactSupport(z, y, set, bias)
		if !solvable {
			continue
		}
		w = make([]*big.Rat, d)
		sum := new(big.Rat)
		for j := range w {
			w[j] = new(big.Rat)
			for k, i := range set {
				w[j].Add(w[j], new(big.Rat).Mul(u[k], big.NewRat(int64(z[i][j]), 1)))
			}
			sum.Add(sum, new(big.Rat).Mul(w[j], w[j]))
		}
		fits := true
		for i := range n {
			m := new(big.Rat).Mul(c, big.NewRat(int64(y[i]), 1))
			for j := range d {
				m.Add(m, new(big.Rat).Mul(w[j], big.NewRat(int64(z[i][j]), 1)))
			}
			fits = fits && m.Cmp(big.NewRat(1, 1)) >= 0
		}
		for _, v := range u {
			fits = fits && v.Sign() > 0
		}
		if fits {
			return sum.Inv(sum), w, true
		}
	}
	return nil, nil, false
}

// exactSupport solves G u + c y = 1, yᵀu = 0 on a support.
func exactSupport(z [][]int, y []int, set []int, bias bool) (u []*big.Rat, c *big.Rat, ok bool) {
	k := len(set)
	size := k
	if bias {
		size++
	}
	a := make([][]*big.Rat, size)
	for r := range a {
		a[r] = make([]*big.Rat, size+1)
		for q := range a[r] {
			a[r][q] = new(big.Rat)
		}
	}
	for r, i := range set {
		for q, j := range set {
			var dot int
			for e := range z[i] {
				dot += z[i][e] * z[j][e]
			}
			a[r][q].SetInt64(int64(dot))
		}
		a[r][size].SetInt64(1)
		if bias {
			a[r][k].SetInt64(int64(y[i]))
			a[k][r].SetInt64(int64(y[i]))
		}
	}
	for col := range size {
		pivot := col
		for pivot < size && a[pivot][col].Sign() == 0 {
			pivot++
		}
		if pivot == size {
			return nil, nil, false
		}
		a[col], a[pivot] = a[pivot], a[col]
		for r := range size {
			if r == col || a[r][col].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(a[r][col], a[col][col])
			for q := col; q <= size; q++ {
				a[r][q].Sub(a[r][q], new(big.Rat).Mul(f, a[col][q]))
			}
		}
	}
	for r := range k {
		u = append(u, new(big.Rat).Quo(a[r][size], a[r][r]))
	}
	c = new(big.Rat)
	if bias {
		c.Quo(a[k][size], a[k][k])
	}
	return u, c, true
}

// smallPoints draws integer points with repetitions, zeros and collinear triples.
func smallPoints(rng *rand.Rand) (z [][]int, y []int, p MarginProblem) {
	n, d, size := 2+rng.IntN(6), 1+rng.IntN(3), 1+rng.IntN(4)
	y = make([]int, n)
	labels := make([]float64, n)
	data := make([]float64, n*d)
	for i := range n {
		y[i] = 2*rng.IntN(2) - 1
		if i < 2 {
			y[i] = 2*i - 1
		}
		labels[i] = float64(y[i])
		z = append(z, make([]int, d))
		for j := range d {
			x := rng.IntN(2*size+1) - size
			if rng.IntN(3) > 0 { // often separable
				x = y[i]*rng.IntN(size+1) + rng.IntN(2)
			}
			data[i*d+j] = float64(x)
			z[i][j] = y[i] * x
		}
	}
	return z, y, MarginProblem{X: linop.NewDense(n, d, data), Y: labels}
}

// TestMarginAgainstExactEnumeration holds margin, separator and separability to
// rational arithmetic, in every lane.
func TestMarginAgainstExactEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	separable := 0
	for trial := range 3000 {
		z, y, p := smallPoints(rng)
		p.Bias = trial%2 == 1
		square, w, ok := exactMargin(z, y, p.Bias)
		r := solveMargin(t, p)
		if !ok {
			if r.Status != NotSeparable {
				t.Fatalf("trial %d: %v (bias %v) is not separable, but status %s, gap %g", trial, z, p.Bias, r.Status, r.Gap)
			}
			continue
		}
		separable++
		want, _ := square.Float64()
		want = math.Sqrt(want)
		if r.Status != Certified || math.Abs(r.Margin-want) > 1e-12*want {
			t.Fatalf("trial %d: %v y=%v bias=%v: status %s margin %v, exactly %v, route %s", trial, z, y, p.Bias, r.Status, r.Margin, want, r.Stats.Route)
		}
		for j, v := range w {
			f, _ := v.Float64()
			if math.Abs(r.X[j]-f) > 1e-11/want {
				t.Fatalf("trial %d: w = %v, exactly %v", trial, r.X, w)
			}
		}
		lanes(t, trial, p, want)
	}
	if separable < 500 || separable > 2900 {
		t.Errorf("%d of 3000 instances are separable: the test is lopsided", separable)
	}
}

// lanes runs each lane alone on a separable problem.
func lanes(t *testing.T, trial int, p MarginProblem, want float64) {
	t.Helper()
	for name, lane := range map[string]func(*separation){
		"active set": func(s *separation) { s.activeLane(nil) },
		"gram":       func(s *separation) { g, done := s.gramLane(); activeUnless(s, g, done) },
		"coordinate": func(s *separation) { g, done := s.coordinateLane(); activeUnless(s, g, done) },
	} {
		pts, err := newPoints(p.X, p.Y, Classes(p.Y), MarginL2, false)
		if err != nil {
			t.Fatal(err)
		}
		s := &separation{ctx: t.Context(), points: pts, bias: p.Bias, norm: MarginL2, bound: math.Inf(1)}
		s.measure()
		lane(s)
		if s.gap() > 1e-9 || math.Abs(s.margin-want) > 1e-9*want {
			t.Fatalf("trial %d: %s: margin %v, exactly %v, gap %g, route %s", trial, name, s.margin, want, s.gap(), s.stats.Route)
		}
	}
}

func activeUnless(s *separation, guess []int, done bool) {
	if !done {
		s.activeLane(guess)
	}
}
