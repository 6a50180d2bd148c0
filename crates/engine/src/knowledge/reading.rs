//! Files of indicators, read one after the other on a thread of their own, and handed over piece by piece.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use schema::{Claim, Observable, Reference};
use share::{
    Parts,
    formats::{self, Decoded, Defaults},
};
use tokio::sync::mpsc::Sender;

use super::{IntelPlan, LoadedFile};
use crate::{
    Error, ErrorKind, Result,
    detection::{Growth, listable_pattern},
    error::io,
    sources::{self, Input},
    warnings::is_warning_list,
};

/// A content that must be known whole (a STIX bundle, a MISP event) may have so many bytes; lists may have any number.
const WHOLE_BYTES_MAX: u64 = 1 << 30;

/// Bytes by which a list is told from what must be read whole.
const HEAD_BYTES: usize = 65_536;

/// Bytes that are read at once.
const READ_BYTES: usize = 1 << 20;

/// Claims that are handed over at once: a few MB.
const CLAIMS_AT_ONCE: usize = 20_000;

/// Rejects of one file that are told one by one.
const REJECTS_TOLD: usize = 20;

/// What comes out of files.
#[derive(Debug)]
pub(super) enum Piece {
    Claims(Vec<Claim>),
    Attack(Box<Reference>),
    Actors(Box<intel::attack::Actors>),
    /// A warning list, as its text.
    Warnings(Vec<u8>),
    File(LoadedFile),
}

/// Reads every input. What is listed is noted in `growth`, which is given back.
pub(super) fn read_all(inputs: Vec<Input>, plan: &IntelPlan, mut growth: Growth, to: Sender<Piece>) -> Result<Growth> {
    let mut out = Out { claims: Vec::with_capacity(CLAIMS_AT_ONCE), refused: Vec::new(), to, growth: &mut growth };
    for input in inputs {
        let (path, named) = match input {
            Input::File { path, named } => (path, named),
            Input::Link { .. } => continue,
            Input::Stdin => {
                return Err(Error::usage("indicators are read from files").hint("write them to a file first"));
            }
        };
        let loaded = match load_file(&path, plan, &mut out) {
            // A folder of lists may hold a page that explains them.
            Err(error) if error.kind() == ErrorKind::Input && !named => passed_over(&path, &error),
            loaded => loaded?,
        };
        out.send(Piece::File(loaded));
    }
    out.hand_over();
    Ok(growth)
}

/// Where claims are gathered. Nobody listens any more where the load has failed: then nothing needs to be sent.
struct Out<'a> {
    claims: Vec<Claim>,
    /// Patterns of the file at hand that no table can show, and why.
    refused: Vec<String>,
    to: Sender<Piece>,
    growth: &'a mut Growth,
}

impl Out<'_> {
    fn take(&mut self, claim: Claim) {
        if claim.kind == Observable::Pattern
            && let Err(why) = listable_pattern(&claim.value)
        {
            return self.refused.push(format!("{why}: {}", claim.value));
        }
        self.growth.list(&claim);
        self.claims.push(claim);
        if self.claims.len() == CLAIMS_AT_ONCE {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let claims = std::mem::replace(&mut self.claims, Vec::with_capacity(CLAIMS_AT_ONCE));
        self.send(Piece::Claims(claims));
    }

    fn send(&self, piece: Piece) {
        self.to.blocking_send(piece).ok();
    }
}

