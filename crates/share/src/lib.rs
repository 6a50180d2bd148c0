//! Intelligence ⇄ outside: lists, CSV and STIX 2.1 in and out, as bytes. No sockets; TLP is enforced on every exit.
//!
//! [`formats`] reads what sources send into claims, with a reject for each record that says nothing usable, and
//! writes claims as lists. [`stix`] writes threat events as a STIX 2.1 bundle. What may leave is decided by one
//! function, [`redact::release`].
//!
//! ```
//! use schema::Tlp;
//! use share::formats::{self, Defaults};
//!
//! let defaults = Defaults { source: "a feed".into(), confidence: 60, tlp: Tlp::Green, label: None };
//! let mut claims = Vec::new();
//! let decoded = formats::decode(b"hxxp://evil[.]example/a\nrubbish\n", None, &defaults, &mut |claim| claims.push(claim));
//! let decoded = decoded.expect("a list of indicators");
//! assert_eq!((decoded.format, decoded.n_seen, decoded.n_claims, decoded.n_rejected), ("plain", 2, 1, 1));
//! assert_eq!(claims[0].value, "http://evil.example/a");
//! ```

pub mod export;
pub mod feeds;
pub mod formats;
pub mod redact;
pub mod stix;

mod parts;

pub use parts::Parts;
