package instance

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/linop"
)

// The ensembles of labelled points.
const (
	Planted   = "planted" // N(0, I), labelled by a random direction and moved Margin away from it
	Noise     = "noise"   // N(0, I) with alternating labels: separable by dimension if N ≤ D
	SparseRow = "sparse"  // NNZ positive entries a row, unit norm, random labels
	Turned    = "turned"  // like Planted, with the label of one point turned: not separable if N ≫ D
)

// PointEnsembles lists the ensembles of labelled points.
func PointEnsembles() []string { return []string{Planted, Noise, SparseRow, Turned} }

// Separable specifies labelled points.
type Separable struct {
	Name      string // keys the randomness together with Seed; "" means Ensemble
	Seed      uint64
	Ensemble  string
	N, D      int     // points and coordinates
	Margin    float64 // of Planted: what a separator has at least
	NNZ       int     // of SparseRow
	Intercept float64 // the separating hyperplane of Planted is this far from the origin
}

// Points are labelled points, dense by rows or in compressed rows, X for both.
type Points struct {
	X         linop.Operator
	Y         []float64 // ±1
	Dense     []float64
	RowPtr    []int
	ColIdx    []int32
	Val       []float64
	Direction []float64 // of Planted: the unit normal that separates by Margin at least
}

// SeparableFamily returns the benchmark instance S1, S2, S3 or S4.
func SeparableFamily(id string, seed uint64) (Separable, error) {
	families := map[string]Separable{
		"S1": {Ensemble: Noise, N: 200, D: 1000},
		"S2": {Ensemble: Planted, N: 2000, D: 50, Margin: 0.1},
		"S3": {Ensemble: Planted, N: 20000, D: 100, Margin: 0.1},
		"S4": {Ensemble: SparseRow, N: 5000, D: 50000, NNZ: 500},
	}
	s, ok := families[id]
	if !ok {
		return s, fmt.Errorf("unknown family %q; choose one of S1, S2, S3, S4", id)
	}
	s.Name, s.Seed = id, seed
	return s, nil
}

func (s Separable) check() error {
	switch {
	case !slices.Contains(PointEnsembles(), s.Ensemble):
		return fmt.Errorf("unknown ensemble %q; choose one of %s", s.Ensemble, strings.Join(PointEnsembles(), ", "))
	case s.N < 2 || s.D < 1:
		return fmt.Errorf("%d points in %d coordinates; at least 2 points and 1 coordinate are needed", s.N, s.D)
	case s.N > math.MaxInt32/s.D && s.Ensemble != SparseRow:
		return fmt.Errorf("%d×%d is too large for dense points", s.N, s.D)
	case s.Ensemble == SparseRow && (s.NNZ < 1 || s.NNZ > s.D):
		return fmt.Errorf("%d entries a row; it must lie between 1 and the %d coordinates", s.NNZ, s.D)
	case !(s.Margin >= 0) || s.Margin > 1e100 || math.Abs(s.Intercept) > 1e100 || math.IsNaN(s.Intercept):
		return fmt.Errorf("margin %v and intercept %v; the margin must not be negative, and both be of moderate size", s.Margin, s.Intercept)
	}
	return nil
}

func (s Separable) stream(part string) *stream {
	name := s.Name
	if name == "" {
		name = "separable-" + s.Ensemble
	}
	return Sparse{Name: name, Seed: s.Seed}.stream(part)
}

// Generate makes the points.
func (s Separable) Generate() (*Points, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	p := &Points{Y: make([]float64, s.N)}
	labels := s.stream("labels")
	for i := range p.Y {
		p.Y[i] = float64(2*(i%2) - 1)
		if s.Ensemble == SparseRow && i > 1 {
			p.Y[i] = float64(2*labels.below(2) - 1)
		}
	}
	if s.Ensemble == SparseRow {
		s.sparse(p)
		return p, nil
	}
	r := s.stream("points")
	p.Dense = make([]float64, s.N*s.D)
	for k := range p.Dense {
		p.Dense[k] = r.normal()
	}
	if s.Ensemble != Noise {
		s.plant(p)
	}
	p.X = linop.NewDense(s.N, s.D, p.Dense)
	return p, nil
}

// plant labels the points by the side of a hyperplane, and moves them away from
// it by Margin. The first two are put on different sides.
func (s Separable) plant(p *Points) {
	r := s.stream("direction")
	p.Direction = make([]float64, s.D)
	var square float64
	for j := range p.Direction {
		p.Direction[j] = r.normal()
		square += float64(p.Direction[j] * p.Direction[j])
	}
	norm := math.Sqrt(square)
	for j := range p.Direction {
		p.Direction[j] /= norm
	}
	for i := range s.N {
		row := p.Dense[i*s.D : (i+1)*s.D]
		var at float64
		for j, v := range row {
			at += float64(v * p.Direction[j])
		}
		side := 1.0
		if at < 0 {
			side = -1
		}
		shift := side*s.Margin + s.Intercept
		if i < 2 && side != p.Y[i] { // reflected
			side, shift = -side, -2*at-side*s.Margin+s.Intercept
		}
		p.Y[i] = side
		for j := range row {
			row[j] += float64(shift * p.Direction[j])
		}
	}
	if s.Ensemble == Turned {
		last := s.N - 1
		p.Y[last] = -p.Y[last]
	}
}

// sparse draws NNZ uniform entries in each row and scales the row to norm 1.
func (s Separable) sparse(p *Points) {
	r := s.stream("points")
	p.RowPtr = []int{0}
	for range s.N {
		lo := len(p.Val)
		var square float64
		for _, j := range r.subset(s.NNZ, s.D) {
			v := 1 - r.uniform() // > 0
			square += float64(v * v)
			p.ColIdx, p.Val = append(p.ColIdx, int32(j)), append(p.Val, v)
		}
		norm := math.Sqrt(square)
		for k := lo; k < len(p.Val); k++ {
			p.Val[k] /= norm
		}
		p.RowPtr = append(p.RowPtr, len(p.Val))
	}
	p.X = linop.NewCSR(s.N, s.D, p.RowPtr, p.ColIdx, p.Val)
}
