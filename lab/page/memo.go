package page

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"sync"
)

// memo remembers the last results of a costly pure function, so that moving a
// slider does not repeat what does not depend on it. It cannot change what a page
// shows: a value is the same whether it is computed or remembered.
type memo[T any] struct {
	mu   sync.Mutex
	keys [][sha256.Size]byte // the oldest first
	vals []T
}

// memoSize is how many results are kept: a class looks at few problems at a time.
const memoSize = 16

// get returns the value of key, computed by make if it is not there. Errors are
// not kept.
func (m *memo[T]) get(key [sha256.Size]byte, make func() (T, error)) (T, error) {
	if v, ok := m.find(key); ok {
		return v, nil
	}
	v, err := make()
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.keys) == memoSize {
		m.keys, m.vals = m.keys[1:], m.vals[1:]
	}
	m.keys, m.vals = append(m.keys, key), append(m.vals, v)
	return v, nil
}

func (m *memo[T]) find(key [sha256.Size]byte) (v T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, have := range m.keys {
		if have == key {
			return m.vals[k], true
		}
	}
	return v, false
}

// key is a digest of all that is computed with of p, for memos.
func (p *linearProblem) key() [sha256.Size]byte {
	n, m := p.A.Dims()
	text := binary.LittleEndian.AppendUint64(nil, uint64(n))
	text = binary.LittleEndian.AppendUint64(text, uint64(m))
	if p.Nonneg {
		text = append(text, 1)
	}
	for _, list := range [][]float64{p.entries, p.B, p.planted} {
		for _, v := range list {
			text = binary.LittleEndian.AppendUint64(text, math.Float64bits(v))
		}
	}
	return sha256.Sum256(text)
}
