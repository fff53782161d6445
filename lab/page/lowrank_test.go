package page

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit"
)

func factNamed(v *View, name string) string {
	for _, f := range v.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// TestLeastTraceSaysWhatItsCertificateProves: "certified" is said where the gap that is
// recomputed of the certificate is within the tolerance, as the command line says it,
// and the certificate is verified.
func TestLeastTraceSaysWhatItsCertificateProves(t *testing.T) {
	for _, s := range []State{nil, {"p": "0.6", "sd": "23"}, {"sd": "14"}, {"sd": "3"}} {
		h, err := newHidden(read(s, lowRankControls))
		if err != nil {
			t.Fatal(err)
		}
		ans, err := tacit.LowRank(context.Background(), tacit.MatrixProblem{A: h.a, B: h.b, P: h.d, Q: h.d, PSD: true}, tacit.Options{Tol: traceTol})
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := ans.Certificate(h.a, h.b)
		if err != nil {
			t.Fatal(err)
		}
		v := compute(t, &LowRank, s)
		said := factNamed(v, "least trace")
		proven := math.Max(math.Abs(c.Gap), c.Residual) <= traceTol
		if strings.Contains(said, "certified") != proven {
			t.Errorf("%v: %q, and the certificate has the gap %g", s, said, c.Gap)
		}
		if strings.Contains(said, "gap −") {
			t.Errorf("%v: %q has a gap that proves less than nothing", s, said)
		}
		verified := false
		for _, c := range v.Checks {
			verified = verified || c.Pass && strings.Contains(c.Name, "independent verifier")
		}
		if !verified {
			t.Errorf("%v: no verdict on the certificate among %+v", s, v.Checks)
		}
	}
}

// TestRankIsNumerical: singular values at the level of rounding do not count, and the
// page says how far below the others they are.
func TestRankIsNumerical(t *testing.T) {
	for seed, rank := range map[string]string{"7": "rank 4", "3": "rank 2"} {
		v := compute(t, &LowRank, State{"sd": seed})
		if said := factNamed(v, "least trace"); !strings.HasPrefix(said, rank) {
			t.Errorf("seed %s: %q, want %s", seed, said, rank)
		}
		if !strings.Contains(v.Summary, "("+rank+")") {
			t.Errorf("seed %s: summary %q, want %s", seed, v.Summary, rank)
		}
	}
}
