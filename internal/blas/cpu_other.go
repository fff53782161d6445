//go:build !amd64

package blas

// best returns generic: there is no assembly for this processor.
func best() path { return generic }
