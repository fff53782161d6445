package page

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/limit/lowrank"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/plot"
)

// matrixProblem is measurements of a d×d matrix X ⪰ 0.
type matrixProblem struct {
	a       linop.Operator // as the solver takes them
	b       []float64
	flowA   linop.Operator // as the flow takes them, where an entry and its mirror image may be two
	flowB   []float64
	d       int
	mark    []bool   // entries that are observed; nil if it is something else that is
	command []string // makes the file
	file    string
}

// leastMatrix is the matrix of least trace with the verdict on its certificate. Its
// numbers are those that the verifier recomputes, as in the command line.
type leastMatrix struct {
	*lowrank.Result
	x     []float64
	proof []Check
}

// traceTol is the relative gap at which a least trace counts as certified: that of
// `tacit lowrank`.
const traceTol = 1e-9

// leastTrace solves for the matrix of least trace.
func (p *matrixProblem) leastTrace(ctx context.Context) (*leastMatrix, error) {
	ans, err := tacit.LowRank(ctx, tacit.MatrixProblem{A: p.a, B: p.b, P: p.d, Q: p.d, PSD: true}, tacit.Options{Tol: traceTol})
	if err != nil {
		return nil, err
	}
	return &leastMatrix{ans.Matrix, ans.X, settled("least trace", p.a, p.b, ans, traceTol)}, nil
}

// rankShare is the part of the largest singular value above which another counts for
// the rank: a matrix whose trace is proven to a gap of 1e-9 has its small singular
// values to about the root of that.
const rankShare = 1e-4

// spectrum is ln of the singular values. The columns of L are orthogonal: X = LLᵀ.
func (m *leastMatrix) spectrum() []float64 {
	out := make([]float64, m.Rank)
	for k := range out {
		size := 0.0
		for i := range m.P {
			size = math.Hypot(size, m.Left[i*m.Rank+k])
		}
		out[k] = 2 * math.Log(size)
	}
	slices.SortFunc(out, func(a, b float64) int { return cmp.Compare(b, a) })
	return out
}

// rank is the numerical rank, and words says how it was counted.
func (m *leastMatrix) rank() int { return rankOf(m.spectrum(), rankShare) }

func (m *leastMatrix) words() string {
	s, r := m.spectrum(), m.rank()
	if r == len(s) {
		return fmt.Sprintf("rank %d", r)
	}
	return fmt.Sprintf("rank %d, the next σ is %s of the largest", r, plot.NumLn(s[r]-s[0]))
}

// rankOf counts what is above a share of the largest, all as logarithms, falling.
func rankOf(log []float64, share float64) int {
	k := 0
	for _, l := range log {
		if l > log[0]+math.Log(share) {
			k++
		}
	}
	return k
}

// flowCommand makes the file and follows the flow from α, where the command takes it.
func (p *matrixProblem) flowCommand(alpha string, logAlpha float64) []string {
	if logAlpha < -150*math.Ln10 {
		return append(p.command, "tacit flow lowrank "+p.file+" --psd --alpha 1e-150 # the command takes α down to 1e-150")
	}
	return append(p.command, "tacit flow lowrank "+p.file+" --psd --alpha "+alpha)
}

// matrixRun is a flow of X = YYᵀ, or another flow of X, up to its end.
type matrixRun struct {
	logAlpha float64 // of the factors at the start
	times    []float64
	log      [][]float64 // ln of the singular values, descending, at each time
	x        []float64
	loss     float64
	steps    int
	done     bool // the loss asked for was reached
}

// end returns ln of the singular values at the end.
func (r *matrixRun) end() []float64 { return r.log[len(r.log)-1] }

// trace is Σ σ at the end.
func (r *matrixRun) trace() float64 {
	sum := 0.0
	for _, l := range r.end() {
		sum += math.Exp(l)
	}
	return sum
}

// rank counts the singular values above 10⁻³ of the largest at the end.
func (r *matrixRun) rank() int { return rankOf(r.end(), 1e-3) }

// tiny is ln of the factors' scale below which the flow is followed in logarithms.
const tiny = -20 * math.Ln10

// fit is the loss at which a flow has fitted the measurements, relative to that of
// X = 0.
const fit = 1e-16

