//! Outlook's messages, broken on purpose: bounded, no panic, no loop; and within other messages.

use ingest::{Format, Normalized, formats::find};
use proptest::prelude::*;

use crate::support::{json_rows, run};

const RECEIVED: &[u8] = include_bytes!("../../corpus/email/outlook_received.in");
const INTERNAL: &[u8] = include_bytes!("../../corpus/email/outlook_internal.in");

const SECTOR: usize = 512;

fn email() -> &'static Format {
    find("email").expect("listed")
}

fn counts(batches: &[Normalized]) -> (u64, u64) {
    (batches.iter().map(|batch| batch.rows).sum(), batches.iter().map(|batch| batch.rejects).sum())
}

/// Where the first sector of the file allocation table begins, as the header says.
fn table_start(file: &[u8]) -> usize {
    let sector = file.get(76..80).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).map(u32::from_le_bytes);
    (sector.expect("a header") as usize + 1) * SECTOR
}

/// The same file in which every sector is followed by what `next` says.
fn with_chains(file: &[u8], next: impl Fn(u32) -> u32) -> Vec<u8> {
    let mut file = file.to_vec();
    let start = table_start(&file);
    for (sector, entry) in (0..).zip(file.get_mut(start..start + SECTOR).expect("a table").chunks_exact_mut(4)) {
        entry.copy_from_slice(&next(sector).to_le_bytes());
    }
    file
}

fn check(file: &[u8]) {
    let found = run(email(), "a.msg", file, 1 << 20);
    let (rows, rejects) = counts(&found);
    assert_eq!(rows + rejects, 1);
    for batch in found.iter().flat_map(|found| &found.batches) {
        assert!(batch.memory_bytes() < 1 << 20, "a file of {} bytes grew to {}", file.len(), batch.memory_bytes());
    }
}

#[test]
fn chains_that_lead_back_end() {
    for file in [RECEIVED, INTERNAL] {
        check(&with_chains(file, |sector| sector));
        check(&with_chains(file, |_| 0));
        check(&with_chains(file, |sector| sector ^ 1));
        check(&with_chains(file, |sector| sector.wrapping_sub(1)));
        check(&with_chains(file, |_| u32::MAX));
        check(&with_chains(file, |_| 0x7fff_ffff));
    }
}

/// All entries of the directory name the same stream, which says that it is as long as it can say.
#[test]
fn streams_that_share_their_bytes_do_not_multiply() {
    let name = b"_\0_\0s\0u\0b\0s\0t\0g\0";
    let mut file = INTERNAL.to_vec();
    let entries: Vec<usize> = memchr::memmem::find_iter(INTERNAL, name).collect();
    assert!(entries.len() > 20);
    for entry in entries {
        file.splice(entry + 116..entry + 120, [0; 4]);
        file.splice(entry + 120..entry + 124, 0x7fff_ffff_u32.to_le_bytes());
    }
    check(&file);
    check(&with_chains(&file, |sector| sector + 1));
}

/// Entries that name each other as neighbors and children.
#[test]
fn directories_that_lead_back_end() {
    let name = b"_\0_\0";
    for id in [0_u32, 1, 2, 7] {
        let mut file = INTERNAL.to_vec();
        let entries: Vec<usize> = memchr::memmem::find_iter(INTERNAL, name).filter(|at| at % 128 == 0).collect();
        for entry in entries {
            for link in [68, 72, 76] {
                file.splice(entry + link..entry + link + 4, id.to_le_bytes());
            }
        }
        check(&file);
    }
}

#[test]
fn any_cut_is_a_row_or_a_reject() {
    for end in (8..RECEIVED.len()).step_by(97) {
        check(RECEIVED.get(..end).unwrap_or_default());
    }
}

#[test]
fn a_message_of_outlook_within_another_is_read() {
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("={byte:02X}")).collect::<Vec<_>>();
    let lines: Vec<String> = digits(INTERNAL).chunks(24).map(|line| line.concat() + "=\r\n").collect();
    let report = format!(
        "From: user@victim.example\r\nTo: soc@victim.example\r\nDate: Sat, 21 Nov 2026 09:30:00 +0000\r\nSubject: phish?\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nplease look\r\n--b\r\n\
         Content-Type: application/vnd.ms-outlook; name=reported.msg\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         {}\r\n--b--\r\n",
        lines.concat()
    );
    let rows = json_rows(&run(email(), "report.eml", report.as_bytes(), 1 << 20));
    let row = serde_json::to_string(rows.first().expect("a row")).expect("JSON");
    for part in ["reported.msg", "plan.xlsx", "pay.html", "attached.side.example", "share.victim.example"] {
        assert!(row.contains(part), "{part} in {row}");
    }
    assert!(row.contains("please look") && row.contains("soc@victim.example"));
}

fn mutated(seed: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40);
    changes.prop_map(move |changes| {
        let mut bytes = seed.to_vec();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            if let Some(to) = bytes.get_mut(place.max(8)) {
                *to = byte;
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn messages_of_outlook_are_rows_or_rejects(bytes in prop_oneof![mutated(RECEIVED), mutated(INTERNAL)], piece in 1..5_000_usize) {
        let whole = run(email(), "a.msg", &bytes, usize::MAX);
        let pieces = run(email(), "a.msg", &bytes, piece);
        prop_assert_eq!(json_rows(&whole), json_rows(&pieces));
        let (rows, rejects) = counts(&whole);
        prop_assert_eq!(rows + rejects, 1);
    }
}
