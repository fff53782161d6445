package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
)

// digests names the bytes of the inputs in these roles, as far as there are such
// inputs: of a large A that ranks have read in blocks.
func (p *problem) digests(inBlocks bool, roles ...string) (map[string]string, error) {
	sums := map[string]string{}
	for _, role := range roles {
		in := p.Inputs[role]
		if in == nil {
			in = p.extra[role]
		}
		if in == nil {
			continue
		}
		digest := in.SHA256
		if inBlocks {
			digest = in.BlocksSHA256
		}
		sum, err := digest()
		if err != nil {
			return nil, err
		}
		sums[role] = sum
	}
	return sums, nil
}

// inBlocks reports which digest of A this run records.
func (p *problem) inBlocks() bool { return p.Inputs["A"].HasBlocks() }

// sameRun reports whether a checkpoint with this mark is of the run that mark
// makes marks for: by the digest that this run records or, after a change of
// engine, by the other.
func (p *problem) sameRun(found []float64, mark func(inBlocks bool) ([]float64, error)) (bool, error) {
	own := p.inBlocks()
	want, err := mark(own)
	if err != nil || slices.Equal(found, want) {
		return err == nil, err
	}
	if !p.Inputs["A"].InBlocks() {
		return false, nil
	}
	want, err = mark(!own)
	return err == nil && slices.Equal(found, want), err
}

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
