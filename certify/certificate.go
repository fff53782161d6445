package certify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Schema names the format of a certificate.
const Schema = "tacit.certificate/1"

// Claim is what a certificate proves.
type Claim string

// The claims. Weights w are 1 where none are given.
const (
	// L1: x minimises Σ wᵢ|xᵢ| subject to Ax = b; |Aᵀy| ≤ w.
	L1 Claim = "l1"
	// L1Nonneg: x minimises Σ wᵢxᵢ subject to Ax = b, x ≥ 0; Aᵀy ≤ w.
	L1Nonneg Claim = "l1-nonneg"
	// MinNorm: x minimises ‖x−x₀‖₂ subject to Ax = b; x₀ is 0 where none is given.
	MinNorm Claim = "min-norm"
	// Bregman: x minimises D_φ(x, x₀) subject to Ax = b, with φ and x₀ given by
	// Geometry, LogAlpha and the weights.
	Bregman Claim = "bregman"
	// MatrixBregman: X minimises D_φ(X, X₀) subject to ⟨A_k, X⟩ = b_k, with a φ of the
	// eigenvalues or singular values given by Geometry, X₀ by Start. The unknown x is X
	// by rows; if Symmetric, X ranges over the symmetric matrices.
	MatrixBregman Claim = "bregman-matrix"
	// L1Denoise: x minimises Σ wᵢ|xᵢ| subject to ‖Ax−b‖₂ ≤ σ; |Aᵀy| ≤ w.
	L1Denoise Claim = "l1-denoise"
	// L1DenoiseNonneg: the same with x ≥ 0; Aᵀy ≤ w.
	L1DenoiseNonneg Claim = "l1-denoise-nonneg"
	// Inconsistent: no x satisfies Ax = b; Aᵀy = 0, bᵀy > 0.
	Inconsistent Claim = "inconsistent"
	// InfeasibleNonneg: no x ≥ 0 satisfies Ax = b; Aᵀy ≤ 0, bᵀy > 0.
	InfeasibleNonneg Claim = "infeasible-nonneg"
	// InfeasibleBox: no x in the box of the geometry satisfies Ax = b;
	// bᵀy > max yᵀAx over the box.
	InfeasibleBox Claim = "infeasible-box"
	// InfeasibleInterior: no x > 0 satisfies Ax = b; Aᵀy ≤ 0, bᵀy ≥ 0, Aᵀy ≠ 0.
	InfeasibleInterior Claim = "infeasible-interior"
	// Nuclear: X = LRᵀ minimises ‖X‖_* subject to ⟨A_k, X⟩ = b_k; ‖Σ y_kA_k‖ ≤ 1.
	Nuclear Claim = "nuclear-norm"
	// TracePSD: X = LLᵀ minimises tr X subject to ⟨A_k, X⟩ = b_k, X ⪰ 0;
	// λ_max(Σ y_kA_k) ≤ 1.
	TracePSD Claim = "trace-psd"
	// InfeasiblePSD: no X ⪰ 0 has ⟨A_k, X⟩ = b_k; Σ y_kA_k ⪯ 0, bᵀy > 0.
	InfeasiblePSD Claim = "infeasible-psd"
)

// matrix reports whether the unknown of the claim is a matrix; row k of A is
// then the matrix A_k, row by row.
func (c Claim) matrix() bool { return c == Nuclear || c == TracePSD || c == InfeasiblePSD }

// farkas reports whether the claim denies that a solution exists.
func (c Claim) farkas() bool {
	return c == Inconsistent || c == InfeasibleNonneg || c == InfeasibleBox || c == InfeasibleInterior || c == InfeasiblePSD || c == NotSeparable || c == Split
}

// nonneg reports whether the claim is about x ≥ 0.
func (c Claim) nonneg() bool {
	return c == L1Nonneg || c == L1DenoiseNonneg || c == InfeasibleNonneg
}

// tailed reports whether the dual vector of the claim may be the sum of two, besides
// that of Bregman from a start.
func (c Claim) tailed() bool { return c == L1 || c == L1Nonneg || c == MinNorm }

// denoise reports whether the claim is about ‖Ax−b‖ ≤ σ.
func (c Claim) denoise() bool { return c == L1Denoise || c == L1DenoiseNonneg }

func (c Claim) known() bool {
	switch c {
	case L1, L1Nonneg, L1Denoise, L1DenoiseNonneg, MinNorm, Bregman, MatrixBregman, Inconsistent, InfeasibleNonneg, InfeasibleBox, InfeasibleInterior, Margin, NotSeparable, Split,
		Nuclear, TracePSD, InfeasiblePSD:
		return true
	}
	return false
}

// spectral reports whether the claim is about a matrix by its eigenvalues or
// singular values, as the vector of its entries.
func (c Claim) spectral() bool { return c == MatrixBregman }

// Geometries of the claim Bregman. Those that may go without a start x₀ begin
// at a scale α instead, which only its logarithm has to represent. From a start
// every name of package geometry stands for a geometry: "fermi-dirac:0.7,1.5".
const (
	// Entropy: φ(x) = Σ xᵢ ln xᵢ − xᵢ on x ≥ 0, started at ln x₀ᵢ = wᵢ·ln α.
	Entropy = "entropy"
	// Hypentropy: φ(x) = Σ xᵢ arsinh(xᵢ/βᵢ) − √(xᵢ²+βᵢ²), started at x₀ = 0,
	// with ln βᵢ = wᵢ·ln α.
	Hypentropy = "hypentropy"
	// Mahalanobis: φ(x) = ½xᵀKx with the K of Certificate.Matrix.
	Mahalanobis = "mahalanobis"
)

