// Command i1 measures basis pursuit denoising on a photograph: 16384 random
// rows of (Walsh–Hadamard · random signs · inverse 2-D DCT), 65536 unknowns,
// Gaussian noise of 1 % of ‖b‖.
//
//	go run ./bench/i1 [-tol 1e-3] [picture.png]
//
// It prints the products with A and Aᵀ at which the certified relative gap
// reached 1e-1, 1e-2, … and the signal-to-noise ratio of the picture.
package main

import (
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	_ "image/png"
	"math"
	"math/rand/v2"
	"os"
	"time"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

func main() {
	tol := flag.Float64("tol", 1e-3, "relative gap at which to stop")
	flag.Parse()
	name := "examples/image/flower256.png"
	if flag.NArg() > 0 {
		name = flag.Arg(0)
	}
	if err := measure(name, *tol); err != nil {
		fmt.Fprintln(os.Stderr, "i1:", err)
		os.Exit(1)
	}
}

func measure(name string, tol float64) error {
	picture, rows, cols, err := grey(name)
	if err != nil {
		return err
	}
	m := rows * cols
	if m&(m-1) != 0 {
		return fmt.Errorf("%s has %d×%d pixels; the Walsh–Hadamard transform needs a power of two", name, rows, cols)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	pixels := linop.Transpose(linop.DCT2D(rows, cols)) // of coefficients
	measurements := linop.Compose(linop.PartialHadamard(rng.Perm(m)[:m/4], m), linop.RandomSigns(m, 3))
	counter := &counting{Operator: linop.Compose(measurements, pixels)}
	n, _ := counter.Dims()
	b := make([]float64, n)
	measurements.Apply(b, picture)
	noise := make([]float64, n)
	for i := range noise {
		noise[i] = rng.NormFloat64()
	}
	level := 0.01 * norm(b) / norm(noise)
	for i := range b {
		b[i] += level * noise[i]
	}
	sigma := level * norm(noise)

	leastNorm := make([]float64, m)
	measurements.ApplyT(leastNorm, b) // the rows are orthonormal
	fmt.Printf("%d×%d, sigma %.4g; minimum norm: %.2f dB\n", n, m, sigma, psnr(leastNorm, picture))

	start := time.Now()
	next := 0.1
	observe := func(p limit.Progress) {
		for p.Gap <= next {
			fmt.Printf("gap %.0e after %4d products, %6.2f s\n", next, counter.products, time.Since(start).Seconds())
			next /= 10
		}
	}
	result, err := limit.Denoise(context.Background(), limit.Problem{A: counter, B: b}, sigma, limit.Options{Tol: tol, Observe: observe})
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	found := make([]float64, m)
	pixels.Apply(found, result.X)
	fmt.Printf("%s: gap %.2e, %d products, %.2f s, %s, %d entries, ‖Ax−b‖/σ = 1%+.1e, %.2f dB\n",
		result.Status, result.Gap, counter.products, seconds, result.Stats.Route, result.Support,
		result.Residual*norm(b)/sigma-1, psnr(found, picture))
	return nil
}

// counting counts the products with A and Aᵀ.
type counting struct {
	linop.Operator
	products int
}

func (c *counting) Apply(dst, x []float64) {
	c.products++
	c.Operator.Apply(dst, x)
}

func (c *counting) ApplyT(dst, y []float64) {
	c.products++
	c.Operator.ApplyT(dst, y)
}

// grey reads a picture as grey values in [0, 1], row by row.
func grey(name string) (values []float64, rows, cols int, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, 0, err
	}
	defer func() { _ = file.Close() }() // read only
	picture, _, err := image.Decode(file)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("%s: %w", name, err)
	}
	box := picture.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			g := color.Gray16Model.Convert(picture.At(x, y)).(color.Gray16)
			values = append(values, float64(g.Y)/math.MaxUint16)
		}
	}
	return values, box.Dy(), box.Dx(), nil
}

// psnr is the peak signal-to-noise ratio in dB for a peak of 1.
func psnr(got, want []float64) float64 {
	sum := 0.0
	for i := range want {
		sum += (got[i] - want[i]) * (got[i] - want[i])
	}
	return 10 * math.Log10(float64(len(want))/sum)
}

func norm(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}
