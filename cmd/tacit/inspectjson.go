package main

import "github.com/tacit-dev/tacit/internal/inspect"

// object describes the finding in JSON.
func (f *finding) object() *object {
	o := &object{}
	o.set("path", f.path)
	if f.key != "" {
		o.set("key", f.key)
	}
	if f.bad != nil {
		first := &object{}
		first.set("index", f.bad.Index)
		first.absent("value", notFinite(f.bad.Value))
		o.set("finite", false)
		o.set("first_not_finite", first)
		return o
	}
	o.set("format", f.format)
	o.set("kind", f.kind)
	if f.dtype != "" {
		o.set("dtype", f.dtype)
	}
	o.set("shape", f.shape)
	if f.report == nil {
		return o
	}
	o.set("finite", true)
	f.matrix(o)
	return o
}

func (f *finding) matrix(o *object) {
	r := f.report
	if r.Entries {
		o.set("nnz", r.NNZ)
		o.set("magnitudes", extremes(r.Magnitudes))
	}
	if f.kind == "vector" {
		o.num("norm", r.Cols.Norms.Max)
		return
	}
	o.set("rows", lineObject(r.Rows))
	o.set("columns", lineObject(r.Cols))
	if r.Rank.Known {
		o.set("rank", r.Rank.Value)
	} else {
		o.absent("rank", r.Rank.Why)
	}
	c := r.Coherence
	if !c.Known {
		o.absent("coherence", c.Why)
		return
	}
	o.num("coherence", c.Value)
	o.set("coherence_exact", c.Exact)
	o.set("coherence_columns", c.Pair)
}

func extremes(e inspect.Extremes) *object {
	o := &object{}
	o.num("min", e.Min)
	o.num("max", e.Max)
	return o
}

func lineObject(l inspect.Lines) *object {
	o := &object{}
	o.set("norms", extremes(l.Norms))
	o.set("zero", nonNil(l.Zero))
	o.set("repeated", nonNil(l.Duplicates))
	return o
}

// nonNil keeps an empty list from becoming null.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
