package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/mpi"
	"github.com/tacit-dev/tacit/linop"
)

// The values of --engine: where the matrix is.
const (
	engineLocal = "local"
	engineMPI   = "mpi"
)

func (s *solveFlags) addEngine(c *cobra.Command) {
	c.Flags().StringVar(&s.engine, "engine", engineLocal, "`E` where A is: local, or mpi to share its columns among the ranks of mpirun")
}

// knownEngine refuses engines that there are not.
func (s *solveFlags) knownEngine() error {
	if s.engine != "" && s.engine != engineLocal && s.engine != engineMPI {
		return usagef("--engine %q: there are %s and %s", s.engine, engineLocal, engineMPI)
	}
	return nil
}

// ranks are the processes that share the matrix of a command: all run the same
// command line, rank 0 solves, reads what else there is and writes, the others
// serve it. nil is this process alone.
type ranks struct {
	comm  linop.Comm
	leave func()
}

// joinMPI connects the processes that mpirun has started.
func joinMPI() (*ranks, error) {
	w, err := mpi.Open()
	if err != nil {
		return nil, err
	}
	// Nearly all of the memory is A, which holds no pointers: to collect garbage
	// often costs nothing, and to collect it late as much memory as A again.
	debug.SetGCPercent(10)
	return &ranks{comm: w, leave: w.Close}, nil
}

func (r *ranks) close() {
	if r != nil && r.leave != nil {
		r.leave()
	}
}

func (r *ranks) abort() {
	if r != nil {
		r.comm.Abort("it ended by the error above")
	}
}

// count records how many there are.
func (r *ranks) count(o *object) {
	if r != nil {
		o.set("ranks", r.comm.Size())
	}
}

// begin connects the ranks, if there are to be any, and prepares -o where the
// result will be written.
func (s *solveFlags) begin(env *environment) (*dataio.OutputDir, error) {
	if s.engine == engineMPI && env.join == nil { // the lab runs commands on files in memory, in one process
		return nil, usagef("--engine mpi is for the command line")
	}
	if env.box != nil {
		return env.box.out, nil
	}
	if s.engine != engineMPI {
		return s.outputDir()
	}
	r, err := env.join()
	if err != nil {
		return nil, invalid(fmt.Errorf("--engine mpi: %w", err))
	}
	env.ranks = r
	if r.comm.Rank() > 0 {
		return nil, nil
	}
	out, err := s.outputDir()
	if err != nil {
		return nil, r.refuse(err)
	}
	return out, nil
}

// errServed ends a rank other than 0, which has nothing to say.
var errServed = &exitError{code: exitOK}

// loadShared reads this rank's columns of A. On rank 0 it returns the problem;
// on the others it serves it until rank 0 is done. A digest of the file of A is
// computed by all ranks together, if it is asked for and the file has blocks.
func (s *solveFlags) loadShared(ctx context.Context, env *environment, args []string, digest bool) (*problem, error) {
	r := env.ranks
	own, err := s.loadPanels(ctx, env, args, digest)
	all, err := r.agree(err, own)
	panels := own.panels
	if err == nil && r.comm.Rank() == 0 && own.blocks.Count > 0 {
		err = panels.Input.SetBlocks(own.blocks.Count, all)
	}
	if err != nil {
		if panels != nil {
			_ = panels.Input.Close()
		}
		return nil, err
	}
	shard, err := linop.NewShard(r.comm, panels.Rows, panels.Cols, panels.Parts)
	if err != nil {
		return nil, invalid(err)
	}
	if r.comm.Rank() > 0 {
		_ = panels.Input.Close()
		shard.Serve()
		return nil, errServed
	}
	p, err := await(ctx, func() (*dataio.Problem, error) { return panels.Problem(shard, args[1], s.problemOptions(env)) })
	if err != nil {
		shard.Close()
		_ = panels.Input.Close()
		return nil, loadError(err)
	}
	p.StartHash()
	return &problem{Problem: p, paths: args, extra: map[string]*dataio.Input{}, vector: map[string][]float64{}, release: shard.Close}, nil
}

// loaded is what a rank has read.
type loaded struct {
	panels    *dataio.Panels
	signature string
	blocks    dataio.Blocks // of which it has digested a share
}

