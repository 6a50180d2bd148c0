//! Which columns hold the properties of STIX objects. The only list; a property that is not here is refused by name.

use schema::{Observable, Table};

/// A property and where it lies.
pub(super) struct Property {
    pub(super) path: &'static str,
    pub(super) place: Place,
    /// Values are compared in the canonical form of this kind.
    pub(super) kind: Option<Observable>,
}

pub(super) enum Place {
    /// Every column that is declared to hold such a thing, whatever part it has in the record.
    Observed(Observable),
    /// Columns of these names, in whatever table.
    Columns(&'static [&'static str]),
    /// Columns of one table.
    Of(&'static str, &'static [&'static str]),
}

use Place::{Columns, Observed, Of};

const fn plain(path: &'static str, place: Place) -> Property {
    Property { path, place, kind: None }
}

const fn of_kind(path: &'static str, place: Place, kind: Observable) -> Property {
    Property { path, place, kind: Some(kind) }
}

pub(super) static ALL: &[Property] = &[
    of_kind("ipv4-addr:value", Observed(Observable::Ip), Observable::Ip),
    of_kind("ipv6-addr:value", Observed(Observable::Ip), Observable::Ip),
    of_kind("domain-name:value", Observed(Observable::Domain), Observable::Domain),
    of_kind("url:value", Observed(Observable::Url), Observable::Url),
    of_kind("email-addr:value", Observed(Observable::Email), Observable::Email),
    of_kind("file:hashes.MD5", Columns(&["md5", "attachment_md5"]), Observable::Hash),
    of_kind("file:hashes.SHA-1", Columns(&["sha1"]), Observable::Hash),
    of_kind("file:hashes.SHA-256", Columns(&["sha256", "attachment_sha256"]), Observable::Hash),
    plain("file:name", Columns(&["file_name", "original_name", "attachment_names"])),
    plain("file:size", Columns(&["size_bytes", "total_bytes"])),
    plain("file:mime_type", Columns(&["mime_type", "attachment_types"])),
    plain("file:parent_directory_ref.path", Columns(&["path"])),
    plain("process:command_line", Columns(&["command_line"])),
    plain("process:pid", Columns(&["pid"])),
    plain("process:cwd", Columns(&["working_dir"])),
    plain("process:image_ref.name", Columns(&["process_path"])),
    plain("process:name", Columns(&["process_path"])),
    of_kind("process:image_ref.hashes.MD5", Of("processes", &["md5"]), Observable::Hash),
    of_kind("process:image_ref.hashes.SHA-1", Of("processes", &["sha1"]), Observable::Hash),
    of_kind("process:image_ref.hashes.SHA-256", Of("processes", &["sha256"]), Observable::Hash),
    plain("process:parent_ref.command_line", Columns(&["parent_command_line"])),
    plain("process:parent_ref.image_ref.name", Columns(&["parent_path"])),
    plain("process:parent_ref.pid", Columns(&["parent_pid"])),
    plain("process:creator_user_ref.user_id", Columns(&["user_id"])),
    of_kind("network-traffic:src_ref.value", Columns(&["src_ip"]), Observable::Ip),
    of_kind("network-traffic:dst_ref.value", Columns(&["dst_ip"]), Observable::Ip),
    plain("network-traffic:src_port", Columns(&["src_port"])),
    plain("network-traffic:dst_port", Columns(&["dst_port"])),
    plain("network-traffic:protocols[*]", Columns(&["protocol", "service"])),
    plain("network-traffic:src_byte_count", Columns(&["src_bytes"])),
    plain("network-traffic:dst_byte_count", Columns(&["dst_bytes"])),
    plain("network-traffic:src_packets", Columns(&["src_packets"])),
    plain("network-traffic:dst_packets", Columns(&["dst_packets"])),
    plain("network-traffic:extensions.http-request-ext.request_method", Of("http_requests", &["method"])),
    plain("network-traffic:extensions.http-request-ext.request_value", Of("http_requests", &["path", "url"])),
    plain("network-traffic:extensions.http-request-ext.request_header.Host", Of("http_requests", &["host"])),
    plain("network-traffic:extensions.http-request-ext.request_header.Referer", Columns(&["referrer"])),
    plain("network-traffic:extensions.http-request-ext.request_header.User-Agent", Columns(&["user_agent"])),
    plain("user-account:account_login", Columns(&["user"])),
    plain("user-account:user_id", Columns(&["user_id", "user"])),
    plain("windows-registry-key:key", Of("registry_changes", &["key"])),
    plain("windows-registry-key:values[*].name", Of("registry_changes", &["value_name"])),
    plain("windows-registry-key:values[*].data", Of("registry_changes", &["value"])),
    plain("windows-registry-key:values[*].data_type", Of("registry_changes", &["value_type"])),
    of_kind("email-message:from_ref.value", Of("emails", &["from_address"]), Observable::Email),
    of_kind("email-message:sender_ref.value", Of("emails", &["return_path", "from_address"]), Observable::Email),
    of_kind("email-message:to_refs[*].value", Of("emails", &["to_addresses"]), Observable::Email),
    of_kind("email-message:cc_refs[*].value", Of("emails", &["cc_addresses"]), Observable::Email),
    plain("email-message:subject", Of("emails", &["subject"])),
    plain("email-message:message_id", Of("emails", &["message_id"])),
    plain("x509-certificate:issuer", Of("certificates", &["issuer"])),
    plain("x509-certificate:subject", Of("certificates", &["subject"])),
    plain("x509-certificate:serial_number", Of("certificates", &["serial"])),
    plain("x509-certificate:hashes.SHA-1", Columns(&["fingerprint", "certificate_fingerprints"])),
    plain("x509-certificate:hashes.SHA-256", Columns(&["fingerprint", "certificate_fingerprints"])),
    plain("autonomous-system:number", Columns(&["asn"])),
    plain("directory:path", Columns(&["path", "working_dir"])),
    plain("software:name", Columns(&["software", "product"])),
];

/// The property of a path. A step into a list by number is one into any of its items: rows keep no order of them.
pub(super) fn find(path: &str) -> Option<&'static Property> {
    let same = |known: &str| {
        let (mut known, mut path) = (known.split(['.', ':']), path.split(['.', ':']));
        loop {
            match (known.next(), path.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if step(one) == step(other) => {}
                _ => return false,
            }
        }
    };
    ALL.iter().find(|property| same(property.path))
}

/// A step of a path, in small letters and without the number of an item; `SHA-256` and `SHA256` are one.
fn step(step: &str) -> String {
    let name = step.split('[').next().unwrap_or(step);
    name.chars().filter(|c| *c != '-' || !name.starts_with("SHA")).collect::<String>().to_ascii_lowercase()
}

/// The columns of a table that hold a property.
pub(super) fn columns(table: &'static Table, property: &Property) -> Vec<&'static str> {
    table
        .columns()
        .filter(|column| match &property.place {
            Observed(kind) => column.observable == Some(*kind),
            Columns(names) => names.contains(&column.name),
            Of(of, names) => table.name == *of && names.contains(&column.name),
        })
        .map(|column| column.name)
        .collect()
}
