//! Zeek's log writers: TSV with headers, and JSON. Spec: docs.zeek.org/en/master/log-formats.html

use std::net::IpAddr;

use super::text;
use crate::calendar::{Micros, SECOND};

/// Which of Zeek's two writers a sensor uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Tsv,
    Json,
}

/// One log type: its path and its columns with Zeek types, in order.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) path: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

/// The logs that the sensors write; a spool each.
pub(crate) static LOGS: [&Log; 10] = [&CONN, &DNS, &HTTP, &SSL, &FILES, &X509, &SSH, &NOTICE, &WEIRD, &SOFTWARE];

/// Position of a log in [`LOGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Conn,
    Dns,
    Http,
    Ssl,
    Files,
    X509,
    Ssh,
    Notice,
    Weird,
    Software,
}

impl Kind {
    pub(crate) fn log(self) -> &'static Log {
        LOGS[self as usize]
    }
}

impl Log {
    /// The lines that open a TSV file.
    pub(crate) fn header(&self, opened: Micros) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let types: Vec<&str> = self.columns.iter().map(|(_, kind)| *kind).collect();
        format!(
            "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{}\n#open\t{}\n#fields\t{}\n#types\t{}\n",
            self.path,
            stamp(opened),
            names.join("\t"),
            types.join("\t"),
        )
    }
}

/// The line that closes a TSV file.
pub(crate) fn footer(closed: Micros) -> String {
    format!("#close\t{}\n", stamp(closed))
}

/// `2026-01-05-00-00-00`
fn stamp(at: Micros) -> String {
    let text = schema::Timestamp::from_seconds(at.div_euclid(SECOND)).unwrap_or_default().to_string();
    text.trim_end_matches('Z').replace(['T', ':'], "-")
}

/// The two endpoints that open most rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) src: IpAddr,
    pub(crate) src_port: u16,
    pub(crate) dst: IpAddr,
    pub(crate) dst_port: u16,
}

/// Writes one row, column by column, in the order of the log's declaration.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    out: &'a mut Vec<u8>,
    form: Form,
    columns: std::slice::Iter<'static, (&'static str, &'static str)>,
    first: bool,
}

impl<'a> Row<'a> {
    pub(crate) fn new(log: &'static Log, form: Form, out: &'a mut Vec<u8>) -> Self {
        if form == Form::Json {
            out.push(b'{');
        }
        Self { out, form, columns: log.columns.iter(), first: true }
    }

    /// Every column must have been written.
    pub(crate) fn end(mut self) {
        debug_assert!(self.columns.next().is_none(), "a row lacks columns");
        if self.form == Form::Json {
            self.out.push(b'}');
        }
        self.out.push(b'\n');
    }

    /// What stands between the last value and the next one.
    fn lead(&mut self, unset: bool) {
        let name = self.columns.next().map_or("", |(name, _)| *name);
        match self.form {
            Form::Tsv if !self.first => self.out.push(b'\t'),
            Form::Tsv => {}
            // The JSON writer leaves unset fields out.
            Form::Json if unset => return,
            Form::Json => {
                if !self.first {
                    self.out.push(b',');
                }
                self.out.push(b'"');
                self.out.extend_from_slice(name.as_bytes());
                self.out.extend_from_slice(b"\":");
            }
        }
        self.first = false;
    }

    pub(crate) fn unset(mut self) -> Self {
        self.lead(true);
        if self.form == Form::Tsv {
            self.out.push(b'-');
        }
        self
    }

    pub(crate) fn unset_times(mut self, columns: usize) -> Self {
        for _ in 0..columns {
            self = self.unset();
        }
        self
    }

    pub(crate) fn time(mut self, at: Micros) -> Self {
        self.lead(false);
        text::six_decimals(self.out, at);
        self
    }

    pub(crate) fn interval(mut self, span: Option<Micros>) -> Self {
        let Some(span) = span else { return self.unset() };
        self.lead(false);
        match self.form {
            Form::Tsv => text::six_decimals(self.out, span),
            Form::Json => text::few_decimals(self.out, span),
        }
        self
    }

    pub(crate) fn count(mut self, number: u64) -> Self {
        self.lead(false);
        text::decimal(self.out, number);
        self
    }

    pub(crate) fn counts(self, number: Option<u64>) -> Self {
        match number {
            Some(number) => self.count(number),
            None => self.unset(),
        }
    }

