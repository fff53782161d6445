package geometry

import "github.com/tacit-dev/tacit/internal/parallel"

// coordinate is a Legendre function of one variable, with the meaning and the
// promises that Potential has for vectors.
type coordinate interface {
	value(x float64) float64
	grad(x float64) float64
	conj(theta float64) float64
	gradConj(theta float64) float64
	hessConj(theta float64) float64
	bregman(x, z float64) float64
	fenchel(x, theta float64) float64
	// bounds returns the ends of the domain of φ, dualBounds those of φ*.
	bounds() (lower, upper float64)
	dualBounds() (lower, upper float64)
}

// each makes a separable potential of coordinates: one for all, or one for
// each. The zero value stands for the zero coordinate, for all.
type each[C coordinate] struct{ coords []C }

// eachGrain is the number of coordinates in one task.
const eachGrain = 1 << 12

func (e each[C]) at(i int) C {
	switch len(e.coords) {
	case 0:
		var c C
		return c
	case 1:
		return e.coords[0]
	}
	return e.coords[i]
}

func (e each[C]) check(x, y []float64) {
	same(x, y)
	if len(e.coords) > 1 && len(e.coords) != len(x) {
		panic(errLength)
	}
}

func (e each[C]) apply(dst, x []float64, f func(c C, v float64) float64) {
	e.check(dst, x)
	parallel.For(len(x), eachGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = f(e.at(i), x[i])
		}
	})
}

func (e each[C]) sum(x, y []float64, f func(c C, v, w float64) float64) float64 {
	e.check(x, y)
	return blockSum(len(x), func(lo, hi int) float64 {
		var sum float64
		for i := lo; i < hi; i++ {
			sum += f(e.at(i), x[i], y[i])
		}
		return sum
	})
}

// blockSum adds up the sums of fixed blocks of [0, n), in their order.
func blockSum(n int, f func(lo, hi int) float64) float64 {
	if n <= eachGrain {
		return f(0, n)
	}
	sums := make([]float64, (n-1)/eachGrain+1)
	parallel.For(n, eachGrain, func(lo, hi int) { sums[lo/eachGrain] = f(lo, hi) })
	var sum float64
	for _, v := range sums {
		sum += v
	}
	return sum
}

// Value returns φ(x).
func (e each[C]) Value(x []float64) float64 {
	return e.sum(x, x, func(c C, v, _ float64) float64 { return c.value(v) })
}

// Grad sets dst = ∇φ(x).
func (e each[C]) Grad(dst, x []float64) { e.apply(dst, x, C.grad) }

// Conj returns φ*(θ).
func (e each[C]) Conj(theta []float64) float64 {
	return e.sum(theta, theta, func(c C, v, _ float64) float64 { return c.conj(v) })
}

// GradConj sets dst = ∇φ*(θ).
func (e each[C]) GradConj(dst, theta []float64) { e.apply(dst, theta, C.gradConj) }

// HessConj sets dst = ∇²φ*(θ) v.
func (e each[C]) HessConj(dst, theta, v []float64) { hessConj(e, dst, theta, v) }

// HessConjDiag sets dst to the diagonal of ∇²φ*(θ).
func (e each[C]) HessConjDiag(dst, theta []float64) { e.apply(dst, theta, C.hessConj) }

// Bregman returns D_φ(x, z).
func (e each[C]) Bregman(x, z []float64) float64 { return e.sum(x, z, C.bregman) }

// Fenchel returns D_φ(x, ∇φ*(θ)).
func (e each[C]) Fenchel(x, theta []float64) float64 { return e.sum(x, theta, C.fenchel) }

// Bounds returns the ends of the domain of xᵢ.
func (e each[C]) Bounds(i int) (lower, upper float64) { return e.at(i).bounds() }

// DualBounds returns the ends of the domain of θᵢ.
func (e each[C]) DualBounds(i int) (lower, upper float64) { return e.at(i).dualBounds() }
