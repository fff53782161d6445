package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/certify"
)

// resultSchema names the format of result.json.
const resultSchema = "tacit.result/1"

// told are the fields of result.json that say how an answer came about, or that follow
// from A alone; nothing is proven about them.
var told = []string{"stats", "files", "version", "command_line", "kind", "components", "empty_rows", "empty_cols",
	"slack_exponent", "alpha_irrelevant",
	"id", "exit_code", "messages", "certificate"} // the last four in answers of the lab

// unread returns the fields that verify would pass over though they belong to no result.
func unread(text []byte) []string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil {
		return nil // said by the reader of the document
	}
	known := append(jsonFields(reflect.TypeFor[savedResult]()), told...)
	var list []string
	for name := range fields {
		if !slices.Contains(known, strings.TrimSuffix(name, "_why")) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// jsonFields lists the names of the fields of a struct and of those embedded in it.
func jsonFields(t reflect.Type) []string {
	var list []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			list = append(list, jsonFields(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		list = append(list, name)
	}
	return list
}

// answers reports whether the command gives answers of the kind that is claimed, and
// the fields that go with them.
func (s *saved) answers(command string) bool {
	r := s.result
	if (command == "path") != (r.Events != nil) || command != "sparse" && r.L1Bound != nil || command != "margin" && r.Labels != nil {
		return false
	}
	switch c := s.cert; c.Claim {
	case certify.L1, certify.L1Nonneg:
		return command == "sparse" || command == "path"
	case certify.L1Denoise, certify.L1DenoiseNonneg:
		return command == "sparse"
	case certify.MinNorm:
		return command == "minnorm"
	case certify.Bregman:
		return command == "nearest" || command == "sparse" && r.L1Bound != nil
	case certify.MatrixBregman, certify.InfeasibleBox, certify.InfeasibleInterior:
		return command == "nearest"
	case certify.Margin, certify.NotSeparable, certify.Split:
		return command == "margin"
	case certify.Nuclear, certify.TracePSD:
		return command == "lowrank"
	case certify.InfeasiblePSD:
		return command == "lowrank" || command == "nearest"
	case certify.InfeasibleNonneg:
		return command == "sparse" || command == "path" || command == "nearest"
	case certify.Inconsistent:
		return command != "margin"
	}
	return false
}

// geometry names the geometry of a claim that has a solution.
func (s *saved) geometry() string {
	switch c := s.cert; c.Claim {
	case certify.L1, certify.L1Denoise:
		return certify.Hypentropy
	case certify.L1Nonneg, certify.L1DenoiseNonneg:
		return certify.Entropy
	case certify.Margin:
		if c.Norm != certify.NormL2 {
			return c.Norm
		}
	case certify.Nuclear:
		return "spectral-hypentropy"
	case certify.TracePSD:
		return "spectral-entropy"
	case certify.Bregman, certify.MatrixBregman:
		return c.Geometry
	}
	return "euclidean"
}
