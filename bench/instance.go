package main

import (
	"fmt"

	"github.com/tacit-dev/tacit/internal/instance"
)

// task is one instance to be solved by everybody.
type task struct {
	*instance.Problem
	Spec instance.Sparse
}

func (t *task) id() string {
	return fmt.Sprintf("%s/%d", t.Spec.Name, t.Spec.Seed)
}

// newTask generates the instance of a family.
func newTask(family string, seed uint64) (*task, error) {
	spec, err := instance.Family(family, seed)
	if err != nil {
		return nil, err
	}
	p, err := spec.Generate()
	if err != nil {
		return nil, fmt.Errorf("family %s: %w", family, err)
	}
	return &task{Problem: p, Spec: spec}, nil
}
