package flow

import "github.com/tacit-dev/tacit/ode"

// recorder keeps points of a run: at given times, or evenly spread over the
// steps by keeping every stride-th one, with a stride that doubles when there
// are twice as many as are wanted.
type recorder struct {
	want   []float64 // times to come; nil: by steps
	byStep bool
	save   int
	stride int
	count  int // steps seen
	times  []float64
	states [][]float64
	resume bool
	buf    []float64
}

func newRecorder(opt Options) *recorder {
	r := &recorder{want: opt.Times, save: opt.Save, stride: 1}
	if len(opt.Times) > 0 || opt.Save == 0 {
		return r
	}
	// Where a loss may end the run earlier the steps decide.
	if end := opt.end(); opt.UntilLoss == 0 && opt.Save > 1 {
		for i := range opt.Save {
			r.want = append(r.want, end*float64(i)/float64(opt.Save-1))
		}
		r.want[opt.Save-1] = end
		return r
	}
	r.byStep = true
	return r
}

// Observe records.
func (r *recorder) Observe(s *ode.Segment) error {
	if r.resume {
		r.resume = false // the point of the checkpoint has been seen
		return nil
	}
	if r.byStep {
		if r.count%r.stride == 0 {
			r.add(s.T1, s.Y1)
		}
		r.count++
		r.thin()
		return nil
	}
	for len(r.want) > 0 && r.want[0] <= s.T1 {
		if r.buf == nil {
			r.buf = make([]float64, len(s.Y1))
		}
		s.At(r.buf, r.want[0])
		r.add(r.want[0], r.buf)
		r.want = r.want[1:]
	}
	return nil
}

func (r *recorder) add(t float64, y []float64) {
	r.times = append(r.times, t)
	r.states = append(r.states, append([]float64(nil), y...))
}

// thin drops every other point when there are too many.
func (r *recorder) thin() {
	if len(r.times) < 2*max(r.save, 2) {
		return
	}
	k := 0
	for i := 0; i < len(r.times); i += 2 {
		r.times[k], r.states[k] = r.times[i], r.states[i]
		k++
	}
	r.times, r.states = r.times[:k], r.states[:k]
	r.stride *= 2
}

// result returns the points, with the end of the run as the last one: of those
// kept by steps, as many as were asked for.
func (r *recorder) result(t float64, y []float64, definite bool) (times []float64, states [][]float64) {
	times, states = append(times, r.times...), append(states, r.states...)
	if n := len(times); n == 0 || times[n-1] != t && (r.byStep || !definite || len(r.want) > 0) {
		times, states = append(times, t), append(states, append([]float64(nil), y...))
	}
	if !r.byStep || len(times) <= r.save {
		return times, states
	}
	last := len(times) - 1
	if r.save == 1 {
		return times[last:], states[last:]
	}
	for i := range r.save {
		k := i * last / (r.save - 1)
		times[i], states[i] = times[k], states[k]
	}
	return times[:r.save], states[:r.save]
}

func (r *recorder) restore(c *Checkpoint) {
	r.stride, r.count, r.resume = max(c.Stride, 1), c.Count, true
	r.times, r.states = append([]float64(nil), c.Times...), append([][]float64(nil), c.States...)
	for len(r.want) > 0 && r.want[0] <= c.Integration.T {
		r.want = r.want[1:]
	}
}

// stall watches whether the loss still falls while the time grows tenfold. Before
// it has fallen at all that means nothing: a small start waits through many
// decades of time, so only quiet of patience decades counts there.
type stall struct {
	flow    Flow
	t, loss float64 // the last mark
	start   float64 // the loss at the start
	quiet   float64 // decades without a fall
	stalled bool
}

const patience = 20

// Observe compares with the last decade.
func (s *stall) Observe(seg *ode.Segment) error {
	if seg.T1 == 0 {
		s.start = s.flow.Loss(seg.Y1)
		return nil
	}
	if seg.T1 < 10*s.t {
		return nil
	}
	l := s.flow.Loss(seg.Y1)
	if s.t > 0 && l >= (1-1e-3)*s.loss {
		s.quiet++
	} else {
		s.quiet = 0
	}
	s.t, s.loss = seg.T1, l
	s.stalled = s.still()
	return nil
}

// still judges by the last mark.
func (s *stall) still() bool {
	return s.quiet >= patience || s.quiet > 0 && s.loss < (1-1e-2)*s.start
}

// floor watches whether the loss, once below a level that rounding explains, still
// falls: there the steps become as short as the noise demands, and the time hardly
// moves.
type floor struct {
	flow  Flow
	level float64 // 0: never
	best  float64 // the least loss
	since float64 // steps since it fell by a hundredth
}

// floorPatience is the number of steps without progress that end a run.
const floorPatience = 300

// Observe compares with the best so far.
func (f *floor) Observe(seg *ode.Segment) error {
	l := f.flow.Loss(seg.Y1)
	if seg.T1 == 0 || l < (1-1e-2)*f.best {
		f.best, f.since = l, 0
		return nil
	}
	f.since++
	return nil
}

// reached reports whether the run is at its floor.
func (f *floor) reached() bool { return f.best <= f.level && f.since >= floorPatience }

// state and restore are for checkpoints.
func (f *floor) state() []float64 { return []float64{f.best, f.since} }

func (f *floor) restore(v []float64) { f.best, f.since = v[0], v[1] }

// state and restore are for checkpoints.
func (s *stall) state() []float64 { return []float64{s.t, s.loss, s.start, s.quiet} }

func (s *stall) restore(v []float64) {
	s.t, s.loss, s.start, s.quiet = v[0], v[1], v[2], v[3]
	s.stalled = s.still()
}
