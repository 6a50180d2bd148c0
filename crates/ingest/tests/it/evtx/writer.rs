//! Writes Windows Event Log files of any shape, so that no file of others is needed.

use std::collections::HashMap;

pub(crate) const FILE_HEADER_BYTES: usize = 4_096;
pub(crate) const CHUNK_BYTES: usize = 65_536;
pub(crate) const CHUNK_HEADER_BYTES: usize = 512;

/// 2026-11-22T03:04:05.6789012Z as a FILETIME.
pub(crate) const WRITTEN: u64 = 134_397_902_456_789_012;

/// A piece of XML as BinXML knows them.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Element(Element),
    Text(&'static str),
    Value { slot: u16, optional: bool },
    Char(u16),
    Entity(&'static str),
    Cdata(&'static str),
    Instruction(&'static str, &'static str),
    Instance(Instance),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    name: &'static str,
    depends_on: Option<u16>,
    attributes: Vec<(&'static str, Vec<Node>)>,
    content: Vec<Node>,
    /// Written as `<name/>`.
    closed: bool,
}

pub(crate) fn element(name: &'static str, content: Vec<Node>) -> Element {
    Element { name, content, ..Element::default() }
}

pub(crate) fn empty(name: &'static str) -> Element {
    Element { name, closed: true, ..Element::default() }
}

impl Element {
    pub(crate) fn with(mut self, name: &'static str, value: Vec<Node>) -> Self {
        self.attributes.push((name, value));
        self
    }

    pub(crate) fn depending_on(mut self, slot: u16) -> Self {
        self.depends_on = Some(slot);
        self
    }

    pub(crate) fn node(self) -> Node {
        Node::Element(self)
    }
}

pub(crate) fn value(slot: u16) -> Vec<Node> {
    vec![Node::Value { slot, optional: false }]
}

pub(crate) fn optional(slot: u16) -> Vec<Node> {
    vec![Node::Value { slot, optional: true }]
}

pub(crate) fn text(text: &'static str) -> Vec<Node> {
    vec![Node::Text(text)]
}

/// `<Data Name='name'>value</Data>`.
pub(crate) fn data(name: &'static str, slot: u16) -> Node {
    element("Data", value(slot)).with("Name", text(name)).node()
}

#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) id: u32,
    pub(crate) root: Element,
}

#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) template: Template,
    pub(crate) values: Vec<Value>,
    /// The definition comes with a later record.
    pub(crate) defined_later: bool,
}

pub(crate) fn instance(template: &Template, values: Vec<Value>) -> Instance {
    Instance { template: template.clone(), values, defined_later: false }
}

/// A substitution value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Bytes(u8, Vec<u8>),
    Instance(Instance),
    /// Elements without a template.
    Fragment(Vec<Element>),
}

impl Value {
    pub(crate) const NULL: Self = Self::Bytes(0, Vec::new());

    pub(crate) fn text(text: &str) -> Self {
        Self::Bytes(0x01, utf16(text))
    }

    pub(crate) fn u8(value: u8) -> Self {
        Self::Bytes(0x04, vec![value])
    }

    pub(crate) fn u16(value: u16) -> Self {
        Self::Bytes(0x06, value.to_le_bytes().into())
    }

    pub(crate) fn u32(value: u32) -> Self {
        Self::Bytes(0x08, value.to_le_bytes().into())
    }

    pub(crate) fn u64(value: u64) -> Self {
        Self::Bytes(0x0a, value.to_le_bytes().into())
    }

    pub(crate) fn hex64(value: u64) -> Self {
        Self::Bytes(0x15, value.to_le_bytes().into())
    }

    pub(crate) fn filetime(value: u64) -> Self {
        Self::Bytes(0x11, value.to_le_bytes().into())
    }

    pub(crate) fn guid(value: u8) -> Self {
        Self::Bytes(0x0f, (0..16).map(|place| value.wrapping_add(place)).collect())
    }

    /// `S-1-5-` and these.
    pub(crate) fn sid(parts: &[u32]) -> Self {
        Self::Bytes(0x13, sid(parts))
    }

    pub(crate) fn texts(texts: &[&str]) -> Self {
        Self::Bytes(0x81, texts.iter().flat_map(|text| utf16(&format!("{text}\0"))).collect())
    }
}

pub(crate) fn sid(parts: &[u32]) -> Vec<u8> {
    let mut bytes = vec![1, parts.len() as u8, 0, 0, 0, 0, 0, 5];
    parts.iter().for_each(|part| bytes.extend(part.to_le_bytes()));
    bytes
}

pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A chunk while it is written.
#[derive(Debug)]
pub(crate) struct Chunk {
    bytes: Vec<u8>,
    first_id: u64,
    next_id: u64,
    /// Starts of the records.
    pub(crate) records: Vec<usize>,
    names: HashMap<&'static str, u32>,
    templates: HashMap<u32, u32>,
    /// Where offsets of templates are missing.
    missing: Vec<(u32, usize)>,
}

impl Chunk {
    pub(crate) fn new(first_id: u64) -> Self {
        Self {
            bytes: vec![0; CHUNK_HEADER_BYTES],
            first_id,
            next_id: first_id,
            records: Vec::new(),
            names: HashMap::new(),
            templates: HashMap::new(),
            missing: Vec::new(),
        }
    }

    pub(crate) fn used(&self) -> usize {
        self.bytes.len()
    }

    /// Writes a record that is an instance of a template.
    pub(crate) fn record(&mut self, instance: &Instance) {
        self.raw_record(|chunk| {
            chunk.bytes.extend([0x0f, 1, 1, 0]);
            chunk.instance(instance);
            chunk.bytes.push(0);
        });
    }

    /// Writes a record with this BinXML.
    pub(crate) fn raw_record(&mut self, binxml: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.records.push(start);
        self.bytes.extend([0x2a, 0x2a, 0, 0, 0, 0, 0, 0]);
        self.bytes.extend(self.next_id.to_le_bytes());
        self.bytes.extend(WRITTEN.to_le_bytes());
        binxml(self);
        // Records end at a multiple of eight bytes.
        while !(self.bytes.len() + 4).is_multiple_of(8) {
            self.bytes.push(0);
        }
        let size = (self.bytes.len() + 4 - start) as u32;
        self.bytes.extend(size.to_le_bytes());
        self.put(start + 4, &size.to_le_bytes());
        self.next_id += 1;
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    pub(crate) fn instance(&mut self, instance: &Instance) {
        self.bytes.extend([0x0c, 0x01]);
        self.bytes.extend(instance.template.id.to_le_bytes());
        let here = self.bytes.len();
        match self.templates.get(&instance.template.id) {
            Some(&known) => self.bytes.extend(known.to_le_bytes()),
            None if instance.defined_later => {
                self.missing.push((instance.template.id, here));
                self.bytes.extend([0; 4]);
            }
            None => self.definition(&instance.template),
        }
        self.bytes.extend((instance.values.len() as u32).to_le_bytes());
        let descriptors = self.bytes.len();
        for value in &instance.values {
            let (kind, size) = match value {
                Value::Bytes(kind, bytes) => (*kind, bytes.len() as u16),
                Value::Instance(_) | Value::Fragment(_) => (0x21, 0),
            };
            self.bytes.extend(size.to_le_bytes());
            self.bytes.extend([kind, 0]);
        }
        for (place, value) in instance.values.iter().enumerate() {
            let start = self.bytes.len();
            match value {
                Value::Bytes(_, bytes) => self.bytes.extend(bytes),
                Value::Instance(nested) => {
                    self.bytes.extend([0x0f, 1, 1, 0]);
                    self.instance(nested);
                    self.bytes.push(0);
                }
                Value::Fragment(elements) => {
                    self.bytes.extend([0x0f, 1, 1, 0]);
                    elements.iter().for_each(|element| self.element(element, false));
                    self.bytes.push(0);
                }
            }
            let size = (self.bytes.len() - start) as u16;
            self.put(descriptors + 4 * place, &size.to_le_bytes());
        }
    }

    /// Writes the offset of a definition, and the definition behind it.
    fn definition(&mut self, template: &Template) {
        let start = self.bytes.len() as u32 + 4;
        self.templates.insert(template.id, start);
        for (_, place) in self.missing.clone().iter().filter(|(id, _)| *id == template.id) {
            self.put(*place, &start.to_le_bytes());
        }
        self.bytes.extend(start.to_le_bytes());
        self.bytes.extend([0; 4]);
        self.bytes.extend(template.id.to_le_bytes());
        self.bytes.extend([0xab; 12]);
        let size_at = self.bytes.len();
        self.bytes.extend([0; 4]);
        self.bytes.extend([0x0f, 1, 1, 0]);
        self.element(&template.root, true);
        self.bytes.push(0);
        let size = (self.bytes.len() - size_at - 4) as u32;
        self.put(size_at, &size.to_le_bytes());
    }

    fn element(&mut self, element: &Element, in_template: bool) {
        let has_attributes = !element.attributes.is_empty();
        self.bytes.push(if has_attributes { 0x41 } else { 0x01 });
        if in_template {
            self.bytes.extend(element.depends_on.unwrap_or(0xffff).to_le_bytes());
        }
        let size_at = self.bytes.len();
        self.bytes.extend([0; 4]);
        self.name(element.name);
        if has_attributes {
            let size_at = self.bytes.len();
            self.bytes.extend([0; 4]);
            for (place, (name, value)) in element.attributes.iter().enumerate() {
                let is_last = place + 1 == element.attributes.len();
                self.bytes.push(if is_last { 0x06 } else { 0x46 });
                self.name(name);
                value.iter().for_each(|node| self.node(node, in_template));
            }
            let size = (self.bytes.len() - size_at - 4) as u32;
            self.put(size_at, &size.to_le_bytes());
        }
        if element.closed {
            self.bytes.push(0x03);
        } else {
            self.bytes.push(0x02);
            element.content.iter().for_each(|node| self.node(node, in_template));
            self.bytes.push(0x04);
        }
        let size = (self.bytes.len() - size_at - 4) as u32;
        self.put(size_at, &size.to_le_bytes());
    }

    fn node(&mut self, node: &Node, in_template: bool) {
        match node {
            Node::Element(element) => self.element(element, in_template),
            Node::Text(text) => {
                self.bytes.extend([0x05, 0x01]);
                self.counted(text);
            }
            Node::Value { slot, optional } => {
                self.bytes.push(if *optional { 0x0e } else { 0x0d });
                self.bytes.extend(slot.to_le_bytes());
                self.bytes.push(0x01);
            }
            Node::Char(code) => {
                self.bytes.push(0x08);
                self.bytes.extend(code.to_le_bytes());
            }
            Node::Entity(name) => {
                self.bytes.push(0x09);
                self.name(name);
            }
            Node::Cdata(text) => {
                self.bytes.push(0x07);
                self.counted(text);
            }
            Node::Instruction(target, data) => {
                self.bytes.push(0x0a);
                self.name(target);
                self.bytes.push(0x0b);
                self.counted(data);
            }
            Node::Instance(instance) => self.instance(instance),
        }
    }

    fn counted(&mut self, text: &str) {
        self.bytes.extend((text.encode_utf16().count() as u16).to_le_bytes());
        self.bytes.extend(utf16(text));
    }

    /// The offset of a name, and behind it the name where it is new.
    fn name(&mut self, name: &'static str) {
        if let Some(known) = self.names.get(name) {
            self.bytes.extend(known.to_le_bytes());
            return;
        }
        let start = self.bytes.len() as u32 + 4;
        self.names.insert(name, start);
        self.bytes.extend(start.to_le_bytes());
        self.bytes.extend([0; 4]);
        let hash = name.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(65_599).wrapping_add(unit.into()));
        self.bytes.extend((hash as u16).to_le_bytes());
        self.counted(name);
        self.bytes.extend([0, 0]);
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// The chunk with its header and checksums, 64 KiB long.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let used = self.bytes.len();
        assert!(used <= CHUNK_BYTES, "{used} bytes are no chunk");
        let last_record = self.records.last().copied().unwrap_or(CHUNK_HEADER_BYTES) as u32;
        let records = crc32(&self.bytes[CHUNK_HEADER_BYTES..]);
        self.put(0, b"ElfChnk\0");
        for (place, id) in [self.first_id, self.next_id - 1, self.first_id, self.next_id - 1].into_iter().enumerate() {
            self.put(8 + 8 * place, &id.to_le_bytes());
        }
        for (place, number) in [128, last_record, used as u32, records].into_iter().enumerate() {
            self.put(40 + 4 * place, &number.to_le_bytes());
        }
        self.bytes.resize(CHUNK_BYTES, 0);
        sign(&mut self.bytes);
        self.bytes
    }
}

/// Writes the checksum of a chunk's header.
pub(crate) fn sign(chunk: &mut [u8]) {
    let checksum = crc32(&[&chunk[..120], &chunk[128..CHUNK_HEADER_BYTES]].concat());
    chunk[124..128].copy_from_slice(&checksum.to_le_bytes());
}

/// A file of whole chunks.
pub(crate) fn file(chunks: Vec<Vec<u8>>) -> Vec<u8> {
    let mut file = vec![0; FILE_HEADER_BYTES];
    file[..8].copy_from_slice(b"ElfFile\0");
    file[16..24].copy_from_slice(&(chunks.len() as u64 - 1).to_le_bytes());
    file[32..36].copy_from_slice(&128_u32.to_le_bytes());
    file[36..42].copy_from_slice(&[1, 0, 3, 0, 0, 16]);
    file[42..44].copy_from_slice(&(chunks.len() as u16).to_le_bytes());
    let checksum = crc32(&file[..120]);
    file[124..128].copy_from_slice(&checksum.to_le_bytes());
    file.extend(chunks.concat());
    file
}

/// CRC-32 bit by bit: slow, and plainly right.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
