// Package ode integrates initial value problems y′ = f(t, y), stiff or not. It
// knows nothing of optimisation.
//
// # Parts
//
// An integration is put together from small parts, each of which can be
// replaced:
//
//	System      f, and what else is known of it: a Jacobian that solves
//	            (I − cJ)v = r, products with J, the size of its spectrum
//	Stepper     one step over an interval, with an estimate of its error and
//	            with values inside of it
//	Controller  is the candidate accepted, and how long is the next step
//	Measure     how large an error is, against the tolerances
//	Event       where a function of the solution changes its sign
//	Observer    sees each accepted step; records without changing anything
//
// Integrate runs them to the end. An Integrator does one step at a time.
//
// # Methods
//
//	DormandPrince   explicit, order 5(4): problems that are not stiff
//	Rodas5P         Rosenbrock, order 5(4), L-stable: stiff problems whose
//	                linear systems can be solved
//	Rodas4          the same with order 4(3) and fewer stages
//	RKC             stabilised explicit, order 2: large problems with real
//	                negative spectrum, at loose tolerances
//	Auto            DormandPrince until the problem turns out to be stiff
//
// # Time
//
// A system in t can be integrated in ln t (LogTime), where it changes once per
// decade, and in units of its own (Rescaled).
//
// # Bits
//
// A run depends on its inputs alone. A Checkpoint taken at any step holds all
// that the following steps depend on: a run that is resumed from it continues to
// the same bits.
//
// # Conventions
//
// Time increases. The destination comes first and must not be an input.
// Lengths that do not fit panic.
package ode