func (s *solveFlags) loadPanels(ctx context.Context, env *environment, args []string, digest bool) (own loaded, err error) {
	if len(args) != 2 {
		return own, errors.New("--engine mpi reads A and b from two files, of A each rank its own columns")
	}
	comm := env.ranks.comm
	return await(ctx, func() (own loaded, err error) {
		own.panels, err = dataio.LoadPanels(args[0], func(_, m int) ([]int, error) {
			edges, err := linop.Share(m, comm.Rank(), comm.Size())
			if err != nil {
				return nil, fmt.Errorf("%s has %d columns, too few for %d ranks: at most %d can share them", args[0], m, comm.Size(), len(linop.Panels(m))-1)
			}
			return edges, nil
		}, s.problemOptions(env))
		if err != nil {
			return own, loadError(err)
		}
		if own.signature, err = own.panels.Signature(); err == nil && digest && own.panels.Input.InBlocks() {
			own.blocks, err = own.panels.Input.ReadBlocks(comm.Rank(), comm.Size())
		}
		if err != nil {
			return own, loadError(err)
		}
		return own, nil
	})
}

// agree lets all ranks go on, if all could read and all have read the same file;
// rank 0 gets the digests of its blocks, rank by rank. Else rank 0 returns the
// error of the first that could not, the others what ends them without a word.
func (r *ranks) agree(err error, own loaded) (blocks [][]byte, _ error) {
	host, _ := os.Hostname()
	said := append([]byte("+"+host+"\x00"+program()+"\x00"+own.signature+"\x00"), own.blocks.Own...)
	if err != nil {
		said = []byte("-" + host + "\x00" + err.Error())
	}
	verdict := []float64{0}
	all := linop.GatherBytes(r.comm, said)
	if err == nil {
		blocks, err = agreement(all)
	}
	if err != nil && r.comm.Rank() == 0 {
		verdict[0] = 1
	}
	linop.Broadcast(r.comm, verdict)
	switch {
	case verdict[0] == 0:
		return blocks, nil
	case r.comm.Rank() > 0:
		return nil, errServed
	}
	return nil, loadError(err)
}

// program names this binary: ranks have to be the same.
func program() string {
	name := versionLine()
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" || s.Key == "vcs.modified" {
				name += " " + s.Value
			}
		}
	}
	return name
}

// refuse lets the other ranks end with this one, which cannot go on for err.
func (r *ranks) refuse(err error) error {
	if r == nil {
		return err
	}
	_, err = r.agree(err, loaded{})
	return err
}

// agreement returns the digests in what the ranks have said, or what speaks against
// going on.
func agreement(all [][]byte) (blocks [][]byte, err error) {
	var first, solver []byte
	for rank, said := range all {
		host, text, _ := bytes.Cut(said[1:], []byte{0})
		if said[0] == '-' {
			return nil, fmt.Errorf("rank %d on %s: %s", rank, host, text)
		}
		program, text, _ := bytes.Cut(text, []byte{0})
		signature, own, _ := bytes.Cut(text, []byte{0})
		switch {
		case rank == 0:
			first, solver = signature, program
		case !bytes.Equal(program, solver):
			return nil, fmt.Errorf("rank %d on %s is another program than rank 0: %s, and rank 0 is %s", rank, host, program, solver)
		case !bytes.Equal(signature, first):
			return nil, fmt.Errorf("rank %d on %s has another file for A than rank 0: %s, and rank 0 has %s", rank, host, signature, first)
		}
		blocks = append(blocks, own)
	}
	return blocks, nil
}

// muted returns where a rank may speak: the others run the same command line as
// rank 0, which says what there is to say. launched is the rank as the launcher
// tells it, before MPI is started.
func muted(args []string, stdout, stderr io.Writer) (io.Writer, io.Writer) {
	at := slices.Index(args, "--engine")
	shared := slices.Contains(args, "--engine="+engineMPI) || at >= 0 && at+1 < len(args) && args[at+1] == engineMPI
	if !shared {
		return stdout, stderr
	}
	for _, name := range []string{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"} {
		if rank := os.Getenv(name); rank != "" && rank != "0" {
			return io.Discard, io.Discard
		}
	}
	return stdout, stderr
}
