//go:build mpi && (linux || darwin || freebsd)

package mpi

import (
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// A launcher says how many it has started; Slurm also says it to one that runs in its
// place.
func TestStarted(t *testing.T) {
	for want, env := range map[int]map[string]string{
		0: {},
		4: {"OMPI_COMM_WORLD_SIZE": "4", "SLURM_STEP_NUM_TASKS": "2"},
		3: {"PMI_SIZE": "3"},
		2: {"SLURM_STEP_NUM_TASKS": "2"},
	} {
		if got := started(func(name string) string { return env[name] }); got != want {
			t.Errorf("%v: %d, want %d", env, got, want)
		}
	}
}

// Started by mpirun this is one rank of several, started alone a world of one.
func TestMessages(t *testing.T) {
	w, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	t.Logf("rank %d of %d", w.Rank(), w.Size())
	if w.Size() > 1 {
		next, before := (w.Rank()+1)%w.Size(), (w.Rank()+w.Size()-1)%w.Size()
		for _, length := range []int{0, 1, 1000, chunk, chunk + 1, 3*chunk + 7} {
			out, in := make([]float64, length), make([]float64, length)
			for i := range out {
				out[i] = float64(w.Rank()) + float64(i)
			}
			if w.Rank()%2 == 0 {
				w.Send(next, out)
				w.Recv(before, in)
			} else {
				w.Recv(before, in)
				w.Send(next, out)
			}
			for i, v := range in {
				if v != float64(before)+float64(i) {
					t.Fatalf("number %d of %d from rank %d is %v", i, length, before, v)
				}
			}
		}
	}
	v := make([]float64, 10)
	if w.Rank() == 0 {
		v[3] = 7
	}
	linop.Broadcast(w, v)
	if v[3] != 7 {
		t.Errorf("rank %d received %v", w.Rank(), v)
	}
	all := linop.GatherBytes(w, []byte{byte(w.Rank())})
	if w.Rank() == 0 && (len(all) != w.Size() || int(all[w.Size()-1][0]) != w.Size()-1) {
		t.Errorf("gathered %v", all)
	}
}
