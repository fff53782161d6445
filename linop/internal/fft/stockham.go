package fft

// A pass is one level of Stockham's algorithm: with w = exp(−2πi/length) it
// takes x, s interleaved sequences of that length, to radix·s interleaved
// sequences of length n1 = length/radix,
//
//	y[q + s(radix·p + k)] = wᵖᵏ Σ_l x[q + s(p + l·n1)] exp(−2πi kl/radix)
//
// for 0 ≤ q < s, 0 ≤ p < n1, 0 ≤ k < radix.
type pass struct {
	radix, n1 int
	roots     []complex128 // wᵖᵏ at (radix−1)p + k − 1
}

// passes returns the levels of a transform of the smooth length n. A pass with
// n1 = 1 needs no roots; the cheapest radix comes last because it moves as much
// memory as a dear one.
func passes(n int) []pass {
	var out []pass
	for _, r := range []int{5, 3, 4, 2} {
		for n%r == 0 {
			p := pass{radix: r, n1: n / r, roots: make([]complex128, 0, (r-1)*(n/r))}
			for j := range p.n1 {
				for k := 1; k < r; k++ {
					p.roots = append(p.roots, root(j*k%n, n))
				}
			}
			out = append(out, p)
			n /= r
		}
	}
	return out
}

// run transforms s interleaved sequences in x, using y of the same length, and
// returns the one of the two that holds the result.
func run(levels []pass, x, y []complex128, s int) []complex128 {
	for i := range levels {
		p := &levels[i]
		switch p.radix {
		case 2:
			p.two(y, x, s)
		case 3:
			p.three(y, x, s)
		case 4:
			p.four(y, x, s)
		default:
			p.five(y, x, s)
		}
		x, y = y, x
		s *= p.radix
	}
	return x
}

// timesI returns i·z.
func timesI(z complex128) complex128 { return complex(-imag(z), real(z)) }

// conj returns the conjugate of z.
func conj(z complex128) complex128 { return complex(real(z), -imag(z)) }

// times returns r·z for a real r.
func times(r float64, z complex128) complex128 { return complex(r*real(z), r*imag(z)) }

func (p *pass) two(y, x []complex128, s int) {
	half := p.n1 * s
	for j := range p.n1 {
		w := p.roots[j]
		x0 := x[j*s:][:s]
		x1 := x[half+j*s:][:len(x0)]
		y0, y1 := y[2*j*s:][:len(x0)], y[(2*j+1)*s:][:len(x0)]
		for q, a := range x0 {
			b := x1[q]
			y0[q] = a + b
			y1[q] = w * (a - b)
		}
	}
}

func (p *pass) four(y, x []complex128, s int) {
	switch {
	case s == 1:
		p.fourFirst(y, x)
		return
	case p.n1 == 1:
		fourLast(y, x, s)
		return
	}
	part := p.n1 * s
	for j := range p.n1 {
		w := p.roots[3*j:][:3]
		w1, w2, w3 := w[0], w[1], w[2]
		x0 := x[j*s:][:s]
		x1 := x[part+j*s:][:len(x0)]
		x2 := x[2*part+j*s:][:len(x0)]
		x3 := x[3*part+j*s:][:len(x0)]
		to := y[4*j*s:][:4*s]
		y0, y1, y2, y3 := to[:len(x0)], to[s:][:len(x0)], to[2*s:][:len(x0)], to[3*s:][:len(x0)]
		for q, a := range x0 {
			b, c, d := x1[q], x2[q], x3[q]
			ac, bd := a+c, b+d
			am, bm := a-c, timesI(b-d)
			y0[q] = ac + bd
			y1[q] = w1 * (am - bm)
			y2[q] = w2 * (ac - bd)
			y3[q] = w3 * (am + bm)
		}
	}
}

// fourFirst is a pass over a single sequence: the loop runs over p.
func (p *pass) fourFirst(y, x []complex128) {
	n1 := p.n1
	x0 := x[:n1]
	x1, x2, x3 := x[n1:][:len(x0)], x[2*n1:][:len(x0)], x[3*n1:][:len(x0)]
	for j, a := range x0 {
		w, to := p.roots[3*j:][:3], y[4*j:][:4]
		b, c, d := x1[j], x2[j], x3[j]
		ac, bd := a+c, b+d
		am, bm := a-c, timesI(b-d)
		to[0] = ac + bd
		to[1] = w[0] * (am - bm)
		to[2] = w[1] * (ac - bd)
		to[3] = w[2] * (am + bm)
	}
}

// fourLast is the pass of sequences of length 4, where all roots are one.
func fourLast(y, x []complex128, s int) {
	x0 := x[:s]
	x1, x2, x3 := x[s:][:len(x0)], x[2*s:][:len(x0)], x[3*s:][:len(x0)]
	y0, y1, y2, y3 := y[:len(x0)], y[s:][:len(x0)], y[2*s:][:len(x0)], y[3*s:][:len(x0)]
	for q, a := range x0 {
		b, c, d := x1[q], x2[q], x3[q]
		ac, bd := a+c, b+d
		am, bm := a-c, timesI(b-d)
		y0[q] = ac + bd
		y1[q] = am - bm
		y2[q] = ac - bd
		y3[q] = am + bm
	}
}
