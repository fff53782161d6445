package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tacit-dev/tacit/examples/internal/picture"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
	"github.com/tacit-dev/tacit/linop"
)

// damaged is a picture of which some pixels are known.
type damaged struct {
	rows, cols int
	left       []int // their places, row by row
	grey       []float64
	mean       float64
}

// damage removes pixels at random.
func damage(p picture.Picture, missing float64, seed uint64) (damaged, error) {
	m := len(p.Grey)
	count := m - int(math.Round(missing*float64(m)))
	if !(missing >= 0) || count < 1 {
		return damaged{}, fmt.Errorf("missing is %v: it must be at least 0 and leave a pixel", missing)
	}
	d := damaged{rows: p.Rows, cols: p.Cols, left: rand.New(rand.NewPCG(seed, 0)).Perm(m)[:count]}
	slices.Sort(d.left)
	for _, at := range d.left {
		d.grey = append(d.grey, p.Grey[at])
		d.mean += p.Grey[at] / float64(count)
	}
	return d, nil
}

// filled returns the picture with its missing pixels at v.
func (d damaged) filled(v float64) picture.Picture {
	p := picture.Picture{Rows: d.rows, Cols: d.cols, Grey: make([]float64, d.rows*d.cols)}
	for i := range p.Grey {
		p.Grey[i] = v
	}
	for k, at := range d.left {
		p.Grey[at] = d.grey[k]
	}
	return p
}

func (d damaged) shown() picture.Picture  { return d.filled(0) }
func (d damaged) atMean() picture.Picture { return d.filled(d.mean) }

// problem asks for the picture as a matrix, from which its mean is taken: a rank
// of its own is not spent on it.
func (d damaged) problem() lowrank.Problem {
	rows, cols, b := make([]int, len(d.left)), make([]int, len(d.left)), make([]float64, len(d.left))
	for k, at := range d.left {
		rows[k], cols[k], b[k] = at/d.cols, at%d.cols, d.grey[k]-d.mean
	}
	return lowrank.Problem{A: linop.Entries(d.rows, d.cols, rows, cols), B: b, P: d.rows, Q: d.cols}
}

// completion is a completed picture and what is known about it.
type completion struct {
	picture.Picture
	rank, known   int
	residual, gap float64 // of the known pixels, and of the nuclear norm
	status        limit.Status
}

func (d damaged) completed(r *lowrank.Result) completion {
	c := completion{Picture: picture.Picture{Rows: d.rows, Cols: d.cols, Grey: r.Dense()}, rank: r.Rank, known: len(d.left), residual: r.Residual, gap: r.Gap, status: r.Status}
	for i := range c.Grey {
		c.Grey[i] += d.mean
	}
	return c
}

// ofRank returns the fit of least squares of the rank, or of the next that the
// search comes by. The search for an exact fit begins with this rank and would go
// on with higher ones; it is interrupted before.
func (d damaged) ofRank(ctx context.Context, rank int) (completion, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := d.problem()
	p.Rank = rank
	r, err := lowrank.Solve(ctx, p, limit.Options{Observe: func(p limit.Progress) {
		if p.Lane != "pursuit" || p.Step >= rank {
			stop()
		}
	}})
	if err != nil {
		return completion{}, err
	}
	return d.completed(r), nil
}

// leastNuclearNorm returns the picture of least nuclear norm that has the pixels.
func (d damaged) leastNuclearNorm(ctx context.Context, tol float64) (completion, error) {
	r, err := lowrank.Solve(ctx, d.problem(), limit.Options{Tol: tol})
	if err != nil {
		return completion{}, err
	}
	return d.completed(r), nil
}

// verdict says whether a low rank explains the pixels: whether matrices of the rank
// of the answer, of which there are r(p+q−r) dimensions, are fewer than they.
func (c completion) verdict() string {
	free := c.rank * (c.Rows + c.Cols - c.rank)
	switch {
	case c.status != limit.Certified:
		return "nothing is proven about the least nuclear norm"
	case free >= c.known:
		return fmt.Sprintf("the low-rank model does not fit: the least nuclear norm is attained at rank %d, where matrices have %d degrees of freedom, and %d pixels are known", c.rank, free, c.known)
	}
	return fmt.Sprintf("a matrix of rank %d, of %d degrees of freedom, has the %d known pixels and the least nuclear norm", c.rank, free, c.known)
}