// Certificate is a claim with its numbers, the content of certificate.json.
// The vectors lie beside it, see Witness.
//
// For the claims of infeasibility Bound is ρ = bᵀy/(‖b‖‖y‖), Residual is
// v = maxⱼ |aⱼᵀy|/(‖aⱼ‖‖y‖) (the positive part of aⱼᵀy for x ≥ 0), and
// Objective, Gap and Support are 0; see farkasBox for InfeasibleBox, interior for
// InfeasibleInterior, and denoise.go for what σ changes.
type Certificate struct {
	Schema    string   `json:"schema"`
	Claim     Claim    `json:"claim"`
	Rows      int      `json:"rows"`
	Cols      int      `json:"cols"`
	Tol       float64  `json:"tol"`       // what Gap and Residual are held to
	Objective float64  `json:"objective"` // Σ wᵢ|xᵢ|, ‖x−x₀‖₂ or D_φ(x, x₀)
	Bound     float64  `json:"bound"`     // the proven lower bound
	Gap       float64  `json:"gap"`       // (Objective−Bound)/max(|Objective|, |Bound|), 0 if both are 0
	Residual  float64  `json:"residual"`  // ‖Ax−b‖₂/‖b‖₂, ‖Ax‖₂ if b = 0
	Support   int      `json:"support"`   // nonzero entries of x
	Unique    *bool    `json:"unique"`    // nil: not established
	Geometry  string   `json:"geometry"`  // of the claims Bregman and InfeasibleBox, else empty
	LogAlpha  *float64 `json:"log_alpha"` // ln α of the claim Bregman without a start; the scale of power-diff
	Weights   *string  `json:"weights"`   // file of the weights w, nil: ones
	Start     *string  `json:"start"`     // file of x₀, nil: zeros (min-norm), or a start of scale α (Bregman)

	Tail      *string  `json:"y_tail,omitempty"`    // file of a second part of the dual vector: it is y + tail (L1, L1Nonneg, MinNorm, Bregman from a start)
	Relative  bool     `json:"relative,omitempty"`  // the box of fermi-dirac is that of xᵢ/x₀ᵢ
	Matrix    *string  `json:"matrix,omitempty"`    // file of K (mahalanobis): m numbers of a diagonal, or m×m in rows
	Other     *string  `json:"other,omitempty"`     // file of a second minimiser, where Unique is false
	Shape     [2]int   `json:"shape,omitzero"`      // of the unknown, where it is a matrix: p, q with Cols = p·q
	Symmetric bool     `json:"symmetric,omitempty"` // of the claim MatrixBregman: X and X₀ are symmetric
	Left      *string  `json:"left,omitempty"`      // file of the factor L (p×r) of X = LRᵀ, or of X = LLᵀ
	Right     *string  `json:"right,omitempty"`     // file of R (q×r), where it is not L
	Sigma     *float64 `json:"sigma,omitempty"`     // σ of the claims of denoising, and of those that deny a solution of them

	Failure float64 `json:"failure,omitempty"` // largest probability with which the random vectors of a proof mislead; 0: none are used

	Norm      string   `json:"norm,omitempty"`      // of the claim Margin: l2, l1, linf, lp:P
	Bias      bool     `json:"bias,omitempty"`      // the separator may have an intercept
	Intercept *float64 `json:"intercept,omitempty"` // c of the claims Margin and Split with Bias

	Intercepts []float64 `json:"intercepts,omitempty"` // cₖ of the same claim about three or more classes

	SHA256 Digests `json:"sha256"`
	Seal   string  `json:"seal"` // SHA-256 of the certificate with an empty seal

	// text is the digest of the JSON text this was read from, "" if none:
	// a digit beyond the precision of a number shows only there.
	text string
}

// Witness holds the vectors of a certificate: X and Y (length m and n), and
// where the claim uses them the weights and the starting point (length m, nil
// for the defaults), the matrix K of mahalanobis (length m, a diagonal, or
// m×m in rows) and a second minimiser (length m). X is not used by the claims of infeasibility and may be nil
// there. Tail, of length n, is added to Y without rounding: from a start near
// the boundary of the domain θ₀ + Aᵀy cancels to less than what doubles hold.
//
// A matrix is proven by its factors, X = LRᵀ, stored by rows: Left is p×r and
// Right q×r, nil where X = LLᵀ. Its entries X may be nil then; where they are
// there, they have to be those of the product.
type Witness struct {
	X, Y, Tail, Weights, Start, Matrix, Other []float64

	Left, Right []float64
}

// Decode reads a certificate from JSON. An unknown field, a trailing byte or
// an unknown schema is an error; a certificate that reads well may still be
// wrong: that is for Verify to say.
func Decode(data []byte) (Certificate, error) {
	var c Certificate
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return Certificate{}, fmt.Errorf("certify: not a certificate: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Certificate{}, errors.New("certify: something follows the certificate; expected the end of the file")
	}
	if c.Schema != Schema {
		return Certificate{}, fmt.Errorf("certify: schema %q is not %q", c.Schema, Schema)
	}
	c.text = textSeal(data, c.Seal)
	return c, nil
}

// Encode writes c as indented JSON with a final newline, the form that Decode
// reads. It fails if a number of c is not finite.
func (c Certificate) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("certify: certificate cannot be written: %w", err)
	}
	return append(data, '\n'), nil
}
