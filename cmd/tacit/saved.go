package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
)

// saved is a result as -o wrote it.
type saved struct {
	dir     string
	cert    certify.Certificate
	witness certify.Witness
	result  savedResult
	has     bool     // result.json is there
	unread  []string // its fields that are none of a result
	opt     dataio.LoadOptions
}

// savedResult is the part of result.json that verify reads.
type savedResult struct {
	Schema    string      `json:"schema"`
	Status    string      `json:"status"`
	Reason    savedReason `json:"reason"`
	Objective *float64    `json:"objective"`
	Bound     *float64    `json:"bound"`
	Gap       *float64    `json:"gap"`
	Residual  *float64    `json:"residual"`
	Rows      int         `json:"rows"`
	Cols      int         `json:"cols"`
	Support   *int        `json:"support"`
	Unique    *bool       `json:"unique"`
	LogAlpha  *float64    `json:"log_alpha"`
	Command   string      `json:"command"`
	Geometry  string      `json:"geometry"`
	X         []float64   `json:"x"` // in answers of the lab
	Y         []float64   `json:"y"`
	Sigma     *float64    `json:"sigma"`
	Excludes  string      `json:"excludes"`
	savedMargin
	savedMatrix
	savedNearest
	savedAlpha
	savedSpectrum
	Events   []savedEvent          `json:"events"`
	Complete bool                  `json:"complete"` // of the events
	Input    map[string]savedInput `json:"input"`
}

type savedReason struct {
	Bound *float64 `json:"bound"`
}

type savedInput struct {
	Path      string `json:"path"`
	SHA256    string `json:"sha256"`
	Blocks    string `json:"sha256_blocks"` // of a large file that was read by ranks, in place of SHA256
	Transpose bool   `json:"transpose"`
	Label     string `json:"label"`
	IndexBase *int   `json:"index_base"`
	From      string `json:"from"` // "A" if one file holds A and b
}

// readSaved reads the files of a result; result.json may be missing.
func readSaved(dir string, opt dataio.LoadOptions) (*saved, error) {
	s := &saved{dir: dir, opt: opt}
	text, err := opt.ReadFile(filepath.Join(dir, certificateName))
	if err != nil {
		return nil, s.noCertificate(err)
	}
	if s.cert, err = certify.Decode(text); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, certificateName), err)
	}
	if err := s.readVectors(); err != nil {
		return nil, err
	}
	return s, s.readResult()
}

// readResult reads result.json if it is there.
func (s *saved) readResult() error {
	text, err := s.opt.ReadFile(filepath.Join(s.dir, dataio.ResultName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &s.result); err != nil {
		return fmt.Errorf("%s: it is not the document that tacit writes: %w", filepath.Join(s.dir, dataio.ResultName), err)
	}
	s.has, s.unread = true, unread(text)
	return nil
}

// noCertificate says why there is nothing to verify.
func (s *saved) noCertificate(err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return &dataio.ReadError{File: filepath.Join(s.dir, certificateName), Err: err}
	}
	if _, err := os.Stat(s.dir); err != nil && s.opt.Files == nil {
		return fmt.Errorf("%s: there is no such directory; give the one that -o DIR wrote", s.dir)
	}
	return fmt.Errorf("%s: it holds no %s, so there is nothing to verify; give a directory that -o DIR wrote with an answer", s.dir, certificateName)
}

// readVectors reads the vectors that the certificate speaks of.
func (s *saved) readVectors() error {
	read := func(name string) ([]float64, error) {
		if name != filepath.Base(name) {
			return nil, fmt.Errorf("%s: it names the file %q, which is outside its directory", filepath.Join(s.dir, certificateName), name)
		}
		if s.cert.Shape != [2]int{} && name != "y.npy" {
			return readMatrix(filepath.Join(s.dir, name), s.opt)
		}
		v, in, err := dataio.LoadVector(filepath.Join(s.dir, name), "", "", -1, s.opt)
		if err != nil {
			return nil, err
		}
		in.Close()
		return v, nil
	}
	var err error
	// A Farkas vector excludes every x: that file may be missing.
	if s.witness.X, err = read("x.npy"); err != nil && !((withoutPoint(s.cert) || s.cert.Left != nil) && errors.Is(err, fs.ErrNotExist)) {
		return err
	}
	if s.witness.Y, err = read("y.npy"); err != nil {
		return err
	}
	if s.cert.Tail != nil {
		if s.witness.Tail, err = read(*s.cert.Tail); err != nil {
			return err
		}
	}
	if s.cert.Weights != nil {
		if s.witness.Weights, err = read(*s.cert.Weights); err != nil {
			return err
		}
	}
	if s.cert.Start != nil {
		if s.witness.Start, err = read(*s.cert.Start); err != nil {
			return err
		}
	}
	if s.cert.Left != nil {
		if s.witness.Left, err = read(*s.cert.Left); err != nil {
			return err
		}
	}
	if s.cert.Right != nil {
		if s.witness.Right, err = read(*s.cert.Right); err != nil {
			return err
		}
	}
	if s.cert.Other != nil {
		if s.witness.Other, err = read(*s.cert.Other); err != nil {
			return err
		}
	}
	if s.cert.Matrix != nil {
		if s.witness.Matrix, err = read(*s.cert.Matrix); err != nil {
			return err
		}
	}
	return nil
}

