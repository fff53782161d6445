package landscape

import (
	"context"
	"math"
)

// denseLimit is the number of parameters up to which Classify forms the Hessian.
const denseLimit = 1500

// ClassifyOptions are the settings of Classify; the zero value is the default.
type ClassifyOptions struct {
	Tol  float64 // relative gradient at which a point counts as critical; 0: 1e-8
	Seed uint64
	// Dense and Lanczos force or forbid a count; by default the Hessian is formed
	// up to 1500 parameters and Lanczos used beyond.
	Dense, Lanczos *bool
}

// Point is what is known about one point of the landscape.
type Point struct {
	Loss     float64
	Gradient float64 // ‖∇L‖
	Relative float64 // ‖∇L‖ over what the norms of layers and data allow
	Critical bool    // Relative ≤ Tol
	Nearest  Value
	Distance float64 // |Loss − Nearest.Loss|

	// Only at a critical point:
	Set   []int
	Count *Inertia // by ranks; nil with CountWhy
	Kind  Kind

	Dense   *Spectrum // nil if not computed
	Lanczos *Negative // nil if not computed
	// Agree: no two counts that were made contradict each other; that of Lanczos is a
	// lower bound.
	Agree  bool
	Escape *Escape // nil at a minimum, or with EscapeWhy

	CountWhy, EscapeWhy string
}

// Classify finds out what the point w is. A point that is not critical is no
// error: its Hessian is counted all the same, and the escape follows it.
func (d *Data) Classify(ctx context.Context, net *Net, w []float64, opt ClassifyOptions) (*Point, error) {
	if opt.Tol == 0 {
		opt.Tol = 1e-8
	}
	s, err := d.At(net, w)
	if err != nil {
		return nil, err
	}
	p := &Point{Loss: s.Loss(), Agree: true}
	grad := make([]float64, len(w))
	s.Gradient(grad)
	p.Gradient = norm(grad)
	if p.Gradient > 0 {
		p.Relative = p.Gradient / s.gradientScale()
	}
	p.Critical = p.Relative <= opt.Tol
	p.Nearest = d.Nearest(net, p.Loss)
	p.Distance = math.Abs(p.Loss - p.Nearest.Loss)
	if err := s.spectra(ctx, p, opt); err != nil {
		return nil, err
	}
	if p.Critical {
		s.byRanks(p, math.Max(opt.Tol, 1e-9))
	}
	s.findEscape(p, opt.Seed)
	return p, nil
}

// gradientScale is what ‖∇L‖ would be without any cancellation.
func (s *State) gradientScale() float64 {
	k := s.net.Layers()
	norms := make([]float64, k+1)
	f := s.data.f.norm()
	all := f
	for j := 1; j <= k; j++ {
		norms[j] = s.layer(j).norm()
		all *= norms[j]
	}
	sum := 0.0
	for j := 1; j <= k; j++ {
		p := f * (all + s.data.m.norm())
		for l := 1; l <= k; l++ {
			if l != j {
				p *= norms[l]
			}
		}
		sum += p
	}
	return sum
}

// spectra counts eigenvalues as asked.
func (s *State) spectra(ctx context.Context, p *Point, opt ClassifyOptions) error {
	n := s.net.Parameters()
	dense, lanczos := n <= denseLimit, n > denseLimit
	if opt.Dense != nil {
		dense = *opt.Dense
	}
	if opt.Lanczos != nil {
		lanczos = *opt.Lanczos
	}
	if dense {
		spec, err := s.DenseInertia(1e-9)
		if err != nil {
			return err
		}
		p.Dense = spec
	}
	if lanczos {
		neg, err := s.Lanczos(ctx, LanczosOptions{Seed: opt.Seed})
		if err != nil {
			return err
		}
		p.Lanczos = neg
	}
	if p.Dense != nil && p.Lanczos != nil {
		p.Agree = p.Lanczos.Count <= p.Dense.Negative
	}
	return nil
}

// byRanks adds what the structure of a critical point says.
func (s *State) byRanks(p *Point, tol float64) {
	set, err := s.Identify(math.Sqrt(tol))
	if err != nil {
		p.CountWhy = err.Error()
		return
	}
	p.Set = set
	count, err := s.Count(set, math.Sqrt(tol))
	if err != nil {
		p.CountWhy = err.Error()
		return
	}
	p.Count = &count
	p.Kind = s.data.kind(s.net, len(set), count.Negative, s.data.leading(set))
	if p.Dense != nil {
		p.Agree = p.Agree && p.Dense.Inertia == count
	}
	if p.Lanczos != nil {
		p.Agree = p.Agree && p.Lanczos.Count <= count.Negative
	}
}

// findEscape looks for a way down where there should be one.
func (s *State) findEscape(p *Point, seed uint64) {
	var lowest []float64
	switch {
	case p.Kind == GlobalMinimum:
		return
	case p.Lanczos != nil && p.Lanczos.Count > 0:
		lowest = p.Lanczos.Lowest
	case p.Dense != nil && p.Dense.Negative > 0:
		neg, err := s.Lanczos(context.Background(), LanczosOptions{Seed: seed})
		if err != nil || neg.Lowest == nil {
			p.EscapeWhy = "no eigenvector of a negative eigenvalue was found"
			return
		}
		lowest = neg.Lowest
	case !p.Critical:
		p.EscapeWhy = "the point is not critical: the negative gradient leads down"
		return
	case p.Kind == "":
		p.EscapeWhy = p.CountWhy
		return
	}
	e, err := s.Escape(p.Set, lowest, seed)
	if err != nil {
		p.EscapeWhy = err.Error()
		return
	}
	p.Escape = e
}
