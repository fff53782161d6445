package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// memoryChild is the argument by which this program is asked, by itself, to
// solve one family in a process of its own and to report its memory.
const memoryChild = "-memory-of"

// memoryFamilies have a sparse A that must never become dense.
var memoryFamilies = []string{"B9", "B9s"}

// footprint is the memory of a process that solves one instance, in bytes.
type footprint struct {
	Family  string `json:"family"`
	Inputs  int    `json:"inputs"`  // A and b
	Squares int    `json:"squares"` // one n×n matrix
	Dense   int    `json:"dense"`   // what A would take as a dense matrix
	Before  int    `json:"before"`  // resident before the solve: inputs and the runtime
	Peak    int    `json:"peak"`    // highest resident size during the solve
	Status  string `json:"status"`
}

// memory runs the children.
func (c *config) memory(ctx context.Context) ([]footprint, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var prints []footprint
	for _, family := range memoryFamilies {
		cmd := exec.CommandContext(ctx, self, memoryChild, family)
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return prints, fmt.Errorf("memory of %s: %w", family, err)
		}
		var f footprint
		if err := json.Unmarshal(out, &f); err != nil {
			return prints, err
		}
		prints = append(prints, f)
	}
	return prints, nil
}

// measureMemory is the child.
func measureMemory(family string) error {
	t, err := newTask(family, 1)
	if err != nil {
		return err
	}
	n, m := t.A.Dims()
	f := footprint{
		Family:  family,
		Inputs:  8*len(t.ColPtr) + 4*len(t.RowIdx) + 8*len(t.Val) + 8*n,
		Squares: 8 * n * n,
		Dense:   8 * n * m,
	}
	debug.FreeOSMemory()
	// 5 resets the peak (proc(5)), so that the generator is not counted.
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return fmt.Errorf("the peak of memory is read from Linux's /proc: %w", err)
	}
	if f.Before, err = procStatus("VmRSS"); err != nil {
		return err
	}
	a, err := tacit{}.solve(context.Background(), t, time.Minute)
	if err != nil {
		return err
	}
	f.Status = a.work + a.status
	if f.Peak, err = procStatus("VmHWM"); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(f)
}

// procStatus reads an entry of /proc/self/status, in bytes.
func procStatus(key string) (int, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, key+":"); ok {
			kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return 1024 * kb, err
		}
	}
	return 0, errors.New("/proc/self/status has no " + key)
}
