package descent

import "math/bits"

// philox is the counter-based generator Philox4x32-10 of Salmon, Moraes, Dror
// and Shaw (2011): a keyed bijection of 128-bit counters. Step k of a run has
// numbers of its own, so a run can be resumed, or a step looked at, without
// those before.
type philox struct{ key [2]uint32 }

func newPhilox(seed uint64) philox { return philox{[2]uint32{uint32(seed), uint32(seed >> 32)}} }

// block returns the image of a counter.
func (p philox) block(c [4]uint32) [4]uint32 {
	const m0, m1, w0, w1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85
	k := p.key
	for range 10 {
		h0, l0 := bits.Mul32(m0, c[0])
		h1, l1 := bits.Mul32(m1, c[2])
		c = [4]uint32{h1 ^ c[1] ^ k[0], l1, h0 ^ c[3] ^ k[1], l0}
		k[0] += w0
		k[1] += w1
	}
	return c
}

// The streams of a step.
const (
	streamRows  = 0
	streamNoise = 1
)

// draws are the random numbers of one stream of one step.
type draws struct {
	p    philox
	at   [4]uint32 // number within the stream, stream, step
	buf  [4]uint32
	left int
}

func (p philox) draws(step uint64, stream uint32) *draws {
	return &draws{p: p, at: [4]uint32{0, stream, uint32(step), uint32(step >> 32)}}
}

func (d *draws) word() uint32 {
	if d.left == 0 {
		d.buf = d.p.block(d.at)
		d.at[0]++
		d.left = 4
	}
	d.left--
	return d.buf[3-d.left]
}

// below returns a uniform integer in [0, n), n ≤ 2³², without bias (Lemire
// 2019).
func (d *draws) below(n int) int {
	size := uint64(n)
	for {
		prod := uint64(d.word()) * size
		if low := uint32(prod); uint64(low) >= size || uint64(low) >= (1<<32)%size {
			return int(prod >> 32)
		}
	}
}

// sign returns 1 or −1.
func (d *draws) sign() float64 {
	if d.word()&1 == 0 {
		return 1
	}
	return -1
}
