package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tacit-dev/tacit/internal/instance"
)

// levels are the accuracies at which answers are compared.
var levels = []float64{1e-9, 1e-6}

// report is the JSON document, schema tacit.bench/1 (see README.md).
type report struct {
	Schema    string            `json:"schema"`
	Machine   map[string]string `json:"machine"`
	Reps      int               `json:"reps"`
	Limit     float64           `json:"limit"` // seconds
	Instances []*result         `json:"instances"`
	Runs      []*record         `json:"runs"`
	NeverRun  map[string]string `json:"never_run"`
	Profiles  []*profile        `json:"profiles"`
	Scaling   []scale           `json:"scaling,omitempty"`
	Memory    []footprint       `json:"memory,omitempty"`
}

// result describes an instance.
type result struct {
	Instance string            `json:"instance"` // family/seed
	Spec     instance.Sparse   `json:"spec"`
	Optimum  float64           `json:"optimum"` // Q
	Origin   string            `json:"origin"`  // solver that proved Q, or "planted": only an upper bound
	Versions map[string]string `json:"-"`
}

func newReport(c *config) *report {
	return &report{
		Schema: "tacit.bench/1",
		Machine: map[string]string{
			"cpu": cpuModel(), "os": runtime.GOOS + "/" + runtime.GOARCH, "go": runtime.Version(),
		},
		Reps: c.reps, Limit: c.limit.Seconds(), NeverRun: neverRun,
	}
}

func (r *report) add(runs []*record, info *result) {
	if info == nil {
		return
	}
	r.Instances = append(r.Instances, info)
	r.Runs = append(r.Runs, runs...)
	for k, v := range info.Versions {
		r.Machine[k] = v
	}
}

// write writes report.json, table.md, and a picture of each profile.
func (r *report) write(dir string) error {
	for _, tol := range levels {
		r.Profiles = append(r.Profiles, newProfile(r.Runs, tol))
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	var table bytes.Buffer
	r.markdown(&table)
	files := map[string][]byte{"report.json": append(text, '\n'), "table.md": table.Bytes()}
	for _, p := range r.Profiles {
		files["profile-"+level(p.Tol)+".svg"] = p.svg()
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	_, err = os.Stdout.Write(table.Bytes())
	return err
}

// cpuModel is the processor's own name where Linux tells it.
func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
