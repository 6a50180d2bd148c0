//! Whole streams through the public interface: the corpus, the real data, and streams broken on purpose.
#![allow(clippy::disallowed_methods, reason = "tests read files; the library does not")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod alike;
mod auditd;
mod aws;
mod broken;
mod corpus;
mod evtx;
mod framing;
mod mappings;
mod outlook;
mod real_data;
mod support;
mod syslog;
mod web_and_mail;
mod windows;
