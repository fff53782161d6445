// Command asmgen writes the assembly kernels of internal/blas.
//
// Each kernel is described once, for a vector of w float64, and written twice:
// for AVX2 with FMA (w = 4) and for AVX-512 (w = 8). Run it in this folder:
//
//	go run .          writes the files of ../../internal/blas
//	go test .         fails if a committed file differs from what it would write
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// outDir is where the kernels live, seen from this folder.
const outDir = "../../internal/blas"

func main() {
	log.SetFlags(0)
	log.SetPrefix("asmgen: ")
	files, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(outDir, name), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// generate returns the text of every generated file by its name.
func generate() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, isa := range []isa{avx2, avx512} {
		for _, topic := range []struct {
			name   string
			kernel []func(*gen)
		}{
			{"gemm", []func(*gen){gemmTile, trsmTile}},
			{"pack", []func(*gen){packTranspose, packCopy}},
			{"level1", []func(*gen){dot, axpy, squares}},
			{"level2", []func(*gen){gemvBand, gemvTBand, gemvBandAhead, gemvTBandAhead}},
			{"exp", []func(*gen){expKernel, logKernel}},
			{"rotate", []func(*gen){rotate}},
		} {
			g := &gen{Context: build.NewContext(), isa: isa, topic: topic.name, words: map[uint64]operand.Mem{}}
			g.ConstraintExpr("amd64")
			for _, k := range topic.kernel {
				k(g)
			}
			file, err := g.Result()
			if err != nil {
				return nil, fmt.Errorf("%s for %s: %w", topic.name, isa.name, err)
			}
			if err := pass.Compile.Execute(file); err != nil {
				return nil, fmt.Errorf("%s for %s: %w", topic.name, isa.name, err)
			}
			cfg := printer.Config{Argv: []string{"tools/asmgen"}, Name: "asmgen", Pkg: "blas"}
			asm, err := printer.NewGoAsm(cfg).Print(file)
			if err != nil {
				return nil, err
			}
			stubs, err := printer.NewStubs(cfg).Print(file)
			if err != nil {
				return nil, err
			}
			base := topic.name + "_" + isa.file + "_amd64"
			files[base+".s"] = bytes.TrimLeft(asm, "\n")
			files[base+".go"] = stubs
		}
	}
	return files, nil
}
