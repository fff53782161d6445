package main

import "slices"

// quantiles holds sorted numbers.
type quantiles []float64

// ratios returns w/d, sorted.
func ratios(w, d []float64) quantiles {
	q := make(quantiles, len(w))
	for i, v := range w {
		q[i] = v / d[i]
	}
	slices.Sort(q)
	return q
}

// at returns the quantile p, interpolated linearly.
func (q quantiles) at(p float64) float64 {
	at := p * float64(len(q)-1)
	i := min(int(at), len(q)-2)
	return q[i] + (at-float64(i))*(q[i+1]-q[i])
}

// designEffect returns Kish's n Σw²/(Σw)² (Kish 1965): by how much unequal
// weights enlarge the variance of a mean. The effective sample size is n
// divided by it.
func designEffect(w []float64) float64 {
	var sum, squares float64
	for _, v := range w {
		sum += v
		squares += v * v
	}
	return float64(len(w)) * squares / (sum * sum)
}

// mean returns Σ wᵢvᵢ / Σ wᵢ.
func mean(v, w []float64) float64 {
	var sum, size float64
	for i, x := range v {
		sum += w[i] * x
		size += w[i]
	}
	return sum / size
}
