//go:build !mpi || !(linux || darwin || freebsd)

package mpi

import (
	"errors"
	"runtime"

	"github.com/tacit-dev/tacit/linop"
)

// Built reports whether this program can use MPI.
const Built = false

// World is never made by this build.
type World struct{ linop.Comm }

// Open says how to get a program that can use MPI.
func Open() (*World, error) {
	switch runtime.GOOS {
	case "linux", "darwin", "freebsd":
		return nil, errors.New("this binary was built without MPI: build it with `CGO_ENABLED=0 go build -tags mpi ./cmd/tacit`")
	}
	return nil, errors.New("MPI is used on Linux, macOS and FreeBSD only")
}

// Close does nothing.
func (*World) Close() {}
