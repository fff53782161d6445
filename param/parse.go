package param

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit/internal/suggest"
)

var forms = []string{
	"square", "square-diff", "product", "power:L", "power-diff:L", "exp", "sigmoid", "tanh", "softplus",
}

// Names lists the forms of name that Parse reads: "power:L".
func Names() []string { return append([]string(nil), forms...) }

// Parse returns the parameterization that a name stands for: one of Names, with
// a number in place of the capital. Errors name what is wrong with the text,
// and the nearest names.
func Parse(text string) (Param, error) {
	name, arg, hasArg := strings.Cut(strings.TrimSpace(text), ":")
	var known []string
	for _, form := range forms {
		base, _, takes := strings.Cut(form, ":")
		known = append(known, base)
		if base != name {
			continue
		}
		if hasArg && !takes {
			return nil, fmt.Errorf("parameterization %q: %s takes nothing after its name", text, name)
		}
		if takes && arg == "" {
			return nil, fmt.Errorf("parameterization %q: write %s", text, form)
		}
		p, err := construct(name, arg)
		if err != nil {
			return nil, fmt.Errorf("parameterization %q: %w", text, err)
		}
		return p, nil
	}
	if near := suggest.Nearest(strings.ToLower(name), known); len(near) > 0 {
		return nil, fmt.Errorf("there is no parameterization %q; did you mean %s?", name, strings.Join(near, " or "))
	}
	return nil, fmt.Errorf("there is no parameterization %q; there are %s", name, strings.Join(forms, ", "))
}

func construct(name, arg string) (Param, error) {
	var l float64
	if arg != "" {
		var err error
		if l, err = strconv.ParseFloat(strings.TrimSpace(arg), 64); err != nil || math.IsNaN(l) || math.IsInf(l, 0) {
			return nil, fmt.Errorf("%q is not a finite number", arg)
		}
	}
	switch name {
	case "square":
		return Square(), nil
	case "square-diff":
		return SquareDiff{}, nil
	case "product":
		return Product{}, nil
	case "power":
		return Power(l)
	case "power-diff":
		p, err := NewPowerDiff(l)
		if err != nil {
			return nil, err
		}
		return p, nil
	case "exp":
		return Exp(), nil
	case "sigmoid":
		return Sigmoid(), nil
	case "tanh":
		return Tanh(), nil
	default: // the last of forms
		return Softplus(), nil
	}
}
