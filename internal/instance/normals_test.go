package instance

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// normals is normal, many times: the same bits, and the same stream afterwards,
// in whatever pieces the numbers are asked for.
func TestNormalsAreThoseOfNormal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		fast, slow := testStream(seed), testStream(seed)
		for _, size := range rapid.SliceOfN(rapid.IntRange(0, 300), 1, 5).Draw(t, "sizes") {
			got := make([]float64, size)
			fast.normals(got)
			for i, v := range got {
				if want := slow.normal(); math.Float64bits(v) != math.Float64bits(want) {
					t.Fatalf("number %d of %d is %v, want %v", i, size, v, want)
				}
			}
		}
		if a, b := fast.src.Uint64(), slow.src.Uint64(); a != b || fast.full != slow.full {
			t.Fatal("the streams went apart")
		}
	})
}
