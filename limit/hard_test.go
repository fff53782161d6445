package limit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

// hardMatrices are n×m matrices on which solvers lose their digits.
var hardMatrices = map[string]func(rng *rand.Rand, n, m int) []float64{
	"monomials": func(_ *rand.Rand, n, m int) []float64 { // condition 1e5 at n = 12
		return fill(n, m, func(i, j int) float64 {
			return math.Pow(-1+2*float64(j)/float64(m-1), float64(i))
		})
	},
	"columns over ten decades": func(rng *rand.Rand, n, m int) []float64 {
		scale := make([]float64, m)
		for j := range scale {
			scale[j] = math.Pow(10, 10*rng.Float64()-5)
		}
		return fill(n, m, func(_, j int) float64 { return scale[j] * rng.NormFloat64() })
	},
	"rank n/2": func(rng *rand.Rand, n, m int) []float64 {
		k := n / 2
		u := fill(n, k, func(int, int) float64 { return rng.NormFloat64() })
		v := fill(k, m, func(int, int) float64 { return rng.NormFloat64() })
		return fill(n, m, func(i, j int) float64 {
			sum := 0.0
			for q := range k {
				sum += u[i*k+q] * v[q*m+j]
			}
			return sum
		})
	},
	"nearly one direction": func(rng *rand.Rand, n, m int) []float64 {
		base := make([]float64, n)
		for i := range base {
			base[i] = rng.NormFloat64()
		}
		return fill(n, m, func(i, _ int) float64 { return base[i] + 1e-4*rng.NormFloat64() })
	},
	"sparse counts": func(rng *rand.Rand, n, m int) []float64 {
		return fill(n, m, func(int, int) float64 {
			if rng.IntN(10) > 0 {
				return 0
			}
			return float64(1 + rng.IntN(3))
		})
	},
	"transport": func(_ *rand.Rand, n, m int) []float64 { // dependent rows, ties everywhere
		p := n / 2
		return fill(n, m, func(i, j int) float64 {
			if i < p && j%p == i || i >= p && (j/p)%p == i-p {
				return 1
			}
			return 0
		})
	},
}

func fill(n, m int, entry func(i, j int) float64) []float64 {
	a := make([]float64, n*m)
	for i := range n {
		for j := range m {
			a[i*m+j] = entry(i, j)
		}
	}
	return a
}

// Whatever the conditioning, the answer is certified, and the certificate holds
// in the hands of the verifier.
func TestL1HardMatrices(t *testing.T) {
	for name, matrix := range hardMatrices {
		for _, nonneg := range []bool{true, false} {
			for seed, k := range []int{2, 8, 30, 160} {
				t.Run(fmt.Sprintf("%s, nonneg %v, %d", name, nonneg, k), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(uint64(seed), 5))
					n, m := 40, 160
					if name == "monomials" {
						n = 12
					}
					op := linop.NewDense(n, m, matrix(rng, n, m))
					x := make([]float64, m)
					for _, j := range rng.Perm(m)[:k] {
						x[j] = math.Abs(rng.NormFloat64()) + .1
						if !nonneg && rng.IntN(2) == 0 {
							x[j] = -x[j]
						}
					}
					b := make([]float64, n)
					op.Apply(b, x)
					r := mustL1(t, Problem{A: op, B: b, Nonneg: nonneg})
					if r.Status != Certified {
						t.Fatalf("%s (%+v), route %s", r.Status, r.Reason, r.Stats.Route)
					}
					claim := certify.L1
					if nonneg {
						claim = certify.L1Nonneg
					}
					w := certify.Witness{X: r.X, Y: r.Y}
					c, err := certify.Issue(op, b, certify.Certificate{Claim: claim, Tol: 1e-9}, w)
					if err != nil {
						t.Fatal(err)
					}
					if v, err := certify.Verify(op, b, c, w); err != nil || !v.Valid {
						t.Errorf("rejected: %v %+v", err, v.Failed())
					}
				})
			}
		}
	}
}
