package sweep

// Row is what is recorded of a cell: a line of the journal and of the Parquet
// file. The first block is what was asked; it follows from the specification.
// Pointers are null where the algorithm has no such number.
type Row struct {
	Index int64 `parquet:"index" json:"index"`
	Point int64 `parquet:"point" json:"point"`
	Trial int32 `parquet:"trial" json:"trial"`

	Algorithm string   `parquet:"algorithm,dict" json:"algorithm"`
	Ensemble  string   `parquet:"ensemble,dict" json:"ensemble"`
	Nonneg    bool     `parquet:"nonneg" json:"nonneg"`
	M         int32    `parquet:"m" json:"m"`
	N         int32    `parquet:"n" json:"n"`
	K         int32    `parquet:"k" json:"k"`
	Delta     float64  `parquet:"delta" json:"delta"` // n/m
	Rho       float64  `parquet:"rho" json:"rho"`     // k/n, 0 if n is
	Range     float64  `parquet:"range" json:"range"`
	Noise     float64  `parquet:"noise" json:"noise"`
	Geometry  string   `parquet:"geometry,dict" json:"geometry"` // "" where the algorithm has none
	LogAlpha  *float64 `parquet:"log_alpha,optional" json:"log_alpha,omitempty"`
	Param     string   `parquet:"param,dict" json:"param,omitempty"`                       // of flow and descend
	LogUntil  *float64 `parquet:"log_until_time,optional" json:"log_until_time,omitempty"` // ln of the time at which a flow was to end
	Step      *float64 `parquet:"step,optional" json:"step,omitempty"`                     // of descend; null: Armijo's rule
	Batch     *int32   `parquet:"batch,optional" json:"batch,omitempty"`

	// Status is that of the answer (certified, approximate, budget, …), of a
	// trajectory "reached", "stalled" or "diverged", or
	// "impossible" if the parameters make no problem, or "failed" if something
	// broke; Why says what.
	Status string `parquet:"status,dict" json:"status"`
	Why    string `parquet:"why" json:"why,omitempty"`

	Success   *bool    `parquet:"success,optional" json:"success,omitempty"`     // Error ≤ the success of the specification
	Error     *float64 `parquet:"error,optional" json:"error,omitempty"`         // ‖x̂−x‖₂/‖x‖₂
	L1        *float64 `parquet:"l1,optional" json:"l1,omitempty"`               // ‖x̂‖₁
	Excess    *float64 `parquet:"excess,optional" json:"excess,omitempty"`       // proven: ‖x̂‖₁/Q − 1 at most
	Objective *float64 `parquet:"objective,optional" json:"objective,omitempty"` // of recovery: the least ‖·‖₁ that was met
	Bound     *float64 `parquet:"bound,optional" json:"bound,omitempty"`
	Gap       *float64 `parquet:"gap,optional" json:"gap,omitempty"`
	Residual  *float64 `parquet:"residual,optional" json:"residual,omitempty"`
	LogTime   *float64 `parquet:"log_time,optional" json:"log_time,omitempty"` // where a trajectory ended; Σ η of descend
	// LogAlphaEffective is the mean over the coordinates of the scale of the start
	// that descent on parameters had in effect, as its logarithm (descent.Effective).
	LogAlphaEffective *float64 `parquet:"log_alpha_effective,optional" json:"log_alpha_effective,omitempty"`
	// Off is ‖x̂−x_B‖₂/‖x_B‖₂ for the Bregman projection x_B of the start, of descent on
	// parameters that in effect: what theory predicts for a trajectory at its end.
	Off            *float64 `parquet:"off_prediction,optional" json:"off_prediction,omitempty"`
	Support        *int32   `parquet:"support,optional" json:"support,omitempty"`
	Unique         *bool    `parquet:"unique,optional" json:"unique,omitempty"`
	Route          string   `parquet:"route,dict" json:"route,omitempty"`
	Passes         *int32   `parquet:"passes,optional" json:"passes,omitempty"`
	Factorizations *int32   `parquet:"factorizations,optional" json:"factorizations,omitempty"`
	Steps          *int32   `parquet:"steps,optional" json:"steps,omitempty"`
	Seconds        *float64 `parquet:"seconds,optional" json:"seconds,omitempty"` // only where the specification asks
}

// Statuses of a cell beside those of package limit.
const (
	Impossible = "impossible"
	Failed     = "failed"
)

// asked fills what follows from the specification.
func (c Cell) asked() Row {
	p := c.Instance
	r := Row{
		Index: int64(c.Index), Point: int64(c.Point), Trial: int32(c.Trial),
		Algorithm: c.Algorithm, Ensemble: p.Ensemble, Nonneg: p.Nonneg,
		M: int32(p.M), N: int32(p.N), K: int32(p.K), Range: p.Range, Noise: p.Noise,
		LogAlpha: c.LogAlpha,
	}
	switch c.Algorithm {
	case AlgorithmNearest:
		r.Geometry = c.Geometry
	case AlgorithmFlow, AlgorithmDescend:
		c.trajectory(&r)
	}
	if p.M > 0 {
		r.Delta = float64(p.N) / float64(p.M)
	}
	if p.N > 0 {
		r.Rho = float64(p.K) / float64(p.N)
	}
	return r
}

// trajectory fills what follows for a flow or a descent.
func (c Cell) trajectory(r *Row) {
	if r.Param = c.Param; c.Param == "" {
		r.Geometry = c.flowGeometry()
	}
	if until, ok := c.until(); ok && c.Algorithm == AlgorithmFlow {
		r.LogUntil = finite(until)
	}
	if c.Algorithm == AlgorithmDescend {
		r.Batch = count(c.Batch)
		if c.Step > 0 {
			r.Step = &c.Step
		}
	}
}

// Answers reports whether row is about a cell of the sweep, as asked: what a
// stranger sends is looked at before it is kept.
func (s *Spec) Answers(row Row) bool {
	if row.Index < 0 || row.Index >= int64(s.Cells()) || row.Status == "" {
		return false
	}
	asked, got := s.Cell(int(row.Index)).asked(), row
	return same(asked.LogAlpha, got.LogAlpha) && same(asked.LogUntil, got.LogUntil) &&
		same(asked.Step, got.Step) && same(asked.Batch, got.Batch) && asked.question() == got.question()
}

// same compares numbers that may be missing.
func same[T comparable](a, b *T) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// question is the part of a row that follows from the specification, without the
// pointers.
func (row Row) question() Row {
	return Row{
		Index: row.Index, Point: row.Point, Trial: row.Trial,
		Algorithm: row.Algorithm, Ensemble: row.Ensemble, Nonneg: row.Nonneg,
		M: row.M, N: row.N, K: row.K, Delta: row.Delta, Rho: row.Rho,
		Range: row.Range, Noise: row.Noise, Geometry: row.Geometry, Param: row.Param,
	}
}
