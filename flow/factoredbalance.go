package flow

import (
	"math"

	"github.com/tacit-dev/tacit/ode"
)

// unbalanced is how far LᵀL − RᵀR may be from 0, relative to the lengths of the
// columns, before a balanced flow is put back. Errors grow there: a singular value
// that falls like e^(−gt) has beside it a mode that grows like e^(gt), in which L
// and R disagree in sign.
const unbalanced = 1e-7

// balance monitors LᵀL − RᵀR: its elements against those at the start, relative to
// the lengths of the two columns. Rotations turn both; what is compared is how far
// a balanced start (difference 0) has been left.
type balance struct {
	f     *Factored
	start float64
	seen  bool
	drift float64
	now   float64 // since it was put back
}

// balanced reports whether the run began with LᵀL = RᵀR.
func (b *balance) balanced() bool { return !b.f.psd && b.seen && b.start < 1e-12 }

// rebalance puts z, whose columns are orthogonal, back to LᵀL = RᵀR: the columns of
// L, and those of R, are made orthogonal to the longer ones before them, and the
// two halves of a column equally long.
func (f *Factored) rebalance(z []float64) {
	half := f.p * f.r
	for _, part := range [][]float64{z[:half], z[half:]} {
		for b := range f.r {
			for a := range b {
				var ab, aa float64
				for i := 0; i < len(part); i += f.r {
					ab += part[i+a] * part[i+b]
					aa += part[i+a] * part[i+a]
				}
				if aa == 0 {
					continue
				}
				for i := 0; i < len(part); i += f.r {
					part[i+b] -= ab / aa * part[i+a]
				}
			}
		}
	}
	for a := range f.r {
		var l, r float64
		for i := a; i < half; i += f.r {
			l = math.Hypot(l, z[i])
		}
		for i := half + a; i < len(z); i += f.r {
			r = math.Hypot(r, z[i])
		}
		if l == 0 || r == 0 {
			continue
		}
		mean := math.Sqrt(l) * math.Sqrt(r)
		for i := a; i < half; i += f.r {
			z[i] *= mean / l
		}
		for i := half + a; i < len(z); i += f.r {
			z[i] *= mean / r
		}
	}
}

// Observe looks at the end of a step.
func (b *balance) Observe(s *ode.Segment) error {
	if b.f.psd {
		return nil
	}
	f, z := b.f, s.Y1
	r, half := f.r, f.p*f.r
	length := f.lengths(z)
	var worst float64
	for a := range r {
		for c := range a + 1 {
			var d float64
			for i := 0; i < half; i += r {
				d += z[i+a] / length[a] * (z[i+c] / length[c])
			}
			for i := half; i < len(z); i += r {
				d -= z[i+a] / length[a] * (z[i+c] / length[c])
			}
			worst = max(worst, math.Abs(d))
		}
	}
	if !b.seen {
		b.seen, b.start = true, worst
	}
	b.now = 0
	if b.start < 1e-12 { // else the relative difference itself changes
		b.drift, b.now = max(b.drift, worst), worst
	}
	return nil
}
