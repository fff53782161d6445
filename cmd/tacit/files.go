package main

import (
	"io"
	"slices"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
)

// savedFile is a file of a result: its role in result.json and its name.
type savedFile struct {
	role, name string
	vector     []float64 // nil: certificate.json
}

// plan lists the files that the result will have.
func (j *job) plan() []savedFile {
	files := []savedFile{
		{"x", "x.npy", j.answer.X},
		{"y", "y.npy", j.answer.Y},
		{"weights", tacit.WeightsFile, j.in.vector["weights"]},
		{"x0", tacit.StartFile, j.in.vector["x0"]},
	}
	files = slices.DeleteFunc(files, func(f savedFile) bool { return f.vector == nil })
	if j.cert != nil {
		files = append(files, savedFile{role: "certificate", name: certificateName})
	}
	return files
}

const certificateName = "certificate.json"

// write puts the result into its directory.
func (j *job) write(out *dataio.OutputDir, report *object) error {
	for _, f := range j.files {
		if f.vector == nil {
			continue
		}
		err := out.Write(f.name, func(w io.Writer) error { return dataio.WriteNPY(w, dataio.Floats(f.vector)) })
		if err != nil {
			return err
		}
	}
	if j.cert != nil {
		text, err := j.cert.Encode()
		if err != nil {
			return err
		}
		if err := out.Write(certificateName, put(text)); err != nil {
			return err
		}
	}
	text, err := report.document()
	if err != nil {
		return err
	}
	if err := out.Write(dataio.ResultName, put(text)); err != nil {
		return err
	}
	return out.Commit()
}

// put writes b.
func put(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}
