package dataio

import (
	"encoding/binary"
	"fmt"
	"math"
)

// dtype converts the stored bytes of one NumPy type.
type dtype struct {
	name    string // without byte order
	size    int    // bytes of an entry
	float   bool   // may hold NaN or infinities
	native  bool   // the bytes are those of a float64 in this machine's memory
	convert func(dst []float64, src []byte)
}

var nativeOrder = binary.NativeEndian.Uint16([]byte{1, 0}) == 1 // little endian

// parseDType understands a descr of an .npy header.
func parseDType(descr string) (dtype, error) {
	order, name := byte('='), descr
	if len(descr) > 0 && (descr[0] == '<' || descr[0] == '>' || descr[0] == '|' || descr[0] == '=') {
		order, name = descr[0], descr[1:]
	}
	little := order == '<' || (order != '>' && nativeOrder)
	var bo binary.ByteOrder = binary.BigEndian
	if little {
		bo = binary.LittleEndian
	}
	t := dtype{name: name, float: len(name) > 0 && name[0] == 'f'}
	switch name {
	case "f8":
		t.size, t.native = 8, little == nativeOrder
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = math.Float64frombits(bo.Uint64(src[8*i:]))
			}
		}
	case "f4":
		t.size = 4
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(math.Float32frombits(bo.Uint32(src[4*i:])))
			}
		}
	case "f2":
		t.size = 2
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = halfToFloat(bo.Uint16(src[2*i:]))
			}
		}
	case "i8":
		t.size = 8
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(int64(bo.Uint64(src[8*i:])))
			}
		}
	case "u8":
		t.size = 8
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(bo.Uint64(src[8*i:]))
			}
		}
	case "i4":
		t.size = 4
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(int32(bo.Uint32(src[4*i:])))
			}
		}
	case "u4":
		t.size = 4
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(bo.Uint32(src[4*i:]))
			}
		}
	case "i2":
		t.size = 2
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(int16(bo.Uint16(src[2*i:])))
			}
		}
	case "u2":
		t.size = 2
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(bo.Uint16(src[2*i:]))
			}
		}
	case "i1":
		t.size = 1
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(int8(src[i]))
			}
		}
	case "u1":
		t.size = 1
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = float64(src[i])
			}
		}
	case "b1":
		t.size = 1
		t.convert = func(dst []float64, src []byte) {
			for i := range dst {
				dst[i] = 0
				if src[i] != 0 {
					dst[i] = 1
				}
			}
		}
	default:
		return dtype{}, unsupportedType(descr, name)
	}
	return t, nil
}

// halfToFloat widens an IEEE 754 binary16 number exactly.
func halfToFloat(h uint16) float64 {
	sign := 1.0
	if h>>15 != 0 {
		sign = -1
	}
	exp, frac := int(h>>10&31), float64(h&1023)
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

func unsupportedType(descr, name string) error {
	var what string
	if name != "" {
		switch name[0] {
		case 'O':
			what = "Python objects (object dtype, often from ragged lists or strings)"
		case 'c':
			return fmt.Errorf("it holds complex numbers (dtype %q): save real and imaginary parts as separate rows of a real array", descr)
		case 'S', 'a', 'U', 'V':
			what = "text or raw bytes"
		case 'M', 'm':
			what = "dates or durations"
		case 'f', 'i', 'u', 'b':
			what = "numbers of an unusual size"
		}
	}
	if what == "" {
		what = "an unknown type"
	}
	return fmt.Errorf("it holds %s (dtype %q), which is not read: save it as numbers, for example numpy.save(file, numpy.asarray(a, dtype=float))", what, descr)
}
