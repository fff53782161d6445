package flow

import "math"

// paramJacobian is the Jacobian of a Parameterized,
//
//	J = −C − UᵀFU,   U = A ∂G(y),
//
// where C holds the second derivatives of ⟨Aᵀ∇f, G⟩: diagonal, or with 2×2
// blocks for two parameters per unknown. With B = I + cC and the diagonal K of
// ∂G B⁻¹ ∂Gᵀ Woodbury's identity solves with I − cJ = B + cUᵀFU by
//
//	v = B⁻¹(r − c UᵀF½ S⁻¹ F½U B⁻¹r),   S = I + c F½ A K Aᵀ F½,
//
// and Uv = S⁻¹ U B⁻¹ r where F is the identity.
type paramJacobian struct {
	w           *Parameterized
	solver      *normal
	c           float64
	diag, cross []float64
	slope       []float64 // ∂G: du, and dv behind it
	k           []float64
	f           []float64 // F½
	grad        []float64 // ∇f at the point of linearization
	y           []float64
	x           []float64 // scratch: m, then n, then as y
	z           []float64
	t           []float64
}

func newParamJacobian(w *Parameterized) *paramJacobian {
	n, m := w.a.Dims()
	k := len(w.y0)
	return &paramJacobian{
		w: w, solver: newNormal(w.a), diag: make([]float64, k), cross: make([]float64, m), slope: make([]float64, k),
		k: make([]float64, m), f: make([]float64, n), grad: make([]float64, n), y: make([]float64, k),
		x: make([]float64, m), z: make([]float64, n), t: make([]float64, k),
	}
}

func (j *paramJacobian) linearize() {
	w := j.w
	copy(j.y, w.y)
	copy(j.grad, w.grad)
	w.par.Curve(j.diag, j.cross, w.y, w.g)
	for i := range j.x {
		j.x[i] = 1
	}
	w.par.Pull(j.slope, w.y, j.x)
	if w.b == nil {
		w.loss.Curvature(j.f, w.ax)
		for i, v := range j.f {
			j.f[i] = math.Sqrt(v)
		}
	}
}

// Factor forms K and S.
func (j *paramJacobian) Factor(c float64) bool {
	j.c = c
	m := len(j.k)
	// K = ∂G B⁻¹ ∂Gᵀ, coordinate by coordinate.
	copy(j.t, j.slope)
	if !j.blocks(j.t) {
		return false
	}
	for i := range j.k {
		j.k[i] = j.slope[i] * j.t[i]
		if len(j.t) > m {
			j.k[i] += j.slope[m+i] * j.t[m+i]
		}
	}
	if j.w.b != nil {
		j.solver.set(j.k, nil)
	} else {
		j.solver.set(j.k, j.f)
	}
	return j.solver.factor(c)
}

// blocks replaces v by B⁻¹v, and reports false where B is singular.
func (j *paramJacobian) blocks(v []float64) bool {
	m, c := len(j.k), j.c
	if len(v) == m {
		for i := range v {
			b := 1 + c*j.diag[i]
			if b == 0 {
				return false
			}
			v[i] /= b
		}
		return true
	}
	for i := range m {
		a, d, o := 1+c*j.diag[i], 1+c*j.diag[m+i], c*j.cross[i]
		det := a*d - o*o
		if det == 0 {
			return false
		}
		v[i], v[m+i] = (d*v[i]-o*v[m+i])/det, (a*v[m+i]-o*v[i])/det
	}
	return true
}

// Solve is two passes over A.
func (j *paramJacobian) Solve(v []float64) {
	w := j.w
	k := len(j.y)
	y := v[:k]
	j.blocks(y)
	w.par.Push(j.x, j.y, y)
	w.a.Apply(j.z, j.x)
	j.scale()
	j.solver.solve(j.z)
	if w.b != nil {
		// The row of ∫‖Ax−b‖²: 2rᵀU.
		var sum float64
		for i, g := range j.grad {
			sum += g * j.z[i]
		}
		v[k] += 2 * j.c * sum
	}
	j.scale()
	w.a.ApplyT(j.x, j.z)
	w.par.Pull(j.t, j.y, j.x)
	j.blocks(j.t)
	for i, t := range j.t {
		y[i] -= j.c * t
	}
}

// scale multiplies z by F½.
func (j *paramJacobian) scale() {
	if j.w.b != nil {
		return
	}
	for i, f := range j.f {
		j.z[i] *= f
	}
}
