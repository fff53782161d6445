package certify

import (
	"math"
	"strconv"
	"strings"
)

// The norms of the claim Margin: these, and lp:P for 1 < P < ∞.
const (
	NormL2   = "l2"
	NormL1   = "l1"
	NormLInf = "linf"
	normLP   = "lp:"
)

// normPower returns the exponent of a norm; false for what is none.
func normPower(kind string) (float64, bool) {
	switch kind {
	case NormL1:
		return 1, true
	case NormL2:
		return 2, true
	case NormLInf:
		return math.Inf(1), true
	}
	word, lp := strings.CutPrefix(kind, normLP)
	p, err := strconv.ParseFloat(word, 64)
	return p, lp && err == nil && p > 1 && !math.IsInf(p, 1)
}

// strictlyConvex reports whether a norm has one separator of largest margin only.
func strictlyConvex(kind string) bool {
	p, ok := normPower(kind)
	return ok && p > 1 && !math.IsInf(p, 1)
}

// normIn returns ‖v‖ for the exponent p.
func normIn(v []estimate, p float64) estimate {
	var out estimate
	switch {
	case p == 1:
		for _, e := range v {
			out = out.plus(estimate{math.Abs(e.val), e.err})
		}
	case p == 2:
		return norm(len(v), func(i int) estimate { return v[i] })
	case math.IsInf(p, 1):
		for _, e := range v {
			out.err = max(out.err, e.err)
			out.val = max(out.val, math.Abs(e.val))
		}
	default:
		return powerNorm(v, p)
	}
	return out
}

// powError bounds the relative error of math.Pow on [0, 1] with room: its loops
// multiply no more than some dozen rounded factors.
const powError = 256 * unit

// powerNorm is (Σ|vⱼ|ᵖ)^{1/p} = m·(Σ(|vⱼ|/m)ᵖ)^{1/p}, m the largest |vⱼ|. A relative error ε of
// the sum is one of ε/p of the norm, and errors eⱼ of the vⱼ are ‖e‖_p ≤ Σeⱼ. What
// underflows in a power is below 2⁻¹⁰⁰⁰ of the sum, which is at least 1.
func powerNorm(v []estimate, p float64) estimate {
	var largest, sum, err float64
	for _, e := range v {
		largest = max(largest, math.Abs(e.val))
		err = raise(err + e.err)
	}
	if largest == 0 {
		return estimate{0, err}
	}
	for _, e := range v {
		sum += math.Pow(math.Abs(e.val)/largest, p)
	}
	// A quotient's rounding counts p times in its power; the sum has len(v) roundings.
	relative := powError + (p+float64(len(v)))*2*unit
	val := largest * math.Pow(sum, 1/p)
	return estimate{val, raise(raise(err) + val*(relative/p+2*powError))}
}
