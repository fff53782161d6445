package certify

import (
	"math"
	"math/bits"
)

// prime is the Mersenne prime 2⁶¹−1, modulo which powers of two are rotations.
const prime = 1<<61 - 1

// FullColumnRank reports whether the n×k matrix, whose column j is
// data[j*n:(j+1)*n], has rank k. The entries must be finite.
//
// True is a proof: a double is m·2ᵉ and 2 is invertible modulo the prime, so
// elimination modulo the prime computes the residues of the minors, and a minor
// whose residue is not 0 is not 0. False may be wrong only if the prime divides
// a minor that is not 0, a chance of about k·2⁻⁶¹ for data not made for it.
//
// Cost: about n·k² modular multiplications at most; data is not changed.
func FullColumnRank(n, k int, data []float64) bool {
	if len(data) != n*k {
		panic("certify: length of data is not rows times columns")
	}
	if k > n {
		return false
	}
	a := make([]uint64, len(data))
	for i, v := range data {
		a[i] = residue(v)
	}
	for j := range k {
		col := a[j*n : (j+1)*n]
		pivot := j
		for pivot < n && col[pivot] == 0 {
			pivot++
		}
		if pivot == n {
			return false
		}
		for c := j; c < k; c++ {
			a[c*n+j], a[c*n+pivot] = a[c*n+pivot], a[c*n+j]
		}
		inverse := powMod(col[j], prime-2)
		for c := j + 1; c < k; c++ {
			other := a[c*n : (c+1)*n]
			if other[j] != 0 {
				eliminate(other[j+1:], col[j+1:], prime-mulMod(other[j], inverse))
			}
		}
	}
	return true
}

// eliminate adds f·v to dst modulo the prime.
func eliminate(dst, v []uint64, f uint64) {
	for i, x := range v {
		hi, lo := bits.Mul64(x, f)
		lo, carry := bits.Add64(lo, dst[i], 0)
		dst[i] = fold(hi+carry, lo)
	}
}

// fold reduces hi·2⁶⁴+lo < 2¹²³ modulo the prime.
func fold(hi, lo uint64) uint64 {
	s := lo&prime + (lo>>61 | hi<<3)
	s = s&prime + s>>61
	if s >= prime {
		s -= prime
	}
	return s
}

func mulMod(a, b uint64) uint64 { return fold(bits.Mul64(a, b)) }

func powMod(a, e uint64) uint64 {
	r := uint64(1)
	for ; e > 0; e >>= 1 {
		if e&1 == 1 {
			r = mulMod(r, a)
		}
		a = mulMod(a, a)
	}
	return r
}

// residue returns v = m·2ᵉ modulo the prime, where 2⁶¹ ≡ 1.
func residue(v float64) uint64 {
	frac, e := math.Frexp(math.Abs(v))
	m := uint64(frac * (1 << 53))
	shift := uint((e-53)%61+61) % 61
	r := fold(bits.Mul64(m, 1<<shift))
	if v < 0 && r != 0 {
		r = prime - r
	}
	return r
}
