// Command deep measures the landscape and the flow of deep linear networks:
// the inertia of a network with 10⁴ parameters from its Hessian, the negative
// part with 10⁵ from products, and the flow of three layers of 50×50 from 1e-6
// to a loss of 1e-10. bench/deep/peer.py follows the same flow with scipy.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/pprof"
	"time"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/landscape"
)

func main() {
	what := flag.String("run", "flow", "dense, products or flow")
	size := flag.Int("size", 50, "width of the flow's network")
	tol := flag.Float64("tol", 1e-6, "local error of the flow")
	profile := flag.String("cpuprofile", "", "write a profile of the processor")
	flag.StringVar(&startFile, "start", "", "write the layers of the start into this .npz")
	flag.BoolVar(&blind, "blind", false, "products: from random vectors alone")
	flag.Parse()
	var err error
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench/deep:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	switch *what {
	case "dense":
		err = inertia(57, 3, false)
	case "products":
		err = inertia(182, 3, true)
	case "flow":
		err = follow(*size, *tol)
	default:
		err = fmt.Errorf("-run %s: it is dense, products or flow", *what)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/deep:", err)
		os.Exit(1)
	}
}

// startFile gets the layers of the start, for peer.py.
var startFile string

// blind makes the count by products do without the structure of the point.
var blind bool

// waves is a matrix without structure that another language can repeat.
func waves(n int, shift float64) []float64 {
	m := make([]float64, n*n)
	for i := range m {
		m[i] = math.Cos(float64(i)*float64(i)*0.7+shift) + 0.3*math.Sin(3*float64(i)+shift)
	}
	return m
}

func identity(n int) []float64 {
	m := make([]float64, n*n)
	for i := range n {
		m[i*n+i] = 1
	}
	return m
}

// inertia counts at a saddle of a network of d×d layers that misses the sixth
// direction and the last ten.
func inertia(d, layers int, products bool) error {
	data, err := landscape.NewData(identity(d), waves(d, 0.9), d, d, d, 0)
	if err != nil {
		return err
	}
	hidden := make([]int, layers-1)
	for i := range hidden {
		hidden[i] = d
	}
	net, err := data.Net(hidden)
	if err != nil {
		return err
	}
	var set []int
	for i := range d - 10 {
		if i != 5 {
			set = append(set, i)
		}
	}
	w, err := data.Representative(net, set, 6, 1)
	if err != nil {
		return err
	}
	want := data.CountSet(net, set, 6)
	s, err := data.At(net, w)
	if err != nil {
		return err
	}
	begin := time.Now()
	if products {
		n, err := s.Lanczos(context.Background(), landscape.LanczosOptions{Blind: blind})
		if err != nil {
			return err
		}
		fmt.Printf("%d parameters by products: %d negative at least (predicted %d), %d of them guessed, settled %v, %d products, none else below %.2g·%.3g with probability 1−%.0e: %.1f s\n",
			net.Parameters(), n.Count, want.Negative, n.Guessed, n.Settled, n.Products, -n.Edge/math.Abs(n.Values[0]), math.Abs(n.Values[0]), n.Doubt, time.Since(begin).Seconds())
	} else {
		spec, err := s.DenseInertia(1e-9)
		if err != nil {
			return err
		}
		fmt.Printf("%d parameters from the Hessian: %v (predicted %v): %.1f s\n", net.Parameters(), spec.Inertia, want, time.Since(begin).Seconds())
	}
	begin = time.Now()
	byRanks, err := s.Count(set, 1e-9)
	if err != nil {
		return err
	}
	fmt.Printf("  by ranks: %v: %.2f s\n", byRanks, time.Since(begin).Seconds())
	return nil
}

func writeStart(data *landscape.Data, start *flow.DeepStart, n int) error {
	net, err := data.Net([]int{n, n})
	if err != nil {
		return err
	}
	w, err := start.Layers(net, 1)
	if err != nil {
		return err
	}
	return dataio.WriteFile(startFile, func(f io.Writer) error {
		return dataio.WriteNPZ(f, dataio.Member{Name: "w", Values: dataio.Floats(w)})
	})
}

// follow follows three layers of n×n.
func follow(n int, tol float64) error {
	data, err := landscape.NewData(identity(n), waves(n, 0.9), n, n, n, 0)
	if err != nil {
		return err
	}
	start, err := flow.BalancedStart(data, 3, n, math.Log(1e-6), 1)
	if err != nil {
		return err
	}
	s, err := flow.NewDeepSpectral(data, start, tol)
	if err != nil {
		return err
	}
	if startFile != "" {
		if err := writeStart(data, start, n); err != nil {
			return err
		}
	}
	begin := time.Now()
	r, err := s.Run(context.Background(), 0, flow.DeepOptions{UntilLogTime: math.Inf(1), UntilResidual: math.Sqrt(1e-10 / data.Zero)})
	if err != nil {
		return err
	}
	fmt.Printf("3 layers of %d×%d from 1e-6: loss %.2g at t = %.8g after %d steps (%d rejected), %d stairs, last at t = %.8g: %.2f s\n", n, n, s.Loss(), math.Exp(s.LogTime), s.Steps, s.Rejected, len(r.Stairs), math.Exp(r.Stairs[len(r.Stairs)-1].LogTime), time.Since(begin).Seconds())
	return nil
}
