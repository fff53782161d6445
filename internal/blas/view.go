package blas

import (
	"math/bits"
	"sync"
	"unsafe"
)

// view is a matrix inside of a slice, with any strides: element (i, j) is
// data[off+i·rs+j·cs].
type view struct {
	data        []float64
	off, rs, cs int
}

// rowMajor views a as a matrix with row stride ld, or as its transpose.
func rowMajor(a []float64, ld int, trans bool) view {
	if trans {
		return view{a, 0, 1, ld}
	}
	return view{a, 0, ld, 1}
}

// t returns the transpose.
func (v view) t() view { return view{v.data, v.off, v.cs, v.rs} }

// sub returns the part that starts at (i, j).
func (v view) sub(i, j int) view { return view{v.data, v.off + i*v.rs + j*v.cs, v.rs, v.cs} }

// at returns the slice that starts at (i, j).
func (v view) at(i, j int) []float64 { return v.data[v.off+i*v.rs+j*v.cs:] }

// pools keeps buffers for packed panels by the logarithm of their size.
var pools [48]sync.Pool

// buffer is working storage that starts at a cache line, so that no vector
// load of a packed panel crosses one.
type buffer struct {
	f    []float64
	size int // index into pools
}

// newBuffer returns a buffer for n elements with arbitrary contents.
func newBuffer(n int) *buffer {
	size := bits.Len(uint(n))
	if b, ok := pools[size].Get().(*buffer); ok {
		return b
	}
	const line = 8
	f := make([]float64, 1<<size+line)
	skip := int(-uintptr(unsafe.Pointer(&f[0]))/8) & (line - 1)
	return &buffer{f: f[skip : skip+1<<size], size: size}
}

// free returns the buffer for reuse.
func (b *buffer) free() { pools[b.size].Put(b) }
