package dataio

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/tacit-dev/tacit/internal/parallel"
)

// readChunk is how much of a file one goroutine reads, converts and checks at
// a time: large against the cost of a system call, small against the caches.
const readChunk = 1 << 20

// readNPY reads the .npy array that fills r, of at most limit bytes in memory
// unless that is 0.
func readNPY(r io.ReaderAt, size, limit int64, file string) (*Array, error) {
	h, t, err := readNPYHeader(io.NewSectionReader(r, 0, size), uint64(size))
	if err != nil {
		return nil, headerFailure(file, "", err)
	}
	if h.exceeds(limit) {
		return nil, &LimitError{File: file, Limit: limit}
	}
	a := h.array(t, file, "")
	a.Data = make([]float64, h.n)
	if err := readEntries(a, t, io.NewSectionReader(r, int64(h.offset), size)); err != nil {
		return nil, err
	}
	a.cOrder()
	return a, nil
}

// readNPYHeader reads the header of an array of size bytes in all and compares
// what it promises with that size.
func readNPYHeader(r io.Reader, size uint64) (*npyHeader, dtype, error) {
	h, err := readNPYHeaderText(r)
	if err != nil {
		return nil, dtype{}, err
	}
	t, err := parseDType(h.descr)
	if err != nil {
		return nil, dtype{}, err
	}
	if uint64(h.offset) > size {
		return nil, dtype{}, io.ErrUnexpectedEOF
	}
	return h, t, h.setEntries(t, size-uint64(h.offset))
}

func readNPYHeaderText(r io.Reader) (*npyHeader, error) {
	var start [10]byte
	n, err := io.ReadFull(r, start[:])
	if n >= len(npyMagic) && string(start[:len(npyMagic)]) != npyMagic {
		return nil, errors.New("it is not an .npy array: its first bytes are wrong")
	}
	if err != nil {
		return nil, err
	}
	length, err := npyHeaderLength(start[:], r)
	if err != nil {
		return nil, err
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, err
	}
	h, err := parseNPYHeader(string(text))
	if err != nil {
		return nil, err
	}
	h.offset = 10 + length
	if start[6] > 1 {
		h.offset += 2
	}
	return h, nil
}

// setEntries compares what the header promises with the bytes that are there.
func (h *npyHeader) setEntries(t dtype, have uint64) error {
	n, ok := h.count()
	size := uint64(t.size)
	switch {
	case !ok || uint64(n) > have/size:
		return fmt.Errorf("truncated: its header promises shape %s of %s, but only %d bytes follow; copy or save it again", shapeString(h.shape), t.name, have)
	case uint64(n)*size < have:
		return fmt.Errorf("%d bytes follow after the array of shape %s: save one array per .npy file, or several in an .npz", have-uint64(n)*size, shapeString(h.shape))
	}
	h.n = n
	return nil
}

// exceeds reports whether the entries take more than limit bytes as float64; 0
// is no limit.
func (h *npyHeader) exceeds(limit int64) bool { return limit > 0 && int64(h.n) > limit/8 }

func (h *npyHeader) array(t dtype, file, key string) *Array {
	return &Array{Name: key, DType: t.name, Shape: h.shape, ColMajor: h.fortran && len(h.shape) > 1, file: file}
}

// headerFailure turns what went wrong in front of the data into a message.
func headerFailure(file, key string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("truncated: it ends inside the .npy header; copy or save it again")
	}
	return &FormatError{File: file, Key: key, Msg: err.Error()}
}

// readEntries fills a.Data from r, chunk by chunk on all processors, and
// checks the numbers while they are in the cache.
func readEntries(a *Array, t dtype, r io.ReaderAt) error {
	grain := readChunk / t.size
	scratch := sync.Pool{New: func() any { return make([]byte, readChunk) }}
	var mu sync.Mutex
	var firstErr error
	var firstBad atomic.Int64 // start of the earliest block that failed
	firstBad.Store(math.MaxInt64)
	parallel.For(len(a.Data), grain, func(lo, hi int) {
		if int64(lo) > firstBad.Load() {
			return
		}
		dst := a.Data[lo:hi]
		raw := t.buffer(dst, &scratch)
		defer t.release(raw, &scratch)
		m, err := r.ReadAt(raw, int64(lo)*int64(t.size))
		if m < len(raw) {
			err = readFailure(a, err)
		} else {
			err = a.decode(t, lo, dst, raw)
		}
		if err == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if int64(lo) < firstBad.Load() { // the first in order wins, whoever was faster
			firstBad.Store(int64(lo))
			firstErr = err
		}
	})
	return firstErr
}

