package plot

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/phase"
)

func TestKindsAreDocumented(t *testing.T) {
	var pages []string
	for _, name := range []string{"../docs/cli.md", "../docs/figures.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, string(text))
	}
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if seen[k.Name] || k.Summary == "" || strings.HasSuffix(k.Summary, ".") {
			t.Errorf("kind %q: repeated, or with a bad summary %q", k.Name, k.Summary)
		}
		seen[k.Name] = true
		if !strings.Contains(pages[0], "| `"+k.Name+"` |") {
			t.Errorf("docs/cli.md has no row for the kind %s", k.Name)
		}
		if !strings.Contains(pages[1], "\n## "+k.Name+"\n") || !strings.Contains(pages[1], "--kind "+k.Name+" ") {
			t.Errorf("docs/figures.md has no section with a command for the kind %s", k.Name)
		}
	}
}

// TestNoKindFitsNothing: a result without anything is refused by all, in words.
func TestNoKindFitsNothing(t *testing.T) {
	for _, k := range Kinds() {
		if err := k.Fits(&Result{Dir: t.TempDir()}); err == nil || err.Error() == "" {
			t.Errorf("%s fits an empty result", k.Name)
		}
	}
	var unknown *UnknownKindError
	if _, err := Draw(t.Context(), &Result{}, "Trajectori", Options{}); !errors.As(err, &unknown) || len(unknown.Nearest) == 0 || unknown.Nearest[0] != "trajectory" {
		t.Errorf("%v", err)
	}
	var misfit *MisfitError
	if _, err := Draw(t.Context(), &Result{Dir: t.TempDir()}, "path", Options{}); !errors.As(err, &misfit) || len(misfit.Fitting) != 0 {
		t.Errorf("%v", err)
	}
}

// TestAlphaSweepOfTheClosedForm: for A = (1, 2), b = 1, x ≥ 0 the limit at α has
// x₀ = (−α + √(α² + 8α))/4, which falls like α to the power of its slack ½.
func TestAlphaSweepOfTheClosedForm(t *testing.T) {
	p := limit.Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}, Nonneg: true}
	s, err := SweepAlpha(t.Context(), p, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.LogAlpha) < 10 || math.Abs(s.Exponent-0.5) > 1e-9 {
		t.Fatalf("%d α, exponent %g", len(s.LogAlpha), s.Exponent)
	}
	for k, l := range s.LogAlpha {
		alpha := math.Exp(l)
		// 2α/(α + √(α² + 8α)) is the same without cancellation.
		x0 := 2 * alpha / (alpha + math.Sqrt(alpha*alpha+8*alpha))
		if got := math.Exp(s.LnX[k][0]); math.Abs(got-x0) > 1e-6*x0 {
			t.Errorf("α = %g: x₀ = %g, want %g", alpha, got, x0)
		}
		if want := x0 + (1-x0)/2; math.Abs(s.Excess[k]-(want/0.5-1)) > 1e-9 {
			t.Errorf("α = %g: excess %g, want %g", alpha, s.Excess[k], want/0.5-1)
		}
		if s.Excess[k] > s.Apriori(l) {
			t.Errorf("α = %g: the excess %g is above its bound %g", alpha, s.Excess[k], s.Apriori(l))
		}
	}
	last := len(s.LogAlpha) - 1
	slope := (s.LnX[last][0] - s.LnX[last-1][0]) / (s.LogAlpha[last] - s.LogAlpha[last-1])
	if math.Abs(slope-0.5) > 1e-3 {
		t.Errorf("slope %g, want 0.5", slope)
	}
	f, err := AlphaFigure(s, nil, AlphaView{Low: -3000 * math.Ln10})
	if err != nil {
		t.Fatal(err)
	}
	if svg := svgOf(t, f, SVGOptions{}); !strings.Contains(svg, "10⁻³⁰⁰⁰") || !strings.Contains(svg, "slope 0.500, slack 0.500") {
		t.Error("the figure lacks its last power or its slope")
	}
	if len(f.Notes) != 1 || !strings.Contains(f.Alt, "0.500") {
		t.Errorf("%v %s", f.Notes, f.Alt)
	}
}

