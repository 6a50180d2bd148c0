//! Writes one JSON object a line, field by field, without building it first.

use std::{fmt::Display, io::Write as _, net::IpAddr};

use super::text::json_string;

/// An object that is being written. Names are ours and need no escaping; values are escaped.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        json_string(self.out, value);
        self
    }

    /// A value whose display form is JSON already.
    pub(crate) fn raw(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.name(name);
        // Writing into a vector does not fail.
        drop(write!(self.out, "{value}"));
        self
    }

    pub(crate) fn number(&mut self, name: &str, value: Option<f64>) -> &mut Self {
        match value {
            Some(value) => self.raw(name, format_args!("{value:.3}")),
            None => self.raw(name, "null"),
        }
    }

    pub(crate) fn addresses(&mut self, name: &str, values: &[IpAddr]) -> &mut Self {
        let texts: Vec<String> = values.iter().map(|ip| format!("\"{ip}\"")).collect();
        self.raw(name, format_args!("[{}]", texts.join(",")))
    }

    /// An object of numbers.
    pub(crate) fn numbers(&mut self, name: &str, values: &[(&str, f64)]) -> &mut Self {
        let texts: Vec<String> = values.iter().map(|(name, value)| format!("\"{name}\":{value:.3}")).collect();
        self.raw(name, format_args!("{{{}}}", texts.join(",")))
    }

    pub(crate) fn end(&mut self) {
        self.out.extend_from_slice(b"}\n");
    }

    fn name(&mut self, name: &str) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }
}
