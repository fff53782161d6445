package param_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tacit-dev/tacit/param"
)

// sensing is G_i(Y) = ⟨A_i, YYᵀ⟩ for symmetric d×d matrices A_i and Y:
// ∇G_i = 2 A_i Y, and [∇G_i, ∇G_j] = 4 (A_jA_i − A_iA_j) Y.
type sensing struct {
	d int
	a [][]float64
}

func (s sensing) Dims() (k, m int) { return s.d * s.d, len(s.a) }

func (s sensing) Gradient(dst, w []float64, i int) {
	for r := range s.d {
		for c := range s.d {
			var sum float64
			for l := range s.d {
				sum += s.a[i][r*s.d+l] * w[l*s.d+c]
			}
			dst[r*s.d+c] = 2 * sum
		}
	}
}

func points(k, count int) [][]float64 {
	rng := rand.New(rand.NewPCG(8, 9))
	out := make([][]float64, count)
	for i := range out {
		out[i] = normals(rng, k)
	}
	return out
}

func TestBracketsOfMatrices(t *testing.T) {
	commuting := sensing{2, [][]float64{{1, 0, 0, 2}, {3, 0, 0, -1}, {0, 0, 0, 1}}}
	if b := param.Brackets(commuting, points(4, 5)); !b.Commutes() {
		t.Errorf("diagonal matrices commute, but the bracket is %+v", b)
	}
	// diag(1, 2) and the exchange matrix do not commute.
	not := sensing{2, [][]float64{{1, 0, 0, 2}, {3, 0, 0, -1}, {0, 1, 1, 0}}}
	b := param.Brackets(not, points(4, 5))
	if b.Commutes() || b.J != 2 {
		t.Errorf("component 2 does not commute with the others, but the bracket is %+v", b)
	}
	// At one point the value is known: Y = 1, A_jA_i − A_iA_j of the pair (1, 2)
	// is 4(3+1)/… against ‖4A_jA_i‖ + ‖4A_iA_j‖ = 2·4√10.
	b = param.Brackets(sensing{2, not.a[1:]}, [][]float64{{1, 0, 0, 1}})
	if want := 4 * math.Sqrt2 / (2 * math.Sqrt(10)); math.Abs(b.Size-want) > 1e-9 {
		t.Errorf("the bracket has size %v, want %v", b.Size, want)
	}
}

// all is one of the parameterizations as a vector field.
type all struct {
	p param.Param
	m int
}

func (f all) Dims() (k, m int) { return f.p.Len(f.m), f.m }

func (f all) Gradient(dst, w []float64, i int) {
	e := make([]float64, f.m)
	e[i] = 1
	f.p.Pull(dst, w, e)
}

// rotated mixes the unknowns of x = (u, v) ↦ (u², uv): not coordinatewise.
type rotated struct{}

func (rotated) Dims() (k, m int) { return 2, 2 }

func (rotated) Gradient(dst, w []float64, i int) {
	if i == 0 {
		dst[0], dst[1] = 2*w[0], 0
		return
	}
	dst[0], dst[1] = w[1], w[0]
}

func TestBracketsOfParams(t *testing.T) {
	for _, s := range starts {
		p := parse(t, s.name)
		if b := param.Brackets(all{p, 4}, [][]float64{lift(t, p, s.x0)}); b.Size != 0 {
			t.Errorf("%s: coordinates share no parameters, but the bracket is %+v", s.name, b)
		}
	}
	if b := param.Brackets(rotated{}, points(2, 3)); b.Commutes() {
		t.Errorf("(u², uv) does not commute, but the bracket is %+v", b)
	}
}
