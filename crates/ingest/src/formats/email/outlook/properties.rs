//! The properties of a message, a recipient or an attachment: a list of short ones, and a stream for each long one.
//! Spec: [MS-OXMSG] 2.1 to 2.4; which numbers mean what: [MS-OXPROPS].

use schema::Timestamp;

use super::{
    super::decode,
    compound::{Compound, EntryId},
};

/// The stream that lists the properties of a storage.
const LIST: &str = "__properties_version1.0";

/// How the name of the stream of a long property begins; number and type follow as eight digits.
const LONG: &str = "__substg1.0_";

/// Number, type, flags and value of a short property.
const ENTRY_BYTES: usize = 16;

/// Types of values.
const TEXT: u16 = 0x001f;
const BYTE_TEXT: u16 = 0x001e;
const BINARY: u16 = 0x0102;
const OBJECT: u16 = 0x000d;
const INT: u16 = 0x0003;
const BOOL: u16 = 0x000b;
const TIME: u16 = 0x0040;

/// What a storage is: the list of its properties begins behind more or fewer words that are reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Message,
    MessageWithin,
    RecipientOrAttachment,
}

impl Owner {
    fn list_start(self) -> usize {
        match self {
            Self::Message => 32,
            Self::MessageWithin => 24,
            Self::RecipientOrAttachment => 8,
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Properties<'c> {
    compound: &'c Compound<'c>,
    /// Number, type and value of the short ones.
    short: Vec<(u16, u16, [u8; 8])>,
    /// Number and type of the long ones, and where they are.
    long: Vec<(u16, u16, EntryId)>,
    /// What byte texts are written in.
    code_page: u32,
}

impl<'c> Properties<'c> {
    /// The properties of a storage; `code_page` is what byte texts are written in, unless the storage says otherwise.
    pub(super) fn read(compound: &'c Compound<'c>, storage: EntryId, owner: Owner, code_page: u32) -> Self {
        let mut properties = Self { compound, short: Vec::new(), long: Vec::new(), code_page };
        for (id, name) in compound.children(storage) {
            if name == LIST {
                properties.add_short(&compound.stream(id), owner);
            } else if let Some((number, kind)) = name.strip_prefix(LONG).and_then(tag) {
                properties.long.push((number, kind, id));
            }
        }
        let stated = properties.int(ids::MESSAGE_CODE_PAGE).and_then(|page| u32::try_from(page).ok());
        properties.code_page = stated.filter(|&page| page != 0).unwrap_or(code_page);
        properties
    }

    fn add_short(&mut self, list: &[u8], owner: Owner) {
        let entries = list.get(owner.list_start()..).unwrap_or_default().as_chunks::<ENTRY_BYTES>().0;
        self.short.extend(entries.iter().map(|&[t0, t1, n0, n1, _, _, _, _, ref value @ ..]| {
            (u16::from_le_bytes([n0, n1]), u16::from_le_bytes([t0, t1]), *value)
        }));
    }

    /// Whether the storage has anything that a message, a recipient or an attachment has.
    pub(super) fn is_empty(&self) -> bool {
        self.short.is_empty() && self.long.is_empty()
    }

    pub(super) fn code_page(&self) -> u32 {
        self.code_page
    }

    fn short(&self, wanted: u16, kind: u16) -> Option<[u8; 8]> {
        self.short.iter().find(|(number, found, _)| (*number, *found) == (wanted, kind)).map(|(.., value)| *value)
    }

    fn long(&self, wanted: u16, kind: u16) -> Option<EntryId> {
        self.long.iter().find(|(number, found, _)| (*number, *found) == (wanted, kind)).map(|(.., id)| *id)
    }

    /// A text that is not empty.
    pub(super) fn text(&self, number: u16) -> Option<String> {
        let wide = || Some(utf16(&self.compound.stream(self.long(number, TEXT)?)));
        let narrow = || Some(self.decoded(&self.compound.stream(self.long(number, BYTE_TEXT)?)));
        let text = wide().or_else(narrow)?;
        let text = text.trim_end_matches('\0');
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    /// The first of several texts that is there.
    pub(super) fn first_text(&self, numbers: &[u16]) -> Option<String> {
        numbers.iter().find_map(|&number| self.text(number))
    }

    fn decoded(&self, bytes: &[u8]) -> String {
        text_of(bytes, self.code_page)
    }

    pub(super) fn binary(&self, number: u16) -> Option<Vec<u8>> {
        self.long(number, BINARY).map(|id| self.compound.stream(id))
    }

    /// A message or an object of another program within an attachment.
    pub(super) fn storage(&self, number: u16) -> Option<EntryId> {
        self.long(number, OBJECT).filter(|&id| self.compound.is_storage(id))
    }

    pub(super) fn int(&self, number: u16) -> Option<i32> {
        let [a, b, c, d, ..] = self.short(number, INT)?;
        Some(i32::from_le_bytes([a, b, c, d]))
    }

    pub(super) fn is_set(&self, number: u16) -> bool {
        self.short(number, BOOL).is_some_and(|[first, ..]| first != 0)
    }

    pub(super) fn time(&self, number: u16) -> Option<Timestamp> {
        /// Steps of 100 ns between 1601 and 1970.
        const EPOCH: i128 = 116_444_736_000_000_000;
        let steps = u64::from_le_bytes(self.short(number, TIME)?);
        let nanos = (i128::from(steps) - EPOCH).checked_mul(100)?;
        let time = Timestamp::from_nanos(i64::try_from(nanos).ok()?);
        crate::instant::in_range(time).ok()
    }
}

/// Number and type out of the name of a stream.
fn tag(digits: &str) -> Option<(u16, u16)> {
    let tag = u32::from_str_radix(digits.get(..8)?, 16).ok().filter(|_| digits.len() == 8)?;
    Some(((tag >> 16) as u16, (tag & 0xffff) as u16))
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|&unit| u16::from_le_bytes(unit));
    char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Bytes as text of a code page of Windows.
pub(super) fn text_of(bytes: &[u8], code_page: u32) -> String {
    match code_page {
        1200 => utf16(bytes),
        0 => decode::to_text(bytes, None),
        _ => decode::to_text(bytes, Some(&charset(code_page))),
    }
}

/// The name of a code page as a character set.
fn charset(code_page: u32) -> String {
    let name = match code_page {
        437 => "ibm437",
        850 => "ibm850",
        852 => "ibm852",
        866 => "ibm866",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        10000 => "macintosh",
        20127 => "us-ascii",
        20866 => "koi8-r",
        20932 | 51932 => "euc-jp",
        21866 => "koi8-u",
        28591..=28606 => return format!("iso-8859-{}", code_page - 28590),
        38598 => "iso-8859-8-i",
        50220..=50222 => "iso-2022-jp",
        51936 => "gb2312",
        51949 => "euc-kr",
        54936 => "gb18030",
        65000 => "utf-7",
        65001 => "utf-8",
        _ => return format!("windows-{code_page}"),
    };
    name.to_owned()
}

/// Numbers of properties.
pub(super) mod ids {
    pub(in super::super) const MESSAGE_CLASS: u16 = 0x001a;
    pub(in super::super) const IMPORTANCE: u16 = 0x0017;
    pub(in super::super) const SUBJECT: u16 = 0x0037;
    pub(in super::super) const SUBMITTED: u16 = 0x0039;
    pub(in super::super) const SENDER_FOR_NAME: u16 = 0x0042;
    pub(in super::super) const SENDER_FOR_ADDRESS: u16 = 0x0065;
    pub(in super::super) const HEADERS: u16 = 0x007d;
    pub(in super::super) const SENDER_NAME: u16 = 0x0c1a;
    pub(in super::super) const SENDER_ADDRESS: u16 = 0x0c1f;
    pub(in super::super) const RECIPIENT_KIND: u16 = 0x0c15;
    pub(in super::super) const SHOWN_BCC: u16 = 0x0e02;
    pub(in super::super) const SHOWN_CC: u16 = 0x0e03;
    pub(in super::super) const SHOWN_TO: u16 = 0x0e04;
    pub(in super::super) const DELIVERED: u16 = 0x0e06;
    pub(in super::super) const BODY: u16 = 0x1000;
    pub(in super::super) const RTF: u16 = 0x1009;
    pub(in super::super) const HTML: u16 = 0x1013;
    pub(in super::super) const MESSAGE_ID: u16 = 0x1035;
    pub(in super::super) const REFERENCES: u16 = 0x1039;
    pub(in super::super) const IN_REPLY_TO: u16 = 0x1042;
    pub(in super::super) const SHOWN_NAME: u16 = 0x3001;
    pub(in super::super) const ADDRESS: u16 = 0x3003;
    pub(in super::super) const CREATED: u16 = 0x3007;
    pub(in super::super) const DATA: u16 = 0x3701;
    pub(in super::super) const FILE_NAME: u16 = 0x3704;
    pub(in super::super) const LONG_FILE_NAME: u16 = 0x3707;
    pub(in super::super) const PATH: u16 = 0x3708;
    pub(in super::super) const LONG_PATH: u16 = 0x370d;
    pub(in super::super) const MEDIA_TYPE: u16 = 0x370e;
    pub(in super::super) const CONTENT_ID: u16 = 0x3712;
    pub(in super::super) const SMTP_ADDRESS: u16 = 0x39fe;
    pub(in super::super) const INTERNET_CODE_PAGE: u16 = 0x3fde;
    pub(in super::super) const MESSAGE_CODE_PAGE: u16 = 0x3ffd;
    pub(in super::super) const SENDER_SMTP: u16 = 0x5d01;
    pub(in super::super) const SENDER_FOR_SMTP: u16 = 0x5d02;
    pub(in super::super) const HIDDEN: u16 = 0x7ffe;
}