// problem returns the files of A and b that result.json names, and how they
// are to be read.
func (s *saved) problem() ([]string, dataio.ProblemOptions, error) {
	var opt dataio.ProblemOptions
	if !s.has {
		return nil, opt, fmt.Errorf("%s: it holds no %s that would name the files of A and b", s.dir, dataio.ResultName)
	}
	a, b := s.result.Input["A"], s.result.Input["b"]
	if a.Path == "" || b.Path == "" {
		return nil, opt, fmt.Errorf("%s: it does not name the files of A and b", filepath.Join(s.dir, dataio.ResultName))
	}
	if a.Path == "-" || b.Path == "-" {
		return nil, opt, fmt.Errorf("%s: the problem was read from standard input", s.dir)
	}
	opt.Transpose, opt.Label = a.Transpose, a.Label
	opt.ZeroBased = a.IndexBase != nil && *a.IndexBase == 0
	if b.From == "A" {
		return []string{s.find(a.Path)}, opt, nil
	}
	return []string{s.find(a.Path), s.find(b.Path)}, opt, nil
}

// find looks for a relative path from the current directory, then from the
// directory of the result. The file inside `op:KIND:FILE:M` moves likewise.
func (s *saved) find(path string) string {
	prefix, file, suffix := "", path, ""
	if strings.HasPrefix(path, "op:") {
		kind := strings.Index(path[3:], ":")
		last := strings.LastIndex(path, ":")
		if kind < 0 || last <= 3+kind+1 {
			return path
		}
		prefix, file, suffix = path[:3+kind+1], path[3+kind+1:last], path[last:]
	}
	if filepath.IsAbs(file) {
		return path
	}
	if _, err := os.Stat(file); err == nil {
		return path
	}
	beside := filepath.Join(s.dir, file)
	if _, err := os.Stat(beside); err != nil {
		return path
	}
	return prefix + beside + suffix
}

// digests compares the files that were read with those that were solved.
func (s *saved) digests(p *dataio.Problem) ([]certify.Check, error) {
	var checks []certify.Check
	for _, role := range []string{"A", "b"} {
		in := p.Inputs[role]
		if in == nil {
			continue
		}
		name, want, digest := "sha256", s.result.Input[role].SHA256, in.SHA256
		if want == "" {
			name, want, digest = "sha256_blocks", s.result.Input[role].Blocks, in.BlocksSHA256
		}
		got, err := digest()
		if err != nil {
			return nil, err
		}
		checks = append(checks, condition(name+" of the file of "+role, got == want))
	}
	return checks, nil
}

// agreement checks that result.json says what the certificate and the data say.
func (s *saved) agreement(p *problem) []certify.Check {
	if !s.has {
		return nil
	}
	r, c := s.result, s.cert
	same := func(a *float64, b float64) bool { return a != nil && math.Float64bits(*a) == math.Float64bits(b) }
	checks := []certify.Check{
		condition("result.json: schema", r.Schema == resultSchema),
		condition("result.json: command", s.answers(r.Command)),
		condition("result.json: rows", r.Rows == c.Rows),
		condition("result.json: cols", r.Cols == c.Cols),
		condition("result.json: sigma", sameNumber(r.Sigma, c.Sigma)),
		condition("result.json: x and y", (r.X == nil || slices.Equal(r.X, s.witness.X)) && (r.Y == nil || slices.Equal(r.Y, s.witness.Y))),
		condition("result.json: infeasible as claimed", (r.Status == "infeasible" || r.Status == "not-separable") == isFarkas(c)),
	}
	for _, name := range s.unread {
		checks = append(checks, condition("result.json: "+name+" is a field of no result", false))
	}
	switch r.Command {
	case "margin":
		checks = append(checks, r.savedMargin.agreement(s, p)...)
	case "path":
		checks = append(checks, s.events(p)...)
	case "lowrank":
		checks = append(checks, r.savedSpectrum.greedy(c, s.witness.X, p)...)
	}
	if isFarkas(c) {
		return append(checks, condition("result.json: excludes", r.Excludes == excluded(c)))
	}
	switch {
	case c.Claim == certify.Nuclear || c.Claim == certify.TracePSD || c.Claim == certify.MatrixBregman:
		checks = append(checks, r.savedMatrix.agreement(c)...)
	case r.L1Bound != nil:
		checks = append(checks, r.savedAlpha.agreement(s, p)...)
	}
	if r.Command == "nearest" {
		checks = append(checks, r.savedNearest.agreement(c, s.witness)...)
		if c.Claim == certify.MatrixBregman {
			checks = append(checks, r.savedSpectrum.nearest(c, s.witness.X)...)
		}
	}
	return append(checks,
		condition("result.json: geometry", r.Geometry == s.geometry() || strings.HasPrefix(r.Geometry, s.geometry()+":") && c.Matrix != nil),
		condition("result.json: objective", same(r.Objective, c.Objective)),
		condition("result.json: bound", same(r.Bound, c.Bound)),
		condition("result.json: gap", same(r.Gap, c.Gap)),
		condition("result.json: residual", same(r.Residual, c.Residual)),
		condition("result.json: support", r.Support != nil && *r.Support == c.Support),
		condition("result.json: unique", (r.Unique == nil) == (c.Unique == nil) && (r.Unique == nil || *r.Unique == *c.Unique)),
		// A start that doubles hold stands in its file, not in ln α.
		condition("result.json: log_alpha", c.LogAlpha == nil && c.Start != nil || sameNumber(r.LogAlpha, c.LogAlpha)),
		condition("result.json: certified to the tolerance of the certificate", r.Status != "certified" || r.Reason.Bound != nil && *r.Reason.Bound == c.Tol),
	)
}

// condition is a check without numbers: 0 ≤ 0, or 1 ≤ 0.
func condition(name string, ok bool) certify.Check {
	c := certify.Check{Name: name, Pass: ok}
	if !ok {
		c.Value = 1
	}
	return c
}
