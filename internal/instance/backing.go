package instance

import (
	"math"

	"github.com/tacit-dev/tacit/linop"
)

func (p *Problem) setDense(n, m int, data []float64) {
	p.Dense = data
	p.A = linop.NewDense(n, m, data)
}

// setCSC draws nnz Gaussian entries of variance 1/nnz for each column.
func (p *Problem) setCSC(n, m, nnz int, r *stream) {
	scale := math.Sqrt(float64(nnz))
	p.ColPtr = make([]int, 1, m+1)
	p.RowIdx = make([]int32, 0, m*nnz)
	p.Val = make([]float64, 0, m*nnz)
	for range m {
		for _, i := range r.subset(nnz, n) {
			p.RowIdx = append(p.RowIdx, int32(i))
			p.Val = append(p.Val, r.normal()/scale)
		}
		p.ColPtr = append(p.ColPtr, len(p.Val))
	}
	p.A = linop.NewCSC(n, m, p.ColPtr, p.RowIdx, p.Val)
}

func (p *Problem) setDCT(rows []int, m int) {
	p.Rows, p.transform = rows, PartialC
	p.A = linop.PartialDCT(rows, m)
}

func (p *Problem) setHadamard(rows []int, m int) {
	p.Rows, p.transform = rows, PartialH
	p.A = linop.PartialHadamard(rows, m)
}
