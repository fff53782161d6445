package certify

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"sync"
)

// Proofs by random vectors. Let B be symmetric, and suppose that it had an
// eigenvector v with the eigenvalue g* ≥ g > 1. For the standard normal vector x
// and Chebyshev's polynomial T_k, increasing beyond 1,
//
//	‖T_k(B)x‖ ≥ T_k(g)·|vᵀx|,
//
// so that a small left side would need |vᵀx| ≤ ‖T_k(B)x‖/T_k(g), which for a normal
// number has a probability of at most √(2/π) times that bound. If d independent x
// give bounds below c each, either there is no such v or an event of the probability
// (√(2/π)c)^d took place. Nothing has to be known of the other eigenvalues.
//
// x is drawn from SHA-256 of everything that v depends on, so that nobody chose v
// knowing x, unless by trying; and anew by whoever verifies.
//
// The recurrence X_{j+1} = 2BX_j − X_{j−1} is computed with errors e_j of at
// most ε·N_j along v, N_j the largest ‖X_i‖, i ≤ j. They reach X_k by U_{k−1−j}(B), and U_m(g*) ≤ (m+1)T_m(g*) ≤
// (m+1)T_k(g*)/T_{k−m}(g*). Hence, with the norms that were computed,
//
//	|vᵀx| ≤ ‖X_k‖/T_k(g) + ε·Σ_{j<k} (k−j)N_j/T_{j+1}(g).

// MaxFailure is the largest Certificate.Failure that is accepted.
const MaxFailure = 1e-9

// amplifier is the B of such a proof.
type amplifier struct {
	dim  int                            // length of x
	room int                            // the dimension of the space that B acts on
	work func() func(x, y, z []float64) // z = 2Bx − y; one for every goroutine
	into func() func(x []float64)       // projects on the space, nil: all of it
	eps  float64
	g    float64
}

// The draws and the degree of a proof, and its work in products with B.
const (
	mostDraws  = 6
	mostDegree = 800
)

// plan returns the draws and the degree with which a proof that fails with a
// probability of at most failure may be expected to succeed at the least cost.
func (a amplifier) plan(failure float64) (draws, degree int, ok bool) {
	if !(a.g > 1) {
		return 0, 0, false
	}
	angle := math.Acosh(a.g)
	size := 1.5 * math.Sqrt(float64(a.room)+8)
	for t := 1; t <= mostDraws; t++ {
		each := math.Pow(failure, 1/float64(t))
		k := math.Ceil(math.Acosh(2*size/each+1) / angle)
		if k > mostDegree {
			continue
		}
		var lost float64
		for j := 0.0; j < k; j++ {
			lost += (k - j) * a.eps * size / math.Cosh((j+1)*angle)
		}
		if lost < 0.3*each && (!ok || t*int(k) < draws*degree) {
			draws, degree, ok = t, int(k), true
		}
	}
	return draws, degree, ok
}

// excluded draws, and reports whether B is proven to have no eigenvalue g* ≥ g, with
// the check that says so.
func (a amplifier) excluded(name string, failure float64, seed func(draw int) [32]byte) (Check, bool) {
	draws, degree, ok := a.plan(failure)
	c := Check{Name: name + ": chance of a draw to mislead", Value: 1, Bound: failure}
	if !ok {
		return c, false
	}
	c.Bound = math.Pow(failure, 1/float64(draws))
	found := make([]float64, draws)
	var wg sync.WaitGroup
	for d := range draws {
		wg.Add(1)
		go func() {
			defer wg.Done()
			found[d] = a.component(degree, seed(d))
		}()
	}
	wg.Wait()
	c.Value = 0
	for _, v := range found {
		c.Value = max(c.Value, v*math.Sqrt(2/math.Pi)*(1+1e-9))
	}
	c.Pass = c.Value <= c.Bound
	return c, c.Pass
}

// component bounds |vᵀx| for the x of a seed.
func (a amplifier) component(degree int, seed [32]byte) float64 {
	x, y, z := make([]float64, a.dim), make([]float64, a.dim), make([]float64, a.dim)
	normals(x, seed)
	if a.into != nil {
		a.into()(x)
	}
	step := a.work()
	angle := math.Acosh(a.g)
	length := func(v []float64) float64 { return math.Sqrt(plainDot(v, v)) * (1 + float64(len(v)+8)*unit) }
	chebyshev := func(j int) float64 { return math.Cosh(float64(j)*angle) * (1 - 1e-9) } // right to 1e-12
	now := length(x)
	largest := now
	lost := 32 * unit * now // x itself is rounded
	step(x, y, z)
	for i := range z {
		z[i] /= 2
	}
	for j := 0; ; j++ {
		lost += float64(degree-j) * a.eps * largest / chebyshev(j+1)
		now = length(z)
		largest = max(largest, now)
		if j+1 == degree {
			break
		}
		x, y, z = z, x, y
		step(x, y, z)
	}
	if !(now < math.MaxFloat64) { // it grew beyond all bounds
		return math.Inf(1)
	}
	return (now/chebyshev(degree) + lost) * (1 + 1e-9)
}

