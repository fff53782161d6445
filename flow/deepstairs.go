package flow

import "math"

// stairs finds where each mode passes half of its final value. A mode that has not
// grown to a thousandth of the largest has not risen and has no stair.
func (r *deepRun) stairs() {
	if len(r.steps) == 0 {
		return
	}
	last := r.steps[len(r.steps)-1].modes
	for i, final := range last {
		if !(final > last[0]+math.Log(1e-3)) || final < r.start[i]*r.s.Depth+math.Ln2 {
			continue
		}
		k, f := r.passes(i, final-math.Ln2)
		t := r.steps[k].logTime
		if k > 0 {
			t = r.steps[k-1].logTime + f*(t-r.steps[k-1].logTime)
		}
		stair := DeepStair{Mode: i, LogTime: t, LogRise: r.rise(i, final), Final: math.Exp(final), LogPredict: math.NaN()}
		if r.s.d.white {
			stair.LogPredict = LogRise(r.s.Depth, r.start[i], r.s.d.c*stair.Final, r.s.d.c)
		}
		r.out.Stairs = append(r.out.Stairs, stair)
	}
}

// passes returns the last step at which ln σᵢ comes to level from below, and the
// part of it that this takes, ln σ being nearly linear in a step; (0, 1) if that was
// in the first step.
func (r *deepRun) passes(i int, level float64) (k int, part float64) {
	for k := len(r.steps) - 1; k > 0; k-- {
		if a, b := r.steps[k-1].modes[i], r.steps[k].modes[i]; a < level {
			return k, (level - a) / (b - a)
		}
	}
	return 0, 1
}

// rise is ln of the time from a tenth of the final value to nine tenths: a sum of
// lapses, as the difference of two ln t may be below their last digit.
func (r *deepRun) rise(i int, final float64) float64 {
	from, a := r.passes(i, final-math.Ln10)
	to, b := r.passes(i, final+math.Log(0.9))
	if from == 0 {
		return math.NaN()
	}
	if from == to {
		return r.steps[to].logLapse + math.Log(b-a)
	}
	sum := logSum(r.steps[from].logLapse+math.Log1p(-a), r.steps[to].logLapse+math.Log(b))
	for k := from + 1; k < to; k++ {
		sum = logSum(sum, r.steps[k].logLapse)
	}
	return sum
}

// LogRise is ln t for a mode on its own, ż = z^{N−1}(s − c zᴺ), to rise from z₀ = e^logZ
// to half of its final strength, σ = s/2c: the prediction of Saxe, McClelland and
// Ganguli 2014 for whitened data, XXᵀ = c I, with s a singular value of YXᵀ. With
// 1/(z^{N−1}(s − c zᴺ)) = 1/(s z^{N−1}) + (c/s) z/(s − c zᴺ) the first part is in closed
// form and the second is smooth, and is found by Simpson's rule.
func LogRise(depth, logZ, s, c float64) float64 {
	n := depth
	logEnd := (math.Log(s/c) - math.Ln2) / n
	if !(logEnd > logZ) {
		return math.Inf(-1)
	}
	from, to := math.Exp(logZ), math.Exp(logEnd)
	const panels = 400
	smooth := 0.0
	for i := 0; i <= panels; i++ {
		z := from + (to-from)*float64(i)/panels
		w := 2.0
		switch {
		case i == 0 || i == panels:
			w = 1
		case i%2 == 1:
			w = 4
		}
		smooth += w * z / (s - c*math.Pow(z, n))
	}
	smooth *= (to - from) / panels / 3 * c / s
	if n == 2 {
		return math.Log((logEnd-logZ)/s + smooth)
	}
	// (z₀^{2−N} − z₁^{2−N})/((N−2)s) in logarithms.
	main := logDiff((2-n)*logZ, (2-n)*logEnd) - math.Log((n-2)*s)
	return logSum(main, math.Log(smooth))
}
