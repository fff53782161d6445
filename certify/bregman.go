package certify

import "math"

// bregman measures the claim Bregman from a start of scale α. With θ = θ₀+Aᵀy,
//
//	D(x, x₀) − [bᵀy − φ*(θ) + φ*(θ₀)] = D(x, ∇φ*(θ)) + yᵀ(Ax−b),
//
// so the difference is summed from the right-hand side, where nothing cancels,
// and where ln α may be −10⁶ or less: every coordinate is kept as a logarithm.
func (q *problem) bregman() measured {
	var m measured
	m.support = terms(q.X)
	m.residual, m.residualSlack = q.relativeResidual(m.support)

	var toStart, toChart, growth total
	var mass, steep float64
	for j, x := range q.X {
		scale := product(*q.cert.LogAlpha, q.weight(j))
		z := q.reached(j)
		c := coordinate{geometry: q.cert.Geometry, scale: scale}
		start := c.divergence(x, twofold{})
		toStart.add(start)
		toChart.add(c.divergence(x, z))
		growth.add(c.conjugate(z))
		mass += math.Abs(x)
		steep = max(steep, math.Abs(c.tangent(math.Abs(x)).hi))
	}
	if q.cert.Geometry == Entropy {
		m.extra = append(m.extra, coneCheck(q.X))
	}
	m.objective = toStart.estimate()
	// Plain summation of terms x·ln(x/x₀) rounds in proportion to them.
	rounding := float64(len(q.X)+8) * unit * mass * (1 + steep)
	m.objectiveSlack = agreement*m.objective.abs() + rounding

	by, plain, k := inner(q.b, q.Y)
	by, plain = by.shift(k), math.Ldexp(plain, k)
	m.bound = by.minus(growth.estimate())
	m.boundSlack = agreement*m.bound.abs() + rounding + float64(len(q.b))*unit*plain

	// x may be 0, where rounding leaves no more than subnormal numbers.
	mass += 0x1p-900
	chart := toChart.estimate()
	m.extra = append(m.extra, Check{"divergence of x from ∇φ*(θ₀+Aᵀy), relative to ‖x‖₁",
		ratioUp(chart.up(), mass), q.cert.Tol, chart.up() <= q.cert.Tol*mass})
	difference := chart.plus(q.workOfResidual())
	if difference.abs() <= 16*unit*mass {
		// x = x₀ to rounding: nothing to compare the difference with.
		m.gap = estimate{0, difference.abs() / mass}
		return m
	}
	m.gap = relativeGap(difference, m.objective, m.bound)
	return m
}

// workOfResidual returns yᵀ(Ax−b).
func (q *problem) workOfResidual() estimate {
	work := q.work(q.Y)
	if q.low != nil {
		work = work.plus(q.work(q.Tail))
	}
	return work
}

// work returns vᵀ(Ax−b).
func (q *problem) work(v []float64) estimate {
	var s acc
	var err float64
	for i, v := range v {
		s.add(v, q.residual[i].val)
		err += math.Abs(v) * q.residual[i].err
	}
	sum := s.estimate(terms(v))
	sum.err = raise(sum.err + err*(1+float64(len(v)+2)*unit))
	return sum.shift(q.rexp)
}

func ratioUp(v, size float64) float64 {
	if v == 0 {
		return 0
	}
	return raise(v / size)
}

// total sums estimates.
type total struct {
	sum acc
	err float64
	n   int
}

func (t *total) add(e estimate) {
	if e.zero() {
		return
	}
	t.sum.add(e.val, 1)
	t.err += e.err
	t.n++
}

func (t *total) estimate() estimate {
	e := t.sum.estimate(t.n)
	e.err = raise(e.err + t.err*(1+float64(t.n+2)*unit))
	return e
}

// twofold is an unevaluated sum hi+lo, |lo| small beside |hi|, with an error.
type twofold struct{ hi, lo, err float64 }

// product returns x·y without error.
func product(x, y float64) twofold {
	p := float64(x * y) // the conversion keeps compilers from fusing it into the sum
	return twofold{p, math.FMA(x, y, -p), 0}
}

// plus returns t+u.
func (t twofold) plus(u twofold) twofold {
	s := t.hi + u.hi
	z := s - t.hi
	lo := (t.hi - (s - z)) + (u.hi - z) + (t.lo + u.lo)
	return twofold{s, lo, t.err + u.err + 4*unit*math.Abs(lo)}
}

func (t twofold) negated() twofold { return twofold{-t.hi, -t.lo, t.err} }

// estimate rounds t to a double.
func (t twofold) estimate() estimate {
	v := t.hi + t.lo
	return estimate{v, t.err + unit*math.Abs(v)}
}

// logError is what the elementary functions of package math may err by,
// relative to the result: several times what they are documented to.
const logError = 4 * unit

// logarithm returns ln x for x > 0. Subnormal numbers are scaled first, since
// math.Log loses their exponent on some processors (amd64, go1.26).
func logarithm(x float64) twofold {
	if x < 0x1p-1022 {
		v := math.Log(x*0x1p54) - 54*math.Ln2
		return twofold{v, 0, 2 * logError * math.Abs(v)}
	}
	v := math.Log(x)
	return twofold{v, 0, logError * math.Abs(v)}
}

