//! Outlook's messages (.msg) as messages of RFC 5322, which are then read as all others. Spec: [MS-OXMSG].
//!
//! `compound` opens the file, `properties` gives the values in it, `rtf` takes HTML out of RTF, `mime` writes the
//! message: header fields as they were on the way where Outlook has kept them, else made of properties.

mod compound;
mod mime;
mod properties;
mod rtf;

use sha2::{Digest, Sha256};

use self::{
    compound::{Compound, EntryId},
    mime::Part,
    properties::{Owner, Properties, ids, text_of},
    rtf::Body,
};
use super::message::hex;
use crate::parsed::{Fault, Reason};

pub(super) use compound::MAGIC;

/// How the storages of recipients and attachments are named; a running number follows.
const RECIPIENT: &str = "__recip_version1.0_#";
const ATTACHMENT: &str = "__attach_version1.0_#";

/// Messages within messages are opened as deep as this; deeper ones are left out and noted.
const MAX_DEPTH: usize = 8;

/// As many storages of recipients and attachments are looked at in one message.
const MAX_STORAGES: usize = 4_096;

/// Names that only the directory of an Outlook message has.
pub(super) fn names_of_a_message() -> [Vec<u8>; 2] {
    ["__properties_version1.0", "__substg1.0_"].map(|name| name.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

/// A message of RFC 5322 with everything that is in the file.
pub(super) fn to_mime(file: &[u8]) -> Result<Vec<u8>, Fault> {
    let compound = Compound::open(file)?;
    let message = Properties::read(&compound, compound.root(), Owner::Message, 0);
    if message.is_empty() {
        let what = "the compound file is no Outlook message, but a document or an installer";
        return Err(Fault::new(Reason::NoHeader, what));
    }
    // Its own digest as boundary: nothing within the file can know it.
    let boundary = format!("msg-{}", hex(&Sha256::digest(file)).get(..32).unwrap_or_default());
    let writer = Writer { compound: &compound, boundary };
    let mut written = writer.message(&message, compound.root(), 0);
    if compound.is_damaged() {
        written = [b"X-Outlook-Damaged: true\r\n".as_slice(), &written].concat();
    }
    Ok(written)
}

struct Writer<'c> {
    compound: &'c Compound<'c>,
    boundary: String,
}

impl Writer<'_> {
    /// One message; calls itself for those within it, at most [`MAX_DEPTH`] deep.
    fn message(&self, message: &Properties<'_>, storage: EntryId, depth: usize) -> Vec<u8> {
        let page = message.code_page();
        let of_kind = |kind: &str| {
            let found = self
                .compound
                .children(storage)
                .filter(|(id, name)| self.compound.is_storage(*id) && name.starts_with(kind));
            found.map(|(id, _)| id).take(MAX_STORAGES).collect::<Vec<_>>()
        };
        let read = |id| Properties::read(self.compound, id, Owner::RecipientOrAttachment, page);
        let recipients: Vec<Properties<'_>> = of_kind(RECIPIENT).into_iter().map(read).collect();
        let mut written = mime::header(message, &recipients);
        let mut parts = bodies(message);
        for id in of_kind(ATTACHMENT) {
            parts.push(self.attachment(&read(id), page, depth));
        }
        let boundary = format!("{}-{depth}", self.boundary);
        mime::write_parts(&boundary, &parts, &mut written);
        written
    }

    fn attachment(&self, attachment: &Properties<'_>, page: u32, depth: usize) -> Part {
        let name = attachment.first_text(&[ids::LONG_FILE_NAME, ids::FILE_NAME, ids::SHOWN_NAME]);
        let inner = attachment.storage(ids::DATA);
        if let Some(inner) = inner.filter(|_| depth < MAX_DEPTH) {
            let message = Properties::read(self.compound, inner, Owner::MessageWithin, page);
            if !message.is_empty() {
                return Part::Message { name, bytes: self.message(&message, inner, depth + 1) };
            }
        }
        Part::File {
            name,
            media_type: attachment.text(ids::MEDIA_TYPE),
            content_id: attachment.text(ids::CONTENT_ID),
            // What is only linked to, and not in the message.
            location: attachment.first_text(&[ids::LONG_PATH, ids::PATH]),
            is_hidden: attachment.is_set(ids::HIDDEN),
            is_left_out: inner.is_some(),
            bytes: attachment.binary(ids::DATA).unwrap_or_default(),
        }
    }
}

/// The text and the HTML of a message; HTML may be hidden in RTF.
fn bodies(message: &Properties<'_>) -> Vec<Part> {
    let page = message.int(ids::INTERNET_CODE_PAGE).and_then(|page| u32::try_from(page).ok()).unwrap_or(0);
    let html = || message.binary(ids::HTML).map(|bytes| text_of(&bytes, page)).filter(|html| !html.is_empty());
    let mut text = message.text(ids::BODY);
    let mut html = html().or_else(|| message.text(ids::HTML));
    if html.is_none() {
        match message.binary(ids::RTF).and_then(|packed| rtf::unpacked(&packed)).map(|rtf| rtf::body(&rtf)) {
            Some(Body::Html(found)) => html = Some(found),
            Some(Body::Text(found)) => text = text.or(Some(found)),
            None => {}
        }
    }
    let text = text.map(|text| Part::Text { subtype: "plain", text });
    text.into_iter().chain(html.map(|text| Part::Text { subtype: "html", text })).collect()
}
