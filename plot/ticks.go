package plot

import (
	"math"
	"strconv"
)

// tick is a place on an axis with what is written there.
type tick struct {
	at   float64
	text string // "": a line without a number
}

// scaleTicks are the ticks of an axis, and what all their numbers have in common.
type scaleTicks struct {
	ticks  []tick
	common string // "×10⁻⁵", "+5035442", or empty
}

// ticksFor returns ticks for lo..hi of which about count are labelled.
func ticksFor(a Axis, lo, hi float64, count int) scaleTicks {
	count = max(count, 2)
	if a.Scale == Log {
		return logTicks(lo, hi, count)
	}
	step := niceStep((hi - lo) / float64(count))
	if a.Integer {
		step = math.Max(1, math.Round(step))
	}
	return linearTicks(lo, hi, step)
}

// niceStep is the least of 1, 2, 5 times a power of ten that is at least raw.
func niceStep(raw float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, f := range []float64{1, 2, 5} {
		if f*p >= raw*(1-1e-9) {
			return f * p
		}
	}
	return 10 * p
}

// linearTicks are the multiples of step in lo..hi. Numbers that are very large,
// very small or that share their leading digits are written without what they
// have in common.
func linearTicks(lo, hi, step float64) scaleTicks {
	var s scaleTicks
	offset, factor := 0.0, 0
	size := math.Max(math.Abs(lo), math.Abs(hi))
	if size > 0 && (hi-lo)/size < 1e-3 {
		big := niceStep((hi - lo) * 20)
		offset = math.Floor(lo/big) * big
		s.common = signed(offset)
		size = hi - offset
	}
	if e := int(math.Floor(math.Log10(size))); size > 0 && (e >= 5 || e <= -4) {
		factor = e
		s.common = "×10" + superscript(e) + spaced(s.common)
	}
	unit := math.Pow(10, float64(factor))
	digits := max(0, -int(math.Floor(math.Log10(step/unit)+1e-9)))
	first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
	for k := first; k <= last && len(s.ticks) < 100; k++ {
		v := k * step
		text := strconv.FormatFloat((v-offset)/unit, 'f', digits, 64)
		if isZero(text) {
			text = "0"
		}
		s.ticks = append(s.ticks, tick{v, minus(text)})
	}
	return s
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// signed writes an offset.
func signed(v float64) string {
	text := minus(strconv.FormatFloat(v, 'g', 10, 64))
	if v > 0 {
		text = "+" + text
	}
	return text
}

// isZero reports whether a decimal has no digit but 0, as in -0.00.
func isZero(text string) bool {
	for _, c := range text {
		if c >= '1' && c <= '9' {
			return false
		}
	}
	return true
}

// decadeSteps are the distances between labelled powers of ten.
var decadeSteps = []float64{1, 2, 3, 5, 10, 20, 25, 50, 100, 200, 250, 500}

// logTicks are powers of ten, and between them their multiples where decades are
// few. lo and hi are natural logarithms.
func logTicks(lo, hi float64, count int) scaleTicks {
	decades := (hi - lo) / math.Ln10
	if decades < 1 {
		return mantissaTicks(lo, hi, count)
	}
	step := decadeStep(decades / float64(count))
	var s scaleTicks
	first, last := math.Ceil(lo/math.Ln10-1e-9), math.Floor(hi/math.Ln10+1e-9)
	if math.Max(-first, last) > 1e15 {
		return s // exponents that are no longer exact integers
	}
	for j := math.Ceil(first / step); j*step <= last; j++ {
		s.ticks = append(s.ticks, tick{j * step * math.Ln10, power(int(j * step))})
	}
	if step > 1 || decades > 8 {
		return s
	}
	labelled := decades*3 <= float64(count)
	for k := first - 1; k <= last; k++ {
		for d := 2.0; d < 10; d++ {
			at := k*math.Ln10 + math.Log(d)
			if at < lo || at > hi {
				continue
			}
			text := ""
			if labelled && (d == 2 || d == 5) {
				text = multiple(int(d), int(k))
			}
			s.ticks = append(s.ticks, tick{at, text})
		}
	}
	return s
}

// power writes 10ᵏ.
func power(k int) string {
	switch k {
	case 0:
		return "1"
	case 1:
		return "10"
	}
	return "10" + superscript(k)
}

// multiple writes d·10ᵏ.
func multiple(d, k int) string {
	if k >= -3 && k <= 4 {
		return strconv.FormatFloat(float64(d)*math.Pow10(k), 'f', max(0, -k), 64)
	}
	return strconv.Itoa(d) + "×10" + superscript(k)
}

func decadeStep(raw float64) float64 {
	scale := 1.0
	for {
		for _, d := range decadeSteps {
			if d*scale >= raw*(1-1e-9) {
				return d * scale
			}
		}
		scale *= 1000
	}
}

// mantissaTicks serve a log axis of less than a decade: evenly spaced numbers
// m·10ᵏ.
func mantissaTicks(lo, hi float64, count int) scaleTicks {
	k := math.Floor(lo / math.Ln10)
	mlo, mhi := math.Exp(lo-k*math.Ln10), math.Exp(hi-k*math.Ln10)
	inner := linearTicks(mlo, mhi, niceStep((mhi-mlo)/float64(count)))
	s := scaleTicks{common: inner.common}
	if k != 0 {
		s.common = "×10" + superscript(int(k)) + spaced(inner.common)
	}
	for _, t := range inner.ticks {
		s.ticks = append(s.ticks, tick{k*math.Ln10 + math.Log(t.at), t.text})
	}
	return s
}
