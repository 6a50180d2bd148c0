//! The ways to read fields into a column, as mappings name them; `work` does what they say.

use crate::access::RequestPart;

/// Ways to read fields into a column. One field unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    Text,
    Lower,
    Upper,
    /// Lower-case, without a final dot.
    Domain,
    /// Lower-case, without port or brackets.
    Host,
    /// Canonical text of an address.
    Ip,
    /// The first of a list of addresses.
    FirstIp,
    Int,
    Bool,
    /// True of traffic that leaves the networks behind the sensor, false of what enters them; the word stays in attrs.
    LeavesUs,
    /// The reverse of it.
    EntersUs,
    /// A time that is not the event time.
    Instant,
    /// A list, or a single value as a list of one.
    Texts,
    /// A list as one text, joined by commas.
    Joined,
    /// The first of a list.
    First,
    /// Smallest of a list of seconds, as whole seconds rounded.
    MinSeconds,
    /// Seconds with decimals, also with an `s` behind, to nanoseconds at a resolution of microseconds.
    Seconds,
    /// Milliseconds to nanoseconds.
    Millis,
    /// Two instants, to the nanoseconds from the first to the second.
    Between,
    /// Bits to whole bytes.
    Bits,
    /// `HTTP/1.1` to `1.1`.
    HttpVersion,
    /// Path of a request target or URL.
    UrlPath,
    /// Query of a request target or URL, without its question mark.
    UrlQuery,
    /// A query, without its question mark.
    Query,
    /// Scheme of a URL.
    UrlScheme,
    /// Host of a URL.
    UrlHost,
    /// Scheme, host and request target to a URL.
    UrlOf,
    /// Host, port and request target of clear-text HTTP to a URL.
    HttpUrlOf,
    /// Number of a DNS type, to its name.
    DnsType,
    /// Number of a DNS response code, to its name.
    DnsCode,
    /// Zeek's name of a DNS class (`C_INTERNET`), to the standard's (`IN`).
    DnsClass,
    /// Number of an IP protocol, to its name.
    IpProtocol,
    /// Whether TCP was used, to `tcp` or `udp`.
    TcpOrUdp,
    /// `is_orig`, originator, responder: the one that sent.
    Sender,
    /// `is_orig`, originator, responder: the one that received.
    Receiver,
    /// Version numbers to a text joined by dots; the last field is an addition joined by `-`.
    Version,
    /// Any value, as JSON text.
    Json,
    /// True where none of the fields is set, false where one is.
    Absent,
    /// One of these words in any case, to the word beside it; other words stay in attrs.
    Words(&'static [(&'static str, &'static str)]),
    /// One of these words in any case, to what it means; other words stay in attrs.
    Means(&'static [(&'static str, bool)]),
    /// A whole number that may be written as `0x` and hex digits.
    Hex,
    /// The account of `DOMAIN\\account` or `account@domain`; an account alone is itself.
    Account,
    /// The domain of these forms; nothing where there is none.
    AccountDomain,
    /// What stands behind the last `/`, `\\` or `:`.
    LastPart,
    /// Lower-case, but for these words, which the source writes for nothing.
    LowerBut(&'static [&'static str]),
    /// Address of `Name <account@domain>`, lower-case; an address alone is itself.
    Mailbox,
    /// This member of each object of a list, as a list; objects without it are left out.
    Members(&'static str),
    /// The same with null for objects without it, so that lists of several members keep step.
    Each(&'static str),
    /// `(by, words, member)`: of the first object of a list whose member `by` is one of the words, in any case, another
    /// member, lower-case.
    Chosen(&'static str, &'static [&'static str], &'static str),
    /// This word, whatever the record says: for columns whose other rules may not yield a value. Takes no field.
    Is(&'static str),
    /// One of these codes in any case, to the word beside it; the code stays in attrs, where rules look for it.
    Code(&'static [(&'static str, &'static str)]),
    /// A GUID, as upper-case digits in braces; nothing where it is all zeros.
    Guid,
    /// A LUID, as `0x` and lower-case hex digits; nothing where it is zero.
    Luid,
    /// The digest of this name out of `SHA1=...,MD5=...`, lower-case.
    Digest(&'static str),
    /// The parts of a text between semicolons, as a list.
    Divided,
    /// A SID; nothing where the text is a name.
    Sid,
    /// A text that is no address, where names and addresses share a field.
    NoIp,
    /// What stands before the first of this character; nothing where there is none.
    Before(char),
    /// The part of a path that follows the part of this name.
    PartAfter(&'static str),
    /// A text, unless it is one of these words for nothing.
    Unless(&'static [&'static str]),
    /// True where a number is zero, false where it is another.
    Zero,
    /// Whether an HTTP status is one of success, that is below 400.
    StatusOk,
    /// Whether a text holds this word.
    Contains(&'static str),
    /// `windows` where a path is one of Windows; nothing is said of others.
    OsOfPath,
    /// A country's code of two letters, or the code of its English name.
    Country,
    /// An address, without the port or zone behind it; IPv4 that is written as IPv6 becomes what it is.
    PeerIp,
    /// Several texts joined by `/`; those that are not set are left out.
    Slashes,
    /// The second field, where the first one is set.
    IfSet,
    /// The second field, where the first one is not set.
    IfUnset,
    /// The second field, unless the first one is one of these words.
    IfNot(&'static [&'static str]),
    /// A list of texts in lower case, or a single one as a list of one.
    LowerTexts,
    /// What stands between angle brackets, or the text where there are none.
    Unbracketed,
    /// The domain of a mail address, lower-case.
    MailDomain,
    /// Resource records as a zone file writes them, to what they say.
    ZoneLines,
    /// A part of `GET /path?query HTTP/1.1`.
    OfRequest(RequestPart),
    /// A list as one text, joined by blanks: the arguments of a program.
    Spaced,
    /// A folder and the name of a file in it, to a path.
    InFolder,
}
