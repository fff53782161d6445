package limit

import "slices"

// alphaLengths are the lengths of the values that L1AtAlpha keeps, its limit problem
// included.
func alphaLengths(n, m int) map[string]int {
	lengths := l1Lengths(n, m)
	lengths["nu"], lengths["way"] = n, wayLength
	return lengths
}

// at is where Newton's method is, with the solution of the limit problem that it
// started from.
func (s *alphaSolve) at(way *path) *Checkpoint {
	c := s.newton.checkpoint(way, stageAlphaLimit)
	if s.start != nil {
		r := s.start
		c.Values["start-x"], c.Values["start-y"] = slices.Clone(r.X), slices.Clone(r.Y)
		unique := 0.0
		if r.Unique != nil && *r.Unique {
			unique = 1
		}
		c.Values["start"] = []float64{r.Objective, r.Bound, r.Gap, r.Residual, unique}
	}
	return c
}

// limit returns the solution of the limit problem that is in a checkpoint of
// L1AtAlpha, nil elsewhere. It is certified: others are not kept.
func (l *logbook) limit() *Result {
	if stage := l.stage(); stage != stageAlphaLimit && stage != stageAlphaPath {
		return nil
	}
	v := l.resume.Values
	if v["start-x"] == nil || v["start-y"] == nil || v["start"] == nil {
		return nil
	}
	at := v["start"]
	r := &Result{Status: Certified, X: v["start-x"], Y: v["start-y"], Objective: at[0], Bound: at[1], Gap: at[2], Residual: at[3]}
	if at[4] == 1 {
		unique := true
		r.Unique = &unique
	}
	for _, x := range r.X {
		if x != 0 {
			r.Support++
		}
	}
	r.Reason = Reason{Criterion: "gap", Value: r.Gap}
	r.Stats.Route = "resumed"
	return r
}
