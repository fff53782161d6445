package main

// The pooling design of P-BEST: 384 samples are tested in 48 pools, each
// sample in 6 of them, by a Reed–Solomon code (Shental et al., "Efficient
// high-throughput SARS-CoV-2 testing to detect asymptomatic carriers", Science
// Advances 6(37), eabc5961, 2020; Reed and Solomon 1960).
//
// A sample is a polynomial f of degree < 3 over the field GF(8). It joins, for
// each of 6 points u of the field, the pool (u, f(u)). Two polynomials of
// degree < 3 agree in at most 2 points, so two samples share at most 2 of
// their 6 pools: that is what makes few carriers identifiable.
const (
	fieldSize = 8
	points    = 6
	pools     = points * fieldSize // n = 48 measurements
	samples   = 384                // m = 384 unknowns
)

// gfMul multiplies in GF(8) = GF(2)[z]/(z³+z+1); elements are bit masks, and
// addition is exclusive or.
func gfMul(a, b int) int {
	product := 0
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		a <<= 1
		if a&fieldSize != 0 {
			a ^= 0b1011
		}
	}
	return product
}

// design returns the 48×384 matrix of zeros and ones, row-major:
// A[pool, sample] = 1 if the sample is in the pool.
//
// Sample j is the polynomial c₀ + c₁u + c₂u² whose coefficients are the octal
// digits of j, c₀ the last one. There are 512 of them; 384 are used, namely 48
// pairs (c₂, c₁) each with all 8 values of c₀. As c₀ runs through the field
// so does f(u), hence every pool holds exactly 48 samples.
func design() []float64 {
	a := make([]float64, pools*samples)
	for j := range samples {
		c0, c1, c2 := j%fieldSize, j/fieldSize%fieldSize, j/(fieldSize*fieldSize)
		for u := range points {
			value := c0 ^ gfMul(c1, u) ^ gfMul(c2, gfMul(u, u))
			a[(u*fieldSize+value)*samples+j] = 1
		}
	}
	return a
}

// carriers are the samples that hold virus, with their loads in copies per
// microlitre: five carriers spread over five decades, as patients are.
var carriers = map[int]float64{23: 4.1e6, 101: 380, 178: 25000, 256: 62, 349: 910000}

// loads returns the unknown x: the load of every sample.
func loads() []float64 {
	x := make([]float64, samples)
	for j, load := range carriers {
		x[j] = load
	}
	return x
}

// measure returns b = A x: what the 48 pools show, in units in which a pool
// adds up its samples.
func measure(a, x []float64) []float64 {
	b := make([]float64, pools)
	for i := range b {
		for j, v := range x {
			b[i] += a[i*samples+j] * v
		}
	}
	return b
}
