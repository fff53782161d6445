package page

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// Certificate shows what proves an answer, and what becomes of a forged one.
var Certificate = Page{
	ID:       "certificate",
	Title:    "The certificate",
	Sentence: "A short second vector proves that no other solution is smaller; change one digit and the proof fails.",
	Formula:  "‖x̃‖₁ ≥ ⟨Aᵀy, x̃⟩ = bᵀy whenever Ax̃ = b and |Aᵀy| ≤ 1 (Aᵀy ≤ 1 suffices for x̃ ≥ 0), with equality exactly where Aᵀy touches ±1 on the support",
	Text: []string{
		"The solver answers with two vectors: x, and y with one number for each measurement. Nobody has to trust the solver. If no entry of Aᵀy exceeds 1 in size, then every x̃ with Ax̃ = b has ‖x̃‖₁ ≥ ⟨Aᵀy, x̃⟩ = ⟨y, Ax̃⟩ = bᵀy. If bᵀy equals ‖x‖₁, then nothing is smaller than x. So the gap ‖x‖₁ − bᵀy is the whole proof, and a few lines that know nothing of the solver recompute it from A, b, x and y.",
		"Equality explains the picture: ⟨Aᵀy, x⟩ can reach ‖x‖₁ only if Aᵀy is +1 where x is positive and −1 where it is negative. Off the support there may be air between Aᵀy and ±1, the slack 1 − |Aᵀy|ᵢ, or 1 − (Aᵀy)ᵢ for x ≥ 0. Mostly many y prove the same, with other slacks, and the solver returns one of them. The one in their middle, at which the smallest slack is largest, has a meaning beyond the proof: its slacks are the powers of α with which the entries xᵢ vanish as the initialization shrinks (page “From α = 1 to 10⁻³⁰⁰⁰”). The y shown here need not be that one.",
		"Tampering changes one decimal digit of one number. A seal over the vectors notices any change at once. But a forger can renew the seal, and then only the mathematics is left: the checks below name what no longer holds. A digit behind the tolerance does not spoil the proof; it is noticed all the same as long as a number that the certificate states of itself, such as its residual, is no longer the one that is recomputed. Only a change of the size of rounding errors is accepted.",
	},
	Exercise: "Renew the seal and tamper with digit 12 of the largest entry of x. Predict whether verify notices. From which digit on does it not?",
	Data:     true,
	Controls: certificateControls,
	Compute:  computeCertificate,
}

var certificateControls = slices.Concat([]Control{
	{Key: "t", Label: "Tamper with", Help: "One decimal digit of the chosen number goes up by one.", Kind: Choice, Default: "none",
		Choices: []Option{{"none", "nothing"}, {"x", "an entry of x"}, {"y", "an entry of y"}, {"o", "the claimed ‖x‖₁"}}},
	{Key: "j", Label: "Entry", Help: "Which entry, from 0; −1 is the largest. A click on a stem of x chooses it.", Kind: Integer, Default: "-1", Min: -1, Max: 59, Step: 1},
	{Key: "p", Label: "Digit", Help: "Which digit, from the first that is not 0.", Kind: Integer, Default: "4", Min: 1, Max: 16, Step: 1},
	{Key: "rs", Label: "The forger renews the seal", Kind: Toggle, Default: "0"},
}, problemControls("gaussian", "0"))

// certified is a problem with its answer and what proves it.
type certified struct {
	a       linop.Operator
	b       []float64
	answer  *tacit.Answer
	cert    certify.Certificate
	witness certify.Witness
}

// prove solves p and issues the certificate. The error says why there is none.
func prove(ctx context.Context, p tacit.Problem) (*certified, error) {
	ans, err := tacit.Solve(ctx, p, tacit.Options{})
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	c := &certified{a: p.A, b: p.B, answer: ans}
	c.cert, c.witness, err = ans.Certificate(p.A, p.B)
	return c, err
}

