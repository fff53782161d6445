package main

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit"
)

func load(t *testing.T) *sample {
	t.Helper()
	s, err := readSample(".")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReferenceWeights holds the weights to those of R's survey::calibrate with
// epsilon = 1e-12, and each answer to its certificate.
func TestReferenceWeights(t *testing.T) {
	s := load(t)
	for _, d := range distances {
		ans, err := s.calibrate(context.Background(), d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := s.column(d.reference)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range ans.X {
			if math.Abs(v-want[i]) > 1e-8*want[i] {
				t.Errorf("%s: weight %d is %v, reference %v", d.name, i, v, want[i])
			}
		}
		if ans.Residual > 1e-12 {
			t.Errorf("%s: residual %g", d.name, ans.Residual)
		}
		v, err := tacit.Verify(s.aux, s.totals, ans)
		if err != nil || !v.Valid {
			t.Errorf("%s: %v %+v", d.name, err, v.Failed())
		}
	}
}

// TestLogitBounds: the bounds bind where they have to, and bounds that are too
// tight are proven to be.
func TestLogitBounds(t *testing.T) {
	s := load(t)
	tight := distance{name: "tight", geometry: "fermi-dirac:0.93,1.06", relative: true}
	ans, err := s.calibrate(context.Background(), tight)
	if err != nil {
		t.Fatal(err)
	}
	if q := ratios(ans.X, s.design); q.at(0) < 0.93 || q.at(1) > 1.06 {
		t.Errorf("ratios from %v to %v", q.at(0), q.at(1))
	}
	sel := tacit.Selection{Geometry: "fermi-dirac:0.99,1.01", Relative: true, X0: s.design}
	ans, err = tacit.Nearest(context.Background(), s.aux, s.totals, sel, tacit.Options{})
	if err != nil || ans.Status != "infeasible" {
		t.Fatalf("%v %+v", err, ans)
	}
	if v, err := tacit.Verify(s.aux, s.totals, ans); err != nil || !v.Valid {
		t.Errorf("the proof is rejected: %v %+v", err, v.Failed())
	}
}

func TestStatistics(t *testing.T) {
	if d := designEffect([]float64{3, 3, 3}); math.Abs(d-1) > 1e-15 {
		t.Errorf("equal weights have a design effect of %v", d)
	}
	if d := designEffect([]float64{1, 3}); math.Abs(d-1.25) > 1e-15 {
		t.Errorf("design effect %v, want 5/4", d)
	}
	q := ratios([]float64{2, 6, 4}, []float64{2, 2, 2})
	if q.at(0) != 1 || q.at(0.5) != 2 || q.at(0.75) != 2.5 || q.at(1) != 3 {
		t.Errorf("quantiles of 1, 2, 3: %v %v %v %v", q.at(0), q.at(0.5), q.at(0.75), q.at(1))
	}
}

// TestReport: the mean of api00 moves from 662.29 to 664.48, towards the
// population's 664.71.
func TestReport(t *testing.T) {
	var b bytes.Buffer
	if err := run(&b, "."); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"200 schools, 7 totals", "662.29", "664.48", "raking", "logit", "664.71"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, b.String())
		}
	}
}
