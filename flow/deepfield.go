package flow

import (
	"math"

	"github.com/tacit-dev/tacit/internal/blas"
)

// deepField evaluates the flow of a balanced deep linear network in the
// coordinates of its singular value decomposition. With G = P XXᵀ − YXᵀ in the frames
// U and V,
//
//	(ln z_r)˙ = −z_r^{N−2} G_rr,
//	(UᵀU̇)_rs = (σ_s G_rs + σ_r G_sr)/(z_r² − z_s²),
//	(VᵀV̇)_rs = (σ_r G_rs + σ_s G_sr)/(z_r² − z_s²),   σ = zᴺ,
//
// which is Ṗ = −Σ_j (PPᵀ)^{(j−1)/N} G (PᵀP)^{(N−j)/N} (Arora, Cohen and Hazan 2018)
// written out. All rates come multiplied by the step h, whose logarithm is given:
// z^{N−2} and h may both be far outside of the floating-point numbers.
type deepField struct {
	dx, dy, p, rho int
	n              float64
	sxx, syx       []float64
	white          bool    // XXᵀ is a multiple of the identity
	c              float64 // that multiple

	measured *measured // in the place of sxx and syx, nil for a network on data

	m, s, g, tmp []float64
	diagM, diagS []float64
}

// maxLogRate bounds h times a rate: what relaxes faster than e^600 per step is at
// rest to any precision.
const maxLogRate = 600

func newDeepField(f, m []float64, dx, dy, rho, p int, depth float64) *deepField {
	d := &deepField{dx: dx, dy: dy, p: p, rho: rho, n: depth}
	d.sxx, d.syx = make([]float64, dx*dx), make([]float64, dy*dx)
	blas.Gemm(false, true, dx, dx, rho, 1, f, rho, f, rho, 0, d.sxx, dx)
	blas.Gemm(false, true, dy, dx, rho, 1, m, rho, f, rho, 0, d.syx, dx)
	d.c, d.white = d.sxx[0], true
	for i := range dx {
		for j := range dx {
			want := 0.0
			if i == j {
				want = d.c
			}
			if math.Abs(d.sxx[i*dx+j]-want) > 1e-12*d.c {
				d.white = false
			}
		}
	}
	side := max(dx, dy)
	d.m, d.g, d.s, d.tmp = make([]float64, dy*dx), make([]float64, dy*dx), make([]float64, dx*dx), make([]float64, side*side)
	d.diagM, d.diagS = make([]float64, side), make([]float64, dx)
	return d
}

// frame computes G and the diagonals of UᵀYXᵀV and VᵀXXᵀV.
func (d *deepField) frame(u, v, logZ []float64) {
	if d.measured != nil {
		d.measured.frame(d, u, v, logZ)
		return
	}
	dx, dy := d.dx, d.dy
	blas.Gemm(true, false, dy, dx, dy, 1, u, dy, d.syx, dx, 0, d.tmp, dx)
	blas.Gemm(false, false, dy, dx, dx, 1, d.tmp, dx, v, dx, 0, d.m, dx)
	if !d.white {
		blas.Gemm(true, false, dx, dx, dx, 1, v, dx, d.sxx, dx, 0, d.tmp, dx)
		blas.Gemm(false, false, dx, dx, dx, 1, d.tmp, dx, v, dx, 0, d.s, dx)
	}
	for i := range dx {
		d.diagS[i] = d.c
		if !d.white {
			d.diagS[i] = d.s[i*dx+i]
		}
	}
	clear(d.diagM)
	for i := range min(dx, dy) {
		d.diagM[i] = d.m[i*dx+i]
	}
	for r := range dy {
		row, from := d.g[r*dx:(r+1)*dx], d.m[r*dx:(r+1)*dx]
		for s := range row {
			row[s] = -from[s]
		}
		if r < d.p {
			sigma := math.Exp(d.n * logZ[r])
			if d.white {
				row[r] += sigma * d.c
			} else {
				blas.Axpy(sigma, d.s[r*dx:(r+1)*dx], row)
			}
		}
	}
}

// atRest is the logarithm of h times a rate beyond which a mode is at rest to any
// precision, whether time within the step runs evenly or not.
const atRest = 60

// scale is e^x, bounded.
func scale(x float64) float64 { return math.Exp(min(x, maxLogRate)) }

// running is e^(x+run), or e^x for what is at rest.
func running(x, run float64) float64 {
	if x > atRest {
		run = 0
	}
	return scale(x + run)
}

// pair returns, for r < s with r < p, h/(z_r² − z_s²) in the form fac = ±h z^{N−2}/(1−q²)
// with z the larger and q the ratio, and the weights a = σ_r/max σ, b = σ_s/max σ.
func (d *deepField) pair(logH, logRun float64, logZ []float64, r, s int) (fac, a, b float64) {
	a, b = 1, 0
	top, sign, gap := logZ[r], 1.0, math.Inf(-1)
	if s < d.p {
		gap = logZ[s] - logZ[r]
		if gap > 0 {
			top, sign, gap = logZ[s], -1, -gap
			a, b = math.Exp(d.n*gap), 1
		} else {
			b = math.Exp(d.n * gap)
		}
	}
	// Where two singular values meet their vectors turn at once; a bound on the
	// speed lets the step control see it.
	apart := math.Max(-math.Expm1(2*gap), 1e-13)
	return sign * running(logH+(d.n-2)*top, logRun) / apart, a, b
}

// rates writes h e^run times the velocities: wu (d_y×d_y) and wv (d_x×d_x)
// antisymmetric, l of length p. frame must have been called at the point.
func (d *deepField) rates(logH, logRun float64, logZ, wu, wv, l []float64) {
	dx, dy := d.dx, d.dy
	clear(wu)
	clear(wv)
	for r := range d.p {
		l[r] = -running(logH+(d.n-2)*logZ[r], logRun) * d.g[r*dx+r]
		for s := r + 1; s < max(dx, dy); s++ {
			fac, a, b := d.pair(logH, logRun, logZ, r, s)
			rs, sr := 0.0, 0.0
			if s < dx {
				rs = d.g[r*dx+s]
			}
			if s < dy {
				sr = d.g[s*dx+r]
				w := fac * (b*rs + a*sr)
				wu[r*dy+s], wu[s*dy+r] = w, -w
			}
			if s < dx {
				w := fac * (a*rs + b*sr)
				wv[r*dx+s], wv[s*dx+r] = w, -w
			}
		}
	}
}
