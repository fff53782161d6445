package inspect

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/lapack/gonum"

	"github.com/tacit-dev/tacit/linop"
)

// Rank is the numerical rank, or why it was not computed.
type Rank struct {
	Known bool
	Value int
	Why   string
}

const (
	// rankFlops bounds the orthogonal factorization: a few seconds.
	rankFlops = 8e9
	// rankEntries bounds the dense copy it needs: 512 MiB.
	rankEntries = 1 << 26
)

// rank counts the diagonal entries of R in a QR factorization with column
// pivoting of A or Aᵀ, whichever is tall, above max(n, m)·ε·|R₁₁| (Businger
// and Golub 1965).
func rank(a linop.Operator) Rank {
	n, m := a.Dims()
	short, long := min(n, m), max(n, m)
	flops := 2 * float64(short) * float64(short) * float64(long)
	if flops > rankFlops || float64(n)*float64(m) > rankEntries {
		return Rank{Why: fmt.Sprintf("a factorization of %d×%d was left out: it would take %.0e operations", n, m, flops)}
	}
	f := dense(a, n >= m)
	jpvt := make([]int, short)
	for i := range jpvt {
		jpvt[i] = -1
	}
	tau := make([]float64, short)
	var impl gonum.Implementation
	size := make([]float64, 1)
	impl.Dgeqp3(long, short, f, short, jpvt, tau, size, -1)
	work := make([]float64, int(size[0]))
	impl.Dgeqp3(long, short, f, short, jpvt, tau, work, len(work))

	tol := float64(long) * 0x1p-52 * math.Abs(f[0])
	r := Rank{Known: true}
	for k := range short {
		if math.Abs(f[k*short+k]) > tol {
			r.Value++
		}
	}
	return r
}

// dense returns A if it is tall, else Aᵀ, row-major, divided by its largest
// magnitude so that no square overflows.
func dense(a linop.Operator, tall bool) []float64 {
	n, m := a.Dims()
	f := make([]float64, n*m)
	big := 0.0
	for i := range n {
		linop.Row(a, i, func(j int, v float64) {
			k := i*m + j
			if !tall {
				k = j*n + i
			}
			f[k] = v
			big = max(big, math.Abs(v))
		})
	}
	if big > 0 {
		// Two steps, because 1/big may not be a finite number.
		_, e := math.Frexp(big)
		for k := range f {
			f[k] = math.Ldexp(f[k], -e)
		}
	}
	return f
}
