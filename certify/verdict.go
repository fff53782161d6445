package certify

import (
	"math"
	"strings"
)

// VerdictSchema names the format of a verdict.
const VerdictSchema = "tacit.verdict/1"

// Verdict is the outcome of a verification: valid if every check passed.
type Verdict struct {
	Schema string  `json:"schema"`
	Valid  bool    `json:"valid"`
	Checks []Check `json:"checks"`
}

// Check is one condition, Value ≤ Bound unless the name says otherwise. Value
// includes the rounding error of its own computation; a number beyond the
// range of doubles is reported as ±math.MaxFloat64.
type Check struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Bound float64 `json:"bound"`
	Pass  bool    `json:"pass"`
}

// Failed returns the checks that did not pass.
func (v Verdict) Failed() []Check {
	var failed []Check
	for _, c := range v.Checks {
		if !c.Pass {
			failed = append(failed, c)
		}
	}
	return failed
}

// Reached returns the least tolerance at which the checks would pass that failed at
// tol, 0 if one of them does not depend on it. A residual is held to more where noise
// is allowed; the name of its check begins with "residual".
func (v Verdict) Reached(tol float64) float64 {
	reached := tol
	for _, c := range v.Failed() {
		known := strings.HasPrefix(c.Name, "gap") || strings.HasPrefix(c.Name, "residual") ||
			strings.HasPrefix(c.Name, "dual infeasibility") || strings.HasPrefix(c.Name, "claimed ")
		if !known || strings.HasSuffix(c.Name, "as claimed") || c.Bound > 2*tol {
			return 0
		}
		reached = max(reached, c.Value)
	}
	return reached
}

// report collects checks.
type report struct {
	checks []Check
	failed bool
}

// add records a check that was decided elsewhere.
func (r *report) add(name string, value, bound float64, pass bool) {
	r.checks = append(r.checks, Check{name, finite(value), finite(bound), pass})
	r.failed = r.failed || !pass
}

// atMost records the check value ≤ bound; NaN fails.
func (r *report) atMost(name string, value, bound float64) {
	r.add(name, value, bound, value <= bound)
}

// equal records the check value = bound.
func (r *report) equal(name string, value, bound int) {
	r.add(name+" (equal)", float64(value), float64(bound), value == bound)
}

// holds records a condition without numbers as 0 ≤ 0 or 1 ≤ 0.
func (r *report) holds(name string, ok bool) {
	value := 0.0
	if !ok {
		value = 1
	}
	r.add(name, value, 0, ok)
}

// agrees records |claimed − computed| ≤ slack.
func (r *report) agrees(name string, claimed, computed, slack float64) {
	diff := math.Abs(claimed - computed)
	if claimed == computed {
		diff = 0 // also for equal infinities, which other checks refuse
	}
	r.atMost(name, diff, slack)
}

func (r *report) verdict() Verdict {
	return Verdict{Schema: VerdictSchema, Valid: !r.failed, Checks: r.checks}
}

// finite maps v to a number that JSON can hold.
func finite(v float64) float64 {
	switch {
	case math.IsNaN(v) || v > math.MaxFloat64:
		return math.MaxFloat64
	case v < -math.MaxFloat64:
		return -math.MaxFloat64
	}
	return v
}
