package param

import "math"

// Kronrod's rule of 15 nodes on [−1, 1], and the weights of Gauss's rule of 7
// within it (QUADPACK, Piessens et al. 1983): nodes 1, 3, 5, 7 are Gauss's.
var (
	kronrodNodes = [8]float64{
		0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
		0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
		0.586087235467691130294144691693013, 0.405845151377397166906606412076961,
		0.207784955007898467600689403773245, 0,
	}
	kronrodWeights = [8]float64{
		0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
		0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
		0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
		0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
	}
	gaussWeights = [4]float64{
		0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
		0.381830050505118944950369775488975, 0.417959183673469387755102040816327,
	}
)

// maxDepth bounds the bisections of integrate: enough to reach from 1 to the
// smallest numbers.
const maxDepth = 1100

// integrate returns ∫ₐᵇ f by bisection, to the rounding of ∫|f| for analytic f.
// It is NaN where f is not integrable.
func integrate(f func(float64) float64, a, b float64) float64 {
	return bisect(f, a, b, maxDepth)
}

func bisect(f func(float64) float64, a, b float64, depth int) float64 {
	mid, half := a+(b-a)/2, (b-a)/2
	v := f(mid)
	kronrod, gauss, size := kronrodWeights[7]*v, gaussWeights[3]*v, kronrodWeights[7]*math.Abs(v)
	for i, t := range kronrodNodes[:7] {
		left, right := f(mid-half*t), f(mid+half*t)
		kronrod += kronrodWeights[i] * (left + right)
		size += kronrodWeights[i] * (math.Abs(left) + math.Abs(right))
		if i%2 == 1 {
			gauss += gaussWeights[i/2] * (left + right)
		}
	}
	// Where Gauss's rule, exact to degree 13, has eleven digits, Kronrod's,
	// exact to degree 23, has them all.
	if math.Abs(kronrod-gauss) <= 1e-11*size {
		return kronrod * half
	}
	if depth == 0 || !(mid != a && mid != b) || math.IsNaN(kronrod) {
		return math.NaN()
	}
	return bisect(f, a, mid, depth-1) + bisect(f, mid, b, depth-1)
}
