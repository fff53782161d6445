package flow

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/blas"
)

// plainLayers is gradient flow on the layers of X = W_N⋯W₁ as so many numbers,
//
//	Ẇ_j = −c (W_N⋯W_{j+1})ᵀ G (W_{j−1}⋯W₁)ᵀ,
//
// without the coordinates by which Factored and DeepSpectral keep small singular values
// and the balance W_{j+1}ᵀW_{j+1} = W_jW_jᵀ: here the balance is what rounding and the
// errors of the integration leave of it.
//
// Of a symmetric X it is W_{N+1−j} = W_jᵀ, and the state has the first half of the
// layers, the middle one of an odd number being symmetric.
type plainLayers struct {
	m      *measured
	rate   float64
	shapes [][2]int // rows and columns of all layers
	half   bool
	z0     []float64
}

// newPlainLayers starts from W_j = diag(z) between U diag(z) and diag(z) Vᵀ, for the
// first columns of U (p×p) and V (q×q).
func newPlainLayers(m *measured, depth int, rate float64, u, v, z []float64) *plainLayers {
	r := len(z)
	f := &plainLayers{m: m, rate: rate, half: m.symmetric}
	for j := range depth {
		shape := [2]int{r, r}
		if j == 0 {
			shape[1] = m.q
		}
		if j == depth-1 {
			shape[0] = m.p
		}
		f.shapes = append(f.shapes, shape)
	}
	for j, s := range f.shapes[:f.kept()] {
		w := make([]float64, s[0]*s[1])
		for a, value := range z {
			switch j {
			case 0:
				for i := range m.q {
					w[a*m.q+i] = value * v[i*m.q+a]
				}
			case depth - 1:
				for i := range m.p {
					w[i*r+a] = value * u[i*m.p+a]
				}
			default:
				w[a*r+a] = value
			}
		}
		f.z0 = append(f.z0, w...)
	}
	return f
}

// kept is the number of layers in the state.
func (f *plainLayers) kept() int {
	if f.half {
		return (len(f.shapes) + 1) / 2
	}
	return len(f.shapes)
}

// Dim returns the number of entries of the layers in the state.
func (f *plainLayers) Dim() int { return len(f.z0) }

// Start returns the layers at time 0, one after the other, by rows.
func (f *plainLayers) Start() []float64 { return slices.Clone(f.z0) }

// Autonomous reports true.
func (f *plainLayers) Autonomous() bool { return true }

// layers returns all layers of a state.
func (f *plainLayers) layers(z []float64) [][]float64 {
	all := make([][]float64, len(f.shapes))
	for j, s := range f.shapes[:f.kept()] {
		n := s[0] * s[1]
		all[j], z = z[:n], z[n:]
	}
	for j := f.kept(); j < len(all); j++ {
		from := len(all) - 1 - j
		rows, cols := f.shapes[from][0], f.shapes[from][1]
		t := make([]float64, rows*cols)
		for i := range rows {
			for k := range cols {
				t[k*rows+i] = all[from][i*cols+k]
			}
		}
		all[j] = t
	}
	return all
}

// below returns W_{j}⋯W₁ for j = 0…N, the first of them nil.
func (f *plainLayers) below(all [][]float64) [][]float64 {
	out := [][]float64{nil, all[0]}
	for j := 1; j < len(all); j++ {
		s := f.shapes[j]
		t := make([]float64, s[0]*f.m.q)
		blas.Gemm(false, false, s[0], f.m.q, s[1], 1, all[j], s[1], out[j], f.m.q, 0, t, f.m.q)
		out = append(out, t)
	}
	return out
}

// Primal sets dst = X.
func (f *plainLayers) Primal(dst, z []float64) {
	all := f.layers(z)
	copy(dst, f.below(all)[len(all)])
	f.m.symmetrise(dst)
}

// Deriv sets dst to the velocity of the layers.
func (f *plainLayers) Deriv(dst []float64, _ float64, z []float64) {
	m, all := f.m, f.layers(z)
	below := f.below(all)
	f.Primal(m.x, z)
	m.gradient(m.x)
	// above = (W_N⋯W_{j+1})ᵀG, from the top down.
	above := m.g
	rows := m.p
	ends := make([]int, len(all)+1)
	for j, s := range f.shapes[:f.kept()] {
		ends[j+1] = ends[j] + s[0]*s[1]
	}
	for j := len(all) - 1; j >= 0; j-- {
		s := f.shapes[j]
		if j < f.kept() {
			w := dst[ends[j]:ends[j+1]]
			if j == 0 {
				for i, v := range above {
					w[i] = -f.rate * v
				}
			} else {
				blas.Gemm(false, true, s[0], s[1], m.q, -f.rate, above, m.q, below[j], m.q, 0, w, s[1])
			}
			if f.half && 2*j+1 == len(all) {
				symmetrise(w, s[0])
			}
		}
		t := make([]float64, s[1]*m.q)
		blas.Gemm(true, false, s[1], m.q, rows, 1, all[j], s[1], above, m.q, 0, t, m.q)
		above, rows = t, s[1]
	}
}

// unbalanced is the largest ‖W_{j+1}ᵀW_{j+1} − W_jW_jᵀ‖_F over ‖W_j‖_F²; NaN of X = YYᵀ,
// where it is 0 of any Y.
func (f *plainLayers) unbalanced(z []float64) float64 {
	if f.half && len(f.shapes) == 2 {
		return math.NaN()
	}
	all := f.layers(z)
	worst := 0.0
	for j := range len(all) - 1 {
		s, next := f.shapes[j], f.shapes[j+1]
		d := make([]float64, s[0]*s[0])
		blas.Gemm(false, true, s[0], s[0], s[1], 1, all[j], s[1], all[j], s[1], 0, d, s[0])
		blas.Gemm(true, false, s[0], s[0], next[0], 1, all[j+1], s[0], all[j+1], s[0], -1, d, s[0])
		worst = math.Max(worst, normOf(d)/blas.Dot(all[j], all[j]))
	}
	return worst
}
