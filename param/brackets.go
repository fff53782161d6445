package param

import "math"

// Field is a vector parameterization x = G(w) of m unknowns by k parameters,
// given by the gradients of its components.
type Field interface {
	Dims() (k, m int)
	// Gradient sets dst = ∇Gᵢ(w), of length k.
	Gradient(dst, w []float64, i int)
}

// Bracket is the Lie bracket [∇Gᵢ, ∇Gⱼ](w) = ∇²Gⱼ∇Gᵢ − ∇²Gᵢ∇Gⱼ that is largest
// of those that Brackets saw.
type Bracket struct {
	// Size is ‖[∇Gᵢ, ∇Gⱼ]‖₂ relative to ‖∇²Gⱼ∇Gᵢ‖₂ + ‖∇²Gᵢ∇Gⱼ‖₂, in [0, 1].
	Size float64
	I, J int // the components, I < J
	At   int // the number of the point
}

// Commutes reports whether the bracket is 0 to the accuracy of the differences
// that it was computed by.
func (b Bracket) Commutes() bool { return b.Size < 1e-6 }

// Brackets returns the largest Lie bracket of the gradients of G at the points.
// If all vanish in a neighbourhood, G is a commuting parameterization: from any
// start its gradient flow is a mirror flow in x, whatever the loss (Li, Wang,
// Lee and Arora 2022, theorem 4.9). Points can refute that, and support it, but
// not prove it; take a few random ones. Derivatives are central differences
// along the gradients, extrapolated to the fourth order, of about 10 digits.
//
// Cost: 8 gradients for each pair of components at each point.
func Brackets(g Field, points [][]float64) Bracket {
	k, m := g.Dims()
	largest := Bracket{J: min(1, m-1)}
	s := bracketing{g: g, field: [2][]float64{make([]float64, k), make([]float64, k)}, w: make([]float64, k)}
	a, b := make([]float64, k), make([]float64, k)
	for at, w := range points {
		if len(w) != k {
			panic(errLength)
		}
		for i := range m {
			g.Gradient(s.field[0], w, i)
			for j := i + 1; j < m; j++ {
				g.Gradient(s.field[1], w, j)
				s.derivative(a, w, s.field[0], j) // ∇²Gⱼ∇Gᵢ
				s.derivative(b, w, s.field[1], i)
				var diff, size float64
				for l := range a {
					diff = math.Hypot(diff, a[l]-b[l])
				}
				if size = norm(a) + norm(b); size == 0 {
					continue
				}
				// Below the rounding of the gradients there is nothing to see.
				floor := 1e-9 * norm(s.field[0]) * norm(s.field[1]) / (norm(w) + 1e-300)
				if r := diff / max(size, floor); !(r <= largest.Size) {
					largest = Bracket{Size: r, I: i, J: j, At: at}
				}
			}
		}
	}
	return largest
}

type bracketing struct {
	g     Field
	field [2][]float64
	w     []float64
}

// derivative sets dst to the derivative of ∇Gⱼ at w along v.
func (s *bracketing) derivative(dst, w, v []float64, j int) {
	for l := range dst {
		dst[l] = 0
	}
	length := norm(v)
	if length == 0 {
		return
	}
	h := 1e-3 * max(norm(w), 1e-3) / length
	grad := make([]float64, len(w))
	// (8 (f(h) − f(−h)) − (f(2h) − f(−2h)))/12h
	for _, c := range []struct{ at, weight float64 }{{1, 8}, {-1, -8}, {2, -1}, {-2, 1}} {
		for l := range w {
			s.w[l] = w[l] + c.at*h*v[l]
		}
		s.g.Gradient(grad, s.w, j)
		for l, d := range grad {
			dst[l] += c.weight * d / (12 * h)
		}
	}
}

func norm(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum = math.Hypot(sum, x)
	}
	return sum
}
