//! Sets for nftables: `nft -f` loads them, rules name `@margay_v4` and `@margay_v6`.

use schema::{Observable, observe};

use super::{About, Entry, Form, one_line};

pub(super) static FORM: Form = Form {
    name: "nftables",
    about: "two sets of addresses and networks for nftables",
    takes: |kind: Observable, value| {
        kind == Observable::Ip && (observe::parse_ip(value).is_some() || observe::parse_network(value).is_some())
    },
    encode,
};

fn encode(entries: &[Entry], about: &About) -> String {
    let set = |name: &str, kind: &str, is_v6: bool| {
        let values: Vec<&str> =
            entries.iter().map(|entry| entry.value.as_str()).filter(|value| value.contains(':') == is_v6).collect();
        let elements = if values.is_empty() {
            String::new()
        } else {
            format!("        elements = {{\n            {}\n        }}\n", values.join(",\n            "))
        };
        // Networks and single addresses within them come together: `auto-merge` makes one range of both.
        format!(
            "    set {name} {{\n        type {kind}\n        flags interval\n        auto-merge\n{elements}    }}\n"
        )
    };
    format!(
        "# {}, {}\ntable inet margay {{\n{}{}}}\n",
        one_line(&about.producer),
        about.made_at,
        set("margay_v4", "ipv4_addr", false),
        set("margay_v6", "ipv6_addr", true),
    )
}
