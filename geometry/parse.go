package geometry

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit/internal/decimal"
	"github.com/tacit-dev/tacit/internal/suggest"
)

// Setting is what the name of a geometry leaves open.
type Setting struct {
	// Prior is the start x₀, by which chi-square weights and relative boxes
	// scale; nil where there is none.
	Prior []float64
	// Relative makes the box of fermi-dirac that of x/x₀.
	Relative bool
	// LogAlpha is ln α, the scale of power-diff.
	LogAlpha float64
	// Matrix reads the file of mahalanobis: m numbers of a diagonal, or m×m in
	// rows. Nil where no files can be read.
	Matrix func(file string) (m int, k []float64, err error)
}

// spec is a form of name that Parse reads.
type spec struct {
	name  string
	usage string
	make  func(arg string, set Setting) (Potential, error)
}

// specs lists the names that Parse knows, in the order in which help lists
// them.
func specs() []spec {
	return []spec{
		{"euclidean", "euclidean", plain(Euclidean{})},
		{"entropy", "entropy", plain(Entropy{})},
		{"hypentropy", "hypentropy:BETA", parseHypentropy},
		{"fermi-dirac", "fermi-dirac[:L,U]", parseFermiDirac},
		{"burg", "burg", plain(Burg{})},
		{"hellinger", "hellinger", plain(Hellinger{})},
		{"lp", "lp:P", number(NewLP)},
		{"lp-quasi", "lp-quasi:P", number(NewLPQuasi)},
		{"exponential", "exponential", plain(Exponential{})},
		{"inverse", "inverse", plain(Inverse{})},
		{"power", "power:L", number(NewPower)},
		{"power-diff", "power-diff:L", parsePowerDiff},
		{"mahalanobis", "mahalanobis:FILE", parseMahalanobis},
		{"chi-square", "chi-square", parseChiSquare},
	}
}

// Names lists the forms of name that Parse reads: "lp:P".
func Names() []string {
	var names []string
	for _, s := range specs() {
		names = append(names, s.usage)
	}
	return names
}

// Parse returns the potential that a name stands for: one of Names, with
// numbers in place of the capitals. BETA may have any decimal exponent. Errors
// name what is wrong with the text, and the nearest names.
func Parse(text string, set Setting) (Potential, error) {
	name, arg, hasArg := strings.Cut(strings.TrimSpace(text), ":")
	var known []string
	for _, s := range specs() {
		known = append(known, s.name)
		if s.name != name {
			continue
		}
		takes := strings.Contains(s.usage, ":")
		switch {
		case hasArg && !takes:
			return nil, fmt.Errorf("geometry %q: %s takes nothing after its name", text, name)
		case arg == "" && takes && (hasArg || !strings.Contains(s.usage, "[")):
			return nil, fmt.Errorf("geometry %q: write %s", text, s.usage)
		}
		phi, err := s.make(arg, set)
		if err != nil {
			return nil, fmt.Errorf("geometry %q: %w", text, err)
		}
		return phi, nil
	}
	if near := suggest.Nearest(strings.ToLower(name), known); len(near) > 0 {
		return nil, fmt.Errorf("there is no geometry %q; did you mean %s?", name, strings.Join(near, " or "))
	}
	return nil, fmt.Errorf("there is no geometry %q; there are %s", name, strings.Join(Names(), ", "))
}

func plain(phi Potential) func(string, Setting) (Potential, error) {
	return func(string, Setting) (Potential, error) { return phi, nil }
}

// number reads the one parameter of a constructor.
func number[P Potential](construct func(float64) (P, error)) func(string, Setting) (Potential, error) {
	return func(arg string, _ Setting) (Potential, error) {
		v, err := parseNumber(arg)
		if err != nil {
			return nil, err
		}
		phi, err := construct(v)
		if err != nil {
			return nil, err
		}
		return phi, nil
	}
}

func parseNumber(arg string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(arg), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a finite number", arg)
	}
	return v, nil
}

func parseHypentropy(arg string, _ Setting) (Potential, error) {
	l, err := decimal.ParseLog(arg)
	if err != nil {
		return nil, err
	}
	return Hypentropy{LogBeta: []float64{l}}, nil
}

func parseFermiDirac(arg string, set Setting) (Potential, error) {
	l, u := 0.0, 1.0
	if arg != "" {
		first, second, ok := strings.Cut(arg, ",")
		if !ok {
			return nil, fmt.Errorf("a box has two ends: write fermi-dirac:L,U")
		}
		var err error
		if l, err = parseNumber(first); err != nil {
			return nil, err
		}
		if u, err = parseNumber(second); err != nil {
			return nil, err
		}
	}
	lower, upper := []float64{l}, []float64{u}
	if set.Relative {
		if len(set.Prior) == 0 {
			return nil, fmt.Errorf("a relative box needs a start x0")
		}
		if !(l < u) {
			return nil, fmt.Errorf("the box [%v, %v] is not one: fermi-dirac needs L < U", l, u)
		}
		lower, upper = make([]float64, len(set.Prior)), make([]float64, len(set.Prior))
		for i, v := range set.Prior {
			if !(v > 0) {
				return nil, fmt.Errorf("x0[%d] = %v: a relative box needs a positive start", i, v)
			}
			lower[i], upper[i] = l*v, u*v
		}
	}
	phi, err := NewFermiDirac(lower, upper)
	if err != nil {
		return nil, err
	}
	return phi, nil
}

func parsePowerDiff(arg string, set Setting) (Potential, error) {
	l, err := parseNumber(arg)
	if err != nil {
		return nil, err
	}
	phi, err := NewPowerDiff(l, set.LogAlpha)
	if err != nil {
		return nil, err
	}
	return phi, nil
}

func parseMahalanobis(arg string, set Setting) (Potential, error) {
	if set.Matrix == nil {
		return nil, fmt.Errorf("there is no way to read %s here", arg)
	}
	m, k, err := set.Matrix(arg)
	if err != nil {
		return nil, err
	}
	if len(k) == m {
		phi, err := NewDiagonal(k)
		if err != nil {
			return nil, err
		}
		return phi, nil
	}
	phi, err := NewMahalanobis(m, k)
	if err != nil {
		return nil, err
	}
	return phi, nil
}

func parseChiSquare(_ string, set Setting) (Potential, error) {
	if len(set.Prior) == 0 {
		return nil, fmt.Errorf("chi-square needs a start x0, by which it weights")
	}
	phi, err := NewChiSquare(set.Prior)
	if err != nil {
		return nil, err
	}
	return phi, nil
}
