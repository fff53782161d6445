package geometry

import (
	"fmt"
	"strings"

	"github.com/tacit-dev/tacit/internal/decimal"
	"github.com/tacit-dev/tacit/internal/suggest"
)

// matrixSpec is a form of name that ParseMatrix reads.
type matrixSpec struct {
	name, usage string
	positive    bool // of positive definite matrices, which are symmetric
	make        func(arg string) (Separable, error)
}

func matrixSpecs() []matrixSpec {
	return []matrixSpec{
		{"von-neumann", "von-neumann", true, func(string) (Separable, error) { return Entropy{}, nil }},
		{"logdet", "logdet", true, func(string) (Separable, error) { return Burg{}, nil }},
		{"spectral-hypentropy", "spectral-hypentropy:BETA", false, func(arg string) (Separable, error) {
			l, err := decimal.ParseLog(arg)
			return Hypentropy{LogBeta: []float64{l}}, err
		}},
		{"schatten", "schatten:P", false, func(arg string) (Separable, error) {
			p, err := parseNumber(arg)
			if err != nil {
				return nil, err
			}
			if !(p > 1 && p <= maxP) {
				return nil, fmt.Errorf("p = %v is out of range: schatten needs 1 < p ≤ %v; p = 1 is the nuclear norm, which `tacit lowrank` minimises", p, float64(maxP))
			}
			return NewLP(p)
		}},
	}
}

// MatrixNames lists the forms of name that ParseMatrix reads.
func MatrixNames() []string {
	var names []string
	for _, s := range matrixSpecs() {
		names = append(names, s.usage)
	}
	return names
}

// IsMatrix reports whether a name, with its numbers or without, is one of a geometry
// of matrices, and whether of positive definite ones.
func IsMatrix(text string) (matrix, positive bool) {
	name, _, _ := strings.Cut(strings.TrimSpace(text), ":")
	for _, s := range matrixSpecs() {
		if s.name == name {
			return true, s.positive
		}
	}
	return false, false
}

// ParseMatrix returns the potential of p×q matrices that a name stands for, one of
// MatrixNames with numbers in place of the capitals: that of the eigenvalues if X is
// symmetric, which von-neumann and logdet imply, else that of the singular values.
func ParseMatrix(text string, p, q int, symmetric bool) (Matrix, error) {
	name, arg, hasArg := strings.Cut(strings.TrimSpace(text), ":")
	var known []string
	for _, s := range matrixSpecs() {
		known = append(known, s.name)
		if s.name != name {
			continue
		}
		if takes := strings.Contains(s.usage, ":"); hasArg != takes || takes && arg == "" {
			return nil, fmt.Errorf("geometry %q: write %s", text, s.usage)
		}
		phi, err := s.make(arg)
		if err != nil {
			return nil, fmt.Errorf("geometry %q: %w", text, err)
		}
		if symmetric || s.positive {
			if p != q {
				return nil, fmt.Errorf("geometry %q: a matrix of %d×%d is not square, and has no eigenvalues", text, p, q)
			}
			return NewSpectral(phi, p), nil
		}
		return NewSingular(phi, p, q), nil
	}
	if near := suggest.Nearest(strings.ToLower(name), known); len(near) > 0 {
		return nil, fmt.Errorf("there is no geometry of matrices %q; did you mean %s?", name, strings.Join(near, " or "))
	}
	return nil, fmt.Errorf("there is no geometry of matrices %q; there are %s", name, strings.Join(MatrixNames(), ", "))
}
