package page

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/plot"
)

// Alpha is the limit of the flow over the size of its start.
var Alpha = Page{
	ID:       "alpha",
	Title:    "From α = 1 to 10⁻³⁰⁰⁰",
	Sentence: "The smaller the start, the sparser the limit: every coordinate that has to vanish falls as a power of the start, and its exponent can be read off the dual solution.",
	Formula:  "|xᵢ*(α)| ≈ cᵢ·α^{sᵢ};   sᵢ = 1 − aᵢᵀy_c for x ≥ 0,   sᵢ = 1 − |aᵢᵀy_c| for either sign;   ‖x*(α)‖₁ − Q = O(α^s̄),   ‖x*(α)‖₁ ≤ Q / (1 − ln m / ln(Q/α)) for x ≥ 0",
	Text: []string{
		"Start the flow of x = y∘y (or of u∘u − v∘v, for either sign) at the size α and let it run to its end x*(α). As α falls the limit moves from a spread-out solution to the one of least ℓ1 norm Q. How fast? On logarithmic axes every coordinate that ends at zero becomes a straight line.",
		"In the end the slope of a line is the slack of that coordinate in the dual problem: 1 − aᵢᵀy for x ≥ 0, where it may exceed 1, and 1 − |aᵢᵀy| for either sign. So the picture contains a certificate. Often several y prove the same; the flow selects the one in the middle, y_c, whose smallest slack off the support is as large as it can be, and the next ones too. Coordinates of the support have slack 0 and stay. The smallest slack of the others, s̄, decides how fast the norm reaches Q in the end. At larger α the lines still bend.",
		"The lower panel compares the excess of the norm with the bound that is known before anything is solved. It falls only like 1/ln(1/α), because there are problems that are this slow. Computing in logarithms, α may be 10⁻³⁰⁰⁰: the state of the flow is ν, of size ln(1/α), which does not underflow. The coordinates off the support do fall below the rounding errors of the equations, at an excess of about 10⁻¹⁰; from there on their lines are drawn thin, and continued by their slack instead of computed.",
	},
	Exercise: "Look at the lines at α = 1e-2 only. Which coordinates will survive? Then choose the problem with Σxᵢ = 1: what will the lines look like there, and why?",
	Data:     true,
	Controls: alphaControls,
	Compute:  computeAlpha,
}

var alphaControls = slices.Concat([]Control{
	{Key: "a", Label: "start α", Kind: Decimal, Default: "1e-4", Min: -60, Max: 0, Step: 0.5, Help: "any exponent may be typed: 1e-3000"},
}, problemControls("gaussian", "1"))

// alphaSweep is what does not depend on the slider: the solution of least norm and
// the limits over falling α.
type alphaSweep struct {
	best  *tacit.Answer
	sweep *plot.AlphaSweep // nil where best is not certified
	proof []Check          // none where nothing is claimed
}

var alphaSweeps memo[*alphaSweep]

func sweepAlpha(ctx context.Context, p *linearProblem) (*alphaSweep, error) {
	return alphaSweeps.get(p.key(), func() (*alphaSweep, error) {
		best, err := tacit.Solve(ctx, p.Problem, tacit.Options{})
		if err != nil {
			return nil, err
		}
		s := &alphaSweep{best: held(best)}
		s.proof = proofOf("an independent verifier accepts the certificate of least norm", p.A, p.B, best)
		if best.Status == limit.Certified && best.Objective > 0 {
			if s.sweep, err = plot.SweepAlpha(ctx, p.Problem, 0); err != nil {
				return nil, err
			}
		}
		return s, ctx.Err()
	})
}

func computeAlpha(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, alphaControls, DataKey)
	p, err := v.problem(in)
	if err != nil {
		return nil, err
	}
	logAlpha := v.logDecimalIn("a", "1e-100000", "1e10")
	s, err := sweepAlpha(ctx, p)
	if err != nil {
		return nil, err
	}
	view := &View{
		Command: append(p.made, "tacit sparse "+p.files+p.sign()+" --alpha "+v.text("a")+" --json --values"),
		Arrays:  p.arrays(), Checks: slices.Clone(s.proof),
	}
	if s.sweep == nil {
		view.Summary = noLeastNorm(s.best)
		view.Facts = []Fact{{"status", string(s.best.Status)}}
		view.Figures = []Figure{dataFigure(p)}
		return v.onto(view), ctx.Err()
	}
	at, err := limit.L1AtAlpha(ctx, p.Problem, logAlpha, s.best.Result, limit.Options{})
	if err != nil {
		return nil, err
	}
	lines, err := s.lines(p, logAlpha, at)
	if err != nil {
		return nil, err
	}
	view.Figures = []Figure{lines, stemsFigure(p, s.best.X, at.X, logAlpha)}
	s.fill(view, p, at)
	return v.onto(view), ctx.Err()
}

