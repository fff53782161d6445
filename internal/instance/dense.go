package instance

import "math"

// gaussian fills the n rows of a with independent N(0, 1/n).
func gaussian(a []float64, r *stream, n int, ziggurat bool) []float64 {
	scale := math.Sqrt(float64(n))
	if ziggurat {
		r.layered(a, 1/scale)
		return a
	}
	r.normals(a)
	for i := range a {
		a[i] /= scale
	}
	return a
}

// bernoulli returns an n×m row-major matrix of independent ±1/√n.
func bernoulli(r *stream, n, m int) []float64 {
	v := 1 / math.Sqrt(float64(n))
	a := make([]float64, n*m)
	var word uint64
	for i := range a {
		if i%64 == 0 {
			word = r.src.Uint64()
		}
		if word>>(i%64)&1 == 0 {
			a[i] = v
		} else {
			a[i] = -v
		}
	}
	return a
}

// bumps returns the n×m row-major matrix of samples
//
//	exp(−(tᵢ−cⱼ)² / 2w²),   tᵢ = i/(n−1),   cⱼ = j/(m−1)
//
// with its columns scaled to unit norm. Values below exp(−50) are zero.
func bumps(n, m int, width float64) []float64 {
	a := make([]float64, n*m)
	for j := range m {
		c := float64(j) / float64(m-1)
		sum := 0.0
		for i := range n {
			d := (float64(i)/float64(n-1) - c) / width
			if e := float64(d*d) / 2; e < 50 {
				v := Exp(-e)
				a[i*m+j] = v
				sum += float64(v * v)
			}
		}
		norm := math.Sqrt(sum)
		for i := range n {
			a[i*m+j] /= norm
		}
	}
	return a
}

// ternary returns an n×m row-major matrix with entries −1, 0, 1 of equal
// probability, in which duplicates columns repeat another column and midpoints
// columns are the mean of two others (entries ±½ occur there). All are in
// random places. The columns tied are a duplicate and a midpoint, where there
// are any: with one of them in the support of x, the minimiser of the ℓ1 norm
// is not unique.
func ternary(r *stream, n, m, duplicates, midpoints int) (a []float64, tied []int) {
	a = make([]float64, n*m)
	place := r.permutation(m)
	base := place[:m-duplicates-midpoints]
	for _, j := range base {
		for i := range n {
			a[i*m+j] = float64(r.below(3) - 1)
		}
	}
	mean := func(j, p, q int) {
		for i := range n {
			a[i*m+j] = (a[i*m+p] + a[i*m+q]) / 2
		}
	}
	extra := place[len(base):]
	for _, j := range extra[:duplicates] {
		p := base[r.below(len(base))]
		mean(j, p, p)
	}
	for _, j := range extra[duplicates:] {
		pair := r.subset(2, len(base))
		mean(j, base[pair[0]], base[pair[1]])
	}
	if duplicates > 0 {
		tied = append(tied, extra[0])
	}
	if midpoints > 0 {
		tied = append(tied, extra[duplicates])
	}
	return a, tied
}
