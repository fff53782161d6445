package report

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/plot"
)

// view is a section as the template sees it.
type view struct {
	ID, Name, Status, Mood string // Mood: good, open or bad, for the colour
	Headline               string
	Command                string
	Inputs                 []input
	Facts                  []fact
	Largest                []entry
	LargestNote            string
	Proof                  string
	Checks, Files          []check // of the claim, and of the files against each other
	Work                   []fact
	Figures                []figure
	Missing                []string
	Summary                []string // cells of the table that compares sections
}

type input struct{ Role, Path, Kind, Digest string }

type fact struct{ Label, Value string }

type entry struct{ Index, Value string }

type check struct {
	Name, Value, Bound string
	Pass               bool
}

type figure struct {
	ID           string
	Title        string
	Caption, Alt string
	Notes        []string
	Wide, Narrow template.HTML
	Scene        template.JS
	Tables       []plot.Table
}

// sizes of the two drawings of a figure, of which a page shows the one that fits.
const (
	wide   = 720
	narrow = 390
)

func newView(k int, s *Section, figures *int) (view, error) {
	r := s.Result
	v := view{
		ID: fmt.Sprintf("result-%d", k+1), Name: s.Name, Status: r.Status,
		Command: strings.Join(r.Line, " "), Missing: s.Missing,
	}
	v.Mood, v.Headline = headline(r)
	for _, role := range []string{"A", "b", "weights", "x0", "K", "data"} {
		if in, ok := r.Input[role]; ok {
			v.Inputs = append(v.Inputs, input{role, in.Path, in.Kind, cmp.Or(in.SHA256, in.Blocks)})
		}
	}
	v.Facts, v.Work = facts(r), work(r)
	v.Largest, v.LargestNote = largest(r)
	v.prove(s)
	for _, f := range s.Figures {
		*figures++
		fv, err := newFigure(fmt.Sprintf("figure-%d", *figures), f)
		if err != nil {
			return v, err
		}
		v.Figures = append(v.Figures, fv)
	}
	v.Summary = []string{r.Command, r.Status, small(r.Objective), small(r.Gap), small(r.Residual), whole(nonzeros(r)), seconds(r.Stats.Seconds)}
	return v, nil
}

// nonzeros is the number of nonzero entries of x, which what margin reports as
// support is not.
func nonzeros(r *plot.Result) *int {
	if r.Separator != nil {
		return nil
	}
	return r.Support
}

// headline is the mood and the sentence of a status.
func headline(r *plot.Result) (mood, sentence string) {
	switch r.Status {
	case "certified":
		return "good", "The answer is proven to the tolerance that was asked for."
	case "finished":
		return "good", "It ran to the end that was asked for."
	case "diverged":
		return "bad", "It diverged; the points below are no answer."
	case "infeasible":
		return "good", "There is no solution, and a vector proves it."
	case "not-separable":
		return "good", "No hyperplane separates the data, and a vector proves it."
	case "approximate":
		return "open", "The answer is proven only to the gap below."
	case "budget":
		return "open", "The budget ended before the answer was proven."
	case "interrupted":
		return "open", "The work was interrupted before the answer was proven."
	case "numerical-trouble":
		return "bad", "Rounding errors prevent a proof; do not rely on this answer."
	}
	return "open", ""
}

// facts is what was found.
func facts(r *plot.Result) []fact {
	var list []fact
	add := func(label, value string) {
		if value != "" && value != none {
			list = append(list, fact{label, value})
		}
	}
	if r.Separator != nil {
		return append(separatorFacts(r), outcome(r)...)
	}
	if r.Rows > 0 {
		add("problem", fmt.Sprintf("%d measurements, %d unknowns", r.Rows, r.Cols))
	}
	add("geometry", r.Geometry)
	add("parameterization", r.Param)
	add("method", r.Method)
	add("step rule", r.Step)
	add("time at the end", number(r.Time.At))
	if r.Limit != nil && r.Limit.Distance != nil {
		add("distance from "+r.Limit.Of, small(r.Limit.Distance))
	}
	if r.LogAlpha != nil {
		add("start α", plot.NumLn(*r.LogAlpha))
	}
	add("allowed noise σ", number(r.Sigma))
	add("objective", number(r.Objective))
	add("proven bound", number(r.Bound))
	add("relative gap", small(r.Gap))
	add("relative residual", small(r.Residual))
	add("divergence D(x, x₀)", number(r.Divergence))
	add("‖x‖₁", number(r.L1))
	if r.Excess != nil {
		add("‖x‖₁ above the least possible", fmt.Sprintf("at most %.3g %%", 100**r.Excess))
	}
	if r.Support != nil {
		u := ""
		switch {
		case r.Unique == nil:
		case *r.Unique:
			u = "; no other solution is as good"
		default:
			u = "; other solutions are as good, this is the one of maximum entropy"
		}
		add("nonzero entries", fmt.Sprintf("%d%s", *r.Support, u))
	}
	if n := len(r.Events); n > 0 {
		add("events of the path", fmt.Sprint(n))
	}
	return append(list, outcome(r)...)
}

