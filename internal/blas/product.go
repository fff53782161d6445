package blas

import (
	"runtime"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// product is C = α A diag(d) Bᵀ, or C ± the same, in the form that the kernels
// want: both operands have the summed index k last.
type product struct {
	m, n, k int
	alpha   float64
	d       []float64 // length k, or nil
	a, b    view      // m×k and n×k
	c       []float64
	ldc     int
	mode    int
	lower   bool // only the lower triangle of C is wanted
}

// stage is the part of a product that lies packed at a time: rows i0 to i1 and
// columns j0 to j1 of C, summands k0 to k0+kc.
type stage struct {
	i0, i1, j0, j1, k0, kc int
	mode                   int
	a, b                   []float64 // packed operands
	aPacks, bPacks         int       // jobs that pack them; bPacks is 0 if b lies there already
	rows, cols, across     int       // shape of a task, tasks in a row
	tasks                  int
	again                  bool // C is the part that the stage before adds to as well

	packs int // index of the first job that packs
	first int // index of the first task
	split int // tasks before the jobs that pack the next stage
	skip  int // number of these jobs
}

// run computes the product. Every element of C is the sum, block by block of k,
// of one chain of multiply-adds per block: its bits do not depend on where in C
// it lies, nor on which thread computes it.
//
// What the next stage needs is packed among the tasks of the present one, into the
// other of two buffers: no thread waits for others between stages. One thread
// alone uses one buffer, which is easier on its caches.
func (p *product) run() {
	copies := min(2, runtime.GOMAXPROCS(0))
	stages, jobs := p.stages(copies)
	w := active.w()
	kc := stages[0].kc
	sizeA, sizeB := kc*roundUp(min(p.m, outer), w), kc*roundUp(min(p.n, outer), groups*w)
	ab, bb := newBuffer(min(copies, len(stages))*sizeA), newBuffer(min(copies, len(stages))*sizeB)
	q := -1 // counts what B's buffers hold
	for s := range stages {
		st := &stages[s]
		st.a = ab.f[s%copies*sizeA:][:sizeA]
		if st.bPacks > 0 {
			q++
		}
		st.b = bb.f[q%copies*sizeB:][:sizeB]
	}
	if p.m*p.n*p.k < smallWork {
		nothing := func(int, int) {}
		for i := range jobs {
			p.job(stages, copies, jobs[i], nothing)
		}
	} else {
		parallel.Pipeline(len(jobs), func(i int, after func(lo, hi int)) { p.job(stages, copies, jobs[i], after) })
	}
	bb.free()
	ab.free()
}

// job is a task of a stage, or if pack, the packing of a part of its operands.
type job struct {
	stage, index int
	pack         bool
}

// stages returns the stages of the product and its jobs in the order in which they
// are begun, for so many copies of the buffers.
func (p *product) stages(copies int) ([]stage, []job) {
	blocks := (p.k-1)/kBlock + 1
	kc := (p.k-1)/blocks + 1
	var stages []stage
	mode := p.mode
	for k0 := 0; k0 < p.k; k0 += kc {
		for j0 := 0; j0 < p.n; j0 += outer {
			i0 := 0
			if p.lower {
				i0 = j0
			}
			for first := true; i0 < p.m; i0 += outer {
				s := stage{i0: i0, i1: min(i0+outer, p.m), j0: j0, j1: min(j0+outer, p.n), k0: k0, kc: min(kc, p.k-k0), mode: mode}
				s.cut()
				if !first {
					s.bPacks = 0
				}
				first = false
				if n := len(stages); n > 0 {
					s.again = stages[n-1].i0 == s.i0 && stages[n-1].j0 == s.j0
				}
				stages = append(stages, s)
			}
		}
		if mode == store {
			mode = add
		}
	}
	var jobs []job
	pack := func(s int) {
		stages[s].packs = len(jobs)
		for i := range stages[s].aPacks + stages[s].bPacks {
			jobs = append(jobs, job{s, i, true})
		}
	}
	pack(0)
	for s := range stages {
		st := &stages[s]
		st.first, st.split = len(jobs), st.tasks
		next := s+1 < len(stages)
		if next && copies > 1 {
			st.split = st.tasks / 2
			st.skip = stages[s+1].aPacks + stages[s+1].bPacks
		}
		for t := range st.tasks + 1 {
			if t == st.split && next {
				pack(s + 1)
			}
			if t < st.tasks {
				jobs = append(jobs, job{s, t, false})
			}
		}
	}
	return stages, jobs
}

// cut decides on the jobs of a stage.
func (s *stage) cut() {
	w := active.w()
	s.aPacks = (s.i1-s.i0-1)/s.packRows(w) + 1
	s.bPacks = (s.j1-s.j0-1)/s.packRows(groups*w) + 1
	for _, shape := range taskShapes {
		s.rows, s.cols = shape[0], shape[1]
		s.across = (s.j1-s.j0-1)/s.cols + 1
		s.tasks = s.across * ((s.i1-s.i0-1)/s.rows + 1)
		if s.tasks >= fewTasks {
			break
		}
	}
}

// packRows returns the number of rows of an operand that one job packs.
func (s *stage) packRows(width int) int { return width * max(1, taskWork/(width*s.kc)) }

// task returns the index of the job that is task t.
func (s *stage) task(t int) int {
	if t >= s.split {
		return s.first + t + s.skip
	}
	return s.first + t
}

// job does one job after those that it depends on.
func (p *product) job(stages []stage, copies int, j job, after func(lo, hi int)) {
	s := &stages[j.stage]
	if j.pack {
		if j.stage >= copies { // its tasks read the buffer that is to be overwritten
			old := &stages[j.stage-copies]
			after(old.first, old.task(old.tasks-1)+1)
		}
		p.pack(s, j.index)
		return
	}
	after(s.packs, s.packs+s.aPacks+s.bPacks)
	if s.again {
		i := stages[j.stage-1].task(j.index)
		after(i, i+1)
	}
	i, c := s.i0+j.index/s.across*s.rows, s.j0+j.index%s.across*s.cols
	if p.lower && c > min(i+s.rows, s.i1)-1 {
		return
	}
	p.task(i, min(i+s.rows, s.i1), c, min(c+s.cols, s.j1), s.kc, s.a[(i-s.i0)*s.kc:], s.b[(c-s.j0)*s.kc:], s.mode)
}

// pack does the packing job i of a stage.
func (p *product) pack(s *stage, i int) {
	w := active.w()
	v, dst, width, lo, hi := p.a, s.a, w, s.i0, s.i1
	var scale []float64
	if i >= s.aPacks {
		i -= s.aPacks
		v, dst, width, lo, hi = p.b, s.b, groups*w, s.j0, s.j1
	} else {
		var buf [kBlock]float64
		var d []float64
		if p.d != nil {
			d = p.d[s.k0 : s.k0+s.kc]
		}
		scale = scaleVector(buf[:], p.alpha, d, s.kc)
	}
	rows := s.packRows(width)
	pack(dst[i*rows*s.kc:], v, lo+i*rows, min(lo+(i+1)*rows, hi), s.k0, s.kc, width, scale)
}

// task computes one block of C whose packed operands start at a and b.
func (p *product) task(i0, i1, j0, j1, kc int, a, b []float64, mode int) {
	w := active.w()
	wide := groups * w
	var edge [groups * maxW * maxW]float64
	for j := j0; j < j1; j += wide {
		bp := b[(j-j0)*kc:]
		for i := i0; i < i1; i += w {
			if p.lower && j > i+w-1 {
				continue
			}
			ap := a[(i-i0)*kc:]
			if i+w <= i1 && j+wide <= j1 && (!p.lower || j+wide-1 <= i) {
				tile(kc, ap, w, bp, wide, p.c[i*p.ldc+j:], p.ldc, mode)
				continue
			}
			tile(kc, ap, w, bp, wide, edge[:], wide, store)
			for r := i; r < min(i+w, i1); r++ {
				end := min(j+wide, j1)
				if p.lower {
					end = min(end, r+1)
				}
				if end > j {
					merge(p.c[r*p.ldc+j:r*p.ldc+end], edge[(r-i)*wide:], mode)
				}
			}
		}
	}
}
