//! Where the program may listen.

use std::net::SocketAddr;

/// Refuses to listen beyond this machine when neither TLS nor a trusted proxy is declared: passwords would travel in
/// the open. The text says what to set.
pub fn check_listen(address: SocketAddr, tls_or_proxy_declared: bool) -> Result<(), String> {
    if tls_or_proxy_declared || address.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    Err(format!(
        "refusing to listen on {address} without TLS: passwords would travel in the open. Listen on 127.0.0.1, or put a \
         TLS proxy in front and name its address in trusted_proxies (with secure_cookies = true).\n\
         拒绝在没有 TLS 的情况下监听 {address}：密码将以明文传输。请监听 127.0.0.1，或在前面部署 TLS 反向代理，并在 trusted_proxies 中写明其地址\
         (同时设置 secure_cookies = true)。"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_only_behind_tls() {
        let check = |address: &str, declared| check_listen(address.parse().unwrap(), declared);
        assert!(check("0.0.0.0:8080", false).unwrap_err().contains("trusted_proxies"));
        assert!(check("10.1.2.3:80", false).is_err());
        assert!(check("[::]:8080", false).is_err());
        assert!(check("10.1.2.3:80", true).is_ok());
        assert!(check("127.0.0.1:8080", false).is_ok());
        assert!(check("[::1]:8080", false).is_ok());
        assert!(check("[::ffff:127.0.0.1]:8080", false).is_ok());
    }
}
