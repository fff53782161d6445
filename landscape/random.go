package landscape

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/tacit-dev/tacit/internal/blas"
)

// random is a source of numbers that depend on a seed and a purpose only. The
// distributions are formed here because those of math/rand/v2 are not promised to
// stay as they are.
type random struct{ src *rand.ChaCha8 }

func newRandom(seed uint64, purpose string) *random {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], seed)
	return &random{rand.NewChaCha8(sha256.Sum256(append([]byte("tacit landscape 1\x00"+purpose+"\x00"), b[:]...)))}
}

// uniform returns a multiple of 2⁻⁵³ in [0, 1).
func (r *random) uniform() float64 { return float64(r.src.Uint64()>>11) * 0x1p-53 }

// normal returns a standard normal number (Box and Muller 1958).
func (r *random) normal() float64 {
	return math.Sqrt(-2*math.Log(1-r.uniform())) * math.Cos(2*math.Pi*r.uniform())
}

// normals fills dst.
func (r *random) normals(dst []float64) {
	for i := range dst {
		dst[i] = r.normal()
	}
}

// orthogonal returns a random n×n orthogonal matrix.
func (r *random) orthogonal(n int) []float64 {
	a, q, tau := make([]float64, n*n), make([]float64, n*n), make([]float64, n)
	r.normals(a)
	for i := range n {
		q[i*n+i] = 1
	}
	blas.QR(a, n, n, n, tau)
	blas.ApplyQ(a, n, n, n, tau, q, n, n, false)
	return q
}

// RandomOrthogonal returns an n×n orthogonal matrix by rows that depends on the
// seed and the purpose only.
func RandomOrthogonal(n int, seed uint64, purpose string) []float64 {
	return newRandom(seed, "orthogonal "+purpose).orthogonal(n)
}
