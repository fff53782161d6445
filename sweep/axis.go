package sweep

import (
	"fmt"
	"math"
	"slices"

	"github.com/tacit-dev/tacit/internal/instance"
)

// axis is a parameter that varies: over a list of values, or over a range.
type axis struct {
	parameter
	values   []value // the list, or the points of a range; nil for a random design
	from, to float64 // of a range, in the coordinate of spread
	log      bool    // equally spread in the logarithm
	ranged   bool
}

// rangeKeys are those of a range in TOML: { from = 10, to = 200, points = 20 }.
var rangeKeys = []string{"from", "to", "points", "spacing"}

// readAxis reads a list or a range. A grid needs to know how many points a range
// has, a random design draws from it.
func readAxis(p parameter, raw any, random bool) (axis, error) {
	a := axis{parameter: p}
	switch v := raw.(type) {
	case []any:
		if len(v) == 0 {
			return a, fmt.Errorf("the list is empty")
		}
		if len(v) > maxValues {
			return a, fmt.Errorf("the list has %d values; an axis has at most %d", len(v), maxValues)
		}
		seen := make(map[value]bool, len(v))
		for _, r := range v {
			x, err := p.read(r)
			if err != nil {
				return a, err
			}
			if seen[x] {
				return a, fmt.Errorf("%v stands in the list twice", r)
			}
			seen[x] = true
			a.values = append(a.values, x)
		}
		return a, nil
	case map[string]any:
		return a, a.readRange(v, random)
	}
	return a, fmt.Errorf("an axis is a list [1, 2, 3] or a range { from = 1, to = 3, points = 3 }; a single value belongs to [fixed]")
}

func (a *axis) readRange(table map[string]any, random bool) error {
	if a.kind == text || a.kind == flag {
		return fmt.Errorf("%s has no ranges; give a list", a.name)
	}
	for key := range table {
		if !slices.Contains(rangeKeys, key) {
			return fmt.Errorf("a range has no %q; it has from, to, points and spacing", key)
		}
	}
	a.ranged = true
	for _, end := range []struct {
		key string
		dst *float64
	}{{"from", &a.from}, {"to", &a.to}} {
		raw, ok := table[end.key]
		if !ok {
			return fmt.Errorf("the range has no %s", end.key)
		}
		v, err := a.read(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", end.key, err)
		}
		*end.dst = v.num
	}
	if err := a.readSpacing(table["spacing"]); err != nil {
		return err
	}
	if random {
		if _, ok := table["points"]; ok {
			return fmt.Errorf("points belong to a grid; a random design has one number of points for all axes, `points` at the top")
		}
		return nil
	}
	points, ok := table["points"].(int64)
	if !ok || points < 1 || points > maxValues {
		return fmt.Errorf("a range of a grid needs points, a whole number from 1 to %d", maxValues)
	}
	for i := range points {
		t := 0.0
		if points > 1 {
			t = float64(i) / float64(points-1)
		}
		v := a.at(t)
		if n := len(a.values); n > 0 && a.values[n-1] == v {
			return fmt.Errorf("%d points from %v to %v repeat %v; choose fewer", points, a.from, a.to, v.num)
		}
		a.values = append(a.values, v)
	}
	return nil
}

func (a *axis) readSpacing(raw any) error {
	switch raw {
	case nil, "linear":
	case "log":
		if a.kind == scale {
			return nil // is spread in its logarithm anyway
		}
		if !(a.from > 0 && a.to > 0) {
			return fmt.Errorf("logarithmic spacing needs both ends above 0")
		}
		a.log = true
	default:
		return fmt.Errorf("spacing %v is neither \"linear\" nor \"log\"", raw)
	}
	return nil
}

// at returns the value a part t of the way along the range, 0 ≤ t ≤ 1. The ends
// are exact.
func (a axis) at(t float64) value {
	v := a.from + float64(t*(a.to-a.from))
	if a.log {
		v = instance.Exp(instance.Log(a.from) + float64(t*(instance.Log(a.to)-instance.Log(a.from))))
	}
	switch t {
	case 0:
		v = a.from
	case 1:
		v = a.to
	}
	if a.kind == integer {
		v = math.Round(v)
	}
	return value{num: v}
}

// draw returns a value of a random design from a uniform number in [0, 1).
func (a axis) draw(u float64) value {
	if a.ranged {
		return a.at(u)
	}
	return a.values[int(u*float64(len(a.values)))]
}
