// Command kernels times the dense kernels and gonum's own side by side.
//
//	GOMAXPROCS=1 go run ./bench/kernels          all of them
//	GOMAXPROCS=1 go run ./bench/kernels gemv     those whose name contains gemv
//
// It prints one line per kernel: name, best seconds of several runs, a rate, and
// how many times faster that is than gonum where gonum has the routine.
// bench/kernels.py prints the same lines for numpy.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/tacit-dev/tacit/internal/blas"

	gblas "gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"
)

func main() {
	fmt.Printf("# path %s, %d threads, %s\n", blas.CPU(), runtime.GOMAXPROCS(0), runtime.Version())
	for _, k := range kernels() {
		if len(os.Args) > 1 && !strings.Contains(k.name, os.Args[1]) {
			continue
		}
		s := best(k.prepare, k.run)
		rate := ""
		if k.amount > 0 {
			rate = fmt.Sprintf("%10.2f %s", k.amount/s/1e9, k.unit)
		}
		fmt.Printf("%-24s%12.3e s %-18s", k.name, s, rate)
		if k.gonum != nil {
			blas64.Use(gonum.Implementation{})
			fmt.Printf("%8.2f × gonum", best(k.prepare, k.gonum)/s)
			blas64.Use(blas.Implementation{})
		}
		fmt.Println()
	}
}

// kernel is one line of the table.
type kernel struct {
	name   string
	amount float64 // flops, bytes or elements of one run
	unit   string
	run    func()
	gonum  func()

	prepare func() // before each run, not timed; nil: nothing
}

// best returns the shortest time of one run. Runs without preparation are timed in
// groups, so that the clock costs nothing.
func best(prepare, f func()) float64 {
	if prepare != nil {
		shortest, stop := math.Inf(1), time.Now().Add(400*time.Millisecond)
		for time.Now().Before(stop) {
			prepare()
			start := time.Now()
			f()
			shortest = min(shortest, time.Since(start).Seconds())
		}
		return shortest
	}
	f()
	shortest, total, n := math.Inf(1), time.Duration(0), 1
	for total < 400*time.Millisecond {
		start := time.Now()
		for range n {
			f()
		}
		d := time.Since(start)
		total += d
		shortest = min(shortest, d.Seconds()/float64(n))
		if d < time.Millisecond {
			n *= 4
		}
	}
	return shortest
}

func normals(n int) []float64 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

func kernels() []kernel {
	const n, m = 1000, 4000
	var list []kernel
	g := gonum.Implementation{}
	a, d := normals(n*m), normals(m)
	for j := range d {
		d[j] *= d[j]
	}
	out := make([]float64, n*n)
	list = append(list, kernel{"gram 1000x4000", n * n * m, "GFLOP/s",
		func() { blas.GramRows(out, n, a, n, m, m, d) },
		func() {
			scaled := make([]float64, n*m)
			for i := range n {
				for j, v := range d {
					scaled[i*m+j] = math.Sqrt(v) * a[i*m+j]
				}
			}
			g.Dsyrk(gblas.Lower, gblas.NoTrans, n, m, 1, scaled, m, 0, out, n)
		}, nil})
	x, y, z := normals(n*n), normals(n*n), make([]float64, n*n)
	list = append(list, kernel{"gemm 1000", 2 * n * n * n, "GFLOP/s",
		func() { blas.Gemm(false, false, n, n, n, 1, x, n, y, n, 0, z, n) },
		func() { g.Dgemm(gblas.NoTrans, gblas.NoTrans, n, n, n, 1, x, n, y, n, 0, z, n) }, nil})
	for _, k := range []int{100, 300, 1000} {
		gram := make([]float64, k*k)
		blas.GramRows(gram, k, a, k, m, m, nil)
		l := make([]float64, k*k)
		sym := mat.NewSymDense(k, nil)
		for i := range k {
			for j := range i + 1 {
				sym.SetSym(i, j, gram[i*k+j])
			}
		}
		list = append(list, kernel{fmt.Sprintf("cholesky %d", k), float64(k*k*k) / 3, "GFLOP/s",
			func() {
				if blas.Cholesky(l, k, k) >= 0 {
					panic("not positive definite")
				}
			},
			func() {
				var c mat.Cholesky
				if !c.Factorize(sym) {
					panic("not positive definite")
				}
			}, func() { copy(l, gram) }})
		factor, rhs := make([]float64, k*k), normals(k*k)
		copy(factor, gram)
		if blas.Cholesky(factor, k, k) >= 0 {
			panic("not positive definite")
		}
		list = append(list, kernel{fmt.Sprintf("trsm %d", k), float64(k * k * k), "GFLOP/s",
			func() { blas.SolveLowerMany(factor, k, k, z, k, k) },
			func() { g.Dtrsm(gblas.Left, gblas.Lower, gblas.NoTrans, gblas.NonUnit, k, k, 1, factor, k, z, k) },
			func() { copy(z, rhs) }})
	}
	return append(append(list, vectors(g)...), spectral()...)
}

