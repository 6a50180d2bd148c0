//! Zip archives, read as a stream from their first member to their last. The directory at their end is not asked: of an
//! archive that is cut off or damaged, members come out as far as they are whole. Spec: PKWARE's APPNOTE.

use std::io::{self, BufRead, Read};

use super::archive::{Each, Member, Whole};

/// A member, the directory, and what may stand behind a member.
const MEMBER: u32 = 0x0403_4b50;
const DIRECTORY: [u32; 4] = [0x0201_4b50, 0x0605_4b50, 0x0606_4b50, 0x0806_4b50];
const DESCRIPTOR: u32 = 0x0807_4b50;

/// An archive that was once in parts, or meant to be, begins with this or with the mark of a descriptor.
const PARTS: u32 = 0x3030_4b50;

/// What members are packed with, as far as it is read.
const STORED: u16 = 0;
const DEFLATE: u16 = 8;
const BZIP2: u16 = 12;
const ZSTD: u16 = 93;
const XZ: u16 = 95;

/// Bits of a member's flags: it is encrypted; its sizes stand behind it; its name is UTF-8.
const ENCRYPTED: u16 = 1;
const SIZES_BEHIND: u16 = 1 << 3;

/// What an extra field calls the sizes of a member of 4 GiB or more.
const ZIP64: u16 = 1;

/// What stands before a member.
#[derive(Debug)]
struct Header {
    flags: u16,
    method: u16,
    checksum: u32,
    packed_bytes: u64,
    name: String,
}

impl Header {
    fn read(from: &mut dyn BufRead) -> io::Result<Self> {
        let fixed: [u8; 26] = array(from)?;
        let half = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let word = |at: usize| u32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
        let name = bytes(from, half(22))?;
        let extra = bytes(from, half(24))?;
        let (packed, unpacked) = (word(14), word(18));
        let packed_bytes = if packed == u32::MAX { long_size(&extra, unpacked == u32::MAX)? } else { packed.into() };
        let name = String::from_utf8_lossy(&name).into_owned();
        Ok(Self { flags: half(2), method: half(4), checksum: word(10), packed_bytes, name })
    }

    /// Only the end of what is packed, and not its beginning, says how long it is.
    fn is_of_unknown_size(&self) -> bool {
        self.flags & SIZES_BEHIND != 0 && self.packed_bytes == 0
    }

    fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Why it cannot be read, for people.
    fn closed(&self) -> Option<String> {
        if self.flags & ENCRYPTED != 0 {
            return Some("it is encrypted: unpack it with its password, and name what comes out".to_owned());
        }
        let is_read = matches!(self.method, STORED | DEFLATE | BZIP2 | ZSTD | XZ);
        let why = format!("it is packed by zip's method {}, which is not read: unpack it yourself", self.method);
        (!is_read).then_some(why)
    }
}

/// The packed size in an extra field, behind the unpacked one where that stands there as well.
fn long_size(extra: &[u8], is_second: bool) -> io::Result<u64> {
    let mut rest = extra;
    while let Some((head, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let Some((field, behind)) = behind.split_at_checked(length) else { break };
        if u16::from_le_bytes([head[0], head[1]]) == ZIP64 {
            let at = if is_second { 8 } else { 0 };
            let size = field.get(at..).and_then(|field| field.first_chunk::<8>());
            return size.map(|size| u64::from_le_bytes(*size)).ok_or_else(|| damaged("a size is missing"));
        }
        rest = behind;
    }
    Err(damaged("a size is missing"))
}

/// Gives every member to `each`; an error says where the archive is damaged.
pub(super) fn read<E>(from: &mut dyn BufRead, each: &mut Each<'_, E>) -> io::Result<Result<(), E>> {
    let mut known = None;
    loop {
        let mark = known.take().map_or_else(|| word(from), Ok).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => damaged("the archive is cut off: its directory is missing"),
            _ => error,
        })?;
        match mark {
            MEMBER => {}
            PARTS | DESCRIPTOR => continue,
            _ if DIRECTORY.contains(&mark) => return Ok(Ok(())),
            _ => return Err(damaged("no member begins where one should")),
        }
        let header = Header::read(from)?;
        let told = if header.is_of_unknown_size() {
            endless(from, &header, each)?
        } else {
            let (told, next) = sized(from, &header, each)?;
            known = next;
            told
        };
        if told.is_err() {
            return Ok(told);
        }
    }
}

