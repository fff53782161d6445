package geometrytest

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

func (s *suite) fenchelYoung() {
	for range rounds {
		x := s.c.Point(s.rng)
		theta := s.grad(x)
		value, conj, inner := s.phi.Value(x), s.phi.Conj(theta), dot(x, theta)
		size := math.Abs(value) + math.Abs(conj) + math.Abs(inner)
		if !(math.Abs(value+conj-inner) <= eps*size) {
			s.t.Fatalf("φ(x) + φ*(∇φ(x)) = %v but ⟨x, ∇φ(x)⟩ = %v at x = %v", value+conj, inner, x)
		}
	}
}

// inverseMaps allows for the rounding of the image between the two maps: a
// relative error of θ moves x by ∇²φ*(θ)θ, and conversely.
func (s *suite) inverseMaps() {
	eps := s.eps()
	for range rounds {
		x := s.c.Wide(s.rng)
		theta := s.grad(x)
		back := s.gradConj(theta)
		size := s.sizes(x, s.hessConj(theta, theta))
		for i := range x {
			if !(math.Abs(back[i]-x[i]) <= eps*size[i]) {
				s.t.Fatalf("∇φ*(∇φ(x)) = %v, want x = %v (coordinate %d, θ = %v)", back[i], x[i], i, theta[i])
			}
		}
	}
	for range rounds {
		theta := s.c.Dual(s.rng)
		x := s.gradConj(theta)
		back := s.grad(x)
		// θ' − θ is compared through ∇²φ*, which maps it to an error of x.
		gap := s.hessConj(theta, sub(back, theta))
		size := s.sizes(x, s.hessConj(theta, theta))
		for i := range theta {
			if !(math.Abs(gap[i]) <= eps*size[i]) {
				s.t.Fatalf("∇φ(∇φ*(θ)) = %v, want θ = %v (coordinate %d, x = %v)", back[i], theta[i], i, x[i])
			}
		}
	}
}

func (s *suite) hessian() {
	sep, separable := s.phi.(geometry.Separable)
	for range rounds {
		theta := s.grad(s.c.Point(s.rng))
		v, w := make([]float64, len(theta)), make([]float64, len(theta))
		for i := range v {
			v[i], w[i] = s.rng.NormFloat64(), s.rng.NormFloat64()
		}
		hv, hw := s.hessConj(theta, v), s.hessConj(theta, w)
		vhv, whw := dot(v, hv), dot(w, hw)
		if left, right := dot(v, hw), dot(w, hv); !(math.Abs(left-right) <= eps*math.Sqrt(vhv*whw)) {
			s.t.Fatalf("⟨v, Hw⟩ = %v but ⟨w, Hv⟩ = %v", left, right)
		}
		if !(vhv > 0) {
			s.t.Fatalf("⟨v, Hv⟩ = %v, want > 0", vhv)
		}
		if !separable {
			continue
		}
		d := nans(len(theta))
		sep.HessConjDiag(d, theta)
		for i := range d {
			if !(math.Abs(d[i]*v[i]-hv[i]) <= eps*math.Abs(hv[i])) {
				s.t.Fatalf("diagonal %d of ∇²φ* is %v, but (Hv)ᵢ = %v for vᵢ = %v", i, d[i], hv[i], v[i])
			}
		}
	}
}

func (s *suite) bregman() {
	eps := s.eps()
	for range rounds {
		x, y, z := s.c.Point(s.rng), s.c.Point(s.rng), s.c.Point(s.rng)
		if d := s.phi.Bregman(x, x); d != 0 {
			s.t.Fatalf("D(x, x) = %v at x = %v", d, x)
		}
		xz, xy, yz := s.phi.Bregman(x, z), s.phi.Bregman(x, y), s.phi.Bregman(y, z)
		if !equal(x, z) && !(xz > 0) {
			s.t.Fatalf("D(x, z) = %v for different points x = %v, z = %v", xz, x, z)
		}
		inner := dot(sub(s.grad(y), s.grad(z)), sub(x, y))
		if !(math.Abs(xy+yz+inner-xz) <= eps*(xy+yz+xz+math.Abs(inner))) {
			s.t.Fatalf("D(x,y) + D(y,z) + ⟨∇φ(y)−∇φ(z), x−y⟩ = %v, want D(x,z) = %v", xy+yz+inner, xz)
		}
		if f := s.phi.Fenchel(x, s.grad(z)); !(math.Abs(f-xz) <= eps*(f+xz)+eps*eps) {
			s.t.Fatalf("Fenchel(x, ∇φ(z)) = %v, want D(x, z) = %v", f, xz)
		}
	}
	for range rounds {
		x, z := s.c.Wide(s.rng), s.c.Wide(s.rng)
		for _, d := range []float64{s.phi.Bregman(x, z), s.phi.Fenchel(x, s.grad(z)), s.phi.Fenchel(x, s.c.Dual(s.rng))} {
			if !(d >= 0) {
				s.t.Fatalf("divergence %v < 0 at x = %v, z = %v", d, x, z)
			}
		}
	}
}

