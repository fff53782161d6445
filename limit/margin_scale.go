package limit

import (
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

// offCentre is the distance of a coordinate from 0, in units of its spread, from which on
// it is centred: where an intercept makes the origin arbitrary, inner products of points
// far from it would lose what tells them apart.
const offCentre = 16

// centre moves the points by the first one in the coordinates that call for it. The
// differences are right to half a unit in their last place.
func (p *points) centre() bool {
	first, spread := append([]float64(nil), p.data[:p.d]...), make([]float64, p.d)
	for i := range p.n {
		for j, v := range p.data[i*p.d : (i+1)*p.d] {
			spread[j] = max(spread[j], math.Abs(v-first[j]))
		}
	}
	moved := false
	for j, v := range first {
		if math.Abs(v) <= offCentre*spread[j] {
			first[j] = 0
		}
		moved = moved || first[j] != 0
	}
	if !moved {
		return false
	}
	data := make([]float64, len(p.data))
	for i := range p.n {
		for j, v := range p.data[i*p.d : (i+1)*p.d] {
			data[i*p.d+j] = v - first[j]
		}
	}
	p.data, p.origin = data, first
	return true
}

// shift returns wᵀ(origin): what moving the points back takes from the intercept.
func (p *points) shift(w []float64) float64 {
	if p.origin == nil || w == nil {
		return 0
	}
	return dotCompensated(w, p.origin)
}

// doubt examines the weights that are thought to combine the points to 0. They do not
// count where a coordinate does not cancel, be it small beside the others, or where the
// points are independent. Then the question is put again with the coordinates in units
// of their own, which change the separator of largest margin but not whether there is
// one.
func (s *separation) doubt() {
	if s.denies(s.proof) {
		return
	}
	weights := s.proof // nil: neither these nor a separator were found
	s.proof = nil
	q := &separation{ctx: s.ctx, opt: s.opt, bias: s.bias, norm: MarginL2, bound: math.Inf(1)}
	var unit []float64
	q.points, unit = s.points.balanced()
	q.measure()
	q.euclidean()
	s.stats.Steps += q.stats.Steps
	s.stats.Passes += q.stats.Passes
	s.stats.Factorizations += q.stats.Factorizations
	s.stats.Route += " > scaled " + q.stats.Route
	s.stopped = s.stopped || q.stopped
	for _, p := range [][]float64{q.proof, weights} {
		if p == nil || q.w != nil {
			continue
		}
		if p = s.repaired(p); s.denies(p) {
			s.proof = p
			return
		}
	}
	if weights != nil {
		s.offerWeights(weights)
	}
	if q.w == nil {
		return
	}
	for j, u := range unit {
		q.w[j] *= u
	}
	s.offer(q.w, q.c, q.p)
	if s.norm == MarginL2 && s.points.free == 0 && s.gap() > s.opt.tol() {
		var support []int
		for i, v := range q.p {
			if v > 0 {
				support = append(support, i)
			}
		}
		s.activeLane(support)
		s.proof = nil
	}
}

// balanced returns the points with every coordinate in a unit that makes its largest
// value about 1, all of them in the norm, and those units.
func (p *points) balanced() (*points, []float64) {
	q := *p
	q.free = 0
	unit := make([]float64, p.d)
	for i := range p.n {
		p.each(i, func(j int, v float64) { unit[j] = max(unit[j], math.Abs(v)) })
	}
	for j, v := range unit {
		unit[j] = 1
		if v > 0 {
			unit[j] = powerOfTwo(1 / v)
		}
	}
	if p.data != nil {
		q.data = make([]float64, len(p.data))
		for k, v := range p.data {
			q.data[k] = v * unit[k%p.d]
		}
		return &q, unit
	}
	ptr := []int{0}
	var idx []int32
	var val []float64
	for i := range p.n {
		at, v := p.sparse.Column(i)
		for k, x := range v {
			idx, val = append(idx, at[k]), append(val, x*unit[at[k]])
		}
		ptr = append(ptr, len(idx))
	}
	q.sparse = linop.NewCSC(p.d, p.n, ptr, idx, val)
	return &q, unit
}

// uncancelled returns the largest |Σpᵢzᵢⱼ|/Σpᵢ|zᵢⱼ| over the coordinates j.
func (s *separation) uncancelled(p []float64) float64 {
	sum, size := make([]float64, s.points.d), make([]float64, s.points.d)
	for i, v := range p {
		if v == 0 {
			continue
		}
		v *= s.points.sign[i]
		s.points.each(i, func(j int, x float64) {
			sum[j] += v * x
			size[j] += math.Abs(v * x)
		})
	}
	worst := 0.0
	for j, v := range sum {
		if v != 0 {
			worst = max(worst, math.Abs(v)/size[j])
		}
	}
	return worst
}

// denies reports whether the weights show that nothing separates the points.
func (s *separation) denies(p []float64) bool {
	return p != nil && s.uncancelled(p) <= 1/farkasStrength && !s.independent(p)
}

// independent reports whether the points that p combines are seen to be linearly
// independent, by exact elimination on small problems.
func (s *separation) independent(p []float64) bool {
	rows, k := s.rows(p)
	size := len(rows) / max(k, 1)
	return k > 0 && k <= size && float64(k)*float64(k)*float64(size) <= maxRankWork && certify.FullColumnRank(size, k, rows)
}

// rows returns the zᵢ with pᵢ > 0, one after the other, with yᵢ as a coordinate where
// there is an intercept.
func (s *separation) rows(p []float64) (rows []float64, count int) {
	dim := s.points.d
	if s.bias {
		dim++
	}
	for _, v := range p {
		if v > 0 {
			count++
		}
	}
	if float64(count)*float64(dim) > maxRankWork {
		return nil, 0
	}
	rows = make([]float64, 0, count*dim)
	for i, v := range p {
		if v > 0 {
			row := make([]float64, dim)
			s.points.axpy(1, i, row)
			if s.bias {
				row[s.points.d] = s.points.sign[i]
			}
			rows = append(rows, row...)
		}
	}
	return rows, count
}

// repaired returns p moved as little as possible to weights with Σpᵢzᵢ = 0, nil if
// that takes one of them to 0.
func (s *separation) repaired(p []float64) []float64 {
	if s.uncancelled(p) <= 1/farkasStrength {
		return p
	}
	rows, k := s.rows(p)
	if k == 0 || len(rows) > maxRepair {
		return nil
	}
	dim := len(rows) / k
	a := linop.NewDenseColMajor(dim, k, rows)
	b := make([]float64, dim)
	on := make([]float64, 0, k)
	for _, v := range p {
		if v > 0 {
			on = append(on, v)
		}
	}
	subtractCompensated(a, b, b, on)
	r, err := MinNorm(s.ctx, a, b, nil, Options{})
	if err != nil || r.Status != Certified {
		return nil
	}
	out := make([]float64, len(p))
	next := 0
	for i, v := range p {
		if v > 0 {
			if out[i] = v + r.X[next]; !(out[i] > 0) {
				return nil
			}
			next++
		}
	}
	return out
}

// maxRepair is the number of coordinates of points up to which weights are repaired.
const maxRepair = 1 << 22
