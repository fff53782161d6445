package dataio

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// Values is an array that can be written as .npy: little endian, C order.
type Values struct {
	descr string
	shape []int
	count int
	size  int // bytes of an entry
	put   func(dst []byte, lo, hi int)
}

// Floats are float64 numbers of the given shape by rows; without a shape a
// vector. It panics if the shape does not fit.
func Floats(data []float64, shape ...int) Values {
	return newValues("<f8", 8, len(data), shape, func(dst []byte, lo, hi int) {
		for i, v := range data[lo:hi] {
			binary.LittleEndian.PutUint64(dst[8*i:], math.Float64bits(v))
		}
	})
}

// Ints are integers of the given shape by rows, stored in 64 bits; without a
// shape a vector. It panics if the shape does not fit.
func Ints[T int | int32 | int64](data []T, shape ...int) Values {
	return newValues("<i8", 8, len(data), shape, func(dst []byte, lo, hi int) {
		for i, v := range data[lo:hi] {
			binary.LittleEndian.PutUint64(dst[8*i:], uint64(int64(v)))
		}
	})
}

// Bools are truth values of the given shape by rows; without a shape a vector.
// It panics if the shape does not fit.
func Bools(data []bool, shape ...int) Values {
	return newValues("|b1", 1, len(data), shape, func(dst []byte, lo, hi int) {
		for i, v := range data[lo:hi] {
			dst[i] = 0
			if v {
				dst[i] = 1
			}
		}
	})
}

// text is a single ASCII word.
func text(word string) Values {
	return Values{descr: fmt.Sprintf("|S%d", len(word)), count: 1, size: len(word), put: func(dst []byte, _, _ int) { copy(dst, word) }}
}

func newValues(descr string, size, count int, shape []int, put func(dst []byte, lo, hi int)) Values {
	if len(shape) == 0 {
		shape = []int{count}
	}
	n := 1
	for _, d := range shape {
		n *= d
	}
	if n != count {
		panic("dataio: shape does not fit the length of the data")
	}
	return Values{descr: descr, shape: shape, count: count, size: size, put: put}
}

// header returns the .npy preamble, format version 1.0, padded so that the data
// begin at a multiple of 64 bytes.
func (v Values) header() []byte {
	dims := make([]string, len(v.shape))
	for i, d := range v.shape {
		dims[i] = fmt.Sprint(d)
	}
	tuple := strings.Join(dims, ", ")
	if len(dims) == 1 {
		tuple += ","
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", v.descr, tuple)
	pad := 63 - (10+len(dict))%64
	dict += strings.Repeat(" ", pad) + "\n"
	head := append([]byte(npyMagic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(dict)))
	return append(head, dict...)
}

// WriteNPY writes v in NumPy's .npy format.
func WriteNPY(w io.Writer, v Values) error {
	if _, err := w.Write(v.header()); err != nil {
		return err
	}
	const chunk = 1 << 16
	buf := make([]byte, min(chunk, v.count)*v.size)
	for lo := 0; lo < v.count; lo += chunk {
		hi := min(lo+chunk, v.count)
		v.put(buf, lo, hi)
		if _, err := w.Write(buf[:(hi-lo)*v.size]); err != nil {
			return err
		}
	}
	return nil
}
