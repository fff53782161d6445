package geometrytest

import (
	"math"
	"math/big"
)

// twin compares values with high precision: vectors coordinate by coordinate,
// divergences also between points 1e-15 and 600 decades apart.
func (s *suite) twin() {
	if s.c.Twin == nil {
		s.t.Skip("no twin")
	}
	for range rounds / 4 { // high precision is slow
		x, z := s.c.Point(s.rng), s.c.Point(s.rng)
		s.scalar("Value", s.phi.Value(x), s.c.Twin.Value(lift(x)), eps*s.sizeOf(x))
		theta := s.grad(x)
		conj := s.c.Twin.Conj(lift(theta))
		s.scalar("Conj", s.phi.Conj(theta), conj, eps*(abs(conj)+s.sizeOf(x)))
		s.divergences(x, z)
		last := make([]float64, len(z)) // a few units in the last place off
		for i, v := range z {
			last[i] = v * (1 + 1e-15)
		}
		s.divergences(last, z)
		for range 4 { // between z and x, close to z by any number of digits
			t := math.Pow(10, -15*s.rng.Float64())
			near := along(z, t, sub(x, z))
			s.divergences(near, z)
			s.fenchel(near, s.grad(z))
		}
		s.divergences(s.c.Wide(s.rng), s.c.Wide(s.rng))
		s.maps(s.c.Wide(s.rng), s.c.Dual(s.rng))
		s.fenchel(x, theta)
		s.fenchel(s.c.Wide(s.rng), s.c.Dual(s.rng))
	}
}

// sizeOf returns |φ(x)| + |⟨x, ∇φ(x)⟩| coordinate by coordinate, the size of
// the terms of φ.
func (s *suite) sizeOf(x []float64) float64 {
	size := math.Abs(s.phi.Value(x))
	for i, t := range s.grad(x) {
		size += math.Abs(x[i] * t)
	}
	return size
}

func (s *suite) maps(x, theta []float64) {
	want := s.c.Twin.Grad(lift(x))
	moved := s.hessConj(theta, theta)
	for i, got := range s.grad(x) {
		s.scalar("Grad", got, want[i], eps*abs(want[i]))
	}
	want = s.c.Twin.GradConj(lift(theta))
	for i, got := range s.gradConj(theta) {
		s.scalar("GradConj", got, want[i], eps*(abs(want[i])+math.Abs(moved[i])))
	}
}

func (s *suite) divergences(x, z []float64) {
	bx, bz := lift(x), lift(z)
	want := Sub(s.c.Twin.Value(bx), s.c.Twin.Value(bz))
	for i, g := range s.c.Twin.Grad(bz) {
		want = Sub(want, Mul(g, Sub(bx[i], bz[i])))
	}
	s.scalar("Bregman", s.phi.Bregman(x, z), want, 16*eps*abs(want))
}

// fenchel allows for the rounding of ∇φ(x) against θ: an error δ of θ changes
// D by √(2 D ⟨δ, ∇²φ* δ⟩) + ½⟨δ, ∇²φ* δ⟩.
func (s *suite) fenchel(x, theta []float64) {
	want := Add(s.c.Twin.Value(lift(x)), s.c.Twin.Conj(lift(theta)))
	for i, v := range x {
		want = Sub(want, Mul(New(v), New(theta[i])))
	}
	d := abs(want)
	q := s.scale(x, theta)
	s.scalar("Fenchel", s.phi.Fenchel(x, theta), want, 16*eps*d+2*eps*math.Sqrt(q)*math.Sqrt(d)+eps*eps*q)
}

// scalar checks |got − want| ≤ tol. Overflow of want must be overflow of got.
func (s *suite) scalar(what string, got float64, want *big.Float, tol float64) {
	s.t.Helper()
	w, _ := want.Float64()
	if got == w {
		return
	}
	if math.IsInf(got, 0) || math.IsNaN(got) {
		s.t.Fatalf("%s = %v, want %.20g", what, got, want)
	}
	diff, _ := Sub(New(got), want).Float64()
	if !(math.Abs(diff) <= max(tol, 0x1p-1060)) {
		s.t.Fatalf("%s = %v, want %.20g (off by %.3g, allowed %.3g)", what, got, want, diff, tol)
	}
}

func lift(x []float64) []*big.Float {
	out := make([]*big.Float, len(x))
	for i, v := range x {
		out[i] = New(v)
	}
	return out
}

func abs(x *big.Float) float64 {
	v, _ := x.Float64()
	return math.Abs(v)
}
