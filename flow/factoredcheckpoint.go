package flow

import "github.com/tacit-dev/tacit/ode"

// snapshot is where the run is, before what finish adds.
func (w *walk) snapshot(in *ode.Integrator) Snapshot {
	c := in.Checkpoint()
	done := 0.0
	if w.res.Status.Definite() {
		done = float64(w.res.Status)
	}
	var s Snapshot
	s.add("position", c.T, c.H, w.h, float64(w.stride), float64(w.count), float64(w.res.Rotations), done)
	s.add("state", c.Y...)
	s.add("control", c.Control...)
	s.add("method", c.State...)
	s.add("stats", w.res.Stats.Numbers()...)
	s.add("stats_now", c.Stats.Numbers()...)
	s.add("loss", w.loss.State()...)
	s.add("balance", w.balance.start, w.balance.drift, w.balance.now)
	s.add("times", w.res.Times...)
	s.addRows("states", w.res.States)
	return s
}

// restore goes back to a snapshot. A run that came to its end is done.
func (w *walk) restore(sys ode.System) (*ode.Integrator, error) {
	r := w.opt.From.reader()
	dim := w.f.Dim()
	p := r.take("position", 7)
	c := ode.Checkpoint{T: p[0], H: p[1], Y: r.take("state", dim), Control: r.take("control", -1), State: r.take("method", -1), Stats: ode.StatsOf(r.take("stats_now", ode.StatCount))}
	w.h, w.stride, w.count, w.res.Rotations = p[2], int(p[3]), int(p[4]), int(p[5])
	w.res.Stats = ode.StatsOf(r.take("stats", ode.StatCount))
	w.loss.Restore(r.take("loss", -1))
	b := r.take("balance", 3)
	w.balance.seen, w.balance.start, w.balance.drift, w.balance.now = !w.f.psd, b[0], b[1], b[2]
	times := r.take("times", -1)
	states := r.rows("states", len(times), dim)
	if r.err != nil {
		return nil, r.err
	}
	for i, t := range times {
		w.put(t, states[i])
	}
	options := w.options(0)
	c.Method = options.Method.Name()
	w.resumed = true
	in, err := ode.Resume(sys, c, options)
	if err != nil {
		return nil, err
	}
	if end := ode.Status(p[6]); end.Definite() {
		w.res.Status, w.res.Checkpoint, w.done = end, w.opt.From, true
		w.add(in.Stats)
		w.at, w.z = c.T, c.Y
		w.f.orthogonalise(w.z)
		if w.balance.balanced() {
			w.f.rebalance(w.z)
		}
	}
	return in, nil
}
