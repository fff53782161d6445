package flow

import (
	"cmp"
	"math"
	"slices"
)

// together is the cosine of two columns from which on they are made orthogonal
// again.
const together = 0.5

// lean returns the largest cosine between two columns.
func (f *Factored) lean(z []float64) float64 {
	r := f.r
	gram := make([]float64, r*r)
	length, least := f.lengths(z), f.least(z)
	for a, l := range length {
		if l <= least {
			length[a] = math.Inf(1) // forgotten: it leans nowhere
		}
	}
	for i := 0; i < len(z); i += r {
		row := z[i : i+r]
		for a := range r {
			u := row[a] / length[a]
			for b := range a {
				gram[a*r+b] += u * (row[b] / length[b])
			}
		}
	}
	var worst float64
	for a := range r {
		for b := range a {
			worst = max(worst, math.Abs(gram[a*r+b]))
		}
	}
	return worst
}

// orthogonalise rotates the columns of z until they are orthogonal, longest first,
// by the one-sided method of Jacobi, which keeps the digits of short columns
// (Demmel and Veselić 1992).
func (f *Factored) orthogonalise(z []float64) {
	r := f.r
	for range 40 {
		done := true
		for a := range r {
			for b := a + 1; b < r; b++ {
				if f.rotate(z, a, b) {
					done = false
				}
			}
		}
		if done {
			break
		}
	}
	order := make([]int, r)
	length := f.lengths(z)
	for a := range order {
		order[a] = a
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(length[b], length[a]) })
	row := make([]float64, r)
	for i := 0; i < len(z); i += r {
		for a, k := range order {
			row[a] = z[i+k]
		}
		copy(z[i:i+r], row)
	}
}

// rotate makes columns a and b orthogonal; it reports whether they were not.
func (f *Factored) rotate(z []float64, a, b int) bool {
	var na, nb float64
	for i := 0; i < len(z); i += f.r {
		na, nb = math.Hypot(na, z[i+a]), math.Hypot(nb, z[i+b])
	}
	if na == 0 || nb == 0 {
		return false
	}
	var cos float64
	for i := 0; i < len(z); i += f.r {
		cos += z[i+a] / na * (z[i+b] / nb)
	}
	if math.Abs(cos) <= 4e-16*math.Sqrt(float64(len(z)/f.r)) {
		return false
	}
	// tan 2θ = 2 na nb cos/(na² − nb²), with the quotient of the lengths kept.
	zeta := (nb/na - na/nb) / (2 * cos)
	t := math.Copysign(1, zeta) / (math.Abs(zeta) + math.Sqrt(1+zeta*zeta))
	c := 1 / math.Sqrt(1+t*t)
	s := c * t
	for i := 0; i < len(z); i += f.r {
		x, y := z[i+a], z[i+b]
		z[i+a], z[i+b] = c*x-s*y, s*x+c*y
	}
	return true
}

// Singular returns the singular values of X, descending, each to full relative
// accuracy: of orthogonal columns they are the squares, or of a pair the products,
// of their lengths.
func (f *Factored) Singular(z []float64) []float64 {
	z = append([]float64(nil), z...)
	f.orthogonalise(z)
	out := make([]float64, f.r)
	for a := range out {
		var l, r float64
		for i := a; i < f.p*f.r; i += f.r {
			l = math.Hypot(l, z[i])
		}
		r = l
		if !f.psd {
			r = 0
			for i := f.p*f.r + a; i < len(z); i += f.r {
				r = math.Hypot(r, z[i])
			}
		}
		out[a] = l * r
	}
	slices.SortFunc(out, func(a, b float64) int { return cmp.Compare(b, a) })
	return out
}
