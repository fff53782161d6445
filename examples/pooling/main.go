// Command pooling writes the example problem A.npy, b.npy: pooled virus tests
// by the design of Shental et al. (2020), to be solved by
//
//	go run ./cmd/tacit sparse examples/pooling/A.npy examples/pooling/b.npy --nonneg
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
)

func main() {
	if err := write(filepath.Join("examples", "pooling")); err != nil {
		fmt.Fprintln(os.Stderr, "pooling:", err)
		os.Exit(1)
	}
}

// write writes A.npy (48×384) and b.npy (48) into dir.
func write(dir string) error {
	a := design()
	b := measure(a, loads())
	if err := writeNPY(filepath.Join(dir, "A.npy"), dataio.Floats(a, pools, samples)); err != nil {
		return err
	}
	return writeNPY(filepath.Join(dir, "b.npy"), dataio.Floats(b))
}

func writeNPY(path string, v dataio.Values) error {
	return dataio.WriteFile(path, func(w io.Writer) error { return dataio.WriteNPY(w, v) })
}
