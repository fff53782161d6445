// Package descent follows the discrete methods of which the flows are the limit
// of small steps: mirror descent, gradient descent on parameters, exponentiated
// gradient, with steps of any size, samples of the rows, label noise and
// momentum.
//
// # Mathematics
//
// The loss is ℓ(x) = ½‖Ax−b‖², A n×m. Every method sees a gradient, or an
// estimate of it, as a combination Aᵀd of the rows of A: d = Ax − b, or for a
// sample B of K rows d = (n/K)(Ax − b) on B and 0 elsewhere. Mirror descent,
//
//	∇φ(x⁺) − ∇φ(x) = −η Aᵀd          (Lemma 2 of the lecture),
//
// therefore stays on the chart θ = θ₀ + Aᵀν and is ν⁺ = ν − ηd there: gradient
// descent on Ψ(ν) = φ*(θ₀+Aᵀν) − ⟨b, ν⟩. If it reaches Ax = b, then at the
// Bregman projection of x₀, whatever the steps and samples were.
//
// Gradient descent on parameters, y⁺ = y − η ∂G(y)ᵀAᵀd, leaves the chart of the
// flow by terms of order η²; see Effective for where it goes instead. Methods
// that scale coordinates on their own leave it altogether; they are here to be
// compared, and say so (BreaksBias).
//
// # Parts
//
// A Method holds an iterate and moves it along a gradient. A Rule chooses the
// step. Sampling draws rows and noise. Criteria end a run, observers watch it;
// neither changes it. Run puts them together and may be resumed from a
// Checkpoint to the same bits: all randomness is a function of the seed and the
// number of the step.
package descent
