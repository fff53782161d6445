package instance

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// ulps is the distance of two numbers in units in the last place of want.
func ulps(got, want float64) float64 {
	return math.Abs(got-want) / (math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want))
}

func TestElementaryAgreesWithMath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := math.Ldexp(rapid.Float64Range(0.5, 1).Draw(t, "mantissa"), rapid.IntRange(-900, 900).Draw(t, "exponent"))
		if d := ulps(Log(x), math.Log(x)); d > 4 {
			t.Errorf("log %v is off by %v ulps", x, d)
		}
		y := rapid.Float64Range(-690, 690).Draw(t, "y")
		if d := ulps(Exp(y), math.Exp(y)); d > 4 {
			t.Errorf("exp %v is off by %v ulps", y, d)
		}
		m := rapid.IntRange(1, 1<<19).Draw(t, "m")
		k := rapid.IntRange(0, m).Draw(t, "t")
		if d := math.Abs(cosQuarter(k, m) - math.Cos(math.Pi*float64(k)/float64(2*m))); d > 0x1p-51 {
			t.Errorf("cos(π·%d/2·%d) is off by %v", k, m, d)
		}
	})
}

func TestCosOfCoversThePeriod(t *testing.T) {
	for _, m := range []int{1, 2, 5, 16} {
		quarter := make([]float64, m+1)
		for k := range quarter {
			quarter[k] = cosQuarter(k, m)
		}
		for k := range 4 * m {
			want := math.Cos(math.Pi * float64(k) / float64(2*m))
			if got := cosOf(quarter, k); math.Abs(got-want) > 1e-15 {
				t.Errorf("m=%d: cos(π·%d/%d) = %v, want %v", m, k, 2*m, got, want)
			}
		}
	}
}
