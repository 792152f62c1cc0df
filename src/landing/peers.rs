//! Whom a workspace talks with, as people write it: one peer a line, such as `to idp-prod 443` or `访问 10.2.0.0/16 5432`; and what is
//! wrong with a peer, said of the peer itself, whichever door it came in by.

use domain::{Language, Problem, Wording};

use crate::{NetworkPeer, PeerDirection, is_allowed_namespace, range::AddressRange};

/// Peers of one workspace: more is a network, not a list.
pub const PEERS_MAX: usize = 20;
/// Ports of one peer (the schema has the same bound).
const PORTS_MAX: usize = 16;
/// No single peer is larger; whoever needs more opens the workspace to everybody.
const WIDEST: (u32, u32) = (8, 16);
/// Larger than the network of one office: let through, and told as a risk.
const WIDE: (u32, u32) = (16, 48);
/// Addresses that a node keeps for itself, among them the one that gives out its credentials.
const OF_THE_NODE: [&str; 4] = ["169.254.0.0/16", "127.0.0.0/8", "fe80::/10", "::1/128"];

/// The words for a direction, the one that is written first.
const TO: [&str; 4] = ["访问", "到", "to", "reach"];
const FROM: [&str; 3] = ["来自", "from", "by"];

impl NetworkPeer {
    /// Who it is: the name of a workspace, or a range of addresses.
    pub fn whom(&self) -> &str {
        self.workspace.as_deref().or(self.cidr.as_deref()).unwrap_or_default()
    }

    /// As people write it.
    pub fn text(&self, language: Language) -> String {
        format!("{} {} {}", self.side(language), self.whom(), ports_text(&self.ports, language))
    }

    /// Which way, in a word.
    pub fn side(&self, language: Language) -> &'static str {
        match self.direction {
            PeerDirection::To => language.pick("访问", "to"),
            PeerDirection::From => language.pick("来自", "from"),
        }
    }

    /// True for a range larger than the network of one office.
    pub fn is_wide(&self) -> bool {
        self.cidr.as_deref().and_then(AddressRange::parse).is_some_and(|range| range.is_wider_than(WIDE.0, WIDE.1))
    }

    /// The same connection, written in one form: ports in order, each once.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.ports.sort_unstable();
        self.ports.dedup();
        self
    }
}

/// Ports in a line.
pub fn ports_text(ports: &[u16], language: Language) -> String {
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    ports.join(language.pick("、", ", "))
}

/// Peers as people write them, one a line.
pub fn peers_to_text(peers: &[NetworkPeer], language: Language) -> String {
    let lines: Vec<String> = peers.iter().map(|peer| peer.text(language)).collect();
    lines.join("\n")
}

/// Reads peers, one a line: those that can be read, and what is wrong in every line that cannot.
pub fn peers_from_text(text: &str) -> (Vec<NetworkPeer>, Vec<Wording>) {
    let (mut peers, mut wrong) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match peer_of_line(line.trim()) {
            Ok(peer) => peers.push(peer),
            Err(why) => {
                let number = index + 1;
                wrong.push(Wording::new(format!("第{number}行：{}", why.zh), format!("line {number}: {}", why.en)));
            }
        }
    }
    (peers, wrong)
}