func computeCertificate(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, certificateControls, DataKey)
	p, err := v.problem(in)
	if err != nil {
		return nil, err
	}
	c, err := prove(ctx, p.Problem)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	view := &View{Command: append(p.made, "tacit sparse "+p.files+p.sign()+" -o result", "tacit verify result")}
	if err != nil {
		view.Summary = "This problem has an answer, but no certificate: " + err.Error() + "."
		return v.onto(view), nil
	}
	_, m := p.A.Dims()
	if c.cert.Claim != certify.L1 && c.cert.Claim != certify.L1Nonneg {
		view.Summary = fmt.Sprintf("Ax = b has no solution%s, and y proves it: the claim is %s. Choose other sizes, or allow both signs.",
			map[bool]string{true: " with x ≥ 0"}[p.Nonneg], c.cert.Claim)
		view.Facts = []Fact{{"claim", string(c.cert.Claim)}}
		return v.onto(view), nil
	}
	f := c.forge(v)
	verdict, err := certify.Verify(c.a, c.b, f.cert, f.witness)
	if err != nil {
		return nil, err
	}
	f.judge(view, verdict)
	figure := plot.CertificateFigure(plot.Certificate{X: f.witness.X, AtY: f.atY, Nonneg: p.Nonneg})
	view.Figures = []Figure{
		{ID: "stems", Figure: figure, Areas: stemAreas(f.witness.X, v.text("t")), Trace: "support"},
		{ID: "checks", Figure: verdictFigure(verdict)},
	}
	n, _ := p.A.Dims()
	view.Arrays = []Array{{"x", []int{m}, f.witness.X}, {"y", []int{n}, f.witness.Y}, {"Aty", []int{m}, f.atY}}
	return v.onto(view), nil
}

// forged is a certificate with one digit changed, or with none.
type forged struct {
	honest  *certified
	cert    certify.Certificate
	witness certify.Witness
	atY     []float64
	what    string // what was changed, "" if nothing was
	sealed  bool
	broken  bool // by its own arithmetic the claim no longer holds to its tolerance
	why     string
	unsure  bool // the change is of the size of rounding errors

	residual, stretch, gap float64
}

// forge changes the digit that the state names.
func (c *certified) forge(v *values) *forged {
	f := &forged{honest: c, cert: c.cert, witness: c.witness}
	f.witness.X = append([]float64(nil), c.witness.X...)
	f.witness.Y = append([]float64(nil), c.witness.Y...)
	digit := v.integerIn("p", 1, 16)
	entry := func(x []float64) int {
		if j := v.integerIn("j", -1, len(x)-1); j >= 0 {
			return j
		}
		largest := 0
		for i, a := range x {
			if math.Abs(a) > math.Abs(x[largest]) {
				largest = i
			}
		}
		return largest
	}
	change := func(what string, at *float64) {
		was := *at
		*at = digitUp(was, digit)
		f.what = fmt.Sprintf("%s: %s instead of %s", what, longNumber(*at), longNumber(was))
	}
	switch v.text("t") {
	case "x":
		j := entry(f.witness.X)
		change(fmt.Sprintf("x[%d]", j), &f.witness.X[j])
	case "y":
		j := entry(f.witness.Y)
		change(fmt.Sprintf("y[%d]", j), &f.witness.Y[j])
	case "o":
		change("the claimed ‖x‖₁", &f.cert.Objective)
	}
	if f.what != "" && v.on("rs") {
		f.sealed = true
		f.cert = f.cert.Sealed(c.b, f.witness)
	}
	_, m := c.a.Dims()
	f.atY = make([]float64, m)
	c.a.ApplyT(f.atY, f.witness.Y)
	f.predict()
	return f
}

// digitUp raises the digit-th significant decimal digit of v by one, a 9 to 0 of
// the next; 0 becomes a unit at that digit.
func digitUp(v float64, digit int) float64 {
	if v == 0 {
		return math.Pow(10, float64(1-digit))
	}
	e := math.Floor(math.Log10(math.Abs(v)))
	return v + math.Copysign(math.Pow(10, e-float64(digit-1)), v)
}