// factored follows gradient flow on the factors from Y = αI.
func (p *matrixProblem) factored(ctx context.Context, logAlpha float64, save int) (*matrixRun, error) {
	size := 0.0
	for _, v := range p.flowB {
		size += v * v
	}
	until := math.Max(fit*size/2, 1e-290)
	r := &matrixRun{logAlpha: logAlpha, x: make([]float64, p.d*p.d)}
	if logAlpha < tiny {
		s, err := flow.NewSpectral(p.flowA, p.flowB, p.d, logAlpha)
		if err != nil {
			return nil, err
		}
		res, err := s.Follow(ctx, until, 1e-6, 3000)
		if err != nil {
			return nil, err
		}
		r.times, r.log, r.x = res.Times, res.Log, res.X
		r.loss, r.steps, r.done = res.Losses[len(res.Losses)-1], res.Steps, res.Status.Definite()
		return r, ctx.Err()
	}
	y := make([]float64, p.d*p.d)
	for i := range p.d {
		y[i*p.d+i] = math.Exp(logAlpha)
	}
	f, err := flow.NewSymmetric(p.flowA, p.flowB, p.d, y)
	if err != nil {
		return nil, err
	}
	res, err := f.Follow(ctx, flow.FactoredOptions{UntilLoss: until, Save: save, RelTol: 1e-7, MaxSteps: 900})
	if err != nil {
		return nil, err
	}
	f.Primal(r.x, res.State)
	r.times, r.loss, r.steps, r.done = res.Times, res.Loss, res.Stats.Steps, res.Status.Definite()
	for _, s := range res.Singular {
		r.log = append(r.log, plot.Ln(s))
	}
	return r, ctx.Err()
}

// mirror follows von Neumann's mirror flow from X = α²I at the times of the flow of
// factors: its own time is four times that.
func (p *matrixProblem) mirror(ctx context.Context, logAlpha, end float64, save int) (*matrixRun, error) {
	f, err := flow.NewVonNeumann(p.flowA, p.flowB, p.d, 2*logAlpha)
	if err != nil {
		return nil, err
	}
	at := make([]float64, save)
	for k := range at {
		at[k] = 4 * end * math.Pow(float64(k)/float64(save-1), 3) // most happens early
	}
	res, err := flow.Run(ctx, f, flow.Options{Times: at, RelTol: 1e-5, MaxSteps: 2500})
	if err != nil {
		return nil, err
	}
	r := &matrixRun{logAlpha: logAlpha, x: make([]float64, p.d*p.d), loss: res.Loss, steps: res.Stats.Steps}
	for k, s := range res.States {
		r.times, r.log = append(r.times, res.Times[k]/4), append(r.log, f.LogEigenvalues(s))
	}
	if len(r.times) == 0 {
		return nil, fmt.Errorf("the mirror flow from ln α = %.4g ended %v", logAlpha, res.Status)
	}
	f.Primal(r.x, res.State)
	size := 0.0
	for _, v := range p.flowB {
		size += v * v
	}
	r.done = r.loss <= 1e-8*size
	return r, ctx.Err()
}

// singularPanels show the singular values of a run, as they are and on a log axis.
// Time is divided by ln(1/σ(0)) where the start is small, so that plateaus of any
// length have the same picture.
func singularPanels(r *matrixRun, name string, modes int) []plot.Panel {
	label, unit := "t", 1.0
	if r.logAlpha < -3 {
		label, unit = "t / ln(1/α²)", -2*r.logAlpha
	}
	at := make([]float64, len(r.times))
	for k, t := range r.times {
		at[k] = t / unit
	}
	axis := plot.Axis{Label: label, Min: 0, Max: r.settled() / unit}
	linear := plot.Panel{Title: name, X: axis, Y: plot.Axis{Label: "σᵢ(t)", Include: []float64{0}}}
	log := plot.Panel{X: axis, Y: plot.Axis{Label: "σᵢ(t)", Scale: plot.Log}, NoLegend: true}
	for i := range min(modes, len(r.end())) {
		s := plot.Series{Name: "σ" + subscript(i+1), X: at, Ink: plot.Ink(i % 8), Style: i}
		l := s
		for k := range at {
			s.Y, l.Y = append(s.Y, math.Exp(r.log[k][i])), append(l.Y, r.log[k][i])
		}
		linear.Series, log.Series = append(linear.Series, s), append(log.Series, l)
	}
	return []plot.Panel{linear, log}
}

// settled is a little later than the last time at which something can be seen to
// happen.
func (r *matrixRun) settled() float64 {
	last := len(r.times) - 1
	k := last
	for k > 0 {
		far := 0.0
		for i, l := range r.end() {
			far = math.Max(far, math.Abs(math.Exp(r.log[k-1][i])-math.Exp(l)))
		}
		if far > 1e-2*math.Exp(r.end()[0]) {
			break
		}
		k--
	}
	return math.Min(1.15*r.times[k], r.times[last])
}

// subscript writes a small number below the line.
func subscript(k int) string {
	out := []rune{}
	for _, c := range fmt.Sprint(k) {
		out = append(out, '₀'+c-'0')
	}
	return string(out)
}

// largestDifference is max |xᵢ − yᵢ|.
func largestDifference(x, y []float64) float64 {
	worst := 0.0
	for i, v := range x {
		worst = math.Max(worst, math.Abs(v-y[i]))
	}
	return worst
}

// pick is a number of each element.
func pick[T any](list []T, of func(T) float64) []float64 {
	out := make([]float64, len(list))
	for k, e := range list {
		out[k] = of(e)
	}
	return out
}
