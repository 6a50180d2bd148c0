//! Realised against promised false discovery rate: one small plot for each detector, as SVG.

use std::fmt::Write as _;

use super::worlds::DetectorFigures;

/// One plot, in pixels.
const SIDE: f64 = 150.0;
const GAP: f64 = 56.0;
const A_ROW: usize = 4;

/// The largest share that is drawn; what lies above is drawn at the edge.
const SHARE_MAX: f64 = 0.3;

/// The largest promise that is drawn.
const RATE_MAX: f64 = 0.12;

pub(super) fn realised(detectors: &[DetectorFigures]) -> String {
    let n_rows = detectors.len().div_ceil(A_ROW).max(1);
    let (width, height) = (A_ROW as f64 * (SIDE + GAP) + GAP, n_rows as f64 * (SIDE + GAP) + GAP);
    let mut svg = String::new();
    // Writing to a text cannot fail.
    write(&mut svg, detectors, width, height).unwrap_or_default();
    svg
}

fn write(svg: &mut String, detectors: &[DetectorFigures], width: f64, height: f64) -> std::fmt::Result {
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"11\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
    )?;
    for (place, detector) in detectors.iter().enumerate() {
        let left = GAP + (place % A_ROW) as f64 * (SIDE + GAP);
        let top = GAP / 2.0 + (place / A_ROW) as f64 * (SIDE + GAP);
        writeln!(svg, "<g transform=\"translate({left:.0} {top:.0})\">")?;
        panel(svg, detector)?;
        writeln!(svg, "</g>")?;
    }
    writeln!(svg, "</svg>")
}

/// The dashed line is the promise: points with their interval should lie on or below it.
fn panel(svg: &mut String, detector: &DetectorFigures) -> std::fmt::Result {
    let across = |share: f64| share.clamp(0.0, RATE_MAX) / RATE_MAX * SIDE;
    let down = |share: f64| SIDE - share.clamp(0.0, SHARE_MAX) / SHARE_MAX * SIDE;
    let (middle, promise) = (SIDE / 2.0, down(RATE_MAX));
    writeln!(
        svg,
        "<rect width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#9a9a9a\"/>\
         <line x1=\"0\" y1=\"{SIDE}\" x2=\"{SIDE}\" y2=\"{promise:.1}\" stroke=\"#9a9a9a\" stroke-dasharray=\"3 3\"/>\
         <text x=\"0\" y=\"-6\" font-weight=\"bold\">{}</text>\
         <text x=\"-6\" y=\"{SIDE}\" text-anchor=\"end\">0</text>\
         <text x=\"-6\" y=\"8\" text-anchor=\"end\">{:.0} %</text>\
         <text x=\"{middle}\" y=\"{:.0}\" text-anchor=\"middle\" fill=\"#555555\">promised</text>",
        detector.detector,
        SHARE_MAX * 100.0,
        SIDE + 27.0
    )?;
    if detector.at_rate.iter().all(|point| point.raised == 0) {
        writeln!(
            svg,
            "<text x=\"{middle}\" y=\"{middle}\" text-anchor=\"middle\" fill=\"#555555\">raised nothing</text>"
        )?;
    }
    for point in &detector.at_rate {
        let x = across(point.rate);
        let (label, below) = (point.rate * 100.0, SIDE + 14.0);
        writeln!(svg, "<text x=\"{x:.1}\" y=\"{below:.1}\" text-anchor=\"middle\">{label:.0} %</text>")?;
        let Some(share) = point.false_discovery_rate.filter(|_| point.raised > 0) else { continue };
        let (low, high, y) = (down(share.low), down(share.high), down(share.value));
        writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{low:.1}\" x2=\"{x:.1}\" y2=\"{high:.1}\" stroke=\"#0072b2\" stroke-width=\"2\"/>\
             <circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#0072b2\"/>"
        )?;
    }
    Ok(())
}
