package page

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/plot"
)

// compute calls a page and fails on a panic with the state that caused it.
func compute(t *testing.T, p *Page, s State) *View {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%s panics for %s: %v", p.ID, FormatLink(p, s), r)
		}
	}()
	v, err := p.Compute(context.Background(), Input{State: s})
	if err != nil {
		t.Fatalf("%s: %s: %v", p.ID, FormatLink(p, s), err)
	}
	return v
}

// drawn is all that a view shows, as bytes.
func drawn(t *testing.T, v *View) string {
	t.Helper()
	var b strings.Builder
	for _, f := range v.Figures {
		if err := f.WriteSVG(&b, plot.SVGOptions{Size: f.Size}); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(&b, "%v %q %q %+v %+v %v", v.State, v.Notes, v.Summary, v.Checks, v.Facts, v.Command)
	for _, a := range v.Arrays {
		fmt.Fprintf(&b, "%s %v %x", a.Name, a.Shape, a.Data)
	}
	return b.String()
}

func TestPagesAreComplete(t *testing.T) {
	ids := map[string]bool{}
	for _, p := range Pages() {
		if ids[p.ID] || p.ID == "" || ByID(p.ID) != p {
			t.Errorf("the ID %q is empty or not unique", p.ID)
		}
		ids[p.ID] = true
		if p.Title == "" || p.Sentence == "" || len(p.Text) == 0 || p.Compute == nil {
			t.Errorf("%s: a part of the page is missing", p.ID)
		}
		keys := map[string]bool{"v": true, "page": true, DataKey: true}
		for _, c := range p.Controls {
			if keys[c.Key] || len(c.Key) == 0 || len(c.Key) > 3 {
				t.Errorf("%s: key %q is taken or not of one to three letters", p.ID, c.Key)
			}
			keys[c.Key] = true
			if err := c.check(c.Default); err != nil {
				t.Errorf("%s: the default of %s: %v", p.ID, c.Key, err)
			}
			if (c.Kind == Number || c.Kind == Decimal || c.Kind == Integer) && !(c.Min < c.Max) {
				t.Errorf("%s: %s has no range for a slider", p.ID, c.Key)
			}
		}
	}
}

func TestFirstViews(t *testing.T) {
	for _, p := range Pages() {
		t.Run(p.ID, func(t *testing.T) {
			if p.Long && testing.Short() {
				t.Skip("a long page is left out with -short")
			}
			v := compute(t, p, nil)
			if len(v.Notes) > 0 || v.Summary == "" || len(v.Figures) == 0 || len(v.Checks) == 0 {
				t.Errorf("notes %q, summary %q, %d figures, %d checks", v.Notes, v.Summary, len(v.Figures), len(v.Checks))
			}
			// Measurements too large for an export are taken from a smaller state, to which a link leads.
			reproduced := v
			if len(v.Command) == 0 && len(v.Links) > 0 {
				reproduced = compute(t, p, v.Links[0].State)
			}
			if len(reproduced.Command) == 0 {
				t.Errorf("no command gives its numbers")
			}
			for _, c := range v.Checks {
				if !c.Pass {
					t.Errorf("check fails: %+v", c)
				}
			}
			wellFormed(t, p, v)
			if drawn(t, v) != drawn(t, compute(t, p, nil)) {
				t.Errorf("two views of the same state differ")
			}
		})
	}
}

// wellFormed tests what the transport of a View relies on.
func wellFormed(t *testing.T, p *Page, v *View) {
	t.Helper()
	ids := map[string]bool{}
	for _, f := range v.Figures {
		if ids[f.ID] || f.ID == "" || f.Figure == nil || f.Alt == "" || f.Title == "" {
			t.Errorf("%s: figure %q has no unique ID, title or text alternative", p.ID, f.ID)
		}
		ids[f.ID] = true
		for _, s := range []string{f.Alt, f.Title, f.Caption} {
			if strings.Contains(s, "NaN") || strings.Contains(s, "%!") {
				t.Errorf("%s: figure %s says %q", p.ID, f.ID, s)
			}
		}
		for _, h := range f.Handles {
			if h.Panel >= len(f.Panels) || h.Label == "" || math.IsNaN(h.X+h.Y) || math.IsInf(h.X+h.Y, 0) {
				t.Errorf("%s: figure %s has the handle %+v", p.ID, f.ID, h)
			}
			for _, key := range []string{h.XKey, h.YKey} {
				if _, ok := v.State[key]; key != "" && !ok {
					t.Errorf("%s: a handle moves %q, which is no control", p.ID, key)
				}
			}
		}
	}
	for _, a := range v.Arrays {
		size := 1
		for _, n := range a.Shape {
			size *= n
		}
		if size != len(a.Data) || a.Name == "" {
			t.Errorf("%s: array %q of shape %v has %d elements", p.ID, a.Name, a.Shape, len(a.Data))
		}
	}
	for _, c := range p.Controls {
		if err := c.check(v.State[c.Key]); err != nil {
			t.Errorf("%s: the state of the view: %s: %v", p.ID, c.Key, err)
		}
	}
	if strings.Contains(v.Summary, "NaN") || strings.Contains(v.Summary, "%!") {
		t.Errorf("%s: the summary is %q", p.ID, v.Summary)
	}
}

// hostile are texts that no control is made for.
var hostile = []string{
	"", "NaN", "inf", "-inf", "1e400", "-1e400", "1e-400", "1e12", "-1e12", "0", "-0", "1e-300", "5e-324",
	"1e-3000", "1e3000", "9999999999999999999999", "<script>", "0x1p-3", "1,2", ";;;", "\x00", "1,1,1;1,1,1;1,1,-1",
	strings.Repeat("7", 2000), strings.Repeat("1,1;", 199), "½", "٣",
}

// TestPagesTakeAnyState: one control after the other gets hostile texts, then all
// at random; a page answers each with a view and does not panic.
func TestPagesTakeAnyState(t *testing.T) {
	for _, p := range Pages() {
		t.Run(p.ID, func(t *testing.T) {
			if p.Long && testing.Short() {
				t.Skip("a long page is left out with -short")
			}
			tries := 60
			if testing.Short() {
				tries = 15
			}
			if p.Long { // one control for each text, which one is left to the count
				tries = 6
				for k, text := range hostile {
					glance(t, p, State{p.Controls[k%len(p.Controls)].Key: text})
				}
			} else {
				for _, c := range p.Controls {
					for _, text := range hostile {
						wellFormed(t, p, compute(t, p, State{c.Key: text}))
					}
				}
			}
			rng := rand.New(rand.NewPCG(1, 2))
			for range tries {
				glance(t, p, randomState(p, rng))
			}
		})
	}
}

// TestViewsDoNotDependOnTheOnesBefore: what pages remember between calls changes
// nothing: states in another order give the same views.
func TestViewsDoNotDependOnTheOnesBefore(t *testing.T) {
	for _, p := range Pages() {
		t.Run(p.ID, func(t *testing.T) {
			if testing.Short() {
				t.Skip("left out with -short")
			}
			rng := rand.New(rand.NewPCG(3, 4))
			var states []State
			count := 8
			if p.Long { // these remember nothing
				count = 1
			}
			for range count {
				s := randomState(p, rng)
				states = append(states, s)
				// The same with one control changed shares what is remembered.
				for _, c := range p.Controls {
					if c.Kind == Toggle {
						other := maps.Clone(s)
						other[c.Key] = "0"
						states = append(states, other)
					}
				}
			}
			var first []string
			for _, s := range states {
				first = append(first, drawn(t, compute(t, p, s)))
			}
			for k := len(states) - 1; k >= 0; k-- {
				if drawn(t, compute(t, p, states[k])) != first[k] {
					t.Errorf("%s: another view for the second time", FormatLink(p, states[k]))
				}
			}
		})
	}
}

// glance computes a page up to the first view that it reports, or to its end.
func glance(t *testing.T, p *Page, s State) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%s panics for %s: %v", p.ID, FormatLink(p, s), r)
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	v, err := p.Compute(ctx, Input{State: s, Progress: func(done float64, partial *View) {
		if !(done >= 0 && done <= 1) {
			t.Errorf("%s: progress %v", p.ID, done)
		}
		if partial != nil {
			wellFormed(t, p, partial)
			cancel()
		}
	}})
	if err != nil && ctx.Err() == nil {
		t.Fatalf("%s: %s: %v", p.ID, FormatLink(p, s), err)
	}
	if v != nil {
		wellFormed(t, p, v)
	}
}

