//! Messages of each program, and what is read of them.