    pub(crate) fn yes(mut self, value: bool) -> Self {
        self.lead(false);
        let word: &[u8] = match (self.form, value) {
            (Form::Tsv, true) => b"T",
            (Form::Tsv, false) => b"F",
            (Form::Json, true) => b"true",
            (Form::Json, false) => b"false",
        };
        self.out.extend_from_slice(word);
        self
    }

    pub(crate) fn text(mut self, value: &str) -> Self {
        self.lead(false);
        self.string(value, false);
        self
    }

    pub(crate) fn texts(self, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(value),
            None => self.unset(),
        }
    }

    pub(crate) fn address(mut self, ip: IpAddr) -> Self {
        self.lead(false);
        if self.form == Form::Json {
            self.out.push(b'"');
        }
        text::address(self.out, ip);
        if self.form == Form::Json {
            self.out.push(b'"');
        }
        self
    }

    pub(crate) fn ends(self, ends: &Ends) -> Self {
        self.address(ends.src).count(ends.src_port.into()).address(ends.dst).count(ends.dst_port.into())
    }

    /// A set or vector of strings.
    pub(crate) fn list<'t>(mut self, values: impl IntoIterator<Item = &'t str>) -> Self {
        self.lead(false);
        self.open();
        let mut any = false;
        for value in values {
            self.comma(any);
            any = true;
            self.string(value, true);
        }
        self.close(any);
        self
    }

    /// A vector of intervals.
    pub(crate) fn spans(mut self, values: impl IntoIterator<Item = Micros>) -> Self {
        self.lead(false);
        self.open();
        let mut any = false;
        for value in values {
            self.comma(any);
            any = true;
            match self.form {
                Form::Tsv => text::six_decimals(self.out, value),
                Form::Json => text::few_decimals(self.out, value),
            }
        }
        self.close(any);
        self
    }

    fn string(&mut self, value: &str, in_set: bool) {
        match self.form {
            Form::Tsv => text::zeek_string(self.out, value, in_set),
            Form::Json => text::json_string(self.out, value),
        }
    }

    fn open(&mut self) {
        if self.form == Form::Json {
            self.out.push(b'[');
        }
    }

    fn comma(&mut self, any: bool) {
        if any {
            self.out.push(b',');
        }
    }

    fn close(&mut self, any: bool) {
        match self.form {
            Form::Json => self.out.push(b']'),
            Form::Tsv if !any => self.out.extend_from_slice(b"(empty)"),
            Form::Tsv => {}
        }
    }
}