// longNumber writes all digits of a double.
func longNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// predict works out from the definitions whether the claim still holds.
func (f *forged) predict() {
	tol := f.cert.Tol
	var objective, bound, stretch, off, size float64
	for i, x := range f.witness.X {
		objective += math.Abs(x)
		t := f.atY[i]
		if f.cert.Claim == certify.L1 {
			t = math.Abs(t)
		} else if x < 0 {
			f.broken, f.why = true, "x has a negative entry"
		}
		stretch = math.Max(stretch, t)
	}
	res := make([]float64, len(f.honest.b))
	f.honest.a.Apply(res, f.witness.X)
	for i, b := range f.honest.b {
		bound += b * f.witness.Y[i]
		off, size = math.Hypot(off, res[i]-b), math.Hypot(size, b)
	}
	bound /= math.Max(1, stretch)
	residual := off / math.Max(size, math.SmallestNonzeroFloat64)
	gap := (objective - bound) / math.Max(math.Max(math.Abs(objective), math.Abs(bound)), math.SmallestNonzeroFloat64)
	f.residual, f.stretch, f.gap = residual, stretch, gap
	// How far a stated number may be from the recomputed one: a claim counts as broken
	// beyond the first, and as kept below the second; in between rounding decides.
	const claims, kept = 2e-12, 1e-13
	const blur = 1e-14 // of a residual that is recomputed without care
	objectiveOff := math.Abs(f.cert.Objective-objective) / math.Max(math.Abs(objective), math.SmallestNonzeroFloat64)
	boundOff := math.Abs(f.cert.Bound-bound) / math.Max(math.Abs(bound), math.SmallestNonzeroFloat64)
	residualOff := math.Abs(f.cert.Residual - residual)
	switch {
	case f.broken:
	case residual > tol:
		f.broken, f.why = true, fmt.Sprintf("‖Ax − b‖/‖b‖ = %s exceeds %s", plot.NumDigits(residual, 3), plot.Num(tol))
	case stretch-1 > tol:
		f.broken, f.why = true, fmt.Sprintf("|Aᵀy| reaches 1 + %s", plot.NumDigits(stretch-1, 3))
	case math.Abs(gap) > tol:
		f.broken, f.why = true, fmt.Sprintf("the gap is %s", plot.NumDigits(gap, 3))
	case objectiveOff > claims:
		f.broken, f.why = true, "the claimed ‖x‖₁ is not that of x"
	case boundOff > claims:
		f.broken, f.why = true, "the claimed bound is not that of y"
	case residualOff > blur:
		f.broken, f.why = true, fmt.Sprintf("the claimed residual %s is not that of x, %s", plot.NumDigits(f.cert.Residual, 2), plot.NumDigits(residual, 2))
	case f.what != "":
		f.unsure = objectiveOff > kept || boundOff > kept || residualOff > 1e-17
	}
}

// judge compares the verdict with what was to be expected.
func (f *forged) judge(view *View, verdict certify.Verdict) {
	said := func(valid bool) string {
		if valid {
			return "accepted"
		}
		return "rejected"
	}
	expected := f.what == "" || f.sealed && !f.broken
	c := f.honest.cert
	if !f.unsure || !f.sealed {
		view.Checks = []Check{same("verify", said(expected), said(verdict.Valid))}
	}
	view.Checks = append(view.Checks,
		absolute("‖Ax − b‖/‖b‖", 0, f.residual, c.Tol),
		atMost("the largest "+map[bool]string{true: "|Aᵀy|", false: "(Aᵀy)ᵢ"}[c.Claim == certify.L1], 1, f.stretch, c.Tol),
		absolute("(‖x‖₁ − bᵀy)/‖x‖₁", 0, f.gap, c.Tol))
	view.Facts = []Fact{
		{"claim", string(c.Claim)}, {"‖x‖₁", longNumber(f.cert.Objective)}, {"bᵀy", longNumber(f.cert.Bound)},
		{"gap", plot.NumDigits(f.cert.Gap, 3)}, {"residual", plot.NumDigits(f.cert.Residual, 3)},
		{"support", strconv.Itoa(f.cert.Support)}, {"the only one", map[bool]string{true: "proven", false: "not proven"}[c.Unique != nil && *c.Unique]},
		{"tolerance", plot.Num(c.Tol)}, {"seal", f.cert.Seal[:min(16, len(f.cert.Seal))] + "…"},
	}
	switch {
	case f.what == "":
		view.Summary = fmt.Sprintf("Verified: ‖x‖₁ = %s with %d nonzero entries, and bᵀy proves that no solution is smaller; the gap is %s.",
			plot.NumDigits(c.Objective, 8), c.Support, plot.NumDigits(c.Gap, 2))
	case verdict.Valid:
		view.Summary = fmt.Sprintf("%s. The claim still holds to its tolerance %s, and every number that the certificate states is right but for rounding: verify accepts.", f.what, plot.Num(c.Tol))
	default:
		var names []string
		for _, k := range verdict.Failed() {
			names = append(names, k.Name)
		}
		view.Summary = fmt.Sprintf("%s. Verify rejects: %s.", f.what, strings.Join(names, ", "))
		if f.why != "" {
			view.Summary += " By the arithmetic alone " + f.why + "."
		}
		if f.residual <= c.Tol && f.stretch-1 <= c.Tol && math.Abs(f.gap) <= c.Tol && f.sealed {
			view.Summary += fmt.Sprintf(" That x is as good as claimed, to the tolerance %s, is still true: only what the certificate states of itself is not.", plot.Num(c.Tol))
		}
	}
}

