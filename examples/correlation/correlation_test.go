package main

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

const file = "../raking/api_strat.csv"

// In LogDet, which is relative entropy between Gaussians, the precision matrix
// changes on the diagonal and at the entry that is given, nowhere else: what is
// conditionally independent stays so (Dempster 1972).
func TestOnlyTheGivenPrecisionsMove(t *testing.T) {
	before, err := readCorrelations(file)
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := before.with(context.Background(), "logdet", "api00", "meals", stressed)
	if err != nil {
		t.Fatal(err)
	}
	d := len(before.names)
	inverse := func(a []float64) *mat.Dense {
		var m mat.Dense
		if err := m.Inverse(mat.NewDense(d, d, a)); err != nil {
			t.Fatal(err)
		}
		return &m
	}
	p, q := inverse(before.matrix), inverse(after.matrix)
	for i := range d {
		for j := range i {
			moved := math.Abs(p.At(i, j) - q.At(i, j))
			if given := i == 3 && j == 0; given != (moved > 1e-6) {
				t.Errorf("the precision of %s and %s moved by %v", before.names[i], before.names[j], moved)
			}
		}
		if math.Abs(after.matrix[i*d+i]-1) > 1e-12 {
			t.Errorf("the diagonal has %v", after.matrix[i*d+i])
		}
	}
	if v := after.matrix[3*d]; math.Abs(v-stressed) > 1e-12 {
		t.Errorf("the given correlation is %v", v)
	}
}

// Setting the entry alone would leave the cone.
func TestTheEntryAloneIsNoCorrelationMatrix(t *testing.T) {
	c, err := readCorrelations(file)
	if err != nil {
		t.Fatal(err)
	}
	d := len(c.names)
	a := mat.NewSymDense(d, append([]float64(nil), c.matrix...))
	a.SetSym(0, 3, stressed)
	var eig mat.EigenSym
	if !eig.Factorize(a, false) || eig.Values(nil)[0] >= 0 {
		t.Errorf("its eigenvalues are %v", eig.Values(nil))
	}
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(context.Background(), &out, file); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"nearest in logdet", "nearest in von-neumann", "-0.3000"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
