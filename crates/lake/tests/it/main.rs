//! What the lake promises, on real folders: exactly once, whole commits, pruning, time travel, housekeeping.

mod housekeeping;
mod hunts;
mod killed;
mod object_stores;
mod once;
mod queries;
mod rows;
mod scopes;
