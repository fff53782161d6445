package main

import (
	"math"
	"slices"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
)

// savedMargin is what result.json repeats of a separator.
type savedMargin struct {
	Norm      string    `json:"norm"`
	Labels    []float64 `json:"labels"`
	Margin    *float64  `json:"margin"`
	W         []float64 `json:"w"` // left out where it is long: then x.npy has it alone
	Intercept *float64  `json:"intercept"`

	Intercepts     []float64    `json:"intercepts"` // of classes
	SupportVectors []int        `json:"support_vectors"`
	Delta          *float64     `json:"delta"`
	Bounds         []savedBound `json:"bounds"`
	Split          *savedSplit  `json:"split"`
}

type savedBound struct {
	Name        string   `json:"name"`
	Value       *float64 `json:"value"`
	Vacuous     bool     `json:"vacuous"`
	Assumptions string   `json:"assumptions"`
}

type savedSplit struct {
	Separable []int     `json:"separable"`
	Core      []int     `json:"core"`
	Proven    bool      `json:"proven"`
	W         []float64 `json:"w"`
	Intercept *float64  `json:"intercept"`
	P         []float64 `json:"p"`
}

// agreement checks that the fields say what the certificate, the vectors and the labels
// say.
func (m savedMargin) agreement(s *saved, p *problem) []certify.Check {
	c, w := s.cert, s.witness
	checks := []certify.Check{
		condition("result.json: labels", slices.Equal(m.Labels, limit.Classes(p.B))),
		condition("result.json: support_vectors", slices.Equal(m.SupportVectors, weighted(w.Y, len(p.B)))),
	}
	if c.Claim != certify.Margin {
		none := m.Margin == nil && m.W == nil && m.Intercept == nil && m.Intercepts == nil && len(m.Bounds) == 0
		return append(checks,
			condition("result.json: norm", limit.MarginNorm(m.Norm).Exponent() != 0),
			condition("result.json: margin, w, intercept and bounds of what nothing separates", none),
			condition("result.json: split", m.Split.agrees(c, w)))
	}
	margin := 1 / c.Objective // null in the document where it is no double
	return append(checks,
		condition("result.json: norm", m.Norm == c.Norm),
		condition("result.json: intercept", sameNumber(m.Intercept, c.Intercept) && slices.Equal(m.Intercepts, c.Intercepts)),
		condition("result.json: margin", m.Margin == nil && math.IsInf(margin, 0) || m.Margin != nil && *m.Margin == margin),
		condition("result.json: w", m.W == nil || slices.Equal(m.W, w.X)),
		condition("result.json: bounds", m.bounded(c, w, p)),
		condition("result.json: split", m.Split == nil))
}

// bounded evaluates the generalization bounds anew.
func (m savedMargin) bounded(c certify.Certificate, w certify.Witness, p *problem) bool {
	if m.Delta == nil {
		return len(m.Bounds) == 0
	}
	r := &limit.MarginResult{Classes: limit.Classes(p.B), SupportVectors: m.SupportVectors}
	r.X = w.X
	if c.Intercept != nil {
		r.Intercept = *c.Intercept
	}
	list, err := limit.MarginBounds(limit.MarginProblem{X: p.A, Y: p.B, Bias: c.Bias, Norm: limit.MarginNorm(c.Norm)}, r, *m.Delta)
	return err == nil && slices.EqualFunc(list, m.Bounds, func(a limit.GeneralizationBound, b savedBound) bool {
		return a.Name == b.Name && a.Vacuous == b.Vacuous && a.Assumptions == b.Assumptions && b.Value != nil && math.Abs(a.Value-*b.Value) <= 1e-12
	})
}

// agrees checks that a split says what the certificate proves; one that is not proven
// says so, and has no certificate.
func (s *savedSplit) agrees(c certify.Certificate, w certify.Witness) bool {
	if c.Claim != certify.Split {
		return s == nil || !s.Proven
	}
	if s == nil || !s.Proven {
		return false
	}
	core := weighted(w.Y, len(w.Y))
	var rest []int
	for i, p := range w.Y {
		if p == 0 {
			rest = append(rest, i)
		}
	}
	return slices.Equal(s.Core, core) && slices.Equal(s.Separable, rest) && slices.Equal(s.W, w.X) &&
		slices.Equal(s.P, w.Y) && sameNumber(s.Intercept, c.Intercept)
}

// weighted returns the points of n that have a positive weight in y, which has one or
// several for each.
func weighted(y []float64, n int) []int {
	var list []int
	if n == 0 {
		return list
	}
	k := len(y) / n
	for i := range n {
		if slices.ContainsFunc(y[i*k:(i+1)*k], func(v float64) bool { return v > 0 }) {
			list = append(list, i)
		}
	}
	return list
}

// sameNumber reports whether two numbers that may be null are the same.
func sameNumber(a, b *float64) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}
