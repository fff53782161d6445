package page

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// withData computes a page on data of the user.
func withData(t *testing.T, p *Page, s State, d *Data, err error) *View {
	t.Helper()
	state := State{DataKey: "upload:1"}
	for k, v := range s {
		state[k] = v
	}
	v, failed := p.Compute(context.Background(), Input{State: state, Data: func(string) (*Data, error) { return d, err }})
	if failed != nil {
		t.Fatalf("%s: %v", p.ID, failed)
	}
	wellFormed(t, p, v)
	return v
}

// TestPagesOnDataOfTheUser: the same numbers as for the example of the same data.
func TestPagesOnDataOfTheUser(t *testing.T) {
	for _, c := range []struct {
		page  *Page
		array string
	}{{&Alpha, "x_alpha"}, {&L1L2, "x_l1"}, {&ExactPath, "tau"}} {
		s := State{"ex": "path", "nn": "0"}
		want := compute(t, c.page, s)
		d := &Data{Name: "upload:1", Rows: 2, Cols: 4, A: []float64{1, 0.5, 0.7, 0, 0.5, 1, 0.1, 0.7}, B: []float64{1, 0}}
		got := withData(t, c.page, State{"nn": "0"}, d, nil)
		if len(got.Notes) > 0 || !strings.Contains(strings.Join(got.Command, " "), "A.npy b.npy") {
			t.Errorf("%s: notes %q, commands %q", c.page.ID, got.Notes, got.Command)
		}
		if x, y := arrayNamed(got, c.array), arrayNamed(want, c.array); len(x) == 0 || apart(x, y) > 1e-12 {
			t.Errorf("%s: %s is %v, for the example it is %v", c.page.ID, c.array, x, y)
		}
	}
	points := &Data{Name: "upload:1", Rows: 3, Cols: 3, A: []float64{2, 0, 0, 0, -1, 0, 3, 3, 1}, Labels: []float64{1, -1, 1}}
	if v := withData(t, &Margin, nil, points, nil); len(v.Notes) > 0 || !strings.Contains(v.Summary, "largest margin") {
		t.Errorf("margin: notes %q, summary %q", v.Notes, v.Summary)
	}
	points.Labels = []float64{1, 1, -1}
	withData(t, &Margin, nil, points, nil)
}

func arrayNamed(v *View, name string) []float64 {
	for _, a := range v.Arrays {
		if a.Name == name {
			return a.Data
		}
	}
	return nil
}

// TestDataThatCannotBeUsed: the example is shown, with a note that says why.
func TestDataThatCannotBeUsed(t *testing.T) {
	big := &Data{Rows: 10, Cols: 5000, A: make([]float64, 50000), B: make([]float64, 10)}
	for _, c := range []struct {
		data *Data
		err  error
		note string
	}{
		{nil, errors.New("they have expired"), "they have expired"},
		{&Data{Rows: 1, Cols: 2, A: []float64{1, 2}, Labels: []float64{1}}, nil, "no right-hand side"},
		{big, nil, "the command line"},
		{&Data{Rows: 1, Cols: 2, A: []float64{1, math.NaN()}, B: []float64{1}}, nil, "no finite"},
		{&Data{Rows: 2, Cols: 2, A: []float64{1, 2}, B: []float64{1, 1}}, nil, "no finite"},
		{&Data{B: []float64{}}, nil, "no finite"},
	} {
		for _, p := range []*Page{&Alpha, &L1L2, &ExactPath} {
			v := withData(t, p, nil, c.data, c.err)
			if len(v.Notes) == 0 || !strings.Contains(v.Notes[0], c.note) {
				t.Errorf("%s: notes %q, want one with %q", p.ID, v.Notes, c.note)
			}
		}
	}
	for _, d := range []*Data{
		{Rows: 1, Cols: 2, A: []float64{1, 2}, B: []float64{1}},
		{Rows: 2, Cols: 1, A: []float64{1, 2}, Labels: []float64{1, 1}},
		{Rows: 2, Cols: 1, A: []float64{0, 0}, Labels: []float64{1, -1}},
		{Rows: 2, Cols: 1, A: []float64{1, math.Inf(1)}, Labels: []float64{1, -1}},
	} {
		if v := withData(t, &Margin, nil, d, nil); len(v.Notes) == 0 {
			t.Errorf("margin takes %+v without a note", d)
		}
	}
	if v := withData(t, &Alpha, nil, &Data{Rows: 2, Cols: 2, A: []float64{1, 1, 1, 1}, B: []float64{1, 2}}, nil); !strings.Contains(v.Summary, "contradict") {
		t.Errorf("equations that contradict each other: %q", v.Summary)
	}
}

// TestLabelledPointsOfAUsualSize: 360 points of 64 coordinates, as the digits of
// examples/margin, are what both pages show.
func TestLabelledPointsOfAUsualSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	d := &Data{Name: "upload:1", Rows: 360, Cols: 64, A: make([]float64, 360*64), Labels: make([]float64, 360)}
	for i := range d.Rows {
		d.Labels[i] = float64(1 - 2*(i%2))
		for j := range d.Cols {
			d.A[i*d.Cols+j] = rng.NormFloat64()
		}
		d.A[i*d.Cols] += 8 * d.Labels[i]
	}
	for _, p := range []*Page{&OwnData, &Margin} {
		v := withData(t, p, nil, d, nil)
		if len(v.Notes) > 0 || v.State[DataKey] != "upload:1" || strings.Contains(v.Summary, "pooled") {
			t.Errorf("%s: notes %q, summary %q", p.ID, v.Notes, v.Summary)
		}
	}
}

// TestDataThatAreNotShownAreNotInTheState: a page that shows its example does not say
// that it shows data.
func TestDataThatAreNotShownAreNotInTheState(t *testing.T) {
	big := &Data{Name: "upload:1", Rows: 3000, Cols: 2, A: make([]float64, 6000), B: make([]float64, 3000), Labels: append(slices.Repeat([]float64{1}, 2999), -1)}
	for _, p := range []*Page{&Alpha, &L1L2, &ExactPath, &Margin, &OwnData, &Certificate} {
		v := withData(t, p, nil, big, nil)
		if _, named := v.State[DataKey]; named || len(v.Notes) == 0 {
			t.Errorf("%s: state %v, notes %q", p.ID, v.State, v.Notes)
		}
	}
}
