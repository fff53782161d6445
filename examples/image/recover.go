package main

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/tacit-dev/tacit/examples/internal/picture"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// experiment says how to measure a picture and where it is sparse.
type experiment struct {
	basis             string
	share, noise, tol float64
	seed              uint64
}

// recovered is what the measurements gave.
type recovered struct {
	measurements        int
	leastNorm, sparsest picture.Picture
	answer              *limit.Result
}

// recover measures the picture p and recovers it. A measurement is a cosine
// coefficient, chosen at random, of the pixels with random signs: the signs
// spread every pixel over all coefficients, so that any of them tell as much
// as any others.
func (e experiment) recover(ctx context.Context, p picture.Picture) (*recovered, error) {
	m := len(p.Grey)
	n := int(math.Round(e.share * float64(m)))
	if !(e.share <= 1) || n < 1 {
		return nil, fmt.Errorf("share is %v: it must give at least one measurement and at most one per pixel", e.share)
	}
	if !(e.noise >= 0 && e.noise < 1) {
		return nil, fmt.Errorf("noise is %v: it must be at least 0 and less than 1", e.noise)
	}
	pixels, err := e.synthesis(p)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(e.seed, 0))
	measure := linop.Compose(linop.PartialDCT(rng.Perm(m)[:n], m), linop.RandomSigns(m, e.seed))
	b := make([]float64, n)
	measure.Apply(b, p.Grey)
	sigma := disturb(b, e.noise, rng)

	r := &recovered{measurements: n}
	problem := limit.Problem{A: linop.Compose(measure, pixels), B: b}
	if r.answer, err = limit.Denoise(ctx, problem, sigma, limit.Options{Tol: e.tol}); err != nil {
		return nil, err
	}
	least, err := limit.MinNorm(ctx, measure, b, nil, limit.Options{})
	if err != nil {
		return nil, err
	}
	r.leastNorm = picture.Picture{Rows: p.Rows, Cols: p.Cols, Grey: least.X}
	r.sparsest = picture.Picture{Rows: p.Rows, Cols: p.Cols, Grey: make([]float64, m)}
	pixels.Apply(r.sparsest.Grey, r.answer.X)
	return r, nil
}

// synthesis returns the operator from coefficients to pixels.
func (e experiment) synthesis(p picture.Picture) (linop.Operator, error) {
	// Below a side of 8 an average is no feature any more.
	levels := max(0, bits.TrailingZeros(uint(p.Rows|p.Cols))-2)
	switch e.basis {
	case "dct":
		return linop.Transpose(linop.DCT2D(p.Rows, p.Cols)), nil
	case "haar":
		return linop.Transpose(linop.WaveletTransform2D(linop.Haar, p.Rows, p.Cols, levels)), nil
	case "db4":
		return linop.Transpose(linop.WaveletTransform2D(linop.Daubechies4, p.Rows, p.Cols, levels)), nil
	}
	return nil, fmt.Errorf("basis %q is not known: dct, haar or db4", e.basis)
}

// disturb adds Gaussian noise of the given share of ‖b‖ to b and returns its
// norm.
func disturb(b []float64, share float64, rng *rand.Rand) float64 {
	noise := make([]float64, len(b))
	for i := range noise {
		noise[i] = rng.NormFloat64()
	}
	sigma := share * norm(b)
	factor := sigma / norm(noise)
	for i := range b {
		b[i] += factor * noise[i]
	}
	return sigma
}

func norm(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}