// vectors returns the kernels that the memory limits, and exp and ln.
func vectors(g gonum.Implementation) []kernel {
	var list []kernel
	for _, s := range [][2]int{{100, 400}, {300, 1200}, {1000, 4000}, {2000, 8000}} {
		r, c := s[0], s[1]
		a, u, v := normals(r*c), normals(c), normals(r)
		au, av, t := make([]float64, r), make([]float64, c), make([]float64, c)
		bytes, shape := float64(8*r*c), fmt.Sprintf(" %dx%d", r, c)
		list = append(list,
			kernel{"read" + shape, bytes, "GB/s", func() { Sink = blas.Dot(a[:r*c/2], a[r*c/2:]) }, nil, nil}, // on one thread
			kernel{"gemv" + shape, bytes, "GB/s",
				func() { blas.Gemv(au, a, r, c, c, u) },
				func() { g.Dgemv(gblas.NoTrans, r, c, 1, a, c, u, 1, 0, au, 1) }, nil},
			kernel{"gemvt" + shape, bytes, "GB/s",
				func() { blas.GemvT(av, a, r, c, c, v) },
				func() { g.Dgemv(gblas.Trans, r, c, 1, a, c, v, 1, 0, av, 1) }, nil},
			kernel{"normal" + shape, bytes, "GB/s",
				func() { blas.NormalMul(au, a, r, c, c, u, v) },
				func() {
					g.Dgemv(gblas.Trans, r, c, 1, a, c, v, 1, 0, t, 1)
					for j := range t {
						t[j] *= u[j]
					}
					g.Dgemv(gblas.NoTrans, r, c, 1, a, c, t, 1, 0, au, 1)
				}, nil})
	}
	const long = 1 << 23
	p, q := normals(long), normals(long)
	list = append(list, kernel{"read (dot of 128 MB)", 16 * long, "GB/s",
		func() { Sink = blas.Dot(p, q) },
		func() { Sink = g.Ddot(long, p, 1, q, 1) }, nil})
	for _, n := range []int{4000, 1000000} {
		e, f, pos := normals(n), make([]float64, n), normals(n)
		for i, v := range pos {
			pos[i] = v * v
		}
		list = append(list,
			kernel{fmt.Sprintf("exp %d", n), float64(n), "G/s", func() { blas.Exp(f, e) }, func() {
				for i, v := range e {
					f[i] = math.Exp(v)
				}
			}, nil},
			kernel{fmt.Sprintf("log %d", n), float64(n), "G/s", func() { blas.Log(f, pos) }, func() {
				for i, v := range pos {
					f[i] = math.Log(v)
				}
			}, nil})
	}
	return list
}

// Sink keeps results alive; it is exported so that nothing may drop them.
var Sink float64

// spectral returns the decompositions.
func spectral() []kernel {
	var list []kernel
	for _, n := range []int{100, 300} {
		data, tall := normals(n*n), normals(2*n*n)
		s := mat.NewSymDense(n, nil)
		for i := range n {
			for j := range i + 1 {
				s.SetSym(i, j, data[i*n+j])
			}
		}
		v, w, u, vt, t := make([]float64, n*n), make([]float64, n), make([]float64, n*n), make([]float64, n*n), make([]float64, 2*n*n)
		list = append(list,
			kernel{fmt.Sprintf("eigh %d", n), 0, "",
				func() {
					copy(v, data)
					if !blas.Eigen(w, v, n, n) {
						panic("no convergence")
					}
				},
				func() { new(mat.EigenSym).Factorize(s, true) }, nil},
			kernel{fmt.Sprintf("svd %d", n), 0, "",
				func() {
					if !blas.SVD(w, u, n, vt, n, data, n, n, n) {
						panic("no convergence")
					}
				},
				func() { new(mat.SVD).Factorize(mat.NewDense(n, n, data), mat.SVDThin) }, nil},
			kernel{fmt.Sprintf("qr %dx%d", 2*n, n), 0, "",
				func() {
					copy(t, tall)
					blas.QR(t, 2*n, n, n, w)
				},
				func() { new(mat.QR).Factorize(mat.NewDense(2*n, n, tall)) }, nil})
	}
	return list
}
