package phase

import (
	"math"
	"testing"
)

// rhoByMaximum is ρ(δ) by its other formula, a maximum over z: a twin of Rho
// that shares with it only G.
func rhoByMaximum(delta float64, s Sign) float64 {
	k := s.kappa()
	value := func(z float64) float64 { g := tail(z); return (1 - k/delta*g) / (1 + z*z - k*g) }
	// The maximum is unique; a grid finds its neighbourhood, golden sections
	// the rest.
	best := 1e-3
	for z := 1e-3; z < 8; z += 1e-3 {
		if value(z) > value(best) {
			best = z
		}
	}
	lo, hi := best-2e-3, best+2e-3
	const golden = 0.6180339887498949
	for range 80 {
		a, b := hi-golden*(hi-lo), lo+golden*(hi-lo)
		if value(a) < value(b) {
			lo = a
		} else {
			hi = b
		}
	}
	return value((lo + hi) / 2)
}

// TestRhoAgainstTheTable: the values were computed by two independent formulas
// that agree to 4e-16. Tables in Donoho and Tanner (2005, 2006) are lower by up
// to 9e-4, which is an error of those computations.
func TestRhoAgainstTheTable(t *testing.T) {
	for _, c := range []struct{ delta, nonneg, signed float64 }{
		{.01, .12336939, .10687762}, {.02, .14544511, .12340307}, {.05, .18885473, .15436052},
		{.10, .24097590, .18942937}, {.15, .28506163, .21779242}, {.20, .32585962, .24330096},
		{.25, .36508916, .26738355}, {.30, .40360054, .29078437}, {.35, .44189046, .31397950},
		{.40, .48028242, .33732599}, {.45, .51900448, .36113054}, {.50, .55822769, .38568967},
		{.55, .59808692, .41132025}, {.60, .63869309, .43839054}, {.65, .68014066, .46736036},
		{.70, .72251258, .49884275}, {.75, .76588354, .53371168}, {.80, .81032224, .57331332},
		{.85, .85589306, .61994342}, {.90, .90265723, .67816938}, {.95, .95067374, .76010494},
		{.99, .99002725, .88371487},
	} {
		if got := Rho(c.delta, Nonneg); math.Abs(got-c.nonneg) > 6e-9 {
			t.Errorf("ρ(%g) of x ≥ 0 is %.10f, want %.8f", c.delta, got, c.nonneg)
		}
		if got := Rho(c.delta, Signed); math.Abs(got-c.signed) > 6e-9 {
			t.Errorf("ρ(%g) of either sign is %.10f, want %.8f", c.delta, got, c.signed)
		}
	}
}

func TestDimensionAgainstTheTable(t *testing.T) {
	for _, c := range []struct{ epsilon, nonneg, signed float64 }{
		{.01, .0522186296, .0612439594}, {.05, .1670818737, .2038998563}, {.1, .2653043248, .3287935055},
		{.2, .4099034554, .5111296104}, {.3, .5214901927, .6455722920}, {.5, .6956312936, .8312999057},
		{.8, .8929078128, .9743151138},
	} {
		if got := Dimension(c.epsilon, Nonneg); math.Abs(got-c.nonneg) > 6e-11 {
			t.Errorf("ψ(%g) of x ≥ 0 is %.12f, want %.10f", c.epsilon, got, c.nonneg)
		}
		if got := Dimension(c.epsilon, Signed); math.Abs(got-c.signed) > 6e-11 {
			t.Errorf("ψ(%g) of either sign is %.12f, want %.10f", c.epsilon, got, c.signed)
		}
	}
}

func TestBothFormulasAgree(t *testing.T) {
	for _, s := range []Sign{Signed, Nonneg} {
		for delta := 0.005; delta < 0.99; delta += 0.0197 {
			a, b := Rho(delta, s), rhoByMaximum(delta, s)
			if math.Abs(a-b) > 1e-13 {
				t.Errorf("sign %d, δ = %g: %.17g by the dimension, %.17g by the maximum", s, delta, a, b)
			}
		}
	}
}

// TestTailsAgainstTheIntegral: G and its slope by Simpson's rule, on both sides
// of the change from the closed form to the series.
func TestTailsAgainstTheIntegral(t *testing.T) {
	for _, z := range []float64{0, 0.3, 2, 6, 12, 24.9, 25.1, 35} {
		const n = 4000
		h := math.Min(12, 40/math.Max(z, 1e-9)) / n
		sum, slope := 0.0, 0.0
		for k := 0; k <= n; k++ {
			w := 2.0 + 2*float64(k%2)
			if k == 0 || k == n {
				w = 1
			}
			u := float64(k) * h
			e := math.Exp(-z*u - u*u/2) // φ(z+u)/φ(z), so that nothing underflows
			sum += w * u * u * e
			slope += w * u * e
		}
		sum *= h / 3 * density(z)
		slope *= h / 3 * density(z)
		if got := tail(z); math.Abs(got-sum) > 1e-8*sum {
			t.Errorf("G(%g) = %g, the integral is %g", z, got, sum)
		}
		if got := tailSlope(z); math.Abs(got-slope) > 1e-8*slope {
			t.Errorf("−G′(%g)/2 = %g, the integral is %g", z, got, slope)
		}
	}
}

func TestEnds(t *testing.T) {
	for _, s := range []Sign{Signed, Nonneg} {
		if Rho(0, s) != 0 || Rho(1, s) != 1 || Dimension(0, s) != 0 || Dimension(1, s) != 1 {
			t.Error("the ends are not 0 and 1")
		}
		for _, v := range []float64{-0.1, 1.1, math.NaN()} {
			if !math.IsNaN(Rho(v, s)) || !math.IsNaN(Dimension(v, s)) {
				t.Errorf("%g is outside of the domain, and is answered", v)
			}
		}
		// ρ(δ) ~ 1/(2 ln(1/δ)) as δ → 0 (Donoho and Tanner 2009), slowly.
		if r := Rho(1e-9, s) * 2 * math.Log(1e9); r < 0.8 || r > 1.3 {
			t.Errorf("ρ(1e-9)·2 ln(1e9) = %g", r)
		}
	}
}