// buffer returns where to read the bytes of dst to: its own memory if they
// need no conversion.
func (t *dtype) buffer(dst []float64, scratch *sync.Pool) []byte {
	if t.native {
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(dst))), 8*len(dst))
	}
	return scratch.Get().([]byte)[:len(dst)*t.size]
}

func (t *dtype) release(raw []byte, scratch *sync.Pool) {
	if !t.native {
		scratch.Put(raw[:cap(raw)]) //nolint:staticcheck // one allocation of a header per chunk of 1 MiB
	}
}

// decode converts and checks the entries from number lo on.
func (a *Array) decode(t dtype, lo int, dst []float64, raw []byte) error {
	if !t.native {
		t.convert(dst, raw)
	}
	if !t.float {
		return nil
	}
	if k := firstNonFinite(dst); k >= 0 {
		return a.nonFinite(lo+k, dst[k])
	}
	return nil
}

// readNPYStream reads the .npy array of size bytes that r delivers to its end.
// Unless the size is proven, memory grows with the bytes that arrive.
func readNPYStream(r io.Reader, size uint64, limit int64, proven bool, file, key string) (*Array, error) {
	h, t, err := readNPYHeader(r, size)
	if err != nil {
		return nil, headerFailure(file, key, err)
	}
	if h.exceeds(limit) {
		return nil, &LimitError{File: file, Key: key, Limit: limit}
	}
	a := h.array(t, file, key)
	chunk := readChunk / t.size
	if proven {
		a.Data = make([]float64, 0, h.n)
	}
	var scratch sync.Pool
	scratch.New = func() any { return make([]byte, readChunk) }
	for len(a.Data) < h.n {
		lo := len(a.Data)
		if lo == cap(a.Data) {
			a.Data = slices.Grow(a.Data, min(max(lo, chunk), h.n-lo))
		}
		a.Data = a.Data[:min(lo+chunk, h.n, cap(a.Data))]
		dst := a.Data[lo:]
		raw := t.buffer(dst, &scratch)
		if _, err := io.ReadFull(r, raw); err != nil {
			return nil, readFailure(a, err)
		}
		if err := a.decode(t, lo, dst, raw); err != nil {
			return nil, err
		}
		t.release(raw, &scratch)
	}
	if _, err := io.ReadFull(r, make([]byte, 1)); !errors.Is(err, io.EOF) { // the end checks the sum
		return nil, readFailure(a, err)
	}
	a.cOrder()
	return a, nil
}

func readFailure(a *Array, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &FormatError{File: a.file, Key: a.Name, Msg: "truncated: it became shorter while it was read; copy or save it again"}
	}
	if err == nil || errors.Is(err, zip.ErrChecksum) || errors.As(err, new(flate.CorruptInputError)) {
		return &FormatError{File: a.file, Key: a.Name, Msg: "damaged: its checksum or compressed data is wrong; copy or save it again"}
	}
	return &ReadError{File: a.file, Err: err}
}

// nonFinite names entry k of the data.
func (a *Array) nonFinite(k int, v float64) error {
	e := &NonFiniteError{File: a.file, Key: a.Name, Value: v, Index: make([]int, len(a.Shape))}
	for i := range a.Shape {
		d := len(a.Shape) - 1 - i
		if a.ColMajor {
			d = i
		}
		e.Index[d] = k % a.Shape[d]
		k /= a.Shape[d]
	}
	return e
}

// cOrder rearranges an array of more than two dimensions by rows (last index
// fastest), so that only matrices come in two orders.
func (a *Array) cOrder() {
	if !a.ColMajor || len(a.Shape) <= 2 {
		return
	}
	out := make([]float64, len(a.Data))
	index := make([]int, len(a.Shape))
	stride := make([]int, len(a.Shape))
	for d, s := len(a.Shape)-1, 1; d >= 0; d-- {
		stride[d] = s
		s *= a.Shape[d]
	}
	at := 0
	for _, v := range a.Data {
		out[at] = v
		for d := range index {
			index[d]++
			at += stride[d]
			if index[d] < a.Shape[d] {
				break
			}
			at -= stride[d] * a.Shape[d]
			index[d] = 0
		}
	}
	a.Data, a.ColMajor = out, false
}
