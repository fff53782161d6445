package instance

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func testStream(seed uint64) *stream { return Sparse{Name: "test", Seed: seed}.stream("test") }

// The moments of 2¹⁸ draws lie within five standard errors of those of N(0,1).
func TestNormalMoments(t *testing.T) {
	const count = 1 << 18
	r := testStream(1)
	var m [5]float64
	for range count {
		v := r.normal()
		for k, p := 1, v; k < len(m); k, p = k+1, p*v {
			m[k] += p / count
		}
	}
	for k, want := range []struct{ mean, variance float64 }{{0, 1}, {1, 2}, {0, 15}, {3, 96}} {
		if bound := 5 * math.Sqrt(want.variance/count); math.Abs(m[k+1]-want.mean) > bound {
			t.Errorf("moment %d is %v, want %v ± %v", k+1, m[k+1], want.mean, bound)
		}
	}
}

// Every one of the 10 subsets of 2 of 5 appears as often as the others.
func TestSubsetIsUniform(t *testing.T) {
	const draws = 20000
	r := testStream(2)
	count := map[[2]int]int{}
	for range draws {
		s := r.subset(2, 5)
		count[[2]int{s[0], s[1]}]++
	}
	if len(count) != 10 {
		t.Fatalf("%d different subsets, want 10", len(count))
	}
	for s, c := range count {
		if sigma := math.Sqrt(draws * 0.1 * 0.9); math.Abs(float64(c)-draws/10) > 5*sigma {
			t.Errorf("subset %v drawn %d times of %d", s, c, draws)
		}
	}
}

func TestSubsetsHaveTheirForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := testStream(rapid.Uint64().Draw(t, "seed"))
		m := rapid.IntRange(1, 60).Draw(t, "m")
		k := rapid.IntRange(1, m).Draw(t, "k")
		check := func(name string, idx []int, gap int) {
			if len(idx) != k || idx[0] < 0 || idx[k-1] >= m {
				t.Fatalf("%s(%d, %d) = %v", name, k, m, idx)
			}
			for i := 1; i < k; i++ {
				if idx[i]-idx[i-1] < gap {
					t.Fatalf("%s(%d, %d) = %v has a gap below %d", name, k, m, idx, gap)
				}
			}
		}
		check("subset", r.subset(k, m), 1)
		gap := 1
		if k > 1 {
			gap = rapid.IntRange(1, max(1, (m-1)/(k-1))).Draw(t, "gap")
		}
		check("spaced", r.spaced(k, m, gap), gap)
		must := []int{m - 1}
		idx := r.subsetWith(must, k, m)
		check("subsetWith", idx, 1)
		if !slices.Contains(idx, m-1) {
			t.Fatalf("subsetWith(%v, %d, %d) = %v", must, k, m, idx)
		}
		perm := r.permutation(m)
		slices.Sort(perm)
		for i, v := range perm {
			if i != v {
				t.Fatalf("not a permutation: %v", perm)
			}
		}
	})
}
