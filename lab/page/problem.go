package page

import (
	"fmt"
	"math"
	"strconv"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/linop"
)

// Limits of the problems that pages compute while somebody waits: equations, and
// labelled points with their coordinates.
const (
	mostRows    = 200
	mostColumns = 1000

	mostLabelled    = 1000
	mostCoordinates = 200
)

// pointsFit says whether so many labelled points of so many coordinates are computed
// while somebody waits, and if not, why.
func pointsFit(points, coordinates int) (ok bool, why string) {
	if points <= mostLabelled && coordinates <= mostCoordinates {
		return true, ""
	}
	return false, fmt.Sprintf("are %d points in %d coordinates; this page computes up to %d in %d at once, the command line as much as fits memory",
		points, coordinates, mostLabelled, mostCoordinates)
}

// lectureExamples are the examples of the lecture that pages on Ax = b offer.
var lectureExamples = []Option{
	{"line", "x[0] + 2x[1] = 1"},
	{"ties", "x[0] + x[1] + x[2]/2 = 1: ties"},
	{"simplex", "Σxᵢ = 1, Σ(i+1)xᵢ = 2.2"},
	{"path", "2 equations, 4 unknowns"},
	{"infeasible", "no solution with x ≥ 0"},
}

// lectureExample is the choice of one of lectureExamples.
func lectureExample(name string) Option {
	for _, o := range lectureExamples {
		if o.Value == name {
			return o
		}
	}
	return Option{name, name}
}

// problemControls choose a problem Ax = b: an example of the lecture, a random
// one with a planted solution, or data of the user. sign is the default of "x ≥
// 0 only".
func problemControls(example, sign string) []Control {
	return []Control{
		{
			Key: "ex", Label: "problem", Kind: Choice, Default: example,
			Help: "an example of the lecture, or random equations with a planted sparse solution; data of yours come before it",
			Choices: []Option{
				lectureExample("line"), lectureExample("ties"), lectureExample("simplex"), lectureExample("path"),
				{"gaussian", "random: Gaussian"},
				{"bernoulli", "random: signs"},
			},
		},
		{Key: "n", Label: "equations n", Kind: Integer, Default: "20", Min: 2, Max: 100, Step: 1, Help: "of a random problem"},
		{Key: "m", Label: "unknowns m", Kind: Integer, Default: "60", Min: 4, Max: 500, Step: 1, Help: "of a random problem"},
		{Key: "kk", Label: "planted nonzeros", Kind: Integer, Default: "4", Min: 1, Max: 50, Step: 1, Help: "of a random problem"},
		{Key: "sd", Label: "seed", Kind: Integer, Default: "1", Min: 0, Max: 99, Step: 1, Help: "of a random problem"},
		{Key: "nn", Label: "x ≥ 0 only", Kind: Toggle, Default: sign, Help: "the geometry of x = y∘y; otherwise that of u∘u − v∘v, for either sign"},
	}
}

// linearProblem is a problem with where it came from.
type linearProblem struct {
	tacit.Problem
	entries []float64 // of A, by rows
	planted []float64 // x of which b was made, or nil
	name    string    // for people
	files   string    // as the command line takes it: "p.npz"
	made    []string  // command lines that make the files
}

// problem returns what the controls of problemControls choose.
func (v *values) problem(in Input) (*linearProblem, error) {
	p, err := v.ownProblem(in)
	if p != nil || err != nil {
		return p, err
	}
	example, nonneg := v.text("ex"), v.on("nn")
	if example != instance.Gaussian && example != instance.Bernoulli {
		return lectureProblem(example, nonneg)
	}
	n := v.integerIn("n", 1, mostRows)
	m := v.integerIn("m", 2, mostColumns)
	k := v.integerIn("kk", 1, m)
	seed := v.integerIn("sd", 0, math.MaxInt32)
	made, err := instance.Sparse{Ensemble: example, N: n, M: m, K: k, Seed: uint64(seed), Nonneg: nonneg}.Generate()
	if err != nil {
		return nil, err
	}
	sign := ""
	if nonneg {
		sign = " --nonneg"
	}
	p = newProblem(n, m, made.Dense, made.B, nonneg)
	p.planted, p.files = made.X, "p.npz"
	p.name = fmt.Sprintf("random, %d×%d, %d planted", n, m, k)
	p.made = []string{fmt.Sprintf("tacit gen sparse --ensemble %s --rows %d --cols %d --support %d --seed %d%s -o p.npz", example, n, m, k, seed, sign)}
	return p, nil
}

// ownProblem is the data that the state names, or nil with a note if they cannot
// be used here.
func (v *values) ownProblem(in Input) (*linearProblem, error) {
	name := v.state[DataKey]
	if name == "" || in.Data == nil {
		if name != "" {
			v.unused("there are no data of yours here")
		}
		return nil, nil
	}
	d, err := in.Data(name)
	switch {
	case err != nil:
		v.unused("data %s: %v", clip(name), err)
		return nil, nil
	case d.B == nil:
		v.unused("data %s have no right-hand side b", clip(name))
		return nil, nil
	case d.Rows > mostRows || d.Cols > mostColumns:
		v.unused("data %s are %d×%d; this page computes up to %d×%d at once, the command line as much as fits memory", clip(name), d.Rows, d.Cols, mostRows, mostColumns)
		return nil, nil
	case d.Rows == 0 || d.Cols == 0 || len(d.A) != d.Rows*d.Cols || len(d.B) != d.Rows || !isFinite(d.A...) || !isFinite(d.B...):
		v.unused("data %s are no finite A and b", clip(name))
		return nil, nil
	}
	p := newProblem(d.Rows, d.Cols, d.A, d.B, v.on("nn"))
	p.name, p.files = "your data, "+strconv.Itoa(d.Rows)+"×"+strconv.Itoa(d.Cols), "A.npy b.npy"
	return p, nil
}

// unused notes why the data that the state names are not what is shown, and takes
// their name out of the state as it was understood.
func (v *values) unused(format string, args ...any) {
	delete(v.state, DataKey)
	v.note(format+"; the example is shown", args...)
}

// lectureProblem is an example of the lecture.
func lectureProblem(name string, nonneg bool) (*linearProblem, error) {
	for _, l := range instance.Lectures() {
		if l.Name != name {
			continue
		}
		a, b := l.Arrays[0], l.Arrays[1]
		p := newProblem(a.Shape[0], a.Shape[1], a.Data, b.Data, nonneg)
		p.name, p.files = lectureExample(name).Label, name+".npz"
		p.made = []string{"tacit gen lecture:" + name + " -o " + name + ".npz"}
		return p, nil
	}
	return nil, fmt.Errorf("there is no example %q of the lecture", name)
}

func newProblem(n, m int, a, b []float64, nonneg bool) *linearProblem {
	return &linearProblem{Problem: tacit.Problem{A: linop.NewDense(n, m, a), B: b, Nonneg: nonneg}, entries: a}
}

// sign is the flag of the command line for x ≥ 0.
func (p *linearProblem) sign() string {
	if p.Nonneg {
		return " --nonneg"
	}
	return ""
}

// arrays are A and b, and what was planted.
func (p *linearProblem) arrays() []Array {
	n, m := p.A.Dims()
	list := []Array{{"A", []int{n, m}, p.entries}, {"b", []int{n}, p.B}}
	if p.planted != nil {
		list = append(list, Array{"x_planted", []int{m}, p.planted})
	}
	return list
}