// normals fills x with independent normal numbers, by Box and Muller's method.
func normals(x []float64, seed [32]byte) {
	src := rand.NewChaCha8(seed)
	uniform := func() float64 { return (float64(src.Uint64()>>11) + 0.5) * 0x1p-53 }
	for i := 0; i < len(x); i += 2 {
		r := math.Sqrt(-2 * math.Log(uniform()))
		s, c := math.Sincos(2 * math.Pi * uniform())
		x[i] = r * c
		if i+1 < len(x) {
			x[i+1] = r * s
		}
	}
}

// seeds returns the seeds of a proof: SHA-256 of who draws, of A, y and the factors.
func (q *matrixProblem) seeds(proof string) func(draw int) [32]byte {
	if q.digest == nil {
		h := sha256.New()
		buf := make([]byte, 0, 1<<14)
		put := func(v uint64) {
			if buf = binary.LittleEndian.AppendUint64(buf, v); len(buf) >= 1<<14-64 {
				h.Write(buf)
				buf = buf[:0]
			}
		}
		put(uint64(q.p))
		put(uint64(q.q))
		for k := range q.b {
			put(uint64(k))
			q.rows(k, func(i, j int, v float64) {
				put(uint64(i))
				put(uint64(j))
				put(math.Float64bits(v))
			})
		}
		for _, list := range [][]float64{q.b, q.w.Y, q.l, q.rt} {
			put(uint64(len(list)))
			for _, v := range list {
				put(math.Float64bits(v))
			}
		}
		h.Write(buf)
		q.digest = h.Sum(nil)
	}
	digest := q.digest
	return func(draw int) [32]byte {
		text := append([]byte("tacit random vectors\x00"+q.purpose+"\x00"+proof+"\x00"), digest...)
		return sha256.Sum256(binary.LittleEndian.AppendUint64(text, uint64(draw)))
	}
}

// spectrumEnds estimates the least and the largest eigenvalue of a symmetric
// operator, from inside, by at most 96 steps of Lanczos's method from x, which it
// overwrites. It ends where settled accepts what the last eight steps changed.
func spectrumEnds(apply func(dst, x []float64), x []float64, settled func(low, high, dlow, dhigh float64) bool) (low, high float64) {
	n := len(x)
	before, w := make([]float64, n), make([]float64, n)
	scale(x, 1/math.Sqrt(plainDot(x, x)))
	var alpha, beta []float64
	b := 0.0
	for {
		apply(w, x)
		a := plainDot(w, x)
		for i := range w {
			w[i] -= a*x[i] + b*before[i]
		}
		alpha = append(alpha, a)
		b = math.Sqrt(plainDot(w, w))
		end := len(alpha) == 96 || !(b > 1e-13*math.Abs(a))
		if end || len(alpha)%8 == 0 {
			l, h := low, high
			low, high = tridiagonalEnds(alpha, beta)
			if end || len(alpha) > 8 && settled(low, high, math.Abs(low-l), math.Abs(high-h)) {
				return low, high
			}
		}
		beta = append(beta, b)
		scale(w, 1/b)
		before, x, w = x, w, before
	}
}

func scale(x []float64, f float64) {
	for i := range x {
		x[i] *= f
	}
}

// tridiagonalEnds returns the least and the largest eigenvalue of the symmetric
// tridiagonal matrix, by bisection on the signs of Sturm's sequence.
func tridiagonalEnds(alpha, beta []float64) (low, high float64) {
	bottom, top := math.Inf(1), math.Inf(-1)
	for i, a := range alpha {
		var r float64
		if i > 0 {
			r += beta[i-1]
		}
		if i < len(beta) {
			r += beta[i]
		}
		bottom, top = min(bottom, a-r), max(top, a+r)
	}
	below := func(x float64) (count int) {
		d := 1.0
		for i, a := range alpha {
			var off float64
			if i > 0 {
				off = beta[i-1] * beta[i-1]
			}
			if d = a - x - off/d; d == 0 {
				d = 1e-300
			}
			if d < 0 {
				count++
			}
		}
		return count
	}
	search := func(count int) float64 {
		lo, hi := bottom, top
		for range 60 {
			if mid := lo + (hi-lo)/2; below(mid) >= count {
				hi = mid
			} else {
				lo = mid
			}
		}
		return lo + (hi-lo)/2
	}
	return search(1), search(len(alpha))
}
