package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/descent"
)

// descentTrack keeps between K and 2K evenly spread points of a run whose length
// is not known: every stride-th one, and when there are too many every other of
// them, with twice the stride. Which points are kept depends on the number of
// steps alone, so that a run in parts keeps the same.
type descentTrack struct {
	track
	least, stride, every int
	method               descent.Method
	nu                   bool
	tail                 bool // the last row is off the grid: the end of the run
}

// defaultSave is how many points are kept of problems whose trajectory is not
// large by itself.
const (
	defaultSave = 100
	maxTrack    = 1 << 25 // numbers in the vectors of all points
)

func newDescentTrack(save, every, n, m int, method descent.Method) *descentTrack {
	if save == 0 {
		save = max(5, min(defaultSave, maxTrack/(n+m+1)))
	}
	t := &descentTrack{least: save, stride: 1, every: every, method: method}
	for _, name := range []string{"step", "t", "eta", "residual", "objective"} {
		t.column(name, 0)
	}
	t.column("x", m)
	if _, ok := method.(descent.Charted); ok {
		t.nu = true
		t.column("nu", n)
	}
	return t
}

// observe keeps the point if it is on the grid, or is the last one.
func (t *descentTrack) observe(it *descent.Iterate) {
	if t.tail {
		t.drop()
	}
	row := [][]float64{{float64(it.K)}, {it.T}, {it.Eta}, {it.Residual}, {it.Loss}, it.X}
	if t.nu {
		row = append(row, t.method.(descent.Charted).Nu())
	}
	t.add(row...)
	t.tail = it.K%(t.every*t.stride) != 0
	if !t.tail && t.rows > 2*t.least {
		t.stride *= 2
		steps := t.at("step")
		grid := float64(t.every * t.stride)
		last := t.rows - 1
		on := make([]bool, t.rows)
		for r, k := range steps {
			on[r] = k == grid*float64(int(k/grid)) || r == last
		}
		t.keep(func(r int) bool { return on[r] })
		t.tail = it.K%(t.every*t.stride) != 0
	}
}

// drop takes the last row back.
func (t *descentTrack) drop() {
	last := t.rows - 1
	t.keep(func(r int) bool { return r != last })
	t.tail = false
}

const (
	trajectoryName = "trajectory.npz"
	checkpointName = "checkpoint.npz"
)

// fingerprint is a digest of all that a checkpoint must share with a run that
// goes on from it.
func (d *descending) fingerprint() ([]float64, error) {
	digests, err := d.in.digests(false, "A", "b", "x0", "K")
	if err != nil {
		return nil, err
	}
	return fingerprint(
		digests, d.flags.transpose, d.flags.label, d.flags.indexBase, d.geometryText, d.paramText, d.methodText,
		d.alpha.set, d.alpha.log, d.rule.Name(), d.batch, d.noise, d.momentum, d.flags.seed, d.track.least,
	)
}

// checkpoint are the arrays of checkpoint.npz.
func (d *descending) checkpoint() ([]dataio.Member, error) {
	mark, err := d.fingerprint()
	if err != nil {
		return nil, err
	}
	c := d.run.Checkpoint()
	list := []dataio.Member{
		{Name: "run", Values: dataio.Floats(mark)},
		{Name: "position", Values: dataio.Floats([]float64{float64(c.K), c.T, c.Eta, c.Begin})},
		{Name: "track", Values: dataio.Floats([]float64{float64(d.track.stride)})},
	}
	for _, v := range c.Vectors {
		list = append(list, dataio.Member{Name: v.Name, Values: dataio.Floats(v.Values)})
	}
	return list, nil
}

// restore continues the run in -o.
func (d *descending) restore() error {
	path := filepath.Join(d.flags.out, checkpointName)
	f, err := dataio.Load(path, dataio.LoadOptions{})
	if err != nil {
		return invalid(err, "--resume continues a run of descend with the same -o; leave it out to begin one")
	}
	defer f.Close()
	read := func(name string, length int) ([]float64, error) {
		a, err := f.Array(name)
		if err == nil && (len(a.Shape) != 1 || a.Shape[0] != length) {
			err = fmt.Errorf("%s: the array %q has the shape %v, want %d numbers", path, name, a.Shape, length)
		}
		if err != nil {
			return nil, err
		}
		return a.Data, nil
	}
	mark, err := read("run", 8)
	if err != nil {
		return invalid(err)
	}
	want, err := d.fingerprint()
	if err != nil {
		return err
	}
	if !slices.Equal(mark, want) {
		return invalid(fmt.Errorf("%s is of a run with other data or flags; only --steps, --until-residual, --max-time and --threads may change", path))
	}
	position, err := read("position", 4)
	if err != nil {
		return invalid(err)
	}
	tracked, err := read("track", 1)
	if err != nil {
		return invalid(err)
	}
	c := descent.Checkpoint{K: int(position[0]), T: position[1], Eta: position[2], Begin: position[3]}
	for _, v := range d.run.Method.Vectors() {
		values, err := read(v.Name, len(v.Values))
		if err != nil {
			return invalid(err)
		}
		c.Vectors = append(c.Vectors, descent.Vector{Name: v.Name, Values: values})
	}
	if err := d.run.Resume(c); err != nil {
		return invalid(err)
	}
	if err := d.track.load(filepath.Join(d.flags.out, trajectoryName)); err != nil {
		return invalid(err)
	}
	d.track.stride = int(tracked[0])
	// The run shows its first point again: it is the last one that is there.
	d.track.drop()
	return nil
}
