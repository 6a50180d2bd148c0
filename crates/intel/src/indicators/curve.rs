//! Survival curves as an SVG picture: steps, and the band of their interval.

use std::fmt::Write;

use super::Curve;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
/// Room for the axes' words.
const MARGIN: f64 = 48.0;

/// Curves in one picture; more cannot be told apart.
const CURVES_MAX: usize = 6;

/// Colors that people who see no red or green can tell apart (Okabe and Ito 2008).
const COLORS: [&str; CURVES_MAX] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// The largest curves, over days.
pub fn svg(curves: &[Curve]) -> String {
    let shown: Vec<&Curve> = curves.iter().filter(|curve| !curve.steps.is_empty()).take(CURVES_MAX).collect();
    let longest = shown.iter().filter_map(|curve| curve.steps.last()).map(|step| step.0).fold(1.0, f64::max);
    let x = |day: f64| MARGIN + day / longest * (WIDTH - 2.0 * MARGIN);
    let y = |share: f64| HEIGHT - MARGIN - share * (HEIGHT - 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let (left, right, at) = (x(0.0), x(longest), y(share));
        write!(out, "<line x1=\"{left:.1}\" y1=\"{at:.1}\" x2=\"{right:.1}\" y2=\"{at:.1}\" stroke=\"#ddd\"/>").ok();
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{:.0} %</text>",
            left - 6.0,
            at + 4.0,
            share * 100.0
        )
        .ok();
        let day = longest * share;
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{day:.0}</text>",
            x(day),
            HEIGHT - MARGIN + 16.0
        )
        .ok();
    }
    writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">days since first seen</text>",
        WIDTH / 2.0,
        HEIGHT - 10.0
    )
    .ok();
    for (number, (curve, color)) in shown.iter().zip(COLORS).enumerate() {
        let band: Vec<(f64, f64)> =
            stairs(curve, |step| step.3).into_iter().chain(stairs(curve, |step| step.2).into_iter().rev()).collect();
        let points = |line: &[(f64, f64)]| {
            line.iter().map(|(day, share)| format!("{:.1},{:.1}", x(*day), y(*share))).collect::<Vec<_>>().join(" ")
        };
        writeln!(out, "<polygon points=\"{}\" fill=\"{color}\" opacity=\"0.15\"/>", points(&band)).ok();
        writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>",
            points(&stairs(curve, |step| step.1))
        )
        .ok();
        let (at, name) =
            (MARGIN + 14.0 * number as f64, escaped(&format!("{} {} ({})", curve.source, curve.kind, curve.n)));
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{at:.1}\" text-anchor=\"end\" fill=\"{color}\">{name}</text>",
            WIDTH - MARGIN
        )
        .ok();
    }
    out.push_str("</svg>\n");
    out
}

type Step = (f64, f64, f64, f64);

/// The curve as corners: level up to each step, then down.
fn stairs(curve: &Curve, share: impl Fn(&Step) -> f64) -> Vec<(f64, f64)> {
    let mut corners = vec![(0.0, 1.0)];
    let mut level = 1.0;
    for step in &curve.steps {
        corners.push((step.0, level));
        level = share(step);
        corners.push((step.0, level));
    }
    corners
}

/// Names of sources come from outside.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_control()).take(60) {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use schema::Observable;

    use super::*;

    #[test]
    fn hostile_names_do_not_become_markup_and_nothing_gives_an_empty_picture() {
        let curve = Curve {
            source: "<script>alert(1)</script>".to_owned(),
            kind: Observable::Ip,
            n: 2,
            n_ended: 1,
            steps: vec![(3.0, 0.5, 0.1, 0.8)],
            median_days: Some(3.0),
            ninety_percent_days: None,
            weibull_shape: None,
            weibull_scale_days: None,
        };
        let picture = svg(&[curve]);
        assert!(picture.contains("&lt;script&gt;") && !picture.contains("<script"), "{picture}");
        assert!(picture.contains("672.0,180.0"), "half of them have ended at the last step: {picture}");
        assert!(svg(&[]).ends_with("</svg>\n"));
    }
}
