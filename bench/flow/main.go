// Command flow compares the mirror flow in dual coordinates with the integrators
// that a user has today, on the flow of x = y∘y from a small start:
//
//	go run ./bench/flow [-alpha 1e-2,1e-4,1e-8] [-peers scipy,cvode] [-threads 1]
//
// All follow the same flow to the time at which the residual is 1e-8. The error
// is the largest ‖x(t) − x*(t)‖/‖x*(t)‖ over 20 times, against a run of its own at
// the tolerance 1e-12, which the tighter runs of the peers confirm. Solvers are
// compared at the loosest tolerance at which that error is at most -error.
//
// scipy follows y with LSODA, BDF and Radau (/usr/bin/python3); CVODE of SUNDIALS
// follows ν with the exact Jacobian, if cc and its library are there.
package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/tacit-dev/tacit/dual"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/loss"
	"github.com/tacit-dev/tacit/ode"
)

func main() {
	n := flag.Int("n", 200, "measurements")
	m := flag.Int("m", 1000, "unknowns")
	k := flag.Int("k", 30, "nonzero entries of the planted x")
	alphas := flag.String("alpha", "1e-2,1e-4,1e-8", "starts x₀ = α·1; exponents below -300 for this program alone")
	peers := flag.String("peers", "scipy,cvode", "scipy, cvode, or none")
	threads := flag.Int("threads", 1, "threads of all solvers")
	target := flag.Float64("error", 1e-6, "compare at this error along the trajectory")
	tols := flag.String("rtol", "1e-4,1e-5,1e-6,1e-7,1e-8", "tolerances of tacit")
	reference := flag.Float64("reference", 1e-12, "tolerance of the reference, 0 for none")
	timeout := flag.Duration("timeout", 40*time.Second, "of each run of a peer")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	dir, err := os.MkdirTemp("", "flow-bench")
	exit(err)
	defer func() { _ = os.RemoveAll(dir) }()
	in := newInstance(*n, *m, *k, dir)
	fmt.Printf("A %d×%d Gaussian/√n, %d planted entries, %d thread(s)\n", *n, *m, *k, *threads)
	for _, text := range strings.Split(*alphas, ",") {
		exponent, err := strconv.ParseFloat(strings.TrimPrefix(text, "1e"), 64)
		exit(err)
		logAlpha := exponent * math.Ln10
		fmt.Printf("\nα = %s\n", text)
		var t table
		var ref *trajectory
		if *reference > 0 {
			r := in.follow(logAlpha, *reference, nil)
			ref = in.follow(logAlpha, *reference, spread(r.end))
		}
		for _, tol := range strings.Split(*tols, ",") {
			rtol, err := strconv.ParseFloat(tol, 64)
			exit(err)
			// The fastest of three: the machine is shared.
			var best *trajectory
			for range 3 {
				if r := in.follow(logAlpha, rtol, ref.moments()); best == nil || r.seconds < best.seconds {
					best = r
				}
			}
			t.add("tacit, ν", tol, best, ref)
		}
		if *peers != "none" && ref != nil {
			in.peers(*peers, logAlpha, *threads, *timeout, dir, ref, &t)
		}
		t.print(*target)
	}
}

// instance is the problem, in memory and in files for the peers.
type instance struct {
	a    *linop.Dense
	b    []float64
	n, m int
}

func newInstance(n, m, k int, dir string) *instance {
	rng := rand.New(rand.NewPCG(1, 1))
	data := make([]float64, n*m)
	for i := range data {
		data[i] = rng.NormFloat64() / math.Sqrt(float64(n))
	}
	x, b := make([]float64, m), make([]float64, n)
	for _, j := range rng.Perm(m)[:k] {
		x[j] = math.Abs(rng.NormFloat64()) + 0.1
	}
	a := linop.NewDense(n, m, data)
	a.Apply(b, x)
	write(filepath.Join(dir, "A"), data)
	write(filepath.Join(dir, "b"), b)
	return &instance{a, b, n, m}
}

// trajectory is a run: x at some times.
type trajectory struct {
	times   []float64
	x       [][]float64
	end     float64
	seconds float64
	note    string
	failed  string
}

// moments are the times of a trajectory, nil without one.
func (t *trajectory) moments() []float64 {
	if t == nil {
		return nil
	}
	return t.times
}

// follow is the flow by this module, to the residual 1e-8 or to the last of the
// times.
func (in *instance) follow(logAlpha, rtol float64, times []float64) *trajectory {
	theta0 := make([]float64, in.m)
	for i := range theta0 {
		theta0[i] = logAlpha
	}
	f := flow.NewMirror(dual.NewChart(geometry.Entropy{}, in.a, theta0), loss.Squared{B: in.b})
	opt := flow.Options{RelTol: rtol, Times: times, Method: ode.NewRodas5P()}
	if times == nil {
		norm := 0.0
		for _, v := range in.b {
			norm = math.Hypot(norm, v)
		}
		opt.UntilLoss = 1e-16 * norm * norm / 2
	}
	begin := time.Now()
	r, err := flow.Run(context.Background(), bare{f}, opt)
	exit(err)
	out := &trajectory{times: r.Times, end: r.T, seconds: time.Since(begin).Seconds()}
	out.note = fmt.Sprintf("%d steps, t = %.4g", r.Stats.Steps, r.T)
	for _, s := range r.States {
		x := make([]float64, in.m)
		f.Primal(x, s)
		out.x = append(out.x, x)
	}
	return out
}

// bare is a flow without its invariants: the peers monitor nothing either.
type bare struct{ *flow.Mirror }

// Invariants returns none.
func (bare) Invariants([]float64) []flow.Invariant { return nil }

// spread are 20 times up to end, by the factor 1.8.
func spread(end float64) []float64 {
	times := make([]float64, 20)
	for i := range times {
		times[i] = end * math.Pow(1.8, float64(i-19))
	}
	return times
}

func write(path string, v []float64) {
	buf := make([]byte, 8*len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint64(buf[8*i:], math.Float64bits(x))
	}
	exit(os.WriteFile(path, buf, 0o600))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/flow:", err)
		os.Exit(1)
	}
}
