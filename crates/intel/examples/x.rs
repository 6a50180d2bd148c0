//! gen
fn main() {
    for d in ["enterprise", "mobile", "ics"] {
        let b = std::fs::read(format!("/tmp/intelwork/{d}.json")).unwrap();
        let t = std::time::Instant::now();
        let r = intel::attack::read(&b).unwrap();
        println!("{d} {:?} {} {} {}", t.elapsed(), r.version, r.techniques.len(), r.tactics.len());
        let f = intel::attack::to_facts(&r);
        let t = std::time::Instant::now();
        let r2 = intel::attack::from_facts(&f).unwrap();
        println!("facts {} {:?} {}", f.len(), t.elapsed(), r2 == r);
        std::fs::write(format!("/work/main/content/attack/{d}-18.1.tsv"), f).unwrap();
    }
}