fn direction(line: &str) -> Option<(PeerDirection, &str)> {
    let after = |words: &[&str]| {
        words.iter().find_map(|word| {
            let head = line.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
            let rest = line.get(head.len()..)?;
            // Chinese is written without spaces; a workspace may be called tool-prod.
            (!word.is_ascii() || rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
        })
    };
    after(&TO).map(|rest| (PeerDirection::To, rest)).or_else(|| after(&FROM).map(|rest| (PeerDirection::From, rest)))
}

fn peer_of_line(line: &str) -> Result<NetworkPeer, Wording> {
    let Some((direction, rest)) = direction(line) else {
        return Err(Wording::new(
            format!("“{}”应以“访问”或“来自”开头，例如：访问 idp-prod 443", shown(line)),
            format!("“{}” begins with neither “to” nor “from”; write such as: to idp-prod 443", shown(line)),
        ));
    };
    let mut parts = rest.split(|one: char| one.is_whitespace() || [',', '，', '、', ';', '；'].contains(&one));
    let mut parts = parts.by_ref().filter(|part| !part.is_empty());
    let Some(whom) = parts.next() else {
        return Err(Wording::new(
            "请写明云上空间名称或地址段，例如：访问 idp-prod 443",
            "name a workspace or a range of addresses, such as: to idp-prod 443",
        ));
    };
    let mut ports = Vec::new();
    for text in parts {
        ports.push(port_of(text)?);
    }
    let is_range = whom.contains(['/', ':']) || whom.parse::<std::net::IpAddr>().is_ok();
    let (workspace, cidr) = if is_range { (None, Some(whom.to_owned())) } else { (Some(whom.to_owned()), None) };
    Ok(NetworkPeer { workspace, cidr, ports, direction }.in_order())
}

/// A port of a line.
fn port_of(text: &str) -> Result<u16, Wording> {
    match text.parse::<u16>() {
        Ok(port) if port > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(port),
        _ => Err(Wording::new(
            format!("“{}”不是端口：应为 1 至 65535 的整数", shown(text)),
            format!("“{}” is no port: a whole number from 1 to 65535", shown(text)),
        )),
    }
}

/// The beginning of what somebody typed.
fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(60).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

/// What is wrong with the peers of a workspace of this name; whether those they name exist is not known here.
pub fn peer_problems(field: &str, own: &str, peers: &[NetworkPeer]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |rule: &str, message: Wording| {
        problems.push(Problem { field: field.to_owned(), rule: rule.to_owned(), message });
    };
    if peers.len() > PEERS_MAX {
        let count = peers.len();
        say(
            "too-many",
            Wording::new(
                format!("互通对象有{count}个，最多{PEERS_MAX}个；请合并地址段"),
                format!("{count} peers, and {PEERS_MAX} are the most; put ranges together"),
            ),
        );
        return problems;
    }
    for (index, peer) in peers.iter().enumerate() {
        let wrong = whom_problem(own, peer).or_else(|| ports_problem(peer)).or_else(|| {
            let twice = |other: &NetworkPeer| other.direction == peer.direction && other.whom() == peer.whom();
            peers.iter().take(index).any(twice).then(|| {
                let wording = Wording::new("写了两次；请把端口写在同一行", "stands twice; write its ports on one line");
                ("twice", wording)
            })
        });
        if let Some((rule, why)) = wrong {
            let (zh, en) = (peer.text(Language::ZhCn), peer.text(Language::En));
            let (zh, en) = (shown(zh.trim_end()), shown(en.trim_end()));
            say(rule, Wording::new(format!("“{zh}”：{}", why.zh), format!("“{en}”: {}", why.en)));
        }
    }
    problems
}

fn whom_problem(own: &str, peer: &NetworkPeer) -> Option<(&'static str, Wording)> {
    match (&peer.workspace, &peer.cidr) {
        (Some(name), None) if name == own && !own.is_empty() => Some((
            "itself",
            Wording::new(
                "是本空间自己，同一空间内始终互通",
                "is this workspace itself, inside which everything is open",
            ),
        )),
        (Some(name), None) if is_allowed_namespace(name) => None,
        (Some(_), None) => Some((
            "workspace",
            Wording::new(
                "不是云上空间的名称：应为 3 至 50 位小写字母、数字或“-”，例如 idp-prod",
                "is no name of a workspace: 3 to 50 lower-case letters, digits or “-”, such as idp-prod",
            ),
        )),
        (None, Some(cidr)) => range_problem(cidr),
        _ => Some((
            "peer",
            Wording::new(
                "须且只能写明一个云上空间，或一个地址段（如 10.2.0.0/16）",
                "is either one workspace or one range of addresses such as 10.2.0.0/16",
            ),
        )),
    }
}

fn range_problem(cidr: &str) -> Option<(&'static str, Wording)> {
    let Some(range) = AddressRange::parse(cidr) else {
        return Some((
            "range",
            Wording::new(
                "不是地址段：应为 10.2.0.0/16 这样的写法，单个地址写作 10.2.3.4/32",
                "is no range of addresses: write 10.2.0.0/16, and a single address as 10.2.3.4/32",
            ),
        ));
    };
    let first = range.canonical();
    if first != range {
        return Some((
            "range-start",
            Wording::new(
                format!("地址段应从首地址写起：{first}"),
                format!("a range begins at its first address: {first}"),
            ),
        ));
    }
    if range.is_wider_than(WIDEST.0, WIDEST.1) {
        let (v4, v6) = WIDEST;
        return Some((
            "too-wide",
            Wording::new(
                format!("范围过大，等于不设防；地址段不得大于 /{v4}（IPv6 为 /{v6}），请写明对方的地址段"),
                format!(
                    "is too wide: that would be no wall at all; no range is larger than /{v4} (/{v6} of IPv6), name the peer's own"
                ),
            ),
        ));
    }
    let touched =
        OF_THE_NODE.into_iter().find(|kept| AddressRange::parse(kept).is_some_and(|kept| kept.overlaps(range)));
    touched.map(|kept| {
        (
            "of-the-node",
            Wording::new(
                format!("含有服务器自用的地址（{kept}），不能作为互通对象"),
                format!("holds addresses that servers keep for themselves ({kept}), which are no peers"),
            ),
        )
    })
}

fn ports_problem(peer: &NetworkPeer) -> Option<(&'static str, Wording)> {
    if peer.ports.is_empty() || peer.ports.contains(&0) {
        return Some(("ports", Wording::new("请写明 TCP 端口（1 至 65535）", "name the TCP ports (1 to 65535)")));
    }
    (peer.ports.len() > PORTS_MAX).then(|| {
        let wording =
            Wording::new(format!("端口最多{PORTS_MAX}个"), format!("{PORTS_MAX} ports are the most of one peer"));
        ("too-many-ports", wording)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(text: &str) -> Vec<String> {
        let (peers, wrong) = peers_from_text(text);
        let problems = peer_problems("peers", "permit-prod", &peers).into_iter().map(|one| one.message.en);
        wrong.into_iter().map(|one| one.en).chain(problems).collect()
    }

    #[test]
    fn every_wrong_line_says_what_is_wrong_with_it() {
        for (line, why) in [
            ("idp-prod 443", "line 1: “idp-prod 443” begins with neither “to” nor “from”"),
            ("tool-prod 443", "begins with neither"),
            ("to", "line 1: name a workspace or a range of addresses"),
            ("访问", "name a workspace or a range of addresses"),
            ("\n\nto idp-prod 70000", "line 3: “70000” is no port"),
            ("to idp-prod https", "“https” is no port"),
            ("to idp-prod 0", "“0” is no port"),
            ("to idp-prod +5", "“+5” is no port"),
            ("to idp-prod", "“to idp-prod”: name the TCP ports"),
            ("to Idp_Prod 443", "is no name of a workspace"),
            ("to kube-system 443", "is no name of a workspace"),
            ("to permit-prod 443", "is this workspace itself"),
            ("to 10.2.0.0/33 443", "“to 10.2.0.0/33 443”: is no range of addresses"),
            ("to 10.2.3.4 443", "a single address as 10.2.3.4/32"),
            ("to 10.2.3.4/16 443", "a range begins at its first address: 10.2.0.0/16"),
            ("to 0.0.0.0/0 443", "is too wide: that would be no wall at all"),
            ("from ::/0 443", "is too wide"),
            ("to 128.0.0.0/1 443", "is too wide"),
            ("to 169.254.169.254/32 80", "holds addresses that servers keep for themselves (169.254.0.0/16)"),
            ("to 169.0.0.0/8 80", "servers keep for themselves"),
            ("to idp-prod 443\nto idp-prod 8443", "stands twice"),
        ] {
            let said = english(line);
            assert!(said.len() == 1 && said[0].contains(why), "{line}: {said:?}");
        }
        let many: String = (0..21).map(|number| format!("to peer-{number} 443\n")).collect();
        assert_eq!(english(&many), ["21 peers, and 20 are the most; put ranges together"]);
        let ports: Vec<String> = (1..=17).map(|port| port.to_string()).collect();
        assert!(english(&format!("to idp-prod {}", ports.join(" ")))[0].contains("16 ports are the most"));
    }

    #[test]
    fn peers_are_read_as_they_are_written_in_both_languages() {
        let text = "to idp-prod 8443, 443,443\n\n  from 10.2.0.0/16 5432；8080\n访问sms-prod 8080、9090\n来自 2001:db8::/48 443";
        let (peers, wrong) = peers_from_text(text);
        assert_eq!(wrong, []);
        assert_eq!(peer_problems("peers", "permit-prod", &peers), []);
        assert_eq!(
            peers_to_text(&peers, Language::En),
            "to idp-prod 443, 8443\nfrom 10.2.0.0/16 5432, 8080\nto sms-prod 8080, 9090\nfrom 2001:db8::/48 443"
        );
        for language in [Language::ZhCn, Language::En] {
            assert_eq!(peers_from_text(&peers_to_text(&peers, language)), (peers.clone(), Vec::new()));
        }
        assert_eq!(peers[0].text(Language::ZhCn), "访问 idp-prod 443、8443");
    }
}
