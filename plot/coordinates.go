package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// mostShown is how many coordinates have a colour of their own; contextLines is
// how many of the others are drawn as thin lines.
const (
	mostShown    = dataInks
	contextLines = 60
)

// front picks the coordinates that are told apart: those asked for, else those
// of the largest score, largest first; scores that are 0 only if all
// have room or nothing else is there. The others follow in their order.
func front(score []float64, asked []int) (shown, rest []int, err error) {
	for _, i := range asked {
		if i < 0 || i >= len(score) {
			return nil, nil, fmt.Errorf("there is no coordinate %d: they count from 0 to %d", i, len(score)-1)
		}
		if !slices.Contains(shown, i) {
			shown = append(shown, i)
		}
	}
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	if asked == nil {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(score[b]), math.Abs(score[a])) })
		for _, i := range order[:min(mostShown, len(order))] {
			if score[i] != 0 || len(score) <= mostShown || len(shown) == 0 {
				shown = append(shown, i)
			}
		}
	}
	for i := range score {
		if !slices.Contains(shown, i) {
			rest = append(rest, i)
		}
	}
	return shown, rest, nil
}

// coordinate is the name of coordinate i, counted from 0 as everywhere.
func coordinate(i int) string { return "x[" + itoa(i) + "]" }

// subscripted is a letter with an index.
func subscripted(letter rune, i int) string {
	const low = "₀₁₂₃₄₅₆₇₈₉"
	digits := []rune(low)
	name := []rune{letter}
	for _, c := range itoa(i) {
		name = append(name, digits[c-'0'])
	}
	return string(name)
}

// contextSeries draws the coordinates that are not in front: thin lines if they
// are few, else a sample of them, with a band over all. value(i, k) is coordinate
// i at place k.
func contextSeries(x []float64, rest []int, value func(i, k int) float64) (series []Series, note string) {
	if len(rest) == 0 {
		return nil, ""
	}
	drawn := rest
	if len(rest) > contextLines {
		drawn = nil
		lower, upper := make([]float64, len(x)), make([]float64, len(x))
		for k := range x {
			e := noExtent()
			for _, i := range rest {
				e.add(value(i, k))
			}
			lower[k], upper[k] = e.lo, e.hi
		}
		series = append(series, Series{Name: fmt.Sprintf("range of the other %d", len(rest)), X: x, Y: lower, Y2: upper, Shape: Band, Ink: Context})
		for k := range contextLines {
			drawn = append(drawn, rest[k*len(rest)/contextLines])
		}
		note = fmt.Sprintf("Of the %d coordinates that are not named, %d are drawn as lines and all of them as a band.", len(rest), len(drawn))
	}
	for k, i := range drawn {
		s := Series{X: x, Y: make([]float64, len(x)), Ink: Context, Plain: true}
		for j := range x {
			s.Y[j] = value(i, j)
		}
		if k == 0 && len(rest) <= contextLines {
			s.Name = fmt.Sprintf("the other %d", len(rest))
		}
		series = append(series, s)
	}
	return series, note
}
