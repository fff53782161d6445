package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
)

// fingerprint condenses what a run depends on into eight numbers that a checkpoint
// can hold, so that --resume notices other data or other flags.
func fingerprint(values ...any) ([]float64, error) {
	text, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	out := make([]float64, 8)
	for i := range out {
		out[i] = float64(binary.LittleEndian.Uint32(sum[4*i:]))
	}
	return out, nil
}
