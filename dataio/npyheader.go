package dataio

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
)

const npyMagic = "\x93NUMPY"

// maxHeader bounds the text of an .npy header; NumPy's own are below 1 kB
// unless a record type lists many fields.
const maxHeader = 1 << 20

// npyHeader is the description in front of the data of an .npy file.
type npyHeader struct {
	descr   string // type with byte order, such as "<f8"
	fortran bool
	shape   []int
	offset  int // first byte of the data
	n       int // entries, once compared with the size of the file
}

// count returns the number of entries, or false if it exceeds an int.
func (h *npyHeader) count() (int, bool) {
	n := uint64(1)
	for _, d := range h.shape {
		if d == 0 {
			return 0, true
		}
	}
	for _, d := range h.shape {
		hi, lo := bits.Mul64(n, uint64(d))
		if hi != 0 || lo > 1<<62 {
			return 0, false
		}
		n = lo
	}
	return int(n), true
}

// npyHeaderLength returns the length of the header's text from the first ten
// bytes and, from format version 2 on, two more of r.
func npyHeaderLength(start []byte, r io.Reader) (int, error) {
	switch start[6] {
	case 1:
		return int(binary.LittleEndian.Uint16(start[8:])), nil
	case 2, 3:
		var more [2]byte
		if _, err := io.ReadFull(r, more[:]); err != nil {
			return 0, err
		}
		n := uint32(binary.LittleEndian.Uint16(start[8:])) | uint32(binary.LittleEndian.Uint16(more[:]))<<16
		if n > maxHeader {
			return 0, fmt.Errorf("damaged .npy header: it claims %d bytes of text", n)
		}
		return int(n), nil
	}
	return 0, fmt.Errorf("unknown .npy format version %d.%d: save it again with a current NumPy", start[6], start[7])
}

// parseNPYHeader reads the header's text: a Python dictionary with exactly the
// keys descr, fortran_order and shape, in any order.
func parseNPYHeader(text string) (*npyHeader, error) {
	p := &pyScanner{s: text}
	h := &npyHeader{}
	seen := map[string]bool{}
	p.expect('{')
	for p.err == nil && !p.accept('}') {
		key := p.str()
		p.expect(':')
		if seen[key] {
			p.fail("the key " + strconv.Quote(key) + " appears twice")
		}
		seen[key] = true
		switch key {
		case "descr":
			h.descr = p.descr()
		case "fortran_order":
			h.fortran = p.boolean()
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail("unknown key " + strconv.Quote(key))
		}
		if !p.accept(',') {
			p.expect('}')
			break
		}
	}
	if p.err == nil && (len(seen) != 3 || strings.TrimRight(p.s[p.at:], " \n\x00") != "") {
		p.fail("it needs exactly the keys descr, fortran_order and shape")
	}
	if p.err != nil {
		return nil, p.err
	}
	return h, nil
}

// pyScanner reads the few Python literals of an .npy header. After the first
// failure every method does nothing.
type pyScanner struct {
	s   string
	at  int
	err error
}

func (p *pyScanner) fail(msg string) {
	if p.err == nil {
		p.err = fmt.Errorf("damaged .npy header: %s", msg)
	}
	p.at = len(p.s)
}

func (p *pyScanner) peek() byte {
	for p.at < len(p.s) && (p.s[p.at] == ' ' || p.s[p.at] == '\n' || p.s[p.at] == '\t') {
		p.at++
	}
	if p.at == len(p.s) {
		return 0
	}
	return p.s[p.at]
}

func (p *pyScanner) accept(c byte) bool {
	if p.err != nil || p.peek() != c {
		return false
	}
	p.at++
	return true
}

func (p *pyScanner) expect(c byte) {
	if !p.accept(c) {
		p.fail(fmt.Sprintf("%q is missing", c))
	}
}

// str reads a quoted string without escapes, which NumPy never writes here.
func (p *pyScanner) str() string {
	q := p.peek()
	if q != '\'' && q != '"' {
		p.fail("a quoted name is missing")
		return ""
	}
	rest := p.s[p.at+1:]
	end := strings.IndexByte(rest, q)
	if end < 0 {
		p.fail("a quote is not closed")
		return ""
	}
	p.at += end + 2
	return rest[:end]
}

func (p *pyScanner) descr() string {
	if p.peek() == '[' {
		if p.err == nil {
			p.err = fmt.Errorf("it holds records (a structured type): save its fields as separate arrays of numbers, for example numpy.save(file, a[\"name\"])")
		}
		return ""
	}
	return p.str()
}

func (p *pyScanner) boolean() bool {
	for _, word := range []string{"True", "False"} {
		p.peek()
		if strings.HasPrefix(p.s[p.at:], word) {
			p.at += len(word)
			return word == "True"
		}
	}
	p.fail("fortran_order must be True or False")
	return false
}

func (p *pyScanner) tuple() []int {
	var shape []int
	p.expect('(')
	for p.err == nil && !p.accept(')') {
		p.peek()
		end := p.at
		for end < len(p.s) && (p.s[end] == '-' || p.s[end] >= '0' && p.s[end] <= '9') {
			end++
		}
		d, err := strconv.Atoi(p.s[p.at:end])
		switch {
		case err != nil:
			p.fail("the shape is not a tuple of integers of 64 bits")
		case d < 0:
			p.fail(fmt.Sprintf("the shape has the negative length %d", d))
		case len(shape) == 32:
			p.fail("more than 32 dimensions")
		}
		if p.err != nil {
			return nil
		}
		shape = append(shape, d)
		p.at = end
		p.accept('L') // Python 2 wrote long integers so
		if !p.accept(',') {
			p.expect(')')
			break
		}
	}
	return shape
}
