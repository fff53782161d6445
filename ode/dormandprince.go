package ode

import "math"

// DormandPrince is the explicit pair of order 5(4) of Dormand and Prince (1980,
// doi:10.1016/0771-050X(80)90013-3) with the interpolant of order 4 of Hairer,
// Nørsett and Wanner (1993, section II.6): six evaluations a step, the last of
// which is the first of the next step.
type DormandPrince struct {
	sys   System
	k     [][]float64 // the stages
	y6    []float64   // the argument of the sixth stage
	ratio float64
}

// NewDormandPrince returns the explicit pair.
func NewDormandPrince() *DormandPrince { return &DormandPrince{} }

var dpNodes = [...]float64{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1}

var dpStages = [...][]float64{
	nil,
	{1. / 5},
	{3. / 40, 9. / 40},
	{44. / 45, -56. / 15, 32. / 9},
	{19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
	{9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
	{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
}

// dpError are the weights of the difference of the two solutions, dpDense those
// of the correction of the cubic through both ends.
var (
	dpError = [...]float64{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40}
	dpDense = [...]float64{
		-12715105075. / 11282082432, 0, 87487479700. / 32700410799, -10690763975. / 1880347072,
		701980252875. / 199316789632, -1453857185. / 822651844, 69997945. / 29380423,
	}
)

// Name returns "dopri5".
func (*DormandPrince) Name() string { return "dopri5" }

// Order returns 5.
func (*DormandPrince) Order() int { return 5 }

// ErrorOrder returns 4.
func (*DormandPrince) ErrorOrder() int { return 4 }

// DenseOrder returns 4.
func (*DormandPrince) DenseOrder() int { return 4 }

// Prepare makes room.
func (d *DormandPrince) Prepare(sys System) error {
	n := sys.Dim()
	*d = DormandPrince{sys: sys, k: vectors(len(dpNodes), n), y6: make([]float64, n)}
	return nil
}

// Step computes the seven stages.
func (d *DormandPrince) Step(s *Step, stats *Stats) bool {
	h := s.T1 - s.T0
	copy(d.k[0], s.F0)
	for i := 1; i < len(dpNodes); i++ {
		combine(s.Y1, s.Y0, h, dpStages[i], d.k)
		if i == 5 {
			copy(d.y6, s.Y1)
		}
		d.sys.Deriv(d.k[i], s.T0+dpNodes[i]*h, s.Y1)
	}
	stats.Evaluations += len(dpNodes) - 1
	copy(s.F1, d.k[6])
	s.HasF1 = true
	clear(s.Err)
	for j, c := range dpError {
		axpy(h*c, d.k[j], s.Err)
	}
	var num, den float64
	for i, y := range s.Y1 {
		num += sq(d.k[6][i] - d.k[5][i])
		den += sq(y - d.y6[i])
	}
	d.ratio = 0
	if den > 0 {
		d.ratio = h * math.Sqrt(num/den)
	}
	return true
}

// Stiffness returns an estimate of h times the modulus of the leading eigenvalue
// of the Jacobian in the last step; beyond 3.25 the stability of the method
// limits the step, not its accuracy (Hairer and Wanner 1996, section IV.2).
func (d *DormandPrince) Stiffness() float64 { return d.ratio }

// Interpolate evaluates the polynomial of degree 4.
func (d *DormandPrince) Interpolate(dst []float64, s *Step, theta float64) {
	h := s.T1 - s.T0
	u := 1 - theta
	for i := range dst {
		var e float64
		for j, c := range dpDense {
			e += c * d.k[j][i]
		}
		diff := s.Y1[i] - s.Y0[i]
		b := h*s.F0[i] - diff
		dst[i] = s.Y0[i] + theta*(diff+u*(b+theta*(diff-h*s.F1[i]-b+u*h*e)))
	}
}

func sq(x float64) float64 { return x * x }
