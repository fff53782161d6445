package plot

import (
	"math"
	"slices"
)

// near shows the modes around the times at which they are half grown, over the time
// since; false where they rise as slowly as they wait, or the lapses are not known.
func (m Modes) near(sigma []float64, shown []int) (Panel, bool) {
	const slow = 0.02 // of the time of the last stair
	width, last := math.Inf(-1), math.Inf(-1)
	for _, s := range m.Stairs {
		if s.LogRise != nil && slices.Contains(shown, s.Mode) {
			width, last = math.Max(width, *s.LogRise), math.Max(last, s.LogTime)
		}
	}
	if m.LogLapse == nil || math.IsInf(width, -1) || width > last+math.Log(slow) {
		return Panel{}, false
	}
	reach := 3 * math.Exp(width)
	if !(reach > 0) || math.IsInf(reach, 0) {
		return Panel{}, false
	}
	p := Panel{
		Title: "Each rise from near",
		X:     Axis{Label: "time since the mode was half grown, t − tᵢ", Min: -reach, Max: reach}, Y: Axis{Label: "σᵢ(t)", Include: []float64{0}},
		NoLegend: true, Height: 0.7,
	}
	for c, i := range shown {
		if !slices.ContainsFunc(m.Stairs, func(s Stair) bool { return s.Mode == i && s.LogRise != nil }) {
			continue
		}
		s := Series{Name: subscripted('σ', i), Ink: Ink(c % dataInks), Style: c}
		modes := len(sigma) / len(m.LogT)
		since := m.since(i, sigma)
		for k, t := range since {
			// Up to one point beyond on either side, which may be as far as a plateau is long.
			if k+1 < len(since) && since[k+1] < -reach || k > 0 && since[k-1] > reach {
				continue
			}
			s.X, s.Y = append(s.X, math.Max(-1e3*reach, math.Min(1e3*reach, t))), append(s.Y, sigma[k*modes+i])
		}
		p.Series = append(p.Series, s)
	}
	return p, true
}

// since is t − tᵢ at every point, tᵢ the time at which mode i passes half of its last
// value for the last time, in sums of lapses: nothing is lost beside the long time
// before.
func (m Modes) since(i int, sigma []float64) []float64 {
	times := len(m.LogT)
	modes := len(sigma) / times
	value := func(k int) float64 { return sigma[k*modes+i] }
	half := value(times-1) / 2
	k := times - 1
	for k > 0 && value(k-1) >= half {
		k--
	}
	out := make([]float64, times)
	if k > 0 {
		lapse := math.Exp(m.LogLapse[k])
		before := lapse * (half - value(k-1)) / (value(k) - value(k-1))
		out[k], out[k-1] = lapse-before, -before
	}
	for j := k + 1; j < times; j++ {
		out[j] = out[j-1] + math.Exp(m.LogLapse[j])
	}
	for j := k - 2; j >= 0; j-- {
		out[j] = out[j+1] - math.Exp(m.LogLapse[j+1])
	}
	return out
}
