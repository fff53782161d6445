//go:build mpi && (linux || darwin || freebsd)

package mpi

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/tacit-dev/tacit/linop"
)

// Built reports whether this program can use MPI.
const Built = true

// threadSerialized is MPI_THREAD_SERIALIZED: any thread may call, one at a
// time. Goroutines move between threads.
const threadSerialized = 2

// chunk is how many numbers travel at once, through a buffer of the library's
// own. What Go allocates is never handed to it: a fast network remembers the
// pages that it has seen, and Go gives pages back to the system behind the
// library's back.
const chunk = 1 << 19

// World is the communicator MPI_COMM_WORLD. Its methods may be called from any
// goroutine, one at a time.
type World struct {
	abi
	rank, size int
	mu         sync.Mutex
	buffer     []float64
}

var _ linop.Comm = (*World)(nil)

// abi holds what of the library is used, and the constants in which
// implementations differ.
type abi struct {
	world, double, ignore uintptr

	initThread func(argc, argv uintptr, required int32, provided *int32) int32
	commRank   func(comm uintptr, rank *int32) int32
	commSize   func(comm uintptr, size *int32) int32
	send       func(buf uintptr, count int32, datatype uintptr, dest, tag int32, comm uintptr) int32
	recv       func(buf uintptr, count int32, datatype uintptr, source, tag int32, comm, status uintptr) int32
	iprobe     func(source, tag int32, comm uintptr, flag *int32, status uintptr) int32
	allocMem   func(size, info uintptr, base *uintptr) int32
	abort      func(comm uintptr, code int32) int32
	finalize   func() int32

	yield func() int32            // of the C library: to another process
	nap   func(usec uint32) int32 // of the C library: time.Sleep wakes after a millisecond
}

// Open finds the library, starts it and returns the ranks that were started
// together. The environment variable TACIT_MPI names a library.
func Open() (*World, error) {
	// Open MPI would take the signals by which Go notices faults of its own.
	if os.Getenv("OMPI_MCA_opal_signal") == "" {
		_ = os.Setenv("OMPI_MCA_opal_signal", "6")
	}
	w := &World{}
	lib, name, err := find()
	if err != nil {
		return nil, err
	}
	info, err := w.bind(lib)
	if err != nil {
		return nil, fmt.Errorf("%s is no MPI library that can be used: %w", name, err)
	}
	var provided, rank, size int32
	if code := w.initThread(0, 0, threadSerialized, &provided); code != 0 {
		return nil, fmt.Errorf("MPI_Init_thread of %s failed with code %d", name, code)
	}
	if provided < threadSerialized {
		return nil, fmt.Errorf("%s was built without threads (MPI_THREAD_SERIALIZED)", name)
	}
	w.commRank(w.world, &rank)
	w.commSize(w.world, &size)
	w.rank, w.size = int(rank), int(size)
	if started := started(os.Getenv); started != 0 && started != w.size {
		return nil, fmt.Errorf("%d processes were started together, but in %s each is one of %d: the launcher and the library do not know each other; use the mpirun of that library (or with srun the --mpi that it speaks), or name in TACIT_MPI the library of the launcher", started, name, w.size)
	}
	var base uintptr
	if code := w.allocMem(8*chunk, info, &base); code != 0 || base == 0 {
		return nil, fmt.Errorf("MPI_Alloc_mem of %d MB failed", 8*chunk>>20)
	}
	w.buffer = unsafe.Slice(*(**float64)(unsafe.Pointer(&base)), chunk)
	return w, nil
}

// started is how many processes the launcher says it has started, 0 if it does not
// say. Where it is of another MPI than the library, every process would be alone,
// read all of A and write to the same place.
func started(getenv func(string) string) int {
	for _, name := range []string{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"} {
		if n, err := strconv.Atoi(getenv(name)); err == nil {
			return n
		}
	}
	return 0
}

