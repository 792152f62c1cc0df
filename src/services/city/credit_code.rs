//! The unified social credit code (统一社会信用代码, GB 32100-2015) with the organisation code (GB 11714-1997) inside,
//! both with their check characters.

/// The 31 characters of GB 32100: digits and capital letters without I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check character of an organisation code of eight digits.
fn organisation_check(digits: &str) -> char {
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit.saturating_sub(b'0')) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

/// The check character of a credit code's first 17 characters; none when one of them is not in the alphabet.
pub(super) fn check_character(code: &str) -> Option<char> {
    let (mut sum, mut weight) = (0, 1);
    for byte in code.bytes().take(17) {
        sum += ALPHABET.iter().position(|letter| *letter == byte)? * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET.get((31 - sum % 31) % 31).map(|byte| char::from(*byte))
}

/// The code of an organisation: register and kind (two characters), district (six digits), number (below 10^8).
pub(super) fn credit_code(kind: &str, district: u32, number: u32) -> String {
    let organisation = format!("{:08}", number % 100_000_000);
    let mut code = format!("{kind}{district:06}{organisation}{}", organisation_check(&organisation));
    let check = check_character(&code);
    code.extend(check);
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples_of_both_standards_check() {
        // 12100000400002259P is a public institution's printed code, with the organisation code 40000225-9 inside;
        // 91350100M000100Y43 is the example of GB 32100.
        assert_eq!(organisation_check("40000225"), '9');
        assert_eq!(check_character("12100000400002259"), Some('P'));
        assert_eq!(check_character("91350100M000100Y4"), Some('3'));
        assert_eq!(check_character("91350100M000100I4"), None);
    }

    #[test]
    fn a_made_code_has_eighteen_characters_and_both_checks() {
        let code = credit_code("11", 339_900, 2_480_001);
        assert_eq!((code.len(), code.get(..8)), (18, Some("11339900")));
        assert_eq!(check_character(&code), code.chars().last());
    }
}
