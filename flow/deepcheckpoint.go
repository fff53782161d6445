package flow

import (
	"math"
	"slices"
)

// deepEnds are the ends of a run after which nothing is left to resume.
var deepEnds = []string{"residual", "time", "floor"}

// finiteLog stands for −∞, the logarithm of no time, in files, which hold finite
// numbers; logOfZero undoes it.
func finiteLog(logTime float64) float64 { return math.Max(logTime, -math.MaxFloat64) }

func logOfZero(logTime float64) float64 {
	if logTime == -math.MaxFloat64 {
		return math.Inf(-1)
	}
	return logTime
}

// snapshot is where the run is, before what finish adds.
func (r *deepRun) snapshot() Snapshot {
	s := r.s
	var out Snapshot
	end := float64(slices.Index(deepEnds, r.out.End)) // −1: it goes on
	out.add("position", finiteLog(s.LogTime), s.logH, float64(s.Steps), float64(s.Rejected), float64(r.stride), float64(r.quiet), end)
	out.add("progress", r.first, r.loss, r.out.Rise, r.out.Residual)
	out.add("u", s.U...)
	out.add("v", s.V...)
	out.add("log_z", s.LogZ...)
	out.add("start", r.start...)
	out.add("since", finiteLog(r.lapse), float64(r.recorded))
	rows := [][]float64{}
	for _, p := range r.steps {
		rows = append(rows, slices.Concat([]float64{p.logTime, p.logLapse}, p.modes))
	}
	out.addRows("steps", rows)
	rows = [][]float64{}
	for _, p := range r.out.Points {
		rows = append(rows, slices.Concat([]float64{finiteLog(p.LogTime), finiteLog(p.LogLapse), p.Loss, p.Residual}, p.LogSingular, p.Product))
	}
	out.addRows("points", rows)
	return out
}

// restore goes back to a snapshot.
func (r *deepRun) restore(from Snapshot) error {
	s, in := r.s, from.reader()
	rank := len(s.LogZ)
	p, v, since := in.take("position", 7), in.take("progress", 4), in.take("since", 2)
	u, w, z := in.take("u", len(s.U)), in.take("v", len(s.V)), in.take("log_z", rank)
	r.start = in.take("start", rank)
	steps := in.rows("steps", in.sections["steps"].Rows, 2+rank)
	width := 4 + rank + s.DX*s.DY
	points := in.rows("points", in.sections["points"].Rows, width)
	if in.err != nil {
		return in.err
	}
	s.LogTime, s.logH, s.Steps, s.Rejected = logOfZero(p[0]), p[1], int(p[2]), int(p[3])
	r.stride, r.quiet = int(p[4]), int(p[5])
	if end := int(p[6]); end >= 0 && end < len(deepEnds) {
		r.out.End = deepEnds[end]
	}
	r.lapse, r.recorded = logOfZero(since[0]), int(since[1])
	r.first, r.loss, r.out.Rise, r.out.Residual = v[0], v[1], v[2], v[3]
	copy(s.U, u)
	copy(s.V, w)
	copy(s.LogZ, z)
	for _, row := range steps {
		r.steps = append(r.steps, deepStep{row[0], row[1], row[2:]})
	}
	for _, row := range points {
		r.out.Points = append(r.out.Points, DeepPoint{
			LogTime: logOfZero(row[0]), LogLapse: logOfZero(row[1]), Loss: row[2], Residual: row[3],
			LogSingular: row[4 : 4+rank], Product: row[4+rank:],
		})
	}
	return nil
}
