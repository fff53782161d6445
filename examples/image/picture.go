package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
)

// picture holds grey values, 0 black and 1 white, row by row.
type picture struct {
	rows, cols int
	grey       []float64
}

// readPicture reads a PNG; colours become grey.
func readPicture(name string) (picture, error) {
	file, err := os.Open(name)
	if err != nil {
		return picture{}, err
	}
	defer func() { _ = file.Close() }() // read only
	decoded, err := png.Decode(file)
	if err != nil {
		return picture{}, fmt.Errorf("%s is not a PNG picture that can be read: %w", name, err)
	}
	box := decoded.Bounds()
	p := picture{rows: box.Dy(), cols: box.Dx()}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			g := color.Gray16Model.Convert(decoded.At(x, y)).(color.Gray16)
			p.grey = append(p.grey, float64(g.Y)/math.MaxUint16)
		}
	}
	return p, nil
}

// write writes p as a PNG of 8 bits; values outside [0, 1] are cut off.
func (p picture) write(name string) (err error) {
	out := image.NewGray(image.Rect(0, 0, p.cols, p.rows))
	for i, v := range p.grey {
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

// psnr is the peak signal-to-noise ratio of p in dB, for a peak of 1.
func psnr(p, original picture) float64 {
	sum := 0.0
	for i, v := range original.grey {
		sum += (p.grey[i] - v) * (p.grey[i] - v)
	}
	return 10 * math.Log10(float64(len(original.grey))/sum)
}
