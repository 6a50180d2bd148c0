//! Cloudflare Logpush, newline-delimited JSON.
