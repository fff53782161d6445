package blas

import "os"

// path is the instruction set that the kernels of this process use. Results of
// different paths differ in the last bits; within one path they depend on the
// operands alone.
type path uint8

const (
	generic path = iota // Go
	avx2                // 256-bit vectors with fused multiply-add
	avx512              // 512-bit vectors
)

// active is decided once, before any kernel runs. Tests switch it.
var active = choose(os.Getenv("TACIT_CPU"), best())

// choose returns the path that a user asked for by name, or the best one if
// there is no wish or the processor cannot meet it.
func choose(wish string, best path) path {
	for p := generic; p <= best; p++ {
		if wish == p.String() {
			return p
		}
	}
	return best
}

func (p path) String() string {
	return [...]string{generic: "generic", avx2: "avx2", avx512: "avx512"}[p]
}

// CPU names the instruction set in use: generic, avx2 or avx512. It is the best
// that the processor has, or the one that the environment variable TACIT_CPU
// names if the processor has that.
func CPU() string { return active.String() }
