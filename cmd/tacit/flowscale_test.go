package main

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/tacit-dev/tacit/dataio"
)

// --alpha V of the parameters u, v is the β of the hypentropy that they induce:
// the flows of square-diff at t/4, of product at t/2 and of hypentropy:V at t are
// at the same x.
func TestAlphaOfPairsIsTheScaleOfTheirGeometry(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "p.npz")
	mustRun(t, "gen", "sparse", "--rows", "15", "--cols", "40", "--support", "5", "-o", data)
	end := func(args ...string) []float64 {
		out := filepath.Join(dir, args[1])
		mustRun(t, append([]string{"flow", "linear", data, "--rtol", "1e-10", "-o", out}, args...)...)
		x, _, err := dataio.LoadVector(filepath.Join(out, "x.npy"), "", "", -1, dataio.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	want := end("--geometry", "hypentropy:1e-3", "--times", "1")
	for name, got := range map[string][]float64{
		"square-diff": end("--param", "square-diff", "--alpha", "1e-3", "--times", "0.25"),
		"product":     end("--param", "product", "--alpha", "1e-3", "--times", "0.5"),
	} {
		for i, v := range want {
			if !(math.Abs(got[i]-v) <= 1e-8*math.Abs(v)) {
				t.Errorf("%s: x[%d] = %v, the hypentropy has %v", name, i, got[i], v)
			}
		}
	}
}
