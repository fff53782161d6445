package main

import (
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/tacit-dev/tacit/certify"
)

// savedEvent is an event of a path as result.json has it.
type savedEvent struct {
	Tau      *float64           `json:"tau"`
	X        map[string]float64 `json:"x"`
	Residual *float64           `json:"residual"`
	Bound    *float64           `json:"bound"`
	Exact    *savedFractions    `json:"exact"`
}

type savedFractions struct {
	Tau   string            `json:"tau"`
	X     map[string]string `json:"x"`
	Bound string            `json:"bound"`
}

// eventAccuracy is what events are held to: they come from a recurrence in doubles.
const eventAccuracy = 1e-6

// events follows the path anew from its events alone: x is constant between them, so the
// dual state is y(τₖ) = Σ (τᵢ₊₁−τᵢ)(b − Axᵢ) over the plateaus before. It recomputes the
// residual of each plateau and the bound bᵀy, and holds the entries of x to active
// constraints, aⱼᵀy = ±wⱼ, which is what makes it the path.
func (s *saved) events(p *problem) []certify.Check {
	t := newRetracing(s, p)
	for k, e := range s.result.Events {
		if what := t.follow(e); what != "" {
			return []certify.Check{condition(fmt.Sprintf("result.json: events: %s of event %d", what, k), false)}
		}
	}
	checks := []certify.Check{condition("result.json: events", true)}
	if last := len(s.result.Events) - 1; s.result.Complete && last >= 0 && s.result.Events[last].Exact == nil && !isFarkas(s.cert) {
		checks = append(checks, condition("result.json: complete: the last event has the answer", s.result.Events[last].has(s.witness.X)))
	}
	return checks
}

// has reports whether the event ends in x.
func (e savedEvent) has(x []float64) bool {
	for j, v := range x {
		if e.X[strconv.Itoa(j)] != v {
			return false
		}
	}
	return true
}

// retracing is a path on its way again.
type retracing struct {
	p       *problem
	w       []float64 // weights, nil for ones
	x       []float64 // since the last event
	y, v    []float64 // the dual state and Aᵀy
	r       []float64 // b − Ax
	size    float64   // ‖b‖
	tau     float64
	bound   float64
	last    float64 // the final bound, which no earlier one exceeds
	timed   bool    // the times are numbers that can be added
	nonneg  bool    // only aⱼᵀy ≤ wⱼ counts
	started bool
}

func newRetracing(s *saved, p *problem) *retracing {
	n, m := p.A.Dims()
	t := &retracing{p: p, w: s.witness.Weights, x: make([]float64, m), y: make([]float64, n), v: make([]float64, m),
		r: append([]float64{}, p.B...), size: length(p.B), last: math.Inf(1), timed: true,
		nonneg: s.result.Geometry == certify.Entropy}
	if !isFarkas(s.cert) {
		t.last = s.cert.Objective * (1 + eventAccuracy)
	}
	for _, e := range s.result.Events { // beyond the range of doubles there is nothing to add up
		t.timed = t.timed && e.Tau != nil && *e.Tau > 1e-280 && *e.Tau < 1e280
	}
	return t
}

// follow goes to the event e and past it, and names the field that is wrong.
func (t *retracing) follow(e savedEvent) string {
	if e.Bound == nil || !(*e.Bound >= t.bound*(1-eventAccuracy)) || *e.Bound > t.last {
		return "bound"
	}
	t.bound = *e.Bound
	if t.timed {
		if what := t.advance(e); what != "" {
			return what
		}
	}
	clear(t.x)
	for key, v := range e.X {
		j, err := strconv.Atoi(key)
		if err != nil || j < 0 || j >= len(t.x) {
			return "x"
		}
		if t.timed && t.price(j)-math.Copysign(1, v)*t.v[j] > eventAccuracy*t.price(j) {
			return "x" // the constraint of the entry is not active
		}
		t.x[j] = v
	}
	t.p.A.Apply(t.r, t.x)
	for i, b := range t.p.B {
		t.r[i] = b - t.r[i]
	}
	if e.Residual == nil || math.Abs(*e.Residual-length(t.r)/t.size) > eventAccuracy {
		return "residual"
	}
	return e.Exact.differs(e)
}

// advance moves y to the time of e.
func (t *retracing) advance(e savedEvent) string {
	if t.started && *e.Tau <= t.tau {
		return "tau"
	}
	step := *e.Tau - t.tau
	t.tau, t.started = *e.Tau, true
	bound := 0.0
	for i, r := range t.r {
		t.y[i] += step * r
		bound += t.y[i] * t.p.B[i]
	}
	t.p.A.ApplyT(t.v, t.y)
	reached := 0.0
	for j, v := range t.v {
		if !t.nonneg {
			v = math.Abs(v)
		}
		reached = max(reached, v/t.price(j))
	}
	if math.IsInf(bound, 0) || math.IsInf(reached, 0) || bound == 0 {
		t.timed = false
		return ""
	}
	if reached < 1-eventAccuracy {
		return "tau" // no constraint becomes active
	}
	bound /= max(1, reached)
	if math.Abs(*e.Bound-bound) > eventAccuracy*bound {
		return "bound"
	}
	return ""
}

func (t *retracing) price(j int) float64 {
	if t.w == nil {
		return 1
	}
	return t.w[j]
}

// differs names the first fraction that does not round to the number beside it.
func (f *savedFractions) differs(e savedEvent) string {
	if f == nil {
		return ""
	}
	rounds := func(text string, v *float64) bool {
		r, ok := new(big.Rat).SetString(text)
		if !ok || v == nil {
			return false
		}
		got, _ := r.Float64()
		return math.Abs(got-*v) <= 1e-12*math.Abs(got)
	}
	if !rounds(f.Tau, e.Tau) || !rounds(f.Bound, e.Bound) || len(f.X) != len(e.X) {
		return "exact"
	}
	for key, text := range f.X {
		if v, ok := e.X[key]; !ok || !rounds(text, &v) {
			return "exact"
		}
	}
	return ""
}

// length is ‖v‖₂.
func length(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum = math.Hypot(sum, x)
	}
	return sum
}
