package main

import (
	"context"
	"io"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/ode"
)

// advance follows the flow to its end or that of ctx, in pieces after each of which
// the run is kept in -o: the pieces have the bits of the whole.
func (l *flowLowrank) advance(ctx context.Context) error {
	if l.resume {
		var err error
		if l.opt.From, err = l.restore(); err != nil {
			return err
		}
	}
	keeping := l.flags.out != ""
	for {
		piece, cancel := ctx, func() {}
		if keeping {
			piece, cancel = context.WithTimeout(ctx, l.flags.keepEvery.d)
		}
		var err error
		l.run, err = l.flow.Follow(piece, l.opt)
		over := piece.Err() == nil
		cancel()
		if err != nil {
			return invalid(err)
		}
		if s := l.run.Status; over || ctx.Err() != nil || s != ode.TimeLimit && s != ode.Interrupted {
			return nil
		}
		l.opt.From = l.run.Checkpoint
		if err := l.keep(); err != nil {
			l.env.term.note("the run goes on, but nothing is kept for --resume: %v", err)
			keeping = false
		}
	}
}

// keep writes the checkpoint beside what is in -o.
func (l *flowLowrank) keep() error {
	members, err := l.checkpoint()
	if err != nil {
		return err
	}
	return dataio.WriteFile(filepath.Join(l.flags.out, checkpointName), func(w io.Writer) error { return dataio.WriteNPZ(w, members...) })
}

// fingerprint is a digest of all that a checkpoint must share with a run that goes on
// from it.
func (l *flowLowrank) fingerprint(inBlocks bool) ([]float64, error) {
	digests, err := l.in.digests(inBlocks, "A")
	if err != nil {
		return nil, err
	}
	return fingerprint(l.command, digests, l.matrix.psd, l.depth, l.rank, l.alpha.log, l.flags.seed,
		l.times, l.opt.UntilLoss, l.untilTime, l.opt.Save, l.rtol)
}

// checkpoint are the arrays of checkpoint.npz.
func (l *flowLowrank) checkpoint() ([]dataio.Member, error) {
	mark, err := l.fingerprint(l.in.inBlocks())
	if err != nil {
		return nil, err
	}
	list := []dataio.Member{{Name: "run", Values: dataio.Floats(mark, len(mark))}}
	for _, s := range l.run.Checkpoint {
		shape := []int{len(s.Values)}
		if s.Rows != 1 {
			shape = []int{s.Rows, len(s.Values) / max(s.Rows, 1)}
		}
		list = append(list, dataio.Member{Name: s.Name, Values: dataio.Floats(s.Values, shape...)})
	}
	return list, nil
}

// restore reads the checkpoint of the run in -o; nil where nothing is kept yet.
func (l *flowLowrank) restore() (flow.Snapshot, error) {
	f, err := readCheckpoint(l.env, l.flags.out)
	if f == nil {
		return nil, err
	}
	defer f.Close()
	if err := f.isOf(l.in, l.fingerprint); err != nil {
		return nil, err
	}
	var s flow.Snapshot
	for _, name := range f.Keys() {
		rows := 1
		if a, err := f.Array(name); err == nil && len(a.Shape) == 2 {
			rows = a.Shape[0]
		}
		s = append(s, flow.Section{Name: name, Rows: rows, Values: f.read(name, -1)})
	}
	if f.fault != nil {
		return nil, invalid(f.fault)
	}
	return s, nil
}