/// A member whose end only what it is packed with tells.
fn endless<E>(from: &mut dyn BufRead, header: &Header, each: &mut Each<'_, E>) -> io::Result<Result<(), E>> {
    let closed = header.closed();
    if let Some(why) = closed.or((header.method != DEFLATE).then(|| "its size is not said where it begins".to_owned()))
    {
        if header.is_folder() {
            descriptor(from, Some((0, 0, 0)), &header.name)?;
            return Ok(Ok(()));
        }
        let told = each(Member { name: &header.name, content: Err(why) });
        return if told.is_ok() { Err(damaged("what follows that member cannot be found")) } else { Ok(told) };
    }
    let mut unpacked = Checked::new(flate2::bufread::DeflateDecoder::new(from));
    let told = give(header, &mut unpacked, each);
    drain(&mut unpacked)?;
    let found = (unpacked.checksum(), unpacked.reader.total_in(), unpacked.reader.total_out());
    descriptor(unpacked.reader.into_inner(), Some(found), &header.name)?;
    Ok(told)
}

/// A member whose size stands before it; also the mark that was read behind it, where it has to be looked at.
fn sized<E>(
    from: &mut dyn BufRead,
    header: &Header,
    each: &mut Each<'_, E>,
) -> io::Result<(Result<(), E>, Option<u32>)> {
    let mut packed = (&mut *from).take(header.packed_bytes);
    let mut found = None;
    let told = match header.closed() {
        _ if header.is_folder() => Ok(()),
        Some(why) => each(Member { name: &header.name, content: Err(why) }),
        None => {
            let mut unpacked = Checked::new(unpacked(header, &mut packed)?);
            let told = give(header, &mut unpacked, each);
            drain(&mut unpacked)?;
            found = Some((unpacked.checksum(), header.packed_bytes, unpacked.n_read));
            told
        }
    };
    drain(&mut packed)?;
    if packed.limit() > 0 {
        return Err(damaged("the archive ends within a member"));
    }
    if header.flags & SIZES_BEHIND != 0 {
        return Ok((told, descriptor(from, found, &header.name)?));
    }
    match found {
        Some((checksum, ..)) if checksum != header.checksum => Err(wrong_checksum(&header.name)),
        _ => Ok((told, None)),
    }
}

fn give<E>(header: &Header, unpacked: &mut dyn Read, each: &mut Each<'_, E>) -> Result<(), E> {
    if header.is_folder() { Ok(()) } else { each(Member { name: &header.name, content: Ok(unpacked) }) }
}

fn unpacked<'a>(header: &Header, packed: &'a mut dyn BufRead) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match header.method {
        DEFLATE => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        BZIP2 => Box::new(bzip2::bufread::BzDecoder::new(packed)),
        ZSTD => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
        XZ => super::compression::unxz(packed)?,
        _ => Box::new(Whole { reader: packed, left: header.packed_bytes }),
    })
}

/// Reads what may stand behind a member: checksum and two sizes of four or eight bytes, with or without a mark. `found`
/// is what they should be, where that is known. Gives the mark of what follows where there is nothing.
fn descriptor(from: &mut dyn BufRead, found: Option<(u32, u64, u64)>, name: &str) -> io::Result<Option<u32>> {
    let mut checksum = word(from)?;
    if checksum == MEMBER || DIRECTORY.contains(&checksum) {
        return Ok(Some(checksum));
    }
    if checksum == DESCRIPTOR {
        checksum = word(from)?;
    }
    if found.is_some_and(|(found, ..)| found != checksum) {
        return Err(wrong_checksum(name));
    }
    let (_packed, second) = (word(from)?, word(from)?);
    let is_long = match found {
        // The low half of the second size, or the high half of the first.
        Some((_, packed, unpacked)) if packed >> 32 != unpacked & u64::from(u32::MAX) => {
            u64::from(second) == packed >> 32
        }
        _ => second == 0 && !from.fill_buf()?.starts_with(b"PK"),
    };
    if is_long {
        array::<8>(from)?;
    }
    Ok(None)
}

/// Counts what was read into a checksum.
struct Checked<R> {
    reader: R,
    hasher: crc32fast::Hasher,
    n_read: u64,
}

impl<R: Read> Checked<R> {
    fn new(reader: R) -> Self {
        Self { reader, hasher: crc32fast::Hasher::new(), n_read: 0 }
    }

    fn checksum(&self) -> u32 {
        self.hasher.clone().finalize()
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(into)?;
        self.hasher.update(into.get(..n).unwrap_or_default());
        self.n_read += n as u64;
        Ok(n)
    }
}

fn drain(reader: &mut dyn Read) -> io::Result<u64> {
    io::copy(reader, &mut io::sink())
}

fn array<const N: usize>(from: &mut dyn BufRead) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn word(from: &mut dyn BufRead) -> io::Result<u32> {
    array(from).map(u32::from_le_bytes)
}

fn bytes(from: &mut dyn BufRead, length: u16) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(length)];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn wrong_checksum(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the checksum of \"{name}\" is wrong"))
}
