//go:build !js

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "tacit: this program runs in a browser: `make engine` compiles it to WebAssembly")
	os.Exit(2)
}
