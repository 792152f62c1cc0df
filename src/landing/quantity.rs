//! Kubernetes quantities: read in every notation, compared by value, written as the API server writes them.

use std::cmp::Ordering;

/// Billionths in one.
const NANO: i128 = 1_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Decimal,
    Binary,
    Exponent,
}

/// A text that is no quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a quantity such as 500m, 2 or 16Gi")]
pub struct QuantityError(pub String);

/// An amount, exact to a billionth, with the notation it was written in.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    billionths: i128,
    notation: Notation,
}

const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

/// The number times 10^9, rounded up as the API server does when it is finer.
fn digits(text: &str) -> Option<i128> {
    let (sign, text) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() || whole.len() > 18 || fraction.len() > 18 {
        return None;
    }
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let padded = format!("{fraction:0<18}");
    let fraction: i128 = padded.parse().ok()?;
    // Kept at 10^18 until the suffix is known: 0.0001k is 100m.
    whole.checked_mul(power_of_ten(18)?)?.checked_add(fraction)?.checked_mul(sign)
}

fn round_up(numerator: i128, denominator: i128) -> i128 {
    let quotient = numerator / denominator;
    if numerator % denominator == 0 { quotient } else { quotient + numerator.signum() }
}

impl Quantity {
    /// Reads any notation: `8`, `0.5`, `500m`, `16Gi`, `1e9`.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        Self::read(text).ok_or_else(|| QuantityError(text.chars().take(40).collect()))
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let end =
            text.find(|one: char| !(one.is_ascii_digit() || ['.', '-', '+'].contains(&one))).unwrap_or(text.len());
        let (number, suffix) = text.split_at_checked(end)?;
        let scaled = digits(number)?;
        let to_nano = power_of_ten(9)?;
        if let Some((_, bits)) = BINARY.iter().find(|(word, _)| *word == suffix) {
            // 10^18 · 2^60 does not fit beside large numbers: divide first where that loses nothing.
            let factor = 1_i128 << bits;
            let product = scaled.checked_mul(factor).map(|product| round_up(product, to_nano));
            let billionths = product.or_else(|| round_up(scaled, to_nano).checked_mul(factor))?;
            return Some(Self { billionths, notation: Notation::Binary });
        }
        let (exponent, notation) = match DECIMAL.iter().find(|(word, _)| *word == suffix) {
            Some((_, exponent)) => (*exponent, Notation::Decimal),
            None => {
                let exponent = suffix.strip_prefix(['e', 'E']).filter(|digits| digits.len() <= 3)?;
                (exponent.parse::<i32>().ok().filter(|exponent| (-9..=18).contains(exponent))?, Notation::Exponent)
            }
        };
        let billionths = if exponent >= 9 {
            scaled.checked_mul(power_of_ten(exponent.unsigned_abs() - 9)?)?
        } else {
            round_up(scaled, power_of_ten((9 - exponent).unsigned_abs())?)
        };
        Some(Self { billionths, notation })
    }

    /// In thousandths, rounded up: `1500` of `1.5`.
    pub fn thousandths(self) -> i128 {
        round_up(self.billionths, NANO / 1_000)
    }

    /// In ones, rounded up.
    pub fn ones(self) -> i128 {
        round_up(self.billionths, NANO)
    }

    /// As the API server writes it.
    pub fn canonical(self) -> String {
        let whole = self.billionths % NANO == 0;
        let ones = self.billionths / NANO;
        if self.notation == Notation::Binary && whole && ones.abs() >= 1_024 {
            let (mut mantissa, mut suffix) = (ones, "");
            for (word, _) in BINARY {
                if mantissa % 1_024 != 0 {
                    break;
                }
                mantissa /= 1_024;
                suffix = word;
            }
            return format!("{mantissa}{suffix}");
        }
        if self.billionths == 0 {
            return "0".to_owned();
        }
        let (mut mantissa, mut exponent) = (self.billionths, -9_i32);
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        while exponent % 3 != 0 || exponent > 18 {
            mantissa *= 10;
            exponent -= 1;
        }
        match self.notation {
            Notation::Exponent if exponent == 0 => mantissa.to_string(),
            Notation::Exponent => format!("{mantissa}e{exponent}"),
            _ => {
                let suffix = DECIMAL.iter().find(|(_, power)| *power == exponent).map_or("", |(word, _)| word);
                format!("{mantissa}{suffix}")
            }
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.billionths == other.billionths
    }
}
impl Eq for Quantity {}
impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.billionths.cmp(&other.billionths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_written_as_the_api_server_writes_it() {
        for (given, canonical) in [
            ("8000m", "8"),
            ("16384Mi", "16Gi"),
            ("0.2Ti", "219902325555200m"),
            ("1e9", "1e9"),
            ("1500m", "1500m"),
            ("0.5", "500m"),
            ("1000", "1k"),
            ("60", "60"),
            ("200Gi", "200Gi"),
            ("1536Mi", "1536Mi"),
            ("1024Ki", "1Mi"),
            ("512", "512"),
            ("0", "0"),
            ("0Gi", "0"),
            ("1500k", "1500k"),
            ("2000M", "2G"),
        ] {
            assert_eq!(Quantity::parse(given).unwrap().canonical(), canonical, "{given}");
        }
    }

    #[test]
    fn the_same_amount_in_two_notations_is_the_same() {
        for (left, right) in [("1000m", "1"), ("1Gi", "1073741824"), ("1e3", "1k"), ("0.5", "500m"), ("1024Mi", "1Gi")]
        {
            assert_eq!(Quantity::parse(left), Quantity::parse(right), "{left} {right}");
        }
        assert!(Quantity::parse("999m").unwrap() < Quantity::parse("1").unwrap());
        assert!(Quantity::parse("1G").unwrap() < Quantity::parse("1Gi").unwrap());
    }

    #[test]
    fn what_is_no_quantity_is_named() {
        for text in ["", "abc", "1 Gi", "Gi", "1.2.3", "--1", "1e99", "1Zi", "１", "1g", "99999999999999999999"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Quantity::parse("much").unwrap_err().to_string(),
            "“much” is not a quantity such as 500m, 2 or 16Gi"
        );
    }
}
