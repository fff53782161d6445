package main

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

// savedSpectrum is what result.json repeats of a matrix that nearest found, and of the
// ranks that a greedy search went through.
type savedSpectrum struct {
	Eigenvalues []float64    `json:"eigenvalues"`
	Singular    []float64    `json:"singular_values"`
	Stages      []savedStage `json:"stages"`
	Stop        *string      `json:"stop"`
}

type savedStage struct {
	Rank     int      `json:"rank"`
	Residual *float64 `json:"residual"`
	Gradient *float64 `json:"gradient"`
	Norm     *float64 `json:"norm"`
}

// nearest compares the eigenvalues (descending or ascending, as they are written) or
// singular values with those of x, recomputed by LAPACK's algorithms in gonum.
func (s savedSpectrum) nearest(c certify.Certificate, x []float64) []certify.Check {
	name, said, other := "singular_values", s.Singular, s.Eigenvalues
	if c.Symmetric {
		name, said, other = "eigenvalues", s.Eigenvalues, s.Singular
	}
	p, q := c.Shape[0], c.Shape[1]
	ok := other == nil && len(x) == p*q
	if listed := min(p, q) <= listedWeights; ok && (said != nil || listed) {
		ok = agrees(said, spectrumOf(x, p, q, c.Symmetric))
	}
	return []certify.Check{condition("result.json: "+name, ok)}
}

// spectrumOf returns the eigenvalues of a symmetric x, ascending, or its singular
// values, descending; nil if they cannot be computed.
func spectrumOf(x []float64, p, q int, symmetric bool) []float64 {
	if symmetric {
		var e mat.EigenSym
		if !e.Factorize(mat.NewSymDense(p, x), false) {
			return nil
		}
		return e.Values(nil)
	}
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(p, q, x), mat.SVDNone) {
		return nil
	}
	return svd.Values(nil)
}

// agrees reports whether two spectra are the same up to rounding.
func agrees(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	top := 0.0
	for _, v := range b {
		top = max(top, math.Abs(v))
	}
	for i, v := range b {
		if !(math.Abs(a[i]-v) <= 1e-14*float64(10+len(b))*top) {
			return false
		}
	}
	return true
}

// greedy checks the stages of a greedy search as far as the files tell: they begin at X
// = 0, the rank rises and the residual falls; the last is the answer, whose rank and norm
// the certificate has, and whose residual and gradient the data. What was in between
// left no file.
func (s savedSpectrum) greedy(c certify.Certificate, x []float64, p *problem) []certify.Check {
	if s.Stages == nil && s.Stop == nil {
		return nil
	}
	add := func(name string, ok bool) certify.Check { return condition("result.json: stages: "+name, ok) }
	n := len(s.Stages)
	whole := n > 0 && s.Stop != nil
	for _, t := range s.Stages {
		whole = whole && t.Residual != nil && t.Gradient != nil && t.Norm != nil
	}
	if !whole {
		return []certify.Check{add("whole", false)}
	}
	first, last := s.Stages[0], s.Stages[n-1]
	falls := true
	for k, t := range s.Stages[1:] {
		before := s.Stages[k]
		falls = falls && t.Rank > before.Rank && *t.Residual <= *before.Residual*(1+1e-9) && *t.Gradient >= 0 && *t.Norm >= 0
	}
	open := *last.Residual > 1e-13 // else the search stops for that
	checks := []certify.Check{
		add("the first is X = 0", first.Rank == 0 && *first.Norm == 0 && (math.Abs(*first.Residual-1) <= 1e-12 || sizeOf(p.B) == 0)),
		add("the rank rises and the residual falls", falls),
		add("stop", map[string]bool{"residual": *last.Residual <= 1e-6, "gradient": open && *last.Gradient <= 1e-8, "rank": open, "budget": open}[*s.Stop]),
	}
	if isFarkas(c) {
		return checks // x is not there
	}
	same := func(a, b, tol float64) bool { return math.Abs(a-b) <= tol*(1+math.Abs(b)) }
	checks = append(checks,
		add("the last has the rank of x", last.Rank == c.Support),
		add("the last has the norm of x", same(*last.Norm, c.Objective, 1e-9)))
	rows, cols := c.Shape[0], c.Shape[1]
	spread := rowSpread(p.A, cols, c.Claim == certify.TracePSD)
	checks = append(checks, add("the last has the residual of x", *last.Residual <= c.Residual*spread+1e-9 && *last.Residual >= c.Residual/spread-1e-9))
	if spread == 1 && len(x) == rows*cols && len(x) <= 1<<18 {
		if lead, top := gradientAt(x, p, rows, cols, c.Claim == certify.TracePSD), gradientAt(nil, p, rows, cols, c.Claim == certify.TracePSD); top > 0 {
			checks = append(checks, add("the last has the gradient of x", same(*last.Gradient, lead/top, 1e-7)))
		}
	}
	return checks
}

// rowSpread is by how much residuals may differ between the units of the data and those
// of the search, which brings rows of norms outside of [1/2, 2] to norm 1: 1 if there is none.
func rowSpread(a linop.Operator, cols int, psd bool) float64 {
	n, _ := a.Dims()
	low, high := math.Inf(1), 0.0
	for k := range n {
		row := map[int]float64{}
		linop.Row(a, k, func(at int, v float64) {
			if psd { // the symmetric part counts
				row[at%cols*cols+at/cols] += v / 2
				v /= 2
			}
			row[at] += v
		})
		squares := 0.0
		for _, v := range row {
			squares += v * v
		}
		if squares > 0 {
			low, high = min(low, math.Sqrt(squares)), max(high, math.Sqrt(squares))
		}
	}
	if low >= 0.5 && high <= 2 || high == 0 {
		return 1
	}
	return 4 * high / low
}

// gradientAt is λ_max, or without psd the norm, of 𝒜*(b − 𝒜(x)).
func gradientAt(x []float64, p *problem, rows, cols int, psd bool) float64 {
	n, m := p.A.Dims()
	r, g := make([]float64, n), make([]float64, m)
	if x != nil {
		p.A.Apply(r, x)
	}
	for k, v := range p.B {
		r[k] = v - r[k]
	}
	p.A.ApplyT(g, r)
	if psd {
		for i := range rows {
			for j := range i {
				v := (g[i*rows+j] + g[j*rows+i]) / 2
				g[i*rows+j], g[j*rows+i] = v, v
			}
		}
		w := spectrumOf(g, rows, rows, true)
		if w == nil {
			return math.NaN()
		}
		return max(0, w[len(w)-1])
	}
	if w := spectrumOf(g, rows, cols, false); w != nil {
		return w[0]
	}
	return math.NaN()
}
