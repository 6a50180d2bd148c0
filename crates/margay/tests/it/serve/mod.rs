//! The server as people, programs and attackers meet it: the real binary, real connections.

mod access;
mod answers;
mod client;
mod described;
mod figures;
mod fuzzed;
mod people;
mod robust;
mod tls;
