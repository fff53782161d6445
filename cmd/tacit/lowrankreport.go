package main

import (
	"fmt"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
)

// reached reports whether there is a point to speak of.
func (j *job) reached() bool {
	return j.answer.X != nil || j.answer.Spectral != nil && j.answer.Y != nil || j.answer.Matrix != nil && (j.answer.Matrix.Left != nil || j.answer.Y != nil)
}

// unknown is the letter of what is sought.
func (j *job) unknown() string {
	if j.matrix != nil {
		return "X"
	}
	return "x"
}

func (m *matrix) objective() string {
	if m.psd {
		return "tr X"
	}
	return "‖X‖_*"
}

// constraint words Ax = b for matrices, without and with the cone.
func (m *matrix) constraint(string) (equation, constraint string) {
	equation = "⟨A_k, X⟩ = b_k"
	if m.data.Kind == "completion" {
		equation = "X_ij = b_ij"
	}
	if m.psd {
		return equation, equation + ", X ⪰ 0"
	}
	return equation, equation
}

// matrixNumbers adds what lowrank says besides the numbers of every answer.
func (j *job) matrixNumbers(o *object) {
	r := j.answer.Matrix
	name := "nuclear_norm"
	if j.matrix.psd {
		name = "trace"
	}
	o.set("psd", j.matrix.psd)
	o.set("kind", j.matrix.data.Kind)
	o.set("shape", []int{r.P, r.Q})
	if j.answer.Status == limit.Infeasible {
		o.absent("rank", "there is no solution")
		o.absent(name, "there is no solution")
	} else {
		o.set("rank", r.Rank)
		o.num(name, j.answer.Objective)
	}
	if j.cert != nil && j.cert.Failure > 0 {
		o.num("failure", j.cert.Failure)
	}
	if j.matrix.greedy {
		j.stages(o)
	}
	components := make([]*object, 0, len(r.Components))
	for _, c := range r.Components {
		e := &object{}
		e.set("rows", c.Rows)
		e.set("cols", c.Cols)
		components = append(components, e)
	}
	list := func(v []int) []int { return append([]int{}, v...) }
	o.set("components", components)
	o.set("empty_rows", list(r.EmptyRows))
	o.set("empty_cols", list(r.EmptyCols))
}

// stages lists the ranks of a greedy search.
func (j *job) stages(o *object) {
	r := j.answer.Matrix
	list := make([]*object, 0, len(r.Stages))
	for _, s := range r.Stages {
		e := &object{}
		e.set("rank", s.Rank)
		e.num("residual", s.Residual)
		e.num("gradient", s.Gradient)
		e.num("norm", s.Norm)
		list = append(list, e)
	}
	o.set("stages", list)
	o.set("stop", r.Stop)
}

// stageRows adds the same for people.
func (j *job) stageRows(add func(label, format string, args ...any)) {
	r := j.answer.Matrix
	for k, s := range r.Stages {
		label := ""
		if k == 0 {
			label = "greedy"
		}
		if k == shownStages && len(r.Stages) > shownStages+1 {
			add(label, "…")
		}
		if k < shownStages || k == len(r.Stages)-1 {
			add(label, "rank %d: residual %.2e of ‖b‖, gradient %.1e, %s = %.6g", s.Rank, s.Residual, s.Gradient, j.matrix.objective(), s.Norm)
		}
	}
	why := map[string]string{
		lowrank.StopResidual: "X has the measurements",
		lowrank.StopGradient: "no further direction lowers the residual: X is the least-squares fit",
		lowrank.StopRank:     "X has full rank",
		lowrank.StopBudget:   "the budget ended",
	}[r.Stop]
	add("", "stopped as %s", why)
}

// shownStages is how many ranks the text lists.
const shownStages = 12

