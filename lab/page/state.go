package page

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit/internal/decimal"
)

// Limits of what is read of a State, whoever wrote it.
const (
	longestValue = 1 << 14 // bytes of one value
	mostPoints   = 200     // of a Points control
	largest      = 1e12    // size of a Number or of a coordinate
)

// DataKey is the key of a State under which the name of data of the user stands.
const DataKey = "data"

// Point is one of a Points control.
type Point struct {
	X, Y  float64
	Label int
}

// values is a State as the controls of a page understand it. What cannot be read
// is replaced by the default, with a note.
type values struct {
	controls []Control
	state    State // every control has a text that can be read
	notes    []string
}

// read reads a State by controls, whose keys and defaults are the page's own.
// Keys that neither are those of controls nor in others are noted.
func read(s State, controls []Control, others ...string) *values {
	v := &values{controls: controls, state: State{}}
	known := slices.Clone(others)
	for _, c := range controls {
		known = append(known, c.Key)
		v.state[c.Key] = c.Default
		text, given := s[c.Key]
		if !given {
			continue
		}
		text = strings.TrimSpace(text)
		if err := c.check(text); err != nil {
			v.note("%s: %v; %s is used", c.Label, err, c.Default)
			continue
		}
		v.state[c.Key] = text
	}
	var strange []string
	for _, key := range slices.Sorted(maps.Keys(s)) {
		switch {
		case !slices.Contains(known, key):
			strange = append(strange, key)
		case slices.Contains(others, key) && len(s[key]) <= longestValue:
			v.state[key] = s[key]
		}
	}
	switch n := len(strange); {
	case n == 1:
		v.note("%q is no control of this page and is ignored", clip(strange[0]))
	case n > 1:
		v.note("%q and %d more are no controls of this page and are ignored", clip(strange[0]), n-1)
	}
	return v
}

// note adds what the reader of the page should know about the state.
func (v *values) note(format string, args ...any) {
	v.notes = append(v.notes, fmt.Sprintf(format, args...))
}

// onto writes state and notes to the View that was computed from them.
func (v *values) onto(view *View) *View {
	view.State = v.state
	view.Notes = append(v.notes, view.Notes...)
	return view
}

// check reports what is wrong with the text of a control.
func (c *Control) check(text string) error {
	if len(text) > longestValue {
		return fmt.Errorf("a text of %d bytes is longer than the %d that are read", len(text), longestValue)
	}
	switch c.Kind {
	case Number:
		_, err := parseNumber(text)
		return err
	case Decimal:
		_, err := decimal.ParseLog(clipDigits(text))
		return err
	case Integer:
		_, err := parseInteger(text)
		return err
	case Choice:
		if !slices.ContainsFunc(c.Choices, func(o Option) bool { return o.Value == text }) {
			return fmt.Errorf("%q is not one of its values", clip(text))
		}
	case Toggle:
		if text != "0" && text != "1" {
			return fmt.Errorf("%q is neither 0 nor 1", clip(text))
		}
	case Points:
		_, err := ParsePoints(text)
		return err
	}
	return nil
}

// text returns the text of a control, and panics for a key that is none: a
// mistake of the page, not of its State.
func (v *values) text(key string) string {
	text, ok := v.state[key]
	if !ok {
		panic("page: there is no control " + key)
	}
	return text
}

// number returns the value of a Number.
func (v *values) number(key string) float64 {
	x, _ := parseNumber(v.text(key)) // read has checked it
	return x
}

// numberIn returns the value of a Number that has to be in [lo, hi] for the page
// to make sense; outside the nearer end is used, with a note.
func (v *values) numberIn(key string, lo, hi float64) float64 {
	x := v.number(key)
	if in := math.Max(lo, math.Min(hi, x)); in != x {
		v.replace(key, v.text(key), formatNumber(in), "must be between "+formatNumber(lo)+" and "+formatNumber(hi))
		return in
	}
	return x
}

// integerIn returns the value of an Integer in [lo, hi], as numberIn.
func (v *values) integerIn(key string, lo, hi int) int {
	k, _ := parseInteger(v.text(key)) // read has checked it
	if in := max(lo, min(hi, k)); in != k {
		v.replace(key, v.text(key), strconv.Itoa(in), fmt.Sprintf("must be between %d and %d", lo, hi))
		return in
	}
	return k
}

