package page

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/plot"
)

// TestSlacksOfThePageAreExact: the legend of the lines over α has the slacks of the
// centroid: ½ on the tie, and none below s̄, "the smallest slack".
func TestSlacksOfThePageAreExact(t *testing.T) {
	slack := regexp.MustCompile(`slack (\d+\.\d+)`)
	for _, s := range []State{{"ex": "ties", "a": "1e-30"}, nil, {"nn": "0"}, {"ex": "line"}} {
		v := compute(t, &Alpha, s)
		least, exponent := math.Inf(1), math.NaN()
		for _, p := range v.Figures[0].Panels {
			for _, line := range p.Series {
				if m := slack.FindStringSubmatch(line.Name); m != nil {
					var x float64
					if _, err := fmt.Sscan(m[1], &x); err != nil {
						t.Fatal(err)
					}
					least = math.Min(least, x)
				}
				if _, after, ok := strings.Cut(line.Name, "s̄ = "); ok {
					if _, err := fmt.Sscan(after, &exponent); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if s["ex"] == "ties" && least != 0.5 {
			t.Errorf("the tie has slack %v, exactly it is ½", least)
		}
		if !math.IsNaN(exponent) && least != exponent {
			t.Errorf("%v: the smallest slack is %v, and s̄ is %v", s, least, exponent)
		}
	}
}

// TestSlowProblemsFailNoCheck: exponents are seen in the end only; where the end is far
// away no true statement gets a cross.
func TestSlowProblemsFailNoCheck(t *testing.T) {
	for _, s := range []State{
		{"n": "40", "kk": "30", "sd": "45", "nn": "0"}, {"n": "40", "kk": "40", "nn": "1", "sd": "6"},
		{"n": "40", "kk": "40", "nn": "1", "sd": "12"}, {"n": "40", "kk": "40", "nn": "1", "sd": "21"},
	} {
		failedChecks(t, &Alpha, compute(t, &Alpha, s))
	}
}

// TestWhatIsNotComputedIsSaid: at α = 1e-3000 the coordinates off the support are lost in
// rounding; the picture continues their lines and those of the support, and says so.
func TestWhatIsNotComputedIsSaid(t *testing.T) {
	f := compute(t, &Alpha, State{"a": "1e-3000"}).Figures[0]
	if len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "not computed there, but continued") {
		t.Errorf("notes %q", f.Notes)
	}
	far, marked := 0, 0
	for _, s := range f.Panels[0].Series {
		if s.Shape == plot.Points {
			marked += len(s.X)
		} else if len(s.X) == 2 && s.X[0] <= -3000*math.Ln10 {
			far++
		}
	}
	if far < 3 || marked == 0 {
		t.Errorf("%d lines reach α, %d points are marked there", far, marked)
	}
	if text := strings.Join(Alpha.Text, " "); strings.Contains(text, "nothing underflows") {
		t.Error("the text says that nothing underflows")
	}
}

// TestTieHasMoreNonzerosThanEquations: what the text says of the number of nonzeros has
// to allow it, and nothing planted is mentioned where nothing is.
func TestTieHasMoreNonzerosThanEquations(t *testing.T) {
	for example, equations := range map[string]int{"ties": 1, "simplex": 2} {
		v := compute(t, &L1L2, State{"ex": example, "nn": "1"})
		if n := countNonzero(arrayNamed(v, "x_l1")); n <= equations {
			t.Errorf("%s has %d nonzeros", example, n)
		}
		if c := v.Figures[0].Caption; strings.Contains(c, "planted") {
			t.Errorf("%s: caption %q", example, c)
		}
	}
	if text := strings.Join(L1L2.Text, " "); !strings.Contains(text, "If only one solution has it") {
		t.Error("the text bounds the number of nonzeros without a condition")
	}
	if c := compute(t, &L1L2, nil).Figures[0].Caption; !strings.Contains(c, "Diamonds") {
		t.Errorf("caption %q", c)
	}
}

// TestEntriesCountFromZero: questions, choices and titles name entries as axes and
// legends do, and no title is the internal name of an example.
func TestEntriesCountFromZero(t *testing.T) {
	entry := regexp.MustCompile(`\b[xX][₀-₉]`)
	for k, s := range script {
		for _, text := range []string{s.Question, s.Answer} {
			if m := entry.FindString(strings.ReplaceAll(strings.ReplaceAll(text, "∇φ(x₁)", ""), "D(x̂, x₀)", "")); m != "" {
				t.Errorf("step %d: %q in %q", k+1, m, text)
			}
		}
	}
	for _, p := range Pages() {
		for _, c := range p.Controls {
			for _, o := range c.Choices {
				if entry.MatchString(o.Label) {
					t.Errorf("%s: choice %q", p.ID, o.Label)
				}
			}
		}
	}
	for _, p := range []*Page{&Alpha, &L1L2, &ExactPath} {
		for _, example := range []string{"line", "ties", "simplex", "path"} {
			for _, f := range compute(t, p, State{"ex": example}).Figures {
				if strings.Contains(f.Title, "lecture:") {
					t.Errorf("%s: title %q", p.ID, f.Title)
				}
			}
		}
	}
}

// TestSlackOfTheShownDualIsNotAPower: with the default problem the smallest slack of the
// y that the page of the certificate shows is not s̄, so that the text must not say so.
func TestSlackOfTheShownDualIsNotAPower(t *testing.T) {
	text := strings.Join(Certificate.Text, " ")
	if strings.Contains(text, "that slack 1 − |Aᵀy|ᵢ is also the power") || !strings.Contains(text, "The y shown here need not be that one") {
		t.Errorf("the text takes the slack of any y for the power of α: %s", text)
	}
	for _, nonneg := range []string{"0", "1"} {
		v := compute(t, &Certificate, State{"nn": nonneg})
		name := v.Checks[2].Name
		if strings.Contains(name, "|") == (nonneg == "1") {
			t.Errorf("x ≥ 0 is %s, and the check is %q", nonneg, name)
		}
	}
}

// TestImageOffersNoOtherNumbers: a command that gives other numbers than the page is none.
func TestImageOffersNoOtherNumbers(t *testing.T) {
	for side, commands := range map[string]int{"64": 0, "32": 1} {
		v := newImageProof(t, side)
		if len(v.Command) != commands || (len(v.Links) == 0) == (side == "64") {
			t.Errorf("side %s: commands %q, links %v", side, v.Command, v.Links)
		}
	}
}

// newImageProof is the page without its curves.
func newImageProof(t *testing.T, side string) *View {
	t.Helper()
	v := read(State{"sz": side}, imageControls)
	c := newCamera(v)
	view := &View{}
	c.commands(view)
	return view
}
