package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/tacit-dev/tacit/internal/blas"
	"github.com/tacit-dev/tacit/linop"
	"github.com/tacit-dev/tacit/ode"
)

// Beside is a second way to follow the flow of a balanced product of factors, in
// other coordinates, to be compared with Factored or DeepSpectral: the product X
// alone, or the layers as so many numbers. Both lose what is small beside what is
// large, which is what the comparison shows.
type Beside struct {
	sys     besideSystem
	space   string
	entries int // of X
}

// besideSystem is a flow of matrices in some coordinates.
type besideSystem interface {
	ode.System
	Start() []float64
	Primal(dst, state []float64)
	unbalanced(state []float64) float64 // NaN where nothing could be
}

// BesideSpaces are the coordinates of NewBeside.
var BesideSpaces = []string{"x", "layers"}

// NewBeside returns the flow on ½‖𝒜(X) − b‖² from a balanced start of an integer depth,
// in the space "x" of the products or "layers". If symmetric, only the symmetric parts
// of the A_k count, U = V, and two factors are X = YYᵀ with Ẏ = −2GY.
func NewBeside(space string, a linop.Operator, b []float64, start *DeepStart, symmetric bool) (*Beside, error) {
	p, q := start.DY, start.DX
	n, m := a.Dims()
	if err := start.check(); err != nil {
		return nil, err
	}
	switch {
	case p*q != m:
		return nil, fmt.Errorf("flow: A measures %d unknowns, which are no matrix of %d×%d", m, p, q)
	case len(b) != n:
		return nil, fmt.Errorf("flow: b has length %d, A has %d rows", len(b), n)
	case start.Depth != math.Trunc(start.Depth):
		return nil, fmt.Errorf("flow: %v factors are no product", start.Depth)
	case symmetric && !slices.Equal(start.U, start.V):
		return nil, errors.New("flow: a symmetric product needs a start with V = U")
	}
	rank := len(start.LogZ)
	d := &measured{a: a, b: b, p: p, q: q, symmetric: symmetric, x: make([]float64, m), g: make([]float64, m),
		res: make([]float64, n), left: make([]float64, p*rank)}
	rate := 1.0
	if symmetric && start.Depth == 2 {
		rate = 2
	}
	switch space {
	case "x":
		d.product(start.U, start.V, start.LogZ, start.Depth)
		return &Beside{newXSpace(d, start.Depth, rate, slices.Clone(d.x)), space, m}, nil
	case "layers":
		z := make([]float64, rank)
		for i, l := range start.LogZ {
			z[i] = math.Exp(l)
		}
		return &Beside{newPlainLayers(d, int(start.Depth), rate, start.U, start.V, z), space, m}, nil
	}
	return nil, fmt.Errorf("flow: the space %q is not one of %q", space, BesideSpaces)
}

// Comparison is how far two ways to follow a flow are apart.
type Comparison struct {
	Space string
	// Deviations are ‖X − X′‖_F/‖X‖_F at the times that were reached.
	Deviations []float64
	// Parted: the last of them is above 1%, where the comparison ends.
	Parted bool
	// Unbalanced is the largest ‖W_{j+1}ᵀW_{j+1} − W_jW_jᵀ‖_F/‖W_j‖_F² of neighbouring
	// layers, measured from the layers after each step; NaN in the space "x".
	Unbalanced float64
	RelTol     float64
	Status     ode.Status // how the second way ended
	Stats      ode.Stats
}

// besideDense is the number of components up to which a Jacobian by differences
// allows for a method of order 5 where the flow is stiff.
const besideDense = 200

// besideParted is the deviation beyond which the two ways have nothing in common.
const besideParted = 1e-2

// besideSteps bounds the steps of a comparison, rejected ones included. The flow of X
// alone of three factors and more has no derivative where a singular value is 0, and
// is followed in very short steps near rank deficient X.
const besideSteps = 10000

var errParted = errors.New("parted")

// Compare follows the flow to the times, which increase, and measures it against
// X there, as at sets it. The error says what cannot be asked; a context that ends, or
// 10⁴ steps, are a Status.
func (c *Beside) Compare(ctx context.Context, times []float64, at func(dst []float64, i int)) (*Comparison, error) {
	out := &Comparison{Space: c.space, RelTol: 1e-10, Unbalanced: math.NaN(), Status: ode.Finished}
	if c.sys.Dim() > besideDense {
		out.RelTol = 1e-7 // of order 2, where the flow is stiff
	}
	x, want, state := make([]float64, c.entries), make([]float64, c.entries), make([]float64, c.sys.Dim())
	compare := func(state []float64) {
		c.sys.Primal(x, state)
		at(want, len(out.Deviations))
		blas.Axpy(-1, want, x)
		out.Deviations = append(out.Deviations, floats.Norm(x, 2)/math.Max(floats.Norm(want, 2), math.SmallestNonzeroFloat64))
	}
	for len(out.Deviations) < len(times) && times[len(out.Deviations)] <= 0 {
		compare(c.sys.Start())
	}
	if len(out.Deviations) == len(times) {
		return out, nil
	}
	observe := ode.ObserverFunc(func(s *ode.Segment) error {
		for k := len(out.Deviations); k < len(times) && times[k] <= s.T1; k++ {
			s.At(state, times[k])
			compare(state)
			if out.Parted = out.Deviations[k] > besideParted; out.Parted {
				return errParted
			}
		}
		if u := c.sys.unbalanced(s.Y1); !(u <= out.Unbalanced) {
			out.Unbalanced = u
		}
		return nil
	})
	sol, err := ode.Integrate(ctx, c.sys, 0, c.sys.Start(), ode.Options{
		Until: times[len(times)-1], RelTol: out.RelTol, Measure: relativeToState, MaxSteps: besideSteps, Observers: []ode.Observer{observe}})
	if err != nil && !errors.Is(err, errParted) {
		return nil, err
	}
	if sol != nil {
		out.Status, out.Stats = sol.Status, sol.Stats
	}
	return out, nil
}

// relativeToState is the norm of the error over that of the state.
func relativeToState(s *ode.Step, rel, _ float64) float64 {
	return floats.Norm(s.Err, 2) / (rel * math.Max(floats.Norm(s.Y0, 2), floats.Norm(s.Y1, 2)))
}
