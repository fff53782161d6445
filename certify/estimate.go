package certify

import "math"

// unit is the unit roundoff of IEEE doubles, 2⁻⁵³.
const unit = 0x1p-53

// tiny bounds the error that one operation makes by underflow, with room.
const tiny = 8 * 0x1p-1074

// estimate is a number known up to an error: |number − val| ≤ err.
type estimate struct{ val, err float64 }

// up and down bound the number from both sides, abs its absolute value from
// above; they include their own rounding.
func (e estimate) up() float64   { return raise(e.val + e.err) }
func (e estimate) down() float64 { return -raise(e.err - e.val) }
func (e estimate) abs() float64  { return raise(math.Abs(e.val) + e.err) }

// raise returns a little more than v: enough for a few roundings of v. An
// exact 0 stays 0.
func raise(v float64) float64 {
	if v == 0 {
		return 0
	}
	return v + 4*unit*math.Abs(v) + tiny
}

// zero reports whether e is 0 without error.
func (e estimate) zero() bool { return e.val == 0 && e.err == 0 }

// plus and minus return e ± f.
func (e estimate) plus(f estimate) estimate {
	v := e.val + f.val
	return estimate{v, raise(e.err + f.err + unit*math.Abs(v))}
}

func (e estimate) minus(f estimate) estimate { return e.plus(estimate{-f.val, f.err}) }

// over returns e/f; the error is infinite if f may be 0.
func (e estimate) over(f estimate) estimate {
	least := math.Abs(f.val) - f.err
	if !(least > 0) {
		return estimate{0, math.Inf(1)}
	}
	if e.zero() {
		return e
	}
	v := e.val / f.val
	return estimate{v, raise(raise((e.err+math.Abs(v)*f.err)/least) + 2*unit*math.Abs(v) + tiny)}
}

// shift returns e·2ᵏ.
func (e estimate) shift(k int) estimate {
	if k == 0 || e.zero() {
		return e
	}
	return estimate{math.Ldexp(e.val, k), math.Ldexp(e.err, k) + tiny}
}

// fraction returns f and k with e = f·2ᵏ, ½ ≤ |f.val| < 1.
func (e estimate) fraction() (f estimate, k int) {
	v, k := math.Frexp(e.val)
	return estimate{v, math.Ldexp(e.err, -k)}, k
}

// acc sums products in twice the working precision: Dot2 of Ogita, Rump and
// Oishi (2005), with the sum of the absolute values for its error bound.
type acc struct{ hi, lo, abs float64 }

// add adds x·y.
func (a *acc) add(x, y float64) {
	p := float64(x * y) // the conversion keeps compilers from fusing it into the sum
	e := math.FMA(x, y, -p)
	s := a.hi + p
	z := s - a.hi
	a.lo += (a.hi - (s - z)) + (p - z) + e
	a.hi = s
	a.abs += math.Abs(p)
}

// merge adds another sum, to be counted with its products and one more.
func (a *acc) merge(b acc) {
	abs := a.abs + b.abs
	a.add(b.hi, 1)
	a.lo += b.lo
	a.abs = abs
}

// tail bounds the error of hi+lo, taken exactly, after n products that are
// not by an exact 0. The theory has γₙ²·Σ|xᵢyᵢ| with γₙ = nu/(1−nu); the factor
// 4 covers the rounding of abs and of this formula for n < 2⁵⁰.
func (a acc) tail(n int) float64 {
	g := 2 * float64(n+1) * unit
	return g*g*a.abs + float64(n)*tiny
}

// estimate returns the sum rounded to a double, after n products.
func (a acc) estimate(n int) estimate {
	v := a.hi + a.lo
	return estimate{v, raise(unit*math.Abs(v) + a.tail(n))}
}

// inner returns xᵀy·2⁻ᵏ and Σ|xᵢyᵢ|·2⁻ᵏ; nil is a vector of ones. The scale k
// is 0 unless a product might leave the range of doubles.
func inner(x, y []float64) (dot estimate, abs float64, k int) {
	if exponent(largest(x)) != 0 || exponent(largest(y)) != 0 {
		var sum, size long
		for i := range max(len(x), len(y)) {
			u, v := at(x, i), at(y, i)
			sum.add(u, v)
			size.add(math.Abs(u), math.Abs(v))
		}
		k = commonExponent([]dyadic{size.value()})
		return sum.value().estimate(k), size.value().estimate(k).val, k
	}
	var a acc
	n := 0
	for i := range max(len(x), len(y)) {
		u, v := at(x, i), at(y, i)
		if u != 0 && v != 0 {
			a.add(u, v)
			n++
		}
	}
	return a.estimate(n), a.abs, 0
}

func at(v []float64, i int) float64 {
	if v == nil {
		return 1
	}
	return v[i]
}

// norm returns the Euclidean norm of numbers known up to an error, without
// overflow or underflow of the squares.
func norm(n int, at func(i int) estimate) estimate {
	var big float64
	for i := range n {
		big = max(big, at(i).abs())
	}
	if big == 0 || math.IsInf(big, 0) || math.IsNaN(big) {
		return estimate{big, big}
	}
	k := min(max(math.Ilogb(big), -1000), 1000) // 2⁻ᵏ is a normal number
	scale := math.Ldexp(1, -k)
	var sum, err float64
	for i := range n {
		e := at(i)
		v := e.val * scale
		sum += v * v
		err += e.err * scale * e.err * scale
	}
	// The error is that of the summation, (n+2)u relative, plus the norm of
	// the errors by the triangle inequality.
	r := math.Sqrt(sum)
	rel := float64(n+8) * unit
	return estimate{r, raise(r*rel + math.Sqrt(err)*(1+rel) + math.Sqrt(float64(n)*tiny))}.shift(k)
}

// normOf returns ‖v‖₂.
func normOf(v []float64) estimate {
	return norm(len(v), func(i int) estimate { return estimate{v[i], 0} })
}

// exponent returns a k such that big·2⁻ᵏ is of moderate size, 0 if big is: data
// with 0 for their largest entries are multiplied as they are.
func exponent(big float64) int {
	if big == 0 || (big > 0x1p-300 && big < 0x1p300) {
		return 0
	}
	return max(math.Ilogb(big), -1000)
}

// largest returns max |vᵢ|, +Inf if an entry is not finite.
func largest(v []float64) float64 {
	var big float64
	for _, x := range v {
		if a := math.Abs(x); a > big {
			big = a
		} else if a != a {
			return math.Inf(1)
		}
	}
	return big
}

func allFinite(v []float64) bool { return !math.IsInf(largest(v), 1) }
