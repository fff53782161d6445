// Package landscape knows every critical point of a deep linear network on given
// data: its loss, the inertia of its Hessian, and the way down from it.
//
// # Mathematics
//
// The loss of the weights W₁, …, W_k (W_j is d_j×d_{j−1}, d₀ = d_x, d_k = d_y) is
//
//	L(W) = ½‖W_k⋯W₁X − Y‖²_F,   X is d_x×N, Y is d_y×N.
//
// Write σ₁ ≥ σ₂ ≥ … > 0 for the singular values of Y restricted to the row space of
// X, λᵢ = σᵢ² for the nonzero eigenvalues of Σ = YXᵀ(XXᵀ)⁺XYᵀ and uᵢ for their
// eigenvectors. At a critical point the product is W_k⋯W₁ = U_I U_Iᵀ YXᵀ(XXᵀ)⁺ on
// the range of X for a set I of eigenvectors, and the loss is ½(‖Y‖² − Σ_{i∈I} λᵢ). With
// more than two layers the weights are not determined by I up to a change of
// basis: Count gives the inertia at every critical point, whatever they are, from
// ranks alone; docs/theory/deep-linear.md derives it. No assumption on X, Y or the
// widths is needed.
//
// # Three ways to the inertia
//
// Count (ranks), DenseInertia (the Hessian itself: its eigenvalues, or
// factorizations of two shifts of it) and Lanczos (products with the Hessian alone,
// for networks whose Hessian no memory holds: a proven lower bound). They share the
// weights and nothing else that is believed, and must not contradict each other.
//
// Sources: Baldi and Hornik 1989; Kawaguchi 2016; Lu and Kawaguchi 2017; Laurent
// and von Brecht 2018; Achour, Malgouyres and Gerchinovitz 2024.
//
// # Limits
//
// Rank is a numerical notion here: see Data for the one tolerance that decides
// what is zero.
package landscape