// TestSlacksOfTheSweepAreExact: they are those of the centroid, which do not depend on
// how far the sweep goes; ν/ln(1/α) at its end is off by 1/ln(1/α) (0.509 for ½ on the
// tie).
func TestSlacksOfTheSweepAreExact(t *testing.T) {
	tie := limit.Problem{A: linop.NewDense(1, 3, []float64{1, 1, .5}), B: []float64{1}, Nonneg: true}
	for end, want := range map[float64][]float64{0: {0, 0, 0.5}, -8: {0, 0, 0.5}} {
		s, err := SweepAlpha(t.Context(), tie, end)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range want {
			if math.Abs(s.Slack[i]-v) > 1e-12 {
				t.Errorf("slacks %v, want %v", s.Slack, want)
			}
		}
	}
	// A slack of x ≥ 0 may exceed 1, and the smallest one is s̄.
	p := limit.Problem{A: linop.NewDense(1, 3, []float64{1, .25, -2}), B: []float64{1}, Nonneg: true}
	s, err := SweepAlpha(t.Context(), p, 0)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(s.Slack[1]-s.Exponent) > 1e-12 || math.Abs(s.Slack[2]-3) > 1e-12 {
		t.Errorf("slacks %v, s̄ %g", s.Slack, s.Exponent)
	}
}

// TestLevelSetTouches: on the line no point has a smaller divergence than the
// limit, the flow ends there, and the touching level set passes through it.
func TestLevelSetTouches(t *testing.T) {
	a, b := linop.NewDense(1, 2, []float64{1, 2}), []float64{1}
	for _, c := range []struct {
		name  string
		start []float64
	}{
		{"entropy", []float64{0.05, 0.05}}, {"euclidean", []float64{0.3, -0.2}}, {"burg", []float64{0.1, 0.2}},
		{"fermi-dirac", []float64{0.5, 0.5}}, {"hypentropy:0.1", []float64{0, 0}}, {"hellinger", []float64{0.1, 0.5}},
		{"lp:1.5", []float64{0.2, 0.1}}, {"power:3", []float64{0.1, 0.1}},
	} {
		phi, err := geometry.Parse(c.name, geometry.Setting{})
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float64, 2)
		phi.Grad(theta, c.start)
		r, err := limit.Nearest(t.Context(), a, b, phi, limit.Start{X0: c.start}, limit.Options{Tol: 1e-12})
		if err != nil {
			t.Fatal(err)
		}
		l := Levels{Phi: phi, Theta0: theta, A: [2]float64{1, 2}, B: 1, X: r.X, Nu: r.Y[0], Name: c.name}
		at := l.divergence(r.X[0], r.X[1])
		for s := -2.0; s <= 2; s += 0.01 {
			if d := l.divergence(r.X[0]-2*s, r.X[1]+s); d < at-1e-9 {
				t.Errorf("%s: D = %g on the line, %g at the limit", c.name, d, at)
				break
			}
		}
		f, err := LevelsFigure(l)
		if err != nil {
			t.Fatal(err)
		}
		near := func(s Series) float64 {
			least := math.Inf(1)
			for k := range s.X {
				if d := math.Hypot(s.X[k]-r.X[0], s.Y[k]-r.X[1]); d < least {
					least = d
				}
			}
			return least
		}
		series := f.Panels[0].Series
		window := f.Panels[0].X.Max - f.Panels[0].X.Min
		for _, s := range series {
			if strings.Contains(s.Name, "touching") && near(s) > 0.02*window {
				t.Errorf("%s: the touching level set passes at a distance of %g", c.name, near(s))
			}
			if s.Name == "the flow" && near(s) > 1e-6 {
				t.Errorf("%s: the flow ends at a distance of %g", c.name, near(s))
			}
		}
		elements(t, svgOf(t, f, SVGOptions{}))
	}
}

