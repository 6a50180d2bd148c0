//! The audit log: events stay whole however their lines are mixed and their bytes are pushed.

use crate::support::{json_rows, run};

const NAME: &str = "audit.log";

fn start(serial: u32, millis: u32) -> [String; 4] {
    let id = format!("msg=audit(1710408460.{millis:03}:{serial}):");
    [
        format!(
            "type=SYSCALL {id} arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid={serial} uid=0 ses=1 exe=\"/x\""
        ),
        format!("type=EXECVE {id} argc=2 a0=\"x\" a1=\"{serial}\""),
        format!("type=CWD {id} cwd=\"/tmp\""),
        format!("type=PROCTITLE {id} proctitle=\"x\""),
    ]
}

fn commands(text: &str, piece: usize) -> Vec<String> {
    let format = ingest::formats::find("auditd").expect("the format");
    let rows = json_rows(&run(format, NAME, text.as_bytes(), piece));
    rows.iter().map(|row| row.get("command_line").and_then(|line| line.as_str()).unwrap_or("-").to_owned()).collect()
}

#[test]
fn events_that_are_mixed_are_rows_of_their_own() {
    let (a, b, c) = (start(1, 1), start(2, 1), start(3, 2));
    let lines = [&a[0], &b[0], &a[1], &c[0], &b[1], &b[2], &a[2], &c[1], &b[3], &c[2], &c[3], &a[3]];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    for piece in [1, 7, 100, usize::MAX] {
        assert_eq!(commands(&text, piece), ["x 1", "x 2", "x 3"], "pushed in pieces of {piece}");
    }
}

#[test]
fn events_without_end_are_whole_in_long_logs() {
    let mut text = String::new();
    let many = 3_000;
    for serial in 0..many {
        start(serial, 5).iter().take(3).for_each(|line| text.extend([line, "\n"]));
    }
    let found = commands(&text, 4096);
    let wanted: Vec<String> = (0..many).map(|serial| format!("x {serial}")).collect();
    assert_eq!(found, wanted);
    assert_eq!(found, commands(&text, usize::MAX));
}

#[test]
fn the_last_event_of_a_file_without_line_break_is_whole() {
    let text = start(9, 9).join("\n");
    assert_eq!(commands(&text, 5), ["x 9"]);
}

/// No byte of a log is trusted: whatever is changed or left out, nothing is lost and nothing depends on pushing.
#[test]
fn damaged_logs_give_the_same_however_they_are_pushed() {
    let format = ingest::formats::find("auditd").expect("the format");
    let whole: String = (0..6).flat_map(|serial| start(serial, serial)).map(|line| line + "\n").collect();
    let bytes = whole.as_bytes();
    for at in (0..bytes.len()).step_by(13) {
        for byte in [b'\n', b'"', b'=', b'(', b'\'', 0, 0xff] {
            let mut damaged = bytes.to_vec();
            damaged[at] = byte;
            damaged.truncate(bytes.len() - at / 3);
            let once = run(format, NAME, &damaged, usize::MAX);
            for batch in &once {
                assert_eq!(batch.received, batch.rows + batch.rejects);
            }
            assert_eq!(json_rows(&once), json_rows(&run(format, NAME, &damaged, 11)), "byte {at} is {byte}");
        }
    }
}
