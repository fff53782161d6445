package main

import (
	"context"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/ode"
)

// advance follows the flow to its end or that of ctx, and keeps in -o where it is.
func (l *flowLowrank) advance(ctx context.Context) error {
	if l.resume {
		var err error
		if l.opt.From, err = l.restore(); err != nil {
			return err
		}
	}
	return l.inPieces(ctx, l.flags.out != "", func(piece context.Context) (more bool, err error) {
		if l.run, err = l.flow.Follow(piece, l.opt); err != nil {
			return false, invalid(err)
		}
		l.opt.From = l.run.Checkpoint
		s := l.run.Status
		return piece.Err() != nil && (s == ode.TimeLimit || s == ode.Interrupted), nil
	}, l.checkpoint)
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
func (l *flowLowrank) checkpoint() (checkpointArrays, error) {
	mark, err := l.fingerprint(l.in.inBlocks())
	if err != nil {
		return nil, err
	}
	var list checkpointArrays
	list.add("run", mark)
	for _, s := range l.run.Checkpoint {
		if s.Rows == 1 {
			list.add(s.Name, s.Values)
		} else {
			list.add(s.Name, s.Values, s.Rows, len(s.Values)/max(s.Rows, 1))
		}
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
