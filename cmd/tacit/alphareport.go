package main

func (j *job) alphaNumbers(o *object) {}

func (j *job) alphaRows(add func(label, format string, args ...any)) {}
