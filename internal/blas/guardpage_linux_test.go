package blas

import (
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// beforeGuard returns a copy of x that ends where the process may not read: a
// kernel that reads past it crashes. Assembly is not seen by the race detector or
// by checkptr.
func beforeGuard(t *testing.T, x []float64) []float64 {
	t.Helper()
	page := os.Getpagesize()
	size := (8*len(x) + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no memory mapping:", err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(mem) })
	if err := syscall.Mprotect(mem[size:], syscall.PROT_NONE); err != nil {
		t.Skip("no memory protection:", err)
	}
	if len(x) == 0 {
		return nil
	}
	y := unsafe.Slice((*float64)(unsafe.Pointer(&mem[size-8*len(x)])), len(x))
	copy(y, x)
	return y
}

func TestNothingIsReadPastTheEnd(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range append(sizes(), 2*groups*active.w()) {
			for _, k := range []int{1, active.w() - 1, active.w() + 1, 13} {
				a := beforeGuard(t, integers(1, n*k))
				b := beforeGuard(t, integers(2, n*k))
				sq := beforeGuard(t, make([]float64, n*n))
				x, y, d := beforeGuard(t, integers(3, n)), beforeGuard(t, integers(4, k)), beforeGuard(t, integers(5, k))
				Gemm(false, true, n, n, k, 1, a, k, b, k, 0, sq, n)
				Gemm(true, false, n, n, k, 1, a, n, b, n, 1, sq, n)
				GramRows(sq, n, a, n, k, k, d)
				GramCols(sq, n, a, k, n, n, d)
				Gemv(x, a, n, k, k, y)
				GemvT(y, a, n, k, k, x)
				normalOnce(x, a, k, k, y, x)
				l := beforeGuard(t, dyadicFactor(n, 0).a)
				SolveLowerMany(l, n, n, a, k, k)
				SolveLowerTMany(l, n, n, a, k, k)
				for i := range n {
					l[i*n+i] = 1e3 // dominant: positive definite
				}
				if p := Cholesky(l, n, n); p >= 0 {
					t.Fatalf("n=%d: pivot %d", n, p)
				}
				Dot(a, b)
				Axpy(1, a, b)
				AddSquares(a, b)
				Exp(b, a)
				Log(b, a)
			}
		}
	})
}
