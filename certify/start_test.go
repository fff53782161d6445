package certify

import "testing"

// From so far away θ₀ and Aᵀy cancel to ten digits. What is left decides, and a
// wrong x or y, by less than the rounding of θ₀ would once have hidden, is
// rejected.
func TestNearestFromFarAwayIsDecided(t *testing.T) {
	const y = 0x1p33
	far := instance{name: "far", n: 1, m: 2, a: []float64{1, 1}, b: []float64{2},
		w:    Witness{X: []float64{1, 1}, Y: []float64{y - 1}, Start: []float64{1 / y, 1 / y}},
		cert: Certificate{Claim: Bregman, Tol: 1e-9, Geometry: "burg", Unique: ptr(true), Start: ptr("x0.npy")}}
	if v := verify(t, far, far.issue(t)); !v.Valid {
		t.Fatalf("refused: %+v", v.Failed())
	}
	for _, change := range []func(*Witness){
		func(w *Witness) { w.X = []float64{1 + 1e-4, 1 - 1e-4} },
		func(w *Witness) { w.Y = []float64{y - 1 + 1e-3} },
		func(w *Witness) { w.Start = []float64{1 / y * (1 + 1e-12), 1 / y} },
		func(w *Witness) { w.Y = []float64{y} }, // θ = 0
	} {
		bad := far
		change(&bad.w)
		if c, err := Issue(bad.op(), bad.b, bad.cert, bad.w); err == nil && verify(t, bad, c).Valid {
			t.Errorf("accepted: %+v", bad.w)
		}
	}
}