// randomState sets about half of the controls, within their sliders or hostile.
func randomState(p *Page, rng *rand.Rand) State {
	s := State{}
	for _, c := range p.Controls {
		switch {
		case rng.IntN(2) == 0:
		case rng.IntN(8) == 0:
			s[c.Key] = hostile[rng.IntN(len(hostile))]
		case c.Kind == Choice:
			s[c.Key] = c.Choices[rng.IntN(len(c.Choices))].Value
		case c.Kind == Toggle:
			s[c.Key] = fmt.Sprint(rng.IntN(2))
		case c.Kind == Integer:
			s[c.Key] = fmt.Sprint(int(c.Min) + rng.IntN(int(c.Max-c.Min)+1))
		case c.Kind == Decimal:
			s[c.Key] = fmt.Sprintf("1e%d", int(c.Min+rng.Float64()*(c.Max-c.Min)))
		case c.Kind == Number:
			s[c.Key] = formatNumber(c.Min + rng.Float64()*(c.Max-c.Min))
		case c.Kind == Points:
			var points []Point
			for range rng.IntN(12) {
				points = append(points, Point{6*rng.Float64() - 3, 6*rng.Float64() - 3, 2*rng.IntN(2) - 1})
			}
			s[c.Key] = FormatPoints(points)
		}
	}
	return s
}

// TestPagesStopWhenCancelled: a cancelled page comes back, with its error or with
// what it had.
func TestPagesStopWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, p := range Pages() {
		if v, err := p.Compute(ctx, Input{}); v == nil && err == nil {
			t.Errorf("%s: a cancelled page returns nothing", p.ID)
		}
	}
}

// TestPagesAreOfPlainData: what a page is made of can be sent.
func TestPagesAreOfPlainData(t *testing.T) {
	for _, p := range Pages() {
		for _, c := range p.Controls {
			if _, err := json.Marshal(c); err != nil {
				t.Errorf("%s: %v", p.ID, err)
			}
		}
	}
}

func BenchmarkPages(b *testing.B) {
	for _, p := range Pages() {
		b.Run(p.ID, func(b *testing.B) {
			for b.Loop() {
				v, err := p.Compute(context.Background(), Input{})
				if err != nil {
					b.Fatal(err)
				}
				for _, f := range v.Figures {
					if err := f.WriteSVG(new(strings.Builder), plot.SVGOptions{Size: f.Size}); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