fn load_file(path: &Path, plan: &IntelPlan, out: &mut Out<'_>) -> Result<LoadedFile> {
    let mut reader = open(path)?;
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(io("read", path))?;
    let mut loaded = LoadedFile { path: path.display().to_string(), ..LoadedFile::default() };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let defaults = Defaults {
        source: plan.source.clone().unwrap_or(name),
        confidence: plan.confidence,
        tlp: plan.tlp,
        label: None,
    };
    let form = formats::recognize(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head));
    let decoded = if form.is_some_and(|form| form.decode_lines.is_some()) {
        read_lines(path, head, reader, &defaults, out)?
    } else {
        let bytes = whole(path, head, reader)?;
        if is_warning_list(&bytes) {
            loaded.format = "warning list".to_owned();
            out.send(Piece::Warnings(bytes));
            return Ok(loaded);
        }
        if is_attack(&bytes) {
            let reference = attack(&bytes, path)?;
            loaded.format = "attack".to_owned();
            let n_techniques = reference.techniques.len() as u64;
            loaded.attack = Some((reference.domain.clone(), reference.version.clone(), n_techniques));
            out.send(Piece::Attack(Box::new(reference)));
            out.send(Piece::Actors(Box::new(actors(&bytes, path)?)));
            return Ok(loaded);
        }
        formats::decode(&bytes, None, &defaults, &mut |claim| out.take(claim))
            .map_err(|error| unreadable(path, error))?
    };
    decoded.format.clone_into(&mut loaded.format);
    let refused = std::mem::take(&mut out.refused);
    loaded.claims = decoded.n_claims.saturating_sub(refused.len() as u64);
    loaded.rejects = decoded.n_rejected + refused.len() as u64;
    let told = decoded.rejects.iter().map(|reject| format!("{}: {}: {}", reject.place, reject.reason, reject.text));
    loaded.told = told.chain(refused).take(REJECTS_TOLD).collect();
    Ok(loaded)
}

fn read_lines(
    path: &Path,
    head: Vec<u8>,
    mut reader: Box<dyn Read>,
    defaults: &Defaults,
    out: &mut Out<'_>,
) -> Result<Decoded> {
    let mut parts = Parts::new(defaults);
    let mut buffer = head;
    loop {
        parts.push(&buffer, &mut |claim| out.take(claim)).map_err(|error| unreadable(path, error))?;
        buffer.resize(READ_BYTES, 0);
        let n_read = reader.read(&mut buffer).map_err(io("read", path))?;
        if n_read == 0 {
            return parts.finish(&mut |claim| out.take(claim)).map_err(|error| unreadable(path, error));
        }
        buffer.truncate(n_read);
    }
}

/// The unpacked content of a file, of bounded size.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    whole(path, Vec::new(), open(path)?)
}

fn whole(path: &Path, mut bytes: Vec<u8>, reader: Box<dyn Read>) -> Result<Vec<u8>> {
    reader.take(WHOLE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io("read", path))?;
    if bytes.len() as u64 > WHOLE_BYTES_MAX {
        return Err(Error::input(format!("{} is too large", path.display()))
            .detail(format!("it unpacks to more than {} MiB and is no list of lines", WHOLE_BYTES_MAX >> 20))
            .hint("split it into several files"));
    }
    Ok(bytes)
}

fn open(path: &Path) -> Result<Box<dyn Read>> {
    let file = File::open(path).map_err(io("open", path))?;
    let budget = sources::Budget::of(file.metadata().map_err(io("look at", path))?.len());
    Ok(sources::unpack(BufReader::new(file), &budget).map_err(io("read", path))?.1)
}

fn unreadable(path: &Path, error: formats::Error) -> Error {
    Error::input(format!("could not read indicators from {}", path.display())).detail(error).hint(
        "a plain list (one a line), a CSV file with a header, a STIX 2.1 bundle or a MISP warning list can be read",
    )
}

fn passed_over(path: &Path, error: &Error) -> LoadedFile {
    LoadedFile {
        path: path.display().to_string(),
        format: "passed over".to_owned(),
        told: vec![error.detail_text().unwrap_or(error.what()).to_owned()],
        ..LoadedFile::default()
    }
}

/// Only MITRE's bundles hold a matrix; other STIX bundles name techniques at most.
fn is_attack(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\"x-mitre-matrix\"").is_some()
}

fn actors(bytes: &[u8], path: &Path) -> Result<intel::attack::Actors> {
    intel::attack::read_actors(bytes).map_err(|error| {
        Error::input(format!("could not read the groups of the ATT&CK bundle {}", path.display())).detail(error)
    })
}

fn attack(bytes: &[u8], path: &Path) -> Result<Reference> {
    intel::attack::read(bytes)
        .map_err(|error| Error::input(format!("could not read the ATT&CK bundle {}", path.display())).detail(error))
}
