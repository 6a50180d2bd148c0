//! How odd what a request carries is, by the model that ships; each distinct payload is judged once.

use crate::models::web_attack;

/// Payloads at least so odd, by their p-value among ordinary ones, are counted: two looks.
pub(super) const ODD: [f64; LOOKS] = [0.01, 0.001];
pub(super) const LOOKS: usize = 2;

/// Bytes of a payload that are judged and told from others: no address of a page is longer.
const BYTES_MAX: usize = 8_192;

/// Endpoints that stand for headers: what is usual there is not what is usual in addresses.
pub(super) const AGENT: &str = "(user agent)";
pub(super) const REFERRER: &str = "(referrer)";

/// Signs without which a header is no attack; browsers' own names hold none of them.
const HEADER_SIGNS: [&str; 9] = ["${", "$(", "<", "'", "\"", "`", "() {", "../", "{{"];

/// In how many of the looks a payload is odd: 0 is ordinary.
pub(super) fn level(payload: &str) -> u8 {
    let bytes = payload.as_bytes();
    let p = web_attack::score(bytes.get(..BYTES_MAX).unwrap_or(bytes)).p_value.get();
    ODD.iter().take_while(|odd| p <= **odd).count() as u8
}

/// Whether a header may carry an attack at all.
pub(super) fn is_strange_header(text: &str) -> bool {
    HEADER_SIGNS.iter().any(|sign| text.contains(sign))
}

/// Whether a user agent says whom to ask about the program, as those of hired scanners and of crawlers do.
pub(super) fn is_declared(agent: &str) -> bool {
    agent.contains("+http") || agent.contains("+mailto:")
}
