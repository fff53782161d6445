package linop

// Comm connects the processes, called ranks, that share one matrix: rank 0
// runs the solver, the others hold columns and serve it.
//
// It has messages between two ranks only. Broadcasts and sums are made of them
// here, so that the order of every addition is the same on every transport and
// for every number of ranks, which an MPI_Allreduce does not promise.
//
// Messages between two ranks arrive in the order in which they were sent.
// A rank uses its Comm from one goroutine at a time. What cannot be sent or
// received ends all ranks; the methods do not return then.
type Comm interface {
	// Rank returns the number of this process, from 0 to Size()−1.
	Rank() int
	// Size returns the number of processes.
	Size() int
	// Send delivers data to a rank and returns when data may be changed again.
	Send(to int, data []float64)
	// Recv fills data with a message of exactly that length from a rank.
	Recv(from int, data []float64)
	// Abort ends all ranks for the reason given.
	Abort(reason string)
}

// Broadcast sets v on all ranks to what it is on rank 0, along a binomial tree.
// All ranks call it, with vectors of the same length.
func Broadcast(c Comm, v []float64) {
	rank, size := c.Rank(), c.Size()
	mask := 1
	for ; mask < size; mask <<= 1 {
		if rank&mask != 0 {
			c.Recv(rank-mask, v)
			break
		}
	}
	for mask >>= 1; mask > 0; mask >>= 1 {
		if rank+mask < size {
			c.Send(rank+mask, v)
		}
	}
}

// GatherBytes returns on rank 0 what every rank gave, in their order, nil on the
// others. All ranks call it.
func GatherBytes(c Comm, b []byte) [][]byte {
	if c.Rank() > 0 {
		c.Send(0, []float64{float64(len(b))})
		c.Send(0, asFloats(b))
		return nil
	}
	all := [][]byte{b}
	for from := 1; from < c.Size(); from++ {
		length := make([]float64, 1)
		c.Recv(from, length)
		text := make([]float64, int(length[0]))
		c.Recv(from, text)
		all = append(all, asBytes(text))
	}
	return all
}

// asFloats spends a number on each byte: messages of text are short.
func asFloats(b []byte) []float64 {
	v := make([]float64, len(b))
	for i, c := range b {
		v[i] = float64(c)
	}
	return v
}

func asBytes(v []float64) []byte {
	b := make([]byte, len(v))
	for i, c := range v {
		b[i] = byte(c)
	}
	return b
}