// find opens the library of the launcher that started this process, which its
// environment tells, else the first there is.
func find() (lib uintptr, name string, err error) {
	openMPI := []string{"libmpi.so.40", "libmpi.so.80", "libmpi.dylib"}
	mpich := []string{"libmpich.so.12", "libmpi.so.12", "libmpi_cray.so.12", "libmpi.12.dylib"}
	names := append(openMPI, mpich...)
	if os.Getenv("OMPI_COMM_WORLD_SIZE") == "" && (os.Getenv("PMI_RANK") != "" || os.Getenv("PMI_SIZE") != "") {
		names = append(mpich, openMPI...)
	}
	names = append(names, "libmpi.so")
	if given := os.Getenv("TACIT_MPI"); given != "" {
		names = []string{given}
	}
	var first error
	for _, name := range names {
		// Open MPI's components look for the symbols of the library globally.
		if lib, err = purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL); err == nil {
			return lib, name, nil
		}
		if first == nil {
			first = err
		}
	}
	return 0, "", fmt.Errorf("no MPI library was found (%w): install Open MPI or MPICH, or name the library in TACIT_MPI", first)
}

// bind looks up the functions and the constants: in Open MPI handles are the
// addresses of exported objects, in MPICH they are numbers, which its binary
// interface fixes. It returns MPI_INFO_NULL.
func (w *World) bind(lib uintptr) (info uintptr, err error) {
	for name, fn := range map[string]any{
		"MPI_Init_thread": &w.initThread, "MPI_Comm_rank": &w.commRank, "MPI_Comm_size": &w.commSize,
		"MPI_Send": &w.send, "MPI_Recv": &w.recv, "MPI_Iprobe": &w.iprobe,
		"MPI_Alloc_mem": &w.allocMem, "MPI_Abort": &w.abort, "MPI_Finalize": &w.finalize,
	} {
		at, err := purego.Dlsym(lib, name)
		if err != nil {
			return 0, err
		}
		purego.RegisterFunc(fn, at)
	}
	purego.RegisterLibFunc(&w.yield, purego.RTLD_DEFAULT, "sched_yield")
	purego.RegisterLibFunc(&w.nap, purego.RTLD_DEFAULT, "usleep")
	if _, err := purego.Dlsym(lib, "ompi_mpi_comm_world"); err == nil {
		var failed error
		address := func(name string) uintptr {
			at, err := purego.Dlsym(lib, name)
			failed = errors.Join(failed, err)
			return at
		}
		w.world, w.double = address("ompi_mpi_comm_world"), address("ompi_mpi_double")
		return address("ompi_mpi_info_null"), failed
	}
	w.world, w.double, w.ignore = 0x44000000, 0x4c00080b, 1
	return 0x1c000000, nil
}

// Rank returns the number of this process.
func (w *World) Rank() int { return w.rank }

// Size returns the number of processes.
func (w *World) Size() int { return w.size }

// Send delivers data to a rank.
func (w *World) Send(to int, data []float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(data) > 0 {
		k := copy(w.buffer, data)
		w.check("MPI_Send", w.send(w.base(), int32(k), w.double, int32(to), 0, w.world))
		data = data[k:]
	}
}

// Recv fills data with a message from a rank.
func (w *World) Recv(from int, data []float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(data) > 0 {
		w.wait(from)
		k := min(len(data), chunk)
		w.check("MPI_Recv", w.recv(w.base(), int32(k), w.double, int32(from), 0, w.world, w.ignore))
		copy(data, w.buffer[:k])
		data = data[k:]
	}
}

// wait returns when a message from a rank is there. The library would spin; here
// a rank looks for a while, letting others run, and then sleeps in steps that are
// short against any product worth distributing: a rank that serves costs nothing
// while rank 0 is at work.
func (w *World) wait(from int) {
	const awake = 300 * time.Microsecond
	begin, usec := time.Now(), uint32(10)
	for {
		var there int32
		w.check("MPI_Iprobe", w.iprobe(int32(from), 0, w.world, &there, w.ignore))
		switch {
		case there != 0:
			return
		case time.Since(begin) < awake:
			w.yield()
		default:
			w.nap(usec)
			usec = min(2*usec, 200)
		}
	}
}

func (w *World) base() uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(w.buffer))) }

// check ends all ranks if a call has failed. By default the library does that
// itself, with a message.
func (w *World) check(what string, code int32) {
	if code != 0 {
		w.Abort(fmt.Sprintf("%s failed with code %d", what, code))
	}
}

// Abort ends all ranks, after the reason was written to standard error.
func (w *World) Abort(reason string) {
	if reason != "" {
		fmt.Fprintf(os.Stderr, "tacit: error: rank %d of %d: %s\n", w.rank, w.size, reason)
	}
	w.abort(w.world, 1)
	os.Exit(1)
}

// Close ends the use of the library; all ranks call it.
func (w *World) Close() { w.finalize() }
