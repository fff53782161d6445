package main

import "math"

// alphaNumbers adds what the limit at α says about the ℓ1 optimum.
func (j *job) alphaNumbers(o *object) {
	r := j.answer.Alpha
	if r == nil || r.X == nil {
		return
	}
	o.num("divergence", j.answer.Objective)
	o.num("l1", r.L1)
	o.num("l1_bound", r.L1Bound)
	o.num("excess", r.Excess)
	o.num("excess_bound", r.Apriori)
	if r.ClosedForm != nil {
		o.num("excess_bound_closed", *r.ClosedForm)
	} else {
		o.absent("excess_bound_closed", "the closed form holds for the entropy without weights and α below the optimum over m")
	}
	if s := j.answer.Slack; s != nil {
		o.num("slack_exponent", *s)
	} else {
		o.absent("slack_exponent", "it needs a unique ℓ1 solution, no weights and a stored A of moderate size")
	}
	o.set("alpha_irrelevant", r.AlphaIrrelevant)
}

// alphaRows adds the same for people.
func (j *job) alphaRows(add func(label, format string, args ...any)) {
	r := j.answer.Alpha
	name := "‖x‖₁"
	if j.in.vector["weights"] != nil {
		name = "Σ wᵢ|xᵢ|"
	}
	add(name, "%.10g, at most %s above the least possible", r.L1, percent(r.Excess))
	if !math.IsInf(r.Apriori, 0) {
		add("known before", "at most %s above, for any A with %d columns", percent(r.Apriori), len(r.X))
	}
	if s := j.answer.Slack; s != nil {
		add("as α → 0", "the distance to the solution of least %s falls like α^%s", name, trimmed(*s))
	}
	if r.AlphaIrrelevant {
		add("note", "%s is the same for every x ≥ 0 with Ax = b, so a smaller α does not make x sparser", name)
	}
}

// percent prints a relative excess.
func percent(v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return "an unknown share"
	}
	return trimmed(100*v) + " %"
}
