package page

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestFlowThatCannotBeFollowed: starts and lines at which a limit of the run
// underflows, or the limit is 0 with a mirror image of no size.
func TestFlowThatCannotBeFollowed(t *testing.T) {
	for _, s := range []State{
		{"g": "hypentropy", "p1": "1.6", "p2": "0", "x": "0"},
		{"x": "0", "p2": "0", "q2": "-0.5"},
		{"g": "hypentropy", "p1": "1.6", "p2": "0", "x": "0", "y": "0"},
		{"k": "0", "p1": "1.6", "p2": "0", "x": "0"},
		{"k": "1.9", "x": "0", "p2": "0", "q2": "-0.5"},
		{"k": "0.5", "x": "0", "p2": "0", "q2": "-0.5"},
	} {
		v := compute(t, &Flow, s)
		wellFormed(t, &Flow, v)
		failedChecks(t, &Flow, v)
	}
}

func failedChecks(t *testing.T, p *Page, v *View) {
	t.Helper()
	for _, c := range v.Checks {
		if !c.Pass {
			t.Errorf("%s: check fails: %+v", p.ID, c)
		}
	}
}

// oddData are equations without size, or at the ends of what a double holds.
var oddData = map[string]*Data{
	"zeros":     {Rows: 2, Cols: 3, A: make([]float64, 6), B: make([]float64, 2)},
	"b is 0":    {Rows: 1, Cols: 2, A: []float64{1, 2}, B: []float64{0}},
	"large":     {Rows: 2, Cols: 2, A: []float64{1e308, 1, 1, 1e308}, B: []float64{1e308, 1e308}},
	"all large": {Rows: 1, Cols: 2, A: []float64{1e308, 1e308}, B: []float64{1e308}},
	"apart":     {Rows: 2, Cols: 3, A: []float64{1e160, 2e160, 1e160, 2, 1, 3}, B: []float64{1e160, 4}},
	"subnormal": {Rows: 2, Cols: 2, A: []float64{1e-320, 0, 0, 1e-320}, B: []float64{1, 1}},
	"tiny b":    {Rows: 2, Cols: 2, A: []float64{1e-320, 0, 0, 1e-320}, B: []float64{1e-320, 1e-320}},
	"small":     {Rows: 1, Cols: 2, A: []float64{1e-200, 2e-200}, B: []float64{1e-200}},
}

// TestOddData: a page says what it cannot follow, shows the rest, and checks
// nothing that is not claimed.
func TestOddData(t *testing.T) {
	for name, d := range oddData {
		for _, p := range []*Page{&L1L2, &ExactPath, &Alpha} {
			for _, sign := range []string{"0", "1"} {
				t.Run(name+"/"+p.ID+sign, func(t *testing.T) {
					v := withData(t, p, State{"nn": sign}, d, nil)
					failedChecks(t, p, v)
					drawn(t, v)
				})
			}
		}
	}
}

// TestUnfollowed: only the end of the context is an error.
func TestUnfollowed(t *testing.T) {
	view := &View{}
	if err := unfollowed(context.Background(), view, errors.New("flow: no end")); err != nil || len(view.Notes) != 1 || view.Notes[0] != "the flow could not be followed: no end" {
		t.Errorf("%v, notes %q", err, view.Notes)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := unfollowed(ctx, view, errors.New("x")); !errors.Is(err, context.Canceled) || len(view.Notes) != 1 {
		t.Errorf("%v, notes %q", err, view.Notes)
	}
	if v := withData(t, &L1L2, nil, oddData["all large"], nil); !strings.Contains(strings.Join(v.Notes, " "), "could not be followed") {
		t.Errorf("notes %q, summary %q", v.Notes, v.Summary)
	}
}

// TestLinesOfAlphaAreFinite: neither the figure nor its text has a slope that is no number.
func TestLinesOfAlphaAreFinite(t *testing.T) {
	for name, d := range oddData {
		for _, f := range withData(t, &Alpha, nil, d, nil).Figures {
			text := f.Alt
			for _, p := range f.Panels {
				for _, s := range p.Series {
					text += s.Name
				}
			}
			if strings.Contains(text, "Inf") || strings.Contains(text, "∞") {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}

// TestStrangeKeysAreOneNote: however many there are.
func TestStrangeKeysAreOneNote(t *testing.T) {
	if v := read(State{"za": "1", "zb": "2", "zc": "3"}, everyKind); len(v.notes) != 1 || !strings.Contains(v.notes[0], `"za" and 2 more`) {
		t.Errorf("notes %q", v.notes)
	}
}

// TestCommandOfTheClock: the command whose start is random says so.
func TestCommandOfTheClock(t *testing.T) {
	if v := compute(t, &Landscape, nil); !strings.Contains(v.Summary, "random vectors") {
		t.Errorf("summary %q", v.Summary)
	}
}
