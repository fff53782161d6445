package blas

import "golang.org/x/sys/cpu"

// best returns the widest path that the processor can run.
func best() path {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA:
		return generic
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX512BW:
		return avx512
	default:
		return avx2
	}
}
