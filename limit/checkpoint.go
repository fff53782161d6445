package limit

import (
	"fmt"
	"slices"
)

// Checkpoint is where a solve has got to: what another run of the same problem
// needs to go on from there, as Options.Resume, to the same answer up to rounding.
// Its numbers are in units of the solver and have a meaning for it alone. The
// problem and the options but Tol, MaxTime and MaxSteps must be the same.
type Checkpoint struct {
	Stage  string               // what was at work
	Values map[string][]float64 // its state, by names
}

// The stages that can be gone on from.
const (
	stageLSQR         = "lsqr"         // MinNorm by products
	stageAscent       = "ascent"       // of L1
	stageContinuation = "continuation" //
	stageCentral      = "central-path" //
	stageCareful      = "careful-path" //
	stageSettle       = "settle"       // L1, once it is proven
	stageSplitting    = "splitting"    // of Denoise
	stageMultiplier   = "augmented-lagrangian"
	stageAlphaLimit   = "alpha-limit" // L1AtAlpha, from the limit problem
	stageAlphaPath    = "alpha-path"  //
	stageBoth         = "primal-dual" // of Projection and Nearest
	stageNewton       = "newton"
	stageLead         = "lead"
	stageAnneal       = "anneal"
)

// projectionStages are those of Projection.
var projectionStages = []string{stageBoth, stageNewton, stageLead, stageAnneal}

// logbook is what the stages of a solve share of Options.Save and Resume. nil keeps
// nothing and goes on from nothing.
type logbook struct {
	save   func(at func() *Checkpoint)
	resume *Checkpoint
	latest func() *Checkpoint
}

// takeLog takes the logbook out of o, so that solves of other problems on the way,
// which are given o too, keep nothing.
func (o *Options) takeLog() *logbook {
	l := &logbook{save: o.Save, resume: o.Resume}
	o.Save, o.Resume = nil, nil
	return l
}

// with returns o with the logbook put back, for a solve that is a part of this one.
func (o Options) with(l *logbook) Options {
	o.Save, o.Resume = l.save, l.resume
	return o
}

// check reports what is wrong with the checkpoint to go on from: values of other
// lengths than those, where 0 is any, or not finite.
func (l *logbook) check(lengths map[string]int) error {
	if l.resume == nil {
		return nil
	}
	for name, v := range l.resume.Values {
		if want := lengths[name]; want > 0 && len(v) != want {
			return fmt.Errorf("limit: the checkpoint is of another problem: its %q has %d entries, and %d are needed", name, len(v), want)
		}
		if !finite(v) {
			return fmt.Errorf("limit: the checkpoint is damaged: its %q has an entry that is not finite", name)
		}
	}
	return nil
}

// stage returns the stage to go on from, "" where there is none.
func (l *logbook) stage() string {
	if l == nil || l.resume == nil {
		return ""
	}
	return l.resume.Stage
}

// take returns the values of the checkpoint if it is of that stage and has all that
// are named, else nil. It is gone then: the stage may run once more from its start.
func (l *logbook) take(stage string, names ...string) map[string][]float64 {
	if l.stage() != stage {
		return nil
	}
	values := l.resume.Values
	l.resume = nil
	if slices.ContainsFunc(names, func(name string) bool { return values[name] == nil }) {
		return nil
	}
	return values
}

// way returns the parameters of a path in the checkpoint if it is of that stage and
// whole, without taking it.
func (l *logbook) way(stage string) []float64 {
	if l.stage() != stage || l.resume.Values["nu"] == nil || len(l.resume.Values["way"]) != wayLength {
		return nil
	}
	return l.resume.Values["way"]
}

// keep offers the state of a stage after a step of it.
func (l *logbook) keep(at func() *Checkpoint) {
	if l == nil {
		return
	}
	if l.latest = at; l.save != nil {
		l.save(at)
	}
}

// end gives a result that ended early where to go on.
func (l *logbook) end(r *Result) *Result {
	if r != nil && l.latest != nil && r.Checkpoint == nil && (r.Status == Budget || r.Status == Interrupted) {
		r.Checkpoint = l.latest()
	}
	return r
}