// nearDiagonal: D is quadratic, so points twice as far have four times the
// divergence, down to the last bits of the points.
func (s *suite) nearDiagonal() {
	for range rounds {
		z := s.c.Point(s.rng)
		x1, x2 := make([]float64, len(z)), make([]float64, len(z))
		for i, v := range z {
			d := math.Nextafter(v, math.Inf(1)) - v // z, x1, x2 are equally spaced
			x1[i], x2[i] = v+4*d, v+8*d
			if x2[i]-x1[i] != 4*d || x1[i]-v != 4*d {
				x1[i], x2[i] = v-4*d, v-8*d
			}
		}
		near, far := s.phi.Bregman(x1, z), s.phi.Bregman(x2, z)
		if !(near > 0 && math.Abs(far/near-4) < 1e-3) {
			s.t.Fatalf("D grows by %v from a distance of 4 ulp to 8 ulp at z = %v, want 4", far/near, z)
		}
		if f := s.phi.Fenchel(z, s.grad(z)); !(f <= eps*eps*s.scale(z, s.grad(z))) {
			s.t.Fatalf("Fenchel(z, ∇φ(z)) = %v at z = %v, want 0 to rounding", f, z)
		}
	}
}

// scale returns the rounding scale of the divergence from x to θ: what
// relative errors 1 of x and θ would make of ½⟨δθ, ∇²φ* δθ⟩.
func (s *suite) scale(x, theta []float64) float64 {
	at := s.grad(x)
	return math.Abs(dot(theta, s.hessConj(theta, theta))) +
		math.Abs(dot(theta, s.hessConj(at, theta))) + math.Abs(dot(x, at)) + math.Abs(dot(x, theta))
}

func (s *suite) boundary() {
	if s.c.Approach == nil {
		s.t.Skip("the domain has no boundary")
	}
	last := 0.0
	for _, t := range []float64{1e-1, 1e-2, 1e-4, 1e-8, 1e-16, 1e-32, 1e-64, 1e-128, 1e-256} {
		x := s.c.Approach(t)
		var big float64
		for _, v := range s.grad(x) {
			big = max(big, math.Abs(v))
		}
		if !(big > last) {
			s.t.Fatalf("‖∇φ‖ = %v at distance %v from the boundary, want more than %v", big, t, last)
		}
		last = big
	}
}

func (s *suite) destinations() {
	x := s.c.Point(s.rng)
	theta := s.grad(x)
	v := s.direction(x)
	keep := [][]float64{append([]float64(nil), x...), append([]float64(nil), theta...), append([]float64(nil), v...)}
	back, hv := s.gradConj(theta), s.hessConj(theta, v)
	s.phi.Value(x)
	s.phi.Conj(theta)
	s.phi.Bregman(x, back)
	s.phi.Fenchel(x, theta)
	for i, w := range [][]float64{x, theta, v} {
		if !equal(w, keep[i]) {
			s.t.Errorf("an input was changed")
		}
	}
	inPlace := func(name string, input, want []float64, fn func(dst []float64)) {
		dst := append([]float64(nil), input...)
		fn(dst)
		if !equal(dst, want) {
			s.t.Errorf("%s in place gives %v, want %v", name, dst, want)
		}
	}
	inPlace("Grad", x, theta, func(dst []float64) { s.phi.Grad(dst, dst) })
	inPlace("GradConj", theta, back, func(dst []float64) { s.phi.GradConj(dst, dst) })
	inPlace("HessConj over θ", theta, hv, func(dst []float64) { s.phi.HessConj(dst, dst, v) })
	inPlace("HessConj over v", v, hv, func(dst []float64) { s.phi.HessConj(dst, theta, dst) })
}
