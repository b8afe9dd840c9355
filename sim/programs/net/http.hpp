#pragma once

// Addresses and texts of HTTP that several clients share.

#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace podium::programs::net {

struct Url {
    std::string scheme = "http";
    std::string host;
    std::uint16_t port = 80;
    std::string path = "/";  ///< With the query; a fragment is left out.

    /// "http://web:8080/x".
    [[nodiscard]] std::string text() const;
    /// "web:8080", or "web" for the scheme's own port.
    [[nodiscard]] std::string authority() const;
};

/// Reads "http://user@host:port/path", "host:port/path" or "host". The scheme is kept as it is given.
/// Errors: no host, a port that is none.
Result<Url> parse_url(std::string_view text);

/// "OK", "Not Found"; empty for a status without a name.
std::string_view reason_phrase(int status);

/// The head of an answer as it came over the wire, with its empty line, every line ended by `\r\n`.
/// `headers`: the lines between the first and the empty one; empty: the type and the length alone.
std::string answer_head(int status, std::string_view content_type, std::size_t length, std::string_view headers, std::string_view version = "HTTP/1.1");

/// Bytes as a form's value: letters, digits and "-._~" stay, all others become %XX.
std::string percent_encode(std::string_view text);

}  // namespace podium::programs::net
