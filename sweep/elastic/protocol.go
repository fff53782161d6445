package elastic

import (
	"time"

	"github.com/tacit-dev/tacit/sweep"
)

// Messages, in JSON.
type (
	// hello is what a worker says first.
	hello struct {
		Version string `json:"version"`
	}
	// welcome is the answer.
	welcome struct {
		Version string `json:"version"`
		Hash    string `json:"hash"`
		Spec    string `json:"spec"` // TOML
		Done    bool   `json:"done"` // nothing is left to do
	}
	// batch is a message of the queue: the cells of these indices.
	batch struct {
		Cells []int `json:"cells"`
	}
	// rows is what comes back.
	rows struct {
		Rows []sweep.Row `json:"rows"`
	}
)

// helloSubject is where workers say hello. A cluster that serves several sweeps
// has one more for each, with the hash.
const helloSubject = "tacit.sweep.hello"

// names of a sweep on a server, from its hash.
type names struct{ id string }

func (n names) hello() string   { return helloSubject + "." + n.id }
func (n names) queue() string   { return "TACIT_QUEUE_" + n.id }
func (n names) results() string { return "TACIT_RESULTS_" + n.id }
func (n names) work() string    { return "tacit.sweep.work." + n.id }
func (n names) result() string  { return "tacit.sweep.result." + n.id }
func (n names) done() string    { return "tacit.sweep.done." + n.id }

// idLength is the number of digits of the hash that tell sweeps apart.
const idLength = 16

// defaultAckWait is how long a worker may be silent before its batch is handed
// out again. Workers give a sign of life every third of it.
const defaultAckWait = 15 * time.Second

// workers is the name of the one consumer that all workers share.
const workers = "workers"
