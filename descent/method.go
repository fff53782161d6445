package descent

// Method is an update rule on an iterate of its own.
type Method interface {
	// Name is the lower-case name: "mirror entropy".
	Name() string
	// X is the iterate as a point of the unknowns, length m. It belongs to the
	// method and is overwritten by Move.
	X() []float64
	// Move takes the step η along −g. An error says that there is no point to
	// move to, and leaves the iterate as it was.
	Move(eta float64, g *Gradient) error
	// Metric sets dst = M v, where x moves by −η M g to first order: ∇²φ*(θ) for
	// mirror descent, ∂G ∂Gᵀ on parameters. It decides how large a stable step
	// may be.
	Metric(dst, v []float64)
	// BreaksBias says why the limit is not determined by start and geometry; ""
	// where it is.
	BreaksBias() string
	// Vectors lists what the state consists of. A checkpoint copies them out,
	// and back in.
	Vectors() []Vector
	// Restored is called after Vectors were overwritten.
	Restored()
}

// Vector is a named part of a state.
type Vector struct {
	Name   string
	Values []float64
}

// Charted is a Method whose iterate, or what it would be for small steps, has
// dual coordinates.
type Charted interface {
	Method
	Nu() []float64 // Σ −ηd, length n
}

// Searcher is a Method whose step can be judged before it is taken.
type Searcher interface {
	Method
	// Polyak returns the step (f − f*)/‖∇f‖² in the norm of the method's metric,
	// with the least value f* = 0 of the sampled loss f.
	Polyak(g *Gradient) float64
	// Decrease returns by how much the step η would lower the merit function,
	// Ψ for mirror descent and the sampled loss on parameters, and by how much
	// its slope promises, per unit of η. Where the step leads nowhere the
	// decrease is −Inf.
	Decrease(eta float64, g *Gradient) (decrease, slope float64)
}