static CONN: Log = Log {
    path: "conn",
    columns: &[
        ("ts", "time"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("proto", "enum"),
        ("service", "string"),
        ("duration", "interval"),
        ("orig_bytes", "count"),
        ("resp_bytes", "count"),
        ("conn_state", "string"),
        ("local_orig", "bool"),
        ("local_resp", "bool"),
        ("missed_bytes", "count"),
        ("history", "string"),
        ("orig_pkts", "count"),
        ("orig_ip_bytes", "count"),
        ("resp_pkts", "count"),
        ("resp_ip_bytes", "count"),
        ("tunnel_parents", "set[string]"),
    ],
};

static DNS: Log = Log {
    path: "dns",
    columns: &[
        ("ts", "time"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("proto", "enum"),
        ("trans_id", "count"),
        ("rtt", "interval"),
        ("query", "string"),
        ("qclass", "count"),
        ("qclass_name", "string"),
        ("qtype", "count"),
        ("qtype_name", "string"),
        ("rcode", "count"),
        ("rcode_name", "string"),
        ("AA", "bool"),
        ("TC", "bool"),
        ("RD", "bool"),
        ("RA", "bool"),
        ("Z", "count"),
        ("answers", "vector[string]"),
        ("TTLs", "vector[interval]"),
        ("rejected", "bool"),
    ],
};

static HTTP: Log = Log {
    path: "http",
    columns: &[
        ("ts", "time"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("trans_depth", "count"),
        ("method", "string"),
        ("host", "string"),
        ("uri", "string"),
        ("referrer", "string"),
        ("version", "string"),
        ("user_agent", "string"),
        ("origin", "string"),
        ("request_body_len", "count"),
        ("response_body_len", "count"),
        ("status_code", "count"),
        ("status_msg", "string"),
        ("info_code", "count"),
        ("info_msg", "string"),
        ("tags", "set[enum]"),
        ("username", "string"),
        ("password", "string"),
        ("proxied", "set[string]"),
        ("orig_fuids", "vector[string]"),
        ("orig_filenames", "vector[string]"),
        ("orig_mime_types", "vector[string]"),
        ("resp_fuids", "vector[string]"),
        ("resp_filenames", "vector[string]"),
        ("resp_mime_types", "vector[string]"),
    ],
};

static SSL: Log = Log {
    path: "ssl",
    columns: &[
        ("ts", "time"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("version", "string"),
        ("cipher", "string"),
        ("curve", "string"),
        ("server_name", "string"),
        ("resumed", "bool"),
        ("last_alert", "string"),
        ("next_protocol", "string"),
        ("established", "bool"),
        ("ssl_history", "string"),
        ("cert_chain_fps", "vector[string]"),
        ("client_cert_chain_fps", "vector[string]"),
        ("subject", "string"),
        ("issuer", "string"),
        ("sni_matches_cert", "bool"),
        ("validation_status", "string"),
        ("ja3", "string"),
        ("ja3s", "string"),
        ("ja4", "string"),
    ],
};

static FILES: Log = Log {
    path: "files",
    columns: &[
        ("ts", "time"),
        ("fuid", "string"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("source", "string"),
        ("depth", "count"),
        ("analyzers", "set[string]"),
        ("mime_type", "string"),
        ("filename", "string"),
        ("duration", "interval"),
        ("local_orig", "bool"),
        ("is_orig", "bool"),
        ("seen_bytes", "count"),
        ("total_bytes", "count"),
        ("missing_bytes", "count"),
        ("overflow_bytes", "count"),
        ("timedout", "bool"),
        ("parent_fuid", "string"),
        ("md5", "string"),
        ("sha1", "string"),
        ("sha256", "string"),
        ("extracted", "string"),
        ("extracted_cutoff", "bool"),
        ("extracted_size", "count"),
    ],
};

static X509: Log = Log {
    path: "x509",
    columns: &[
        ("ts", "time"),
        ("fingerprint", "string"),
        ("certificate.version", "count"),
        ("certificate.serial", "string"),
        ("certificate.subject", "string"),
        ("certificate.issuer", "string"),
        ("certificate.not_valid_before", "time"),
        ("certificate.not_valid_after", "time"),
        ("certificate.key_alg", "string"),
        ("certificate.sig_alg", "string"),
        ("certificate.key_type", "string"),
        ("certificate.key_length", "count"),
        ("certificate.exponent", "string"),
        ("certificate.curve", "string"),
        ("san.dns", "vector[string]"),
        ("san.uri", "vector[string]"),
        ("san.email", "vector[string]"),
        ("san.ip", "vector[addr]"),
        ("basic_constraints.ca", "bool"),
        ("basic_constraints.path_len", "count"),
        ("host_cert", "bool"),
        ("client_cert", "bool"),
    ],
};

static SSH: Log = Log {
    path: "ssh",
    columns: &[
        ("ts", "time"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("version", "count"),
        ("auth_success", "bool"),
        ("auth_attempts", "count"),
        ("direction", "enum"),
        ("client", "string"),
        ("server", "string"),
        ("cipher_alg", "string"),
        ("mac_alg", "string"),
        ("compression_alg", "string"),
        ("kex_alg", "string"),
        ("host_key_alg", "string"),
        ("host_key", "string"),
    ],
};

static NOTICE: Log = Log {
    path: "notice",
    columns: &[
        ("ts", "time"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("fuid", "string"),
        ("file_mime_type", "string"),
        ("file_desc", "string"),
        ("proto", "enum"),
        ("note", "enum"),
        ("msg", "string"),
        ("sub", "string"),
        ("src", "addr"),
        ("dst", "addr"),
        ("p", "port"),
        ("n", "count"),
        ("peer_descr", "string"),
        ("actions", "set[enum]"),
        ("email_dest", "set[string]"),
        ("suppress_for", "interval"),
    ],
};

static WEIRD: Log = Log {
    path: "weird",
    columns: &[
        ("ts", "time"),
        ("uid", "string"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("name", "string"),
        ("addl", "string"),
        ("notice", "bool"),
        ("peer", "string"),
        ("source", "string"),
    ],
};

static SOFTWARE: Log = Log {
    path: "software",
    columns: &[
        ("ts", "time"),
        ("host", "addr"),
        ("host_p", "port"),
        ("software_type", "enum"),
        ("name", "string"),
        ("version.major", "count"),
        ("version.minor", "count"),
        ("version.minor2", "count"),
        ("version.minor3", "count"),
        ("version.addl", "string"),
        ("unparsed_version", "string"),
    ],
};
