package blas

import (
	"fmt"
	"testing"
)

func BenchmarkL2(b *testing.B) {
	x := randomSlice(40000)
	for _, n := range []int{40000} {
		b.Run(fmt.Sprint("dot2streams", n), func(b *testing.B) {
			for b.Loop() {
				Dot(x[:n/2], x[n/2:n])
			}
			bandwidth(b, 8*n)
		})
		y := randomSlice(400)
		b.Run(fmt.Sprint("dotrows", n), func(b *testing.B) {
			for b.Loop() {
				for i := 0; i < n; i += 400 {
					Dot(x[i:i+400], y)
				}
			}
			bandwidth(b, 8*n)
		})
		z := newBuffer(24 * 8).f
		b.Run(fmt.Sprint("bseq", n), func(b *testing.B) {
			for b.Loop() {
				tile(n/24, z, 0, x, 24, z, 24, store)
			}
			bandwidth(b, 8*n)
		})
	}
}
