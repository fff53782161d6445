package main

import (
	"bytes"
	"encoding/json"
	"math"
)

// object is a JSON object that keeps the order of its fields and never holds a
// number that JSON cannot express.
type object struct {
	fields []field
}

type field struct {
	key   string
	value any
}

// set adds a field of any marshallable value.
func (o *object) set(key string, value any) {
	o.fields = append(o.fields, field{key, value})
}

// num adds a number; one that is not finite becomes null with a sibling
// key_why.
func (o *object) num(key string, v float64) {
	if why := notFinite(v); why != "" {
		o.set(key, nil)
		o.set(key+"_why", why)
		return
	}
	o.set(key, v)
}

// absent adds a null with its reason.
func (o *object) absent(key, why string) {
	o.set(key, nil)
	o.set(key+"_why", why)
}

// vector adds an array of numbers; where one is not finite it becomes null and
// key_why says which kinds there are.
func (o *object) vector(key string, v []float64) {
	list := make([]any, len(v))
	why := ""
	for i, x := range v {
		if w := notFinite(x); w != "" {
			why = w
			continue
		}
		list[i] = x
	}
	o.set(key, list)
	if why != "" {
		o.set(key+"_why", why)
	}
}

func notFinite(v float64) string {
	switch {
	case math.IsNaN(v):
		return "not a number: it was not computed"
	case math.IsInf(v, 1):
		return "infinite: nothing bounds it"
	case math.IsInf(v, -1):
		return "minus infinity: nothing bounds it"
	}
	return ""
}

// MarshalJSON writes the fields in the order in which they were added.
func (o *object) MarshalJSON() ([]byte, error) { return o.join("{", ",", "}") }

// document is the text of o with each field on a line of its own.
func (o *object) document() ([]byte, error) { return o.join("{\n  ", ",\n  ", "\n}\n") }

func (o *object) join(open, separator, end string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(open)
	for i, f := range o.fields {
		if i > 0 {
			b.WriteString(separator)
		}
		key, err := marshal(f.key)
		if err != nil {
			return nil, err
		}
		value, err := marshal(f.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteString(": ")
		b.Write(value)
	}
	b.WriteString(end)
	return b.Bytes(), nil
}

// marshal is json.Marshal without the escapes that are meant for web pages.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
