package theorem

import (
	"context"
	"math"

	"github.com/tacit-dev/tacit/geometry"
)

// bregman are the statements about divergences.
func bregman() []Experiment {
	return []Experiment{{
		ID:        "bregman-table",
		Title:     "the Bregman divergences of the table",
		Statement: "D_φ(x, z) = φ(x) − φ(z) − ⟨∇φ(z), x − z⟩ is ½‖x−z‖² for φ = ½‖x‖², and Σ xᵢ ln(xᵢ/zᵢ) − Σxᵢ + Σzᵢ for the entropy; it is convex in x, and not symmetric",
		Slip:      "φ is taken to be strictly convex and differentiable on all of Rᵈ, which the entropy is not; what is needed is a Legendre function: strictly convex, with ‖∇φ‖ → ∞ at the boundary of its domain, else the next step of mirror descent may not exist",
		Source:    "lecture, \"Some Important Examples\"; Dhillon and Tropp 2007, table 2.1; Rockafellar 1970, section 26",
		Run:       bregmanTable,
	}, {
		ID:        "local-quadratic",
		Title:     "divergences are locally quadratic, with a factor ½",
		Statement: "D_φ(x, z) = ½ (x−z)ᵀ∇²φ(ξ)(x−z) for a ξ between x and z, and exactly (x−z)ᵀ[∫₀¹(1−τ)∇²φ(z+τ(x−z))dτ](x−z)",
		Slip:      "the factor ½ is missing; without it the metric that mirror descent follows, and its clock, would be wrong by 2",
		Source:    "lecture, \"Think of it as locally quadratic\"; Taylor's formula",
		Run:       localQuadratic,
	}}
}

// catalogue are potentials with two points inside of their domain, of one
// coordinate each, far enough apart that the definition of D does not cancel.
func catalogue() ([]specimen, error) {
	power, err := geometry.NewPower(3)
	if err != nil {
		return nil, err
	}
	lp, err := geometry.NewLP(1.5)
	if err != nil {
		return nil, err
	}
	box, err := geometry.NewFermiDirac([]float64{0}, []float64{1})
	if err != nil {
		return nil, err
	}
	return []specimen{
		{geometry.Euclidean{}, -0.7, 1.1},
		{geometry.Entropy{}, 0.4, 1.7},
		{geometry.Hypentropy{LogBeta: []float64{math.Log(0.3)}}, -0.6, 1.9},
		{box, 0.2, 0.9},
		{geometry.Burg{}, 0.5, 2.3},
		{geometry.Hellinger{}, -0.4, 0.8},
		{lp, 0.3, 1.4},
		{geometry.Exponential{}, -0.9, 0.8},
		{geometry.Inverse{}, 0.6, 1.5},
		{power, 0.2, 1.2},
		{geometry.Tanh{}, -0.3, 0.7},
	}, nil
}

type specimen struct {
	phi  geometry.Separable
	x, z float64
}

// defined is D_φ(x, z) by its definition.
func (s specimen) defined(x, z float64) float64 {
	return s.phi.Value([]float64{x}) - s.phi.Value([]float64{z}) - s.gradient(z)*(x-z)
}

func (s specimen) divergence(x, z float64) float64 {
	return s.phi.Bregman([]float64{x}, []float64{z})
}

func (s specimen) gradient(x float64) float64 {
	g := make([]float64, 1)
	s.phi.Grad(g, []float64{x})
	return g[0]
}

// curvature is φ″(x) = 1/(φ*)″(φ′(x)).
func (s specimen) curvature(x float64) float64 {
	h := make([]float64, 1)
	s.phi.HessConjDiag(h, []float64{s.gradient(x)})
	return 1 / h[0]
}

func bregmanTable(context.Context) ([]Check, error) {
	x, z := []float64{0.3, 2, 1e-3, 7}, []float64{1.1, 0.4, 2.5, 6}
	var half, kl float64
	for i := range x {
		half += (x[i] - z[i]) * (x[i] - z[i]) / 2
		kl += x[i]*math.Log(x[i]/z[i]) - x[i] + z[i]
	}
	checks := []Check{
		relative("½‖x−z‖²", half, geometry.Euclidean{}.Bregman(x, z), 1e-14),
		relative("Σ x ln(x/z) − x + z", kl, geometry.Entropy{}.Bregman(x, z), 1e-14),
	}
	list, err := catalogue()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		checks = append(checks,
			relative(s.phi.Name()+": D by its definition", s.divergence(s.x, s.z), s.defined(s.x, s.z), 1e-13),
			atMost(s.phi.Name()+": convex in x", s.chord(), s.divergence((s.x+s.z)/2, s.z), 0))
	}
	kullback := specimen{geometry.Entropy{}, 0.4, 1.7}
	asymmetry := math.Abs(kullback.divergence(0.4, 1.7)-kullback.divergence(1.7, 0.4)) / kullback.divergence(0.4, 1.7)
	return append(checks, atLeast("entropy: relative difference of D(x,z) and D(z,x)", 0.1, asymmetry, 0)), nil
}

// chord is what convexity allows D((x+z)/2, z) at most: (D(x,z) + D(z,z))/2.
func (s specimen) chord() float64 { return s.divergence(s.x, s.z) / 2 }

func localQuadratic(context.Context) ([]Check, error) {
	list, err := catalogue()
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, s := range list {
		const h = 1e-6
		// D/(h²φ″) = ½ + O(h), and the odd term drops out of the mean of ±h.
		ratio := (s.divergence(s.z+h, s.z) + s.divergence(s.z-h, s.z)) / (2 * h * h * s.curvature(s.z))
		d := s.x - s.z
		mean := d * d * integral(func(tau float64) float64 { return (1 - tau) * s.curvature(s.z+tau*d) })
		slope := d * integral(func(tau float64) float64 { return s.curvature(s.z + tau*d) })
		checks = append(checks,
			relative(s.phi.Name()+": D/((x−z)²φ″) as x → z", 0.5, ratio, 1e-8),
			relative(s.phi.Name()+": D by the mean of the curvature", s.divergence(s.x, s.z), mean, 1e-10),
			relative(s.phi.Name()+": ∇D by the mean of the curvature", s.gradient(s.x)-s.gradient(s.z), slope, 1e-10))
	}
	return checks, nil
}

// integral is ∫₀¹ f by Gauss's rule of 3 points on 400 pieces.
func integral(f func(float64) float64) float64 {
	const pieces = 400
	node := math.Sqrt(0.6) / 2
	var sum float64
	for k := range pieces {
		mid := (float64(k) + 0.5) / pieces
		sum += (5*f(mid-node/pieces) + 8*f(mid) + 5*f(mid+node/pieces)) / 18 / pieces
	}
	return sum
}
