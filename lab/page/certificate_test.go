package page

import (
	"strconv"
	"testing"
)

// TestForgedDigitsArePredicted: whatever digit is changed and the seal renewed, what
// arithmetic predicts of the verdict is what the verifier says, or nothing is predicted
// because the change is of the size of rounding errors.
func TestForgedDigitsArePredicted(t *testing.T) {
	for _, nonneg := range []string{"0", "1"} {
		for digit := 1; digit <= 16; digit++ {
			for _, what := range []string{"x", "y", "o"} {
				s := State{"t": what, "rs": "1", "p": strconv.Itoa(digit), "nn": nonneg}
				v := compute(t, &Certificate, s)
				if c := v.Checks[0]; c.Name == "verify" && !c.Pass {
					t.Errorf("%v: predicted %s, verify says %s: %s", s, c.Predicted, c.Measured, v.Summary)
				} else if c.Name != "verify" && digit < 11 {
					t.Errorf("%v: nothing is predicted", s)
				}
			}
		}
	}
}