// matrixRows adds the same for people.
func (j *job) matrixRows(add func(label, format string, args ...any)) {
	a, r := j.answer, j.answer.Matrix
	add("matrix", "%d×%d", r.P, r.Q)
	if j.matrix.greedy {
		j.stageRows(add)
	}
	if a.Status != limit.Infeasible {
		text := ""
		if a.Unique != nil {
			text = "; no other solution is as good"
			if j.cert != nil && j.cert.Failure > 0 {
				text += fmt.Sprintf(" (random vectors may mislead this proof with a probability of at most %.0e)", j.cert.Failure)
			}
			if !*a.Unique {
				text = "; other solutions are as good, this is one of them"
			}
		}
		add("rank", "%d%s", r.Rank, text)
		add(j.matrix.objective(), "%.10g", a.Objective)
		add("gap", "%s, asked for %.0e", j.gap(), j.flags.tol)
	}
	if k := len(r.Components); k > 0 {
		add("parts", "what is observed falls into %d connected parts; the entries between them are not", k)
		add("", "determined by the data, and 0 here")
		for i, c := range r.Components {
			if i == shownEvents {
				add("", "…")
				break
			}
			add("", "rows %s, columns %s", shortList(c.Rows), shortList(c.Cols))
		}
	}
	if len(r.EmptyRows) > 0 {
		add("unobserved", "rows %s: they are 0", shortList(r.EmptyRows))
	}
	if len(r.EmptyCols) > 0 && !j.matrix.psd {
		add("unobserved", "columns %s: they are 0", shortList(r.EmptyCols))
	}
}

// uniqueWhy says why nothing is established about the uniqueness of a matrix.
func (j *job) uniqueWhy() string {
	a := j.answer
	switch {
	case j.matrix == nil || j.near != nil || a.Unique != nil || a.Status == limit.Infeasible:
		return ""
	case a.Matrix != nil && a.Matrix.UniqueWhy != "":
		return a.Matrix.UniqueWhy
	case j.matrix.deterministic:
		return "without random vectors the proof is tried up to a few seconds, and did not succeed"
	}
	return "𝒜 could not be shown to be injective on the tangent space: it is not, or too nearly so for doubles"
}

// shortList prints the beginning of a list of indices.
func shortList(v []int) string {
	const most = 8
	text := ""
	for k, i := range v[:min(most, len(v))] {
		if k > 0 {
			text += ", "
		}
		text += fmt.Sprint(i)
	}
	if len(v) > most {
		text += fmt.Sprintf(", … (%d)", len(v))
	}
	return text
}

// matrixPlan lists the files of the result.
func (j *job) matrixPlan() []savedFile {
	a, r := j.answer, j.answer.Matrix
	var files []savedFile
	if a.X != nil {
		files = append(files, savedFile{role: "x", name: "x.npy", vector: a.X, shape: []int{r.P, r.Q}})
	}
	if r.Left != nil {
		files = append(files, savedFile{role: "left", name: tacit.LeftFile, vector: r.Left, shape: []int{r.P, r.Rank}})
		if !r.PSD {
			files = append(files, savedFile{role: "right", name: tacit.RightFile, vector: r.Right, shape: []int{r.Q, r.Rank}})
		}
	}
	if a.Other != nil {
		files = append(files, savedFile{role: "other", name: tacit.OtherFile, vector: a.Other, shape: []int{len(a.Other) / (r.Rank - 1), r.Rank - 1}})
	}
	if a.Y != nil {
		files = append(files, savedFile{role: "y", name: "y.npy", vector: a.Y})
	}
	if j.cert != nil {
		files = append(files, savedFile{role: "certificate", name: certificateName})
	}
	return files
}

// readMatrix reads the entries of an .npy file of any shape.
func readMatrix(path string, opt dataio.LoadOptions) ([]float64, error) {
	f, err := dataio.Load(path, opt)
	if err != nil {
		return nil, err
	}
	a, err := f.Array("")
	if err != nil {
		return nil, err
	}
	if a.ColMajor {
		return nil, fmt.Errorf("%s: it is stored by columns; tacit writes its matrices by rows", path)
	}
	return a.Data, f.Close()
}

// aboutMatrix reports whether the unknown of a result is a matrix.
func (s *saved) aboutMatrix() bool {
	return s.cert.Shape != [2]int{} || s.has && len(s.result.Shape) == 2
}

// symmetric reports whether it is a symmetric one.
func (s *saved) symmetric() bool {
	return s.cert.Symmetric || s.has && s.result.Symmetric || s.cert.Claim == certify.TracePSD || s.cert.Claim == certify.InfeasiblePSD || s.has && s.result.PSD
}
