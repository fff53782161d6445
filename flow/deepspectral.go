package flow

import (
	"errors"
	"math"
	"strconv"

	"github.com/tacit-dev/tacit/landscape"
)

// DeepSpectral is gradient flow on ½‖W_k⋯W₁X − Y‖² from a balanced start, followed in
// the singular value decomposition of the product: U, V, and the logarithm of the
// singular values z of the layers. The state neither underflows nor loses small
// modes beside large ones, so that from a start of any scale every plateau has its
// true length; time is kept as its logarithm.
//
// # Numerical method
//
// ROS34PW2 (Rang and Angermann 2005), a Rosenbrock method of order 3 with error
// estimate that is L-stable and keeps its order with an inexact Jacobian, in the
// coordinates ω ↦ U exp(ω) around the frames of each step. For whitened data the
// Jacobian is taken as 2×2 blocks, and a step costs four evaluations, about
// 100 d³ flops; else as a matrix of order about 2pd.
//
// With three layers or more a small mode grows as z^{2−N} does in a straight line:
// most of the time passes before most of the growth. Inside a step time
// therefore runs as z^{2−N} of the mode that grows fastest, and ln z of that mode is
// nearly linear in the variable of the step.
type DeepSpectral struct {
	DX, DY int
	Depth  float64
	U, V   []float64 // frames, by rows
	LogZ   []float64
	// LogTime is ln t; −∞ at the start.
	LogTime float64
	// LogLapse is ln of the time of the last step, which ln t may be too coarse for.
	LogLapse float64
	Steps    int
	// Rejected counts steps that were tried again.
	Rejected int

	d    *deepField
	jac  deepJacobian
	tol  float64
	logH float64
	f, m []float64 // F and M
	rest float64   // of the loss: what no product takes away

	// Of the step that is tried.
	top      int          // the mode by which time runs; -1: none
	velocity deepChange   // at its beginning
	stages   [4]deepStage // of ROS34PW2
	change   deepChange   // that a stage begins with; in the end that of the step
	lapse    float64      // its time over e^logH
	next     deepPlace    // where the change leads
	rotate   rotation
	bracket  [3][]float64 // room of pullBack and reorthogonalize
}

type deepJacobian interface {
	set(logH, gamma float64, logZ []float64, top deepTop) bool
	mul(du, dv, dl, wu, wv, l []float64)
	solve(gamma float64, wu, wv, l []float64)
}

// NewDeepSpectral prepares the flow on data from a start, with local errors up to
// tol in angles and in the logarithms of singular values.
func NewDeepSpectral(data *landscape.Data, start *DeepStart, tol float64) (*DeepSpectral, error) {
	if err := start.check(); err != nil {
		return nil, err
	}
	if start.DX != data.DX || start.DY != data.DY {
		return nil, errors.New("the start does not have the shape of the data")
	}
	if !(tol > 0 && tol < 1) {
		return nil, errors.New("the tolerance must lie between 0 and 1")
	}
	s := &DeepSpectral{DX: data.DX, DY: data.DY, Depth: start.Depth, LogTime: math.Inf(-1), tol: tol, rest: data.Rest,
		U: append([]float64(nil), start.U...), V: append([]float64(nil), start.V...), LogZ: append([]float64(nil), start.LogZ...)}
	s.f, s.m = data.Reduced()
	p := len(s.LogZ)
	s.d = newDeepField(s.f, s.m, s.DX, s.DY, data.Rank, p, s.Depth)
	if s.d.white {
		s.jac = newDeepBlocks(s.d)
	} else {
		if order := deepDenseOrder(s.DY, s.DX, p, false); order > deepDenseLimit {
			return nil, errors.New("data that are not whitened need a Jacobian of order " + strconv.Itoa(order) + ": whiten X, or follow the layers")
		}
		s.jac = newDeepDense(s.d, false)
	}
	s.prepare()
	return s, nil
}

// prepare makes room for the stages, and chooses the first step.
func (s *DeepSpectral) prepare() {
	for i := range s.stages {
		s.stages[i].deepChange = s.newChange()
	}
	s.change, s.velocity = s.newChange(), s.newChange()
	room := s.newChange()
	s.next = deepPlace{room.u, room.v, room.l}
	for i := range s.bracket {
		s.bracket[i] = make([]float64, max(s.DX, s.DY)*max(s.DX, s.DY))
	}
	// The first step is a thousandth of the fastest mode's time.
	s.d.frame(s.U, s.V, s.LogZ)
	top := math.Inf(-1)
	for _, l := range s.LogZ {
		top = math.Max(top, (s.Depth-2)*l)
	}
	s.logH = math.Log(1e-3) - top - math.Log(normOf(s.d.g)+math.SmallestNonzeroFloat64)
}
