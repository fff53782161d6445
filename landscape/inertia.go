package landscape

// Inertia is the number of negative, zero and positive eigenvalues of a Hessian.
type Inertia struct{ Negative, Zero, Positive int }

// Kind says what a critical point is.
type Kind string

const (
	GlobalMinimum   Kind = "global-minimum"
	StrictSaddle    Kind = "strict-saddle"     // the Hessian has a negative eigenvalue
	NonStrictSaddle Kind = "non-strict-saddle" // no minimum, though the Hessian has none
)

// CountSet is the inertia at the critical points of net whose product is that of
// the eigenvectors in set and whose layers, up to invertible changes of basis
// between them, are
//
//	W₁ = [U_IᵀYXᵀ(XXᵀ)⁺; 0],  W_j = diag(I_r, Z_j) for 1 < j < k,  W_k = [U_I, 0],
//
// where rank(Z_{k−1}⋯Z₂) = middle. With r = |I|, q the number of nonzero eigenvalues
// that are not in I, and λ the eigenvalues of Σ,
//
//	negative = #{i ∈ I, j ∉ I: λ_j > λ_i} + middle·q,
//	positive = r(ρ + d_y − r) − #{i ∈ I, j ∉ I: λ_j ≥ λ_i} + middle·q.
//
// For two layers middle is d₁ − r, the rank of an empty product; for one it is 0
// and I is everything. The indices of set increase.
func (d *Data) CountSet(net *Net, set []int, middle int) Inertia {
	in := make([]bool, len(d.Lambda))
	for _, i := range set {
		in[i] = true
	}
	r, up, tied := len(set), 0, 0
	for _, i := range set {
		for j := range d.Lambda {
			switch {
			case in[j]:
			case d.equal(i, j):
				tied++
			case d.Lambda[j] > d.Lambda[i]:
				up++
			}
		}
	}
	rest := middle * (len(d.Lambda) - r)
	neg := up + rest
	pos := r*(d.Rank+d.DY-r) - up - tied + rest
	if net.Layers() == 1 {
		neg, pos = 0, d.Rank*d.DY // linear regression: also what is not in Σ counts
	}
	return Inertia{neg, net.Parameters() - neg - pos, pos}
}

// MiddleRanks is the range of rank(Z_{k−1}⋯Z₂) at critical points of rank r as
// described at CountSet.
func (net *Net) MiddleRanks(r int) (least, most int) {
	switch k := net.Layers(); k {
	case 1:
		return 0, 0
	case 2:
		return net.Dims[1] - r, net.Dims[1] - r
	}
	return 0, net.Narrowest() - r
}

// kind classifies a critical point of rank r whose Hessian has neg negative
// eigenvalues; leading says that no eigenvalue outside of I is larger than one in
// it.
func (d *Data) kind(net *Net, r, neg int, leading bool) Kind {
	switch {
	case leading && (r == d.MaxRank(net) || net.Layers() == 1):
		return GlobalMinimum
	case neg > 0:
		return StrictSaddle
	}
	return NonStrictSaddle
}

// leading reports whether no eigenvalue outside of set is larger than one inside.
func (d *Data) leading(set []int) bool {
	if len(set) == 0 {
		return true
	}
	in := make([]bool, len(d.Lambda))
	for _, i := range set {
		in[i] = true
	}
	for j := range d.Lambda {
		if !in[j] {
			last := set[len(set)-1]
			return j > last || d.equal(j, last)
		}
	}
	return true
}
