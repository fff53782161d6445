package certify

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
)

// Digests holds SHA-256 digests, in hexadecimal, of vectors as little-endian
// IEEE doubles: the data of a .npy file without its header. An absent or empty
// vector has the digest "".
type Digests struct {
	X       string `json:"x"`
	Y       string `json:"y"`
	B       string `json:"b"`
	Weights string `json:"weights"`
	Start   string `json:"start"`
	Tail    string `json:"y_tail,omitempty"`
	Matrix  string `json:"matrix,omitempty"`
	Other   string `json:"other,omitempty"`
	Left    string `json:"left,omitempty"`
	Right   string `json:"right,omitempty"`
}

// Digest returns the SHA-256 digest of v as little-endian IEEE doubles, in
// hexadecimal; "" for a vector without entries.
func Digest(v []float64) string {
	if len(v) == 0 {
		return ""
	}
	h := sha256.New()
	buf := make([]byte, 0, 8*512)
	for len(v) > 0 {
		k := min(len(v), 512)
		buf = buf[:0]
		for _, f := range v[:k] {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(f))
		}
		h.Write(buf)
		v = v[k:]
	}
	return hex.EncodeToString(h.Sum(nil))
}

func digests(b []float64, w Witness) Digests {
	return Digests{X: Digest(w.X), Y: Digest(w.Y), B: Digest(b), Weights: Digest(w.Weights), Start: Digest(w.Start), Tail: Digest(w.Tail), Matrix: Digest(w.Matrix), Other: Digest(w.Other),
		Left: Digest(w.Left), Right: Digest(w.Right)}
}

// Sealed returns c with the digests of b and of the witness and the seal over
// all its fields. The seal guards against accidents, not against forgers: a
// forger can seal too, and meets the mathematics.
func (c Certificate) Sealed(b []float64, w Witness) Certificate {
	c.Schema = Schema
	c.SHA256 = digests(b, w)
	c.text = ""
	c.Seal = c.seal()
	return c
}

// seal returns the digest of the compact JSON of c with an empty seal, "" if
// c cannot be written as JSON.
func (c Certificate) seal() string {
	c.Seal = ""
	data, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// textSeal returns what seal returns, from the text of a certificate: white
// space removed and the seal emptied.
func textSeal(data []byte, seal string) string {
	var compact bytes.Buffer
	if json.Compact(&compact, data) != nil {
		return ""
	}
	key := []byte(`"seal":"`)
	blank := bytes.Replace(compact.Bytes(), append(append([]byte{}, key...), seal+`"`...), append(key, '"'), 1)
	sum := sha256.Sum256(blank)
	return hex.EncodeToString(sum[:])
}

// intact reports whether the seal of c fits its fields and the text that it
// was read from.
func (c Certificate) intact() bool {
	return c.Seal != "" && c.Seal == c.seal() && (c.text == "" || c.text == c.Seal)
}
