package limit

import (
	"math"

	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
)

// basisPath follows the projections on Ax = b − (1−τ)(b−Ax₀), τ from 0 to 1, in
// the geometry of e^x, where θ = e^x and the weights W = 1/θ of
//
//	dx/dτ = W Aᵀ(A W Aᵀ)⁻¹(b − Ax₀)
//
// have no common scale: x from −700 to 700 spreads them over 600 decades. However
// far that is, the path is Lipschitz, since the weighted projections are bounded
// over all W (Stewart 1989; Todd 1990), and it is resolved in a basis B of the
// columns of largest weight. With T = A_B⁻¹A = [I N] and s = x_B,
//
//	θ_N = θ₀_N + Nᵀ(eˢ − θ₀_B),  F(s) = A_B⁻¹(b_τ − A x) = 0,  x_N = ln θ_N,
//
// nothing small is a difference of large numbers, not even the coordinates whose
// θ underflows, and Newton's matrix I + MMᵀ, M = Θ_B^½ N W_N^½, is well
// conditioned for any W, since the entries of M are moderate.
type basisPath struct {
	*projection
	n, m   int
	t      []float64 // n×(m+n): T and A_B⁻¹
	column []int     // k-th of the basis
	within []bool    // the basis
	theta  []float64
	way    []float64 // b − Ax₀
	share  float64   // τ
	f      []float64 // F
	mm     []float64 // n×m: M
	gram   []float64
	z, ds  []float64
}

const (
	largestBasis = 1 << 24 // entries of A up to which it is copied for basisPath
	basisSteps   = 20000   // Newton steps in all
	basisLoose   = 1e-6    // ‖F‖∞ on the way, in units of ln θ
	basisGrowth  = 8       // |M| beyond which the basis is chosen again
	firstMove    = 1       // change of x in the first step
	shortestPart = 1e-12   // of the path
)

// overBases follows a basisPath. It reports false, where it began, if there is none
// or it leads nowhere.
func (s *projection) overBases() (newtonOutcome, bool) {
	n, m := len(s.r), len(s.x)
	columns, ok := s.a.(linop.Columner)
	if _, exponential := s.chart.Phi.(geometry.Exponential); !exponential || !ok || n == 0 || n > m || n*(n+m) > largestBasis {
		return newtonStalled, false
	}
	w := &basisPath{projection: s, n: n, m: m, t: make([]float64, n*(m+n)), column: make([]int, n), within: make([]bool, m),
		theta: make([]float64, m), f: make([]float64, n), mm: make([]float64, n*m), gram: make([]float64, n*n),
		z: make([]float64, n), ds: make([]float64, n)}
	keep := &iterate{}
	s.keepBest(keep)
	s.restart()
	w.way = append(w.way, s.r...)
	copy(w.theta, s.u)
	outcome := newtonStalled
	if w.rebase(columns) {
		outcome = w.follow(columns)
	}
	if outcome == newtonConverged {
		w.finish()
		return outcome, true
	}
	s.residual = math.Inf(1)
	s.restore(keep)
	return outcome, outcome != newtonStalled
}

// follow takes steps in τ, a tangent and Newton's method each, twice as long after
// each that succeeds in few Newton steps and half as long otherwise.
func (w *basisPath) follow(columns linop.Columner) newtonOutcome {
	x, theta := make([]float64, w.m), make([]float64, w.m)
	part := math.NaN()
	for w.share < 1 {
		if w.ctx.Err() != nil {
			return newtonCancelled
		}
		if w.limit > 0 && w.stats.Steps >= w.limit {
			return newtonBudget
		}
		if w.stats.Steps > basisSteps {
			return newtonStalled
		}
		if w.matrix() > basisGrowth {
			if !w.rebase(columns) {
				return newtonStalled
			}
			w.matrix()
		}
		w.transformed(w.f, w.way)
		if !w.direction() {
			return newtonStalled
		}
		tangent := append([]float64(nil), w.ds...)
		if math.IsNaN(part) {
			part = math.Min(1, firstMove/math.Max(largest(tangent), math.SmallestNonzeroFloat64))
		}
		copy(x, w.x)
		copy(theta, w.theta)
		before := w.share
		for {
			w.share = math.Min(1, before+part)
			if w.shift(tangent, w.share-before) && w.correct() {
				break
			}
			copy(w.x, x)
			copy(w.theta, theta)
			if part /= 2; part < shortestPart {
				return newtonStalled
			}
		}
		part *= 2
		if w.observe != nil {
			w.observe(w.stats.Steps, w.residual)
		}
	}
	return newtonConverged
}

// correct solves F = 0 at τ from the point of the tangent; at τ = 1 to rounding.
func (w *basisPath) correct() bool {
	last := math.Inf(1)
	for range 8 {
		w.remains()
		size := largest(w.f)
		if w.share < 1 && size <= basisLoose || size == 0 {
			return true
		}
		if !(size < last/2) {
			return last <= basisLoose
		}
		last = size
		w.matrix()
		if !w.direction() || !w.shift(w.ds, 1) {
			return false
		}
		w.stats.Steps++
	}
	return last <= basisLoose
}

// remains sets F = A_B⁻¹(b_τ − A x) and r = b − Ax.
func (w *basisPath) remains() {
	subtractProduct(w.a, w.r, w.b, w.x)
	w.stats.Passes++
	w.residual = norm2(w.r) / w.scale
	rest := append([]float64(nil), w.r...)
	blas.Axpy(w.share-1, w.way, rest)
	w.transformed(w.f, rest)
}