// outcome is why a command did not end as it was asked to.
func outcome(r *plot.Result) []fact {
	if r.Status == "certified" || r.Status == "finished" {
		return nil
	}
	var list []fact
	if r.Reason.Criterion != "" {
		list = append(list, fact{"because", fmt.Sprintf("%s is %s against %s", r.Reason.Criterion, small(r.Reason.Value), small(r.Reason.Bound))})
	}
	if r.Reason.Hint != "" {
		list = append(list, fact{"what to do", r.Reason.Hint})
	}
	return list
}

// work is what it took.
func work(r *plot.Result) []fact {
	s := r.Stats
	var list []fact
	if s.Seconds > 0 {
		list = append(list, fact{"time", seconds(s.Seconds)})
	}
	if s.Route != "" {
		list = append(list, fact{"route", s.Route})
	}
	for _, c := range []struct {
		label string
		n     int
	}{{"passes over A", s.Passes}, {"factorizations", s.Factorizations}, {"steps", s.Steps}, {"threads", s.Threads}} {
		if c.n > 0 {
			list = append(list, fact{c.label, fmt.Sprint(c.n)})
		}
	}
	if r.Version != "" {
		list = append(list, fact{"version", "tacit " + r.Version})
	}
	return list
}

// shown is how many entries of x a report lists.
const shown = 12

func largest(r *plot.Result) (list []entry, note string) {
	if r.Status == "infeasible" || len(r.X) == 0 {
		return nil, ""
	}
	var idx []int
	for i, v := range r.X {
		if v != 0 {
			idx = append(idx, i)
		}
	}
	slices.SortStableFunc(idx, func(a, b int) int { return cmp.Compare(math.Abs(r.X[b]), math.Abs(r.X[a])) })
	name := "x"
	if r.Separator != nil {
		name = "w"
	}
	note = "The nonzero entries of " + name
	if len(idx) > shown {
		note = fmt.Sprintf("The %d largest of %d nonzero entries of %s", shown, len(idx), name)
	}
	for _, i := range idx[:min(shown, len(idx))] {
		list = append(list, entry{fmt.Sprint(i), fmt.Sprintf("%.10g", r.X[i])})
	}
	return list, note + ", counted from 0. All are in x.npy."
}

// prove fills what the verifier said.
func (v *view) prove(s *Section) {
	if s.Verdict == nil {
		v.Proof = "Nothing was verified: " + s.Why + "."
		if s.Why == "" {
			v.Proof = "Nothing was verified: there is no certificate."
		}
		return
	}
	failed := len(s.Verdict.Failed())
	switch {
	case failed == 0 && s.Claim != "":
		v.Proof = fmt.Sprintf("Proven: %s. All %d checks pass, recomputed for this report from the data, x and y, by code that shares nothing with the solver.", s.Claim, len(s.Verdict.Checks))
	case failed == 0:
		v.Proof = fmt.Sprintf("All %d checks pass.", len(s.Verdict.Checks))
	default:
		v.Proof = fmt.Sprintf("Rejected: %d of %d checks fail. Do not use this result.", failed, len(s.Verdict.Checks))
		v.Mood, v.Headline = "bad", "The certificate does not stand up to verification."
	}
	for _, c := range s.Verdict.Checks {
		if c.Pass && aboutFiles(c.Name) {
			v.Files = append(v.Files, newCheck(c))
			continue
		}
		v.Checks = append(v.Checks, newCheck(c))
	}
}

// aboutFiles tells checks of digests and of agreement between files from those of
// the mathematics.
func aboutFiles(name string) bool {
	for _, prefix := range []string{"result.json: ", "sha256", "digest"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func newCheck(c certify.Check) check {
	return check{c.Name, small(&c.Value), small(&c.Bound), c.Pass}
}

func newFigure(id string, f *plot.Figure) (figure, error) {
	v := figure{ID: id, Title: f.Title, Caption: f.Caption, Alt: f.Alt, Notes: f.Notes, Tables: f.DataTables()}
	for _, d := range []struct {
		width float64
		to    *template.HTML
		id    string
	}{{wide, &v.Wide, id + "-wide"}, {narrow, &v.Narrow, id + "-narrow"}} {
		var b bytes.Buffer
		if err := f.WriteSVG(&b, plot.SVGOptions{Size: plot.Size{Width: d.width}, ID: d.id}); err != nil {
			return v, err
		}
		*d.to = template.HTML(b.String()) //nolint:gosec // package plot escapes what it is given
	}
	scene, err := f.SceneJSON()
	if err != nil {
		return v, err
	}
	v.Scene = template.JS(scene) //nolint:gosec // JSON without <
	return v, nil
}

const none = "—"

func number(v *float64) string {
	if v == nil {
		return none
	}
	return plot.NumDigits(*v, 10)
}

func small(v *float64) string {
	if v == nil {
		return none
	}
	return plot.Num(*v)
}

func whole(v *int) string {
	if v == nil {
		return none
	}
	return fmt.Sprint(*v)
}

func seconds(s float64) string {
	if s < 1 {
		return plot.Num(1000*s) + " ms"
	}
	return plot.Num(s) + " s"
}
