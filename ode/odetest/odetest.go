// Package odetest holds initial value problems with known solutions, for tests
// of integrators.
//
// NonStiff are the classes A to E of DETEST (Hull, Enright, Fellen and Sedgwick
// 1972, doi:10.1137/0709052), Stiff the usual stiff ones. References are closed
// forms where there are any. Others are from the Test Set for IVP Solvers
// (Mazzia and Magherini 2008) where the problem says so, else computed by the
// code DOP853 of Hairer (scipy 1.10.1) at the relative tolerance 2.3e-14, and
// confirmed to 10 digits at 1e-12.
package odetest

import "github.com/tacit-dev/tacit/ode"

// Problem is an initial value problem with the solution at the end of an
// interval.
type Problem struct {
	Name   string
	System ode.Func
	T0, T1 float64
	Y0     []float64
	Want   []float64 // the first components of y(T1)
	Digits float64   // to which Want is known
	// AbsTol is an absolute tolerance that fits the size of the components,
	// relative to the relative one.
	AbsTol float64
}