// stemAreas lead from the stems of x to tampering with that entry.
func stemAreas(x []float64, now string) []Area {
	top, bottom := 0.0, 0.0
	for _, v := range x {
		top, bottom = math.Max(top, v), math.Min(bottom, v)
	}
	kind := "x"
	if now == "o" || now == "y" {
		kind = now
	}
	var areas []Area
	for i, v := range x {
		if v == 0 || len(areas) == 64 {
			continue
		}
		areas = append(areas, Area{
			Link: Link{Label: fmt.Sprintf("tamper with x[%d] = %s", i, plot.Num(v)), State: State{"t": kind, "j": strconv.Itoa(i)}},
			Left: float64(i) - 0.5, Right: float64(i) + 0.5, Bottom: bottom, Top: top,
		})
	}
	return areas
}

// verdictFigure shows what verify recomputes as its share of what is allowed, and
// lists every check.
func verdictFigure(verdict certify.Verdict) *plot.Figure {
	const least, most = 1e-18, 1e18
	table := plot.Table{Caption: "every check of verify", Columns: []string{"check", "value", "allowed", "holds"}}
	var shown []certify.Check
	var failed []string
	for _, c := range verdict.Checks {
		word := "yes"
		if !c.Pass {
			word = "no"
			failed = append(failed, fmt.Sprintf("%s is %s, allowed %s", c.Name, plot.NumDigits(c.Value, 3), plot.NumDigits(c.Bound, 3)))
		}
		table.Rows = append(table.Rows, []string{c.Name, plot.NumDigits(c.Value, 6), plot.NumDigits(c.Bound, 6), word})
		if numeric := c.Bound > 0 && c.Bound < 1e-3; numeric || !c.Pass {
			shown = append(shown, c)
		}
	}
	good := plot.Series{Name: "holds", Shape: plot.Bars, Ink: plot.Good}
	bad := plot.Series{Name: "fails", Shape: plot.Bars, Ink: plot.Bad, Style: 1}
	for k, c := range shown {
		share := c.Value / c.Bound
		switch {
		case c.Bound == 0 || strings.Contains(c.Name, "(equal)"): // it is yes or no
			share = 1e3
		case c.Value <= 0:
			share = least
		}
		share = math.Log(math.Min(most, math.Max(least, share)))
		s := &good
		if !c.Pass {
			s = &bad
		}
		s.X, s.Y = append(s.X, share), append(s.Y, float64(len(shown)-1-k))
		s.Names = append(s.Names, c.Name)
	}
	f := &plot.Figure{
		Title:   "What verify recomputes, and how much of it is allowed",
		Caption: "Each bar is a number that verify recomputes from A, b, x and y, divided by what the claim allows. Beyond 1 the certificate is rejected. The table has all checks, also those of form and of the seal.",
		Panels: []plot.Panel{{
			X:      plot.Axis{Label: "value / allowed", Scale: plot.Log, Include: []float64{math.Log(1e-8), math.Log(1e3)}},
			Y:      plot.Axis{Min: -0.6, Max: float64(len(shown)) + 0.4}, // the word of the rule stands above the bars
			Series: []plot.Series{good, bad}, Rules: []plot.Rule{{Vertical: true, At: 0, Label: "allowed"}},
			Height: 0.12*float64(len(shown)) + 0.2,
		}},
		Alt:    fmt.Sprintf("%d checks, all hold.", len(verdict.Checks)),
		Tables: []plot.Table{table},
	}
	if len(failed) > 0 {
		f.Alt = fmt.Sprintf("%d of %d checks fail: %s.", len(failed), len(verdict.Checks), strings.Join(failed, "; "))
	}
	return f
}
