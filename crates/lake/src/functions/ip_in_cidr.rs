//! `ip_in_cidr(ip, cidr)`: whether an address lies in a network, for IPv4 and IPv6.

use std::net::IpAddr;

use arrow_array::{Array, BooleanArray};
use arrow_schema::DataType;
use datafusion::{
    error::Result,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
};
use std::sync::Arc;

use super::{Function, texts};

pub(super) static FUNCTION: Function = Function {
    name: "ip_in_cidr",
    usage: "ip_in_cidr(ip, cidr)",
    about: "Whether the address lies in the network, as ip_in_cidr(dst_ip, '10.0.0.0/8'); null where either is none.",
    udf: || ScalarUDF::new_from_impl(IpInCidr { signature: Signature::string(2, Volatility::Immutable) }),
};

#[derive(Debug, PartialEq, Eq, Hash)]
struct IpInCidr {
    signature: Signature,
}

impl ScalarUDFImpl for IpInCidr {
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
        let (ips, cidrs) = (texts(&args, 0)?, texts(&args, 1)?);
        // Almost always one network for all rows: parse it once.
        let mut last: Option<(&str, Option<Network>)> = None;
        let answers = ips.iter().zip(cidrs.iter()).map(|(ip, cidr)| {
            let cidr = cidr?;
            let network = match &last {
                Some((text, network)) if *text == cidr => *network,
                _ => {
                    let network = Network::parse(cidr);
                    last = Some((cidr, network));
                    network
                }
            };
            Some(network?.contains(ip?.parse().ok()?))
        });
        let answers: BooleanArray = answers.collect();
        debug_assert_eq!(answers.len(), ips.len());
        Ok(ColumnarValue::Array(Arc::new(answers)))
    }
}

/// A network as its first bits. IPv4 in IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `10.0.0.0/8`; an address alone is a network of one.
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse::<IpAddr>().ok()?, Some(bits.parse::<u32>().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Self { address: address.to_canonical(), bits }).map(|network| {
            let was_mapped = width == 128 && network.address.is_ipv4();
            if was_mapped { Self { bits: network.bits.saturating_sub(96), ..network } } else { network }
        })
    }

    fn contains(self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(ip)) => {
                let rest = 32_u32.saturating_sub(self.bits);
                network.to_bits().checked_shr(rest) == ip.to_bits().checked_shr(rest)
            }
            (IpAddr::V6(network), IpAddr::V6(ip)) => {
                let rest = 128_u32.saturating_sub(self.bits);
                network.to_bits().checked_shr(rest) == ip.to_bits().checked_shr(rest)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ip: &str, cidr: &str, want: Option<bool>) {
        let got = Network::parse(cidr).and_then(|network| Some(network.contains(ip.parse().ok()?)));
        assert_eq!(got, want, "{ip} in {cidr}");
    }

    #[test]
    fn networks_of_both_families() {
        check("10.1.2.3", "10.0.0.0/8", Some(true));
        check("11.1.2.3", "10.0.0.0/8", Some(false));
        check("8.8.8.8", "0.0.0.0/0", Some(true));
        check("8.8.8.8", "8.8.8.8", Some(true));
        check("8.8.8.9", "8.8.8.8/32", Some(false));
        check("2001:db8::1", "2001:db8::/32", Some(true));
        check("2001:db9::1", "2001:db8::/32", Some(false));
        check("::1", "::/0", Some(true));
        check("::1", "10.0.0.0/8", Some(false));
        check("::ffff:10.0.0.1", "10.0.0.0/8", Some(true));
        check("10.0.0.1", "::ffff:10.0.0.0/104", Some(true));
    }

    #[test]
    fn what_is_no_address_or_network_has_no_answer() {
        check("example.com", "10.0.0.0/8", None);
        check("10.0.0.1", "10.0.0.0/33", None);
        check("10.0.0.1", "10.0.0.0/", None);
        check("10.0.0.1", "", None);
    }
}
