package lowrank

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// barrier is the dual barrier problem max bᵀy + μ ln det S(y), S = I − 𝒜*y, of a
// PSD problem of order d. A p×q problem is one of order d = p+q with
// S = [[I, −M], [−Mᵀ, I]], M = 𝒜*y, whose determinant is that of I − MᵀM.
//
// At its maximum X = μS⁻¹ is the point of the central path: in the geometry of
// −ln det it is the limit of the flow from μI (theory: the exponential
// parametrization). Off the path X = μ(Z + Z 𝒜*dy Z), Z = S⁻¹, with the Newton
// step dy has 𝒜(X) = b exactly and is positive where the step is short (Benson,
// Ye and Zhang 2000, Solving large-scale sparse semidefinite programs).
type barrier struct {
	op      *denseMeasure
	n, d    int
	psd     bool
	z       []float64 // S⁻¹, d×d
	m       []float64 // M
	gram, g []float64 // H_kl = ⟨A_k, Z A_l Z⟩ (lower triangle, then its factor), g_k = ⟨A_k, Z⟩
}

// The sizes up to which the central path is followed.
const (
	centralMeasurements = 3000
	centralEntries      = 1 << 24 // n·p·q
)

// densified returns the measurements as dense matrices, nil where that is too much.
func densified(op measurements) *denseMeasure {
	n, p, q := op.size()
	if n > centralMeasurements || n*p*q > centralEntries || p+q > 400 {
		return nil
	}
	if d, ok := op.(*denseMeasure); ok {
		return d
	}
	s := op.(*sparseMeasure)
	d := &denseMeasure{n, p, q, make([]float64, n*p*q), true}
	for i := range p {
		for e := s.rowPtr[i]; e < s.rowPtr[i+1]; e++ {
			v := 1.0
			if s.val != nil {
				v = s.val[e]
			}
			d.a[int(s.obs[e])*p*q+i*q+int(s.col[e])] += v
		}
	}
	return d
}

// slack sets m and z at y; it reports false where S is not positive definite.
func (c *barrier) slack(y []float64) bool {
	p, q := c.op.p, c.op.q
	c.m = c.op.adjoint(y).dense()
	s := make([]float64, c.d*c.d)
	for i := range p {
		for j := range q {
			if c.psd {
				s[i*c.d+j] = -c.m[i*q+j]
			} else {
				s[(p+j)*c.d+i] = -c.m[i*q+j]
			}
		}
	}
	for i := range c.d {
		s[i*c.d+i]++
	}
	if blas.Cholesky(s, c.d, c.d) >= 0 {
		return false
	}
	z := make([]float64, c.d*c.d)
	for i := range c.d {
		z[i*c.d+i] = 1
	}
	blas.SolveLowerMany(s, c.d, c.d, z, c.d, c.d)
	blas.SolveLowerTMany(s, c.d, c.d, z, c.d, c.d)
	symmetrise(z, c.d)
	c.z = z
	return true
}

// around returns Z K Z for the matrix K that 𝒜*dy is in the order d: of a p×q
// problem its upper right block, Z₁₁ M Z₂₂ + Z₁₂ Mᵀ Z₁₂, is all that is computed.
func (c *barrier) around(a, dst, room []float64) {
	p, q, d := c.op.p, c.op.q, c.d
	if c.psd {
		blas.Gemm(false, false, d, d, d, 1, c.z, d, a, d, 0, room, d)
		blas.Gemm(false, false, d, d, d, 1, room, d, c.z, d, 0, dst, d)
		return
	}
	z12, z22 := c.z[p:], c.z[p*d+p:]
	blas.Gemm(false, false, p, q, q, 1, a, q, z22, d, 0, room, q)
	blas.Gemm(false, false, p, q, p, 1, c.z, d, room, q, 0, dst, q)
	blas.Gemm(true, false, q, q, p, 1, a, q, z12, d, 0, room, q)
	blas.Gemm(false, false, p, q, q, 1, z12, d, room, q, 1, dst, q)
}

// assemble computes g and the factor of H at the current slack. A relative ridge
// of 1e-14 takes the place of measurements that repeat others.
func (c *barrier) assemble() bool {
	n, m := c.n, c.op.p*c.op.q
	zaz := make([]float64, n*m)
	room := make([]float64, c.d*c.d)
	c.g = make([]float64, n)
	inside := c.z
	double := 1.0
	if !c.psd {
		double = 2
		inside = make([]float64, m)
		for i := range c.op.p {
			copy(inside[i*c.op.q:(i+1)*c.op.q], c.z[i*c.d+c.op.p:i*c.d+c.d])
		}
	}
	blas.Gemv(c.g, c.op.a, n, m, m, inside)
	for k := range n {
		c.g[k] *= double
		c.around(c.op.a[k*m:(k+1)*m], zaz[k*m:(k+1)*m], room)
	}
	c.gram = make([]float64, n*n)
	blas.Gemm(false, true, n, n, m, double, c.op.a, m, zaz, m, 0, c.gram, n)
	for k := range n {
		c.gram[k*n+k] *= 1 + 1e-14
	}
	return blas.Cholesky(c.gram, n, n) < 0
}

func (c *barrier) solve(v []float64) []float64 {
	x := append([]float64(nil), v...)
	blas.SolveLower(c.gram, c.n, c.n, x)
	blas.SolveLowerT(c.gram, c.n, c.n, x)
	return x
}

