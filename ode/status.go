package ode

// Status says how an integration ended, or that it has not.
type Status uint8

const (
	// Running: more steps are to be done.
	Running Status = iota
	// Finished: the end of the interval is reached.
	Finished
	// Stopped: a terminal event took place.
	Stopped
	// Interrupted: the context was cancelled.
	Interrupted
	// TimeLimit: the deadline of the context passed.
	TimeLimit
	// StepLimit: Options.MaxSteps steps were done.
	StepLimit
	// StepTooSmall: the tolerance asks for a step that no longer changes t.
	StepTooSmall
	// NotFinite: f has no finite values near the last point, however small the
	// step.
	NotFinite
)

var statuses = [...]struct {
	word, message string
	definite      bool
}{
	Running:      {"running", "the integration has not ended", false},
	Finished:     {"finished", "the end of the interval is reached", true},
	Stopped:      {"stopped", "a terminal event took place", true},
	Interrupted:  {"interrupted", "the run was interrupted; resume it from its checkpoint", false},
	TimeLimit:    {"time-limit", "the time allowed ended; resume the run from its checkpoint", false},
	StepLimit:    {"step-limit", "the number of steps allowed was done; resume the run from its checkpoint with more", false},
	StepTooSmall: {"step-too-small", "the tolerance asks for steps below the rounding of t; the solution may be singular here, else loosen the tolerance", false},
	NotFinite:    {"not-finite", "the right-hand side is not finite near the last point; the solution may leave its domain here", false},
}

// String returns a stable word: "step-limit".
func (s Status) String() string {
	if int(s) < len(statuses) {
		return statuses[s].word
	}
	return "unknown"
}

// Message says in a sentence what happened and what to do.
func (s Status) Message() string {
	if int(s) < len(statuses) {
		return statuses[s].message
	}
	return "unknown status"
}

// MarshalText returns the word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Definite reports whether the integration came to the end that was asked for.
func (s Status) Definite() bool { return int(s) < len(statuses) && statuses[s].definite }

// Stats counts what an integration did.
type Stats struct {
	Steps          int `json:"steps"`    // accepted
	Rejected       int `json:"rejected"` // for their error, or because they failed
	Evaluations    int `json:"evaluations"`
	Jacobians      int `json:"jacobians"`
	Factorizations int `json:"factorizations"`
	Solves         int `json:"solves"`
	Switches       int `json:"switches"` // of Auto from one method to another
}

// StatCount is the length of Stats.Numbers.
const StatCount = 7

// Numbers returns the counts in the order of the fields, as a file of numbers holds
// them; StatsOf reads them.
func (s Stats) Numbers() []float64 {
	return []float64{
		float64(s.Steps), float64(s.Rejected), float64(s.Evaluations), float64(s.Jacobians),
		float64(s.Factorizations), float64(s.Solves), float64(s.Switches),
	}
}

// StatsOf returns the Stats of StatCount Numbers.
func StatsOf(v []float64) Stats {
	return Stats{
		Steps: int(v[0]), Rejected: int(v[1]), Evaluations: int(v[2]), Jacobians: int(v[3]),
		Factorizations: int(v[4]), Solves: int(v[5]), Switches: int(v[6]),
	}
}
