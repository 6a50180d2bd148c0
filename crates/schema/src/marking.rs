//! Traffic Light Protocol 2.0 (FIRST, August 2022): to whom a thing may go.

use std::{fmt, str::FromStr};

/// Ordered from free to strict, so that the strictest of several inputs is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    Clear,
    Green,
    Amber,
    AmberStrict,
    Red,
}

impl Tlp {
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The label as the standard writes it, without the `TLP:` before it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::AmberStrict => "AMBER+STRICT",
            Self::Red => "RED",
        }
    }

    /// What was made from several things is as strict as the strictest; from nothing known, it is RED.
    pub fn strictest(inputs: impl IntoIterator<Item = Self>) -> Self {
        inputs.into_iter().max().unwrap_or(Self::Red)
    }

    /// Reads a marking from outside: one that is unknown means RED.
    pub fn from_outside(text: &str) -> Self {
        text.parse().unwrap_or(Self::Red)
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLP:{}", self.label())
    }
}

impl FromStr for Tlp {
    type Err = String;

    /// Any case, with or without `TLP:`; `white` is TLP 1.0's word for CLEAR.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let upper = text.trim().to_ascii_uppercase();
        let label = upper.strip_prefix("TLP:").unwrap_or(&upper);
        match label {
            "CLEAR" | "WHITE" => Ok(Self::Clear),
            "GREEN" => Ok(Self::Green),
            "AMBER" => Ok(Self::Amber),
            "AMBER+STRICT" | "AMBER-STRICT" | "AMBER_STRICT" => Ok(Self::AmberStrict),
            "RED" => Ok(Self::Red),
            _ => Err(format!("\"{text}\" is not a TLP label; use clear, green, amber, amber+strict or red")),
        }
    }
}

impl serde::Serialize for Tlp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.label())
    }
}

impl<'de> serde::Deserialize<'de> for Tlp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_means_red_and_derived_takes_the_strictest() {
        assert_eq!(Tlp::from_outside("tlp:whatever"), Tlp::Red);
        assert_eq!(Tlp::from_outside("tlp:white"), Tlp::Clear);
        assert_eq!(Tlp::strictest([Tlp::Green, Tlp::AmberStrict, Tlp::Clear]), Tlp::AmberStrict);
        assert_eq!(Tlp::strictest([]), Tlp::Red);
    }
}
