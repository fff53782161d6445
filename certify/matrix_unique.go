package certify

import "math"

// uniqueWork bounds the multiplications of a proof of uniqueness without random
// vectors, a second or two.
const uniqueWork = 1.5e9

// unique proves that X is the only minimiser for the right-hand side 𝒜(X). Let T
// be the tangent space {dL Vᵀ + U dRᵀ} of the matrices of the rank of X. If 𝒜 is
// injective on T, with least singular value σ, some ỹ within ‖δ‖/σ of y has
// P_T 𝒜*ỹ = UVᵀ exactly, δ being by what y misses it; and if ‖P_T⊥ 𝒜*ỹ‖ < 1 for
// it, X is unique (Candès and Recht 2009). The value is the movement of P_T⊥ 𝒜*y
// over the distance of its norm from 1.
func (q *matrixProblem) unique() (value, bound float64, proven bool) {
	if q.cert.Claim.farkas() {
		return 1, 0, false
	}
	r := q.r
	dim := (q.p + q.q) * r
	gauge := r * r
	if q.psd {
		dim, gauge = q.p*r, r*(r-1)/2
	}
	rows := len(q.b) + gauge
	costly := float64(dim)*float64(dim)*float64(rows+dim/3) > 2*uniqueWork
	if r == 0 || dim-gauge > len(q.b) || costly && q.failure == 0 {
		return 1, 0, false
	}
	top, ok := q.under()
	if !ok {
		return 1, 0, false
	}
	s := q.split()
	theta := q.turn()
	var sigma, size float64
	if costly {
		t := q.tangent()
		least, check, ok := t.least(theta, q.failure, q.seeds("injective"))
		if !ok {
			return 1, 0, false
		}
		q.drawn = append(q.drawn, check)
		sigma, size = least, t.size
	} else {
		sigma, size = q.injectivity(dim, rows)
	}
	if sigma <= 0 {
		return 1, 0, false
	}
	// U, V stand for the exact spaces of X, which they are turned against.
	delta := s.tilt + 4*theta*q.m.norm()
	sigma -= 4 * theta * size
	move := raise(size * delta / sigma)
	turned := 4 * theta * q.m.norm()
	if move >= 1-top-turned { // more room, if there is any
		if lower, ok := q.underOneOf(0.5, 0.9, 0.97, 0.99); ok {
			top = lower
		}
	}
	room := 1 - top - turned
	return move, room, sigma > 0 && move < room
}

// turn bounds the distance of U and V from orthonormal bases of the exact column
// spaces of L and R, twice what a plain computation says.
func (q *matrixProblem) turn() float64 {
	s := q.split()
	of := func(w, u []float64, n int) float64 {
		r := q.r
		c := make([]float64, r*r) // UᵀL, upper triangular up to rounding
		for i := range n {
			for a := range r {
				for b := range r {
					c[a*r+b] += u[i*r+a] * w[i*r+b]
				}
			}
		}
		var rest float64
		for i := range n {
			for b := range r {
				v := w[i*r+b]
				var size float64
				for a := range r {
					v -= u[i*r+a] * c[a*r+b]
					size += math.Abs(u[i*r+a] * c[a*r+b])
				}
				v = math.Abs(v) + float64(r+4)*unit*size
				rest += v * v
			}
		}
		least := leastSingularValue(r, r, scaledColumns(c, r))
		if least <= 0 {
			return math.Inf(1)
		}
		return 2 * math.Sqrt(rest) / (least * largest(c))
	}
	return max(of(q.l, s.u, q.p), of(q.rt, s.v, q.q))
}

// scaledColumns returns the columns of the r×r matrix c, one after the other,
// divided so that all have norms of at most 1.
func scaledColumns(c []float64, r int) []float64 {
	big := largest(c) * float64(r)
	out := make([]float64, r*r)
	for a := range r {
		for b := range r {
			out[b*r+a] = c[a*r+b] / big
		}
	}
	return out
}

// injectivity returns a lower bound on the least singular value of 𝒜 on T in the
// coordinates (dL, dR), and an upper bound on ‖𝒜*‖: on y ↦ Σ y_kA_k. The directions
// dL = UK, dR = −VKᵀ, which do not move X, are made visible by rows of their own.
func (q *matrixProblem) injectivity(dim, rows int) (sigma, size float64) {
	s, r := q.split(), q.r
	j := make([]float64, rows*dim) // column c is j[c*rows:]
	var frobenius float64
	if q.line != nil {
		frobenius = q.tangentLines(j, rows)
	} else {
		frobenius = q.tangentEntries(j, rows)
	}
	// Bounds Σ‖A_k‖² as computed in any order.
	count := float64(len(q.b)*q.p*q.q + 8)
	if q.single {
		count = float64(len(q.b) + 8)
	}
	size = raise(math.Sqrt(frobenius) * (1 + count*unit))
	at := len(q.b)
	scale := size / math.Sqrt(float64(dim)) // of the order of the other rows
	for a := range r {
		for b := range r {
			if q.psd && b >= a {
				continue
			}
			for i := range q.p {
				j[(i*r+b)*rows+at] += scale * s.u[i*r+a]
				if q.psd {
					j[(i*r+a)*rows+at] -= scale * s.u[i*r+b]
				}
			}
			if !q.psd {
				for i := range q.q {
					j[((q.p+i)*r+a)*rows+at] -= scale * s.v[i*r+b]
				}
			}
			at++
		}
	}
	var big float64
	for c := range dim {
		col := j[c*rows : (c+1)*rows]
		big = max(big, plainDot(col, col))
	}
	big = raise(2 * math.Sqrt(big))
	if big == 0 {
		return 0, size
	}
	for i := range j {
		j[i] /= big
	}
	// The entries of A_kV are sums of q products, those of A_kᵀU of p, and both meet
	// of a PSD claim: within γ_{p+q} of |A_k||V| and |A_k|ᵀ|U|, ‖|U|‖_F = ‖|V|‖_F = √r.
	lost := 2 * unit * float64(q.p+q.q+8) * size * math.Sqrt(float64(2*r))
	return leastSingularValue(rows, dim, j)*big*(1-8*unit) - lost, size
}

// tangentEntries writes 𝒜 on the tangent space into the columns of j, and returns
// Σ‖A_k‖².
func (q *matrixProblem) tangentEntries(j []float64, rows int) (frobenius float64) {
	s, r := q.split(), q.r
	for k := range q.b {
		q.rows(k, func(i, jj int, v float64) {
			frobenius += v * v
			for a := range r {
				if q.psd { // of the symmetric part, twice
					j[(i*r+a)*rows+k] += v * s.u[jj*r+a]
					j[(jj*r+a)*rows+k] += v * s.u[i*r+a]
					continue
				}
				j[(i*r+a)*rows+k] += v * s.v[jj*r+a]
				j[((q.p+jj)*r+a)*rows+k] += v * s.u[i*r+a]
			}
		})
	}
	return frobenius
}
