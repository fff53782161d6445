package fft

const (
	sin3  = 0.866025403784438646763723170752936183 // sin 2π/3
	cos5  = 0.309016994374947424102293417182819059 // cos 2π/5
	sin5  = 0.951056516295153572116439333379382143 // sin 2π/5
	cos52 = -0.80901699437494742410229341718281906 // cos 4π/5
	sin52 = 0.587785252292473129168705954639072769 // sin 4π/5
)

func (p *pass) three(y, x []complex128, s int) {
	part := p.n1 * s
	for j := range p.n1 {
		w1, w2 := p.roots[2*j], p.roots[2*j+1]
		x0 := x[j*s:][:s]
		x1, x2 := x[part+j*s:][:len(x0)], x[2*part+j*s:][:len(x0)]
		to := y[3*j*s:][:3*s]
		y0, y1, y2 := to[:len(x0)], to[s:][:len(x0)], to[2*s:][:len(x0)]
		for q, a := range x0 {
			b, c := x1[q], x2[q]
			sum, dif := b+c, timesI(times(sin3, b-c))
			mid := a - times(0.5, sum)
			y0[q] = a + sum
			y1[q] = w1 * (mid - dif)
			y2[q] = w2 * (mid + dif)
		}
	}
}

func (p *pass) five(y, x []complex128, s int) {
	part := p.n1 * s
	for j := range p.n1 {
		w := p.roots[4*j:][:4]
		x0 := x[j*s:][:s]
		x1, x2 := x[part+j*s:][:len(x0)], x[2*part+j*s:][:len(x0)]
		x3, x4 := x[3*part+j*s:][:len(x0)], x[4*part+j*s:][:len(x0)]
		to := y[5*j*s:][:5*s]
		for q, a := range x0 {
			s1, d1 := x1[q]+x4[q], x1[q]-x4[q]
			s2, d2 := x2[q]+x3[q], x2[q]-x3[q]
			m1 := a + times(cos5, s1) + times(cos52, s2)
			m2 := a + times(cos52, s1) + times(cos5, s2)
			i1 := timesI(times(sin5, d1) + times(sin52, d2))
			i2 := timesI(times(sin52, d1) - times(sin5, d2))
			to[q] = a + s1 + s2
			to[q+s] = w[0] * (m1 - i1)
			to[q+2*s] = w[1] * (m2 - i2)
			to[q+3*s] = w[2] * (m2 + i2)
			to[q+4*s] = w[3] * (m1 + i1)
		}
	}
}
