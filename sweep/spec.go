package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Schema is the version of the specification and of the files of a run.
const Schema = "tacit.sweep/1"

// maxCells bounds a sweep.
const maxCells = 1 << 40

// maxValues bounds an axis, whose values are all held in memory.
const maxValues = 1_000_000

// Spec is a sweep, as read by Parse.
type Spec struct {
	Name    string
	Trials  int     // repetitions of each point
	Success float64 // relative error ‖x̂−x‖₂/‖x‖₂ up to which x counts as recovered
	Tol     float64 // of each answer, 0 for the default
	// MaxSteps and CellTime bound a cell. A cell that ends by its time depends
	// on the machine, one that ends by its steps does not.
	MaxSteps int
	CellTime time.Duration
	Seconds  bool // record the time of each cell, at the price of reproducible bytes

	fixed  map[string]value
	axes   []axis
	points int // of a random design, 0 for a grid
	hash   [sha256.Size]byte
	source document
}

// Hash identifies the specification: the SHA-256 of its canonical form, which
// comments, order and layout of the file do not change.
func (s *Spec) Hash() string { return hex.EncodeToString(s.hash[:]) }

// Points returns the number of points of the grid or of the random design.
func (s *Spec) Points() int {
	if s.points > 0 {
		return s.points
	}
	n := 1
	for _, a := range s.axes {
		n *= len(a.values)
	}
	return n
}

// Cells returns the number of cells, Points·Trials.
func (s *Spec) Cells() int { return s.Points() * s.Trials }

// Axes returns the names of what varies, slowest first.
func (s *Spec) Axes() []string {
	names := make([]string, len(s.axes))
	for i, a := range s.axes {
		names[i] = a.name
	}
	return names
}

// seal computes the hash.
func (s *Spec) seal() error {
	text, err := json.Marshal(s.source) // fields in order, keys of maps sorted
	if err != nil {
		return fmt.Errorf("the specification has no canonical form: %w", err)
	}
	s.hash = sha256.Sum256(append([]byte(Schema+"\x00"), text...))
	return nil
}

// size checks that the number of cells can be counted.
func (s *Spec) size() error {
	n := float64(s.Trials)
	if s.points > 0 {
		n *= float64(s.points)
	} else {
		for _, a := range s.axes {
			n *= float64(len(a.values))
		}
	}
	if n > maxCells || math.IsInf(n, 0) {
		return fmt.Errorf("%.3g cells are too many; at most %.3g", n, float64(maxCells))
	}
	return nil
}
