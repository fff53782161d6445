package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/tacit-dev/tacit/internal/suggest"
)

// document is a specification as TOML has it. The names are part of the
// contract, and of the hash.
type document struct {
	Schema   string         `toml:"schema" json:"schema,omitempty"`
	Name     string         `toml:"name" json:"name,omitempty"`
	Trials   *int64         `toml:"trials" json:"trials,omitempty"`
	Points   *int64         `toml:"points" json:"points,omitempty"`
	Seed     int64          `toml:"seed" json:"seed,omitempty"`
	Success  *float64       `toml:"success" json:"success,omitempty"`
	Tol      *float64       `toml:"tol" json:"tol,omitempty"`
	MaxSteps *int64         `toml:"max_steps" json:"max_steps,omitempty"`
	CellTime string         `toml:"cell_time" json:"cell_time,omitempty"`
	Seconds  bool           `toml:"seconds" json:"seconds,omitempty"`
	Fixed    map[string]any `toml:"fixed" json:"fixed,omitempty"`
	Axes     map[string]any `toml:"axes" json:"axes,omitempty"`
}

var topKeys = []string{"schema", "name", "trials", "points", "seed", "success", "tol", "max_steps", "cell_time", "seconds", "fixed", "axes"}

// SpecError is a fault of a specification, with the line where it is known.
type SpecError struct {
	Line int // from 1; 0 if unknown
	Msg  string
}

// Error names the line.
func (e *SpecError) Error() string {
	if e.Line == 0 {
		return e.Msg
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Msg)
}

// Parse reads a specification. Nothing in it is ignored: an unknown key, a value
// of another kind, a parameter that is fixed and varies are errors, which name
// the line.
func Parse(src []byte) (*Spec, error) {
	var d document
	dec := toml.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return nil, decodeError(err)
	}
	p := parser{src: src, doc: d}
	return p.spec()
}

// decodeError says what TOML or its strictness objects to.
func decodeError(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		e := &strict.Errors[0]
		line, _ := e.Position()
		key := strings.Join(e.Key(), ".")
		return &SpecError{line, fmt.Sprintf("unknown key %q%s", key, near(key, topKeys))}
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, _ := wrong.Position()
		return &SpecError{line, strings.TrimPrefix(wrong.Error(), "toml: ")}
	}
	return &SpecError{0, err.Error()}
}

// near suggests names.
func near(word string, names []string) string {
	if found := suggest.Nearest(word, names); len(found) > 0 {
		return "; did you mean " + strings.Join(found, " or ") + "?"
	}
	return "; there are " + strings.Join(names, ", ")
}

// parser turns a document into a Spec.
type parser struct {
	src []byte
	doc document
}

// fault is an error at the line of a key.
func (p *parser) fault(table, key string, format string, args ...any) error {
	return &SpecError{p.line(table, key), fmt.Sprintf(format, args...)}
}

// line finds the line of a key in a table, 0 if it is written in an unusual way.
func (p *parser) line(table, key string) int {
	in := ""
	header := regexp.MustCompile(`^\s*\[\s*([\w.]+)\s*\]`)
	assign := regexp.MustCompile(`^\s*"?` + regexp.QuoteMeta(key) + `"?\s*=`)
	for i, l := range strings.Split(string(p.src), "\n") {
		if h := header.FindStringSubmatch(l); h != nil {
			in = h[1]
		}
		if in == table && assign.MatchString(l) {
			return i + 1
		}
	}
	return 0
}

func (p *parser) spec() (*Spec, error) {
	d := p.doc
	if d.Schema != "" && d.Schema != Schema {
		return nil, p.fault("", "schema", "schema %q is not known; this version reads %q", d.Schema, Schema)
	}
	s := &Spec{Name: d.Name, Trials: 1, Success: 1e-4, Seconds: d.Seconds, source: d, fixed: make(map[string]value)}
	if err := p.top(s); err != nil {
		return nil, err
	}
	if err := p.parameters(s); err != nil {
		return nil, err
	}
	if err := s.complete(); err != nil {
		return nil, err
	}
	if err := s.size(); err != nil {
		return nil, &SpecError{0, err.Error()}
	}
	return s, s.seal()
}

