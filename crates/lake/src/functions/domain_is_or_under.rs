//! `domain_is_or_under(name, domain)`: whether a host name is a domain or lies below it.

use std::sync::Arc;

use arrow_array::BooleanArray;
use arrow_schema::DataType;
use datafusion::{
    error::Result,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
};

use super::{Function, texts};

pub(super) static FUNCTION: Function = Function {
    name: "domain_is_or_under",
    usage: "domain_is_or_under(name, domain)",
    about: "Whether the name is the domain or lies below it: a.example.com and example.com are, badexample.com is not.",
    udf: || ScalarUDF::new_from_impl(DomainIsOrUnder { signature: Signature::string(2, Volatility::Immutable) }),
};

#[derive(Debug, PartialEq, Eq, Hash)]
struct DomainIsOrUnder {
    signature: Signature,
}

impl ScalarUDFImpl for DomainIsOrUnder {
    fn name(&self) -> &str {
        FUNCTION.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (names, domains) = (texts(&args, 0)?, texts(&args, 1)?);
        let answers = names.iter().zip(domains.iter());
        let answers: BooleanArray = answers.map(|(name, domain)| Some(is_or_under(name?, domain?))).collect();
        Ok(ColumnarValue::Array(Arc::new(answers)))
    }
}

/// Compares labels from the right, without regard to ASCII case or a root dot at the end.
fn is_or_under(name: &str, domain: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).as_bytes();
    let domain = domain.strip_suffix('.').unwrap_or(domain).as_bytes();
    let Some(rest) = name.len().checked_sub(domain.len()) else { return false };
    let Some((above, end)) = name.split_at_checked(rest) else { return false };
    let starts_at_a_label = above.last().is_none_or(|byte| *byte == b'.');
    !domain.is_empty() && starts_at_a_label && end.eq_ignore_ascii_case(domain)
}

#[cfg(test)]
mod tests {
    use super::is_or_under;

    #[test]
    fn labels_are_compared_whole() {
        for (name, domain, want) in [
            ("example.com", "example.com", true),
            ("a.b.example.com", "example.com", true),
            ("A.Example.COM.", "example.com", true),
            ("badexample.com", "example.com", false),
            ("example.com", "a.example.com", false),
            ("example.com.evil.net", "example.com", false),
            ("com", "", false),
            ("", "com", false),
            ("bücher.example", "example", true),
        ] {
            assert_eq!(is_or_under(name, domain), want, "{name} under {domain}");
        }
    }
}
