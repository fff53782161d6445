package plot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/decimal"
)

// Result is the directory of a result, as figures see it.
type Result struct {
	Dir string
	Document
	Separator *Separator // of margin and flow margin; else nil
	X, Y      []float64  // nil where the directory has none; a matrix by rows
	Keys      []string   // of the arrays in trajectory.npz, sorted; nil without it

	// Of a sweep: its name, the successes by cell of its diagram, and where half
	// of the trials succeed. Nil for other results.
	Name      string
	Successes []Success
	Half      []Half
	Curves    *Curves // of a sweep along a number

	Lacks map[string]string // by kind: why a sweep has no such figure

	// Problem reads the A and b that the result answers; nil if they are not
	// known. Kinds that need more than the directory holds ask it.
	Problem func(context.Context) (*dataio.Problem, error)
}

// Document is the part of result.json that figures use. Numbers that a command
// does not report are nil.
type Document struct {
	Schema     string           `json:"schema"`
	Command    string           `json:"command"`
	Status     string           `json:"status"`
	Reason     Reason           `json:"reason"`
	Objective  *float64         `json:"objective"`
	Bound      *float64         `json:"bound"`
	Gap        *float64         `json:"gap"`
	Residual   *float64         `json:"residual"`
	Rows       int              `json:"rows"`
	Cols       int              `json:"cols"`
	Geometry   string           `json:"geometry"`
	Param      string           `json:"param"`
	Method     string           `json:"method"`
	Step       string           `json:"step"`
	Time       EndTime          `json:"time"`
	Points     int              `json:"points"`
	Limit      *Limit           `json:"limit"`
	LogAlpha   *float64         `json:"log_alpha"`
	Sigma      *float64         `json:"sigma"`
	Divergence *float64         `json:"divergence"`
	L1         *float64         `json:"l1"`
	Excess     *float64         `json:"excess"`
	Support    *int             `json:"support"`
	Unique     *bool            `json:"unique"`
	Stats      Stats            `json:"stats"`
	Events     []Event          `json:"events"`
	Invariants []Invariant      `json:"invariants"`
	Widths     []int            `json:"widths"` // of a network, inputs and outputs with it
	Stairs     []Stair          `json:"stairs"`
	Input      map[string]Input `json:"input"`
	Version    string           `json:"version"`
	Line       []string         `json:"command_line"`
}

// Reason is why a command ended as it did.
type Reason struct {
	Criterion string   `json:"criterion"`
	Value     *float64 `json:"value"`
	Bound     *float64 `json:"bound"`
	Hint      string   `json:"hint"`
}

// Stats is what the work was.
type Stats struct {
	Seconds        float64 `json:"seconds"`
	Passes         int     `json:"passes"`
	Factorizations int     `json:"factorizations"`
	Steps          int     `json:"steps"`
	Threads        int     `json:"threads"`
	Route          string  `json:"route"`
}

// Limit is how far the end of a trajectory is from what theory predicts.
type Limit struct {
	Of       string   `json:"of"`
	Distance *float64 `json:"distance"`
}

// Event is one of `tacit path`.
type Event struct {
	Tau      float64         `json:"tau"`
	X        map[int]float64 `json:"x"`
	Residual float64         `json:"residual"`
	Bound    float64         `json:"bound"`
}

// Invariant is what a trajectory should have kept, and how far it strayed.
type Invariant struct {
	Name  string   `json:"name"`
	Drift *float64 `json:"drift"`
}

// Input is a file that the command read.
type Input struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Blocks string `json:"sha256_blocks"` // in place of SHA256 where ranks have read a large file
	Kind   string `json:"kind"`
}

// Trajectory is the file that commands following a flow write.
const trajectoryName = "trajectory.npz"

// Open reads the directory of a result.
func Open(dir string) (*Result, error) {
	r := &Result{Dir: dir}
	path := filepath.Join(dir, dataio.ResultName)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, noResult(dir, err)
	}
	if err := json.Unmarshal(text, &r.Document); err != nil {
		return nil, fmt.Errorf("%s: it is not the document that tacit writes: %w", path, err)
	}
	if r.Separator, err = readSeparator(r.Command, text); err != nil {
		return nil, fmt.Errorf("%s: it is not the document that tacit writes: %w", path, err)
	}
	if r.X, err = r.vector("x.npy"); err != nil {
		return nil, err
	}
	if r.Y, err = r.vector("y.npy"); err != nil {
		return nil, err
	}
	f, err := dataio.Load(filepath.Join(dir, trajectoryName), dataio.LoadOptions{})
	switch {
	case err == nil:
		r.Keys = slices.Sorted(slices.Values(f.Keys()))
		return r, f.Close()
	case isAbsent(dir, trajectoryName):
		return r, nil
	}
	return nil, err
}

func isAbsent(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return errors.Is(err, fs.ErrNotExist)
}

// noResult says why dir holds nothing to draw.
func noResult(dir string, err error) error {
	info, statErr := os.Stat(dir)
	switch {
	case errors.Is(statErr, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such directory; give one that a command wrote with -o DIR", dir)
	case statErr == nil && !info.IsDir():
		return fmt.Errorf("%s: it is a file; give the directory that a command wrote with -o DIR", dir)
	case !errors.Is(err, fs.ErrNotExist):
		return &dataio.ReadError{File: filepath.Join(dir, dataio.ResultName), Err: err}
	}
	return fmt.Errorf("%s: it holds no %s, so there is no result to draw; give a directory that a command wrote with -o DIR", dir, dataio.ResultName)
}

// vector reads a .npy file of the directory; nil if there is none.
func (r *Result) vector(name string) ([]float64, error) {
	if isAbsent(r.Dir, name) {
		return nil, nil
	}
	f, err := dataio.Load(filepath.Join(r.Dir, name), dataio.LoadOptions{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := f.Array("")
	if err != nil {
		return nil, err
	}
	return a.Data, nil
}

// Has reports whether trajectory.npz has all the named arrays.
func (r *Result) Has(keys ...string) bool {
	for _, k := range keys {
		if !slices.Contains(r.Keys, k) {
			return false
		}
	}
	return true
}

// Array reads an array of trajectory.npz. Every number in it is finite.
func (r *Result) Array(key string) (*dataio.Array, error) {
	f, err := dataio.Load(filepath.Join(r.Dir, trajectoryName), dataio.LoadOptions{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := f.Array(key)
	if err != nil {
		return nil, err
	}
	if a.ColMajor && len(a.Shape) == 2 {
		return rowMajor(a), nil
	}
	return a, nil
}

// rowMajor turns a matrix by columns into one by rows.
func rowMajor(a *dataio.Array) *dataio.Array {
	rows, cols := a.Shape[0], a.Shape[1]
	data := make([]float64, len(a.Data))
	for i := range rows {
		for j := range cols {
			data[i*cols+j] = a.Data[j*rows+i]
		}
	}
	return &dataio.Array{Name: a.Name, DType: a.DType, Shape: a.Shape, Data: data}
}

// lnScale is the logarithm of the scale that the flow began at: α, or the β of
// the hypentropy.
func (r *Result) lnScale() (float64, bool) {
	if r.LogAlpha != nil {
		return *r.LogAlpha, true
	}
	if beta, found := strings.CutPrefix(r.Geometry, "hypentropy:"); found {
		ln, err := decimal.ParseLog(beta)
		return ln, err == nil
	}
	return 0, false
}

// lnInitial is ln(1/α) where the result has a small α, else 0.
func (r *Result) lnInitial() float64 {
	ln, _ := r.lnScale()
	return math.Max(0, -ln)
}
