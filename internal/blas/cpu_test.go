package blas

import "testing"

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		wish string
		best path
		want path
	}{
		{"", generic, generic}, {"", avx2, avx2}, {"", avx512, avx512},
		{"generic", avx512, generic}, {"avx2", avx512, avx2}, {"avx512", avx512, avx512},
		{"avx512", avx2, avx2}, {"avx2", generic, generic}, {"sse", avx2, avx2},
	} {
		if got := choose(c.wish, c.best); got != c.want {
			t.Errorf("choose(%q, %v) = %v, want %v", c.wish, c.best, got, c.want)
		}
	}
}