// primal returns X(μ, dy) = μ(Z + Z 𝒜*dy Z), of a p×q problem twice its upper
// right block.
func (c *barrier) primal(mu float64, dy []float64) []float64 {
	p, q := c.op.p, c.op.q
	x, room := make([]float64, p*q), make([]float64, c.d*c.d)
	c.around(c.op.adjoint(dy).dense(), x, room)
	double := 1.0
	if !c.psd {
		double = 2
	}
	for i := range p {
		for j := range q {
			at := i*c.d + j
			if !c.psd {
				at += p
			}
			x[i*q+j] = double * mu * (c.z[at] + x[i*q+j])
		}
	}
	return x
}

// centralPath is the second lane.
func (s *solver) centralPath() {
	op := densified(s.op)
	if op == nil {
		return
	}
	s.lane("central-path")
	if s.inconsistent(op) {
		return
	}
	c := &barrier{op: op, n: op.n, psd: s.psd, d: op.p}
	if !s.psd {
		c.d = op.p + op.q
	}
	y := make([]float64, c.n)
	if !c.slack(y) {
		return
	}
	mu := 1.0
	tried := 1e-3 // the gap at which the structure is guessed next
	stalled := 0
	last := math.Inf(1)
	for k := range 200 {
		if !s.step("central-path", k, 1) || !c.assemble() {
			return
		}
		s.stats.Passes += 4
		s.stats.Factorizations += 2
		u, w := c.solve(s.b), c.solve(c.g)
		direction := func(mu float64) []float64 {
			dy := make([]float64, c.n)
			for i := range dy {
				dy[i] = u[i]/mu - w[i]
			}
			return dy
		}
		bb, bg, gg := blas.Dot(s.b, u), blas.Dot(s.b, w), blas.Dot(c.g, w)
		decrement := func(mu float64) float64 { return math.Sqrt(max(0, bb/(mu*mu)-2*bg/mu+gg)) }
		by := blas.Dot(s.b, y)
		if decrement(mu) < 0.95 {
			x := c.primal(mu, direction(mu))
			gap, done := s.centralPoint(op, x, y, by, tried)
			if done {
				return
			}
			if gap < tried {
				tried = gap / 30
			}
			if gap > 0.9*last {
				if stalled++; stalled > 8 {
					return
				}
			} else {
				stalled = 0
			}
			last = min(last, gap)
			mu *= 0.15
			for decrement(mu) > 12 { // too far for one step
				mu *= 1.5
			}
		}
		if math.IsInf(last, 1) && by > float64(c.d)*mu {
			// No X so far: bᵀy may be unbounded. A μ that grows with it leads
			// into the interior of the cone of proofs, not along its boundary.
			mu = by
		}
		dy := direction(mu)
		step := min(1, 0.9/max(decrement(mu)*0.3, 1e-3))
		for ; step > 1e-8; step *= 0.6 {
			next := append([]float64(nil), y...)
			blas.Axpy(step, dy, next)
			if c.slack(next) {
				y = next
				break
			}
		}
		if step <= 1e-8 {
			return
		}
		if s.psd && s.denied(c.m, y) {
			return
		}
	}
}

// centralPoint judges X of the central path with its y, and guesses the structure
// of the answer where the gap has fallen to tried.
func (s *solver) centralPoint(op *denseMeasure, x, y []float64, by, tried float64) (gap float64, done bool) {
	_, p, q := op.size()
	whole := fromDense(x, p, q, s.psd, min(p, q))
	if whole == nil {
		return math.Inf(1), true
	}
	size := whole.sum()
	gap = math.Abs(size-by) / max(size, math.Abs(by), 1e-300)
	if gap < 1e-6 {
		// 𝒜*y ⪯ I holds exactly: nothing is to be added for the tangent space.
		s.offer(whole, dualPoint{y: y})
	}
	if gap > tried || s.done() {
		return gap, s.done()
	}
	for _, r := range s.ranks(whole.s) {
		s.polish(op, whole.truncated(r), y)
		if s.done() {
			return gap, true
		}
	}
	return gap, false
}

// ranks guesses the rank from the singular values on the central path, where those
// that vanish are of the order of the gap: at their largest gap, and one to both
// sides.
func (s *solver) ranks(v []float64) []int {
	best, at := 0.0, len(v)
	for i := 1; i < len(v); i++ {
		if g := v[i-1] / v[i]; g > best && v[i] < 0.1*v[0] {
			best, at = g, i
		}
	}
	list := []int{at}
	for _, r := range []int{at - 1, at + 1} {
		if r >= 1 && r <= len(v) {
			list = append(list, r)
		}
	}
	return list
}

// denied looks for a proof that there is no X ⪰ 0: M = 𝒜*y ⪯ 0 with bᵀy > 0.
func (s *solver) denied(m, y []float64) bool {
	if blas.Dot(s.b, y) <= 0 {
		return false
	}
	d := int(math.Sqrt(float64(len(m))))
	_, w, ok := eigen(m, d)
	// λ_max ≤ 0, or far below what −M is.
	if !ok || w[0] > 1e-13*math.Abs(w[d-1]) {
		return false
	}
	s.farkas = scaledBy(y, norm(y))
	return true
}
