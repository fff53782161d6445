package page

import (
	"math/rand/v2"
	"testing"
)

// TestTheoryHoldsOnAnyState: predictions are made from statements that are true, so
// that no state, however odd, makes one of these pages show a failed check.
func TestTheoryHoldsOnAnyState(t *testing.T) {
	tries := 60
	if testing.Short() {
		tries = 12
	}
	for _, p := range []*Page{&Flow, &Simplex, &Alpha, &L1L2, &Reparam, &ExactPath, &Margin} {
		t.Run(p.ID, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(11, 3))
			for range tries {
				s := randomState(p, rng)
				for _, c := range compute(t, p, s).Checks {
					if !c.Pass {
						t.Errorf("%s: %+v", FormatLink(p, s), c)
					}
				}
			}
		})
	}
}
