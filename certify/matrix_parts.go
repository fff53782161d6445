package certify

import "math"

// parts splits M = Σ y_k A_k by the column spaces of X = LRᵀ: with orthonormal U
// and V spanning those of L and R, C = UᵀMV and W = (I−UUᵀ)M(I−VVᵀ),
//
//	‖M‖ ≤ max(‖C‖, ‖W‖) + max(‖(I−UUᵀ)MV‖, ‖UᵀM(I−VVᵀ)‖).
//
// A good y has C = I and the last term 0 up to rounding, and ‖W‖ < 1 by some
// margin, so that a rough bound on ‖W‖ is enough and 1 + 10⁻¹³ can be proven for
// ‖M‖ itself. Of a PSD claim V = U, and λ_max stands for the norm.
type parts struct {
	u, v   []float64 // p×r, q×r
	mv, mu []float64 // M V and MᵀU
	c      []float64 // r×r
	r      int

	inside float64 // ‖C − I‖_F, from above
	across float64 // the last term, from above
	slack  float64 // ‖W‖ of the exact spaces exceeds that of U, V by at most this
	tilt   float64 // ‖JᵀY − target‖ of the tangent conditions, from above
}

func (q *matrixProblem) split() *parts {
	if q.parts != nil {
		return q.parts
	}
	s := &parts{r: q.r}
	var eu, ev, em, emt float64
	s.u, eu = orthonormal(q.l, q.p, q.r)
	s.mv = nil
	s.v, ev = s.u, eu
	if !q.psd {
		s.v, ev = orthonormal(q.rt, q.q, q.r)
	}
	s.mv, em = q.m.mul(s.v, q.r, false)
	s.mu, emt = s.mv, em
	if !q.psd {
		s.mu, emt = q.m.mul(s.u, q.r, true)
	}
	r := q.r
	s.c = make([]float64, r*r)
	var inside, ec float64
	for a := range r {
		for b := range r {
			var sum acc
			for i := range q.p {
				sum.add(s.u[i*r+a], s.mv[i*r+b])
			}
			e := sum.estimate(q.p)
			s.c[a*r+b] = e.val
			if a == b {
				e = e.minus(estimate{1, 0})
			}
			inside += e.abs() * e.abs()
			ec += e.err * e.err
		}
	}
	size := q.m.norm()
	grow := 1 + 2*(eu+ev) // of norms, from U and V to exactly orthonormal ones
	root := math.Sqrt(float64(r))
	ec = math.Sqrt(ec) + em*root
	s.inside = raise((math.Sqrt(inside)+ec)*grow + 2*(eu+ev)*(1+math.Sqrt(inside)+ec))
	s.across = raise((max(q.rest(s.mv, s.u, s.c, q.p, false)+em, q.rest(s.mu, s.v, s.c, q.q, true)+emt) + 2*ec*root) * grow * grow)
	s.slack = raise(6*(eu+ev)*size + q.m.err)
	s.tilt = raise(2 * (s.inside*root + s.across*root + em + emt))
	q.parts = s
	return s
}

// rest bounds ‖T − WC‖_F (‖T − WCᵀ‖_F) for T = MV (MᵀU), n×r.
func (q *matrixProblem) rest(t, w, c []float64, n int, transposed bool) float64 {
	r := q.r
	var sum, plain float64
	for i := range n {
		for b := range r {
			v, size := t[i*r+b], math.Abs(t[i*r+b])
			for a := range r {
				f := c[a*r+b]
				if transposed {
					f = c[b*r+a]
				}
				v -= w[i*r+a] * f
				size += math.Abs(w[i*r+a] * f)
			}
			sum += v * v
			plain += size * size
		}
	}
	return raise(math.Sqrt(sum)*(1+float64(n*r+8)*unit) + math.Sqrt(plain)*float64(r+8)*unit)
}

// orthonormal returns nearly orthonormal columns that span those of w (n×r) up to
// rounding, and a bound on half of ‖UᵀU−I‖_F: by Gram and Schmidt's method, twice.
func orthonormal(w []float64, n, r int) (u []float64, defect float64) {
	u = append([]float64(nil), w...)
	col := make([][]float64, r)
	for a := range r {
		col[a] = make([]float64, n)
		for i := range n {
			col[a][i] = w[i*r+a]
		}
	}
	for a, c := range col {
		for range 2 {
			for _, d := range col[:a] {
				f := plainDot(c, d)
				for i, x := range d {
					c[i] -= f * x
				}
			}
			if s := math.Sqrt(plainDot(c, c)); s > 0 {
				for i := range c {
					c[i] /= s
				}
			}
		}
	}
	var sum float64
	for a, c := range col {
		for b, d := range col[:a+1] {
			var s acc
			for i, x := range c {
				s.add(x, d[i])
			}
			e := s.estimate(n)
			if a == b {
				e = e.minus(estimate{1, 0})
				sum += e.abs() * e.abs()
			} else {
				sum += 2 * e.abs() * e.abs()
			}
		}
		for i, x := range c {
			u[i*r+a] = x
		}
	}
	return u, raise(math.Sqrt(sum) * (1 + float64(r*r+8)*unit))
}
