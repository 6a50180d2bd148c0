//! The mappings that are a part of the program: files of `content/mappings`, read once.

use std::sync::{Arc, LazyLock};

use super::{Mapped, Origin};

/// Names and texts of all of them.
static FILES: &[(&str, &str)] = &[
    ("argus_binetflow", include_str!("../../../../content/mappings/argus_binetflow.toml")),
    ("aws_cloudtrail_csv", include_str!("../../../../content/mappings/aws_cloudtrail_csv.toml")),
    ("cowrie", include_str!("../../../../content/mappings/cowrie.toml")),
    ("entra_portal_csv", include_str!("../../../../content/mappings/entra_portal_csv.toml")),
    ("falco", include_str!("../../../../content/mappings/falco.toml")),
    ("sophos_firewall", include_str!("../../../../content/mappings/sophos_firewall.toml")),
    ("zscaler_nss", include_str!("../../../../content/mappings/zscaler_nss.toml")),
];

static SHIPPED: LazyLock<Vec<Arc<Mapped>>> = LazyLock::new(|| {
    // A test reads every one of them.
    FILES.iter().filter_map(|(_, text)| Mapped::read(text, Origin::Shipped).ok()).map(Arc::new).collect()
});

/// The mappings of `content/mappings`.
pub(crate) fn shipped() -> &'static [Arc<Mapped>] {
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_mapping_can_be_read() {
        for (name, text) in FILES {
            let mapped = Mapped::read(text, Origin::Shipped).unwrap_or_else(|problems| {
                panic!("{name}: {}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            });
            assert_eq!(mapped.name, *name);
        }
    }
}
