//! Archives: which they are, and their members one after the other. Nothing is ever written; the name of a member is a
//! label and never a path.

use std::io::{self, BufRead, Read};

use super::zip;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Archive {
    Zip,
    Tar,
}

/// One file in an archive.
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    /// Its bytes, or why they cannot be read.
    pub(crate) content: Result<&'a mut dyn Read, String>,
}

/// Takes a member; what it does not read of it is passed over.
pub(crate) type Each<'a, E> = dyn FnMut(Member<'_>) -> Result<(), E> + 'a;

const TAR_BLOCK_BYTES: usize = 512;

/// Where the header of a tar member has its checksum: octal digits.
const TAR_CHECKSUM: std::ops::Range<usize> = 148..156;

impl Archive {
    /// By the first bytes, unpacked.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK00PK\x03\x04") {
            return Some(Self::Zip);
        }
        head.first_chunk().filter(|block| is_tar_header(block)).map(|_| Self::Tar)
    }

    /// Gives every file in it to `each`. Where the archive is damaged, the answer says how; what came before was given.
    pub(crate) fn read<E>(self, mut from: &mut dyn BufRead, each: &mut Each<'_, E>) -> Result<Option<String>, E> {
        let result = match self {
            Self::Zip => zip::read(from, each),
            Self::Tar => read_tar(&mut from, each),
        };
        match result {
            Ok(told) => told.map(|()| None),
            Err(error) => Ok(Some(error.to_string())),
        }
    }
}

/// The checksum is that of the header with blanks in its place.
fn is_tar_header(block: &[u8; TAR_BLOCK_BYTES]) -> bool {
    let said = block.get(TAR_CHECKSUM).unwrap_or_default();
    let said = said.iter().skip_while(|byte| **byte == b' ').take_while(|byte| byte.is_ascii_digit());
    let said = said.fold(0_u32, |sum, byte| sum.wrapping_mul(8).wrapping_add(u32::from(byte - b'0')));
    let bytes = block.iter().enumerate();
    let sum: u32 = bytes.map(|(at, byte)| u32::from(if TAR_CHECKSUM.contains(&at) { b' ' } else { *byte })).sum();
    block[0] != 0 && said == sum
}

fn read_tar<E>(from: &mut dyn Read, each: &mut Each<'_, E>) -> io::Result<Result<(), E>> {
    let mut archive = tar::Archive::new(from);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        // Links would be read under another name, or lie outside; folders and devices have no content.
        if !(kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()) {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let left = entry.size();
        let mut whole = Whole { reader: &mut entry, left };
        if let Err(stop) = each(Member { name: &name, content: Ok(&mut whole) }) {
            return Ok(Err(stop));
        }
        io::copy(&mut whole, &mut io::sink())?;
    }
    Ok(Ok(()))
}

/// A member that is cut off is an error, and not a short success.
pub(super) struct Whole<R> {
    pub(super) reader: R,
    pub(super) left: u64,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(into)?;
        if n == 0 && self.left > 0 && !into.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends within a member"));
        }
        self.left = self.left.saturating_sub(n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Names and contents of members, `!` and the reason where one is closed; and how the archive is damaged.
    fn members(archive: &[u8]) -> (Vec<(String, String)>, Option<String>) {
        let mut found = Vec::new();
        let kind = Archive::of(archive).expect("an archive");
        let damage = kind.read::<()>(&mut io::BufReader::with_capacity(7, archive), &mut |member| {
            let mut text = String::new();
            match member.content {
                Ok(content) => drop(content.read_to_string(&mut text)),
                Err(why) => text = format!("!{why}"),
            }
            found.push((member.name.to_owned(), text));
            Ok(())
        });
        (found, damage.expect("nobody stops it"))
    }

    const TEXT: &str = "one line\nand another, and another, and another\n";

    /// A member as zip has it: with its sizes before it, or behind it.
    fn zipped(name: &str, flags: u16, is_long: bool) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(TEXT.as_bytes()).expect("in memory");
        let packed = encoder.finish().expect("in memory");
        let (checksum, sizes) = (crc32fast::hash(TEXT.as_bytes()), [packed.len() as u32, TEXT.len() as u32]);
        let is_behind = flags & 8 != 0;
        let mut member = b"PK\x03\x04\x14\0".to_vec();
        member.extend(flags.to_le_bytes());
        member.extend([8, 0, 0, 0, 0, 0]);
        let known = if is_behind { [0; 3] } else { [checksum, sizes[0], sizes[1]] };
        member.extend(known.iter().flat_map(|field| field.to_le_bytes()));
        member.extend((name.len() as u32).to_le_bytes());
        member.extend(name.as_bytes());
        member.extend(packed);
        if is_behind {
            member.extend(b"PK\x07\x08");
            member.extend(checksum.to_le_bytes());
            for size in sizes {
                member.extend(size.to_le_bytes());
                member.extend(if is_long { &[0; 4][..] } else { &[] });
            }
        }
        member
    }

    fn pair(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn members_of_zip_with_sizes_before_and_behind_them() {
        let directory = b"PK\x01\x02 whatever".to_vec();
        let zip =
            [zipped("a.log", 0, false), zipped("b/c.log", 8, false), zipped("d.log", 8, true), directory].concat();
        let wanted = vec![pair("a.log", TEXT), pair("b/c.log", TEXT), pair("d.log", TEXT)];
        assert_eq!(members(&zip), (wanted, None));
        assert_eq!(members(b"PK\x05\x06\0\0"), (vec![], None));
    }

    #[test]
    fn a_zip_that_is_cut_gives_what_is_whole_and_says_so() {
        let zip = [zipped("a.log", 0, false), zipped("b.log", 8, false)].concat();
        for end in 4..zip.len() {
            let (found, damage) = members(&zip[..end]);
            assert!(damage.is_some(), "cut at {end}");
            let whole = zipped("a.log", 0, false).len();
            assert!(end < whole || found.contains(&pair("a.log", TEXT)), "cut at {end}");
        }
    }

    #[test]
    fn wrong_bytes_and_locks_are_told() {
        let mut zip = zipped("a.log", 0, false);
        zip[14] ^= 1;
        let (_, damage) = members(&zip);
        assert_eq!(damage.as_deref(), Some("the checksum of \"a.log\" is wrong"));
        let locked = [zipped("a.log", 1, false), zipped("b.log", 0, false), b"PK\x05\x06".to_vec()].concat();
        let (found, damage) = members(&locked);
        assert!(found[0].1.starts_with("!it is encrypted"), "{found:?}");
        assert_eq!((&found[1], damage), (&pair("b.log", TEXT), None));
    }

    #[test]
    fn members_of_tar_are_files_and_no_links() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut add = |name: &str, kind: tar::EntryType, text: &str| {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(text.len() as u64);
            header.set_cksum();
            builder.append_data(&mut header, name, text.as_bytes()).expect("in memory");
        };
        let long = format!("{}/b.log", "a".repeat(150));
        add("a.log", tar::EntryType::Regular, TEXT);
        add("link.log", tar::EntryType::Symlink, "");
        add(&long, tar::EntryType::Regular, TEXT);
        let tar = builder.into_inner().expect("in memory");
        assert_eq!(members(&tar), (vec![pair("a.log", TEXT), pair(&long, TEXT)], None));
        let (found, damage) = members(&tar[..520]);
        assert_eq!((found.len(), damage.as_deref()), (1, Some("the archive ends within a member")));
    }

    #[test]
    fn text_is_no_archive() {
        for head in [&b""[..], b"PK is a text", &[0; 600], &[b'1'; 600]] {
            assert_eq!(Archive::of(head), None);
        }
    }
}
