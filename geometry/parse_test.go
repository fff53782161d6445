package geometry_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
)

func must[P geometry.Potential](phi P, err error) geometry.Potential {
	if err != nil {
		panic(err)
	}
	return phi
}

func setting() geometry.Setting {
	return geometry.Setting{
		Prior: []float64{2, 4}, LogAlpha: -20,
		Matrix: func(file string) (int, []float64, error) {
			switch file {
			case "diagonal.npy":
				return 2, []float64{1, 2}, nil
			case "dense.npy":
				return 2, []float64{2, 1, 1, 2}, nil
			case "indefinite.npy":
				return 2, []float64{1, 2, 2, 1}, nil
			case "asymmetric.npy":
				return 2, []float64{3, 2, 1, 3}, nil
			}
			return 0, nil, fmt.Errorf("no such file: %s", file)
		},
	}
}

func TestParse(t *testing.T) {
	relative := setting()
	relative.Relative = true
	for _, c := range []struct {
		text string
		set  geometry.Setting
		want geometry.Potential
	}{
		{"euclidean", setting(), geometry.Euclidean{}},
		{"entropy", setting(), geometry.Entropy{}},
		{"hypentropy:1e-3000", setting(), geometry.Hypentropy{LogBeta: []float64{-3000 * math.Ln10}}},
		{"fermi-dirac", setting(), must(geometry.NewFermiDirac([]float64{0}, []float64{1}))},
		{"fermi-dirac:0.5,2", setting(), must(geometry.NewFermiDirac([]float64{0.5}, []float64{2}))},
		{"fermi-dirac:0.5,2", relative, must(geometry.NewFermiDirac([]float64{1, 2}, []float64{4, 8}))},
		{"burg", setting(), geometry.Burg{}},
		{"hellinger", setting(), geometry.Hellinger{}},
		{"lp:1.5", setting(), must(geometry.NewLP(1.5))},
		{"lp-quasi:0.5", setting(), must(geometry.NewLPQuasi(0.5))},
		{"exponential", setting(), geometry.Exponential{}},
		{"inverse", setting(), geometry.Inverse{}},
		{"power:3", setting(), must(geometry.NewPower(3))},
		{"power-diff:4", setting(), must(geometry.NewPowerDiff(4, -20))},
		{"mahalanobis:diagonal.npy", setting(), must(geometry.NewDiagonal([]float64{1, 2}))},
		{"mahalanobis:dense.npy", setting(), must(geometry.NewMahalanobis(2, []float64{2, 1, 1, 2}))},
		{"chi-square", setting(), must(geometry.NewChiSquare([]float64{2, 4}))},
	} {
		got, err := geometry.Parse(c.text, c.set)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("Parse(%q) = %v, %v; want %v", c.text, got, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	bare := geometry.Setting{}
	relative := geometry.Setting{Relative: true, Prior: []float64{1, -2}}
	for _, c := range []struct {
		text string
		set  geometry.Setting
		why  string
	}{
		{"entrpy", bare, "did you mean entropy?"},
		{"brug", bare, "did you mean burg?"},
		{"frobnicate", bare, "hypentropy:BETA, fermi-dirac[:L,U], burg"},
		{"", bare, "there is no geometry"},
		{"entropy:3", bare, "takes nothing after its name"},
		{"hypentropy", bare, "write hypentropy:BETA"},
		{"hypentropy:", bare, "write hypentropy:BETA"},
		{"hypentropy:-1", bare, "must be positive"},
		{"hypentropy:x", bare, "not a decimal"},
		{"fermi-dirac:", bare, "write fermi-dirac[:L,U]"},
		{"fermi-dirac:1", bare, "two ends"},
		{"fermi-dirac:1,0", bare, "L < U"},
		{"fermi-dirac:0,inf", bare, "not a finite number"},
		{"fermi-dirac:0,1", relative, "x0[1] = -2"},
		{"fermi-dirac:1,1", geometry.Setting{Relative: true, Prior: []float64{1}}, "L < U"},
		{"fermi-dirac:0,1", geometry.Setting{Relative: true}, "needs a start"},
		{"lp", bare, "write lp:P"},
		{"lp:1", bare, "1 < p"},
		{"lp:0.5", bare, "lp-quasi"},
		{"lp:nan", bare, "not a finite number"},
		{"lp-quasi:1", bare, "0 < p < 1"},
		{"lp-quasi:2", bare, "there is lp"},
		{"power:2", bare, "entropy"},
		{"power:2.5", bare, "3 ≤ L"},
		{"power-diff:2", bare, "hypentropy"},
		{"power-diff:3", geometry.Setting{LogAlpha: -1e4}, "out of range"},
		{"mahalanobis", bare, "write mahalanobis:FILE"},
		{"mahalanobis:k.npy", bare, "no way to read k.npy"},
		{"mahalanobis:k.npy", setting(), "no such file"},
		{"mahalanobis:indefinite.npy", setting(), "leading 2×2 block"},
		{"mahalanobis:asymmetric.npy", setting(), "K[0,1] = 2 and K[1,0] = 1"},
		{"chi-square", bare, "needs a start"},
		{"chi-square", relative, "x0[1] = -2"},
	} {
		phi, err := geometry.Parse(c.text, c.set)
		if err == nil || phi != nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("Parse(%q) = %v, %v; want an error with %q", c.text, phi, err, c.why)
		}
	}
}
