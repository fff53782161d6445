package lowrank

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Products with few columns agree with the general product.
func TestTimesFewAgreesWithTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for c := 1; c <= fewColumns; c++ {
		a, b := normal(rng, 40*17), normal(rng, 17*c)
		want := times(a, b, 40, 17, c)
		for i, v := range timesFew(a, b, 40, 17, c) {
			if math.Abs(v-want[i]) > 1e-13 {
				t.Fatalf("%d columns: entry %d is %v, want %v", c, i, v, want[i])
			}
		}
	}
}
