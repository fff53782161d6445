// Package mpi connects ranks through an MPI library that is found at run time:
// Open MPI, or MPICH and those that share its binary interface (Intel MPI,
// MVAPICH, Cray MPICH). No C compiler takes part: purego calls the library.
//
// The package does something only with the build tag mpi; the default build
// stays static. Of MPI it uses messages between two ranks, in one communicator
// and with one tag.
package mpi
