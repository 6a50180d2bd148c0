//! Online procedures against the package online-fdr, martingales against crepes.

use science::{EValue, conformal::Jumper, online};

use crate::support::{TOLERANCE, close, labels, number, numbers, p_values, rows};

#[test]
fn levels_and_decisions() {
    for row in rows("online") {
        let (p, alpha) = (p_values(&row[0]), number(&row[1]));
        let (mut lord, mut saffron) = (online::Lord::new(alpha), online::Saffron::new(alpha));
        let (lords, saffrons) = (numbers(&row[2]), numbers(&row[3]));
        for ((p, lords), saffrons) in p.into_iter().zip(lords).zip(saffrons) {
            close(lord.test(p).level, lords, TOLERANCE);
            close(saffron.test(p).level, saffrons, TOLERANCE);
        }
        let mut e_lond = online::ELond::new(alpha);
        let rejected: Vec<bool> =
            numbers(&row[4]).into_iter().filter_map(EValue::new).map(|e| e_lond.test(e).rejected).collect();
        assert_eq!(rejected, labels(&row[5]));
    }
}

#[test]
fn the_jumper_is_as_rich_as_theirs() {
    for row in rows("martingale") {
        let mut jumper = Jumper::new(0.01);
        for (p, theirs) in p_values(&row[0]).into_iter().zip(numbers(&row[1])) {
            close(jumper.bet(p).get(), theirs, 1e-8);
        }
    }
}
