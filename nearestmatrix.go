package tacit

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/geometry"
	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/limit/lowrank"
)

// MatrixSelection says by which geometry, and from where, NearestMatrix selects a
// matrix.
type MatrixSelection struct {
	// Geometry is one of geometry.MatrixNames with its number: "von-neumann",
	// "logdet", "spectral-hypentropy:1e-3", "schatten:1.5".
	Geometry string

	// Symmetric restricts X to symmetric matrices, which von-neumann and logdet imply.
	Symmetric bool

	// X0 is the start by rows, inside the domain of the geometry. Nil means α·I if
	// LogAlpha is set, and else the matrix where the potential is least: I for
	// von-neumann, 0 for the geometries of matrices of any sign.
	X0 []float64

	// LogAlpha is ln α of a start α·I, for von-neumann and logdet.
	LogAlpha *float64
}

// NearestMatrix returns the matrix with the measurements of p that is nearest to the
// start in the Bregman divergence of a spectral geometry: correlation matrices,
// covariances with given marginals, kernels with given entries. It is the limit of
// the mirror flow from the start. Objective is D(X, X₀) and X the matrix by rows;
// p.PSD and p.Rank are not used.
func NearestMatrix(ctx context.Context, p MatrixProblem, sel MatrixSelection, opt Options) (ans *Answer, err error) {
	defer recovered(&err)
	if err := opt.Check(); err != nil {
		return nil, err
	}
	if p.A == nil {
		return nil, fmt.Errorf("the problem has no measurements A")
	}
	_, positive := geometry.IsMatrix(sel.Geometry)
	sel.Symmetric = sel.Symmetric || positive
	phi, err := geometry.ParseMatrix(sel.Geometry, p.P, p.Q, sel.Symmetric)
	if err != nil {
		return nil, err
	}
	if sel.X0, err = sel.start(p.P, p.Q, positive); err != nil {
		return nil, err
	}
	r, err := limit.NearestMatrix(ctx, limit.MatrixProblem{A: p.A, B: p.B, P: p.P, Q: p.Q, Phi: phi, X0: sel.X0}, opt)
	if err != nil {
		return nil, err
	}
	ans = &Answer{Result: r, claim: certify.MatrixBregman, start: sel.X0, tol: opt.Tol,
		Spectral: &SpectralAnswer{P: p.P, Q: p.Q, Symmetric: sel.Symmetric, Geometry: sel.Geometry, positive: positive, phi: phi}}
	switch r.Status {
	case limit.Certified, limit.Infeasible, limit.Budget, limit.Interrupted:
	default:
		if !positive {
			break
		}
		if err := ans.denyPositive(ctx, p, opt); err != nil {
			return nil, err
		}
	}
	return ans.verified(p.A, p.B, opt), nil
}

// leastScale and mostScale bound the scale α of a start α·I.
const leastScale, mostScale = 0x1p-900, 0x1p900

// start resolves what the selection leaves open.
func (s MatrixSelection) start(p, q int, positive bool) ([]float64, error) {
	if s.X0 != nil && s.LogAlpha != nil {
		return nil, fmt.Errorf("a start X₀ and a scale α are both given; one of them is the start")
	}
	if s.X0 != nil {
		if len(s.X0) != p*q {
			return nil, fmt.Errorf("the start has %d entries, but X is %d×%d", len(s.X0), p, q)
		}
		return s.X0, nil
	}
	x0 := make([]float64, p*q)
	alpha := 1.0
	switch {
	case s.LogAlpha != nil && !positive:
		return nil, fmt.Errorf("a scale α is one of the start α·I of von-neumann and logdet; the geometry %s starts at 0 or at a given X₀", s.Geometry)
	case s.LogAlpha != nil:
		if alpha = math.Exp(*s.LogAlpha); !(alpha >= leastScale) || !(alpha <= mostScale) {
			return nil, fmt.Errorf("a start of scale e^%v is beyond what matrices are solved at; α may be %.3g to %.3g", *s.LogAlpha, leastScale, mostScale)
		}
	case !positive:
		return x0, nil
	case s.Geometry == "logdet":
		return nil, fmt.Errorf("the potential of logdet has no least value to start from: give a start X₀, or a scale α")
	}
	for i := range p {
		x0[i*p+i] = alpha
	}
	return x0, nil
}

// denyPositive looks for a proof that no X ⪰ 0 has the measurements.
func (ans *Answer) denyPositive(ctx context.Context, p MatrixProblem, opt Options) error {
	p.PSD, p.Rank = true, 0
	opt.Observe = nil
	r, err := lowrank.Solve(ctx, p, opt)
	if err != nil {
		return nil // what was found stands
	}
	if r.Status != limit.Infeasible {
		if ans.Status == limit.NumericalTrouble && r.Status == limit.Certified && r.Rank < p.P {
			ans.Reason.Hint = fmt.Sprintf("X ⪰ 0 with the measurements exist, and the one of least trace has rank %d of %d; that a positive definite one exists is neither proven nor excluded. ", r.Rank, p.P) + ans.Reason.Hint
		}
		return nil
	}
	r.Stats.Route = ans.Stats.Route + " > " + r.Stats.Route
	ans.Result = &r.Result
	return nil
}

// SpectralAnswer is what NearestMatrix adds.
type SpectralAnswer struct {
	P, Q      int
	Symmetric bool
	Geometry  string

	positive bool
	phi      geometry.Matrix
}

// Spectrum returns the eigenvalues of the symmetric X, ascending, or its singular
// values, descending.
func (s *SpectralAnswer) Spectrum(x []float64) []float64 {
	if s.Symmetric {
		x = geometry.SymmetricVector(x, s.P)
	}
	return s.phi.Values(x)
}

// spectral states what the claim MatrixBregman needs, and what is denied.
func (ans *Answer) spectral(c *certify.Certificate, w *certify.Witness) {
	s := ans.Spectral
	c.Shape = [2]int{s.P, s.Q}
	if ans.Status == limit.Infeasible {
		w.X = nil
		if c.Claim = certify.InfeasiblePSD; !s.positive {
			c.Claim, c.Shape = certify.Inconsistent, [2]int{}
		}
		return
	}
	c.Geometry, c.Symmetric = s.Geometry, s.Symmetric
}
