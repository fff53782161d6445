package phase

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Wilson's interval against the equation that defines it: its ends are where
// (p̂ − p)² = z² p(1−p)/n.
func TestWilson(t *testing.T) {
	for _, c := range [][2]int{{0, 10}, {3, 10}, {10, 10}, {25, 50}, {1, 1}} {
		k, n := c[0], c[1]
		lo, hi := Wilson(k, n)
		p := float64(k) / float64(n)
		for _, end := range []float64{lo, hi} {
			if d := (p-end)*(p-end) - z95*z95*end*(1-end)/float64(n); math.Abs(d) > 1e-14 {
				t.Errorf("%d of %d: the end %v is off by %v", k, n, end, d)
			}
		}
		if lo > p || hi < p {
			t.Errorf("%d of %d: [%v, %v]", k, n, lo, hi)
		}
	}
}

// The interval of the half holds the truth in about 95 of 100 experiments.
func TestHalfCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const truth, slope, runs = 0.55, 40.0, 400
	covered := 0
	for range runs {
		var points []Trials
		for rho := 0.4; rho < 0.7; rho += 0.025 {
			p := Trials{Trials: 50, Rho: rho}
			for range p.Trials {
				if r.Float64() < 1/(1+math.Exp(slope*(rho-truth))) {
					p.Successes++
				}
			}
			points = append(points, p)
		}
		h, ok := FitHalf(points)
		if !ok {
			t.Fatal("no fit")
		}
		if h.Low <= truth && truth <= h.High {
			covered++
		}
	}
	if covered < runs*92/100 || covered > runs*98/100 {
		t.Errorf("%d of %d intervals hold the truth", covered, runs)
	}
}

func TestHalfOfExtremes(t *testing.T) {
	at := func(rho float64, s, n int) Trials { return Trials{Successes: s, Trials: n, Rho: rho} }
	if _, ok := FitHalf([]Trials{at(0.1, 5, 5), at(0.2, 5, 5)}); ok {
		t.Error("a fit of successes only")
	}
	if _, ok := FitHalf([]Trials{at(0.1, 0, 5), at(0.2, 0, 5)}); ok {
		t.Error("a fit of failures only")
	}
	h, ok := FitHalf([]Trials{at(0.1, 5, 5), at(0.2, 5, 5), at(0.3, 0, 5), at(0.4, 0, 5)})
	if !ok || h.Rho < 0.2 || h.Rho > 0.3 {
		t.Errorf("separated: %+v %v", h, ok)
	}
	if _, ok := FitHalf([]Trials{at(0.1, 0, 5), at(0.4, 5, 5)}); ok {
		t.Error("a fit of recovery that gets better with ρ")
	}
}
