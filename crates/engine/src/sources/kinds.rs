//! Names what is no log, by its first bytes, and says what to do with it.

/// First bytes, what they are, and what to do.
const KINDS: &[(&[u8], &str, &str)] = &[
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"MSCF\0\0\0\0", "a Windows cabinet", UNPACK),
    (b"\x1f\x9d", "a file of compress (.Z)", UNPACK),
    (b"\x04\x22\x4d\x18", "a file of LZ4", UNPACK),
    (b"PAR1", "a Parquet file", "export the rows as JSON lines or CSV"),
    (b"Obj\x01", "an Avro file", "export the records as JSON lines"),
    (b"SQLite format 3\0", "an SQLite database", "export its tables as CSV or JSON lines"),
    (b"\xd4\xc3\xb2\xa1", PCAP, CAPTURE),
    (b"\xa1\xb2\xc3\xd4", PCAP, CAPTURE),
    (b"\x4d\x3c\xb2\xa1", PCAP, CAPTURE),
    (b"\xa1\xb2\x3c\x4d", PCAP, CAPTURE),
    (b"\x0a\x0d\x0d\x0a", PCAP, CAPTURE),
    (
        b"\x30\0\0\0LfLe",
        "a Windows event log of before Vista (.evt)",
        "convert it: wevtutil epl OLD.evt NEW.evtx /lf:true",
    ),
    (b"regf", "a hive of the Windows registry", "it is no log"),
    (b"MAM\x04", "a Windows prefetch file", "it is no log"),
    (b"LPKSHHRH", "a journal of systemd", "export it: journalctl --file FILE -o export"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a Microsoft Office document or an installer (an Outlook message is read where its name ends in .msg)",
        "export it as text or CSV",
    ),
    (b"!BDN", "an Outlook mailbox (.pst)", "export its messages as .eml or mbox"),
    (b"%PDF-", "a PDF document", "it is no log"),
    (b"\x7fELF", "a program for Linux", "it is no log"),
    (b"MZ", "a program for Windows", "it is no log"),
    (b"\xfe\xed\xfa", MAC, "it is no log"),
    (b"\xcf\xfa\xed\xfe", MAC, "it is no log"),
    (b"\x89PNG\r\n", IMAGE, "it is no log"),
    (b"\xff\xd8\xff", IMAGE, "it is no log"),
    (b"GIF8", IMAGE, "it is no log"),
];

const UNPACK: &str = "unpack it, and name what comes out";
const CAPTURE: &str = "let Zeek or Suricata make logs of it";
const PCAP: &str = "a packet capture";
const MAC: &str = "a program for macOS";
const IMAGE: &str = "an image";

/// Names by which the first member of a zip archive gives away that it is a document or a program.
const IN_ZIP: &[(&[u8], &str)] = &[
    (b"[Content_Types].xml", "an Office document (.docx, .xlsx ...)"),
    (b"_rels/.rels", "an Office document (.docx, .xlsx ...)"),
    (b"mimetype", "an OpenDocument or EPUB file"),
    (b"META-INF/", "a Java archive"),
    (b"AndroidManifest.xml", "an Android program"),
];

/// Where the name of the first member stands.
const ZIP_NAME: usize = 30;

/// What a file is that no format reads; `None` where nothing is known of it.
pub(crate) fn told(head: &[u8]) -> Option<String> {
    let (_, what, to_do) = KINDS.iter().find(|(start, _, _)| head.starts_with(start))?;
    Some(format!("it is {what}, which Margay does not read: {to_do}"))
}

/// What a zip archive is, where it is not one for people.
pub(crate) fn document(head: &[u8]) -> Option<String> {
    let name = head.get(ZIP_NAME..).filter(|_| head.starts_with(b"PK\x03\x04"))?;
    let (_, what) = IN_ZIP.iter().find(|(start, _)| name.starts_with(start))?;
    Some(format!("it is {what}, which Margay does not read: export it as text or CSV"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_log_is_named() {
        let said = |head: &[u8]| told(head).unwrap_or_default();
        assert!(said(b"7z\xbc\xaf\x27\x1c\0\x04").contains("a 7-Zip archive, which Margay does not read: unpack it"));
        assert!(said(b"SQLite format 3\0").contains("an SQLite database"));
        assert_eq!(told(b"{\"a\":1}"), None);
        assert_eq!(told(b""), None);
        let office = [&b"PK\x03\x04"[..], &[0; 26], b"[Content_Types].xml"].concat();
        assert!(document(&office).is_some_and(|why| why.contains("Office")));
        assert_eq!(document(b"PK\x03\x04"), None);
    }
}
