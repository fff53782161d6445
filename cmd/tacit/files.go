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
	vector     []float64 // nil: a table, or certificate.json
	shape      []int     // of a matrix, by rows; nil: a vector
	table      func(io.Writer) error
}

// plan lists the files that the result will have.
func (j *job) plan() []savedFile {
	if j.matrix != nil && j.near == nil {
		return j.matrixPlan()
	}
	start := j.in.vector["x0"]
	if j.near != nil {
		start = j.answer.Start()
	}
	files := []savedFile{
		{role: "x", name: "x.npy", vector: j.answer.X},
		{role: "y", name: "y.npy", vector: j.answer.Y},
		{role: "y_tail", name: tacit.TailFile, vector: j.answer.YTail},
		{role: "weights", name: tacit.WeightsFile, vector: j.in.vector["weights"]},
		{role: "x0", name: tacit.StartFile, vector: start},
		{role: "other", name: tacit.OtherFile, vector: j.answer.Other},
		{role: "matrix", name: tacit.MatrixFile, vector: j.in.vector["K"]},
	}
	if a := j.answer.Alpha; a != nil && a.X != nil {
		files = append(files, savedFile{role: "y_l1", name: tacit.L1DualFile, vector: a.L1Dual})
	}
	if j.matrix != nil {
		shape := []int{j.matrix.data.P, j.matrix.data.Q}
		files[0].shape, files[3].shape = shape, shape
	}
	files = slices.DeleteFunc(files, func(f savedFile) bool { return f.vector == nil })
	if j.near != nil {
		files = append(files, j.tables()...)
	}
	if j.cert != nil {
		files = append(files, savedFile{role: "certificate", name: certificateName})
	}
	if j.keep.unfinished(j) {
		files = append(files, savedFile{role: "checkpoint", name: checkpointName, table: j.keep.writer(j, j.answer.Checkpoint)})
	}
	return files
}

const certificateName = "certificate.json"

// write puts the result into its directory.
func (j *job) write(out *dataio.OutputDir, report *object) error {
	for _, f := range j.files {
		content := f.table
		switch {
		case f.vector != nil:
			content = func(w io.Writer) error { return dataio.WriteNPY(w, dataio.Floats(f.vector, f.shape...)) }
		case content == nil:
			continue
		}
		err := out.Write(f.name, content)
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
