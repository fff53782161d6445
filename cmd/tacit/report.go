package main

import (
	"math"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// report builds the document of the answer, schema tacit.result/1, without the
// vectors.
func (j *job) report() (*object, error) {
	a := j.answer
	n, m := j.in.A.Dims()
	input, err := j.inputs()
	if err != nil {
		return nil, err
	}
	o := &object{}
	o.set("schema", resultSchema)
	o.set("command", j.command)
	o.set("status", string(a.Status))
	o.set("reason", reason(a.Reason))
	j.numbers(o)
	if j.cert != nil && isFarkas(*j.cert) {
		o.set("excludes", excluded(*j.cert))
	}
	if j.near != nil {
		j.nearNumbers(o)
	}
	if j.sep != nil {
		j.sep.numbers(o, j)
	}
	switch {
	case j.matrix != nil && j.near != nil:
		j.spectralNumbers(o)
	case j.matrix != nil:
		j.matrixNumbers(o)
	}
	if a.Path != nil {
		o.set("events", j.events())
		o.set("complete", a.Path.Complete)
	}
	if j.sigma != nil {
		o.num("sigma", *j.sigma)
	}
	o.set("rows", n)
	o.set("cols", m)
	o.set("geometry", j.geometry)
	if j.logAlpha == nil {
		o.set("log_alpha", nil)
	} else {
		o.num("log_alpha", *j.logAlpha)
		j.alphaNumbers(o)
	}
	if a.Status == limit.Infeasible || a.Status == limit.NotSeparable {
		o.absent("support", "there is no solution")
	} else {
		o.set("support", a.Support)
	}
	if why := j.uniqueWhy(); why != "" {
		o.absent("unique", why)
	} else {
		o.set("unique", a.Unique)
	}
	o.set("stats", j.stats())
	o.set("files", j.fileNames())
	o.set("input", input)
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, j.env.args...))
	return o, nil
}

// numbers adds what was reached and how far it is proven.
func (j *job) numbers(o *object) {
	a := j.answer
	switch {
	case a.Status == limit.Infeasible:
		const why = "there is no solution"
		o.absent("objective", why)
		o.absent("bound", why)
		o.absent("gap", why)
		o.num("residual", a.Residual)
	case a.Status == limit.NotSeparable:
		const why = "nothing separates the points"
		o.absent("objective", why)
		o.absent("bound", why)
		o.absent("gap", why)
		o.absent("residual", why)
	case !j.reached():
		const why = "no point was reached"
		o.absent("objective", why)
		o.num("bound", a.Bound)
		o.absent("gap", why)
		o.absent("residual", why)
	default:
		o.num("objective", a.Objective)
		o.num("bound", a.Bound)
		o.num("gap", a.Gap)
		o.num("residual", a.Residual)
	}
}

func reason(r limit.Reason) *object {
	o := &object{}
	o.set("criterion", r.Criterion)
	o.num("value", r.Value)
	o.num("bound", r.Bound)
	o.set("hint", r.Hint)
	return o
}

func (j *job) stats() *object {
	s := j.answer.Stats
	o := &object{}
	o.set("seconds", math.Round(j.seconds*1e6)/1e6)
	o.set("passes", s.Passes)
	o.set("factorizations", s.Factorizations)
	o.set("steps", s.Steps)
	o.set("threads", threads())
	j.env.ranks.count(o)
	o.set("route", s.Route)
	return o
}

// fileNames lists what -o writes; empty without it.
func (j *job) fileNames() *object {
	o := &object{}
	if j.flags.out == "" {
		return o
	}
	j.files = j.plan()
	for _, f := range j.files {
		o.set(f.role, f.name)
	}
	if j.cert == nil {
		o.absent("certificate", j.why)
	}
	return o
}

// inputs describes the files of the problem so that verify finds them again.
func (j *job) inputs() (*object, error) {
	all := map[string]*dataio.Input{"A": j.in.Inputs["A"], "b": j.in.Inputs["b"]}
	if all["b"] == nil {
		all["b"] = all["A"]
	}
	for role, in := range j.in.extra {
		all[role] = in
	}
	o := &object{}
	for _, role := range []string{"A", "b", "weights", "x0", "K"} {
		in := all[role]
		if in == nil {
			continue
		}
		d := &object{}
		d.set("path", in.Path)
		if err := digest(d, in); err != nil {
			return nil, err
		}
		d.set("kind", in.Kind)
		d.set("format", string(in.Format))
		switch {
		case role == "A":
			j.understanding(d, in)
		case in == all["A"]:
			d.set("from", "A") // one file holds both
		}
		o.set(role, d)
	}
	return o, nil
}

// digest names the bytes of an input.
func digest(d *object, in *dataio.Input) error {
	if in.HasBlocks() {
		sum, err := in.BlocksSHA256()
		d.absent("sha256", "no rank has read the whole file: sha256_blocks names it")
		d.set("sha256_blocks", sum)
		return err
	}
	sum, err := in.SHA256()
	d.set("sha256", sum)
	return err
}

// understanding records the flags that say how the file of A was read.
func (j *job) understanding(d *object, in *dataio.Input) {
	d.set("nnz", in.NNZ)
	if j.flags.transpose {
		d.set("transpose", true)
	}
	if j.flags.label != "" {
		d.set("label", j.flags.label)
	}
	if in.Format == dataio.SVMLight {
		d.set("index_base", in.IndexBase)
	}
}
