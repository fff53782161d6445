package sweep

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/internal/decimal"
	"github.com/tacit-dev/tacit/internal/instance"
	"github.com/tacit-dev/tacit/param"
)

// kind is the kind of values that a parameter has.
type kind int

const (
	text    kind = iota
	flag         // true or false
	integer      // ≥ 0
	real         // finite
	scale        // a positive decimal of any exponent, held by its logarithm
)

// parameter is a quantity that a specification may fix or vary.
type parameter struct {
	name  string
	kind  kind
	about string
	among []string // text: the values allowed; nil means any
	of    use      // where it means something; the zero value is everywhere
}

// use says for which values of another parameter a parameter means something.
type use struct {
	of     string // algorithm or ensemble
	values []string
}

// The uses of parameters.
var (
	everywhere   = use{}
	ofSparse     = use{"ensemble", []string{instance.SparseCol}}
	ofBumps      = use{"ensemble", []string{instance.Bumps}}
	ofStarts     = use{"algorithm", []string{AlgorithmAlpha, AlgorithmNearest, AlgorithmFlow, AlgorithmDescend}}
	ofGeometries = use{"algorithm", []string{AlgorithmNearest, AlgorithmFlow, AlgorithmDescend}}
	ofPaths      = use{"algorithm", []string{AlgorithmFlow, AlgorithmDescend}}
	ofFlows      = use{"algorithm", []string{AlgorithmFlow}}
	ofDescents   = use{"algorithm", []string{AlgorithmDescend}}
)

// parameters lists them in the order of the columns. It is also the order of
// the axes, the last of which varies fastest: the order in the file means
// nothing.
var parameters = []parameter{
	{"algorithm", text, "what a cell computes", Algorithms(), everywhere},
	{"ensemble", text, "measurement matrices", instance.Ensembles(), everywhere},
	{"nonneg", flag, "x ≥ 0 is planted and asked for", nil, everywhere},
	{"m", integer, "unknowns", nil, everywhere},
	{"n", integer, "measurements", nil, everywhere},
	{"delta", real, "n/m, instead of n", nil, everywhere},
	{"k", integer, "nonzeros of the planted x", nil, everywhere},
	{"rho", real, "k/n, instead of k", nil, everywhere},
	{"nnz", integer, "entries a column", nil, ofSparse},
	{"width", real, "standard deviation of a bump", nil, ofBumps},
	{"gap", real, "least distance of two planted bumps", nil, ofBumps},
	{"range", real, "dynamic range of the magnitudes", nil, everywhere},
	{"noise", real, "norm of the error in b relative to ‖Ax‖", nil, everywhere},
	{"geometry", text, "the geometry", nil, ofGeometries},
	{"alpha", scale, "the scale α of the initialization", nil, ofStarts},
	{"param", text, "the parameterization, instead of the geometry", param.Names(), ofPaths},
	{"time", scale, "the time at which a flow ends", nil, ofFlows},
	{"clock", real, "that time in units of ln(1/α), instead of time", nil, ofFlows},
	{"step", real, "the constant step", nil, ofDescents},
	{"batch", integer, "rows of a step, 0 for all", nil, ofDescents},
}

// defaults are the texts where a specification says nothing.
var defaults = map[string]string{"algorithm": AlgorithmL1, "ensemble": instance.Gaussian}

func parameterNames() []string {
	names := make([]string, len(parameters))
	for i, p := range parameters {
		names[i] = p.name
	}
	return names
}

func lookup(name string) (parameter, bool) {
	i := slices.IndexFunc(parameters, func(p parameter) bool { return p.name == name })
	if i < 0 {
		return parameter{}, false
	}
	return parameters[i], true
}

// value is a value of a parameter: a text, or a number (a flag is 0 or 1, a
// scale its logarithm).
type value struct {
	text string
	num  float64
}

// read converts what TOML holds.
func (p parameter) read(raw any) (value, error) {
	switch v := raw.(type) {
	case string:
		switch p.kind {
		case text:
			if p.among != nil && !slices.Contains(p.among, v) {
				return value{}, fmt.Errorf("%q is not one of %s", v, strings.Join(p.among, ", "))
			}
			return value{text: v}, nil
		case scale:
			l, err := decimal.ParseLog(v)
			return value{num: l}, err
		}
	case bool:
		if p.kind == flag {
			return value{num: map[bool]float64{true: 1}[v]}, nil
		}
	case int64:
		return p.number(float64(v))
	case float64:
		return p.number(v)
	}
	return value{}, fmt.Errorf("%v is not %s", raw, p.kind)
}

// number checks a number.
func (p parameter) number(v float64) (value, error) {
	switch {
	case p.kind == integer && v >= 0 && v == math.Trunc(v) && v <= math.MaxInt32:
		return value{num: v}, nil
	case p.kind == real && !math.IsNaN(v) && !math.IsInf(v, 0):
		return value{num: v}, nil
	case p.kind == scale && v > 0 && !math.IsInf(v, 0):
		return value{num: math.Log(v)}, nil
	}
	return value{}, fmt.Errorf("%v is not %s", v, p.kind)
}

// String names the kind in a message.
func (k kind) String() string {
	return [...]string{"a text", "true or false", "a whole number of at least 0", "a finite number", "a positive decimal such as \"1e-300\""}[k]
}
