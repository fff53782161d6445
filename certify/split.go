package certify

import (
	"fmt"
	"math"
)

// Split claims that the points with pᵢ = 0 are the largest part that a separator can
// take, zᵢᵀw + yᵢc > 0 on them and = 0 on the core, the points with pᵢ > 0 (Ji and
// Telgarsky 2018). X is w, Y is p and Intercept c.
//
// Σpᵢzᵢ = 0 shows the core: no w′ that errs nowhere, zᵢᵀw′ ≥ 0 for all i, is positive
// on a point of it, for Σpᵢzᵢᵀw′ = 0 has no negative term. In numbers, with Σpᵢ = 1, its
// margin zⱼᵀw′/‖w′‖ there is at most ‖Σpᵢzᵢ‖/pⱼ.
const Split Claim = "split"

// splitFault says what is wrong with the fields of a claim about a split, "" if
// nothing is.
func (c Certificate) splitFault() string {
	switch {
	case c.Claim != Split:
		return ""
	case c.Norm != "" || c.Intercepts != nil:
		return "a split has no norm, and is of two classes"
	case c.Bias != (c.Intercept != nil):
		return "an intercept is given if and only if bias is true"
	}
	return ""
}

// split measures the claim Split, after denial: what no margin of a point of the core
// exceeds, and how far off the boundary the core is, against the rest.
func (s *separator) split(m *measured) {
	total := s.totals()
	least := math.Inf(1)
	for i, p := range s.Y {
		if p > 0 {
			least = min(least, p/total[s.side(i)])
		}
	}
	margin := math.MaxFloat64
	if least > 0 { // a quotient of sums of doubles: right to n·2⁻⁵³
		margin = m.residual.over(estimate{least, float64(s.n+4) * unit * least}).up()
	}
	m.extra = append(m.extra, Check{"margin of a point of the core, relative", margin, 1 / farkasStrength, margin <= 1/farkasStrength})

	m.support = 0
	size := s.sizes()
	var off float64
	inside := math.Inf(1)
	for i, v := range s.margins() {
		switch {
		case s.Y[i] == 0:
			m.support++
			inside = min(inside, v.down()/size[i])
		case v.abs() > 0:
			off = max(off, v.abs()/size[i])
		}
	}
	if m.support == 0 {
		return // nothing can be separated, whatever w
	}
	m.extra = append(m.extra, Check{"least margin of the separable part (at least)", inside, 0, inside > 0})
	ratio := math.MaxFloat64
	if inside > 0 {
		ratio = off / inside * (1 + 1e-11) // sizes are plainly computed
	}
	m.extra = append(m.extra, Check{"core off the boundary, relative to the separable part", ratio, 1 / farkasStrength, ratio <= 1/farkasStrength})
}

// totals returns what the weights of the classes −1 and +1 are divided by: with an
// intercept those of each class have the sum ½.
func (s *separator) totals() [2]float64 {
	var t [2]float64
	for i, p := range s.Y {
		t[s.side(i)] += p
	}
	if s.cert.Bias {
		return [2]float64{2 * t[0], 2 * t[1]}
	}
	return [2]float64{t[0] + t[1], t[0] + t[1]}
}

// side is 1 for a point with yᵢ = +1, else 0.
func (s *separator) side(i int) int {
	if s.b[i] == s.classes[1] {
		return 1
	}
	return 0
}

// sizes returns ‖xᵢ‖, in whose units margins of single points are compared; with an
// intercept, which moves the origin, the largest of them for all.
func (s *separator) sizes() []float64 {
	size := s.rowNorms()
	largest := tiny
	for _, v := range size {
		largest = max(largest, v)
	}
	for i, v := range size {
		if s.cert.Bias || v == 0 {
			size[i] = largest
		}
	}
	return size
}

// checkSplit is checkMargin for what a split has besides.
func checkSplit(c Certificate, classes int) error {
	if c.Claim == Split && classes != 2 {
		return fmt.Errorf("certify: the labels have %d values; a split is of two classes", classes)
	}
	return nil
}
