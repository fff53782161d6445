// Package elastic computes a sweep on machines that come and go, over NATS
// JetStream.
//
// # Roles
//
// One process serves the sweep: it holds the directory, hands out batches of
// cells and writes each row that comes back into the journal. Any number of
// workers join, ask for the specification, compute batches and send rows. The
// queue is an embedded NATS server, or a NATS cluster that is already there.
//
// # What survives what
//
// The journal is the only state that counts. A worker that dies loses the batch
// it was at, which is handed out again after AckWait without a sign of life. A
// server that dies is started again with the same command: it reads the journal,
// queues what is missing, and the workers, who keep trying, go on. A row that
// comes twice is kept once; since a cell is a pure function of the specification
// and its index, it does not matter which. Nothing depends on clocks.
//
// # Trust
//
// Workers are told nothing but the specification, and what they send is checked:
// rows must be about cells of the sweep, exactly as asked. Their numbers are
// believed. Let in, by token, TLS or credentials, only whom you would let compute.
package elastic
