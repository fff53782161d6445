package descent

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rule chooses the size of a step.
type Rule interface {
	// Name writes the rule as Parse reads it: "constant:0.1".
	Name() string
	// Size returns η > 0 for step k, where prev was the size of the step before,
	// 0 if there was none. 0 says that no step lowers the loss in floating point.
	Size(k int, prev float64, m Method, g *Gradient) float64
}

// Constant is the same step at all times.
type Constant float64

// Name returns "constant:η".
func (c Constant) Name() string { return "constant:" + strconv.FormatFloat(float64(c), 'g', -1, 64) }

// Size returns η.
func (c Constant) Size(int, float64, Method, *Gradient) float64 { return float64(c) }

// Decay is η_k = Eta0/(k+1)^Power.
type Decay struct{ Eta0, Power float64 }

// Name returns "decay:η0,p".
func (d Decay) Name() string {
	return fmt.Sprintf("decay:%s,%s", strconv.FormatFloat(d.Eta0, 'g', -1, 64), strconv.FormatFloat(d.Power, 'g', -1, 64))
}

// Size returns Eta0/(k+1)^Power.
func (d Decay) Size(k int, _ float64, _ Method, _ *Gradient) float64 {
	return d.Eta0 / math.Pow(float64(k+1), d.Power)
}

// Polyak is the step (f − f*)/‖∇f‖² (Polyak 1969), where f* = 0 is known since
// Ax = b is to be solved; see Searcher for the norm. On samples it is the step
// of Loizou et al. 2021.
type Polyak struct{}

// Name returns "polyak".
func (Polyak) Name() string { return "polyak" }

// Size returns Polyak's step.
func (Polyak) Size(_ int, _ float64, m Method, g *Gradient) float64 { return m.(Searcher).Polyak(g) }

// Armijo tries twice the last step and halves it until the merit function falls
// by half of what its slope promises. On a quadratic that accepts steps up to
// the exact minimum along the line, not beyond.
type Armijo struct{}

const (
	sufficient  = 0.5
	maxHalvings = 1100 // from the largest float64 to one that works
)

// Name returns "armijo".
func (Armijo) Name() string { return "armijo" }

// Size returns the step.
func (Armijo) Size(_ int, prev float64, m Method, g *Gradient) float64 {
	s := m.(Searcher)
	eta := 2 * prev
	if prev == 0 {
		eta = 4 * s.Polyak(g)
	}
	for range maxHalvings {
		if eta == 0 {
			break
		}
		fall, slope := s.Decrease(eta, g)
		if slope == 0 {
			break
		}
		if fall >= sufficient*eta*slope {
			return eta
		}
		eta /= 2
		if eta < prev*0x1p-60 {
			break // below the rounding of the merit function
		}
	}
	return 0
}

// searches reports whether a rule asks a Searcher.
func searches(r Rule) bool {
	switch r.(type) {
	case Polyak, Armijo:
		return true
	}
	return false
}

// ParseRule reads constant:η, polyak, armijo or decay:η0,p.
func ParseRule(text string) (Rule, error) {
	name, arg, _ := strings.Cut(strings.TrimSpace(text), ":")
	switch name {
	case "polyak", "armijo":
		if strings.Contains(text, ":") {
			return nil, fmt.Errorf("%q: %s takes nothing after its name", text, name)
		}
		if name == "polyak" {
			return Polyak{}, nil
		}
		return Armijo{}, nil
	case "constant":
		eta, err := positive(arg)
		if err != nil {
			return nil, fmt.Errorf("%q: write constant:η, for example constant:0.1; %w", text, err)
		}
		return Constant(eta), nil
	case "decay":
		first, second, both := strings.Cut(arg, ",")
		eta, err := positive(first)
		power := 0.0
		if err == nil && both {
			power, err = positive(second)
		}
		if err != nil || !both {
			return nil, fmt.Errorf("%q: write decay:η0,p for η0/(k+1)^p, for example decay:0.1,0.5", text)
		}
		return Decay{eta, power}, nil
	}
	return nil, fmt.Errorf("there is no step rule %q; there are constant:η, polyak, armijo, decay:η0,p", text)
}

func positive(text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a positive number", text)
	}
	return v, nil
}
