package blas

// Block sizes of the matrix product. A panel of B, 3w×kBlock, stays in the
// first-level cache while the panels of A pass; the panels of A that one task
// uses, tileRows×kBlock, stay in the second-level cache; the rest of what is
// packed at a time, outer×kBlock of each operand, in the third.
const (
	kBlock   = 256
	tileRows = 192
	tileCols = 480
	outer    = 1920 // multiple of both
)

// taskShapes are the blocks of C, rows by columns, that one task computes, from
// the best for the caches to the best for the balance of many threads. They do
// not change the bits of the result. fewTasks is how many tasks are too few.
var taskShapes = [...][2]int{{tileRows, tileCols}, {96, 480}, {96, 240}, {48, 240}, {48, 120}}

const fewTasks = 24

// smallWork is the number of multiply-adds below which a second thread, which may
// have to be woken, costs more than it brings.
const smallWork = 1 << 19

// Gemm computes C = α op(A) op(B) + β C, where op(A) is m×k, op(B) is k×n and
// C is m×n; op transposes if the flag is set. C is not read if β = 0, and
// neither are A and B if α = 0. All are row-major.
//
// Cost: 2mnk flops.
func Gemm(transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if m <= 0 || n <= 0 {
		return
	}
	mode := add
	switch {
	case beta == 0:
		mode = store
	case beta != 1:
		for i := range m {
			scal(beta, c[i*ldc:i*ldc+n])
		}
	}
	if k <= 0 || alpha == 0 {
		if mode == store {
			for i := range m {
				clear(c[i*ldc : i*ldc+n])
			}
		}
		return
	}
	if mode == add && alpha == -1 {
		mode, alpha = subtract, 1
	}
	p := product{m: m, n: n, k: k, alpha: alpha, a: rowMajor(a, lda, transA), b: rowMajor(b, ldb, !transB), c: c, ldc: ldc, mode: mode}
	p.run()
}

func scal(a float64, x []float64) {
	for i := range x {
		x[i] *= a
	}
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }
