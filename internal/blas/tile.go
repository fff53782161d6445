package blas

// The register tile of the level 3 kernels has w rows and 3w columns, where w
// is the number of float64 in a vector (2 where there is no vector).
const (
	maxW   = 8
	groups = 3
)

func (p path) w() int { return [...]int{generic: 2, avx2: 4, avx512: 8}[p] }

// What a tile does with its product.
const (
	store    = iota // C = AB, C is not read
	add             // C = C + AB
	subtract        // C = C − AB
)

// tileGeneric is tile in Go for any w ≥ 2 whose columns come in pairs of three.
func tileGeneric(kc int, a []float64, lda int, b []float64, ldb int, c []float64, ldc int, w, mode int) {
	for i := 0; i < w; i += 2 {
		for j := 0; j < groups*w; j += 6 {
			// Twelve sums and their operands fit the registers of amd64.
			var s00, s01, s02, s03, s04, s05, s10, s11, s12, s13, s14, s15 float64
			for k := range kc {
				x := a[k*lda+i : k*lda+i+2]
				y := b[k*ldb+j : k*ldb+j+6]
				x0, x1 := x[0], x[1]
				s00 += x0 * y[0]
				s10 += x1 * y[0]
				s01 += x0 * y[1]
				s11 += x1 * y[1]
				s02 += x0 * y[2]
				s12 += x1 * y[2]
				s03 += x0 * y[3]
				s13 += x1 * y[3]
				s04 += x0 * y[4]
				s14 += x1 * y[4]
				s05 += x0 * y[5]
				s15 += x1 * y[5]
			}
			merge(c[i*ldc+j:i*ldc+j+6], []float64{s00, s01, s02, s03, s04, s05}, mode)
			merge(c[(i+1)*ldc+j:(i+1)*ldc+j+6], []float64{s10, s11, s12, s13, s14, s15}, mode)
		}
	}
}

// merge puts the products s into a piece of a row of C.
func merge(c, s []float64, mode int) {
	s = s[:len(c)]
	switch mode {
	case store:
		copy(c, s)
	case add:
		for j, v := range s {
			c[j] += v
		}
	case subtract:
		for j, v := range s {
			c[j] -= v
		}
	}
}

// trsmGeneric is tileTrsm in Go.
func trsmGeneric(l []float64, ldl int, x []float64, ldx, w int) {
	for k := range w {
		col := l[k*ldl : k*ldl+w]
		xk := x[k*ldx : k*ldx+groups*w]
		for j := range xk {
			xk[j] *= col[k]
		}
		for i := k + 1; i < w; i++ {
			xi := x[i*ldx : i*ldx+groups*w]
			for j := range xi {
				xi[j] -= col[i] * xk[j]
			}
		}
	}
}
