// Package picture reads and writes the grey pictures of the examples.
package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
)

// Picture holds grey values, 0 black and 1 white, row by row.
type Picture struct {
	Rows, Cols int
	Grey       []float64
}

// Read reads a PNG; colours become grey.
func Read(name string) (Picture, error) {
	file, err := os.Open(name)
	if err != nil {
		return Picture{}, err
	}
	defer func() { _ = file.Close() }() // read only
	decoded, err := png.Decode(file)
	if err != nil {
		return Picture{}, fmt.Errorf("%s is not a PNG picture that can be read: %w", name, err)
	}
	box := decoded.Bounds()
	p := Picture{Rows: box.Dy(), Cols: box.Dx()}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			g := color.Gray16Model.Convert(decoded.At(x, y)).(color.Gray16)
			p.Grey = append(p.Grey, float64(g.Y)/math.MaxUint16)
		}
	}
	return p, nil
}

// Write writes p as a PNG of 8 bits; values outside [0, 1] are cut off.
func (p Picture) Write(name string) (err error) {
	out := image.NewGray(image.Rect(0, 0, p.Cols, p.Rows))
	for i, v := range p.Grey {
		out.Pix[i] = uint8(math.Round(255 * min(1, max(0, v))))
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if e := file.Close(); err == nil {
			err = e
		}
	}()
	return png.Encode(file, out)
}

// PSNR is the peak signal-to-noise ratio of p in dB, for a peak of 1.
func PSNR(p, original Picture) float64 {
	sum := 0.0
	for i, v := range original.Grey {
		sum += (p.Grey[i] - v) * (p.Grey[i] - v)
	}
	return 10 * math.Log10(float64(len(original.Grey))/sum)
}

// Crop returns the rows×cols pixels of p from (top, left).
func (p Picture) Crop(top, left, rows, cols int) Picture {
	out := Picture{Rows: rows, Cols: cols}
	for i := range rows {
		start := (top+i)*p.Cols + left
		out.Grey = append(out.Grey, p.Grey[start:start+cols]...)
	}
	return out
}