// transformed sets dst = A_B⁻¹v.
func (w *basisPath) transformed(dst, v []float64) {
	for k := range dst {
		dst[k] = blas.Dot(w.row(k)[w.m:], v)
	}
}

func (w *basisPath) row(k int) []float64 { return w.t[k*(w.m+w.n) : (k+1)*(w.m+w.n)] }

// shift adds c·ds to s and brings θ and x up to date. It reports false if that
// leaves the domain.
func (w *basisPath) shift(ds []float64, c float64) bool {
	theta0 := w.chart.Theta0
	next := append([]float64(nil), theta0...)
	for k, j := range w.column {
		w.x[j] += c * ds[k]
		if by := math.Exp(w.x[j]) - theta0[j]; by != 0 {
			blas.Axpy(by, w.row(k)[:w.m], next)
		}
	}
	for j, v := range next {
		if w.within[j] {
			v = math.Exp(w.x[j])
		} else if v > 0 {
			w.x[j] = math.Log(v)
		}
		if next[j] = v; !(v <= math.MaxFloat64 && (v > 0 || w.within[j])) {
			return false
		}
	}
	copy(w.theta, next)
	return true
}

// matrix sets M and returns its largest entry.
func (w *basisPath) matrix() float64 {
	most := 0.0
	for k, j := range w.column {
		row, m := w.row(k), w.mm[k*w.m:(k+1)*w.m]
		for i := range m {
			m[i] = 0
			if !w.within[i] && row[i] != 0 {
				m[i] = row[i] * math.Exp((w.x[j]-w.x[i])/2)
				most = math.Max(most, math.Abs(m[i]))
			}
		}
	}
	return most
}

// direction sets ds to the solution of (I + N W_N Nᵀ Θ_B) ds = F:
//
//	ds = F − N W_N^½ Mᵀ z,  (I + M Mᵀ) z = Θ_B^½ F,
//
// Θ_B and 1/W_N in units of the largest of Θ_B.
func (w *basisPath) direction() bool {
	n, m := w.n, w.m
	unit := math.Inf(-1)
	for _, j := range w.column {
		unit = math.Max(unit, w.x[j])
	}
	for k, j := range w.column {
		for l := range k + 1 {
			w.gram[k*n+l] = blas.Dot(w.mm[k*m:(k+1)*m], w.mm[l*m:(l+1)*m])
		}
		w.gram[k*n+k]++
		w.z[k] = math.Exp((w.x[j]-unit)/2) * w.f[k]
	}
	w.stats.Factorizations++
	if blas.Cholesky(w.gram, n, n) >= 0 {
		return false
	}
	blas.SolveLower(w.gram, n, n, w.z)
	blas.SolveLowerT(w.gram, n, n, w.z)
	pull := make([]float64, m)
	for k, v := range w.z {
		blas.Axpy(v, w.mm[k*m:(k+1)*m], pull)
	}
	for j, v := range pull {
		if v != 0 {
			pull[j] = v * math.Exp((unit-w.x[j])/2)
		}
	}
	for k := range w.ds {
		w.ds[k] = w.f[k] - blas.Dot(w.row(k)[:m], pull)
	}
	return finite(w.ds)
}

// rebase chooses the basis of the largest weights, by elimination with complete
// pivoting of A W^½, whose entries are compared in logarithms. It reports false
// if A has not full row rank.
func (w *basisPath) rebase(columns linop.Columner) bool {
	n, m := w.n, w.m
	all, a := make([]int, m), make([]float64, n*m)
	for j := range all {
		all[j] = j
	}
	columns.Columns(a, all)
	clear(w.t)
	clear(w.within)
	for k := range n {
		row := w.row(k)
		for j := range m {
			row[j] = a[j*n+k]
		}
		row[m+k] = 1
	}
	initial := largest(w.t)
	for k := range n {
		best, at, col := math.Inf(-1), 0, -1
		for j := range m {
			if w.within[j] {
				continue
			}
			size, from := 0.0, 0
			for i := k; i < n; i++ {
				if v := math.Abs(w.row(i)[j]); v > size {
					size, from = v, i
				}
			}
			if size <= 16*float64(n)*roundoff*initial {
				continue
			}
			if v := math.Log(size) - w.x[j]/2; v > best {
				best, at, col = v, from, j
			}
		}
		if col < 0 {
			return false
		}
		w.within[col], w.column[k] = true, col
		pivot, other := w.row(k), w.row(at)
		if at != k {
			for j := range pivot {
				pivot[j], other[j] = other[j], pivot[j]
			}
		}
		scale(1/pivot[col], pivot)
		for i := range n {
			if row := w.row(i); i != k && row[col] != 0 {
				blas.Axpy(-row[col], pivot, row)
				row[col] = 0
			}
		}
		pivot[col] = 1
	}
	return true
}

// finish leaves θ and ν in s.
func (w *basisPath) finish() {
	copy(w.u, w.theta)
	clear(w.nu)
	for k, j := range w.column {
		blas.Axpy(w.theta[j]-w.chart.Theta0[j], w.row(k)[w.m:], w.nu)
	}
	subtractProduct(w.a, w.r, w.b, w.x)
	w.stats.Passes++
	w.residual = norm2(w.r) / w.scale
}

// largest returns max |vᵢ|, NaN if one is.
func largest(v []float64) float64 {
	most := 0.0
	for _, x := range v {
		most = math.Max(most, math.Abs(x))
	}
	return most
}