// top reads the keys outside of tables.
func (p *parser) top(s *Spec) error {
	d := p.doc
	if err := p.count("trials", d.Trials, &s.Trials); err != nil {
		return err
	}
	if err := p.count("points", d.Points, &s.points); err != nil {
		return err
	}
	if err := p.count("max_steps", d.MaxSteps, &s.MaxSteps); err != nil {
		return err
	}
	if d.Success != nil {
		if s.Success = *d.Success; !(s.Success > 0 && s.Success < 1) {
			return p.fault("", "success", "success = %v; it is a relative error between 0 and 1", s.Success)
		}
	}
	if d.Tol != nil {
		if s.Tol = *d.Tol; !(s.Tol > 0 && s.Tol < 1) {
			return p.fault("", "tol", "tol = %v; it is a tolerance between 0 and 1", s.Tol)
		}
	}
	if d.CellTime != "" {
		t, err := time.ParseDuration(d.CellTime)
		if err != nil || t <= 0 {
			return p.fault("", "cell_time", "cell_time = %q; write a duration such as \"30s\"", d.CellTime)
		}
		s.CellTime = t
	}
	return nil
}

// count reads a whole number of at least 1.
func (p *parser) count(key string, raw *int64, dst *int) error {
	if raw == nil {
		return nil
	}
	if *raw < 1 || *raw > maxCells {
		return p.fault("", key, "%s = %d; it is a whole number from 1 to %d", key, *raw, int64(maxCells))
	}
	*dst = int(*raw)
	return nil
}

// parameters reads the tables, in the order of the list of parameters.
func (p *parser) parameters(s *Spec) error {
	for _, t := range []struct {
		name string
		keys map[string]any
	}{{"fixed", p.doc.Fixed}, {"axes", p.doc.Axes}} {
		for key := range t.keys {
			if _, ok := lookup(key); !ok {
				return p.fault(t.name, key, "[%s] has no parameter %q%s", t.name, key, near(key, parameterNames()))
			}
		}
	}
	for _, par := range parameters {
		if raw, ok := p.doc.Fixed[par.name]; ok {
			v, err := par.read(raw)
			if err != nil {
				return p.fault("fixed", par.name, "%s: %v", par.name, err)
			}
			s.fixed[par.name] = v
		}
		raw, ok := p.doc.Axes[par.name]
		if !ok {
			continue
		}
		if _, both := s.fixed[par.name]; both {
			return p.fault("axes", par.name, "%s is fixed and varies; remove it from one of [fixed] and [axes]", par.name)
		}
		a, err := readAxis(par, raw, s.points > 0)
		if err != nil {
			return p.fault("axes", par.name, "%s: %v", par.name, err)
		}
		s.axes = append(s.axes, a)
	}
	return p.uses(s)
}

// uses refuses parameters that mean nothing for any algorithm, or ensemble, of the
// specification.
func (p *parser) uses(s *Spec) error {
	for _, par := range parameters {
		if par.of.of == "" || slices.ContainsFunc(s.words(par.of.of), func(w string) bool { return slices.Contains(par.of.values, w) }) {
			continue
		}
		for table, keys := range map[string]map[string]any{"fixed": p.doc.Fixed, "axes": p.doc.Axes} {
			if _, given := keys[par.name]; given {
				return p.fault(table, par.name, "%s means nothing for the %s %s; it belongs to %s",
					par.name, par.of.of, strings.Join(s.words(par.of.of), ", "), strings.Join(par.of.values, ", "))
			}
		}
	}
	return nil
}

// words lists the values that the parameter algorithm or ensemble takes.
func (s *Spec) words(name string) []string {
	if v, ok := s.fixed[name]; ok {
		return []string{v.text}
	}
	for _, a := range s.axes {
		if a.name == name {
			words := make([]string, len(a.values))
			for i, v := range a.values {
				words[i] = v.text
			}
			return words
		}
	}
	return []string{defaults[name]}
}

// complete checks that the sizes are given, once each.
func (s *Spec) complete() error {
	has := func(name string) bool {
		_, fixed := s.fixed[name]
		for _, a := range s.axes {
			fixed = fixed || a.name == name
		}
		return fixed
	}
	if !has("m") {
		return &SpecError{0, "m is missing: the number of unknowns, in [fixed] or [axes]"}
	}
	for _, pair := range [][2]string{{"time", "clock"}, {"param", "geometry"}} {
		if has(pair[0]) && has(pair[1]) {
			return &SpecError{0, fmt.Sprintf("%s and %s are both given; give one of them", pair[0], pair[1])}
		}
	}
	for _, pair := range [][2]string{{"n", "delta"}, {"k", "rho"}} {
		switch {
		case has(pair[0]) && has(pair[1]):
			return &SpecError{0, fmt.Sprintf("%s and %s are both given; one determines the other", pair[0], pair[1])}
		case !has(pair[0]) && !has(pair[1]):
			return &SpecError{0, fmt.Sprintf("%s is missing: give %s or %s in [fixed] or [axes]", pair[0], pair[0], pair[1])}
		}
	}
	return nil
}
