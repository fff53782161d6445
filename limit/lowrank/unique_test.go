package lowrank

import (
	"context"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// Completions whose tangent space is too large to be written out are proven to be
// unique with random vectors; without those nothing is said.
func TestUniquenessOfLargerCompletions(t *testing.T) {
	for _, psd := range []bool{false, true} {
		p := completion(170, 160, 4, 0.35, false, 5)
		if psd {
			p = completion(220, 220, 5, 0.4, true, 6)
		}
		r, err := Solve(context.Background(), p, limit.Options{})
		if err != nil || r.Status != limit.Certified || r.Unique == nil {
			t.Fatalf("psd %v: %v, %v, %q", psd, r.Status, err, r.UniqueWhy)
		}
		c := prove(t, p, r)
		if c.Unique == nil || !*c.Unique || c.Failure != 1e-12 {
			t.Fatalf("psd %v: unique %v with failure %v", psd, c.Unique, c.Failure)
		}
		blank, w := statement(p, r)
		v, err := certify.Verify(p.A, p.B, c, w)
		found := false
		for _, check := range v.Checks {
			found = found || strings.Contains(check.Name, "injective on the tangent space") && check.Bound < 1
		}
		if err != nil || !found {
			t.Errorf("psd %v: the verdict has no check of the random vectors: %v", psd, err)
		}
		blank.Failure = 0
		without, err := certify.Issue(p.A, p.B, blank, w)
		if err != nil || without.Unique != nil || without.Failure != 0 {
			t.Errorf("psd %v: without random vectors unique %v, failure %v, %v", psd, without.Unique, without.Failure, err)
		}
		for name, failure := range map[string]float64{"too likely": 1e-6, "none": 0, "negative": -1} {
			forged := c
			forged.Failure = failure
			if v, err := certify.Verify(p.A, p.B, forged.Sealed(p.B, w), w); err != nil || v.Valid {
				t.Errorf("psd %v: failure %s: accepted, %v", psd, name, err)
			}
		}
	}
}

// What is not unique is not proven to be so, whatever is claimed: two parts between
// which nothing is observed.
func TestRandomVectorsRefuseWhatIsNotUnique(t *testing.T) {
	one, two := completion(120, 120, 2, 0.3, false, 1), completion(110, 110, 2, 0.3, false, 2)
	var rows, cols []int
	for k, part := range []Problem{one, two} {
		i, j := part.A.(*linop.EntriesOperator).Places()
		for e := range i {
			rows, cols = append(rows, i[e]+120*k), append(cols, j[e]+120*k)
		}
	}
	p := Problem{A: linop.Entries(230, 230, rows, cols), B: append(append([]float64(nil), one.B...), two.B...), P: 230, Q: 230}
	r, err := Solve(context.Background(), p, limit.Options{})
	if err != nil || r.Status != limit.Certified || r.Unique == nil || *r.Unique {
		t.Fatalf("%v, %v", r.Status, err)
	}
	if c := prove(t, p, r); c.Unique == nil || *c.Unique {
		t.Errorf("unique is %v, but there is a second minimiser", c.Unique)
	}
	yes := true
	c, w := statement(p, r)
	c.Unique, c.Other, w.Other = &yes, nil, nil
	c, err = certify.Issue(p.A, p.B, c, w)
	if err != nil || c.Unique != nil {
		t.Errorf("unique %v is certified, %v", c.Unique, err)
	}
	c.Unique, c.Failure = &yes, 1e-9
	if v, err := certify.Verify(p.A, p.B, c.Sealed(p.B, w), w); err != nil || v.Valid {
		t.Errorf("a forged claim of uniqueness is accepted, %v", err)
	}
}