// TestLogOfWhatUnderflows: at α = 1e-3000 x is 0 in doubles, and its logarithm
// comes from ν.
func TestLogOfWhatUnderflows(t *testing.T) {
	const lnAlpha = -3000 * math.Ln10
	tr := Trajectory{T: []float64{1, 2}, X: make([]float64, 4), LnInitial: -lnAlpha}
	p := &dataio.Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}}
	nu := &dataio.Array{Data: []float64{1000, 2000}}
	if err := tr.addLn(p, nu, entropicLn("entropy", lnAlpha)); err != nil {
		t.Fatal(err)
	}
	want := []float64{lnAlpha + 1000, lnAlpha + 2000, lnAlpha + 2000, lnAlpha + 4000}
	for k, v := range want {
		if math.Abs(tr.LnX[k]-v) > 1e-9 {
			t.Errorf("ln x = %g, want %g", tr.LnX[k], v)
		}
	}
	// The hypentropy by its formula β sinh c where that does not underflow.
	for _, c := range []float64{-3, 0.01, 5} {
		got, want := entropicLn("hypentropy", math.Log(1e-3))(c), math.Log(math.Abs(1e-3*math.Sinh(c)))
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("ln|x| = %g, want %g", got, want)
		}
	}
	f, err := TrajectoryFigure(tr, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if svg := svgOf(t, f, SVGOptions{}); !strings.Contains(svg, "×10⁻") && !strings.Contains(svg, "10⁻²") {
		t.Error("the log axis has no power of ten far down")
	}
}

