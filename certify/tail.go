package certify

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// The dual vector of a claim may be y + tail, which is taken without rounding: where
// rows of A nearly depend on each other, no y in doubles has an Aᵀy that is right to
// more than 16 digits less those of the condition number.

// tail returns the products of A with the tail of y, nil if there is none.
func tail(a linop.Operator, w Witness) *products {
	if w.Tail == nil {
		return nil
	}
	n, _ := a.Dims()
	p, ok := multiply(a, make([]float64, n), nil, w.Tail)
	if !ok {
		return nil // A is not finite: the products with y have said so
	}
	return &p
}

// with returns the products of y + tail. What is lost of Aᵀy, beside its error, is in
// p.tail, which is added first: the sum with Aᵀtail cancels.
func (p products) with(low *products) products {
	out := p
	out.dual, out.tail = make([]estimate, len(p.dual)), make([]float64, len(p.dual))
	out.tailErr, out.dualAbs = make([]float64, len(p.dual)), make([]float64, len(p.dual))
	for j := range p.dual {
		z := p.reached(j).plus(low.reached(j))
		out.tail[j], out.tailErr[j] = math.Ldexp(z.lo, -p.dexp), math.Ldexp(z.err, -p.dexp)
		out.dual[j] = z.estimate().shift(-p.dexp)
		out.dualAbs[j] = p.dualAbs[j] + math.Ldexp(low.dualAbs[j], low.dexp-p.dexp)
	}
	return out
}

// attained returns bᵀy and Σ|bᵢyᵢ| for the whole of y.
func (q *problem) attained() (sum estimate, abs float64) {
	sum, abs, k := inner(q.b, q.Y)
	sum, abs = sum.shift(k), math.Ldexp(abs, k)
	if q.Tail == nil {
		return sum, abs
	}
	rest, more, k := inner(q.b, q.Tail)
	return sum.plus(rest.shift(k)), abs + math.Ldexp(more, k)
}

// alongExactly returns vᵀy.
func (w Witness) alongExactly(v []float64) dyadic {
	sum := dotExactly(v, w.Y)
	if w.Tail != nil {
		sum = sum.plus(dotExactly(v, w.Tail))
	}
	return sum
}

// withTail adds Aᵀtail to the exact sums.
func (s exactSums) withTail(e entries, tail []float64) exactSums {
	if tail == nil {
		return s
	}
	rest := sumExactly(e, make([]float64, len(tail)), nil, tail)
	out := s
	out.dual = make([]dyadic, len(s.dual))
	for j, z := range s.dual {
		out.dual[j] = z.plus(rest.dual[j])
	}
	return out
}