// noLeastNorm says why there is no solution to compare with.
func noLeastNorm(ans *tacit.Answer) string {
	switch ans.Status {
	case limit.Infeasible:
		if ans.AnySign {
			return "The equations contradict each other, which a certificate proves; the flow ends at a least-squares solution."
		}
		return "No x ≥ 0 meets the equations, which a certificate proves."
	case limit.Certified:
		return "The solution of least norm is 0, where the flow starts as α falls: there is nothing to see."
	}
	return "The solution of least norm was not found: " + ans.Reason.Hint + "."
}

// fill says what was found and what was predicted.
func (s *alphaSweep) fill(view *View, p *linearProblem, at *limit.AlphaResult) {
	q := s.best.Objective
	excess := math.Max(0, at.L1/q-1)
	view.Summary = fmt.Sprintf("At α = %s the limit has norm %s, %s above the least norm %s.",
		plot.NumLn(at.LogAlpha), plot.NumDigits(at.L1, digits), plot.Num(excess*q), plot.NumDigits(q, digits))
	view.Facts = []Fact{
		{"least norm Q", plot.NumDigits(q, digits)},
		{"relative excess at α", plot.Num(excess)},
		{"bound known beforehand", plot.Num(at.Apriori)},
		{"support of the solution of least norm", fmt.Sprint(s.best.Support)},
		{"duality gap of x*(α)", plot.Num(at.Gap)},
	}
	view.Arrays = append(view.Arrays, Array{"x_l1", []int{len(s.best.X)}, s.best.X}, Array{"y_l1", []int{len(s.best.Y)}, s.best.Y},
		Array{"x_alpha", []int{len(at.X)}, at.X}, Array{"nu", []int{len(at.Y)}, at.Y},
		Array{"log_alpha", []int{len(s.sweep.LogAlpha)}, s.sweep.LogAlpha}, Array{"excess", []int{len(s.sweep.Excess)}, s.sweep.Excess})
	if at.Status == limit.Certified {
		view.Checks = append(view.Checks,
			atMost("relative excess of ‖x*(α)‖₁ against the bound known beforehand", at.Apriori, excess, 1e-9),
			atMost("the bound on Q that ν proves, against Q", q, at.L1Bound, 1e-9))
	} else {
		view.Notes = append(view.Notes, "the limit at this α is not certified: "+at.Reason.Hint)
	}
	if at.AlphaIrrelevant {
		view.Summary += " Here all solutions have the same norm, and the limit is the same for every α."
	}
	if at.Status == limit.Certified {
		view.Checks = append(view.Checks, s.surplus(p, at))
	}
	if w := s.sweep; !math.IsNaN(w.Exponent) {
		view.Facts = append(view.Facts, Fact{"exponent s̄ of the excess, the smallest slack", plot.NumDigits(w.Exponent, digits)})
	}
}

// surplus checks the identity behind the slopes, which holds at every α and for every y
// that proves Q: by Ax = b and bᵀy = Q the excess of the norm is Σ sᵢ|xᵢ|, with the
// slack sᵢ = 1 − aᵢᵀy·sgn xᵢ, 0 on the support.
func (s *alphaSweep) surplus(p *linearProblem, at *limit.AlphaResult) Check {
	aty := make([]float64, len(at.X))
	p.A.ApplyT(aty, s.best.Y)
	sum := 0.0
	for i, x := range at.X {
		sum += math.Abs(x) - x*aty[i]
	}
	q := s.best.Objective
	return compared("‖x*(α)‖₁ − Q = Σ sᵢ|xᵢ*(α)|, slacks of the certificate", sum, at.L1-q, math.Abs(at.L1-q-sum)/math.Max(q, at.L1), 1e-8)
}