// logDecimal returns the logarithm of a Decimal.
func (v *values) logDecimal(key string) float64 {
	l, _ := decimal.ParseLog(clipDigits(v.text(key))) // read has checked it
	return l
}

// logDecimalIn returns the logarithm of a Decimal between the decimals lo and hi,
// as numberIn.
func (v *values) logDecimalIn(key, lo, hi string) float64 {
	l := v.logDecimal(key)
	least, err1 := decimal.ParseLog(lo)
	most, err2 := decimal.ParseLog(hi)
	if err1 != nil || err2 != nil {
		panic("page: bounds of " + key + " are no decimals")
	}
	reason := "must be between " + lo + " and " + hi
	switch {
	case l < least:
		v.replace(key, v.text(key), lo, reason)
		return least
	case l > most:
		v.replace(key, v.text(key), hi, reason)
		return most
	}
	return l
}

// on reports the state of a Toggle.
func (v *values) on(key string) bool { return v.text(key) == "1" }

// points returns those of a Points control.
func (v *values) points(key string) []Point {
	p, _ := ParsePoints(v.text(key)) // read has checked it
	return p
}

// replace puts another text in the place of one that cannot be used.
func (v *values) replace(key, was, now, why string) {
	v.state[key] = now
	label := key
	for _, c := range v.controls {
		if c.Key == key {
			label = c.Label
		}
	}
	v.note("%s: %s %s; %s is used", label, clip(was), why, now)
}

// parseNumber reads a number of at most the size that pages compute with.
func parseNumber(text string) (float64, error) {
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	switch {
	case math.IsInf(x, 0), math.Abs(x) > largest: // ParseFloat says so of 1e400 too
		return 0, fmt.Errorf("%s is beyond ±%g, up to which this page computes", clip(text), float64(largest))
	case err != nil || math.IsNaN(x) || strings.ContainsAny(text, "_xX"):
		return 0, fmt.Errorf("%q is not a number", clip(text))
	}
	return x, nil
}

func parseInteger(text string) (int, error) {
	k, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number of a usual size", clip(text))
	}
	return int(k), nil
}

// ParsePoints reads "x,y,label;x,y,label;…"; a label left out is 0.
func ParsePoints(text string) ([]Point, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	parts := strings.Split(strings.Trim(strings.TrimSpace(text), ";"), ";")
	if len(parts) > mostPoints {
		return nil, fmt.Errorf("%d points are more than the %d that fit this page", len(parts), mostPoints)
	}
	points := make([]Point, len(parts))
	for k, part := range parts {
		f := strings.Split(part, ",")
		if len(f) != 2 && len(f) != 3 {
			return nil, fmt.Errorf("point %d, %q, is not x,y,label", k, clip(part))
		}
		var err error
		if points[k].X, err = parseNumber(f[0]); err == nil {
			points[k].Y, err = parseNumber(f[1])
		}
		if err == nil && len(f) == 3 {
			points[k].Label, err = parseInteger(strings.TrimSpace(f[2]))
		}
		if err != nil {
			return nil, fmt.Errorf("point %d: %w", k, err)
		}
	}
	return points, nil
}

// FormatPoints writes points as ParsePoints reads them.
func FormatPoints(points []Point) string {
	parts := make([]string, len(points))
	for k, p := range points {
		parts[k] = formatNumber(p.X) + "," + formatNumber(p.Y) + "," + strconv.Itoa(p.Label)
	}
	return strings.Join(parts, ";")
}

// formatNumber is the shortest text of a number.
func formatNumber(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// clip shortens a text of unknown length for a message.
func clip(text string) string {
	const most = 40
	r := []rune(strings.ToValidUTF8(text[:min(len(text), 4*most)], "�"))
	if len(r) <= most && len(text) <= 4*most {
		return string(r)
	}
	return string(r[:min(len(r), most)]) + "…"
}

// clipDigits bounds what is read of a decimal: a kilobyte of digits.
func clipDigits(text string) string {
	if len(text) > 1024 {
		return "" // no decimal
	}
	return text
}
