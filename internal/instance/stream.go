package instance

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// stream is a source of random numbers of the kinds that instances need. Only
// the raw ChaCha8 words come from the standard library: its derived
// distributions are not promised to stay as they are.
type stream struct {
	src   *rand.ChaCha8
	spare float64 // second normal of a pair
	full  bool    // spare is unused
}

// stream returns the randomness for one part of the instance. The parts are
// independent, so that the same A comes with any number of nonzeros and any
// noise.
func (s Sparse) stream(part string) *stream { return keyed(s.name(), part, s.Seed) }

// keyed is the randomness for a part of an instance of that name and seed.
func keyed(name, part string, value uint64) *stream {
	h := sha256.New()
	h.Write([]byte("tacit instance 1\x00" + name + "\x00" + part + "\x00"))
	var seed [8]byte
	binary.LittleEndian.PutUint64(seed[:], value)
	h.Write(seed[:])
	return &stream{src: rand.NewChaCha8([32]byte(h.Sum(nil)))}
}

// uniform returns a multiple of 2⁻⁵³ in [0, 1).
func (r *stream) uniform() float64 {
	return float64(r.src.Uint64()>>11) * 0x1p-53
}

// below returns an integer in [0, n) without bias (Lemire 2019).
func (r *stream) below(n int) int {
	bound := uint64(n)
	hi, lo := bits.Mul64(r.src.Uint64(), bound)
	if lo < bound {
		for reject := -bound % bound; lo < reject; {
			hi, lo = bits.Mul64(r.src.Uint64(), bound)
		}
	}
	return int(hi)
}

// normal returns a standard normal number by the polar method (Marsaglia and
// Bray 1964).
func (r *stream) normal() float64 {
	if r.full {
		r.full = false
		return r.spare
	}
	for {
		u := 2*r.uniform() - 1 // exact, so that a fused product changes nothing
		v := 2*r.uniform() - 1
		uu, vv := float64(u*u), float64(v*v)
		if q := uu + vv; q < 1 && q > 0 {
			f := math.Sqrt(-2 * Log(q) / q)
			r.spare, r.full = float64(v*f), true
			return float64(u * f)
		}
	}
}

// subset returns k of the integers 0..m−1 in increasing order, all subsets
// being equally likely (Floyd: Bentley and Floyd 1987).
func (r *stream) subset(k, m int) []int {
	if m <= manyOf*k {
		return r.denseSubset(k, m)
	}
	in := make(map[int]bool, k)
	for j := m - k; j < m; j++ {
		if t := r.below(j + 1); in[t] {
			in[j] = true
		} else {
			in[t] = true
		}
	}
	idx := make([]int, 0, k)
	for j := range in {
		idx = append(idx, j)
	}
	slices.Sort(idx)
	return idx
}

// manyOf is the ratio m/k up to which a table of all m integers is quicker than
// a map of k.
const manyOf = 256

// denseSubset is subset with a table.
func (r *stream) denseSubset(k, m int) []int {
	in := make([]bool, m)
	for j := m - k; j < m; j++ {
		if t := r.below(j + 1); in[t] {
			in[j] = true
		} else {
			in[t] = true
		}
	}
	idx := make([]int, 0, k)
	for j, chosen := range in {
		if chosen {
			idx = append(idx, j)
		}
	}
	return idx
}

// spaced returns k of the integers 0..m−1 at least gap apart: the gaps are
// taken out of the line, a subset is drawn, and they are put back.
func (r *stream) spaced(k, m, gap int) []int {
	idx := r.subset(k, m-(k-1)*(gap-1))
	for i := range idx {
		idx[i] += i * (gap - 1)
	}
	return idx
}

// subsetWith is a subset of k of m that contains the must (or the first k of
// them).
func (r *stream) subsetWith(must []int, k, m int) []int {
	must = must[:min(k, len(must))]
	rest := make([]int, 0, m)
	for j := range m {
		if !slices.Contains(must, j) {
			rest = append(rest, j)
		}
	}
	idx := slices.Clone(must)
	for _, t := range r.subset(k-len(must), len(rest)) {
		idx = append(idx, rest[t])
	}
	slices.Sort(idx)
	return idx
}

// permutation returns the integers 0..m−1 in random order (Fisher and Yates).
func (r *stream) permutation(m int) []int {
	p := make([]int, m)
	for i := range p {
		j := r.below(i + 1)
		p[i], p[j] = p[j], i
	}
	return p
}