// coordinate is one term of a separable potential. scale is ln x₀ (entropy) or
// ln β (hypentropy).
type coordinate struct {
	geometry string
	scale    twofold
}

// tangent returns φ′(x)−θ₀ for x > 0, or x = 0 in the hypentropy: the θ−θ₀
// whose chart point is x.
func (c coordinate) tangent(x float64) twofold {
	if x == 0 {
		return twofold{}
	}
	if c.geometry == Entropy {
		return logarithm(x).plus(c.scale.negated())
	}
	beta := math.Exp(c.scale.hi)
	if beta > 0x1p-900 && x < 0x1p20*beta {
		// β is known to logError + |lo| relative, and d arsinh(x/β) is at
		// most the relative change of β.
		v := math.Asinh(x / beta)
		err := (2*logError + math.Abs(c.scale.lo)) * min(1, x/beta)
		return twofold{v, 0, err + logError*v}
	}
	// arsinh(x/β) = ln(x+√(x²+β²)) − ln β, and √(x²+β²) = hypot.
	v := logarithm(x/2 + math.Hypot(x/2, beta/2))
	ln2 := twofold{math.Ln2, 2.3190468138462996e-17, 1e-32}
	v.err += 4 * unit
	return v.plus(ln2).plus(c.scale.negated())
}

// divergence returns D(x, ∇φ*(θ₀+z)) = φ(x) + φ*(θ) − xθ ≥ 0.
//
// With h = θ−φ′(x): entropy x·(eʰ−1−h), or e^θ at x = 0; hypentropy
// (√(x²+β²)−|x|)(cosh h−1) + |x|(e^{±h}−1∓h), the sign being that of x. All
// terms are nonnegative, and convex in h with minimum at 0.
func (c coordinate) divergence(x float64, z twofold) estimate {
	size := math.Abs(x)
	if x < 0 {
		z = z.negated() // both potentials that allow it are even
	}
	if c.geometry == Entropy {
		if x == 0 {
			return exponential(c.scale.plus(z))
		}
		h := z.plus(c.tangent(size).negated()).estimate()
		return excess(h).times(size)
	}
	h := z.plus(c.tangent(size).negated()).estimate()
	if x == 0 {
		return lift(c.scale, h)
	}
	// ln(√(x²+β²)−|x|) = 2 ln β − ln(|x|+√(x²+β²))
	beta := math.Exp(c.scale.hi)
	rest := c.scale.plus(c.scale).plus(logarithm(size/2 + math.Hypot(size/2, beta/2)).negated())
	rest = rest.plus(twofold{-math.Ln2, 0, 4 * unit})
	return excess(h).times(size).plus(lift(rest, h))
}

// conjugate returns φ*(θ₀+z) − φ*(θ₀): x₀(e^z−1), or β(cosh z−1).
func (c coordinate) conjugate(z twofold) estimate {
	if c.geometry == Hypentropy {
		return lift(c.scale, z.estimate())
	}
	e := z.estimate()
	if math.Abs(e.val) < 1 {
		v := math.Expm1(e.val)
		return exponential(c.scale).timesEstimate(estimate{v, raise(3*e.err + logError*math.Abs(v))})
	}
	return exponential(c.scale.plus(z)).minus(exponential(c.scale))
}

// times returns e·v for v ≥ 0.
func (e estimate) times(v float64) estimate {
	return estimate{e.val * v, raise(e.err*v + unit*math.Abs(e.val)*v)}
}

func (e estimate) timesEstimate(f estimate) estimate {
	v := e.val * f.val
	return estimate{v, raise(e.err*math.Abs(f.val) + math.Abs(e.val)*f.err + e.err*f.err + 2*unit*math.Abs(v))}
}

// between returns the estimate of a number in [low, high], both known to a
// relative error.
func between(low, high, relative float64) estimate {
	half := (high - low) / 2
	return estimate{low + half, raise(half + relative*high)}
}

// exponential returns e^t.
func exponential(t twofold) estimate {
	v := math.Exp(t.hi)
	v += v * t.lo
	return estimate{v, raise(v * (2*t.err + 2*logError + t.lo*t.lo))}
}

// excess returns eʰ−1−h.
func excess(h estimate) estimate {
	a, b := excessAt(h.val-h.err), excessAt(h.val+h.err)
	low := min(a, b)
	if math.Abs(h.val) <= h.err {
		low = 0
	}
	return between(low, max(a, b), 32*unit)
}

// excessAt returns eʰ−1−h to a few roundings.
func excessAt(h float64) float64 {
	if math.Abs(h) > 0.5 {
		return math.Expm1(h) - h
	}
	sum := 1.0 // h²/2·(1 + h/3·(1 + h/4·(…)))
	for k := 16.0; k >= 3; k-- {
		sum = 1 + h/k*sum
	}
	return h * h / 2 * sum
}

// lift returns eˡ(cosh h−1) = ½e^{l+|h|}(1−e^{−|h|})².
func lift(l twofold, h estimate) estimate {
	at := func(h float64) estimate {
		f := -math.Expm1(-h)
		e := exponential(l.plus(twofold{hi: h}))
		return e.times(f).times(f).times(0.5)
	}
	low, high := at(max(0, math.Abs(h.val)-h.err)), at(math.Abs(h.val)+h.err)
	return between(max(0, low.down()), high.up(), 8*logError)
}