// TestPathFigure: the events of A = [1 ½ 0.7 0; ½ 1 0.1 0.7], b = (1, 0), known in
// fractions.
func TestPathFigure(t *testing.T) {
	p := Path{Cols: 4, Optimum: 80.0 / 49, Certified: true, Events: []Event{
		{Tau: 1, X: map[int]float64{0: 0.8}, Residual: math.Sqrt(0.2), Bound: 1},
		{Tau: 4, X: map[int]float64{2: 1.4}, Residual: math.Sqrt(0.02), Bound: 1.6},
		{Tau: 276.0 / 49, X: map[int]float64{2: 10.0 / 7, 3: -10.0 / 49}, Bound: 80.0 / 49},
	}}
	f, err := PathFigure(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := f.Panels[0].Series
	if len(x) != 3 || x[0].Name != "x[2]" || x[0].Shape != Steps || x[0].Y[0] != 0 || x[0].Y[3] != 10.0/7 || x[0].Y[4] != 10.0/7 {
		t.Errorf("%+v", x)
	}
	if !strings.Contains(f.Alt, "3 events") || !strings.Contains(f.Alt, "3 of 4 coordinates are ever nonzero, 2 at the end") {
		t.Error(f.Alt)
	}
	if rows := f.DataTables()[0].Rows; len(rows) != 5 || rows[2][0] != "4" {
		t.Errorf("%v", rows)
	}
	p.Events[0].X = map[int]float64{7: 1}
	if _, err := PathFigure(p, Options{}); err == nil {
		t.Error("an event outside of x is drawn")
	}
}

func TestCertificateFigure(t *testing.T) {
	f := CertificateFigure(Certificate{X: []float64{0, 2, 0, -1}, AtY: []float64{0.5, 1, -0.9, -1}})
	if !strings.HasPrefix(f.Alt, "2 of 4 entries of x are nonzero. There |Aᵀy| is at least 1; elsewhere it is at most 0.9.") {
		t.Error(f.Alt)
	}
	if rows := f.Tables[0].Rows; rows[0][0] != "1" || rows[1][0] != "3" || rows[2][0] != "2" {
		t.Errorf("%v", rows)
	}
	if len(f.Panels[1].Rules) != 2 {
		t.Error("the bounds ±1 are not drawn")
	}
	all := CertificateFigure(Certificate{X: make([]float64, 3), AtY: make([]float64, 3), Nonneg: true})
	elements(t, svgOf(t, all, SVGOptions{}))
	elements(t, svgOf(t, CertificateFigure(Certificate{}), SVGOptions{}))
}

func TestParetoIsConvexAndFalls(t *testing.T) {
	c, err := paretoCurve(t.Context(), limit.Problem{A: linop.NewDense(2, 4, []float64{1, 0.5, 0.7, 0, 0.5, 1, 0.1, 0.7}), B: []float64{1, 0.3}})
	if err != nil {
		t.Fatal(err)
	}
	n := len(c.Norm)
	if n != paretoPoints || math.Abs(c.Norm[n-1]) > 1e-9 {
		t.Fatalf("%d points, the last norm is %g", n, c.Norm[n-1])
	}
	for k := 1; k+1 < n; k++ {
		if c.Norm[k] > c.Norm[k-1]+1e-6 || c.Norm[k] > (c.Norm[k-1]+c.Norm[k+1])/2+1e-5 {
			t.Errorf("at σ = %g the curve rises or is not convex", c.Sigma[k])
		}
	}
}

func TestPhaseFigure(t *testing.T) {
	cells := []Success{{0.2, 0.1, 10, 10}, {0.2, 0.7, 0, 10}, {0.5, 0.3, 9, 10}, {0.5, 0.6, 1, 10}, {0.5, 0.9, 0, 0}}
	f := PhaseFigure(PhaseDiagram{Sign: phase.Nonneg, Cells: cells})
	if !strings.Contains(f.Alt, "5 cells with 40 trials; 95.0 %") {
		t.Error(f.Alt)
	}
	c := f.Panels[0].Cells
	for k := range c.X {
		if !(c.Left[k] < c.X[k] && c.X[k] < c.Right[k] && c.Bottom[k] < c.Y[k] && c.Y[k] < c.Top[k]) {
			t.Errorf("cell %d is not around its point", k)
		}
	}
	if c.Right[0] != c.Left[2] || c.Top[2] != c.Bottom[3] || !math.IsNaN(c.Value[4]) {
		t.Errorf("%+v", c)
	}
	one := PhaseFigure(PhaseDiagram{Sign: phase.Signed, Rows: 50, Cols: 100, Support: 25})
	if !strings.Contains(one.Alt, "above the transition at k/n = 0.3857, that is k = 19") {
		t.Error(one.Alt)
	}
}

// TestManyCoordinates: 4000 coordinates at 3000 times make a figure of a
// reasonable size that says what it leaves out.
func TestManyCoordinates(t *testing.T) {
	const m, times = 4000, 300
	tr := Trajectory{T: make([]float64, times), X: make([]float64, m*times)}
	for k := range times {
		tr.T[k] = float64(k + 1)
		for i := range m {
			tr.X[k*m+i] = math.Exp(-float64(i)/100) * math.Sin(float64(k*i)/50)
		}
	}
	f, err := TrajectoryFigure(tr, Options{Coordinates: []int{3999, 5}})
	if err != nil {
		t.Fatal(err)
	}
	svg := svgOf(t, f, SVGOptions{})
	if len(svg) > 2_500_000 || len(f.Notes) == 0 || !strings.Contains(svg, "x[3999]") {
		t.Errorf("%d bytes, notes %v", len(svg), f.Notes)
	}
	if _, err := TrajectoryFigure(tr, Options{Coordinates: []int{m}}); err == nil {
		t.Error("a coordinate that is not there is drawn")
	}
	scene, err := f.SceneJSON()
	if err != nil || len(scene) > 2_500_000 {
		t.Errorf("%d bytes of numbers, %v", len(scene), err)
	}
}

func TestClock(t *testing.T) {
	times := []float64{0, 1, 100}
	for _, c := range []struct {
		ln    float64
		scale TimeScale
		want  float64 // place of the last time
		log   Scale
	}{
		{0, AutoTime, math.Log(100), Log}, {50, AutoTime, 2, Linear}, {50, LogTime, math.Log(100), Log},
		{50, LinearTime, 100, Linear}, {0, ScaledTime, math.Log(100), Log}, {50, ScaledTime, 2, Linear},
	} {
		k := newClock(times, c.ln, c.scale, 1, 2)
		if math.Abs(k.at[2]-c.want) > 1e-12 || k.scale != c.log {
			t.Errorf("%+v: %+v", c, k)
		}
	}
}

// TestLongTailsAreNotAllThereIsToSee: x moves from t = 50 to t = 500 and is then
// followed to t = 1e9.
func TestLongTailsAreNotAllThereIsToSee(t *testing.T) {
	var tr Trajectory
	tr.LnInitial = 50
	for k := range 400 {
		v := math.Pow(10, -3+float64(k)*12/399)
		tr.T = append(tr.T, v)
		x := 0.0
		if v > 50 {
			x = math.Min(1, (v-50)/450)
		}
		tr.X = append(tr.X, x)
	}
	f, err := TrajectoryFigure(tr, Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := f.Panels[0].X
	if x.Scale != Linear || x.Min > 1 || x.Max < 10 || x.Max > 15 || len(f.Notes) != 1 {
		t.Errorf("%+v %v", x, f.Notes)
	}
	whole, err := TrajectoryFigure(tr, Options{Time: LogTime})
	if err != nil {
		t.Fatal(err)
	}
	if x := whole.Panels[0].X; x.Min < x.Max {
		t.Errorf("an axis that was asked for is cut: %+v", x)
	}
	still := Trajectory{T: []float64{1, 2}, X: []float64{3, 3}}
	if _, err := TrajectoryFigure(still, Options{}); err != nil {
		t.Error(err)
	}
}

// TestRunsOfDifferentLength: a run of 1e9 does not hide one of 10.
func TestRunsOfDifferentLength(t *testing.T) {
	short := Residual{T: []float64{0, 50, 100, 500}, Value: []float64{1, 1, 0.5, 1e-9}, LnInitial: 100}
	long := Residual{T: []float64{0, 100, 200, 1e9}, Value: []float64{1, 1, 0.5, 1e-9}, LnInitial: 100}
	if x := RunsFigure([]Run{{"a", short}, {"b", short}}).Panels[0].X; x.Scale != Linear || x.Label != "t / ln(1/α)" {
		t.Errorf("%+v", x)
	}
	f := RunsFigure([]Run{{"a", short}, {"b", long}})
	if x := f.Panels[0].X; x.Scale != Log || x.Label != "t / ln(1/α)" {
		t.Errorf("%+v", x)
	}
	if s := f.Panels[0].Series[1]; len(s.X) != 3 || s.X[2] != math.Log(1e7) {
		t.Errorf("%+v", s)
	}
	elements(t, svgOf(t, RunsFigure([]Run{{"a", Residual{}}, {"b", Residual{}}}), SVGOptions{}))
}

func TestScaleOfTheHypentropy(t *testing.T) {
	r := &Result{Document: Document{Geometry: "hypentropy:1e-3000"}}
	if got := r.lnInitial(); math.Abs(got-3000*math.Ln10) > 1e-9 {
		t.Errorf("ln(1/β) = %g", got)
	}
}

func TestInterruptedSweepStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := limit.Problem{A: linop.NewDense(1, 2, []float64{1, 2}), B: []float64{1}}
	if _, err := SweepAlpha(ctx, p, 0); err == nil {
		t.Error("a sweep runs on after an interruption")
	}
}
