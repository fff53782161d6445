// Package flow holds the flows that move unknowns down a loss, in continuous
// time.
//
// # Mathematics
//
// A mirror flow d/dt ∇φ(x) = −Aᵀ∇f(Ax) keeps ∇φ(x) − θ₀ in the range of Aᵀ, so
//
//	x(t) = ∇φ*(θ₀ + Aᵀν(t)),   ν′ = −∇f(Ax(ν)),   ν(0) = 0,
//
// and Mirror integrates ν: n numbers for any number m of unknowns, from starts
// of any scale, because only θ₀ = ∇φ(x₀) enters. With f = ½‖z−b‖² it is gradient
// flow on the convex Ψ of package dual. Parameterized integrates ẏ = −∇f(A G(y))
// in the parameters themselves; both lead to the same x(t) where the
// parameterization induces φ (package param), with its clock.
//
// # Numerical method
//
// Both are stiff, with rates from e^(−1/α) to ‖A‖², so they offer the integrator
// their exact linearization. For the mirror flow it is −F A D Aᵀ with diagonal
// F = ∇²f and D = ∇²φ*: a stage solves one symmetric positive definite n×n system,
// by Cholesky where A is stored and else by conjugate gradients. For the
// parameters Woodbury's identity leads to a system of the same form.
//
// # Errors
//
// Run controls the relative error of the unknowns, and monitors what the exact
// flow keeps: see Invariant. For a known solution x̂ of Ax̂ = b the sum
// D_φ(x̂, x(t)) + ∫‖Ax−b‖² is constant, which measures the error of the whole
// run; the integral is a component of the state.
package flow
